/**
 * Dividing a whole number of places among units in proportion to their weights: by a divisor method
 * (divisor.ts) or by largest remainders (hamilton.ts), within floors and caps. README.md gives the sources,
 * the conventions and the invariants.
 */

import { byDivisor, type DivisorMethod } from './divisor.ts';
import { hamilton } from './hamilton.ts';
import type { Outcome, Unit } from './problem.ts';

export type ApportionMethod = 'hamilton' | DivisorMethod;

export const apportionMethods: readonly ApportionMethod[] = [
  'hamilton',
  'webster',
  'huntington-hill',
  'dhondt',
  'adams',
  'dean',
];

export type ApportionInput = {
  method: ApportionMethod;
  /** Whole places to give, 0 or more. */
  total: number;
  /** One per unit, whole, 0 or more (teachers, pupils, posts). */
  weights: readonly (bigint | number)[];
  /** Fewest and most places per unit; a missing entry means 0 and no cap. */
  min?: readonly (number | undefined)[];
  max?: readonly (number | undefined)[];
  /** Unit indices, first served first: the recorded lot for places tied at the cut. */
  tieOrder?: readonly number[];
};

export type Tie = {
  /** Indices of the units with an equal claim, in ascending order. */
  candidates: number[];
  /** How many places they compete for; always fewer than the candidates. */
  places: number;
  /** Who received them by `tieOrder`; absent while the tie is open. */
  settledFor?: number[];
};

export type Infeasible =
  | { reason: 'floors-exceed-total'; sum: number; total: number }
  | { reason: 'caps-below-total'; sum: number; total: number }
  | { reason: 'floor-above-cap'; index: number; floor: number; cap: number };

export type Apportionment = {
  method: ApportionMethod;
  /** Places per unit. All zero when infeasible. */
  seats: number[];
  ties: Tie[];
  /** Places given to nobody: an open tie, or no unit left with both weight and room. */
  unallocated: number;
  /** Set when the bounds cannot be met; nothing is then allocated. */
  infeasible?: Infeasible;
  /** Each unit's exact share `total × weight ÷ sum`, bounds apart, as a reduced fraction: "81" or "7/3". */
  quotas: string[];
};

/** Throws RangeError on an input no form should let through (fractions, negatives, wrong lengths). */
export function apportion(input: ApportionInput): Apportionment {
  const units = readUnits(input);
  const { method, total } = input;
  const result: Apportionment = {
    method,
    seats: units.map(() => 0),
    ties: [],
    unallocated: total,
    quotas: exactQuotas(units, total),
  };
  const infeasible = findInfeasible(units, total);
  if (infeasible) return { ...result, infeasible };
  const outcome = method === 'hamilton' ? hamilton(units, total) : byDivisor(method, units, total);
  return settle(result, outcome, input.tieOrder);
}

export type MethodComparison = {
  reference: ApportionMethod;
  rows: {
    result: Apportionment;
    /** Units that receive more or fewer places than under the reference method. */
    gains: { index: number; by: number }[];
    losses: { index: number; by: number }[];
  }[];
};

/** The same places under several methods side by side, with who gains and who loses against `reference`. */
export function compareMethods(
  input: Omit<ApportionInput, 'method'>,
  methods: readonly ApportionMethod[] = apportionMethods,
  reference: ApportionMethod = 'webster',
): MethodComparison {
  const base = apportion({ ...input, method: reference });
  const rows = methods.map((method) => {
    const result = method === reference ? base : apportion({ ...input, method });
    const change = result.seats.map((seats, index) => ({ index, by: seats - (base.seats[index] ?? 0) }));
    return {
      result,
      gains: change.filter(({ by }) => by > 0),
      losses: change.filter(({ by }) => by < 0).map(({ index, by }) => ({ index, by: -by })),
    };
  });
  return { reference, rows };
}

function readUnits({ total, weights, min, max, tieOrder }: ApportionInput): Unit[] {
  const whole = (value: number, what: string) => {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${what} must be whole and not negative`);
    return value;
  };
  whole(total, 'total');
  for (const [name, bounds] of [['min', min] as const, ['max', max] as const]) {
    if (bounds && bounds.length !== weights.length)
      throw new RangeError(`${name} needs one entry per weight`);
  }
  if (tieOrder && new Set(tieOrder).size !== tieOrder.length)
    throw new RangeError('tieOrder names a unit twice');
  return weights.map((weight, index) => {
    if (typeof weight === 'bigint' && weight < 0n) throw new RangeError('weight must not be negative');
    return {
      index,
      weight: typeof weight === 'bigint' ? weight : BigInt(whole(weight, 'weight')),
      floor: whole(min?.[index] ?? 0, 'min'),
      // A unit can never hold more than everything, so the total is the natural absent cap.
      cap: whole(max?.[index] ?? Math.max(total, min?.[index] ?? 0), 'max'),
    };
  });
}

function findInfeasible(units: readonly Unit[], total: number): Infeasible | undefined {
  const crossed = units.find(({ floor, cap }) => floor > cap);
  if (crossed) {
    return { reason: 'floor-above-cap', index: crossed.index, floor: crossed.floor, cap: crossed.cap };
  }
  const floors = units.reduce((sum, { floor }) => sum + floor, 0);
  if (floors > total) return { reason: 'floors-exceed-total', sum: floors, total };
  const caps = units.reduce((sum, { cap }) => sum + cap, 0);
  if (caps < total) return { reason: 'caps-below-total', sum: caps, total };
  return undefined;
}

function settle(result: Apportionment, { seats, tie }: Outcome, tieOrder?: readonly number[]): Apportionment {
  const final = [...seats];
  const ties: Tie[] = [];
  if (tie) {
    const candidates = [...tie.candidates].sort((a, b) => a - b);
    const winners = tieOrder?.filter((index) => candidates.includes(index)).slice(0, tie.places);
    // An order that does not rank enough of the tied units settles nothing: half a lot is no lot.
    if (winners && winners.length === tie.places) {
      for (const index of winners) final[index] = (final[index] ?? 0) + 1;
      ties.push({ candidates, places: tie.places, settledFor: winners });
    } else {
      ties.push({ candidates, places: tie.places });
    }
  }
  const given = final.reduce((sum, seat) => sum + seat, 0);
  return { ...result, seats: final, ties, unallocated: result.unallocated - given };
}

function exactQuotas(units: readonly Unit[], total: number): string[] {
  const sum = units.reduce((all, { weight }) => all + weight, 0n);
  return units.map(({ weight }) => (sum === 0n ? '0' : fraction(BigInt(total) * weight, sum)));
}

function fraction(num: bigint, den: bigint): string {
  let [a, b] = [num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  return den === a ? `${num / a}` : `${num / a}/${den / a}`;
}
