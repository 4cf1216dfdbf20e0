import { enumerate } from '../../shared/text.ts';
import type { RecordFact } from '../dossier.ts';
import { type AmountFinding, FEW } from '../finding.ts';
import type { Amount } from '../grammar/amount.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Programme } from '../programme.ts';
import { isCondition, nodesOf } from '../walk.ts';
import { peersNamed } from './amount.ts';
import { readFormula } from './clause.ts';
import { wordOf } from './names.ts';
import { policyWords as words } from './policy-words.ts';
import { emptyWords, notCountedLine, type RecordLine, recordLine } from './record-line.ts';
import type { Setting } from './setting.ts';
import { attributeOf, pick, sayAttribute } from './values.ts';

/** How an amount was reckoned, so that it can be followed with a pencil: the sum, each record, what was capped. */
export interface SaidAmount {
  /** 综合得分：18 + 17 + 16 + 9.5 + 7 + 17.6 = 85.1 */
  readonly text: string;
  /** Each record that was looked at, with what it is worth. */
  readonly records: readonly RecordLine[];
  readonly notCounted: readonly RecordLine[];
  /** Caps that were reached, facts that are not documented. */
  readonly notes: readonly string[];
  readonly children: readonly SaidAmount[];
}

type Records = ReadonlyMap<string, RecordFact>;

export function sayReckoning(found: AmountFinding, setting: Setting, records: Records): SaidAmount {
  const [meant] = found.children;
  // A named measure is told as what it names.
  if (found.op === 'measure' && meant) return sayReckoning(meant, setting, records);
  const { vocabulary, locale } = setting;
  const worth = (found.records ?? []).map(({ record, value, counted }): RecordLine => {
    const { text } = recordLine(record, records, vocabulary, locale);
    const plain =
      found.op === 'elapsed'
        ? pick(locale, `取 ${value}`, `the day taken is ${value}`)
        : pick(locale, `计 ${value}`, `counts ${value}`);
    const said = counted
      ? plain
      : pick(
          locale,
          `值 ${value}，同组另有更高者，不计`,
          `worth ${value}, displaced by a better one of its group`,
        );
    return { record, text: pick(locale, `${text}——${said}`, `${text} — ${said}`) };
  });
  return {
    text: reckoningLine(found, setting),
    records: worth,
    notCounted: (found.notCounted ?? []).map((one) => notCountedLine(one, records, vocabulary, locale)),
    notes: [
      ...cappedWords(found, setting),
      ...emptyOf(found, setting),
      ...amongWords(found, setting),
      ...undocumented(found, setting),
    ],
    children: found.children
      .filter(({ op }) => op !== 'number')
      .map((child) => sayReckoning(child, setting, records)),
  };
}

/** The sum in one line: what it is called, the numbers, what they come to. */
export function reckoningLine(found: AmountFinding, setting: Setting): string {
  const { locale, programme } = setting;
  const [meant] = found.children;
  if (found.op === 'measure' && meant) return reckoningLine(meant, setting);
  const node = amountAt(programme, found.path);
  const sum = sumOf(found, node, setting);
  const name = node?.names?.[locale] ?? node?.say?.[locale].replace(/[。.]$/, '') ?? '';
  const label = name || (sum === '' && node ? readFormula(node, setting) : '');
  const value = found.few ? notShown(setting) : withUnit(found, node, setting);
  const line = sum === '' || sum === value ? value : `${sum} = ${value}`;
  return label ? pick(locale, `${label}：${line}`, `${label}: ${line}`) : line;
}

const notShown = ({ locale }: Setting): string =>
  pick(locale, `不足 ${FEW} 人，不显示数值`, `fewer than ${FEW} people: the number is not shown`);

/** With its unit where it is an attribute; within a sum numbers stand alone. */
const withUnit = ({ value }: AmountFinding, node: Amount | undefined, setting: Setting): string => {
  if (value === null || node?.term.op !== 'value') return shown(value, setting);
  return sayAttribute(attributeOf(node) ?? '', value, setting);
};

const shown = (value: string | null, { locale }: Setting): string =>
  value === null ? pick(locale, '未登记', 'not documented') : value.replace(/^-/, '−');

/** A negative number within a sum stands in brackets. */
const within = (value: string | null, setting: Setting): string =>
  value?.startsWith('-') ? `(${shown(value, setting)})` : shown(value, setting);

/** More than so many records are told below, not in the sum. */
const MOST = 12;

function sumOf(found: AmountFinding, node: Amount | undefined, setting: Setting): string {
  const { locale } = setting;
  if (found.few) return '';
  const values = found.children.map(({ value }) => within(value, setting));
  const [first = '', second = ''] = values;
  switch (found.op) {
    case 'add':
      return values.join(' + ');
    case 'subtract':
      return values.join(' − ');
    case 'multiply':
      return values.join(' × ');
    case 'divide':
      return `${first} ÷ ${second}`;
    case 'greatest': {
      const all = enumerate(locale, values);
      return pick(locale, `${all} 中的最大者`, `the greatest of ${all}`);
    }
    case 'least': {
      const all = enumerate(locale, values);
      return pick(locale, `${all} 中的最小者`, `the least of ${all}`);
    }
    case 'round': {
      if (node?.term.op !== 'round') return first;
      const mode = choiceWords.rounding[node.term.arg.mode];
      return pick(locale, `${first}（${mode['zh-CN']}）`, `${first} (rounded ${mode.en})`);
    }
    case 'limit':
      if (first === shown(found.value, setting)) return '';
      return pick(locale, `${first}（限于上下限）`, `${first} (kept within its limits)`);
    case 'otherwise':
      if (first === shown(found.value, setting)) return '';
      return pick(locale, `${first}（按规定取值）`, `${first} (taken as the policy says)`);
    case 'weighted':
      return weightedSum(values, node, setting);
    case 'sum':
    case 'average': {
      const counted = (found.records ?? [])
        .filter((one) => one.counted)
        .map(({ value }) => within(value, setting));
      if (counted.length === 0 || counted.length > MOST) return '';
      const sum = counted.join(' + ');
      if (found.op === 'average') return counted.length === 1 ? sum : `(${sum}) ÷ ${counted.length}`;
      // A cap is told beside it: the sum itself would not come out.
      return found.capped ? '' : sum;
    }
    default:
      return '';
  }
}

