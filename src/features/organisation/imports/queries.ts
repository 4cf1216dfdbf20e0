import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { nameOf } from '../../../platform/names.ts';
import type { Suspicion } from '../people/rules.ts';
import { under } from '../units/queries.ts';
import type { Change, ColumnMap, Problem, RosterValues, Verdict } from './rules.ts';

export type ImportKind = 'roster' | 'oneroster' | 'records';
export type ImportState =
  | 'uploaded'
  | 'mapped'
  | 'previewing'
  | 'previewed'
  | 'confirming'
  | 'done'
  | 'failed'
  | 'abandoned';

/** What the person decided about a file before its preview. */
export interface Mapping {
  readonly sheet: string;
  /** The header's row as the spreadsheet program numbers it. */
  readonly headerRow: number;
  readonly columns: ColumnMap;
  /** The day the file describes: changes hold from it. */
  readonly asOf: string;
  readonly createUnits: boolean;
  /** Who had it previewed. */
  readonly by: string;
}

/** A sheet as the mapping page shows it: enough to choose columns by. */
export interface SheetOutline {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: number;
  /** The first rows, with their numbers; identity numbers are masked. */
  readonly head: readonly { readonly number: number; readonly cells: readonly string[] }[];
}

export interface PlannedUnitSummary {
  readonly id: string;
  readonly parentId: string;
  readonly parentName: string;
  readonly level: 'county' | 'school' | 'group';
  readonly name: string;
  readonly code: string | null;
  readonly stages: readonly string[];
  readonly setting: string | null;
  readonly subject: string | null;
  readonly rows: number;
}

export interface PreviewSummary {
  readonly total: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** How often each fault was found. */
  readonly problems: Readonly<Record<string, number>>;
  /** Units to be made, parents first. */
  readonly units: readonly PlannedUnitSummary[];
  /** Headers of the sheet, to name columns by. */
  readonly headers: readonly string[];
}

export interface Applied {
  readonly added: number;
  readonly updated: number;
  readonly moved: number;
  readonly units: number;
  readonly suspects: number;
  readonly digest: string;
}

export interface Summary {
  readonly outline: readonly SheetOutline[];
  readonly preview?: PreviewSummary;
  /** What was confirmed, by whom. */
  readonly confirmed?: { readonly suspects: 'add' | 'skip'; readonly by: string };
  readonly applied?: Applied;
}

