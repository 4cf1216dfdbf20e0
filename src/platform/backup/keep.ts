/** How many backups to keep: the newest of each of so many days, weeks (from Monday) and months. */
export interface Keep {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

/** Which may go. The newest always stays; days are those of UTC, which keeps one of each either way. */
export function superseded<B extends { readonly at: Date }>(backups: readonly B[], keep: Keep): B[] {
  const newestFirst = [...backups].sort((a, b) => b.at.getTime() - a.at.getTime());
  const kept = new Set(newestFirst.slice(0, 1));
  const rules = [
    [keep.daily, (at: Date) => at.toISOString().slice(0, 10)],
    [keep.weekly, mondayOf],
    [keep.monthly, (at: Date) => at.toISOString().slice(0, 7)],
  ] as const;
  for (const [most, periodOf] of rules) {
    const periods = new Set<string>();
    for (const backup of newestFirst) {
      const period = periodOf(backup.at);
      if (periods.has(period)) continue;
      if (periods.size === most) break;
      periods.add(period);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}

const DAY = 86_400_000;

function mondayOf(at: Date): string {
  const day = Math.floor(at.getTime() / DAY);
  // 1 January 1970 was a Thursday.
  return String(day - ((day + 3) % 7));
}
