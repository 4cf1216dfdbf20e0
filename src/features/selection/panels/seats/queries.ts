import { sql } from 'kysely';
import { type Db, escapeLike } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { nameOf, unitNameOf } from '../../../../platform/names.ts';
import type { Role, SingleAct } from '../../../identity/rules.ts';
import { searchStart } from '../../../organisation/people/name-search.ts';
import type { Judge } from '../rules.ts';

/* Who sits in a panel, and who might. */

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
    .select([
      'seat.id',
      'seat.person_id as personId',
      nameOf('seat.person_id').as('personName'),
      unitNameOf('seat.person_id').as('unitName'),
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
