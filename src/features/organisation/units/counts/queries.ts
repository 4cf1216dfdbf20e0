import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { keepFigures } from '../../../../platform/figures.ts';
import { pathEnd, under } from '../../../../platform/paths.ts';
import type { Unit } from '../queries.ts';
import type { Setting, UnitLevel } from '../rules.ts';

/** A unit with its figures. */
export interface ChildUnit extends Unit {
  /** Units directly below that have not ended. */
  readonly children: number;
  /** People serving at or below it. */
  readonly people: number;
}

/** Above so many people the figures of a unit are kept for a minute. */
export const MANY_PEOPLE = 3000;
const keepPeople = keepFigures<ReadonlyMap<string, number>>((counts) =>
  [...counts.values()].some((people) => people > MANY_PEOPLE),
);

/** How many units are directly below a unit. */
export const childrenOf = (id: RawBuilder<unknown>) =>
  sql<number>`(SELECT count(*)::int FROM unit below WHERE below.parent_id = ${id} AND below.ends_on IS NULL)`;
/** How many people serve at or below a unit of the statement. */
export const servingIn = (path: RawBuilder<unknown>, end: RawBuilder<unknown>) =>
  sql<number>`(SELECT count(*)::int FROM person
                WHERE person.unit_path >= ${path} AND person.unit_path < ${end} AND person.state = 'serving')`;

/**
 * The units with how many units are directly below each and how many people serve at or below it. Only the people are kept
 * for a while: whoever adds or ends a unit sees it counted.
 */
export async function withCounts(db: Db, units: readonly Unit[]): Promise<ChildUnit[]> {
  if (units.length === 0) return [];
  const ids = units.map(({ id }) => id);
  const below = await passing(db, 'figures', (all) =>
    sql<{ readonly id: string; readonly children: number }>`
      SELECT given.id, ${childrenOf(sql`given.id`)} AS children FROM unnest(${ids}::uuid[]) AS given (id)`.execute(
      all,
    ),
  );
  const people = await keepPeople(db, units.map(({ path }) => path).join(' '), async (all) => {
    const { rows } = await sql<{ readonly id: string; readonly people: number }>`
      SELECT given.id, ${servingIn(sql`given.path`, sql`given.path_end`)} AS people
        FROM unnest(${ids}::uuid[], ${units.map(({ path }) => path)}::text[],
                    ${units.map(({ path }) => pathEnd(path))}::text[]) AS given (id, path, path_end)`.execute(
      all,
    );
    return new Map(rows.map((row) => [row.id, row.people]));
  });
  const children = new Map(below.rows.map((row) => [row.id, row.children]));
  return units.map((unit) => ({
    ...unit,
    children: children.get(unit.id) ?? 0,
    people: people.get(unit.id) ?? 0,
  }));
}

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
  return structureOf((await structureRows(under('unit_path', [path]), on).execute(db)).rows);
}

interface StructureRow {
  readonly part: 'sex' | 'age' | 'rank' | 'subject' | 'education' | 'service' | 'total';
  readonly key: string | null;
  readonly count: number;
}
/** Of the people whose place is in a range. */
export const structureRows = (inRange: RawBuilder<boolean>, on: string) => sql<StructureRow>`
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
              FROM person WHERE ${inRange} AND state = 'serving' AND stage IS NOT NULL) teacher
     GROUP BY GROUPING SETS ((sex), (age), (rank), (subject), (education), (service), ())
     ORDER BY count DESC`;

export function structureOf(rows: readonly StructureRow[]): StaffStructure {
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
