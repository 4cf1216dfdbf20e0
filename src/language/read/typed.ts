import { readChinese } from '../../shared/chinese-numbers.ts';
import { isCivilDate, isMonthDay } from '../../shared/civil-date.ts';
import type { ShapeDef } from '../grammar/shape.ts';
import type { Hint } from '../problem.ts';

/** Files as they are typed on a Chinese keyboard: what was most likely meant, and what YAML's complaints mean. */

const plain = (text: string): string => text.normalize('NFKC').trim();

/** 45 for ４５, 四十五, "45", 60%. */
export function numberMeant(word: string): string | undefined {
  const text = plain(word)
    .replace(/^["“]|["”]$/g, '')
    .replace(/[%岁年人次分个名项篇节]$/, '');
  if (/^-?\d{1,12}(\.\d{1,6})?$/.test(text)) return text;
  const number = readChinese(text);
  return number === undefined ? undefined : String(number);
}

const UNITS: Readonly<Record<string, string>> = { 年: 'y', 月: 'm', 个月: 'm', 天: 'd', 日: 'd' };

/** 5y for ５y and 五年, 08-31 for 8月31日, 2025-08-31 for 2025/8/31; nothing where that is no way to write it. */
export function textMeant(word: string, { pattern }: ShapeDef & { kind: 'text' }): string | undefined {
  const text = plain(word);
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const [, year, month, day] = /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
  const date = month === undefined ? undefined : `${year ? `${year}-` : ''}${two(month)}-${two(day)}`;
  const [, length = '', unit = ''] = /^(.+?)(年|个月|月|天|日)$/.exec(text) ?? [];
  const long = `${numberMeant(length) ?? ''}${UNITS[unit] ?? ''}`;
  const real = date !== undefined && (isCivilDate(date) || isMonthDay(date)) ? [date] : [];
  return [text, ...real, long].find((meant) => meant !== word && pattern?.test(meant));
}

/** What stands on another key: the sign typed, and the one that is meant. */
const SIGNS: Readonly<Record<string, string>> = {
  '：': ':',
  '，': ',',
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '－': '-',
  '—': '-',
  '＃': '#',
  '“': '"',
  '”': '"',
  '　': ' ',
  '\u00a0': ' ',
};
const NAMED: Readonly<Record<string, readonly [string, string]>> = {
  ' ': ['半角空格', 'an ordinary space'],
};

/**
 * The first sign on a line that YAML would need to be another. Between quotation marks, in comments and within words
 * such signs are text like any other; at an end of a line's words they seldom are.
 */
export function oddSign(
  line: string,
): { readonly column: number; readonly sign: string; readonly meant: string } | null {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (quote !== '') {
      if (sign === quote) quote = '';
      continue;
    }
    if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '#') return null;
    const meant = SIGNS[sign];
    if (meant !== undefined) return { column: at + 1, sign, meant };
  }
  return null;
}

export const signHint = (meant: string): { readonly zh: string; readonly en: string } => {
  const [zh, en] = NAMED[meant] ?? [`半角 ${meant}`, `the plain ${meant}`];
  return { zh, en };
};

/** The parser's complaints by its codes, as somebody who has never seen YAML would understand them. */
const COMPLAINTS: Readonly<Record<string, readonly [zh: string, en: string, expected?: string]>> = {
  TAB_AS_INDENT: ['缩进用了制表符', 'a tab is used to indent', '空格 / spaces'],
  BAD_INDENT: [
    '缩进不齐',
    'the lines are not indented alike',
    '同一层各行缩进相同 / lines of one level indented alike',
  ],
  MISSING_CHAR: [
    '缺少标点（冒号、逗号、引号或括号）',
    'a colon, comma, quotation mark or bracket is missing',
  ],
  BLOCK_IN_FLOW: [
    '花括号或方括号之内不能另起一段',
    'a block cannot stand within brackets',
    '{键: 值, 键: 值} / {key: value, key: value}',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    '缩进不齐，或此处不能再接键',
    'lines are not indented alike, or a key cannot stand here',
    '键: 值 / key: value',
  ],
  MULTILINE_IMPLICIT_KEY: ['此行没有“键: 值”', 'the line has no "key: value"', '键: 值 / key: value'],
  UNEXPECTED_TOKEN: ['多出了标点或文字', 'a sign or word too many'],
  KEY_OVER_1024_CHARS: ['键过长', 'the key is too long'],
  BAD_COLLECTION_TYPE: ['映射与列表混写', 'a mapping and a list are mixed'],
  BAD_DQ_ESCAPE: ['双引号之内的反斜杠写法不对', 'a backslash within quotation marks is not written right'],
  MULTIPLE_DOCS: ['文件里有第二份文档（---）', 'a second document (---)'],
};

/** What the parser found wrong, in both languages; its own words where nobody has said it better. */
export function complaint(
  code: string,
  message: string,
): { readonly zh: string; readonly en: string; readonly hint: Hint } {
  const known = COMPLAINTS[code];
  if (known === undefined) return { zh: message, en: message, hint: {} };
  const [zh, en, expected] = known;
  return { zh, en: `${en} (${message})`, hint: expected === undefined ? {} : { expected } };
}
