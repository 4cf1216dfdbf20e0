import { sql } from 'kysely';
import { type Db, escapeLike } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { keepFigures } from '../../../platform/figures.ts';
import { isId } from '../../../platform/ids.ts';
import { pathEnd, under } from '../../../platform/paths.ts';
import type { Role } from '../../identity/rules.ts';
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

const columns = [
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

const isUnit = (row: Omit<Unit, 'stages'> & { stages: readonly string[] }): Unit => ({
  ...row,
  stages: row.stages as readonly Stage[],
});

export async function selectOptionalUnit(db: Db, id: string): Promise<Unit | null> {
  if (!isId(id)) return null;
  const row = await db.selectFrom('unit').select(columns).where('unit.id', '=', id).executeTakeFirst();
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
    .select(columns)
    .where('unit.id', 'in', [...ids])
    .execute();
  return rows.map(isUnit);
}

/** The chain of units from the root to this path, itself last: `1.4.37.` stands in `1.4.` and `1.`. */
export async function selectAncestors(db: Db, path: string): Promise<Unit[]> {
  const keys = path.split('.').slice(0, -1);
  const paths = keys.map((_, index) => `${keys.slice(0, index + 1).join('.')}.`);
  if (paths.length === 0) return [];
  const rows = await db.selectFrom('unit').select(columns).where('unit.path', 'in', paths).execute();
  return rows.map(isUnit).toSorted((a, b) => a.path.length - b.path.length);
}

/** The nearest unit of a level at or above a path: the county of a school, the city of a county. */
export async function selectOptionalAncestor(db: Db, path: string, level: UnitLevel): Promise<Unit | null> {
  return (await selectAncestors(db, path)).findLast((unit) => unit.level === level) ?? null;
}

/** Every unit of a level at or below a path that has not ended on `on`, by path. */
export async function selectUnitsUnder(db: Db, path: string, level: UnitLevel, on: string): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(columns)
    .where(under('unit.path', [path]))
    .where('unit.level', '=', level)
    .where((eb) => eb.or([eb('unit.ends_on', 'is', null), eb('unit.ends_on', '>', on)]))
    .orderBy('unit.path')
    .execute();
  return rows.map(isUnit);
}

/** The groups directly below a unit that have not ended on `on`, by name. */
export async function selectGroups(db: Db, unitId: string, on: string): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(columns)
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
    .select(columns)
    .where('unit.parent_id', 'is', null)
    .orderBy('unit.path')
    .execute();
  return rows.map(isUnit);
}

export interface ChildUnit extends Unit {
  /** Units directly below that have not ended. */
  readonly children: number;
  /** People serving at or below it. */
  readonly people: number;
}

export interface ChildFilter {
  readonly search?: string | null;
  readonly level?: UnitLevel | null;
  readonly withEnded?: boolean;
  readonly limit: number;
  readonly offset?: number;
}

/** The units directly below, offices before schools before groups, then by name, a page cut by the database. */
export async function listChildren(
  db: Db,
  parentId: string,
  filter: ChildFilter,
): Promise<{ rows: Unit[]; total: number }> {
  let matching = db.selectFrom('unit').where('unit.parent_id', '=', parentId);
  if (filter.search) matching = matching.where('unit.name', 'ilike', `%${escapeLike(filter.search)}%`);
  if (filter.level) matching = matching.where('unit.level', '=', filter.level);
  if (!filter.withEnded) matching = matching.where('unit.ends_on', 'is', null);
  const { offset = 0 } = filter;
  const rows = await matching
    .select(columns)
    .select(sql<number>`count(*) OVER ()::int`.as('total'))
    .orderBy(sql`array_position(ARRAY['province', 'city', 'county', 'school', 'group'], unit.level)`)
    .orderBy('unit.name')
    .orderBy('unit.id')
    .limit(filter.limit)
    .offset(offset)
    .execute();
  const units = rows.map(({ total: _, ...row }) => isUnit(row));
  const [first] = rows;
  if (first !== undefined || offset === 0) return { rows: units, total: first?.total ?? 0 };
  // A page past the end has no row to tell the total.
  const { total } = await matching.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow();
  return { rows: units, total };
}

