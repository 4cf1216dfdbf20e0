import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { ROLES } from '../rules.ts';
import type { Factors } from './rules.ts';

export async function selectFactors(db: Db, personId: string, today: string): Promise<Factors> {
  const { rows } = await sql<Omit<Factors, 'roles'> & { roles: string[] }>`
    SELECT EXISTS (SELECT 1 FROM totp WHERE person_id = ${personId} AND confirmed_at IS NOT NULL) AS totp,
           (SELECT count(*) FROM passkey WHERE person_id = ${personId})::int AS passkeys,
           (SELECT count(*) FROM recovery_code WHERE person_id = ${personId} AND used_at IS NULL)::int AS "recoveryCodes",
           ARRAY(SELECT role FROM role_assignment WHERE person_id = ${personId} AND during @> ${today}::date) AS roles`.execute(
    db,
  );
  const row = rows[0] ?? { totp: false, passkeys: 0, recoveryCodes: 0, roles: [] };
  return { ...row, roles: ROLES.filter((role) => row.roles.includes(role)) };
}

export interface Totp {
  /** Sealed. */
  readonly secret: string;
  readonly confirmedAt: Date | null;
  readonly lastStep: number;
}

export async function selectOptionalTotp(db: Db, personId: string): Promise<Totp | null> {
  const row = await db
    .selectFrom('totp')
    .select(['secret', 'confirmed_at as confirmedAt', 'last_step as lastStep'])
    .where('person_id', '=', personId)
    .$castTo<Totp>()
    .executeTakeFirst();
  return row ?? null;
}

/** A secret being set up; one set up and not confirmed is kept, so that a page loaded again shows the same. */
export async function insertTotp(db: Db, personId: string, secret: string, now: Date): Promise<void> {
  await db
    .insertInto('totp')
    .values({ person_id: personId, secret, made_at: now })
    .onConflict((conflict) => conflict.column('person_id').doNothing())
    .execute();
}

/** Confirms the secret by its first code; false when it was confirmed already. */
export async function confirmTotp(tx: Db, personId: string, step: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('totp')
    .set({ confirmed_at: now, last_step: step })
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Uses a step up; false when it, or a later one, was used before. */
export async function useStep(tx: Db, personId: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('totp')
    .set({ last_step: step })
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is not', null)
    .where('last_step', '<', step)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function deleteTotp(tx: Db, personId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('totp')
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** These recovery codes and no others. */
export async function replaceRecoveryCodes(
  tx: Db,
  personId: string,
  hashes: readonly string[],
): Promise<void> {
  await tx.deleteFrom('recovery_code').where('person_id', '=', personId).execute();
  if (hashes.length === 0) return;
  await tx
    .insertInto('recovery_code')
    .values(hashes.map((hash) => ({ person_id: personId, hash })))
    .execute();
}

/** What is kept of those that were not used. */
export const listRecoveryCodes = async (db: Db, personId: string): Promise<string[]> =>
  (
    await db
      .selectFrom('recovery_code')
      .select('hash')
      .where('person_id', '=', personId)
      .where('used_at', 'is', null)
      .execute()
  ).map(({ hash }) => hash);

/** Uses a recovery code up; false when it is none of theirs, or was used. */
export async function useRecoveryCode(tx: Db, personId: string, hash: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('recovery_code')
    .set({ used_at: now })
    .where('person_id', '=', personId)
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Everything somebody signs in with beside a password goes: one-time codes, passkeys, links to providers. */
export async function deleteFactors(
  tx: Db,
  personId: string,
): Promise<{ readonly totp: number; readonly passkeys: number; readonly links: number }> {
  const drop = async (table: 'totp' | 'passkey' | 'sign_in_link' | 'recovery_code') => {
    const { numDeletedRows } = await tx
      .deleteFrom(table)
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  };
  await drop('recovery_code');
  return { totp: await drop('totp'), passkeys: await drop('passkey'), links: await drop('sign_in_link') };
}
