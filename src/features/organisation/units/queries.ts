import { sql } from 'kysely';
import { type Db, escapeLike } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import { pathEnd, pathsOver, under } from '../../../platform/paths.ts';
import { onePlan } from '../../../platform/prepared.ts';
import type { Setting, Stage, UnitLevel } from './rules.ts';

export { pathEnd, under };

export interface Unit {
  readonly id: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: UnitLevel;
  readonly name: string;
  readonly code: string | null;
  readonly stages: readonly Stage[];
  readonly setting: Setting | null;
  readonly subject: string | null;
  readonly beginsOn: string;
  readonly endsOn: string | null;
}

export const unitColumns = [
  'unit.id',
  'unit.parent_id as parentId',
  'unit.path',
  'unit.level',
  'unit.name',
  'unit.code',
  'unit.stages',
  'unit.setting',
  'unit.subject',
  'unit.begins_on as beginsOn',
  'unit.ends_on as endsOn',
] as const;

export const isUnit = (row: Omit<Unit, 'stages'> & { stages: readonly string[] }): Unit => ({
  ...row,
  stages: row.stages as readonly Stage[],
});

export async function selectOptionalUnit(db: Db, id: string): Promise<Unit | null> {
  if (!isId(id)) return null;
  const row = await db.selectFrom('unit').select(unitColumns).where('unit.id', '=', id).executeTakeFirst();
  return row ? isUnit(row) : null;
}

/** Throws 404 when there is no such unit. */
export async function selectUnit(db: Db, id: string): Promise<Unit> {
  const unit = await selectOptionalUnit(db, id);
  if (unit === null) throw new HttpError(404, 'error.not-found');
  return unit;
}

/** The units of these ids, in no order; ids that name none are left out. */
export async function selectUnits(db: Db, ids: readonly string[]): Promise<Unit[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('unit')
    .select(unitColumns)
    .where('unit.id', 'in', [...ids])
    .execute();
  return rows.map(isUnit);
}

/** The chain of units from the root to this path, itself last: `1.4.37.` stands in `1.4.` and `1.`. */
export async function selectAncestors(db: Db, path: string): Promise<Unit[]> {
  const paths = pathsOver(path);
  if (paths.length === 0) return [];
  const rows = await db
    .selectFrom('unit')
    .select(unitColumns)
    .where(sql<boolean>`unit.path = ANY(${paths}::text[])`)
    .execute();
  return rows.map(isUnit).toSorted((a, b) => a.path.length - b.path.length);
}

/** Every unit of a level at or below a path that has not ended on `on`, by path. */
export const selectUnitsUnder = async (db: Db, path: string, level: UnitLevel, on: string): Promise<Unit[]> =>
  (await unitRowsUnder(db, { path, pathEnd: pathEnd(path), level }, on).execute()).map(isUnit);
export const unitRowsUnder = (
  db: Db,
  below: { readonly path: string; readonly pathEnd: string; readonly level: string },
  on: string,
) =>
  db
    .selectFrom('unit')
    .select(unitColumns)
    .where(sql<boolean>`${onePlan} unit.path >= ${below.path} AND unit.path < ${below.pathEnd}`)
    .where(sql<boolean>`unit.level = ${below.level}`)
    .where(sql<boolean>`(unit.ends_on IS NULL OR unit.ends_on > ${on}::date)`)
    .orderBy('unit.path');

/** The groups directly below a unit that have not ended on `on`, by name. */
export async function selectGroups(db: Db, unitId: string, on: string): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(unitColumns)
    .where('unit.parent_id', '=', unitId)
    .where('unit.level', '=', 'group')
    .where((eb) => eb.or([eb('unit.ends_on', 'is', null), eb('unit.ends_on', '>', on)]))
    .orderBy('unit.name')
    .execute();
  return rows.map(isUnit);
}

/** The top of the authority's tree; several when it has several trees. */
export async function selectRootUnits(db: Db): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(unitColumns)
    .where('unit.parent_id', 'is', null)
    .orderBy('unit.path')
    .execute();
  return rows.map(isUnit);
}

