import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { under } from '../../organisation/units/queries.ts';
import type { UnitLevel } from '../../organisation/units/rules.ts';
import type { HoldingClaim } from '../../titles/rules.ts';
import type { Claim } from '../rules.ts';
import type { Comparable } from '../similarity/rules.ts';
import type { CellProblem, Columns, Owner } from './rules.ts';

/* Bulk import of records: rows of kind `records` in the import tables, which organisation keeps for rosters. */

export interface RecordsMapping {
  readonly sheet: string;
  readonly headerRow: number;
  readonly columns: Columns;
  /** The type of all rows when no column tells it. */
  readonly type: string | null;
}

export const VERDICTS = ['new', 'unchanged', 'suspect', 'faulty'] as const;
export type Verdict = (typeof VERDICTS)[number];
export interface Summary {
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly added?: { readonly records: number; readonly titles: number; readonly confirmed: boolean };
}

export interface RecordsImport {
  readonly id: string;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly unitLevel: UnitLevel;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly state: 'uploaded' | 'previewed' | 'done' | 'abandoned';
  readonly mapping: RecordsMapping | null;
  readonly summary: Summary | null;
  readonly createdByName: string;
  readonly createdAt: Date;
}

const jobs = (db: Db) =>
  db
    .selectFrom('import_job as job')
    .innerJoin('unit', 'unit.id', 'job.unit_id')
    .select([
      'job.id',
      'job.unit_id as unitId',
      'unit.name as unitName',
      'job.unit_path as unitPath',
      'unit.level as unitLevel',
      'job.file_name as fileName',
      'job.file_sha256 as fileSha256',
      'job.state',
      'job.mapping',
      'job.summary',
      nameOf('job.created_by').as('createdByName'),
      'job.created_at as createdAt',
    ])
    .where('job.kind', '=', 'records');

/** Only this file writes the mapping, summary and states of its kind. */
const isImport = (row: { state: string; mapping: unknown; summary: unknown }): RecordsImport =>
  row as RecordsImport;

export async function selectOptionalImport(db: Db, id: string): Promise<RecordsImport | null> {
  const row = await jobs(db).where('job.id', '=', id).executeTakeFirst();
  return row ? isImport(row) : null;
}

