import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import { keepFigures } from '../../../platform/figures.ts';
import { underAlike } from '../../../platform/paths.ts';
import { MANY_PEOPLE } from '../units/counts/queries.ts';
import { under } from '../units/queries.ts';
import { searchStart } from './name-search.ts';
import { COUNTED_AT_MOST, staffNumberForm, staffNumberOf } from './rules.ts';

export type PersonState = 'serving' | 'left' | 'retired' | 'merged';

/** A person as they are now; what changes in a career has its history in facts, employments and memberships. */
export interface Person {
  readonly id: string;
  readonly staffNumber: string | null;
  readonly name: string;
  readonly sex: 'female' | 'male' | null;
  readonly birthDate: string | null;
  readonly teachingSince: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly unitId: string | null;
  readonly unitName: string | null;
  readonly groupId: string | null;
  readonly groupName: string | null;
  /** Of the group when in one, else of the unit. */
  readonly unitPath: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly rank: string | null;
  readonly education: string | null;
  readonly post: string | null;
  readonly frontLine: boolean | null;
  readonly qualified: boolean | null;
  readonly specialPost: boolean | null;
  readonly factsSince: string | null;
  readonly state: PersonState;
  readonly mergedInto: string | null;
  readonly revision: number;
}

const columns = [
  'person.id',
  'person.staff_number as staffNumber',
  'person.name',
  'person.sex',
  'person.birth_date as birthDate',
  'person.teaching_since as teachingSince',
  'person.phone',
  'person.email',
  'person.unit_id as unitId',
  'unit.name as unitName',
  'person.group_id as groupId',
  'team.name as groupName',
  'person.unit_path as unitPath',
  'person.subject',
  'person.stage',
  'person.rank',
  'person.education',
  'person.post',
  'person.front_line as frontLine',
  'person.qualified',
  'person.special_post as specialPost',
  'person.facts_since as factsSince',
  'person.state',
  'person.merged_into as mergedInto',
  'person.revision',
] as const;

const people = (db: Db) =>
  db
    .selectFrom('person')
    .leftJoin('unit', 'unit.id', 'person.unit_id')
    .leftJoin('unit as team', 'team.id', 'person.group_id');

export const personById = (db: Db, id: string) => people(db).select(columns).where('person.id', '=', id);
export const selectOptionalPerson = async (db: Db, id: string): Promise<Person | null> =>
  (await personById(db, id).executeTakeFirst()) ?? null;

/** Throws 404 when there is no such person. */
export async function selectPerson(db: Db, id: string): Promise<Person> {
  const person = await selectOptionalPerson(db, id);
  if (person === null) throw new HttpError(404, 'error.not-found');
  return person;
}

/** The people of these ids, in no order. */
export async function selectPeople(db: Db, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  return people(db)
    .select(columns)
    .where(sql<boolean>`person.id = ANY(${[...ids]}::uuid[])`)
    .execute();
}

/** The person with exactly this staff number (any width or case of its letters). */
export async function selectOptionalPersonByNumber(db: Db, staffNumber: string): Promise<Person | null> {
  const number = staffNumberOf(staffNumber);
  return (
    (await people(db).select(columns).where('person.staff_number', '=', number).executeTakeFirst()) ?? null
  );
}

/** Where a person stands, for a guard: null when there is no such person. */
export async function selectOptionalPersonPlace(
  db: Db,
  id: string,
): Promise<{ unitPath: string; personId: string } | null> {
  const row = await db.selectFrom('person').select('unit_path').where('id', '=', id).executeTakeFirst();
  return row ? { unitPath: row.unit_path ?? '', personId: id } : null;
}

// --- Finding people -----------------------------------------------------------------------------------

export const PERSON_SORTS = ['place', 'name', 'number'] as const;
export type PersonSort = (typeof PERSON_SORTS)[number];

