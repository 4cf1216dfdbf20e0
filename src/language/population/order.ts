import { daysBetween } from '../../shared/civil-date.ts';
import { compare, type Exact } from '../../shared/decimal.ts';
import { type Fact, isDay } from '../dossier.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Order among people: by exact amounts, and by what is known of them. */

/** An exact number beside its nearest float, so that sorting seldom has to multiply fractions. */
export interface Weighed {
  readonly exact: Exact;
  readonly near: number;
}
export const weigh = (exact: Exact): Weighed => ({ exact, near: Number(exact.n) / Number(exact.d) });

/** Far more than a float of a fraction can be off. */
const SAFE = 1e-12;

export function compareWeighed(a: Weighed, b: Weighed): number {
  const gap = a.near - b.near;
  if (Math.abs(gap) > SAFE * (Math.abs(a.near) + Math.abs(b.near))) return gap;
  return a.exact.n === b.exact.n && a.exact.d === b.exact.d ? 0 : compare(a.exact, b.exact);
}

/** An attribute as a number that grows with it: years run from a date, scales by their order. */
export function comparableFact(
  attribute: string,
  person: Readonly<Record<string, Fact | undefined>>,
  vocabulary: Vocabulary,
): number | undefined {
  const known = vocabulary.attributes[attribute];
  if (known?.type === 'years') {
    const since = person[known.since ?? ''];
    return isDay(since) ? -daysBetween('1900-01-01', since) : undefined;
  }
  const value = person[attribute];
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return undefined;
  if (known?.type === 'date') return daysBetween('1900-01-01', value);
  return known?.scale === undefined ? undefined : vocabulary.scales[known.scale]?.order.get(value);
}
