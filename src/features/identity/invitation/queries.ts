import type { Db } from '../../../platform/database.ts';

export interface Invited {
  readonly personId: string;
  readonly name: string;
  readonly unitName: string | null;
  readonly unitPath: string | null;
  readonly signIn: string;
  /** The digest of the code that the link carries. */
  readonly passwordHash: string;
  readonly codeExpiresAt: Date;
}

/** Whose code this digest is of; null when it was used, replaced, or never made. */
export async function selectOptionalInvited(db: Db, codeHash: string): Promise<Invited | null> {
  const row = await db
    .selectFrom('account')
    .innerJoin('person', 'person.id', 'account.person_id')
    .leftJoin('unit', 'unit.id', 'person.unit_id')
    .select([
      'person.id as personId',
      'person.name',
      'unit.name as unitName',
      'person.unit_path as unitPath',
      'account.sign_in as signIn',
      'account.password_hash as passwordHash',
      'account.code_expires_at as codeExpiresAt',
    ])
    .where('account.password_hash', '=', codeHash)
    .where('account.code_expires_at', 'is not', null)
    .$castTo<Invited>()
    .executeTakeFirst();
  return row ?? null;
}
