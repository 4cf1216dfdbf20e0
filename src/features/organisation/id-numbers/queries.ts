import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import type { IdKind } from './rules.ts';
import type { IdVault, SealedId } from './vault.ts';

/** Does the authority keep identity numbers at all? */
export const areIdNumbersKept = async (db: Db): Promise<boolean> =>
  (await idNumberSetting(db).executeTakeFirstOrThrow()).kept;
export const idNumberSetting = (db: Db) => db.selectFrom('id_number_setting').select('kept');

/** False when it was so already. */
export async function updateKept(tx: Db, kept: boolean): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('id_number_setting')
    .set({ kept })
    .where('kept', '<>', kept)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export interface IdRow extends SealedId {
  readonly id: string;
  readonly personId: string;
  readonly statedAt: Date;
}

export const idRows = (db: Db) =>
  db
    .selectFrom('id_number')
    .select([
      'id',
      'person_id as personId',
      'kind',
      'sealed',
      'key_id as keyId',
      'blind',
      'stated_at as statedAt',
    ])
    .$castTo<IdRow>();

export const selectOptionalIdNumber = async (db: Db, personId: string): Promise<IdRow | null> =>
  (await idRows(db).where('person_id', '=', personId).executeTakeFirst()) ?? null;

/** Whose these numbers are, wherever they are, by what a number is found by. */
export async function findByBlinds(
  db: Db,
  blinds: readonly string[],
): Promise<Map<string, { readonly personId: string }>> {
  if (blinds.length === 0) return new Map();
  const rows = await passing(db, 'similar', (all) =>
    all
      .selectFrom('id_number')
      .select(['blind', 'person_id as personId'])
      .where('blind', '=', sql<string>`ANY(${[...blinds]}::text[])`)
      .execute(),
  );
  return new Map(rows.map(({ blind, personId }) => [blind, { personId }]));
}

/** By what the numbers of these people are found. */
export async function selectBlinds(db: Db, people: readonly string[]): Promise<Map<string, string>> {
  if (people.length === 0) return new Map();
  const rows = await db
    .selectFrom('id_number')
    .select(['blind', 'person_id as personId'])
    .where('person_id', '=', sql<string>`ANY(${[...people]}::uuid[])`)
    .execute();
  return new Map(rows.map(({ blind, personId }) => [personId, blind]));
}

/** Keeps a person's number in place of the one before. A number another has fails with 23505. */
export async function putIdNumber(
  tx: Db,
  row: SealedId & { readonly id: string; readonly personId: string; readonly at: Date },
): Promise<void> {
  await deleteIdNumber(tx, row.personId);
  await tx
    .insertInto('id_number')
    .values({
      id: row.id,
      person_id: row.personId,
      kind: row.kind,
      sealed: row.sealed,
      key_id: row.keyId,
      blind: row.blind,
      stated_at: row.at,
    })
    .execute();
}

/** The kind it was of; null when there was none. */
export async function deleteIdNumber(tx: Db, personId: string): Promise<IdKind | null> {
  const row = await tx
    .deleteFrom('id_number')
    .where('person_id', '=', personId)
    .returning('kind')
    .executeTakeFirst();
  return (row?.kind as IdKind | undefined) ?? null;
}

/** Two entries of one person became one: `to` keeps its number, or takes that of `from`. */
export async function reassignIdNumber(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    UPDATE id_number SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (SELECT 1 FROM id_number theirs WHERE theirs.person_id = ${to})`.execute(
    tx,
  );
  await deleteIdNumber(tx, from);
}

// --- How long they are kept -----------------------------------------------------------------------------

/** Of those who left before then; and all of them, where the authority no longer keeps any. */
const old = (before: Date): RawBuilder<unknown> => sql`
  NOT (SELECT kept FROM id_number_setting)
  OR person_id IN (
    SELECT person.id FROM person WHERE person.state IN ('left', 'retired')
       AND (SELECT max(coalesce(upper(during), 'infinity')) FROM employment WHERE employment.person_id = person.id) < ${before}::timestamptz)`;

export async function countOldIdNumbers(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM id_number WHERE ${old(before)}`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function eraseOldIdNumbers(db: Db, before: Date): Promise<number> {
  const { numAffectedRows = 0n } = await sql`DELETE FROM id_number WHERE ${old(before)}`.execute(db);
  return Number(numAffectedRows);
}

// --- Another key ---------------------------------------------------------------------------------------

const AT_ONCE = 1000;

/** How many numbers there are by the key that sealed them. */
export async function countByKey(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('id_number')
    .select(['key_id as keyId', sql<number>`count(*)::int`.as('count')])
    .groupBy('key_id')
    .execute();
  return new Map(rows.map(({ keyId, count }) => [keyId, count]));
}

/** Seals anew what another key than the first sealed; how many, and how many of these could not be opened. */
export async function sealAnew(tx: Db, vault: IdVault): Promise<{ sealed: number; unreadable: number }> {
  let [sealed, unreadable, last] = [0, 0, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const rows = await idRows(tx)
      .where('key_id', '<>', vault.keyId)
      .where('id', '>', last)
      .orderBy('id')
      .limit(AT_ONCE)
      .forUpdate()
      .execute();
    for (const row of rows) {
      last = row.id;
      const number = vault.open(row.id, row);
      if (number === null) {
        unreadable += 1;
        continue;
      }
      const again = vault.seal(row.id, { kind: row.kind, number });
      await tx
        .updateTable('id_number')
        .set({ sealed: again.sealed, key_id: again.keyId, blind: again.blind })
        .where('id', '=', row.id)
        .execute();
      sealed += 1;
    }
    if (rows.length < AT_ONCE) return { sealed, unreadable };
  }
}
