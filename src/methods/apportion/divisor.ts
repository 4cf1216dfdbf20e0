/**
 * Divisor methods, with floors and caps. Steps:
 *   1. give each unit its floor;
 *   2. put each unit in a queue, ordered by the strength of its claim to a next place: weight / d(places held);
 *   3. give the next place to the head of the queue; a unit that reaches its cap leaves the queue;
 *   4. when fewer places are left than units share the strongest claim, stop: that is a tie at the cut.
 * All comparisons are exact: cross products of BigInt, squares for Huntington-Hill.
 */
import { compareBig, type Outcome, type Unit } from './problem.ts';

export type DivisorMethod = 'webster' | 'huntington-hill' | 'dhondt' | 'adams' | 'dean';

/** num/den; a zero denominator is an infinite claim (the first place under Adams, Hill and Dean). */
type Priority = { num: bigint; den: bigint };
type Claim = { unit: Unit; held: number; priority: Priority };

function priorityOf(method: DivisorMethod, weight: bigint, held: number): Priority {
  const s = BigInt(held);
  switch (method) {
    case 'webster':
      return { num: 2n * weight, den: 2n * s + 1n };
    case 'dhondt':
      return { num: weight, den: s + 1n };
    case 'adams':
      return { num: weight, den: s };
    case 'dean':
      return { num: weight * (2n * s + 1n), den: 2n * s * (s + 1n) };
    case 'huntington-hill':
      return { num: weight * weight, den: s * (s + 1n) };
  }
}

/** Positive when a's claim is stronger. Two infinite claims compare by weight: the limit of w/ε. */
function compareClaims(a: Claim, b: Claim): number {
  const [p, q] = [a.priority, b.priority];
  if (p.den === 0n || q.den === 0n) {
    if (p.den !== q.den) return p.den === 0n ? 1 : -1;
    return compareBig(a.unit.weight, b.unit.weight);
  }
  return compareBig(p.num * q.den, q.num * p.den);
}

export function byDivisor(method: DivisorMethod, units: readonly Unit[], total: number): Outcome {
  const seats = units.map(({ floor }) => floor);
  let left = total - seats.reduce((sum, seat) => sum + seat, 0);
  const queue = new ClaimQueue();
  const enter = (unit: Unit, held: number) => {
    if (held < unit.cap && unit.weight > 0n) {
      queue.push({ unit, held, priority: priorityOf(method, unit.weight, held) });
    }
  };
  for (const unit of units) enter(unit, unit.floor);
  while (left > 0) {
    const equals = queue.popEquals();
    if (equals.length === 0) break;
    if (equals.length > left) {
      return { seats, tie: { candidates: equals.map(({ unit }) => unit.index), places: left } };
    }
    for (const { unit, held } of equals) {
      seats[unit.index] = held + 1;
      enter(unit, held + 1);
    }
    left -= equals.length;
  }
  return { seats };
}

/** A binary heap, strongest claim first. */
class ClaimQueue {
  readonly #heap: Claim[] = [];

  push(claim: Claim): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || compareClaims(claim, above) <= 0) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = claim;
  }

  /** Removes and returns every claim that shares the highest priority. */
  popEquals(): Claim[] {
    const equals: Claim[] = [];
    for (let head = this.#heap[0]; head; head = this.#heap[0]) {
      const first = equals[0];
      if (first && compareClaims(first, head) !== 0) break;
      equals.push(head);
      this.#dropHead();
    }
    return equals;
  }

  #dropHead(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const goRight = left && right && compareClaims(right, left) > 0;
      const child = goRight ? right : left;
      if (!child || compareClaims(last, child) >= 0) break;
      heap[at] = child;
      at = 2 * at + (goRight ? 2 : 1);
    }
    heap[at] = last;
  }
}
