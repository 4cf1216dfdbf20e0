import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { hashToken } from '../queries.ts';
import type { SessionHow } from './rules.ts';

export interface OpenSession {
  readonly id: string;
  readonly how: SessionHow;
  readonly userAgent: string | null;
  readonly place: string | null;
  readonly createdAt: Date;
  readonly seenAt: Date;
  /** Wrong tries between the sign-in before and this one. */
  readonly wrongBefore: number;
}

/** The sessions of a person that have not ended, the one used last first. */
export async function listSessions(db: Db, personId: string, now: Date): Promise<OpenSession[]> {
  const { idle_minutes } = await db
    .selectFrom('sign_in_setting')
    .select('idle_minutes')
    .executeTakeFirstOrThrow();
  return db
    .selectFrom('session')
    .select(['id', 'how', 'user_agent as userAgent', 'place', 'created_at as createdAt', 'seen_at as seenAt'])
    .select('wrong_before as wrongBefore')
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .where('seen_at', '>', new Date(now.getTime() - idle_minutes * 60_000))
    .where('awaits_second', '=', false)
    .orderBy('seen_at', 'desc')
    .orderBy('id')
    .$castTo<OpenSession>()
    .execute();
}

/** Ends one session of this person; false when it is not theirs or has ended. */
export async function deleteOneSession(tx: Db, personId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('session')
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

export async function updateSeen(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('session')
    .set({ seen_at: now })
    .where('id', '=', id)
    .where('seen_at', '<', now)
    .execute();
}

/** For how long the token before is still known: forms on their way, and a double click. */
const BEFORE_MS = 120_000;

/**
 * The session is known by a new token, and proven when the person has `shown` just now who they are; by the one before
 * for two minutes more, and then as one that has shown nothing. False when it is known by neither.
 */
export async function renewToken(
  tx: Db,
  { before, fresh, shown }: { before: string; fresh: string; shown: boolean },
  now: Date,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    WITH was AS (SELECT id FROM session WHERE token_hash = ${hashToken(before)} FOR UPDATE),
         kept AS (INSERT INTO session_before (token_hash, session_id, proven_at, until)
                  SELECT ${hashToken(before)}, id, to_timestamp(0), ${new Date(now.getTime() + BEFORE_MS)} FROM was)
    UPDATE session SET token_hash = ${hashToken(fresh)}, proven_at = CASE WHEN ${shown} THEN ${now} ELSE proven_at END
      FROM was WHERE session.id = was.id
    RETURNING session.id`.execute(tx);
  const [renewed] = rows;
  if (renewed !== undefined) {
    await tx
      .deleteFrom('session_before')
      .where('session_id', '=', renewed.id)
      .where('until', '<=', now)
      .execute();
    return true;
  }
  // Renewed a moment ago, by the same form sent twice.
  const known = await tx
    .selectFrom('session')
    .select('id')
    .where('token_hash', '=', hashToken(fresh))
    .executeTakeFirst();
  return known !== undefined;
}

/** A session that began with a sign-in code has a password of one's own now. */
export async function updateHow(tx: Db, token: string, how: SessionHow): Promise<void> {
  await tx.updateTable('session').set({ how }).where('token_hash', '=', hashToken(token)).execute();
}
