import { cut, decidedOrder, rank } from '../../methods/rank/rank.ts';
import { compare, type Exact, parseExact, whole } from '../../shared/decimal.ts';
import type { AmountShop } from '../evaluate/amount.ts';
import type { Assessment } from '../grammar/work.ts';
import type { Names } from '../problem.ts';
import { floor, people, shareOf } from './figure.ts';
import { compareWeighed, type Weighed, weigh } from './order.ts';

/** Forced shares: a band of the assessment holds at most so many of those assessed; who is past it falls to the next. */
export interface Marked {
  readonly id: string;
  /** Decimal text; null when the assessment came to no total. */
  readonly total: string | null;
  /** The band the assessment gave, where more than the total decides; null for none. */
  readonly band?: string | null;
}

export interface GradesReport {
  /** How many were assessed: the shares are of these. */
  readonly assessed: number;
  /** Best first. */
  readonly bands: readonly BandShare[];
  /** One for each of those marked, in the order given. */
  readonly people: readonly Graded[];
}

export interface BandShare {
  readonly id: string;
  /** How many may be in it; null without a forced share. */
  readonly most: number | null;
  /** How many had the mark for it, those who fell to it included. */
  readonly reached: number;
  readonly kept: number;
  /** Equals at the border, and how many of them may stay. */
  readonly open: { readonly ids: readonly string[]; readonly places: number } | null;
}

export interface Graded {
  readonly id: string;
  /** Band by mark, and band after the shares; null for none, or while it is open. */
  readonly earned: string | null;
  readonly band: string | null;
  readonly reason: GradeReason;
}

export type GradeReason = 'kept' | 'share-full' | 'tie' | 'no-band' | 'not-assessed';
export const gradeWords: Readonly<Record<GradeReason, Names>> = {
  kept: { 'zh-CN': '按分数定等', en: 'as the mark gives' },
  'share-full': { 'zh-CN': '比例已满，顺延至下一等次', en: 'the share is full: falls to the next band' },
  tie: { 'zh-CN': '比例边界上同分，待决定', en: 'equals at the border of the share: awaits a decision' },
  'no-band': { 'zh-CN': '未达任何等次', en: 'reaches no band' },
  'not-assessed': { 'zh-CN': '没有考核结果', en: 'not assessed' },
};

export type Band = NonNullable<Assessment['bands']>[number];
interface Held {
  readonly id: string;
  readonly total: Weighed;
  readonly earned: string | null;
}

/** The band of a total, by its bounds; undefined when no band has it. */
export function bandOf(total: Exact, bands: readonly Band[]): Band | undefined {
  return bands
    .toSorted((a, b) => compare(exact(b.from), exact(a.from)))
    .find(
      ({ from, to, below }) =>
        compare(total, exact(from)) >= 0 &&
        (to === undefined || compare(total, exact(to)) <= 0) &&
        (below === undefined || compare(total, exact(below)) < 0),
    );
}

const exact = (text: string): Exact => parseExact(text) ?? whole(0);

export function compileGrades({ programme }: AmountShop) {
  const bands = (programme.assessment?.bands ?? []).toSorted((a, b) => compare(exact(b.from), exact(a.from)));

  /** `orders` are recorded decisions on the order among equals: ids, first kept first. */
  return (marked: readonly Marked[], orders: readonly (readonly string[])[] = []): GradesReport => {
    const held: Held[] = marked.flatMap(({ id, total, band }) => {
      const value = total === null ? null : parseExact(total);
      if (value === null) return [];
      const earned = band === undefined ? (bandOf(value, bands)?.id ?? null) : band;
      return [{ id, total: weigh(value), earned }];
    });
    const results = new Map<string, Graded>();
    const shares: BandShare[] = [];
    let fallen: readonly Held[] = [];
    // Of equals left open above, so many will fall here whoever they are: their places are kept.
    let awaited = 0;
    const fallOut = () => {
      for (const { id, earned } of fallen) results.set(id, { id, earned, band: null, reason: 'share-full' });
      fallen = [];
    };
    for (const { id: band, maxPercent, rounding, fails } of bands) {
      // A share that is full is no reason to fail anybody.
      if (fails) fallOut();
      const inBand = [...fallen, ...held.filter(({ earned }) => earned === band)];
      const most =
        maxPercent === undefined ? null : floor(shareOf(exact(maxPercent), people(held.length), rounding));
      const places = most === null ? inBand.length : Math.max(0, most - awaited);
      const { selected, notSelected, unresolved } = cut(ordered(inBand, orders), places);
      for (const { id, earned } of selected) {
        results.set(id, { id, earned, band, reason: earned === band ? 'kept' : 'share-full' });
      }
      for (const { id, earned } of unresolved?.candidates ?? []) {
        results.set(id, { id, earned, band: null, reason: 'tie' });
      }
      shares.push({
        id: band,
        most,
        reached: inBand.length,
        kept: selected.length,
        open: unresolved
          ? { ids: unresolved.candidates.map(({ id }) => id), places: unresolved.places }
          : null,
      });
      fallen = notSelected;
      const more = unresolved ? unresolved.candidates.length - unresolved.places : 0;
      awaited = (most === null ? 0 : Math.max(0, awaited - most)) + more;
    }
    fallOut();
    return {
      assessed: held.length,
      bands: shares,
      people: marked.map(({ id, total, band }) => {
        const result = results.get(id);
        if (result) return result;
        return { id, earned: band ?? null, band: null, reason: total === null ? 'not-assessed' : 'no-band' };
      }),
    };
  };
}

function ordered(held: readonly Held[], orders: readonly (readonly string[])[]) {
  const byId = new Map(held.map((one) => [one.id, one]));
  return rank(held, [
    { name: 'total', compare: (a, b) => compareWeighed(b.total, a.total) },
    ...orders.map((order) =>
      decidedOrder<Held>(
        'decision',
        order.flatMap((id) => byId.get(id) ?? []),
      ),
    ),
  ]);
}
