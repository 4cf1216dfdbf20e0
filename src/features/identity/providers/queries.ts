import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import type { ProviderKind } from './rules.ts';

export interface Provider {
  readonly id: string;
  readonly kind: ProviderKind;
  readonly name: string;
  /** The issuer, or where the CAS server stands. */
  readonly address: string;
  readonly clientId: string | null;
  /** Sealed. */
  readonly clientSecret: string | null;
  /** What holds the staff number; null for the subject itself. */
  readonly claim: string | null;
  readonly matchStaffNumber: boolean;
  readonly provesSecond: boolean;
  readonly enabled: boolean;
  readonly revision: number;
}

const columns = [
  'id',
  'kind',
  'name',
  'address',
  'client_id as clientId',
  'client_secret as clientSecret',
  'claim',
  'match_staff_number as matchStaffNumber',
  'proves_second as provesSecond',
  'enabled',
  'revision',
] as const;

export const listProviders = (db: Db): Promise<Provider[]> =>
  db
    .selectFrom('sign_in_provider')
    .select(columns)
    .orderBy('created_at')
    .orderBy('id')
    .$castTo<Provider>()
    .execute();

export async function selectOptionalProvider(db: Db, id: string): Promise<Provider | null> {
  const row = await db
    .selectFrom('sign_in_provider')
    .select(columns)
    .where('id', '=', id)
    .$castTo<Provider>()
    .executeTakeFirst();
  return row ?? null;
}

const valuesOf = (provider: Provider) => ({
  name: provider.name,
  address: provider.address,
  client_id: provider.clientId,
  client_secret: provider.clientSecret,
  claim: provider.claim,
  match_staff_number: provider.matchStaffNumber,
  proves_second: provider.provesSecond,
  enabled: provider.enabled,
});

/** Sent twice it is one. */
export async function insertProvider(tx: Db, provider: Provider, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('sign_in_provider')
    .values({ id: provider.id, kind: provider.kind, created_at: now, ...valuesOf(provider) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** False when somebody else changed it since `provider.revision`. */
export async function updateProvider(tx: Db, provider: Provider): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_in_provider')
    .set({ ...valuesOf(provider), revision: provider.revision + 1 })
    .where('id', '=', provider.id)
    .where('revision', '=', provider.revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export interface Link {
  readonly id: string;
  readonly providerId: string;
  readonly providerName: string;
  readonly subject: string;
  readonly personId: string;
  readonly label: string | null;
  readonly linkedAt: Date;
  readonly usedAt: Date | null;
}

const linkRows = (db: Db) =>
  db
    .selectFrom('sign_in_link')
    .innerJoin('sign_in_provider', 'sign_in_provider.id', 'sign_in_link.provider_id')
    .select([
      'sign_in_link.id',
      'provider_id as providerId',
      'sign_in_provider.name as providerName',
      'subject',
      'person_id as personId',
      'label',
      'linked_at as linkedAt',
      'used_at as usedAt',
    ])
    .$castTo<Link>();

export const listLinks = (db: Db, personId: string): Promise<Link[]> =>
  linkRows(db).where('person_id', '=', personId).orderBy('linked_at').execute();

export async function selectOptionalLink(db: Db, providerId: string, subject: string): Promise<Link | null> {
  const row = await linkRows(db)
    .where('provider_id', '=', providerId)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row ?? null;
}

/** False when the subject or the person is linked there already: whoever comes second changes nothing. */
export async function insertLink(
  tx: Db,
  link: Pick<Link, 'providerId' | 'subject' | 'personId' | 'label'>,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('sign_in_link')
    .values({
      id: newId(),
      provider_id: link.providerId,
      subject: link.subject,
      person_id: link.personId,
      label: link.label,
      linked_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateLinkUsed(tx: Db, id: string, now: Date): Promise<void> {
  await tx.updateTable('sign_in_link').set({ used_at: now }).where('id', '=', id).execute();
}

/** False when it is not theirs. */
export async function deleteLink(tx: Db, personId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('sign_in_link')
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** Who has this staff number, exactly as it is written, and whether somebody of the provider is linked to them. */
export async function selectOptionalByNumber(
  db: Db,
  providerId: string,
  staffNumber: string,
): Promise<{ readonly personId: string; readonly serving: boolean; readonly taken: boolean } | null> {
  const { rows } = await sql<{ personId: string; serving: boolean; taken: boolean }>`
    SELECT id AS "personId", state = 'serving' AS serving,
           EXISTS (SELECT 1 FROM sign_in_link
                    WHERE provider_id = ${providerId} AND person_id = person.id) AS taken
      FROM person WHERE staff_number = ${staffNumber}`.execute(db);
  return rows[0] ?? null;
}
