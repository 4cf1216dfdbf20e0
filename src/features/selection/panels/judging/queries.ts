import { sql } from 'kysely';
import type { Names } from '../../../../language/problem.ts';
import type { Database, Db } from '../../../../platform/database.ts';
import { aboutPerson } from '../../../../platform/doors.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { isId } from '../../../../platform/ids.ts';
import type { FindPlace } from '../../../../platform/routing.ts';
import { markingTime, type PanelState, type SheetState, type WrittenMarks } from '../rules.ts';

/* What a judge reads and writes: their own seats and sheets, and of a candidate what was copied for judges. */

export interface OwnSeat {
  readonly id: string;
  readonly panelId: string;
  readonly sheets: number;
  readonly done: number;
}
/** The seats somebody has, the last given first. */
export const listOwnSeats = (db: Db, personId: string): Promise<OwnSeat[]> => seatsOf(db, personId).execute();
export const seatsOf = (db: Db, personId: string) =>
  db
    .selectFrom('panel_seat')
    .select(['id', 'panel_id as panelId', 'sheets', 'done'])
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .orderBy('given_at', 'desc')
    .limit(100);

/** A guard's place for `/judging/:panel…`: the asker's own seat there, and nobody else's. */
export const seatPlace: FindPlace = async ({ c, db, actor }) => {
  const id = c.req.param('panel') ?? '';
  if (!isId(id)) return null;
  const panel = await db.selectFrom('panel').select('id').where('id', '=', id).executeTakeFirst();
  if (panel === undefined) return null;
  const seat =
    actor === null
      ? undefined
      : await db
          .selectFrom('panel_seat')
          .select('id')
          .where('panel_id', '=', id)
          .where('person_id', '=', actor.personId)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
  return seat === undefined || actor === null ? { unitPath: '' } : { unitPath: '', personId: actor.personId };
};

/** The database as a judge of this panel asks it, or of this candidate. The guard has found the seat, or the sheet. */
export const asJudgeOf = (db: Database, id: string): Database => aboutPerson(db, 'panel.judge', id);

export interface JudgedPanel {
  readonly id: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly position: number;
  readonly unitName: string;
  readonly unitPath: string;
  readonly state: PanelState;
  readonly opensOn: string | null;
  readonly closesOn: string | null;
}
/** Panels as their judges see them; `db` is that of a judge of each. */
export async function selectJudgedPanels(db: Db, ids: readonly string[]): Promise<JudgedPanel[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<JudgedPanel>`
    SELECT p.id, p.round_id AS "roundId", r.name AS "roundName", p.position, u.name AS "unitName", p.unit_path AS "unitPath", p.state,
           p.opens_on AS "opensOn", p.closes_on AS "closesOn"
      FROM panel p JOIN round r ON r.id = p.round_id JOIN unit u ON u.id = p.unit_id
     WHERE p.id = ANY(${[...ids]}::uuid[])`.execute(db);
  return rows;
}

export interface Due {
  readonly panelId: string;
  readonly roundName: string;
  readonly closesOn: string | null;
  readonly n: number;
}
/** Panels in which somebody who has these seats has sheets to mark today. */
export async function listDue(db: Database, held: readonly OwnSeat[], today: string): Promise<Due[]> {
  const seats = held.filter(({ sheets: all, done }) => done < all);
  if (seats.length === 0) return [];
  const panels = await selectJudgedPanels(
    seats.reduce((all, { panelId }) => asJudgeOf(all, panelId), db),
    seats.map(({ panelId }) => panelId),
  );
  return seats.flatMap((seat) => {
    const panel = panels.find(({ id }) => id === seat.panelId);
    return panel === undefined || markingTime(panel, today) !== 'now'
      ? []
      : [
          {
            panelId: panel.id,
            roundName: panel.roundName,
            closesOn: panel.closesOn,
            n: seat.sheets - seat.done,
          },
        ];
  });
}

export interface SheetRow {
  readonly id: string;
  readonly candidate: string;
  readonly code: string;
  readonly state: SheetState;
  readonly why: string | null;
  readonly marks: WrittenMarks;
}
const sheets = (panelId: string, personId: string) => sql`
  SELECT s.id, s.candidate, s.code, s.state, s.why,
         coalesce((SELECT json_object_agg(m.criterion, json_build_object('mark', m.mark, 'reason', m.reason))
                     FROM panel_mark m WHERE m.sheet_id = s.id), '{}') AS marks
    FROM panel_sheet s WHERE s.panel_id = ${panelId} AND s.person_id = ${personId}`;

/** A judge's own sheets, by code. */
export async function listSheets(db: Db, panelId: string, personId: string): Promise<SheetRow[]> {
  const { rows } = await sql<SheetRow>`${sheets(panelId, personId)} ORDER BY s.code`.execute(db);
  return rows;
}
/** Throws 404 for a code the judge has no sheet of, whether anybody else has or not. */
export async function selectSheet(
  db: Db,
  panelId: string,
  personId: string,
  code: string,
): Promise<SheetRow> {
  const { rows } = await sql<SheetRow>`${sheets(panelId, personId)} AND s.code = ${code}`.execute(db);
  const [sheet] = rows;
  if (sheet === undefined) throw new HttpError(404, 'error.not-found');
  return sheet;
}
/** The sheet with its row held until the transaction ends. */
export async function lockSheet(tx: Db, panelId: string, personId: string, code: string): Promise<SheetRow> {
  await tx
    .selectFrom('panel_sheet')
    .select('id')
    .where('panel_id', '=', panelId)
    .where('person_id', '=', personId)
    .where('code', '=', code)
    .forUpdate()
    .executeTakeFirst();
  return selectSheet(tx, panelId, personId, code);
}

export async function keepMarks(
  tx: Db,
  sheet: { readonly id: string; readonly panelId: string; readonly personId: string },
  marks: WrittenMarks,
): Promise<void> {
  for (const [criterion, { mark, reason }] of Object.entries(marks)) {
    await tx
      .insertInto('panel_mark')
      .values({
        sheet_id: sheet.id,
        criterion,
        panel_id: sheet.panelId,
        person_id: sheet.personId,
        mark,
        reason,
      })
      .onConflict((conflict) => conflict.columns(['sheet_id', 'criterion']).doUpdateSet({ mark, reason }))
      .execute();
  }
}

export async function settleSheet(
  tx: Db,
  id: string,
  end: { readonly state: 'submitted' | 'aside'; readonly why: string | null; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('panel_sheet')
    .set({ state: end.state, why: end.why, settled_at: end.at })
    .where('id', '=', id)
    .execute();
}

export interface MaterialRow {
  readonly number: number;
  readonly label: Names;
  readonly content: Names | null;
  readonly mediaType: string | null;
}
/** What judges read of a candidate; `db` is that of a judge of it. */
export async function listMaterials(db: Db, candidate: string): Promise<MaterialRow[]> {
  const rows = await db
    .selectFrom('panel_material')
    .select(['number', 'label', 'content', 'media_type as mediaType'])
    .where('candidate', '=', candidate)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    ...row,
    label: row.label as unknown as Names,
    content: row.content as unknown as Names | null,
  }));
}
export async function selectOptionalFile(
  db: Db,
  candidate: string,
  number: number,
): Promise<{ sha256: string; mediaType: string } | null> {
  const row = await db
    .selectFrom('panel_material')
    .select(['sha256', 'media_type as mediaType'])
    .where('candidate', '=', candidate)
    .where('number', '=', number)
    .executeTakeFirst();
  return row === undefined || row.sha256 === null || row.mediaType === null
    ? null
    : { sha256: row.sha256, mediaType: row.mediaType };
}