/** Imports for units under the roots, newest first. */
export async function listImports(db: Db, roots: readonly string[], limit: number): Promise<RecordsImport[]> {
  const rows = await jobs(db)
    .where(under('job.unit_path', roots))
    .orderBy('job.created_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(isImport);
}

/** False when this upload is known: the form was sent twice. */
export async function insertImport(
  db: Db,
  job: {
    id: string;
    unitId: string;
    unitPath: string;
    fileName: string;
    sha256: string;
    createdBy: string;
    at: Date;
  },
): Promise<boolean> {
  const added = await db
    .insertInto('import_job')
    .values({
      id: job.id,
      kind: 'records',
      unit_id: job.unitId,
      unit_path: job.unitPath,
      file_name: job.fileName,
      file_sha256: job.sha256,
      state: 'uploaded',
      created_by: job.createdBy,
      created_at: job.at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

/** The import held until the transaction ends, so that it is applied once. */
export async function lockImport(tx: Db, id: string): Promise<{ state: string }> {
  return tx
    .selectFrom('import_job')
    .select('state')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function updateImport(
  tx: Db,
  id: string,
  change: { state: RecordsImport['state']; mapping?: RecordsMapping; summary?: Summary; finishedAt?: Date },
): Promise<void> {
  await tx
    .updateTable('import_job')
    .set({
      state: change.state,
      ...(change.mapping === undefined ? {} : { mapping: JSON.stringify(change.mapping) }),
      ...(change.summary === undefined ? {} : { summary: JSON.stringify(change.summary) }),
      ...(change.finishedAt === undefined ? {} : { finished_at: change.finishedAt }),
    })
    .where('id', '=', id)
    .execute();
}

/** What was chosen the last time a sheet with these headers came to the unit. */
export async function selectOptionalMapping(
  db: Db,
  unitId: string,
  header: string,
): Promise<Pick<RecordsMapping, 'columns' | 'type'> | null> {
  const row = await db
    .selectFrom('import_mapping')
    .select('mapping')
    .where('unit_id', '=', unitId)
    .where('kind', '=', 'records')
    .where('header', '=', header)
    .executeTakeFirst();
  return row ? (row.mapping as Pick<RecordsMapping, 'columns' | 'type'>) : null;
}

export async function rememberMapping(
  tx: Db,
  unitId: string,
  header: string,
  { columns, type }: RecordsMapping,
  at: Date,
): Promise<void> {
  const mapping = JSON.stringify({ columns, type });
  await tx
    .insertInto('import_mapping')
    .values({ unit_id: unitId, kind: 'records', header, mapping, used_at: at })
    .onConflict((conflict) =>
      conflict.columns(['unit_id', 'kind', 'header']).doUpdateSet({ mapping, used_at: at }),
    )
    .execute();
}

/** A row as previewed: what it would add, or why not. */
export interface StagedRow {
  readonly rowNumber: number;
  readonly verdict: Verdict;
  readonly personId: string | null;
  readonly cells: {
    readonly text: readonly string[];
    readonly ownerName?: string;
    readonly unitPath?: string;
    readonly record?: { readonly id: string; readonly claim: Claim; readonly late: boolean };
    readonly title?: { readonly id: string; readonly holding: HoldingClaim };
    /** The record it repeats or looks like. */
    readonly like?: { readonly id: string; readonly because: string };
  };
  readonly problems: readonly CellProblem[];
}

/** What was previewed before is replaced. */
export async function replaceRows(tx: Db, jobId: string, rows: readonly StagedRow[]): Promise<void> {
  await tx.deleteFrom('import_row').where('job_id', '=', jobId).execute();
  for (let start = 0; start < rows.length; start += 2000) {
    const given = rows
      .slice(start, start + 2000)
      .map((row) => [row.rowNumber, row.verdict, row.personId, row.cells, row.problems]);
    await sql`
      INSERT INTO import_row (job_id, row_number, verdict, person_id, cells, problems)
      SELECT ${jobId}, (row->>0)::int, row->>1, (row->>2)::uuid, row->3, row->4
        FROM jsonb_array_elements(${JSON.stringify(given)}::jsonb) AS row`.execute(tx);
  }
}

export async function listRows(
  db: Db,
  jobId: string,
  verdict: Verdict | null,
  page: { readonly limit: number; readonly offset: number },
): Promise<StagedRow[]> {
  let query = db
    .selectFrom('import_row')
    .select(['row_number as rowNumber', 'verdict', 'person_id as personId', 'cells', 'problems'])
    .where('job_id', '=', jobId);
  if (verdict !== null) query = query.where('verdict', '=', verdict);
  const rows = await query.orderBy('row_number').limit(page.limit).offset(page.offset).execute();
  return rows.map((row) => row as unknown as StagedRow);
}

/** The people under a unit whom these numbers or names may mean. */
export async function selectOwners(
  db: Db,
  unitPath: string,
  numbers: readonly string[],
  names: readonly string[],
): Promise<Owner[]> {
  const { rows } = await sql<Owner>`
    SELECT p.id, p.name, p.staff_number AS "staffNumber", u.name AS "unitName", p.unit_path AS "unitPath",
           p.birth_date AS "birthDate", p.teaching_since AS "teachingSince"
      FROM person p LEFT JOIN unit u ON u.id = p.unit_id
     WHERE ${under('p.unit_path', [unitPath])} AND p.state <> 'merged'
       AND (p.staff_number = ANY(${numbers}) OR p.name = ANY(${names}))`.execute(db);
  return rows;
}

export interface KnownRecord
  extends Comparable,
    Omit<Claim, 'type' | 'title' | 'happenedOn' | 'event' | 'certificate'> {}

/** The records these people have, and anybody's with one of these certificate numbers. */
export async function selectKnownRecords(
  db: Db,
  personIds: readonly string[],
  certificates: readonly string[],
): Promise<KnownRecord[]> {
  const { rows } = await sql<KnownRecord>`
    SELECT id, person_id AS "personId", type, title, happened_on AS "happenedOn", level, grade,
           author_order AS "authorOrder", event, certificate, fields, '{}'::text[] AS evidence
      FROM record
     WHERE state <> 'withdrawn' AND (person_id = ANY(${personIds}) OR certificate = ANY(${certificates}))
     ORDER BY entered_at`.execute(db);
  return rows;
}

/** Notes on imported records which others they look like. */
export async function updateLikeness(
  tx: Db,
  likenesses: readonly {
    readonly id: string;
    readonly like: { readonly id: string; readonly because: string };
  }[],
): Promise<void> {
  if (likenesses.length === 0) return;
  const given = likenesses.map(({ id, like }) => ({ id, other: like.id, because: like.because }));
  await sql`
    UPDATE record SET similar_to = given.other, similar_because = given.because
      FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS given (id uuid, other uuid, because text)
     WHERE record.id = given.id`.execute(tx);
}
