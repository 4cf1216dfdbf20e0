/**
 * Who takes which of several kinds of places, when some fit more than one: as many as possible are seated, each in
 * the first kind that fits where that costs nobody a seat. People who fit the same kinds are alike, so the work goes
 * by kinds of people, not by people.
 */
export interface Kind {
  /** Indices of the places these people fit, best first. */
  readonly fits: readonly number[];
  readonly number: number;
}

/** For each kind of people, how many sit where (by index of places); those left over have no seat. */
export function fill(
  kinds: readonly Kind[],
  capacity: readonly number[],
): readonly ReadonlyMap<number, number>[] {
  const seated = kinds.map(() => new Map<number, number>());
  const taken = capacity.map(() => 0);
  /** Which kinds of people sit in each kind of places. */
  const sitting = capacity.map(() => new Set<number>());

  const move = (kind: number, place: number, by: number) => {
    const number = (seated[kind]?.get(place) ?? 0) + by;
    taken[place] = (taken[place] ?? 0) + by;
    if (number > 0) {
      seated[kind]?.set(place, number);
      sitting[place]?.add(kind);
    } else {
      seated[kind]?.delete(place);
      sitting[place]?.delete(kind);
    }
  };

  /** Seats one more of a kind, moving others on where that frees a seat; false when it cannot be. */
  const seat = (kind: number): boolean => {
    const from = new Map<number, { readonly kind: number; readonly before: number | null }>();
    const queue: number[] = [];
    const reach = (of: number, before: number | null) => {
      for (const place of kinds[of]?.fits ?? []) {
        if (from.has(place)) continue;
        from.set(place, { kind: of, before });
        queue.push(place);
      }
    };
    reach(kind, null);
    for (const place of queue) {
      if ((taken[place] ?? 0) < (capacity[place] ?? 0)) {
        for (let at: number | null = place; at !== null; ) {
          const step = from.get(at);
          if (!step) break;
          move(step.kind, at, 1);
          if (step.before !== null) move(step.kind, step.before, -1);
          at = step.before;
        }
        return true;
      }
      for (const other of sitting[place] ?? []) reach(other, place);
    }
    return false;
  };

  kinds.forEach(({ number }, kind) => {
    for (let n = 0; n < number; n += 1) if (!seat(kind)) break;
  });
  return seated;
}
