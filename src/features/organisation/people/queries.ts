import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { under } from '../units/queries.ts';
import { searchForm } from './name-search.ts';
import { type FactName, staffNumberForm } from './rules.ts';

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

export async function selectOptionalPerson(db: Db, id: string): Promise<Person | null> {
  return (await people(db).select(columns).where('person.id', '=', id).executeTakeFirst()) ?? null;
}

/** Throws 404 when there is no such person. */
export async function selectPerson(db: Db, id: string): Promise<Person> {
  const person = await selectOptionalPerson(db, id);
  if (person === null) throw new HttpError(404, 'error.not-found');
  return person;
}

/** The people of these ids, in no order. */
export async function selectPeople(db: Db, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  return people(db).select(columns).where(sql<boolean>`person.id = ANY(${[...ids]}::uuid[])`).execute();
}

/** The person with exactly this staff number (any width or case of its letters). */
export async function selectOptionalPersonByNumber(db: Db, staffNumber: string): Promise<Person | null> {
  const number = staffNumber.normalize('NFKC').trim();
  return (await people(db).select(columns).where('person.staff_number', '=', number).executeTakeFirst()) ?? null;
}

/** Where a person stands, for a guard: null when there is no such person. */
export async function selectOptionalPersonPlace(db: Db, id: string): Promise<{ unitPath: string; personId: string } | null> {
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

/** Counting stops here: a longer list is "more than". */
export const COUNTED_AT_MOST = 10_000;

function matching(roots: readonly string[], filter: PersonFilter): RawBuilder<boolean> {
  const conditions = [under('person.unit_path', roots)];
  if (filter.unitPath) conditions.push(under('person.unit_path', [filter.unitPath]));
  if (filter.subject) conditions.push(sql`person.subject = ${filter.subject}`);
  if (filter.stage) conditions.push(sql`person.stage = ${filter.stage}`);
  if (filter.rank) conditions.push(sql`person.rank = ${filter.rank}`);
  const state = filter.state ?? 'serving';
  conditions.push(state === 'any' ? sql`person.state <> 'merged'` : sql`person.state = ${state}`);
  const search = searchForm(filter.search ?? '');
  if (search !== '') conditions.push(found(search));
  return sql<boolean>`${sql.join(conditions, sql` AND `)}`;
}

/** Any word of the search text begins so, or the staff number does. */
function found(search: string): RawBuilder<boolean> {
  const start = search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
  const byName = sql<boolean>`(person.name_search LIKE ${`${start}%`} OR person.name_search LIKE ${`% ${start}%`})`;
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

/** People under the roots, filtered, sorted and cut to a page by the database. */
export async function findPeople(db: Db, roots: readonly string[], filter: PersonFilter, page: PersonPage): Promise<Person[]> {
  const direction = page.descending ? sql`DESC` : sql`ASC`;
  const order = orders[page.sort ?? 'place'].map((column) => sql`${sql.ref(column)} ${direction}`);
  // The page is cut before the names of its units are looked up.
  const ids = sql<{ id: string }>`
    SELECT person.id FROM person WHERE ${matching(roots, filter)}
     ORDER BY ${sql.join(order)} LIMIT ${page.limit} OFFSET ${page.offset ?? 0}`;
  let query = people(db).select(columns).where(sql<boolean>`person.id IN (${ids})`);
  for (const one of order) query = query.orderBy(one);
  return query.execute();
}

/** How many there are, counted up to COUNTED_AT_MOST + 1. */
export async function countPeople(db: Db, roots: readonly string[], filter: PersonFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count
      FROM (SELECT 1 FROM person WHERE ${matching(roots, filter)} LIMIT ${COUNTED_AT_MOST + 1}) counted`.execute(db);
  return rows[0]?.count ?? 0;
}

/** All people of a filter in pages by key, so that an export holds one page at a time. */
export async function* walkPeople(db: Db, roots: readonly string[], filter: PersonFilter, pageSize = 2000): AsyncGenerator<Person[]> {
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
  const rows = await db
    .selectFrom('person')
    .select('subject')
    .where(under('unit_path', roots))
    .where('subject', 'is not', null)
    .groupBy('subject')
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .limit(100)
    .execute();
  return rows.flatMap(({ subject }) => subject ?? []);
}

// --- What was, in time --------------------------------------------------------------------------------

export interface HistoryRow {
  readonly id: string;
  readonly unitId: string;
  readonly unitName: string;
  readonly kind: 'main' | 'secondment' | 'group';
  readonly post: string | null;
  readonly from: string | null;
  /** The first day it no longer holds. */
  readonly until: string | null;
}
export interface FactRow {
  readonly attribute: FactName;
  readonly value: string | null;
  readonly from: string | null;
  readonly until: string | null;
}
export interface PersonHistory {
  readonly standings: readonly HistoryRow[];
  readonly facts: readonly FactRow[];
}

/** Where the person worked and which groups they were in, what they were; newest first. */
export async function selectPersonHistory(db: Db, personId: string): Promise<PersonHistory> {
  const standings = await sql<HistoryRow>`
    SELECT held.id, held.unit_id AS "unitId", unit.name AS "unitName", held.kind, held.post,
           lower(held.during) AS "from", upper(held.during) AS until
      FROM (SELECT id, unit_id, kind, post, during FROM employment WHERE person_id = ${personId}
            UNION ALL
            SELECT id, unit_id, 'group', NULL, during FROM membership WHERE person_id = ${personId}) held
      JOIN unit ON unit.id = held.unit_id
     ORDER BY upper_inf(held.during) DESC, lower(held.during) DESC NULLS LAST, held.kind DESC`.execute(db);
  const facts = await sql<FactRow>`
    SELECT attribute, value, lower(during) AS "from", upper(during) AS until
      FROM person_fact WHERE person_id = ${personId}
     ORDER BY attribute, lower(during) DESC NULLS LAST`.execute(db);
  return { standings: standings.rows, facts: facts.rows };
}

/** What a programme may ask of a person, as it was on a day. */
export interface PersonFacts {
  readonly id: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly sex: string | null;
  readonly birthDate: string | null;
  readonly teachingSince: string | null;
  readonly unitId: string | null;
  readonly groupId: string | null;
  readonly unitPath: string | null;
  readonly setting: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly rank: string | null;
  /** Since when that rank has been held; null when not known. */
  readonly rankSince: string | null;
  readonly education: string | null;
  readonly post: string | null;
  readonly frontLine: boolean | null;
  readonly qualified: boolean | null;
  readonly specialPost: boolean | null;
  /** Whether an employment runs on the day. */
  readonly employed: boolean;
}

/**
 * The facts of each person on a day. Where nothing has changed since that day (`facts_since`) the present
 * values answer; else history does, attribute by attribute. Ids that name nobody are left out.
 */
export async function personFactsAsOf(db: Db, personIds: readonly string[], asOf: string): Promise<PersonFacts[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql<PersonFacts & { old: boolean }>`
    SELECT p.id, p.name, p.staff_number AS "staffNumber", p.sex, p.birth_date AS "birthDate", p.teaching_since AS "teachingSince",
           p.unit_id AS "unitId", p.group_id AS "groupId", p.unit_path AS "unitPath", unit.setting,
           p.subject, p.stage, p.rank, p.education, p.post, p.front_line AS "frontLine", p.qualified, p.special_post AS "specialPost",
           (SELECT lower(during) FROM person_fact f WHERE f.person_id = p.id AND f.attribute = 'rank' AND f.during @> ${asOf}::date) AS "rankSince",
           p.state = 'serving' AND p.unit_id IS NOT NULL AS employed,
           coalesce(p.facts_since > ${asOf}::date, false) AS old
      FROM person p LEFT JOIN unit ON unit.id = p.unit_id
     WHERE p.id = ANY(${[...personIds]}::uuid[])`.execute(db);
  const old = rows.filter((row) => row.old).map(({ id }) => id);
  const before = await factsBefore(db, old, asOf);
  return rows.map(({ old: _, ...row }) => {
    const was = before.get(row.id);
    return was === undefined ? row : { ...row, ...was };
  });
}

/** What differs from the present for people of whom something has changed since. */
async function factsBefore(db: Db, personIds: readonly string[], asOf: string): Promise<Map<string, Partial<PersonFacts>>> {
  const before = new Map<string, Record<string, unknown>>();
  if (personIds.length === 0) return before;
  const facts = await sql<{ personId: string; attribute: FactName; value: string | null }>`
    SELECT person_id AS "personId", attribute, max(value) FILTER (WHERE during @> ${asOf}::date) AS value
      FROM person_fact WHERE person_id = ANY(${[...personIds]}::uuid[]) GROUP BY person_id, attribute`.execute(db);
  const standings = await sql<{ personId: string; unitId: string | null; groupId: string | null; unitPath: string | null; setting: string | null }>`
    SELECT p.id AS "personId", e.unit_id AS "unitId", team.id AS "groupId", coalesce(team.path, unit.path) AS "unitPath", unit.setting
      FROM unnest(${[...personIds]}::uuid[]) AS p (id)
      LEFT JOIN employment e ON e.person_id = p.id AND e.kind = 'main' AND e.during @> ${asOf}::date
      LEFT JOIN unit ON unit.id = e.unit_id
      LEFT JOIN LATERAL (
        SELECT g.id, g.path FROM membership m JOIN unit g ON g.id = m.unit_id
         WHERE m.person_id = p.id AND m.during @> ${asOf}::date AND g.parent_id = e.unit_id
         ORDER BY lower(m.during) DESC NULLS LAST, m.id LIMIT 1) team ON true`.execute(db);
  for (const { personId, ...standing } of standings.rows) {
    before.set(personId, { ...standing, employed: standing.unitId !== null });
  }
  for (const { personId, attribute, value } of facts.rows) {
    const isFlag = attribute === 'frontLine' || attribute === 'qualified' || attribute === 'specialPost';
    const was = before.get(personId);
    if (was) was[attribute] = isFlag && value !== null ? value === 'true' : value;
  }
  return before;
}

// --- Likely doubles -----------------------------------------------------------------------------------

/** SQL that gives a staff number the form `staffNumberForm` gives it, for the index person_staff_number_form. */
export const numberForm = (column: string): RawBuilder<string> =>
  sql<string>`ltrim(upper(regexp_replace(${sql.ref(column)}, '[^0-9A-Za-z]', '', 'g')), '0')`;

/** People whose staff number is the same but for how it is written, or who share the name and birth date. */
export async function findLookalikes(
  db: Db,
  person: { readonly id: string; readonly name: string; readonly birthDate: string | null; readonly staffNumber: string | null },
): Promise<Person[]> {
  const form = person.staffNumber === null ? '' : staffNumberForm(person.staffNumber);
  return people(db)
    .select(columns)
    .where('person.id', '<>', person.id)
    .where('person.state', '<>', 'merged')
    .where(sql<boolean>`(person.name = ${person.name} OR (${form} <> '' AND ${numberForm('person.staff_number')} = ${form}))`)
    .limit(50)
    .execute();
}
