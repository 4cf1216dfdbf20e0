import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { nameOf } from '../../platform/names.ts';
import { under } from '../../platform/paths.ts';
import type { FindPlace } from '../../platform/routing.ts';
import type { ProgrammeTables } from '../programmes/queries.ts';
import type { DraftState, LabFigures } from './rules.ts';

export interface DraftRow {
  readonly id: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly unitName: string;
  readonly baseId: string | null;
  readonly state: DraftState;
  readonly revision: number;
  readonly note: string | null;
  readonly createdBy: string;
  readonly changedBy: string;
  readonly changedByName: string;
  readonly changedAt: Date;
  readonly askedAt: Date | null;
  readonly endedReason: string | null;
  readonly versionId: string | null;
}
export interface Draft extends DraftRow {
  readonly source: string;
  readonly tables: ProgrammeTables;
}

const draftRows = (db: Db) =>
  db
    .selectFrom('programme_draft as draft')
    .innerJoin('unit', 'unit.id', 'draft.unit_id')
    .select([
      'draft.id',
      'draft.unit_id as unitId',
      'draft.unit_path as unitPath',
      'unit.name as unitName',
      'draft.base_id as baseId',
      'draft.state',
      'draft.revision',
      'draft.note',
      'draft.created_by as createdBy',
      'draft.changed_by as changedBy',
      nameOf('draft.changed_by').as('changedByName'),
      'draft.changed_at as changedAt',
      'draft.asked_at as askedAt',
      'draft.ended_reason as endedReason',
      'draft.version_id as versionId',
      // What the list shows of the file; a file that does not load still has its first words.
      'draft.source',
    ]);

/** Drafts of the units under `roots`, the last changed first. */
export async function listDrafts(
  db: Db,
  roots: readonly string[],
  page: { readonly limit: number; readonly offset: number },
): Promise<(DraftRow & Pick<Draft, 'source' | 'tables'>)[]> {
  if (roots.length === 0) return [];
  const rows = await draftRows(db)
    .select('draft.tables')
    .where((where) => where.or(roots.map((root) => under('draft.unit_path', [root]))))
    .orderBy('draft.changed_at', 'desc')
    .orderBy('draft.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map((row) => ({
    ...row,
    state: row.state as DraftState,
    tables: row.tables as ProgrammeTables,
  }));
}

/** Throws 404 when there is no such draft. */
export async function selectDraft(db: Db, id: string): Promise<Draft> {
  const row = await draftRows(db).select('draft.tables').where('draft.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new HttpError(404, 'error.not-found');
  return { ...row, state: row.state as DraftState, tables: row.tables as ProgrammeTables };
}

/** Where a draft stands, for guards. */
export const draftPlace: FindPlace = async ({ db, c }) => {
  const id = c.req.param('draft') ?? '';
  if (!isId(id)) return null;
  const row = await db
    .selectFrom('programme_draft')
    .select('unit_path as unitPath')
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
};

/** False when this submission was kept before. */
export async function insertDraft(
  tx: Db,
  draft: {
    readonly id: string;
    readonly unitId: string;
    readonly unitPath: string;
    readonly baseId: string | null;
    readonly source: string;
    readonly tables: ProgrammeTables;
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const kept = await tx
    .insertInto('programme_draft')
    .values({
      id: draft.id,
      unit_id: draft.unitId,
      unit_path: draft.unitPath,
      base_id: draft.baseId,
      source: draft.source,
      tables: JSON.stringify(draft.tables),
      state: 'writing',
      created_by: draft.by,
      created_at: draft.at,
      changed_by: draft.by,
      changed_at: draft.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Locks a draft for the rest of the transaction, so that two people never both change it. */
export async function lockDraft(
  tx: Db,
  id: string,
): Promise<Pick<Draft, 'state' | 'revision' | 'createdBy'>> {
  const row = await tx
    .selectFrom('programme_draft')
    .select(['state', 'revision', 'created_by as createdBy'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new HttpError(404, 'error.not-found');
  return { ...row, state: row.state as DraftState };
}

/** A changed file is a new revision, asked about anew. */
export async function updateDraftFile(
  tx: Db,
  id: string,
  file: { readonly source: string; readonly tables: ProgrammeTables },
  by: string,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('programme_draft')
    .set((set) => ({
      source: file.source,
      tables: JSON.stringify(file.tables),
      revision: set('revision', '+', 1),
      changed_by: by,
      changed_at: at,
    }))
    .where('id', '=', id)
    .execute();
}

export async function updateDraftState(
  tx: Db,
  id: string,
  change: {
    readonly state: DraftState;
    readonly note?: string | null;
    readonly askedAt?: Date;
    readonly revision?: number;
    readonly endedReason?: string;
    readonly versionId?: string;
  },
): Promise<void> {
  await tx
    .updateTable('programme_draft')
    .set({
      state: change.state,
      ...(change.note === undefined ? {} : { note: change.note }),
      ...(change.askedAt === undefined ? {} : { asked_at: change.askedAt }),
      ...(change.revision === undefined ? {} : { revision: change.revision }),
      ...(change.endedReason === undefined ? {} : { ended_reason: change.endedReason }),
      ...(change.versionId === undefined ? {} : { version_id: change.versionId }),
    })
    .where('id', '=', id)
    .execute();
}

export interface DraftAnswer {
  readonly personId: string;
  readonly name: string;
  readonly revision: number;
  readonly agrees: boolean;
  readonly reason: string | null;
  readonly at: Date;
}

export async function listAnswers(db: Db, draftId: string): Promise<DraftAnswer[]> {
  return db
    .selectFrom('draft_answer as answer')
    .select([
      'answer.person_id as personId',
      nameOf('answer.person_id').as('name'),
      'answer.revision',
      'answer.agrees',
      'answer.reason',
      'answer.at',
    ])
    .where('answer.draft_id', '=', draftId)
    .orderBy('answer.at')
    .execute();
}

/** False when the person has answered for this revision already. */
export async function insertAnswer(
  tx: Db,
  draftId: string,
  revision: number,
  answer: {
    readonly personId: string;
    readonly agrees: boolean;
    readonly reason: string | null;
    readonly at: Date;
  },
): Promise<boolean> {
  const kept = await tx
    .insertInto('draft_answer')
    .values({
      draft_id: draftId,
      revision,
      person_id: answer.personId,
      agrees: answer.agrees,
      reason: answer.reason,
      at: answer.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person_id')
    .executeTakeFirst();
  return kept !== undefined;
}

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