export interface PersonFilter {
  /** Beginning of a name, a given name, pinyin, initials or a staff number. */
  readonly search?: string | null;
  /** Only at or below this path; it must stand below one of the roots to find anybody. */
  readonly unitPath?: string | null;
  readonly subject?: string | null;
  readonly stage?: string | null;
  readonly rank?: string | null;
  /** Serving people unless another state is asked for. */
  readonly state?: PersonState | 'any' | null;
}

export interface PersonPage {
  readonly sort?: PersonSort;
  readonly descending?: boolean;
  readonly limit: number;
  readonly offset?: number;
}

function matching(roots: readonly string[], filter: PersonFilter): RawBuilder<boolean> {
  const conditions = [under('person.unit_path', roots)];
  if (filter.unitPath) conditions.push(under('person.unit_path', [filter.unitPath]));
  if (filter.subject) conditions.push(sql`person.subject = ${filter.subject}`);
  if (filter.stage) conditions.push(sql`person.stage = ${filter.stage}`);
  if (filter.rank) conditions.push(sql`person.rank = ${filter.rank}`);
  const state = filter.state ?? 'serving';
  conditions.push(state === 'any' ? sql`person.state <> 'merged'` : sql`person.state = ${sql.lit(state)}`);
  const search = searchStart(filter.search ?? '');
  if (search !== '') conditions.push(found(search, roots));
  return sql<boolean>`${sql.join(conditions, sql` AND `)}`;
}

/**
 * Any word of the search text begins so, or the staff number does. Behind the walls no pattern reaches the index of
 * names (LIKE is not leakproof), hence by the view of names, which they do not hide.
 */
function found(search: string, roots: readonly string[]): RawBuilder<boolean> {
  const start = search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
  // Materialized, or PostgreSQL would see that both are the same table and ask it once, behind the wall.
  const byName = sql<boolean>`person.id IN (
    WITH hit AS MATERIALIZED (
      SELECT named.id FROM named WHERE ${under('named.unit_path', roots)}
         AND (named.name_search LIKE ${`${start}%`} OR named.name_search LIKE ${`% ${start}%`}))
    SELECT hit.id FROM hit)`;
  if (!/^[0-9a-z-]*\d[0-9a-z-]*$/.test(search)) return byName;
  const number = search.toUpperCase();
  const after = `${number.slice(0, -1)}${String.fromCharCode(number.charCodeAt(number.length - 1) + 1)}`;
  return sql<boolean>`(${byName} OR (person.staff_number COLLATE "C" >= ${number} AND person.staff_number COLLATE "C" < ${after}))`;
}

const orders: Readonly<Record<PersonSort, readonly string[]>> = {
  place: ['person.unit_path', 'person.name', 'person.id'],
  name: ['person.name', 'person.id'],
  number: ['person.staff_number', 'person.id'],
};

/** Whoever serves at some places, in the order of the index of places: a page of it is found alike for a school and a city. */
const isByPlaceAlone = (
  { search, subject, stage, rank, state }: PersonFilter,
  { sort = 'place' }: PersonPage,
) =>
  sort === 'place' &&
  searchStart(search ?? '') === '' &&
  !subject &&
  !stage &&
  !rank &&
  (state ?? 'serving') === 'serving';

const atPlaces = (roots: readonly string[], { unitPath }: PersonFilter): RawBuilder<boolean> =>
  sql<boolean>`${underAlike('person.unit_path', roots)}
    AND ${unitPath ? underAlike('person.unit_path', [unitPath]) : sql`true`} AND person.state = 'serving'`;

/** People under the roots, filtered, sorted and cut to a page by the database. */
export async function findPeople(
  db: Db,
  roots: readonly string[],
  filter: PersonFilter,
  page: PersonPage,
): Promise<Person[]> {
  const direction = page.descending ? sql`DESC` : sql`ASC`;
  const order = orders[page.sort ?? 'place'].map((column) => sql`${sql.ref(column)} ${direction}`);
  // The page is cut before the names of its units are looked up.
  const which = isByPlaceAlone(filter, page) ? atPlaces(roots, filter) : matching(roots, filter);
  const ids = sql<{ id: string }>`
    SELECT person.id FROM person WHERE ${which}
     ORDER BY ${sql.join(order)} LIMIT ${page.limit} OFFSET ${page.offset ?? 0}`;
  let query = people(db).select(columns).where(sql<boolean>`person.id IN (${ids})`);
  for (const one of order) query = query.orderBy(one);
  return query.execute();
}

