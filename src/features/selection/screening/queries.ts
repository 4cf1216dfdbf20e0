import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { under } from '../../../platform/paths.ts';
import type { Partial, Tally } from './rules.ts';

export interface ScreeningRow {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly total: number;
  readonly done: number;
  readonly result: Tally | null;
  readonly partial: Partial | null;
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
    .select([
      'id',
      'state',
      'total',
      'done',
      'result',
      'partial',
      'started_at as startedAt',
      'heard_at as heardAt',
    ])
    .where('round_id', '=', roundId)
    .where('unit_path', '=', unitPath)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { ...row, result: row.result as Tally | null, partial: row.partial as Partial | null } : null;
}

export interface ScreeningTask {
  readonly id: string;
  readonly state: ScreeningRow['state'];
  readonly roundId: string;
  readonly unitPath: string;
  readonly reached: string | null;
  readonly partial: Partial | null;
}
export async function selectScreeningTask(db: Db, id: string): Promise<ScreeningTask> {
  const row = await db
    .selectFrom('screening')
    .select(['id', 'state', 'round_id as roundId', 'unit_path as unitPath', 'reached', 'partial'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...row, state: row.state as ScreeningRow['state'], partial: row.partial as Partial | null };
}

export async function listRunningScreenings(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('screening').select('id').where('state', '=', 'running').execute();
  return rows.map(({ id }) => id);
}

/** It works again from where it stood; false when it is done. */
export async function reopenScreening(db: Db, id: string, at: Date): Promise<boolean> {
  const result = await db
    .updateTable('screening')
    .set({ state: 'running', heard_at: at })
    .where('id', '=', id)
    .where('state', '<>', 'done')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const standingAt = (reached: string | null) =>
  sql<boolean>`state = 'running' AND reached IS NOT DISTINCT FROM ${reached}::uuid`;

/** Keeps how far a screening has come from where it stood; false when another works on it. */
export async function keepReached(
  tx: Db,
  id: string,
  from: string | null,
  to: {
    readonly reached: string;
    readonly partial: Partial;
    readonly eligible: readonly string[];
    readonly at: Date;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('screening')
    .set({
      reached: to.reached,
      partial: JSON.stringify(to.partial),
      done: to.partial.tally.people,
      heard_at: to.at,
    })
    .where('id', '=', id)
    .where(standingAt(from))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await insertEligible(tx, id, to.eligible);
  return true;
}

/** The end of a screening from where it stood; false when another works on it. */
export async function finishScreening(
  tx: Db,
  id: string,
  from: string | null,
  end: { readonly tally: Tally; readonly eligible: readonly string[]; readonly at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('screening')
    .set({
      state: 'done',
      result: JSON.stringify(end.tally),
      done: end.tally.people,
      reached: null,
      partial: null,
      heard_at: end.at,
    })
    .where('id', '=', id)
    .where(standingAt(from))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await insertEligible(tx, id, end.eligible);
  return true;
}

export async function failScreening(db: Db, id: string, at: Date): Promise<void> {
  await db
    .updateTable('screening')
    .set({ state: 'failed', heard_at: at })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

async function insertEligible(tx: Db, id: string, people: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  await sql`
    INSERT INTO screening_eligible (screening_id, position, people)
    SELECT ${id}, coalesce(max(position) + 1, 0), ${[...people]}::uuid[] FROM screening_eligible WHERE screening_id = ${id}`.execute(
    tx,
  );
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
     WHERE e.screening_id = ${id} AND p.state = 'serving' AND ${under('p.unit_path', [unitPath])}
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
export interface EligibleFilter {
  readonly unitPath: string;
  readonly subject: string | null;
  readonly setting: string | null;
}
/** The eligible of a screening by unit and name, a page at a time. */
export async function listEligible(
  db: Db,
  id: string,
  filter: EligibleFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<EligibleRow[]> {
  const { rows } = await sql<EligibleRow>`
    SELECT p.id AS "personId", p.name, p.staff_number AS "staffNumber", u.name AS "unitName", p.subject, u.setting
      FROM screening_eligible e, unnest(e.people) AS met (id)
      JOIN person p ON p.id = met.id
      JOIN unit u ON u.id = p.unit_id
     WHERE e.screening_id = ${id} AND ${under('p.unit_path', [filter.unitPath])}
       ${filter.subject === null ? sql`` : sql`AND p.subject = ${filter.subject}`}
       ${filter.setting === null ? sql`` : sql`AND u.setting = ${filter.setting}`}
     ORDER BY p.unit_path, p.name, p.id LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}
