import { sql } from 'kysely';
import type { RecordFact } from '../../language/dossier.ts';
import type { Db } from '../../platform/database.ts';
import { among } from '../../platform/together.ts';
import type { CivilDate } from '../../shared/civil-date.ts';
import type { Claim, RecordState } from './rules.ts';

export interface NewRecord {
  readonly id: string;
  readonly personId: string;
  readonly unitPath: string;
  readonly claim: Claim;
  readonly state: RecordState;
  readonly late: boolean;
  readonly enteredBy: string;
  readonly at: Date;
  /** Who saw the evidence, where the office enters a record as confirmed. */
  readonly decidedBy?: string;
  readonly importId?: string;
}

const columnsOf = (claim: Claim) => ({
  type: claim.type,
  title: claim.title,
  happened_on: claim.happenedOn,
  level: claim.level,
  grade: claim.grade,
  author_order: claim.authorOrder,
  event: claim.event,
  certificate: claim.certificate,
  fields: JSON.stringify(claim.fields),
});

/** Keeps new records; the ids of those that were not there yet. The same submission sent again adds nothing. */
export async function insertRecords(tx: Db, records: readonly NewRecord[]): Promise<string[]> {
  const added: string[] = [];
  for (let start = 0; start < records.length; start += 1000) {
    const rows = await tx
      .insertInto('record')
      .values(
        records.slice(start, start + 1000).map((record) => ({
          id: record.id,
          person_id: record.personId,
          unit_path: record.unitPath,
          ...columnsOf(record.claim),
          state: record.state,
          late: record.late,
          entered_by: record.enteredBy,
          entered_at: record.at,
          decided_by: record.decidedBy ?? null,
          decided_at: record.decidedBy === undefined ? null : record.at,
          import_id: record.importId ?? null,
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    added.push(...rows.map(({ id }) => id));
  }
  return added;
}

/** Keeps one new record; false when it was already there. */
export const insertRecord = async (tx: Db, record: NewRecord): Promise<boolean> =>
  (await insertRecords(tx, [record])).length === 1;

export interface RecordChange {
  readonly claim: Claim;
  readonly late: boolean;
  readonly unitPath: string;
  /** The revision the change was made on. */
  readonly revision: number;
  readonly at: Date;
}

/** A corrected claim waits for the office again; false when someone changed it meanwhile. */
export async function updateRecord(tx: Db, id: string, change: RecordChange): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({
      ...columnsOf(change.claim),
      unit_path: change.unitPath,
      late: change.late,
      corrected_at: change.at,
      state: 'submitted',
      decided_by: null,
      decided_at: null,
      reason: null,
      revision: change.revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', change.revision)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface RecordDecision {
  readonly state: 'confirmed' | 'returned';
  readonly reason: string | null;
  readonly decidedBy: string;
  /** In whose stead. */
  readonly decidedFor?: string | null;
  readonly at: Date;
  readonly revision: number;
}

/** The office's decision on the revision it saw; false when it was decided or changed meanwhile. */
export async function decideRecord(tx: Db, id: string, decision: RecordDecision): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({
      state: decision.state,
      reason: decision.reason,
      decided_by: decision.decidedBy,
      decided_for: decision.decidedFor ?? null,
      decided_at: decision.at,
      revision: decision.revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', decision.revision)
    .where('state', '=', 'submitted')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The owner takes the claim back; it stays in the file as withdrawn. */
export async function withdrawRecord(tx: Db, id: string, revision: number): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({ state: 'withdrawn', revision: revision + 1 })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The record as it stands, held until the transaction ends. Throws when there is none. */
export async function lockRecord(
  tx: Db,
  id: string,
): Promise<{ personId: string; state: RecordState; revision: number }> {
  return tx
    .selectFrom('record')
    .select(['person_id as personId', 'state', 'revision'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export interface RecordPlaces {
  readonly personId: string;
  /** Where its owner stood when it was claimed; that office verifies it. */
  readonly claimedAt: string;
  /** Where its owner stands now. */
  readonly standsAt: string;
}

export async function selectRecordPlaces(db: Db, id: string): Promise<RecordPlaces | null> {
  const row = await db
    .selectFrom('record')
    .innerJoin('person', 'person.id', 'record.person_id')
    .select([
      'record.person_id as personId',
      'record.unit_path as claimedAt',
      sql<string>`coalesce(person.unit_path, record.unit_path)`.as('standsAt'),
    ])
    .where('record.id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

// --- What programmes read ------------------------------------------------------------------------------

/** Which records to read: of these types, none on or before the day `after`; null reads them all. */
export interface RecordNeeds {
  readonly types: readonly string[] | null;
  readonly after: CivilDate | null;
}
export const EVERY_RECORD: RecordNeeds = { types: null, after: null };

/** Records as the programme language reads them, each with whose it is. */
export const recordFacts = (personIds: readonly string[], needs: RecordNeeds) => sql<
  RecordFact & { personId: string }
>`
  SELECT person_id AS "personId", id, type, title, happened_on AS "on", level, grade, event,
         author_order AS "authorOrder", state AS status, fields,
         CASE WHEN late THEN true END AS late, CASE WHEN corrected_at IS NOT NULL THEN true END AS corrected
    FROM record
   WHERE person_id ${among(personIds)} AND state <> 'withdrawn'
     ${needs.types === null ? sql`` : sql`AND type = ANY(${needs.types})`}
     ${needs.after === null ? sql`` : sql`AND (happened_on > ${needs.after}::date OR happened_on IS NULL)`}
   ORDER BY happened_on, id`;

/** The records of some people as the programme language reads them; each of them has an entry, maybe empty. */
export async function selectRecordFacts(
  db: Db,
  personIds: readonly string[],
  needs: RecordNeeds = EVERY_RECORD,
): Promise<Map<string, RecordFact[]>> {
  const facts = new Map<string, RecordFact[]>(personIds.map((id) => [id, []]));
  const { rows } = await recordFacts(personIds, needs).execute(db);
  for (const { personId, ...fact } of rows) facts.get(personId)?.push(fact);
  return facts;
}
