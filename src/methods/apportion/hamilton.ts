import { compareBig, type Outcome, type Unit } from './problem.ts';

/**
 * Largest remainder. Bounds: fix the units whose share lies outside their bounds, share the rest again, and
 * repeat; in each turn only the side (floors or caps) that weighs more is fixed, which ends at the one
 * division where every free unit has the same rate. Then each takes its whole part, and the places left go
 * to the largest remainders.
 */
export function hamilton(units: readonly Unit[], total: number): Outcome {
  const seats = units.map(() => 0);
  let free = [...units];
  let left = BigInt(total);
  let sum = 0n;
  for (;;) {
    sum = free.reduce((all, { weight }) => all + weight, 0n);
    const scale = sum === 0n ? 1n : sum;
    const under = free.map(({ weight, floor }) => BigInt(floor) * scale - left * weight);
    const over = free.map(({ weight, cap }) => left * weight - BigInt(cap) * scale);
    const lack = positiveSum(under);
    const excess = positiveSum(over);
    if (lack === 0n && excess === 0n) break;
    const fixed = new Set<Unit>();
    for (const [at, unit] of free.entries()) {
      const bound =
        lack >= excess && (under[at] ?? 0n) > 0n
          ? unit.floor
          : excess >= lack && (over[at] ?? 0n) > 0n
            ? unit.cap
            : undefined;
      if (bound === undefined) continue;
      seats[unit.index] = bound;
      left -= BigInt(bound);
      fixed.add(unit);
    }
    free = free.filter((unit) => !fixed.has(unit));
  }
  if (sum === 0n) return { seats };
  const shares = free.map((unit) => ({ unit, remainder: (left * unit.weight) % sum }));
  let open = left;
  for (const { unit } of shares) {
    const whole = (left * unit.weight) / sum;
    seats[unit.index] = Number(whole);
    open -= whole;
  }
  shares.sort((a, b) => compareBig(b.remainder, a.remainder));
  const places = Number(open);
  const last = shares[places - 1]?.remainder;
  const tied = shares.filter(({ remainder }) => remainder === last);
  const safe = last === undefined ? [] : shares.filter(({ remainder }) => remainder > last);
  if (safe.length + tied.length === places) safe.push(...tied);
  for (const { unit } of safe) seats[unit.index] = (seats[unit.index] ?? 0) + 1;
  const contested = places - safe.length;
  return contested > 0
    ? { seats, tie: { candidates: tied.map(({ unit }) => unit.index), places: contested } }
    : { seats };
}

function positiveSum(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => (value > 0n ? sum + value : sum), 0n);
}