/** Above so many people the figures of a unit are kept for a minute. */
export const MANY_PEOPLE = 3000;
const keepServing = keepFigures<ReadonlyMap<string, number>>((counts) =>
  [...counts.values()].some((people) => people > MANY_PEOPLE),
);

/** How many people serve at or below each of some units. */
const countServing = (db: Db, units: readonly Unit[]): Promise<ReadonlyMap<string, number>> =>
  keepServing(db, units.map(({ path }) => path).join(' '), async (all) => {
    const { rows } = await sql<{ id: string; people: number }>`
      SELECT given.id, (SELECT count(*) FROM person
                         WHERE person.unit_path >= given.path AND person.unit_path < given.path_end
                           AND person.state = 'serving')::int AS people
        FROM unnest(${units.map(({ id }) => id)}::uuid[], ${units.map(({ path }) => path)}::text[],
                    ${units.map(({ path }) => pathEnd(path))}::text[]) AS given (id, path, path_end)`.execute(
      all,
    );
    return new Map(rows.map(({ id, people }) => [id, people]));
  });

/** The units with how many units are directly below each and how many people serve at or below it. */
export async function withCounts(db: Db, units: readonly Unit[]): Promise<ChildUnit[]> {
  if (units.length === 0) return [];
  const rows = await db
    .selectFrom('unit')
    .select(['parent_id as id', sql<number>`count(*)::int`.as('children')])
    .where(
      'parent_id',
      'in',
      units.map(({ id }) => id),
    )
    .where('ends_on', 'is', null)
    .groupBy('parent_id')
    .execute();
  const children = new Map(rows.map((row) => [row.id, row.children]));
  const people = await countServing(db, units);
  return units.map((unit) => ({
    ...unit,
    children: children.get(unit.id) ?? 0,
    people: people.get(unit.id) ?? 0,
  }));
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
    .select(columns)
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

// --- Counting teachers --------------------------------------------------------------------------------

export interface TeacherFilter {
  readonly subject?: string | null;
  readonly stage?: string | null;
}

export interface UnitCount {
  readonly unitId: string;
  readonly unitPath: string;
  readonly name: string;
  readonly setting: Setting | null;
  readonly teachers: number;
}

/**
 * How many teachers serve under each unit of a level below `root`: the base of a quota. Units without any
 * teacher are there with 0; those standing under none of them are not counted.
 */
export const countTeachersByLevel = (
  db: Db,
  root: string,
  level: UnitLevel,
  filter: TeacherFilter = {},
): Promise<readonly UnitCount[]> =>
  keepTeachers(db, [root, level, filter.subject, filter.stage].join(' '), (all) =>
    reckonTeachersByLevel(all, root, level, filter),
  );

const keepTeachers = keepFigures<readonly UnitCount[]>(
  (units) => units.reduce((sum, { teachers }) => sum + teachers, 0) > MANY_PEOPLE,
);

async function reckonTeachersByLevel(
  db: Db,
  root: string,
  level: UnitLevel,
  { subject = null, stage = null }: TeacherFilter,
): Promise<UnitCount[]> {
  const { rows } = await sql<UnitCount>`
    SELECT unit.id AS "unitId", unit.path AS "unitPath", unit.name, unit.setting, counted.teachers
      FROM unit, LATERAL (
        SELECT count(*)::int AS teachers FROM person
         WHERE person.unit_path >= unit.path AND person.unit_path < left(unit.path, -1) || '/'
           AND person.state = 'serving'
           AND (${subject}::text IS NULL OR person.subject = ${subject})
           AND (${stage}::text IS NULL OR person.stage = ${stage})
           AND person.stage IS NOT NULL
      ) counted
     WHERE ${under('unit.path', [root])} AND unit.level = ${level} AND unit.ends_on IS NULL
     ORDER BY unit.path`.execute(db);
  return rows;
}

/** Teachers of each county below a city or province. A teacher has a stage; office staff have none. */
export const countTeachersByCounty = (
  db: Db,
  root: string,
  filter: TeacherFilter = {},
): Promise<readonly UnitCount[]> => countTeachersByLevel(db, root, 'county', filter);

/** Teachers serving at or below a path. */
export async function countTeachers(db: Db, root: string, filter: TeacherFilter = {}): Promise<number> {
  let query = db
    .selectFrom('person')
    .where(under('unit_path', [root]))
    .where('state', '=', 'serving')
    .where('stage', 'is not', null);
  if (filter.subject) query = query.where('subject', '=', filter.subject);
  if (filter.stage) query = query.where('stage', '=', filter.stage);
  const row = await query.select((eb) => eb.fn.countAll<number>().as('teachers')).executeTakeFirstOrThrow();
  return Number(row.teachers);
}

/** How the serving teachers at or below a path are made up. Each part sums to `total`. */
export interface StaffStructure {
  readonly total: number;
  readonly sex: readonly StaffShare[];
  readonly age: readonly StaffShare[];
  readonly rank: readonly StaffShare[];
  readonly subject: readonly StaffShare[];
  readonly education: readonly StaffShare[];
  /** Years of teaching. */
  readonly service: readonly StaffShare[];
}
export interface StaffShare {
  /** Null: not known. */
  readonly key: string | null;
  readonly count: number;
}

/** Ages in whole years on a day, in the bands in which staff structure is reported: under 30, 30–39, 40–49, 50 and over; years of teaching to 3 (new teachers), 10, 20 and over (R-001-9-02). */
export const selectStaffStructure = (db: Db, path: string, on: string): Promise<StaffStructure> =>
  keepStructure(db, `${path} ${on}`, (all) => reckonStaffStructure(all, path, on));

const keepStructure = keepFigures<StaffStructure>(({ total }) => total > MANY_PEOPLE);

async function reckonStaffStructure(db: Db, path: string, on: string): Promise<StaffStructure> {
  const { rows } = await sql<{
    part: 'sex' | 'age' | 'rank' | 'subject' | 'education' | 'service' | 'total';
    key: string | null;
    count: number;
  }>`
    SELECT CASE grouping(sex, age, rank, subject, education, service)
                WHEN 31 THEN 'sex' WHEN 47 THEN 'age' WHEN 55 THEN 'rank' WHEN 59 THEN 'subject'
                WHEN 61 THEN 'education' WHEN 62 THEN 'service' ELSE 'total' END AS part,
           coalesce(sex, age, rank, subject, education, service) AS key, count(*)::int AS count
      FROM (SELECT sex, rank, subject, education,
                   CASE WHEN teaching_since IS NULL THEN NULL
                        WHEN teaching_since >= ${on}::date - interval '3 years' THEN 'to-3'
                        WHEN teaching_since >= ${on}::date - interval '10 years' THEN 'to-10'
                        WHEN teaching_since >= ${on}::date - interval '20 years' THEN 'to-20' ELSE 'over-20' END AS service,
                   CASE WHEN birth_date IS NULL THEN NULL
                        WHEN birth_date > ${on}::date - interval '30 years' THEN 'under-30'
                        WHEN birth_date > ${on}::date - interval '40 years' THEN '30-39'
                        WHEN birth_date > ${on}::date - interval '50 years' THEN '40-49' ELSE '50-over' END AS age
              FROM person WHERE ${under('unit_path', [path])} AND state = 'serving' AND stage IS NOT NULL) teacher
     GROUP BY GROUPING SETS ((sex), (age), (rank), (subject), (education), (service), ())
     ORDER BY count DESC`.execute(db);
  const part = (name: string) =>
    rows.filter((row) => row.part === name).map(({ key, count }) => ({ key, count }));
  const inOrder = (shares: StaffShare[], order: readonly string[]) =>
    shares.toSorted((a, b) => order.indexOf(a.key ?? '') - order.indexOf(b.key ?? ''));
  return {
    total: part('total')[0]?.count ?? 0,
    sex: part('sex'),
    age: inOrder(part('age'), ['under-30', '30-39', '40-49', '50-over', '']),
    rank: inOrder(part('rank'), ['full-senior', 'senior', 'first', 'second', 'third', 'none', '']),
    subject: part('subject'),
    education: inOrder(part('education'), ['doctor', 'master', 'bachelor', 'college', 'secondary', '']),
    service: inOrder(part('service'), ['to-3', 'to-10', 'to-20', 'over-20', '']),
  };
}

// --- Those who act for a unit -------------------------------------------------------------------------

export interface RoleHolding {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly role: Role;
  readonly unitId: string;
  readonly unitName: string;
  readonly from: string | null;
  /** The first day it no longer holds; null while it does. */
  readonly until: string | null;
}

const holdings = (db: Db) =>
  db
    .selectFrom('role_assignment as held')
    .innerJoin('named', 'named.id', 'held.person_id')
    .innerJoin('unit', 'unit.id', 'held.unit_id')
    .select([
      'held.id',
      'held.person_id as personId',
      'named.name as personName',
      'held.role',
      'held.unit_id as unitId',
      'unit.name as unitName',
      sql<string | null>`lower(held.during)`.as('from'),
      sql<string | null>`upper(held.during)`.as('until'),
    ])
    .orderBy(sql`upper_inf(held.during)`, 'desc')
    .orderBy(sql`lower(held.during)`, 'desc')
    .orderBy('held.id');

/** Who acts for the unit and who did, those who still do first. */
export const listRoles = async (db: Db, unitPath: string): Promise<RoleHolding[]> =>
  holdings(db).where('held.unit_path', '=', unitPath).limit(100).execute();

export async function selectOptionalRole(db: Db, id: string): Promise<RoleHolding | null> {
  return (await holdings(db).where('held.id', '=', id).executeTakeFirst()) ?? null;
}

export interface NewRole {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly unitId: string;
  readonly unitPath: string;
  readonly from: string;
  /** The last day it holds; null when no end is known. */
  readonly last: string | null;
}

/** Gives the role from a day on; false when the person holds it already. */
export async function assignRole(db: Db, role: NewRole): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO role_assignment (id, person_id, role, unit_id, unit_path, during)
    SELECT ${role.id}, ${role.personId}, ${role.role}, ${role.unitId}, ${role.unitPath},
           daterange(${role.from}::date, ${role.last}::date + 1)
     WHERE NOT EXISTS (
       SELECT 1 FROM role_assignment
        WHERE person_id = ${role.personId} AND role = ${role.role} AND unit_id = ${role.unitId}
          AND during && daterange(${role.from}::date, ${role.last}::date + 1))
    ON CONFLICT (id) DO NOTHING`.execute(db);
  return numAffectedRows === 1n;
}

/**
 * The role no longer holds from `on`; false when it has ended by then. One given that very day by mistake is taken
 * back: it never held, and the audit remembers both.
 */
export async function endRole(db: Db, id: string, on: string): Promise<boolean> {
  const ended = await sql`
    UPDATE role_assignment SET during = daterange(lower(during), ${on}::date)
     WHERE id = ${id} AND (upper_inf(during) OR upper(during) > ${on}::date)
       AND (lower_inf(during) OR lower(during) < ${on}::date)`.execute(db);
  const taken = await sql`
    DELETE FROM role_assignment WHERE id = ${id} AND lower(during) >= ${on}::date`.execute(db);
  return ended.numAffectedRows === 1n || taken.numAffectedRows === 1n;
}

/** Every unit at or below a path, parents before children: for matching an import's rows. */
export async function selectUnitsAt(db: Db, path: string): Promise<Unit[]> {
  const rows = await db
    .selectFrom('unit')
    .select(columns)
    .where(under('unit.path', [path]))
    .orderBy(sql`length(unit.path) - length(replace(unit.path, '.', ''))`)
    .orderBy('unit.key')
    .execute();
  return rows.map(isUnit);
}
