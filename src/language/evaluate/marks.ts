import { add, compare, divide, type Exact, greatest, least, sumOf, whole } from '../../shared/decimal.ts';

/** A list of marks taken together, exactly: the highest and lowest dropped if asked, then the mean and the like. */

export type MarksTake = 'mean' | 'sum' | 'median' | 'highest' | 'lowest' | 'number';

/** In ascending order, without so many of the highest and of the lowest. Of equal marks one is dropped, not all. */
export function trimmed(marks: readonly Exact[], dropHighest: number, dropLowest: number): Exact[] {
  const sorted = marks.toSorted(compare);
  return sorted.slice(dropLowest, Math.max(dropLowest, sorted.length - dropHighest));
}

/** Of marks in ascending order; of none there is no mean, median, highest or lowest. */
export function taken(marks: readonly Exact[], take: MarksTake): Exact | undefined {
  if (take === 'number') return whole(marks.length);
  if (take === 'sum') return sumOf(marks);
  if (marks.length === 0) return undefined;
  if (take === 'highest') return greatest(marks);
  if (take === 'lowest') return least(marks);
  if (take === 'mean') return divide(sumOf(marks), whole(marks.length));
  const middle = marks.length / 2;
  const [low, high] = [marks[Math.ceil(middle) - 1], marks[Math.floor(middle)]];
  return low && high && divide(add(low, high), whole(2));
}
