import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { under } from '../../../platform/paths.ts';
import { canonical } from '../../audit/rules.ts';
import type { UnitLevel } from '../../organisation/units/rules.ts';
import type { Decision, KeptDecision, NumberScope, NumberSet } from './rules.ts';

export interface NumberRow extends KeptDecision {
  readonly parameter: string;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly unitLevel: UnitLevel;
  readonly document: string | null;
  readonly reason: string;
  readonly setByName: string;
  readonly setAt: Date;
}

const numberRows = (db: Db) =>
  db
    .selectFrom('local_number as number')
    .innerJoin('unit', 'unit.id', 'number.unit_id')
    .select([
      'number.id',
      'number.parameter',
      'number.value',
      'number.from_on as from',
      'number.until_on as until',
      'number.taken_back_on as takenBack',
      'number.unit_id as unitId',
      'unit.name as unitName',
      'number.unit_path as unitPath',
      'unit.level as unitLevel',
      'number.document',
      'number.reason',
      nameOf('number.set_by').as('setByName'),
      'number.set_at as setAt',
    ]);
const isRow = (row: Omit<NumberRow, 'unitLevel'> & { readonly unitLevel: string }): NumberRow => ({
  ...row,
  unitLevel: row.unitLevel as UnitLevel,
});

/** Every decision ever taken for a programme within a scope, the latest first for each unit and parameter. */
export async function listNumbers(
  db: Db,
  programmeId: string,
  { above, roots }: NumberScope,
  page: { readonly limit: number; readonly offset: number },
): Promise<NumberRow[]> {
  const rows = await numberRows(db)
    .where('number.programme_id', '=', programmeId)
    .where((where) =>
      where.or([
        ...(above.length > 0 ? [where('number.unit_path', 'in', [...above])] : []),
        ...roots.map((root) => under('number.unit_path', [root])),
      ]),
    )
    .orderBy('number.unit_path')
    .orderBy('number.parameter')
    .orderBy('number.from_on', 'desc')
    .orderBy('number.set_at', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(isRow);
}

export interface OwnDecision extends KeptDecision {
  readonly parameter: string;
}

/** What one unit has decided for a programme, of one parameter if one is named, in the order of days; locked until the commit. */
export async function lockDecisions(
  tx: Db,
  {
    programmeId,
    unitId,
    parameter,
  }: { readonly programmeId: string; readonly unitId: string; readonly parameter?: string },
): Promise<OwnDecision[]> {
  let rows = tx
    .selectFrom('local_number')
    .select([
      'id',
      'parameter',
      'value',
      'from_on as from',
      'until_on as until',
      'taken_back_on as takenBack',
    ])
    .where('programme_id', '=', programmeId)
    .where('unit_id', '=', unitId);
  if (parameter !== undefined) rows = rows.where('parameter', '=', parameter);
  return rows.orderBy('from_on').orderBy('set_at').forUpdate().execute();
}

export interface NewNumber {
  readonly id: string;
  readonly programmeId: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly parameter: string;
  readonly value: string;
  readonly from: string;
  readonly document: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** The one that holds ends on the day the new one begins. False when another was set at the same moment: nothing is kept then. */
export async function insertNumber(tx: Db, number: NewNumber): Promise<boolean> {
  await tx
    .updateTable('local_number')
    .set({ until_on: number.from })
    .where('programme_id', '=', number.programmeId)
    .where('unit_id', '=', number.unitId)
    .where('parameter', '=', number.parameter)
    .where('until_on', 'is', null)
    .where('from_on', '<', number.from)
    .execute();
  const kept = await tx
    .insertInto('local_number')
    .values({
      id: number.id,
      programme_id: number.programmeId,
      unit_id: number.unitId,
      unit_path: number.unitPath,
      parameter: number.parameter,
      value: number.value,
      from_on: number.from,
      document: number.document,
      reason: number.reason,
      set_by: number.by,
      set_at: number.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Taken back today, a decision holds no more from a day; what it replaced goes on, where there is such. */
export async function endNumber(
  tx: Db,
  { id }: Pick<Decision, 'id'>,
  {
    until,
    today,
    goesOn,
  }: { readonly until: string; readonly today: string; readonly goesOn: Decision | null },
): Promise<void> {
  await tx
    .updateTable('local_number')
    .set({ until_on: until, taken_back_on: today })
    .where('id', '=', id)
    .execute();
  if (goesOn === null) return;
  await tx.updateTable('local_number').set({ until_on: null }).where('id', '=', goesOn.id).execute();
}

// --- What a round or a trial keeps ------------------------------------------------------------------

/** What holds for a programme on a day, and the unit that keeps it; null when nothing was set, or there is no such programme. */
export async function selectOptionalInForce(
  db: Db,
  programmeId: string,
  on: string,
): Promise<NumberSet | null> {
  const rows = await db
    .selectFrom('local_number as number')
    .innerJoin('unit', 'unit.id', 'number.unit_id')
    .innerJoin('programme', 'programme.id', 'number.programme_id')
    .innerJoin('unit as keeper', 'keeper.id', 'programme.unit_id')
    .select([
      'number.parameter',
      'number.value',
      'unit.name as unitName',
      'number.unit_path as unitPath',
      'unit.level as unitLevel',
      'number.from_on as since',
      'number.document',
      'keeper.path as keeperPath',
      'keeper.level as keeperLevel',
    ])
    .where('number.programme_id', '=', programmeId)
    .where('number.from_on', '<=', on)
    .where((where) => where.or([where('number.until_on', 'is', null), where('number.until_on', '>', on)]))
    .orderBy('number.unit_path')
    .orderBy('number.parameter')
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  return {
    authority: { path: first.keeperPath, level: first.keeperLevel as UnitLevel },
    numbers: rows.map(({ keeperPath: _, keeperLevel: __, unitLevel, ...row }) => ({
      ...row,
      unitLevel: unitLevel as UnitLevel,
    })),
  };
}

/** By which a set is kept, or would be. */
export const digestOfSet = (set: NumberSet): string =>
  createHash('sha256').update(canonical(set)).digest('hex');

/** What holds on a day, kept as it is; its digest, or null when nothing was set. */
export async function keepInForce(tx: Db, programmeId: string, on: string): Promise<string | null> {
  const set = await selectOptionalInForce(tx, programmeId, on);
  if (set === null) return null;
  const content = canonical(set);
  const digest = digestOfSet(set);
  await sql`INSERT INTO local_number_set (digest, content) VALUES (${digest}, ${content}::jsonb)
            ON CONFLICT DO NOTHING`.execute(tx);
  return digest;
}

export async function selectNumberSet(db: Db, digest: string): Promise<NumberSet> {
  const row = await db
    .selectFrom('local_number_set')
    .select('content')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  return row.content as unknown as NumberSet;
}
