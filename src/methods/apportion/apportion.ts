/**
 * Dividing a whole number of places among units in proportion to their weights.
 *
 * Steps, for every divisor method:
 *   1. give each unit its floor;
 *   2. put each unit in a queue, ordered by the priority of its next place: weight / d(places held);
 *   3. give the next place to the head of the queue; a unit that reaches its cap leaves the queue;
 *   4. when the places left are fewer than the units that share the highest priority, stop: that is a
 *      tie at the cut. A declared order (a recorded lot) may settle it; otherwise those places stay open.
 * Hamilton's method has no priorities; see `hamilton` below.
 *
 * All comparisons are exact (BigInt cross products; Huntington-Hill compares squares). README.md gives the
 * sources, the choice of conventions and the invariants.
 */

export type ApportionMethod = 'hamilton' | 'webster' | 'huntington-hill' | 'dhondt' | 'adams' | 'dean';

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

type Unit = { index: number; weight: bigint; floor: number; cap: number };
type Outcome = { seats: number[]; tie?: { candidates: number[]; places: number } };

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

/** num/den; a zero denominator is an infinite claim (the first place under Adams, Hill and Dean). */
type Priority = { num: bigint; den: bigint };
type Claim = { unit: Unit; held: number; priority: Priority };

function priorityOf(method: Exclude<ApportionMethod, 'hamilton'>, weight: bigint, held: number): Priority {
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

function compareBig(a: bigint, b: bigint): number {
  return a > b ? 1 : a < b ? -1 : 0;
}

function byDivisor(
  method: Exclude<ApportionMethod, 'hamilton'>,
  units: readonly Unit[],
  total: number,
): Outcome {
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

/**
 * Largest remainder. Bounds: fix the units whose share lies outside their bounds, share the rest again, and
 * repeat; in each turn only the side (floors or caps) that weighs more is fixed, which ends at the one
 * division where every free unit has the same rate. Then each takes its whole part, and the places left go
 * to the largest remainders.
 */
function hamilton(units: readonly Unit[], total: number): Outcome {
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

function exactQuotas(units: readonly Unit[], total: number): string[] {
  const sum = units.reduce((all, { weight }) => all + weight, 0n);
  return units.map(({ weight }) => (sum === 0n ? '0' : fraction(BigInt(total) * weight, sum)));
}

function fraction(num: bigint, den: bigint): string {
  let [a, b] = [num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  return den === a ? `${num / a}` : `${num / a}/${den / a}`;
}
