import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { hashToken } from '../queries.ts';

export type ChallengeKind = 'passkey' | 'passkey-new' | 'provider' | 'link';

export interface NewChallenge {
  readonly kind: ChallengeKind;
  /** What comes back with the answer: random, and known to whoever was asked. Only its hash is kept. */
  readonly token: string;
  readonly personId?: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const CHALLENGE_MINUTES = 10;

/** Keeps a question until it is answered or ten minutes have gone; sweeps away some that nobody answered. */
export async function insertChallenge(db: Db, challenge: NewChallenge, now: Date): Promise<void> {
  await sql`
    DELETE FROM sign_in_challenge WHERE hash IN
      (SELECT hash FROM sign_in_challenge WHERE expires_at <= ${now} LIMIT 100 FOR UPDATE SKIP LOCKED)`.execute(
    db,
  );
  await db
    .insertInto('sign_in_challenge')
    .values({
      hash: hashToken(challenge.token),
      kind: challenge.kind,
      person_id: challenge.personId ?? null,
      detail: JSON.stringify(challenge.detail ?? {}),
      expires_at: new Date(now.getTime() + CHALLENGE_MINUTES * 60_000),
    })
    .execute();
}

export interface Challenge {
  readonly personId: string | null;
  readonly detail: unknown;
}

/** The question that this answers, once: taken away with the answer. Null when there is none, or it was answered. */
export async function takeChallenge(
  db: Db,
  kind: ChallengeKind,
  token: string,
  now: Date,
): Promise<Challenge | null> {
  const row = await db
    .deleteFrom('sign_in_challenge')
    .where('hash', '=', hashToken(token))
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .returning(['person_id as personId', 'detail'])
    .executeTakeFirst();
  return row ?? null;
}
