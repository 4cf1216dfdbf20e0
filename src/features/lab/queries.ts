import type { Db } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { nameOf } from '../../platform/names.ts';
import { under } from '../../platform/paths.ts';
import type { FindPlace } from '../../platform/routing.ts';
import type { ProgrammeTables } from '../programmes/queries.ts';
import type { DraftState } from './rules.ts';

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
