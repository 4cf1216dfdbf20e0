import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';

export interface NewCode {
  readonly personId: string;
  /** For those who have no account yet; others keep theirs. */
  readonly signIn: string;
  /** What `hashCode` gives; the code itself is kept nowhere. */
  readonly hash: string;
}

/**
 * Keeps the digests of sign-in codes: for people without a password or with an expired code; `over` says whom
 * else: those with an unused code, or anybody, whose password then ends. Returns who has the new code now, and
 * the name they sign in with.
 */
export async function insertCodes(
  tx: Db,
  codes: readonly NewCode[],
  over: 'nobody' | 'unused' | 'anybody',
  now: Date,
  expiresAt: Date,
): Promise<Map<string, string>> {
  const rows = JSON.stringify(
    codes.map(({ personId, signIn, hash }) => ({ p: personId, s: signIn, h: hash })),
  );
  const others = {
    nobody: sql`account.code_expires_at <= ${now}`,
    unused: sql`account.code_expires_at IS NOT NULL`,
    anybody: sql`true`,
  }[over];
  const kept = await sql<{ personId: string; signIn: string }>`
    INSERT INTO account (person_id, sign_in, password_hash, code_expires_at)
    SELECT p, s, h, ${expiresAt}::timestamptz FROM jsonb_to_recordset(${rows}::jsonb) AS row (p uuid, s text, h text)
    ON CONFLICT (person_id) DO UPDATE
       SET password_hash = excluded.password_hash, code_expires_at = excluded.code_expires_at
     WHERE account.password_hash IS NULL OR ${others}
    RETURNING person_id AS "personId", sign_in AS "signIn"`.execute(tx);
  return new Map(kept.rows.map(({ personId, signIn }) => [personId, signIn]));
}
