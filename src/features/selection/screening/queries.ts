import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import type { Tally } from './rules.ts';

export interface ScreeningRow {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly total: number;
  readonly done: number;
  readonly result: Tally | null;
  readonly startedAt: Date;
  readonly heardAt: Date;
}

/** False when this submission was kept before. */
export async function insertScreening(
  tx: Db,
  screening: {
    readonly id: string;
    readonly roundId: string;
    readonly unitPath: string;
    readonly total: number;
    readonly startedBy: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const kept = await tx
    .insertInto('screening')
    .values({
      id: screening.id,
      round_id: screening.roundId,
      unit_path: screening.unitPath,
      state: 'running',
      total: screening.total,
      started_by: screening.startedBy,
      started_at: screening.at,
      heard_at: screening.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

export async function selectLatestScreening(
  db: Db,
  roundId: string,
  unitPath: string,
): Promise<ScreeningRow | null> {
  const row = await db
    .selectFrom('screening')
    .select(['id', 'state', 'total', 'done', 'result', 'started_at as startedAt', 'heard_at as heardAt'])
    .where('round_id', '=', roundId)
    .where('unit_path', '=', unitPath)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { ...row, result: row.result as Tally | null } : null;
}

export async function updateProgress(db: Db, id: string, done: number, at: Date): Promise<void> {
  await db.updateTable('screening').set({ done, heard_at: at }).where('id', '=', id).execute();
}

export async function finishScreening(db: Db, id: string, result: Tally | null, at: Date): Promise<void> {
  await db
    .updateTable('screening')
    .set(
      result === null
        ? { state: 'failed', heard_at: at }
        : { state: 'done', result: JSON.stringify(result), done: result.people, heard_at: at },
    )
    .where('id', '=', id)
    .execute();
}

export async function insertEligible(
  db: Db,
  id: string,
  position: number,
  people: readonly string[],
): Promise<void> {
  await db
    .insertInto('screening_eligible')
    .values({ screening_id: id, position, people: [...people] })
    .execute();
}

/** The eligible of a screening under a unit who serve and have not begun an application, by their ids. */
export async function selectEligibleWithoutApplication(
  db: Db,
  id: string,
  roundId: string,
  unitPath: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.id
      FROM screening_eligible e, unnest(e.people) AS met (id)
      JOIN person p ON p.id = met.id
     WHERE e.screening_id = ${id} AND p.state = 'serving' AND p.unit_path LIKE ${`${unitPath}%`}
       AND NOT EXISTS (SELECT 1 FROM application a WHERE a.round_id = ${roundId} AND a.person_id = p.id)
     ORDER BY p.id`.execute(db);
  return rows.map((row) => row.id);
}

export interface EligibleRow {
  readonly personId: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly unitName: string;
  readonly subject: string | null;
  readonly setting: string | null;
}
/** The eligible of a screening by unit and name, a page at a time. */
export async function listEligible(
  db: Db,
  id: string,
  filter: { readonly unitPath: string; readonly subject: string | null; readonly setting: string | null },
  page: { readonly limit: number; readonly offset: number },
): Promise<EligibleRow[]> {
  const { rows } = await sql<EligibleRow>`
    SELECT p.id AS "personId", p.name, p.staff_number AS "staffNumber", u.name AS "unitName", p.subject, u.setting
      FROM screening_eligible e, unnest(e.people) AS met (id)
      JOIN person p ON p.id = met.id
      JOIN unit u ON u.id = p.unit_id
     WHERE e.screening_id = ${id} AND p.unit_path LIKE ${`${filter.unitPath}%`}
       ${filter.subject === null ? sql`` : sql`AND p.subject = ${filter.subject}`}
       ${filter.setting === null ? sql`` : sql`AND u.setting = ${filter.setting}`}
     ORDER BY p.unit_path, p.name, p.id LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}
