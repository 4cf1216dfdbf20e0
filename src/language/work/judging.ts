import { compare, divide, type Exact, parseExact, round, sumOf, whole } from '../../shared/decimal.ts';
import { taken, trimmed } from '../evaluate/marks.ts';
import type { Judging } from '../grammar/judging.ts';

/** What the marks of a panel come to. Exact throughout; rounded once, where the file says so. */

/** The marks one judge gave one candidate, as decimal text by the id of the criterion. */
export interface Sheet {
  readonly judge: string;
  readonly marks: Readonly<Record<string, string>>;
}

export type MarkFault = 'missing' | 'not-a-number' | 'beyond-full' | 'not-in-steps' | 'reason-missing';
type Criterion = Judging['criteria'][number];

/** May this stand as a mark of the criterion? An empty one is missing. */
export function judgeMark(criterion: Criterion, mark: string, reason: string): MarkFault | null {
  if (mark.trim() === '') return 'missing';
  const value = parseExact(mark.trim());
  if (value === null || value.n < 0n) return 'not-a-number';
  if (compare(value, parseExact(criterion.max) ?? whole(0)) > 0) return 'beyond-full';
  if (divide(value, parseExact(criterion.step ?? '1') ?? whole(1)).d !== 1n) return 'not-in-steps';
  return criterion.reason === true && reason.trim() === '' ? 'reason-missing' : null;
}

export interface Gathered {
  /** Rounded as the file says; undefined when fewer judges marked than it asks for, or nothing is left. */
  readonly result: Exact | undefined;
  /** In ascending order of their totals. */
  readonly totals: readonly {
    readonly judge: string;
    readonly total: Exact;
    readonly dropped: 'highest' | 'lowest' | null;
  }[];
  /** The mean of all marks on a criterion, by its id; none is dropped here. */
  readonly criteria: Readonly<Record<string, Exact>>;
}

/** Whole sheets only: one with a mark missing or out of bounds throws, for it was never to be submitted. */
export function gather(judging: Judging, sheets: readonly Sheet[]): Gathered {
  const { criteria, take = 'mean', dropHighest = 0, dropLowest = 0, rounding, judges } = judging;
  const read = sheets.map(({ judge, marks }) => {
    const values = criteria.map((one) => {
      const mark = marks[one.id] ?? '';
      const value = parseExact(mark);
      const fault = judgeMark(one, mark, 'given');
      if (value === null || fault !== null) throw new Error(`the mark of ${one.id} is ${fault}`);
      return value;
    });
    return { judge, values, total: sumOf(values) };
  });
  const ordered = read.toSorted((a, b) => compare(a.total, b.total) || (a.judge < b.judge ? -1 : 1));
  const enough = ordered.length >= (judges?.least ?? 1) && ordered.length > dropHighest + dropLowest;
  const kept = enough
    ? trimmed(
        ordered.map(({ total }) => total),
        dropHighest,
        dropLowest,
      )
    : [];
  const value = taken(kept, take);
  return {
    result: value && rounding ? round(value, rounding.places, rounding.mode) : value,
    totals: ordered.map(({ judge, total }, i) => ({
      judge,
      total,
      dropped: !enough
        ? null
        : i < dropLowest
          ? 'lowest'
          : i >= ordered.length - dropHighest
            ? 'highest'
            : null,
    })),
    criteria: Object.fromEntries(
      criteria.flatMap(({ id }, i) => {
        const of = read.flatMap(({ values }) => values[i] ?? []);
        const mean = taken(of, 'mean');
        return mean === undefined ? [] : [[id, mean]];
      }),
    ),
  };
}
