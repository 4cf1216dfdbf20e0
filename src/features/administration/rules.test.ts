import { describe, expect, test } from 'vitest';
import { concernsOf, type Seen } from './rules.ts';

const HOUR = 3_600_000;
const well: Seen = {
  missingMigrations: 0,
  disk: { free: 50e9, total: 100e9 },
  backup: { answers: true, age: 8 * HOUR },
  failedSchedules: 0,
  failedJobs: 0,
  faultsToday: 0,
};

describe('what an administrator should look at', () => {
  test('is nothing when all is well', () => {
    expect(concernsOf(well)).toEqual([]);
  });

  test('a backup that is a day and a half old, absent, or not made at all', () => {
    expect(concernsOf({ ...well, backup: { answers: true, age: 37 * HOUR } })).toEqual(['backup-old']);
    expect(concernsOf({ ...well, backup: { answers: true, age: null } })).toEqual(['backup-old']);
    expect(concernsOf({ ...well, backup: { answers: false, age: null } })).toEqual(['backup-place-silent']);
    expect(concernsOf({ ...well, backup: null })).toEqual(['no-backup']);
  });

  test('a disk with less than a gigabyte, or less than a fiftieth, free', () => {
    expect(concernsOf({ ...well, disk: { free: 1.5e9, total: 100e9 } })).toEqual(['disk-nearly-full']);
    expect(concernsOf({ ...well, disk: { free: 0.9e9, total: 10e9 } })).toEqual(['disk-nearly-full']);
    expect(concernsOf({ ...well, disk: { free: 3e9, total: 100e9 } })).toEqual([]);
  });

  test('what failed, the worst first', () => {
    expect(
      concernsOf({ ...well, missingMigrations: 1, failedJobs: 2, failedSchedules: 1, faultsToday: 4 }),
    ).toEqual(['migrations-missing', 'schedule-failed', 'jobs-failed', 'faults']);
  });
});
