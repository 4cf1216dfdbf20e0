import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import { nameOf } from '../../../platform/names.ts';
import type { FindPlace } from '../../../platform/routing.ts';
import type { PanelState } from './rules.ts';

/* Panels, each of a stage of a round at a unit. */

export interface PanelRow {
  readonly id: string;
  readonly roundId: string;
  readonly position: number;
  readonly stage: string;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly state: PanelState;
  readonly opensOn: string | null;
  readonly closesOn: string | null;
  readonly createdBy: string;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  readonly conclusion: string | null;
}

const panelRows = (db: Db) =>
  db
    .selectFrom('panel')
    .innerJoin('unit', 'unit.id', 'panel.unit_id')
    .select([
      'panel.id',
      'panel.round_id as roundId',
      'panel.position',
      'panel.stage',
      'panel.unit_id as unitId',
      'unit.name as unitName',
      'panel.unit_path as unitPath',
      'panel.state',
      'panel.opens_on as opensOn',
      'panel.closes_on as closesOn',
      'panel.created_by as createdBy',
      nameOf<string | null>('panel.closed_by').as('closedBy'),
      'panel.closed_at as closedAt',
      'panel.conclusion',
    ]);
type Selected = Awaited<ReturnType<ReturnType<typeof panelRows>['executeTakeFirstOrThrow']>>;
const panelOf = (row: Selected): PanelRow => ({ ...row, state: row.state as PanelState });

export async function selectOptionalPanel(db: Db, id: string): Promise<PanelRow | null> {
  const row = await panelRows(db).where('panel.id', '=', id).executeTakeFirst();
  return row ? panelOf(row) : null;
}
/** Throws 404 when there is no such panel. */
export async function selectPanel(db: Db, id: string): Promise<PanelRow> {
  const panel = await selectOptionalPanel(db, id);
  if (panel === null) throw new HttpError(404, 'error.not-found');
  return panel;
}
/** The panel with its row held until the transaction ends: acts of the office come one after the other. */
export async function lockPanel(tx: Db, id: string): Promise<PanelRow> {
  await tx.selectFrom('panel').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return selectPanel(tx, id);
}
export async function listPanels(db: Db, roundId: string): Promise<PanelRow[]> {
  const rows = await panelRows(db)
    .where('panel.round_id', '=', roundId)
    .orderBy('panel.position')
    .orderBy('panel.unit_path')
    .orderBy('panel.created_at')
    .execute();
  return rows.map(panelOf);
}

export type PanelAt = Pick<
  PanelRow,
  'id' | 'position' | 'unitId' | 'unitName' | 'unitPath' | 'state' | 'closesOn'
>;
/** The panels of a round for the bodies whose applications they judge, whoever holds them. */
export async function listPanelsAt(db: Db, roundId: string): Promise<PanelAt[]> {
  const rows = await passing(db, 'guard', (guard) =>
    guard
      .selectFrom('panel')
      .innerJoin('unit', 'unit.id', 'panel.unit_id')
      .select([
        'panel.id',
        'panel.position',
        'panel.unit_id as unitId',
        'unit.name as unitName',
        'panel.unit_path as unitPath',
        'panel.state',
        'panel.closes_on as closesOn',
      ])
      .where('panel.round_id', '=', roundId)
      .orderBy('panel.position')
      .orderBy('panel.unit_path', 'desc')
      .execute(),
  );
  return rows.map((row) => ({ ...row, state: row.state as PanelState }));
}

/** A guard's place for `/panels/:panel…`: the unit whose panel it is. */
export const panelPlace: FindPlace = async ({ c, db }) => {
  const id = c.req.param('panel') ?? '';
  const panel = isId(id) ? await selectOptionalPanel(db, id) : null;
  return panel === null ? null : { unitPath: panel.unitPath };
};

export interface NewPanel {
  readonly id: string;
  readonly roundId: string;
  readonly position: number;
  readonly stage: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly by: string;
  readonly at: Date;
}
/** False when there is one for the stage and unit already. */
export async function insertPanel(tx: Db, panel: NewPanel): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('panel')
    .values({
      id: panel.id,
      round_id: panel.roundId,
      position: panel.position,
      stage: panel.stage,
      unit_id: panel.unitId,
      unit_path: panel.unitPath,
      state: 'forming',
      created_by: panel.by,
      created_at: panel.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export interface PanelChange {
  readonly state?: PanelState;
  readonly opensOn?: string;
  readonly closesOn?: string;
  readonly opened?: { readonly by: string; readonly at: Date };
  readonly closed?: { readonly by: string; readonly at: Date; readonly conclusion: string };
}
export async function updatePanel(tx: Db, id: string, change: PanelChange): Promise<void> {
  const { state, opensOn, closesOn, opened, closed } = change;
  await tx
    .updateTable('panel')
    .set({
      ...(state === undefined ? {} : { state }),
      ...(opensOn === undefined ? {} : { opens_on: opensOn }),
      ...(closesOn === undefined ? {} : { closes_on: closesOn }),
      ...(opened === undefined ? {} : { opened_by: opened.by, opened_at: opened.at }),
      ...(closed === undefined
        ? {}
        : { closed_by: closed.by, closed_at: closed.at, conclusion: closed.conclusion }),
    })
    .where('id', '=', id)
    .execute();
}
