import type { Within } from '../../../platform/services.ts';
import { insertReads } from './queries.ts';
import type { ReadLog, SensitiveRead } from './rules.ts';

/** Written every second, or when so many have come; a crash loses what came since. */
const EVERY_MS = 1000;
const AT_ONCE = 500;
/** While the database is away reads wait here, up to so many; beyond, the oldest are lost and the log of the server says how many. */
const MOST_WAITING = 50_000;

/**
 * Reads are noted in memory and written in batches beside the requests, as a work of their own (`reads`): they cost a page no statement
 * and no waiting. `flush` before the process ends.
 */
export function openReadLog({ db, log, clock }: Pick<Within, 'db' | 'log' | 'clock'>): ReadLog {
  let waiting: SensitiveRead[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function arm(): void {
    if (timer !== null) return;
    timer = setTimeout(() => void flush(), EVERY_MS);
    timer.unref();
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE);
      try {
        await insertReads(db, clock().toISOString().slice(0, 10), batch);
      } catch (error) {
        log.error({ error, waiting: waiting.length }, 'reads not written yet');
        const lost = waiting.length - MOST_WAITING;
        if (lost > 0) {
          log.error({ lost }, 'reads lost: too many waited for the database');
          waiting = waiting.slice(lost);
        }
        arm();
        return;
      }
      waiting = waiting.slice(batch.length);
    }
  }

  return {
    note(read) {
      waiting.push(read);
      if (waiting.length >= AT_ONCE) void flush();
      else arm();
    },
    flush,
  };
}
