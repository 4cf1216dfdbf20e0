import { sql } from 'kysely';
import { type Db, transaction } from '../../../platform/database.ts';

/** One thing that wrong attempts are counted by. */
export interface Counter {
  readonly key: string;
  /** The account it is about, when there is one. */
  readonly signIn: string | null;
  readonly most: number;
  /** Its closing is told; otherwise it looks like a wrong password, or it would tell that two names are one account. */
  readonly told: boolean;
  /** Whether a right password ends the count, or only takes back its own attempt: others count here too. */
  readonly shared: boolean;
}

export type Taken =
  /** `closes`: an account is closed by it, unless the attempt is right. */
  { readonly ok: true; readonly closes: Date | null } | { readonly ok: false; readonly until: Date | null };

/**
 * Counts an attempt before it is tried, so that attempts sent at once are no more than those sent one after the
 * other. Refused, and not counted, while any counter is closed; `until` is null when its closing is not told.
 */
export async function takeAttempt(
  db: Db,
  counters: readonly Counter[],
  minutes: number,
  now: Date,
): Promise<Taken> {
  const began = new Date(now.getTime() - minutes * 60_000);
  const ends = new Date(now.getTime() + minutes * 60_000);
  const rows = JSON.stringify(counters.map(({ key, signIn, most }) => ({ key, sign_in: signIn, most })));
  try {
    return await transaction(db, async (tx) => {
      const closed = await closedOf(tx, counters, now);
      if (closed !== null) return closed;
      const counted = await sql<{ signIn: string | null; until: Date | null }>`
        INSERT INTO sign_in_limit AS kept (key, sign_in, most, failures, since, closed_until)
        SELECT key, sign_in, most, 1, ${now}::timestamptz, CASE WHEN most <= 1 THEN ${ends}::timestamptz END
          FROM jsonb_to_recordset(${rows}::jsonb) AS wanted (key text, sign_in text, most integer)
         ORDER BY key
        ON CONFLICT (key) DO UPDATE
           SET failures = CASE WHEN kept.since <= ${began} THEN 1 ELSE kept.failures + 1 END,
               since = CASE WHEN kept.since <= ${began} THEN ${now}::timestamptz ELSE kept.since END,
               most = excluded.most,
               closed_until = CASE WHEN excluded.most <= CASE WHEN kept.since <= ${began} THEN 1 ELSE kept.failures + 1 END
                                   THEN ${ends}::timestamptz END
         WHERE kept.closed_until IS NULL OR kept.closed_until <= ${now}
        RETURNING sign_in AS "signIn", closed_until AS until`.execute(tx);
      // One closed between the look and the count: nothing of this attempt is kept.
      if (counted.rows.length < counters.length) throw new ClosedMeanwhile();
      return {
        ok: true,
        closes: counted.rows.find(({ signIn, until }) => signIn !== null && until)?.until ?? null,
      };
    });
  } catch (error) {
    if (!(error instanceof ClosedMeanwhile)) throw error;
    return (await closedOf(db, counters, now)) ?? { ok: false, until: ends };
  }
}

class ClosedMeanwhile extends Error {}

async function closedOf(db: Db, counters: readonly Counter[], now: Date): Promise<Taken | null> {
  const { rows } = await sql<{ key: string; until: Date | null }>`
    SELECT key, CASE WHEN closed_until > ${now} THEN closed_until END AS until
      FROM sign_in_limit WHERE key = ANY(${counters.map(({ key }) => key)}::text[]) ORDER BY key FOR UPDATE`.execute(
    db,
  );
  const closed = rows.filter(({ until }) => until !== null);
  if (closed.length === 0) return null;
  const told = closed.filter(({ key }) => counters.some((one) => one.key === key && one.told));
  const latest = Math.max(...told.map(({ until }) => until?.getTime() ?? 0));
  return { ok: false, until: told.length === 0 ? null : new Date(latest) };
}

/** The attempt was right: one's own counts end, shared ones forget only this attempt. Old counts are swept away. */
export async function forgiveAttempt(db: Db, counters: readonly Counter[], now: Date): Promise<void> {
  const keys = (shared: boolean) => counters.filter((one) => one.shared === shared).map(({ key }) => key);
  await sql`DELETE FROM sign_in_limit WHERE key = ANY(${keys(false)}::text[])`.execute(db);
  await sql`
    UPDATE sign_in_limit
       SET failures = greatest(failures - 1, 0), closed_until = CASE WHEN failures - 1 >= most THEN closed_until END
     WHERE key IN (SELECT key FROM sign_in_limit WHERE key = ANY(${keys(true)}::text[]) ORDER BY key FOR UPDATE)`.execute(
    db,
  );
  const old = new Date(now.getTime() - 2 * 24 * 3_600_000);
  await sql`
    DELETE FROM sign_in_limit WHERE key IN
      (SELECT key FROM sign_in_limit WHERE since < ${old} ORDER BY since LIMIT 100 FOR UPDATE SKIP LOCKED)`.execute(
    db,
  );
}

/** Until when an account is closed somewhere; null when it is not. */
export async function selectClosedUntil(db: Db, signIn: string, now: Date): Promise<Date | null> {
  const row = await db
    .selectFrom('sign_in_limit')
    .select((of) => of.fn.max('closed_until').as('until'))
    .where('sign_in', '=', signIn)
    .where('closed_until', '>', now)
    .executeTakeFirst();
  return row?.until ?? null;
}

/** Frees an account wherever it was closed; false when it was not closed. */
export async function deleteClosings(tx: Db, signIn: string, now: Date): Promise<boolean> {
  const closed = await selectClosedUntil(tx, signIn, now);
  await tx.deleteFrom('sign_in_limit').where('sign_in', '=', signIn).execute();
  return closed !== null;
}
