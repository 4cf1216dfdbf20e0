import { type Exact, exactNumber, formatExact, type Rounding, ratio, round } from '../../shared/decimal.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Names } from '../problem.ts';
import { type PopulationContext, wholeOf } from './participant.ts';

/** A number of people as a rule gives it. */
export interface Figure {
  /** Decimal text; null when it cannot be reckoned. */
  readonly value: string | null;
  /** The same as a whole number; null when it is none. */
  readonly whole: number | null;
  readonly reason: FigureReason | null;
}

export type FigureReason = 'size-unknown' | 'not-whole';
export const figureWords: Readonly<Record<FigureReason, Names>> = {
  'size-unknown': { 'zh-CN': '所依据的人数或名额未知', en: 'a number it is reckoned from is not known' },
  'not-whole': {
    'zh-CN': '不是整数，办法未说明如何取整',
    en: 'not a whole number, and nothing says how to round',
  },
};

export function figure(exact: Exact | undefined): Figure {
  if (exact === undefined) return { value: null, whole: null, reason: 'size-unknown' };
  const value = formatExact(exact);
  if (exact.d !== 1n) return { value, whole: null, reason: 'not-whole' };
  return { value, whole: Number(exact.n), reason: null };
}

/** What a rule comes to: a number, `null` where it says nothing for the case, undefined where it is not known. */
export type Bound = Exact | null | undefined;

/** Amounts of people are never negative: one that is stands for the case a rule is silent about. */
const SILENT = -1n;

/**
 * An amount of a limit. A step or a choice without `else` that reaches no case says nothing: "20 or more places: at
 * most 5 of one subject; 10 to 19: at most 3" leaves 9 places without a limit.
 */
export function compileBound(node: Amount, shop: AmountShop): (context: PopulationContext) => Bound {
  const amount = compileAmount(spoken(node), shop);
  return (context) => {
    const value = amount.value(...wholeOf(context));
    return value?.n === SILENT ? null : value;
  };
}

function spoken(node: Amount): Amount {
  const { path, term } = node;
  const silent: Amount = { path: `${path}.else`, term: { op: 'number', arg: String(SILENT) } };
  if (term.op === 'step' && !term.arg.else)
    return { ...node, term: { op: 'step', arg: { ...term.arg, else: silent } } };
  if (term.op === 'choose' && !term.arg.else)
    return { ...node, term: { op: 'choose', arg: { ...term.arg, else: silent } } };
  return node;
}

/** A share of a number of people; whole where the rule says how it becomes so. */
export function shareOf(percent: Exact, base: Exact, rounding: Rounding | undefined): Exact {
  const exact = ratio(percent.n * base.n, percent.d * base.d * 100n);
  return rounding ? round(exact, 0, rounding) : exact;
}

export const floor = (value: Exact): number => Number(round(value, 0, 'down').n);
export const ceiling = (value: Exact): number => Number(round(value, 0, 'up').n);
export const people = (number: number): Exact => exactNumber(number);

/** Compiled on first use: most programmes are asked for their eligibility only. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
