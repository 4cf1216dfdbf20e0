/**
 * Ranking by declared keys, the cut at n, and joint limits. Nothing is ever settled by accident of input
 * order: candidates whom no key separates share a rank, and a shared rank across the cut comes back as a
 * value that a person must decide (R-002-3: recommendation in order; ties by the declared key list, else by
 * a recorded decision).
 */

export type RankKey<T> = {
  name: string;
  /** Negative when a stands before b, zero when this key cannot tell them apart. */
  compare: (a: T, b: T) => number;
};

type Comparable = number | bigint;

/** The larger value first; candidates without a value come last. */
export function highFirst<T>(name: string, value: (candidate: T) => Comparable | undefined): RankKey<T> {
  return { name, compare: (a, b) => compareOptional(value(b), value(a), -1) };
}

/** The smaller value first; candidates without a value come last. */
export function lowFirst<T>(name: string, value: (candidate: T) => Comparable | undefined): RankKey<T> {
  return { name, compare: (a, b) => compareOptional(value(a), value(b), 1) };
}

/** `missing` is the sign when only a has no value. */
function compareOptional(a: Comparable | undefined, b: Comparable | undefined, missing: 1 | -1): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? missing : -missing;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A recorded decision (vote, lot) as a key: listed candidates in the order decided, the others untouched. */
export function decidedOrder<T>(name: string, order: readonly T[]): RankKey<T> {
  const place = new Map(order.map((candidate, index) => [candidate, index]));
  return {
    name,
    compare: (a, b) => {
      const [p, q] = [place.get(a), place.get(b)];
      return p === undefined || q === undefined ? 0 : p - q;
    },
  };
}

export type Ranked<T> = {
  candidate: T;
  /** 1 for the first; equals share a rank and the next rank is skipped (1, 2, 2, 4). */
  rank: number;
  /** The key that put this candidate below the one before; undefined for the first and for equals. */
  separatedBy?: string;
};

/** Equals keep their input order in the list but share their rank, so the order shown carries no meaning. */
export function rank<T>(candidates: readonly T[], keys: readonly RankKey<T>[]): Ranked<T>[] {
  const separating = (a: T, b: T) => keys.find((key) => key.compare(a, b) !== 0);
  const sorted = [...candidates].sort((a, b) => separating(a, b)?.compare(a, b) ?? 0);
  const ranking: Ranked<T>[] = [];
  for (const [index, candidate] of sorted.entries()) {
    const before = ranking[index - 1];
    const key = before && separating(before.candidate, candidate);
    if (before && !key) ranking.push({ candidate, rank: before.rank });
    else ranking.push({ candidate, rank: index + 1, ...(key && { separatedBy: key.name }) });
  }
  return ranking;
}

export type Cut<T> = {
  selected: T[];
  notSelected: T[];
  /** Equals who compete for the last places; they are in neither list until a decision is recorded. */
  unresolved?: { candidates: T[]; places: number };
};

/** The first `places` of a ranking. */
export function cut<T>(ranking: readonly Ranked<T>[], places: number): Cut<T> {
  const names = (rows: readonly Ranked<T>[]) => rows.map(({ candidate }) => candidate);
  const [last, next] = [ranking[places - 1], ranking[places]];
  if (!last || !next || last.rank !== next.rank) {
    return { selected: names(ranking.slice(0, places)), notSelected: names(ranking.slice(places)) };
  }
  const above = ranking.filter((row) => row.rank < last.rank);
  return {
    selected: names(above),
    notSelected: names(ranking.filter((row) => row.rank > last.rank)),
    unresolved: {
      candidates: names(ranking.filter((row) => row.rank === last.rank)),
      places: places - above.length,
    },
  };
}

/** "1 to 3 per subject", "2 per group", "8 per school": bounds on how many of one kind may be chosen. */
export type Limit<T> = {
  name: string;
  /** The kind a candidate counts under; undefined when this limit does not concern them. */
  of: (candidate: T) => string | undefined;
  min?: number;
  max?: number;
  /** Kinds that must reach `min` even when no candidate of that kind exists (every subject taught). */
  kinds?: readonly string[];
};

export type LimitBreach = {
  limit: string;
  kind: string;
  count: number;
  reason: 'above-max' | 'below-min';
  bound: number;
};

