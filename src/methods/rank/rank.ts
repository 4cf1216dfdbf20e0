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

export type PassedOver<T> = {
  candidate: T;
  because: { limit: string; kind: string } | 'total' | 'held-for-minimum';
};

export type LimitedChoice<T> = {
  selected: T[];
  passedOver: PassedOver<T>[];
  /** Equals of whom not all can be taken, and how many can; choosing stops there for a decision. */
  unresolved?: { candidates: T[]; places: number };
  /** Minimums that could not be reached. Maximums always hold. */
  breaches: LimitBreach[];
};

/**
 * Walks down the ranking and takes everyone whom no maximum bars, unless that would leave a minimum less
 * filled than it could be. Equals are taken together or, if they do not all fit, left for a decision. How far
 * minimums can be filled is judged limit by limit: where several limits cross, a minimum may be missed that a
 * search over all combinations would reach. It is then among the breaches, for people to see.
 */
export function chooseWithin<T>(
  ranking: readonly Ranked<T>[],
  total: number,
  limits: readonly Limit<T>[],
): LimitedChoice<T> {
  const selected: T[] = [];
  const passedOver: PassedOver<T>[] = [];
  const finish = (unresolved?: { candidates: T[]; places: number }): LimitedChoice<T> => {
    const all = ranking.map(({ candidate }) => candidate);
    return {
      selected,
      passedOver,
      ...(unresolved && { unresolved }),
      breaches: checkLimits(selected, limits, all),
    };
  };
  const choosing = new Choosing(ranking, limits);
  for (const equals of Map.groupBy(ranking, (row) => row.rank).values()) {
    choosing.look();
    const eligible: { candidate: T; like: Alike }[] = [];
    const passed: Alike[] = [];
    for (const row of equals) {
      const like = choosing.likeOf(row);
      const because = choosing.barrier(like, total - selected.length);
      if (because === undefined) {
        eligible.push({ candidate: row.candidate, like });
        continue;
      }
      passed.push(like);
      passedOver.push({ candidate: row.candidate, because });
    }
    let together = 0;
    for (const { like } of eligible) {
      if (choosing.barrier(like, total - selected.length - together) !== undefined) continue;
      choosing.take(like);
      together += 1;
    }
    const candidates = eligible.map(({ candidate }) => candidate);
    if (together < eligible.length) return finish({ candidates, places: together });
    selected.push(...candidates);
    for (const like of passed) like.waiting -= 1;
  }
  return finish();
}

/** Candidates who count alike under every limit: all that choosing has to know of each. */
type Alike = { readonly kinds: readonly (string | undefined)[]; waiting: number };

/** How many of each kind are taken and how many still wait, while choosing goes down a ranking. */
class Choosing<T> {
  private readonly limits: readonly Limit<T>[];
  private readonly likes: ReadonlyMap<Ranked<T>, Alike>;
  private readonly classes: readonly Alike[];
  private readonly taken: readonly Map<string, number>[];
  /** Minimums only fill up: once nobody who waits could fill one, nothing has to be held any more. */
  private wanting: boolean;

  constructor(ranking: readonly Ranked<T>[], limits: readonly Limit<T>[]) {
    const classes = new Map<string, Alike>();
    this.likes = new Map(
      ranking.map((row) => {
        const kinds = limits.map(({ of }) => of(row.candidate));
        const key = JSON.stringify(kinds.map((kind) => kind ?? null));
        const like = classes.get(key) ?? { kinds, waiting: 0 };
        like.waiting += 1;
        classes.set(key, like);
        return [row, like];
      }),
    );
    this.limits = limits;
    this.classes = [...classes.values()];
    this.taken = limits.map(() => new Map());
    this.wanting = limits.some(({ min }) => min !== undefined);
  }

  likeOf(row: Ranked<T>): Alike {
    return this.likes.get(row) ?? { kinds: [], waiting: 0 };
  }

  /** Looks whether any minimum can still be filled. */
  look(): void {
    if (!this.wanting) return;
    this.wanting = this.classes.some(
      ({ kinds, waiting }) =>
        waiting > 0 && kinds.some((kind, at) => this.count(at, kind) < this.least(at, kind)),
    );
  }

  take(like: Alike, by: 1 | -1 = 1): void {
    like.waiting -= by;
    like.kinds.forEach((kind, at) => {
      if (kind !== undefined) this.taken[at]?.set(kind, this.count(at, kind) + by);
    });
  }

  /** Why one more of this kind cannot be taken into so many places. */
  barrier(like: Alike, places: number): PassedOver<T>['because'] | undefined {
    const full = this.fullLimit(like);
    if (full) return full;
    if (places <= 0) return 'total';
    if (!this.wanting) return undefined;
    const without = this.reach(places);
    this.take(like);
    const taken = this.reach(places - 1);
    this.take(like, -1);
    return taken < without ? 'held-for-minimum' : undefined;
  }

  private count(at: number, kind: string | undefined): number {
    return kind === undefined ? 0 : (this.taken[at]?.get(kind) ?? 0);
  }

  private least(at: number, kind: string | undefined): number {
    return kind === undefined ? 0 : (this.limits[at]?.min ?? 0);
  }

  /** The first limit whose maximum their kind has reached. */
  private fullLimit({ kinds }: Alike): { limit: string; kind: string } | undefined {
    for (const [at, { name, max }] of this.limits.entries()) {
      const kind = kinds[at];
      if (kind !== undefined && max !== undefined && this.count(at, kind) >= max)
        return { limit: name, kind };
    }
    return undefined;
  }

  /**
   * How far the minimums can be filled: by those taken, and by as many of those waiting as there are places, leaving
   * out whom a maximum bars.
   */
  private reach(places: number): number {
    const able = this.classes.filter((like) => like.waiting > 0 && this.fullLimit(like) === undefined);
    let sum = 0;
    for (const [at, { min = 0 }] of this.limits.entries()) {
      if (min === 0) continue;
      const left = new Map<string, number>();
      for (const { kinds, waiting } of able) {
        const kind = kinds[at];
        if (kind !== undefined) left.set(kind, (left.get(kind) ?? 0) + waiting);
      }
      let fillable = 0;
      for (const [kind, number] of left)
        fillable += Math.min(number, Math.max(0, min - this.count(at, kind)));
      for (const number of this.taken[at]?.values() ?? []) sum += Math.min(number, min);
      sum += Math.min(places, fillable);
    }
    return sum;
  }
}

function countKinds<T>(limit: Limit<T>, candidates: readonly T[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    const kind = limit.of(candidate);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
