import { sqlState } from './database.ts';
import { passes } from './jobs/passing.ts';

/** Disk full, memory short, and a database that only reads (a standby, or one that was told to). */
const SHORT = /^(53|25006$)/;

/**
 * Whether something failed because the database or the disk is away or full: not for what was asked. Whether it was
 * done is not known where the answer to a commit was lost; every write may be sent again.
 */
export function isAway(error: unknown): boolean {
  if (passes(error)) return true;
  const state = sqlState(error);
  if (state !== null) return SHORT.test(state);
  return (
    error instanceof Error &&
    ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
}