/** Units below the roots whose name contains the text (or whose code is it), schools before groups; at most `limit`. */
export async function findUnits(
  db: Db,
  roots: readonly string[],
  search: string,
  options: { readonly levels?: readonly UnitLevel[]; readonly limit: number },
): Promise<Unit[]> {
  let query = db
    .selectFrom('unit')
    .select(unitColumns)
    .where(under('unit.path', roots))
    .where('unit.ends_on', 'is', null)
    .where((eb) =>
      eb.or([eb('unit.name', 'ilike', `%${escapeLike(search)}%`), eb('unit.code', '=', search)]),
    );
  if (options.levels) query = query.where('unit.level', 'in', [...options.levels]);
  const rows = await query
    .orderBy(sql`length(unit.path) - length(replace(unit.path, '.', ''))`)
    .orderBy('unit.name')
    .orderBy('unit.id')
    .limit(options.limit)
    .execute();
  return rows.map(isUnit);
}

export interface NewUnit {
  readonly id: string;
  readonly parentId: string | null;
  readonly level: UnitLevel;
  readonly name: string;
  readonly code?: string | null;
  readonly stages?: readonly Stage[];
  readonly setting?: Setting | null;
  readonly subject?: string | null;
  readonly beginsOn?: string;
}

/** Adds units whose parents are there already; a unit whose id is known is left as it is. Returns how many are new. */
export async function insertUnits(db: Db, units: readonly NewUnit[]): Promise<number> {
  if (units.length === 0) return 0;
  const given = units.map((unit) => ({
    id: unit.id,
    parent_id: unit.parentId,
    level: unit.level,
    name: unit.name.trim(),
    code: unit.code ?? null,
    stages: unit.stages ?? [],
    setting: unit.setting ?? null,
    subject: unit.subject ?? null,
    begins_on: unit.beginsOn ?? '1949-10-01',
  }));
  // The path ends in the unit's own key, so the key is drawn first.
  const { rows } = await sql<{ id: string }>`
    WITH given AS (
      SELECT nextval(pg_get_serial_sequence('unit', 'key')) AS key, row.*
        FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS row
             (id uuid, parent_id uuid, level text, name text, code text, stages text[], setting text, subject text, begins_on date)
    )
    INSERT INTO unit (id, key, parent_id, path, level, name, code, stages, setting, subject, begins_on)
    OVERRIDING SYSTEM VALUE
    SELECT given.id, given.key, given.parent_id, coalesce(parent.path, '') || given.key || '.', given.level, given.name,
           given.code, given.stages, given.setting, given.subject, given.begins_on
      FROM given LEFT JOIN unit parent ON parent.id = given.parent_id
    ON CONFLICT (id) DO NOTHING
    RETURNING id`.execute(db);
  return rows.length;
}

/** Adds one unit and returns it; sent twice it is added once. */
export async function insertUnit(db: Db, unit: NewUnit): Promise<Unit> {
  await insertUnits(db, [unit]);
  return selectUnit(db, unit.id);
}

export interface UnitChange {
  readonly name: string;
  readonly code: string | null;
  readonly stages: readonly Stage[];
  readonly setting: Setting | null;
  readonly subject: string | null;
}

export async function updateUnit(db: Db, id: string, change: UnitChange): Promise<void> {
  await db
    .updateTable('unit')
    .set({ ...change, stages: [...change.stages] })
    .where('id', '=', id)
    .execute();
}

/** The unit's last day is the one before `on`; those who act for it stop acting then. */
export async function endUnit(db: Db, id: string, on: string): Promise<void> {
  await db.updateTable('unit').set({ ends_on: on }).where('id', '=', id).execute();
  await sql`
    UPDATE role_assignment SET during = daterange(lower(during), ${on}::date)
     WHERE unit_id = ${id} AND upper_inf(during) AND lower(during) < ${on}::date`.execute(db);
}

/** Whether another unit has this code. Codes are unique in an authority. */
export async function isCodeTaken(db: Db, code: string, exceptId: string): Promise<boolean> {
  const row = await db
    .selectFrom('unit')
    .select('id')
    .where('code', '=', code)
    .where('id', '<>', exceptId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Every unit at or below a path, parents before children: for matching an import's rows. */
export async function selectUnitsAt(db: Db, path: string): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(unitColumns)
    .where(under('unit.path', [path]))
    .orderBy(sql`length(unit.path) - length(replace(unit.path, '.', ''))`)
    .orderBy('unit.key')
    .execute();
  return rows.map(isUnit);
}
