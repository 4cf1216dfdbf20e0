import { readChinese } from '../../shared/chinese-numbers.ts';
import { enumerate } from '../../shared/text.ts';
import { normalise } from '../evaluate/compare.ts';
import { type Latest, latestOf } from '../evaluate/latest.ts';
import type { Selection } from '../evaluate/select.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Window } from '../grammar/selection.ts';
import type { Names } from '../problem.ts';
import type { Programme } from '../programme.ts';
import { isCondition, type Node, nodesOf } from '../walk.ts';
import { plain } from './ranges.ts';
import type { Warn } from './warn.ts';

/**
 * The numbers of the printed words against the numbers that are run: 三次以上 with `min: 2` is somebody's mistake.
 * Only where the words name numbers at all, and none of them is the number of the clause.
 */
export function lintNumbers(programme: Programme, warn: Warn): void {
  const { quota, duties, treatments, dates } = programme;
  const compare = (path: string, say: Names | undefined, set: readonly number[], years?: number) => {
    if (!say) return;
    for (const locale of ['zh-CN', 'en'] as const) {
      const said = locale === 'zh-CN' ? numbersIn(say['zh-CN']) : englishNumbers(say.en);
      const past = pastYears(say[locale], locale);
      const wrongYears = years !== undefined && past.length > 0 && !past.includes(years);
      // One of something is often said without its number.
      const odd = wrongYears
        ? years
        : set.find((one) => one !== 1 && !said.lenient && said.numbers.size > 0 && !agrees(one, said));
      if (odd === undefined) continue;
      const told = enumerate(locale, [...(wrongYears ? past : said.numbers)].map(String));
      warn(
        'number-differs',
        path,
        `文字中的数是 ${told}，实际执行的是 ${odd}。`,
        `The words say ${told}; what is run is ${odd}.`,
      );
      return;
    }
  };
  for (const node of nodesOf(programme)) {
    compare(node.path, node.say, isCondition(node) ? boundsOf(node) : amountNumbers(node), windowOf(node));
    recordsForYears(node, warn);
  }
  if (quota) compare('quota', quota.say, quota.total === undefined ? [] : [quota.total]);
  quota?.limits?.forEach(({ say, exactly, min, max, least, most }, i) => {
    compare(`quota.limits[${i}]`, say, given(exactly, min, max, plain(least), plain(most)));
  });
  quota?.shares?.forEach(({ say, minPercent, maxPercent }, i) => {
    compare(
      `quota.shares[${i}]`,
      say,
      [minPercent, maxPercent].flatMap((one) => (one === undefined ? [] : [Number(one)])),
    );
  });
  quota?.parts?.forEach(({ say, places }, i) => {
    compare(`quota.parts[${i}]`, say, given(plain(places)));
  });
  duties?.forEach(({ say, require }, i) => {
    if (require && !require.say) compare(`duties[${i}]`, say, boundsOf(require), windowOf(require));
  });
  treatments?.forEach(({ say, amount }, i) => {
    compare(`treatments[${i}]`, say, given(plain(amount?.yuan), plain(amount?.hours)));
  });
  if (dates?.every?.endsWith('y')) compare('dates', dates.say, [Number(dates.every.slice(0, -1))]);
}

const given = (...numbers: readonly (number | undefined)[]): number[] =>
  numbers.filter((one) => one !== undefined);

/** The bounds a clause sets itself. */
function boundsOf({ rule }: Condition): readonly number[] {
  switch (rule.op) {
    case 'count':
    case 'sum':
    case 'max':
    case 'run': {
      const { min, max, moreThan, below, latest } = rule.arg;
      return given(
        min,
        max,
        moreThan,
        below,
        latestOf(latest)?.take,
        'times' in rule.arg ? rule.arg.times : undefined,
      );
    }
    case 'members': {
      const { min, max, moreThan, below, minPercent, maxPercent } = rule.arg;
      return given(min, max, moreThan, below, minPercent, maxPercent);
    }
    case 'atLeast':
      return [rule.arg.k];
    case 'person': {
      const { is, atLeast, moreThan, atMost, below } = normalise(Object.values(rule.arg)[0] ?? true);
      return [is, atLeast, moreThan, atMost, below].filter((one) => typeof one === 'number');
    }
    case 'amount': {
      const { is, atLeast, moreThan, atMost, below } = rule.arg;
      return given(...[is, atLeast, moreThan, atMost, below].map(plain));
    }
    default:
      return [];
  }
}

/** The years a node looks back. */
function windowOf(node: Node): number | undefined {
  const { within, latest } = selectionOf(node);
  if (within !== undefined) return yearsOf(within);
  return latest?.per === undefined ? undefined : yearsOf({ last: latest.take, of: latest.per });
}