/** Every limit a choice breaks, in the order of the limits; empty when all hold. */
export function checkLimits<T>(
  chosen: readonly T[],
  limits: readonly Limit<T>[],
  all: readonly T[],
): LimitBreach[] {
  return limits.flatMap((limit) => {
    const counts = countKinds(limit, chosen);
    const kinds = new Set([...(limit.kinds ?? []), ...all.map(limit.of), ...counts.keys()]);
    return [...kinds].flatMap((kind): LimitBreach[] => {
      if (kind === undefined) return [];
      const count = counts.get(kind) ?? 0;
      const breach = { limit: limit.name, kind, count };
      if (limit.max !== undefined && count > limit.max) {
        return [{ ...breach, reason: 'above-max', bound: limit.max }];
      }
      if (limit.min !== undefined && count < limit.min) {
        return [{ ...breach, reason: 'below-min', bound: limit.min }];
      }
      return [];
    });
  });
}

export type LimitedChoice<T> = {
  selected: T[];
  passedOver: { candidate: T; because: { limit: string; kind: string } | 'total' | 'held-for-minimum' }[];
  /** A tie met while choosing, where taking one of the equals bars another; choosing stops there. */
  unresolved?: { candidates: T[]; places: number };
  /** Minimums that could not be reached. Maximums always hold. */
  breaches: LimitBreach[];
};

/**
 * Walks down the ranking and takes everyone whom no maximum bars, holding back as many places as the
 * minimums still need. Equals are taken together or, if they do not all fit, left for a decision.
 */
export function chooseWithin<T>(
  ranking: readonly Ranked<T>[],
  total: number,
  limits: readonly Limit<T>[],
): LimitedChoice<T> {
  const all = ranking.map(({ candidate }) => candidate);
  const selected: T[] = [];
  const passedOver: LimitedChoice<T>['passedOver'] = [];
  const barrier = (
    candidate: T,
    chosen: readonly T[],
  ): LimitedChoice<T>['passedOver'][number]['because'] | undefined => {
    for (const limit of limits) {
      const kind = limit.of(candidate);
      const held = kind === undefined ? 0 : (countKinds(limit, chosen).get(kind) ?? 0);
      if (kind !== undefined && limit.max !== undefined && held >= limit.max)
        return { limit: limit.name, kind };
    }
    if (chosen.length >= total) return 'total';
    const after = [...chosen, candidate];
    const rest = all.filter((other) => !after.includes(other));
    return placesHeld(after, rest, limits) > total - after.length ? 'held-for-minimum' : undefined;
  };
  for (let at = 0; at < ranking.length; ) {
    const rankHere = ranking[at]?.rank;
    const equals = ranking.filter((row) => row.rank === rankHere).map(({ candidate }) => candidate);
    at += equals.length;
    const eligible = equals.filter((candidate) => barrier(candidate, selected) === undefined);
    for (const candidate of equals) {
      const because = barrier(candidate, selected);
      if (because !== undefined && !eligible.includes(candidate)) passedOver.push({ candidate, because });
    }
    const taken = [...selected];
    const fit = eligible.filter((candidate) => {
      if (barrier(candidate, taken) !== undefined) return false;
      taken.push(candidate);
      return true;
    });
    if (fit.length < eligible.length) {
      const unresolved = { candidates: eligible, places: fit.length };
      return { selected, passedOver, unresolved, breaches: checkLimits(selected, limits, all) };
    }
    selected.push(...eligible);
  }
  return { selected, passedOver, breaches: checkLimits(selected, limits, all) };
}

function countKinds<T>(limit: Limit<T>, candidates: readonly T[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    const kind = limit.of(candidate);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Places the minimums still need and the remaining candidates could fill: the most any one limit asks. */
function placesHeld<T>(chosen: readonly T[], rest: readonly T[], limits: readonly Limit<T>[]): number {
  const needs = limits.map((limit) => {
    const min = limit.min ?? 0;
    const [have, could] = [countKinds(limit, chosen), countKinds(limit, rest)];
    return [...could].reduce(
      (sum, [kind, left]) => sum + Math.min(left, Math.max(0, min - (have.get(kind) ?? 0))),
      0,
    );
  });
  return Math.max(0, ...needs);
}
