/** What every method works on, once the input is read and known to be feasible. */

export type Unit = { index: number; weight: bigint; floor: number; cap: number };

/** Places given without doubt, and the tie that keeps the last ones open. */
export type Outcome = { seats: number[]; tie?: { candidates: number[]; places: number } };

/** Positive when a is larger. */
export function compareBig(a: bigint, b: bigint): number {
  return a > b ? 1 : a < b ? -1 : 0;
}
