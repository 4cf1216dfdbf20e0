import { normalise } from '../evaluate/compare.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** What a simple condition lets through, as a stretch of numbers of one subject. */
export interface Stretch {
  /** The attribute, or the amount as it is written. */
  readonly of: string;
  readonly low: number;
  readonly high: number;
  /** Whether the end itself belongs to it. */
  readonly closedLow: boolean;
  readonly closedHigh: boolean;
  /** Whether only whole numbers occur: completed years, counts. */
  readonly whole: boolean;
}

/** Undefined for a condition that is anything but bounds on one number. */
export function stretchOf(node: Condition, vocabulary: Vocabulary): Stretch | undefined {
  const { rule } = node;
  if (rule.op === 'person') {
    const [id, test] = Object.entries(rule.arg)[0] ?? ['', true];
    const attribute = vocabulary.attributes[id];
    if (attribute?.type !== 'years' && attribute?.type !== 'number') return undefined;
    const { is, in: among, not, asOf, ...bounds } = normalise(test);
    if (is !== undefined || among !== undefined || not !== undefined || asOf !== undefined) return undefined;
    const whole = attribute.type === 'years' && attribute.counted !== 'elapsed';
    return stretch(`person ${id}`, bounds, whole);
  }
  if (rule.op !== 'amount') return undefined;
  const { of, is, ...bounds } = rule.arg;
  const numbers = Object.fromEntries(Object.entries(bounds).map(([key, one]) => [key, plain(one)]));
  if (is || Object.values(numbers).includes(undefined)) return undefined;
  return stretch(written(of), numbers, of.term.op === 'count');
}

/** The number an amount plainly is. */
export function plain(node: Amount | undefined): number | undefined {
  return node?.term.op === 'number' ? Number(node.term.arg) : undefined;
}

/** The same for the same formula, wherever it stands. */
const written = (node: Amount): string =>
  JSON.stringify(node.term, (key, value) =>
    key === 'path' || key === 'cite' || key === 'say' ? undefined : value,
  );

interface Bounds {
  readonly atLeast?: unknown;
  readonly moreThan?: unknown;
  readonly atMost?: unknown;
  readonly below?: unknown;
}

export function stretch(of: string, bounds: Bounds, whole: boolean): Stretch | undefined {
  const { atLeast, moreThan, atMost, below } = bounds;
  const number = (value: unknown, none: number) => (typeof value === 'number' ? value : none);
  const [low, over] = [number(atLeast, Number.NEGATIVE_INFINITY), number(moreThan, Number.NEGATIVE_INFINITY)];
  const [high, under] = [number(atMost, Number.POSITIVE_INFINITY), number(below, Number.POSITIVE_INFINITY)];
  const one = {
    of,
    low: Math.max(low, over),
    high: Math.min(high, under),
    closedLow: low > over,
    closedHigh: high < under,
    whole,
  };
  return Number.isFinite(one.low) || Number.isFinite(one.high) ? one : undefined;
}

/** Whether everything that passes the second passes the first. */
export function covers(a: Stretch, b: Stretch): boolean {
  return (
    a.of === b.of &&
    (a.low < b.low || (a.low === b.low && (a.closedLow || !b.closedLow))) &&
    (a.high > b.high || (a.high === b.high && (a.closedHigh || !b.closedHigh)))
  );
}

/** Whether some number passes both, though neither holds the other: bands that run into each other. */
export function overlap(a: Stretch, b: Stretch): boolean {
  if (a.of !== b.of || covers(a, b) || covers(b, a)) return false;
  const [first, second] = a.low <= b.low ? [a, b] : [b, a];
  return second.low < first.high || (second.low === first.high && second.closedLow && first.closedHigh);
}

/** Whether numbers between two neighbours, the lower first, pass neither. */
export function gap(a: Stretch, b: Stretch): boolean {
  if (a.of !== b.of || !Number.isFinite(a.high) || !Number.isFinite(b.low)) return false;
  if (!a.whole) return b.low > a.high || (b.low === a.high && !a.closedHigh && !b.closedLow);
  const [last, first] = [a.closedHigh ? a.high : a.high - 1, b.closedLow ? b.low : b.low + 1];
  return Math.ceil(first) > Math.floor(last) + 1;
}

/** Whether an amount is never anything but a whole number: people and records counted, years completed. */
export function isWhole(node: Amount, programme: Programme, vocabulary: Vocabulary): boolean {
  const { term } = node;
  switch (term.op) {
    case 'count':
    case 'run':
    case 'size':
    case 'places':
    case 'howMany':
      return true;
    case 'elapsed':
      return term.arg.counted !== 'exact';
    case 'value': {
      const attribute = vocabulary.attributes[typeof term.arg === 'string' ? term.arg : term.arg.of];
      return attribute?.type === 'years' && attribute.counted !== 'elapsed';
    }
    case 'measure': {
      const meant = programme.measures?.[term.arg];
      return meant !== undefined && isWhole(meant, programme, vocabulary);
    }
    default:
      return false;
  }
}
