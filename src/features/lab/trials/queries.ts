import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { under } from '../../../platform/paths.ts';
import type { ProgrammeTables } from '../../programmes/queries.ts';
import type { LabFigures } from './rules.ts';

export interface LabRun {
  readonly id: string;
  readonly draftId: string | null;
  readonly versionId: string | null;
  readonly againstId: string | null;
  readonly source: string;
  readonly tables: ProgrammeTables;
  readonly unitPath: string;
  readonly asOf: string;
  /** The digest of the numbers set locally that it was tried with. */
  readonly numbers: string | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly total: number;
  readonly done: number;
  readonly figures: LabFigures | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly heardAt: Date;
}

const runRows = (db: Db) =>
  db
    .selectFrom('lab_run')
    .select([
      'id',
      'draft_id as draftId',
      'version_id as versionId',
      'against_id as againstId',
      'source',
      'tables',
      'unit_path as unitPath',
      'as_of as asOf',
      'numbers_digest as numbers',
      'state',
      'total',
      'done',
      'figures',
      'started_by as startedBy',
      'started_at as startedAt',
      'heard_at as heardAt',
    ]);
type RunRow = Awaited<ReturnType<ReturnType<typeof runRows>['executeTakeFirstOrThrow']>>;
const asRun = (row: RunRow): LabRun => ({
  ...row,
  state: row.state as LabRun['state'],
  tables: row.tables as ProgrammeTables,
  figures: row.figures as LabFigures | null,
});

/** Throws 404 when there is no such run. */
export async function selectRun(db: Db, id: string): Promise<LabRun> {
  const row = await runRows(db).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new HttpError(404, 'error.not-found');
  return asRun(row);
}

/** The last trial of a draft or of a version. */
export async function selectLatestRun(
  db: Db,
  of: { readonly draftId: string } | { readonly versionId: string },
): Promise<LabRun | null> {
  const query =
    'draftId' in of
      ? runRows(db).where('draft_id', '=', of.draftId)
      : runRows(db).where('version_id', '=', of.versionId);
  const row = await query.orderBy('started_at', 'desc').limit(1).executeTakeFirst();
  return row ? asRun(row) : null;
}

/** False when this submission was kept before. */
export async function insertRun(
  tx: Db,
  run: Omit<LabRun, 'state' | 'done' | 'figures' | 'heardAt'>,
): Promise<boolean> {
  const kept = await tx
    .insertInto('lab_run')
    .values({
      id: run.id,
      draft_id: run.draftId,
      version_id: run.versionId,
      against_id: run.againstId,
      source: run.source,
      tables: JSON.stringify(run.tables),
      unit_path: run.unitPath,
      as_of: run.asOf,
      numbers_digest: run.numbers,
      state: 'running',
      total: run.total,
      started_by: run.startedBy,
      started_at: run.startedAt,
      heard_at: run.startedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

export async function updateRun(
  db: Db,
  id: string,
  change: { readonly state: LabRun['state']; readonly figures: LabFigures | null; readonly at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('lab_run')
    .set({
      state: change.state,
      heard_at: change.at,
      ...(change.figures === null
        ? {}
        : { figures: JSON.stringify(change.figures), done: change.figures.all.people }),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Trials at work, by their ids. */
export async function listRunningRuns(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('lab_run').select('id').where('state', '=', 'running').execute();
  return rows.map(({ id }) => id);
}

/** A new trial of a draft or version ends those before it that are still at work. */
export async function failEarlierRuns(
  tx: Db,
  id: string,
  of: { readonly draftId: string | null; readonly versionId: string | null },
): Promise<void> {
  await tx
    .updateTable('lab_run')
    .set({ state: 'failed' })
    .where('state', '=', 'running')
    .where('id', '<>', id)
    .where(
      of.draftId === null
        ? (row) => row('version_id', '=', of.versionId)
        : (row) => row('draft_id', '=', of.draftId),
    )
    .execute();
}

export async function deleteChanges(db: Db, runId: string): Promise<void> {
  await db.deleteFrom('lab_run_change').where('run_id', '=', runId).execute();
}

export async function insertChanges(
  db: Db,
  runId: string,
  gains: boolean,
  position: number,
  people: readonly string[],
): Promise<void> {
  await db
    .insertInto('lab_run_change')
    .values({ run_id: runId, gains, position, people: [...people] })
    .execute();
}

export interface ChangedPerson {
  readonly personId: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly unitName: string;
  readonly subject: string | null;
}

/** Those who gain, or lose, under a unit; by unit and name, a page at a time. */
export async function listChanged(
  db: Db,
  runId: string,
  gains: boolean,
  unitPath: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<ChangedPerson[]> {
  const { rows } = await sql<ChangedPerson>`
    SELECT p.id AS "personId", p.name, p.staff_number AS "staffNumber", u.name AS "unitName", p.subject
      FROM lab_run_change c, unnest(c.people) AS changed (id)
      JOIN person p ON p.id = changed.id
      JOIN unit u ON u.id = p.unit_id
     WHERE c.run_id = ${runId} AND c.gains = ${gains} AND ${under('p.unit_path', [unitPath])}
     ORDER BY p.unit_path, p.name, p.id LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}