function selectionOf(node: Node): {
  readonly within?: Window | undefined;
  readonly latest?: Latest | undefined;
} {
  const arg = isCondition(node) ? node.rule.arg : node.term.arg;
  if (typeof arg !== 'object' || !('record' in arg)) return {};
  const { within, latest } = arg as Selection;
  return { within, latest: latestOf(latest) };
}

/** 近三年 are three years, not the three latest records, of which one year may have two and another none. */
function recordsForYears(node: Node, warn: Warn): void {
  const { within, latest } = selectionOf(node);
  if (!node.say || !latest || latest.per !== undefined || within !== undefined) return;
  const said = [...pastYears(node.say['zh-CN'], 'zh-CN'), ...pastYears(node.say.en, 'en')];
  if (!said.includes(latest.take)) return;
  const { take } = latest;
  warn(
    'records-not-years',
    `${node.path}.${isCondition(node) ? node.rule.op : node.term.op}.latest`,
    `文字说的是近 ${take} 年，实际看的是最近 ${take} 条记录；按年取写 latest: {take: ${take}, per: year, empty: counts}。`,
    `The words say the past ${take} years; what is looked at is the latest ${take} records. For years write latest: {take: ${take}, per: year, empty: counts}.`,
  );
}

function amountNumbers(node: Amount): readonly number[] {
  const { term } = node;
  const caps = term.op === 'sum' ? (term.arg.caps ?? []).map(({ max }) => plain(max)) : [];
  const best = term.op === 'sum' && term.arg.best && term.arg.best.take > 1 ? [term.arg.best.take] : [];
  const ends = term.op === 'limit' ? [plain(term.arg.min), plain(term.arg.max)] : [];
  return [...given(...caps, ...ends), ...best];
}

function yearsOf(window: Window | undefined): number | undefined {
  if (typeof window === 'string') return window.endsWith('y') ? Number(window.slice(0, -1)) : undefined;
  return window && 'last' in window && window.of !== 'month' && window.of !== 'week'
    ? window.last
    : undefined;
}

/** 近五年, in the past five years. */
function pastYears(text: string, locale: 'zh-CN' | 'en'): number[] {
  const found =
    locale === 'zh-CN'
      ? text.matchAll(/近\s*([\d零一二两三四五六七八九十]+)\s*(?:个?学)?年/g)
      : text.matchAll(/(?:past|last) (\w+) (?:school )?years/gi);
  return [...found].flatMap(([, word = '']) => {
    const number = /^\d+$/.test(word) ? Number(word) : (readChinese(word) ?? english[word.toLowerCase()]);
    return number === undefined ? [] : [number];
  });
}

interface Said {
  readonly numbers: ReadonlySet<number>;
  /** 一 and the like: too common a word to prove anything, but it may be the number meant. */
  readonly perhaps: ReadonlySet<number>;
  /** Words that no plain number stands for: 半, 若干. */
  readonly lenient: boolean;
}

/** Percentages are run as fractions: 5% is 0.05. */
const agrees = (number: number, { numbers, perhaps }: Said): boolean =>
  [number, number * 100, number / 12, number * 12].some((one) => {
    const near = Math.round(one * 1e6) / 1e6;
    return numbers.has(near) || perhaps.has(near);
  });

function numbersIn(text: string): Said {
  const numbers = new Set<number>();
  const perhaps = new Set<number>();
  const plainText = text.replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
  for (const [, digits = '', unit = ''] of plainText.matchAll(/(\d+(?:\.\d+)?)\s*([十百千万亿]*)/g)) {
    numbers.add(Number(digits) * (unit === '' ? 1 : (readChinese(`一${unit}`) ?? 1)));
  }
  // 百分之五 is 5; 三分之一 is 33.3 and no whole number.
  for (const [word] of plainText.replaceAll('百分之', ' ').matchAll(/[零〇一二两三四五六七八九十百千万]+/g)) {
    const number = readChinese(word);
    if (number === undefined) continue;
    if (word === '一' || /^[百千万]+$/.test(word)) perhaps.add(number);
    else numbers.add(number);
  }
  return { numbers, perhaps, lenient: /半|几|若干|分之/.test(plainText.replaceAll('百分之', '')) };
}

const english: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, i) => [word, i]),
);

function englishNumbers(text: string): Said {
  const numbers = new Set<number>();
  const perhaps = new Set<number>([1]);
  for (const [digits] of text.matchAll(/\d[\d,]*(?:\.\d+)?/g))
    numbers.add(Number(digits.replaceAll(',', '')));
  for (const [word] of text.toLowerCase().matchAll(/[a-z]+/g)) {
    const number = Object.hasOwn(english, word) ? english[word] : undefined;
    if (number === undefined) continue;
    if (number < 2) perhaps.add(number);
    else numbers.add(number);
  }
  if (/\btwice\b/i.test(text)) numbers.add(2);
  const lenient =
    /\bhalf|third|quarter|dozen|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|several|few\b/i;
  return { numbers, perhaps, lenient: lenient.test(text) };
}