export interface ImportJob {
  readonly id: string;
  readonly kind: ImportKind;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly state: ImportState;
  readonly mapping: Mapping | null;
  readonly progress: number;
  readonly summary: Summary;
  readonly failure: string | null;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const jobs = (db: Db) =>
  db
    .selectFrom('import_job as job')
    .innerJoin('unit', 'unit.id', 'job.unit_id')
    .select([
      'job.id',
      'job.kind',
      'job.unit_id as unitId',
      'unit.name as unitName',
      'job.unit_path as unitPath',
      'job.file_name as fileName',
      'job.file_sha256 as fileSha256',
      'job.state',
      'job.mapping',
      'job.progress',
      'job.summary',
      'job.failure',
      'job.created_by as createdBy',
      nameOf('job.created_by').as('createdByName'),
      'job.created_at as createdAt',
      'job.finished_at as finishedAt',
    ]);

type JobRow = Omit<ImportJob, 'mapping' | 'summary'> & { mapping: unknown; summary: unknown };
/** Mapping and summary are written by this file only. */
const isJob = (row: JobRow): ImportJob => ({
  ...(row as ImportJob),
  summary: (row.summary ?? { outline: [] }) as Summary,
});

export async function selectOptionalImport(db: Db, id: string): Promise<ImportJob | null> {
  const row = await jobs(db).where('job.id', '=', id).executeTakeFirst();
  return row ? isJob(row) : null;
}

export async function selectImport(db: Db, id: string): Promise<ImportJob> {
  const job = await selectOptionalImport(db, id);
  if (job === null) throw new HttpError(404, 'error.not-found');
  return job;
}

/** Imports into units under the roots, newest first. */
export async function listImports(
  db: Db,
  roots: readonly string[],
  limit: number,
  offset: number,
): Promise<ImportJob[]> {
  const rows = await jobs(db)
    .where(under('job.unit_path', roots))
    .where('job.kind', 'in', ['roster', 'oneroster'])
    .orderBy('job.created_at', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(isJob);
}

/** Imports at work, by their ids. */
export async function listUnfinishedImports(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('import_job')
    .select('id')
    .where('state', 'in', ['previewing', 'confirming'])
    .where('kind', 'in', ['roster', 'oneroster'])
    .orderBy('created_at')
    .execute();
  return rows.map(({ id }) => id);
}

export interface NewImport {
  readonly id: string;
  readonly kind: ImportKind;
  readonly unitId: string;
  readonly unitPath: string;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly outline: readonly SheetOutline[];
}

/** False when this upload is known: the form was sent twice. */
export async function insertImport(db: Db, job: NewImport): Promise<boolean> {
  const added = await db
    .insertInto('import_job')
    .values({
      id: job.id,
      kind: job.kind,
      unit_id: job.unitId,
      unit_path: job.unitPath,
      file_name: job.fileName,
      file_sha256: job.fileSha256,
      state: 'uploaded',
      summary: JSON.stringify({ outline: job.outline }),
      created_by: job.createdBy,
      created_at: job.createdAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

export interface ImportChange {
  readonly mapping?: Mapping;
  readonly progress?: number;
  readonly summary?: Summary;
  readonly failure?: string | null;
  readonly finishedAt?: Date;
}

/** Takes the job from one of the states to another; false when it is in none of them any more. */
export async function advanceImport(
  db: Db,
  id: string,
  from: readonly ImportState[],
  to: ImportState,
  change: ImportChange = {},
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('import_job')
    .set({
      state: to,
      ...(change.mapping === undefined ? {} : { mapping: JSON.stringify(change.mapping) }),
      ...(change.progress === undefined ? {} : { progress: change.progress }),
      ...(change.summary === undefined ? {} : { summary: JSON.stringify(change.summary) }),
      ...(change.failure === undefined ? {} : { failure: change.failure }),
      ...(change.finishedAt === undefined ? {} : { finished_at: change.finishedAt }),
    })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function updateProgress(db: Db, id: string, progress: number): Promise<void> {
  await db.updateTable('import_job').set({ progress }).where('id', '=', id).execute();
}

/** One process works on a job at a time: true when it is ours until the transaction ends. */
export async function claimImport(tx: Db, id: string): Promise<boolean> {
  const { rows } = await sql<{
    ours: boolean;
  }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${id}, 0)) AS ours`.execute(tx);
  return rows[0]?.ours === true;
}

// --- Remembered mappings --------------------------------------------------------------------------------

/** The columns chosen the last time the same headers came, at the unit or anywhere above it. */
export async function selectOptionalMapping(
  db: Db,
  unitPath: string,
  kind: ImportKind,
  signature: string,
): Promise<ColumnMap | null> {
  const row = await db
    .selectFrom('import_mapping')
    .innerJoin('unit', 'unit.id', 'import_mapping.unit_id')
    .select('import_mapping.mapping')
    .where('kind', '=', kind)
    .where('header', '=', signature)
    .where(sql<boolean>`starts_with(${unitPath}, unit.path)`)
    .orderBy(sql`length(unit.path)`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? (row.mapping as ColumnMap) : null;
}

export async function upsertMapping(
  db: Db,
  given: { unitId: string; kind: ImportKind; signature: string; columns: ColumnMap; at: Date },
): Promise<void> {
  const mapping = JSON.stringify(given.columns);
  await db
    .insertInto('import_mapping')
    .values({ unit_id: given.unitId, kind: given.kind, header: given.signature, mapping, used_at: given.at })
    .onConflict((conflict) =>
      conflict.columns(['unit_id', 'kind', 'header']).doUpdateSet({ mapping, used_at: given.at }),
    )
    .execute();
}

// --- Rows ------------------------------------------------------------------------------------------------

/** A row as previewed: what it says, where it belongs, what it would change. */
export interface StagedRow {
  readonly rowNumber: number;
  readonly verdict: Verdict;
  readonly personId: string | null;
  readonly cells: StagedCells;
  readonly problems: readonly Problem[];
}
export interface StagedCells {
  readonly values: RosterValues & {
    readonly nameSearch?: string;
    readonly unitId?: string;
    readonly groupId?: string | null;
    readonly how?: 'stay' | 'start' | 'follow' | 'correct';
    readonly revision?: number;
  };
  readonly unitName?: string;
  readonly changes?: readonly Change[];
  readonly suspects?: readonly { readonly personId: string; readonly reason: Suspicion }[];
}

export async function deleteRows(db: Db, jobId: string): Promise<void> {
  await db.deleteFrom('import_row').where('job_id', '=', jobId).execute();
}

/** Between rows and their parts: JSON writes control characters as escapes, so neither stands in a part. */
const ROW = '\x1e';
const FIELD = '\x1f';

/** Rows as one text which the database takes apart: as one JSON document it would build every cell twice. */
export async function insertRows(db: Db, jobId: string, rows: readonly StagedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map((row) =>
    [
      row.rowNumber,
      row.verdict,
      row.personId ?? '',
      JSON.stringify(row.cells),
      row.problems.length === 0 ? '[]' : JSON.stringify(row.problems),
    ].join(FIELD),
  );
  await sql`
    INSERT INTO import_row (job_id, unit_path, row_number, verdict, person_id, cells, problems)
    SELECT ${jobId}, (SELECT unit_path FROM import_job WHERE id = ${jobId}), part[1]::int, part[2], nullif(part[3], '')::uuid,
           part[4]::json, part[5]::jsonb
      FROM string_to_table(${given.join(ROW)}, ${ROW}) AS row, string_to_array(row, ${FIELD}) AS part`.execute(
    db,
  );
}

/** Rows of a preview in the order of the file. */
export async function listRows(
  db: Db,
  jobId: string,
  filter: { readonly verdict?: Verdict | null; readonly problem?: string | null },
  page: { readonly limit: number; readonly offset: number },
): Promise<StagedRow[]> {
  let query = db
    .selectFrom('import_row')
    .select(['row_number as rowNumber', 'verdict', 'person_id as personId', 'cells', 'problems'])
    .where('job_id', '=', jobId);
  if (filter.verdict) query = query.where('verdict', '=', filter.verdict);
  if (filter.problem)
    query = query.where(sql<boolean>`problems @> ${JSON.stringify([{ code: filter.problem }])}::jsonb`);
  const rows = await query.orderBy('row_number').limit(page.limit).offset(page.offset).execute();
  return rows.map((row) => ({
    ...row,
    cells: row.cells as StagedCells,
    problems: row.problems as Problem[],
  }));
}

export async function countRows(
  db: Db,
  jobId: string,
  filter: { readonly verdict?: Verdict | null; readonly problem?: string | null },
): Promise<number> {
  let query = db.selectFrom('import_row').where('job_id', '=', jobId);
  if (filter.verdict) query = query.where('verdict', '=', filter.verdict);
  if (filter.problem)
    query = query.where(sql<boolean>`problems @> ${JSON.stringify([{ code: filter.problem }])}::jsonb`);
  const row = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Every faulty row's faults, by row number: for the marked-up workbook. */
export async function selectFaults(db: Db, jobId: string): Promise<Map<number, readonly Problem[]>> {
  const rows = await db
    .selectFrom('import_row')
    .select(['row_number', 'problems'])
    .where('job_id', '=', jobId)
    .where('verdict', '=', 'faulty')
    .orderBy('row_number')
    .execute();
  return new Map(rows.map((row) => [row.row_number, row.problems as Problem[]]));
}

// --- People that rows are about -------------------------------------------------------------------------

/** The names of these people: to show whom a row resembles. */
export async function selectNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Whether a previewed roster would change this person. */
export async function changesPerson(db: Db, jobId: string, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('import_row')
    .select('row_number')
    .where('job_id', '=', jobId)
    .where('person_id', '=', personId)
    .where('verdict', '=', 'update')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
