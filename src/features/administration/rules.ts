/** What an administrator should look at, from the state of the install. Pure: sizes in bytes, ages in milliseconds. */
export type Concern =
  | 'migrations-missing'
  | 'disk-nearly-full'
  | 'no-backup'
  | 'backup-place-silent'
  | 'backup-old'
  | 'schedule-failed'
  | 'jobs-failed'
  | 'faults';

const GIGABYTE = 1024 ** 3;
const DAY_MS = 86_400_000;
/** A backup is made each day; half a day late is late. */
const OLD_BACKUP_MS = 1.5 * DAY_MS;

export interface Seen {
  readonly missingMigrations: number;
  readonly disk: { readonly free: number; readonly total: number } | null;
  /** Null when none are made by themselves; the age of the newest, null when there is none or the place is silent. */
  readonly backup: { readonly answers: boolean; readonly age: number | null } | null;
  readonly failedSchedules: number;
  readonly failedJobs: number;
  readonly faultsToday: number;
}

/** The worst first. */
export function concernsOf(seen: Seen): Concern[] {
  const { disk, backup } = seen;
  const found: (Concern | null)[] = [
    seen.missingMigrations > 0 ? 'migrations-missing' : null,
    disk !== null && (disk.free < GIGABYTE || disk.free < disk.total / 50) ? 'disk-nearly-full' : null,
    backup === null ? 'no-backup' : null,
    backup !== null && !backup.answers ? 'backup-place-silent' : null,
    backup?.answers === true && (backup.age === null || backup.age > OLD_BACKUP_MS) ? 'backup-old' : null,
    seen.failedSchedules > 0 ? 'schedule-failed' : null,
    seen.failedJobs > 0 ? 'jobs-failed' : null,
    seen.faultsToday > 0 ? 'faults' : null,
  ];
  return found.filter((one) => one !== null);
}