function weightedSum(values: readonly string[], node: Amount | undefined, setting: Setting): string {
  if (node?.term.op !== 'weighted') return values.join(' + ');
  const { parts, over = '100' } = node.term.arg;
  return values
    .map((value, i) => {
      const weight = parts[i]?.weight;
      const said = weight ? readFormula(weight, setting) : '';
      const times = weight && weight.term.op !== 'number' ? `(${said})` : said;
      return over === '100' ? `${value} × ${times}%` : `${value} × ${times}/${over}`;
    })
    .join(' + ');
}

function emptyOf({ path, empty }: AmountFinding, { programme, locale }: Setting): string[] {
  const arg = amountAt(programme, path)?.term.arg;
  const latest = typeof arg === 'object' && 'latest' in arg ? arg.latest : undefined;
  const words = emptyWords(empty, latest, locale);
  return words === '' ? [] : [words];
}

function cappedWords({ capped = [], records = [] }: AmountFinding, setting: Setting): string[] {
  const { locale } = setting;
  return capped.map(({ sum, cap, group }) => {
    const of = enumerate(
      locale,
      group.map((key) => wordOf(String(key ?? ''), setting)),
    );
    const parts =
      group.length === 0 ? records.filter(({ counted }) => counted).map(({ value }) => value) : [];
    const added = parts.length > 1 && parts.length <= MOST ? `${parts.join(' + ')} = ${sum}` : sum;
    return pick(
      locale,
      `${of && `${of}：`}${added}，封顶计 ${cap}`,
      `${of && `${of}: `}${added}, capped at ${cap}`,
    );
  });
}

/** Whom a question of many is about: a population by its name, or peers by the path of the amount that asks. */
export function namedOfMany(name: string, setting: Setting): string {
  const { programme, locale } = setting;
  const population = programme.populations?.[name];
  if (population) return population.names[locale];
  const term = amountAt(programme, name)?.term;
  return term?.op === 'peers' ? peersNamed(term.arg, setting) : name;
}

/** Over whom a number was reckoned, and when. */
function amongWords({ op, path, among }: AmountFinding, setting: Setting): string[] {
  const { locale, programme } = setting;
  if (op !== 'peers' && op !== 'size') return [];
  const term = amountAt(programme, path)?.term;
  const population = term?.op === 'size' ? programme.populations?.[term.arg] : undefined;
  const named = term?.op === 'size' ? (population?.names[locale] ?? '') : namedOfMany(path, setting);
  const direct = among?.direct === true;
  const who = direct
    ? pick(locale, `${named}（${words.direct['zh-CN']}）`, `${named} (${words.direct.en})`)
    : named;
  if (!among)
    return [
      pick(
        locale,
        `${who}：尚未统计，或本人不在统计之内`,
        `${who}: not reckoned yet, or the person is not among them`,
      ),
    ];
  const { people, few, unsure, on } = among;
  const day = on === null ? '' : pick(locale, `，${on} 统计`, `, reckoned on ${on}`);
  const number = few
    ? pick(locale, `不足 ${FEW} 人`, `fewer than ${FEW}`)
    : people === null
      ? ''
      : population?.distinct
        ? pick(locale, `${people} 种`, `${people} different`)
        : pick(locale, `${people} 人`, `${people} ${people === 1 ? 'person' : 'people'}`);
  const open =
    unsure > 0
      ? pick(
          locale,
          `${unsure} 人是否计入尚未登记，人数未定`,
          `of ${unsure} it is not documented whether they count, so that there is no number`,
        )
      : '';
  const said = [number, open].filter(Boolean).join(pick(locale, '，', '; '));
  return [pick(locale, `${who}：${said}${day}`, `${who}: ${said}${day}`)];
}

/** The facts for want of which it cannot be reckoned: the innermost amounts without a value. */
function undocumented(found: AmountFinding, setting: Setting): string[] {
  if (
    found.value !== null ||
    found.few ||
    found.op === 'size' ||
    found.children.some(({ value }) => value === null)
  )
    return [];
  const node = amountAt(setting.programme, found.path);
  if (!node) return [];
  const name = readFormula(node, setting);
  return [pick(setting.locale, `缺少：${name}`, `missing: ${name}`)];
}

const indexes = new WeakMap<Programme, ReadonlyMap<string, Amount>>();

/** The amount that stands at a path of the file. */
function amountAt(programme: Programme, path: string): Amount | undefined {
  let index = indexes.get(programme);
  if (!index) {
    index = new Map(
      [...nodesOf(programme)].flatMap((node) => (isCondition(node) ? [] : [[node.path, node]])),
    );
    indexes.set(programme, index);
  }
  return index.get(path);
}
