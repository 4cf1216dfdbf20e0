import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { hashToken } from '../queries.ts';

/** What was wrong: a password or sign-in code, or the one-time or recovery code after it. */
export type WrongHow = 'password' | 'second';

export interface WrongTry {
  /** Null for a name that nobody has. */
  readonly personId: string | null;
  /** Where from, without its last part; null when it is not known. */
  readonly place: string | null;
  readonly how: WrongHow;
}

/** Counts a wrong try with those of its hour, account and place that nobody was told of yet: one row, however many there are. */
export async function insertWrongTry(db: Db, { personId, place, how }: WrongTry, now: Date): Promise<void> {
  const hour = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
  await sql`
    INSERT INTO wrong_try AS kept (id, person_id, place, hour, how, times, last_at)
    VALUES (${newId()}, ${personId}, ${place ?? ''}, ${hour}, ${how}, 1, ${now})
    ON CONFLICT (person_id, hour, place, how) WHERE NOT told
    DO UPDATE SET times = kept.times + 1, last_at = greatest(kept.last_at, excluded.last_at)`.execute(db);
}

/** The session of this token says how many wrong tries there were since the one before it. Those to come count anew. */
export async function tellWrongTries(tx: Db, personId: string, token: string): Promise<void> {
  await sql`
    WITH told AS (UPDATE wrong_try SET told = true WHERE person_id = ${personId} AND NOT told RETURNING times)
    UPDATE session SET wrong_before = (SELECT coalesce(sum(times), 0) FROM told)
     WHERE token_hash = ${hashToken(token)}`.execute(tx);
}

export interface WrongTries extends Omit<WrongTry, 'personId'> {
  readonly id: string;
  readonly times: number;
  readonly lastAt: Date;
}

/** At somebody's account since an instant, the newest first, at most `limit`. */
export async function listWrongTries(
  db: Db,
  personId: string,
  since: Date,
  limit: number,
): Promise<WrongTries[]> {
  const rows = await db
    .selectFrom('wrong_try')
    .select(['id', 'place', 'how', 'times', 'last_at as lastAt'])
    .where('person_id', '=', personId)
    .where('hour', '>', since)
    .orderBy('last_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .$castTo<WrongTries & { readonly place: string }>()
    .execute();
  return rows.map((row) => ({ ...row, place: row.place || null }));
}

/** Wrong tries from one place. */
export interface TriesFrom {
  readonly place: string | null;
  readonly times: number;
  /** At how many accounts. */
  readonly accounts: number;
  /** How many of the tries with names that nobody has. */
  readonly nobody: number;
  readonly lastAt: Date;
}

/** From where there were most since an instant, at most `limit` places. */
export async function sumWrongTries(db: Db, since: Date, limit: number): Promise<TriesFrom[]> {
  const { rows } = await sql<TriesFrom>`
    SELECT nullif(place, '') AS place, sum(times)::int AS times, count(DISTINCT person_id)::int AS accounts,
           coalesce(sum(times) FILTER (WHERE person_id IS NULL), 0)::int AS nobody, max(last_at) AS "lastAt"
      FROM wrong_try WHERE hour > ${since}
     GROUP BY place ORDER BY times DESC, place LIMIT ${limit}`.execute(db);
  return rows;
}

/** What was tried on one day (UTC). */
export interface WrongDay {
  readonly day: string;
  readonly wrongTries: number;
  /** At how many accounts. */
  readonly accountsTried: number;
  /** How many of the tries with names that nobody has. */
  readonly namesOfNobody: number;
  /** From how many places that are known. */
  readonly networks: number;
}

/** Days with wrong tries after one day, all when that is null, and before another. */
export async function listWrongDays(db: Db, after: string | null, before: string): Promise<WrongDay[]> {
  const { rows } = await sql<WrongDay>`
    SELECT (hour AT TIME ZONE 'UTC')::date AS day, sum(times)::int AS "wrongTries",
           count(DISTINCT person_id)::int AS "accountsTried",
           coalesce(sum(times) FILTER (WHERE person_id IS NULL), 0)::int AS "namesOfNobody",
           count(DISTINCT nullif(place, ''))::int AS networks
      FROM wrong_try
     WHERE hour < ${before}::date::timestamp AT TIME ZONE 'UTC'
       AND hour >= coalesce(${after}::date + 1, '-infinity'::date)::timestamp AT TIME ZONE 'UTC'
     GROUP BY 1 ORDER BY 1`.execute(db);
  return rows;
}

/** How many rows are older than an instant. */
export async function countOldWrongTries(db: Db, before: Date): Promise<number> {
  const { n } = await db
    .selectFrom('wrong_try')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('hour', '<', before)
    .executeTakeFirstOrThrow();
  return n;
}

export async function eraseWrongTries(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('wrong_try').where('hour', '<', before).executeTakeFirst();
  return Number(numDeletedRows);
}
