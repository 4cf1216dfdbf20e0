import type { Db } from '../../../platform/database.ts';
import { hashToken, type SessionHow } from '../queries.ts';

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

/** The person has just shown again who they are. */
export async function updateProven(tx: Db, token: string, now: Date): Promise<void> {
  await tx
    .updateTable('session')
    .set({ proven_at: now })
    .where('token_hash', '=', hashToken(token))
    .execute();
}

/** A session that began with a sign-in code has a password of one's own now. */
export async function updateHow(tx: Db, token: string, how: SessionHow): Promise<void> {
  await tx.updateTable('session').set({ how }).where('token_hash', '=', hashToken(token)).execute();
}
