import { sql } from 'kysely';
import { type Db, escapeLike } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import type { FindPlace } from '../../../platform/routing.ts';
import type { Role, SingleAct } from '../../identity/rules.ts';
import { searchStart } from '../../organisation/people/name-search.ts';
import type { Judge, Judged, PanelState } from './rules.ts';

/* The panel as its office holds it: who sits, who is judged, what of each the judges get. */

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
    .leftJoin('named as closer', 'closer.id', 'panel.closed_by')
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
      'closer.name as closedBy',
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

/** A guard's place for `/panels/:panel…`: the unit whose panel it is. */
export const panelPlace: FindPlace = async ({ c, db }) => {
  const id = c.req.param('panel') ?? '';
  const panel = isId(id) ? await selectOptionalPanel(db, id) : null;
  return panel === null ? null : { unitPath: panel.unitPath };
};

/** The same for `/panels/:panel/entries/:candidate`: it is about whoever applied. */
export const entryPlace: FindPlace = async (ask) => {
  const place = await panelPlace(ask);
  const id = ask.c.req.param('candidate') ?? '';
  if (place === null || !isId(id)) return null;
  const { rows } = await passing(ask.db, 'sealed', (db) =>
    sql<{ personId: string }>`
      SELECT person_id AS "personId" FROM panel_entry WHERE id = ${id} AND panel_id = ${ask.c.req.param('panel')}`.execute(
      db,
    ),
  );
  return rows[0] === undefined ? null : { ...place, ...rows[0] };
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

// --- Who sits -----------------------------------------------------------------------------------------

export interface SeatRow {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly unitName: string | null;
  readonly endedAt: Date | null;
  readonly endedWhy: string | null;
  /** How many there are to mark, and how many are done with. */
  readonly sheets: number;
  readonly done: number;
}
export const listSeats = (db: Db, panelId: string): Promise<SeatRow[]> =>
  db
    .selectFrom('panel_seat as seat')
    .innerJoin('named', 'named.id', 'seat.person_id')
    .leftJoin('unit', 'unit.id', 'named.unit_id')
    .select([
      'seat.id',
      'seat.person_id as personId',
      'named.name as personName',
      'unit.name as unitName',
      'seat.ended_at as endedAt',
      'seat.ended_why as endedWhy',
      'seat.sheets',
      'seat.done',
    ])
    .where('seat.panel_id', '=', panelId)
    .orderBy('seat.given_at')
    .orderBy('seat.id')
    .execute();

/** False when the person has a seat in the panel already. */
export async function insertSeat(
  tx: Db,
  seat: {
    readonly id: string;
    readonly panelId: string;
    readonly personId: string;
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('panel_seat')
    .values({
      id: seat.id,
      panel_id: seat.panelId,
      person_id: seat.personId,
      given_by: seat.by,
      given_at: seat.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Whose seat it was; null when it had ended already. */
export async function endSeat(
  tx: Db,
  id: string,
  end: { readonly panelId: string; readonly by: string; readonly at: Date; readonly why: string },
): Promise<string | null> {
  const row = await tx
    .updateTable('panel_seat')
    .set({ ended_by: end.by, ended_at: end.at, ended_why: end.why })
    .where('id', '=', id)
    .where('panel_id', '=', end.panelId)
    .where('ended_at', 'is', null)
    .returning('person_id as personId')
    .executeTakeFirst();
  return row?.personId ?? null;
}

/** People as judges, wherever in the authority they stand: what they hold today, and where they serve. */
export async function selectJudges(
  db: Db,
  ids: readonly string[],
  today: string,
): Promise<Map<string, Judge>> {
  if (ids.length === 0) return new Map();
  const [people, held] = await passing(db, 'guard', async (guard) => [
    await guard
      .selectFrom('person')
      .select(['id', 'unit_id as unitId', 'unit_path as unitPath', 'state'])
      .where('id', '=', sql<string>`ANY(${[...ids]}::uuid[])`)
      .execute(),
    (
      await sql<{
        personId: string;
        role: Role;
        unitId: string;
        unitPath: string;
        forId: string | null;
        act: SingleAct | null;
      }>`
        SELECT person_id AS "personId", role, unit_id AS "unitId", unit_path AS "unitPath", for_id AS "forId", act
          FROM role_held WHERE person_id = ANY(${[...ids]}::uuid[]) AND during @> ${today}::date`.execute(
        guard,
      )
    ).rows,
  ]);
  return new Map(
    people.map(({ id, unitId, unitPath, state }) => [
      id,
      {
        personId: id,
        unitId,
        unitPath,
        serving: state === 'serving',
        assignments: held
          .filter(({ personId }) => personId === id)
          .map(({ forId, act, role, unitId: at, unitPath: path }) => ({
            role,
            unitId: at,
            unitPath: path,
            unitName: '',
            for: forId === null ? null : { personId: forId, name: '' },
            only: act,
          })),
      },
    ]),
  );
}

export interface FoundPerson {
  readonly id: string;
  readonly name: string;
  readonly unitName: string | null;
}
/** People of the authority by the beginning of their name, of its pinyin or of its initials. */
export async function findJudges(db: Db, text: string, limit: number): Promise<FoundPerson[]> {
  const start = escapeLike(searchStart(text));
  if (start === '') return [];
  return db
    .selectFrom('named')
    .leftJoin('unit', 'unit.id', 'named.unit_id')
    .select(['named.id', 'named.name', 'unit.name as unitName'])
    .where((where) =>
      where.or([
        where('named.name_search', 'like', `${start}%`),
        where('named.name_search', 'like', `% ${start}%`),
      ]),
    )
    .where('named.unit_id', 'is not', null)
    .orderBy('named.name')
    .orderBy('unit.path')
    .limit(limit)
    .execute() as Promise<FoundPerson[]>;
}

// --- Who is judged ------------------------------------------------------------------------------------

export interface EntryRow extends Judged {
  readonly id: string;
  readonly applicationId: string;
  readonly personName: string;
  readonly schoolName: string;
  /** Its application still stands where the panel found it. */
  readonly waiting: boolean;
  readonly shown: readonly string[] | null;
  readonly code: string | null;
  readonly result: string | null;
  readonly place: number | null;
  readonly markedBy: number | null;
}
/** The candidates by school and name, which says nothing of codes. `position` is where applications wait. */
export async function listEntries(db: Db, panelId: string, position: number): Promise<EntryRow[]> {
  const rows = await db
    .selectFrom('panel_entry as entry')
    .innerJoin('application', 'application.id', 'entry.application_id')
    .innerJoin('named', 'named.id', 'application.person_id')
    .innerJoin('unit as school', 'school.id', 'application.school_id')
    .select([
      'entry.id',
      'entry.application_id as applicationId',
      'application.person_id as personId',
      'named.name as personName',
      'application.unit_path as unitPath',
      'application.school_id as schoolId',
      'school.name as schoolName',
      'entry.shown',
      'entry.code',
      'entry.result',
      'entry.place',
      'entry.marked_by as markedBy',
      sql<boolean>`application.state = 'in-review' AND application.position = ${position}`.as('waiting'),
    ])
    .where('entry.panel_id', '=', panelId)
    .orderBy('school.path')
    .orderBy('named.name')
    .orderBy('entry.id')
    .execute();
  return rows;
}

/** Those waiting at a position under the panel's unit become its candidates, if they are not; how many did. */
export async function insertEntries(
  tx: Db,
  panel: Pick<PanelRow, 'id' | 'roundId' | 'position' | 'unitId' | 'unitPath'>,
  position: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    WITH added AS (
      INSERT INTO panel_entry (id, panel_id, application_id, position, unit_id, unit_path)
      SELECT gen_random_uuid(), ${panel.id}, a.id, ${panel.position}, ${panel.unitId}, a.unit_path
        FROM application a
       WHERE a.round_id = ${panel.roundId} AND a.state = 'in-review' AND a.position = ${position}
         AND a.unit_path >= ${panel.unitPath} AND starts_with(a.unit_path, ${panel.unitPath})
         AND NOT EXISTS (SELECT 1 FROM panel_entry e WHERE e.panel_id = ${panel.id} AND e.application_id = a.id)
      RETURNING 1)
    SELECT count(*)::int AS n FROM added`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function updateShown(
  tx: Db,
  id: string,
  look: { readonly shown: readonly string[]; readonly by: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('panel_entry')
    .set({ shown: [...look.shown], looked_by: look.by, looked_at: look.at })
    .where('id', '=', id)
    .execute();
}

/** Everybody who applied in the round and has not withdrawn, and who stands aside for whom in it. */
export async function selectInterests(
  db: Db,
  roundId: string,
): Promise<{ applicants: Set<string>; related: Map<string, Set<string>> }> {
  return passing(db, 'guard', async (guard) => {
    const applied = await guard
      .selectFrom('application')
      .select('person_id as id')
      .where('round_id', '=', roundId)
      .where('state', 'not in', ['draft', 'withdrawn'])
      .execute();
    const recusals = await guard
      .selectFrom('recusal')
      .select(['person_id as personId', 'applicant_id as applicantId'])
      .where('round_id', '=', roundId)
      .execute();
    const related = new Map<string, Set<string>>();
    for (const { personId, applicantId } of recusals)
      related.set(personId, (related.get(personId) ?? new Set()).add(applicantId));
    return { applicants: new Set(applied.map(({ id }) => id)), related };
  });
}

// --- What it came to, for those who review --------------------------------------------------------------

export interface PanelResult {
  readonly position: number;
  readonly unitName: string;
  readonly result: string | null;
  readonly place: number | null;
  readonly among: number | null;
  readonly markedBy: number;
  readonly closedAt: Date;
}
/** What closed panels said of an application, oldest first. */
export async function selectPanelResults(db: Db, applicationId: string): Promise<PanelResult[]> {
  const { rows } = await sql<PanelResult>`
    SELECT e.position, u.name AS "unitName", e.result, e.place, e.among, e.marked_by AS "markedBy", e.closed_at AS "closedAt"
      FROM panel_entry e JOIN unit u ON u.id = e.unit_id
     WHERE e.application_id = ${applicationId} AND e.closed_at IS NOT NULL
     ORDER BY e.closed_at, e.id`.execute(db);
  return rows;
}