/** How many there are, counted up to COUNTED_AT_MOST + 1; many at the most a minute ago, unless they are searched. */
export function countPeople(db: Db, roots: readonly string[], filter: PersonFilter): Promise<number> {
  const count = async (all: Db) => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count
        FROM (SELECT 1 FROM person WHERE ${matching(roots, filter)} LIMIT ${COUNTED_AT_MOST + 1}) counted`.execute(
      all,
    );
    return rows[0]?.count ?? 0;
  };
  return filter.search ? count(db) : keepCounts(db, JSON.stringify([roots, filter]), count);
}
const keepCounts = keepFigures<number>((count) => count > MANY_PEOPLE);

/** All people of a filter in pages by key, so that an export holds one page at a time. */
export async function* walkPeople(
  db: Db,
  roots: readonly string[],
  filter: PersonFilter,
  pageSize = 2000,
): AsyncGenerator<Person[]> {
  let after: { unitPath: string; name: string; id: string } | null = null;
  for (;;) {
    const rest: RawBuilder<boolean> =
      after === null
        ? sql<boolean>`true`
        : sql<boolean>`(person.unit_path, person.name, person.id) > (${after.unitPath}, ${after.name}, ${after.id}::uuid)`;
    const page: Person[] = await people(db)
      .select(columns)
      .where(matching(roots, filter))
      .where(rest)
      .orderBy('person.unit_path')
      .orderBy('person.name')
      .orderBy('person.id')
      .limit(pageSize)
      .execute();
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined || last.unitPath === null) return;
    after = { unitPath: last.unitPath, name: last.name, id: last.id };
  }
}

/** The subjects taught under the roots, most taught first: what a filter offers. */
export async function listSubjects(db: Db, roots: readonly string[]): Promise<string[]> {
  const subjects = await keepSubjects(db, roots.join(' '), (all) =>
    all
      .selectFrom('person')
      .select(['subject', sql<number>`count(*)::int`.as('people')])
      .where(underAlike('unit_path', roots))
      .where('state', '=', sql.lit('serving'))
      .where('subject', 'is not', null)
      .groupBy('subject')
      .orderBy('people', 'desc')
      .limit(100)
      .execute(),
  );
  return subjects.flatMap(({ subject }) => subject ?? []);
}
const keepSubjects = keepFigures<readonly { readonly subject: string | null; readonly people: number }[]>(
  (subjects) => subjects.reduce((sum, { people }) => sum + people, 0) > MANY_PEOPLE,
);

// --- Likely doubles -----------------------------------------------------------------------------------

/** SQL that gives a staff number the form `staffNumberForm` gives it, for the index person_staff_number_form. */
export const numberForm = (column: string): RawBuilder<string> =>
  sql<string>`ltrim(upper(regexp_replace(${sql.ref(column)}, '[^0-9A-Za-z]', '', 'g')), '0')`;

/** People whose staff number is the same but for how it is written, or who share the name and birth date. */
export async function findLookalikes(
  db: Db,
  person: {
    readonly id: string;
    readonly name: string;
    readonly birthDate: string | null;
    readonly staffNumber: string | null;
  },
): Promise<Person[]> {
  const form = person.staffNumber === null ? '' : staffNumberForm(person.staffNumber);
  return passing(db, 'similar', (all) =>
    people(all)
      .select(columns)
      .where('person.id', '<>', person.id)
      .where('person.state', '<>', 'merged')
      .where(
        sql<boolean>`(person.name = ${person.name} OR (${form} <> '' AND ${numberForm('person.staff_number')} = ${form}))`,
      )
      .limit(50)
      .execute(),
  );
}
