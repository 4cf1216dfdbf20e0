import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { safeError } from './scrub.ts';

/** Something that failed and should not have, as often as it did. Who asked, and for whom, is not kept. */
export interface Fault {
  readonly place: string;
  readonly message: string;
  readonly request: string;
  readonly times: number;
  readonly first: Date;
  readonly last: Date;
}

const MOST_KEPT = 200;

/** Notes a failure where the administrator's page finds it; one row for each kind of it. */
export async function keepFault(
  db: Database,
  { error, route, request, at }: { error: unknown; route: string; request: string; at: Date },
): Promise<void> {
  const { type, message, code, stack } = safeError(error);
  const frame = stack.split('\n').find((line) => !line.includes('node_modules')) ?? '';
  const where = /([\w.-]+\/[\w.-]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? '';
  const place = where === '' ? route : `${route} (${where})`;
  const text = `${code === undefined ? type : `${type} ${code}`}: ${message}`.slice(0, 500);
  const id = createHash('sha256').update(`${place}\n${text}`).digest('hex').slice(0, 32);
  await sql`
    INSERT INTO fault (id, place, message, request, times, first_at, last_at)
    VALUES (${id}, ${place}, ${text}, ${request}, 1, ${at}, ${at})
    ON CONFLICT (id) DO UPDATE SET times = fault.times + 1, last_at = excluded.last_at, request = excluded.request`.execute(
    db,
  );
}

export async function listFaults(db: Database, limit: number): Promise<Fault[]> {
  const { rows } = await sql<Fault>`
    SELECT place, message, request, times, first_at AS first, last_at AS last FROM fault
     ORDER BY last_at DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** Keeps the latest kinds of failure, and none older than a month. */
export async function forgetFaults(db: Database, now: Date): Promise<void> {
  const month = new Date(now.getTime() - 30 * 86_400_000);
  await sql`
    DELETE FROM fault WHERE last_at < ${month}
       OR id NOT IN (SELECT id FROM fault ORDER BY last_at DESC LIMIT ${MOST_KEPT})`.execute(db);
}
