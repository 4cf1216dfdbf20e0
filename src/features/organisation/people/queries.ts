import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { keepFigures } from '../../../platform/figures.ts';
import { MANY_PEOPLE, under } from '../units/queries.ts';
import { nameSearch, searchStart } from './name-search.ts';
import { COUNTED_AT_MOST, type Suspicion, staffNumberForm } from './rules.ts';

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
  return people(db)
    .select(columns)
    .where(sql<boolean>`person.id = ANY(${[...ids]}::uuid[])`)
    .execute();
}

/** The person with exactly this staff number (any width or case of its letters). */
export async function selectOptionalPersonByNumber(db: Db, staffNumber: string): Promise<Person | null> {
  const number = staffNumber.normalize('NFKC').trim();
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
  conditions.push(state === 'any' ? sql`person.state <> 'merged'` : sql`person.state = ${state}`);
  const search = searchStart(filter.search ?? '');
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
export async function findPeople(
  db: Db,
  roots: readonly string[],
  filter: PersonFilter,
  page: PersonPage,
): Promise<Person[]> {
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
      FROM (SELECT 1 FROM person WHERE ${matching(roots, filter)} LIMIT ${COUNTED_AT_MOST + 1}) counted`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

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
  const subjects = await keepSubjects(db, roots.join(' '), () =>
    db
      .selectFrom('person')
      .select(['subject', sql<number>`count(*)::int`.as('people')])
      .where(under('unit_path', roots))
      .where('state', '=', 'serving')
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
  return people(db)
    .select(columns)
    .where('person.id', '<>', person.id)
    .where('person.state', '<>', 'merged')
    .where(
      sql<boolean>`(person.name = ${person.name} OR (${form} <> '' AND ${numberForm('person.staff_number')} = ${form}))`,
    )
    .limit(50)
    .execute();
}

// --- Adding and changing --------------------------------------------------------------------------------

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly staffNumber?: string | null;
  readonly sex?: 'female' | 'male' | null;
  readonly birthDate?: string | null;
  readonly teachingSince?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly subject?: string | null;
  readonly stage?: string | null;
  readonly rank?: string | null;
  readonly education?: string | null;
  readonly post?: string | null;
  readonly frontLine?: boolean | null;
  readonly qualified?: boolean | null;
  readonly specialPost?: boolean | null;
}

/**
 * Adds a person who stands nowhere yet (`movePerson` and `joinGroup` place them). False when the id is known:
 * the same form sent twice. A staff number held by another fails with 23505.
 */
export async function insertPerson(tx: Db, person: NewPerson): Promise<boolean> {
  const name = person.name.normalize('NFC').trim();
  const added = await tx
    .insertInto('person')
    .values({
      id: person.id,
      name,
      name_search: nameSearch(name),
      staff_number: person.staffNumber ?? null,
      sex: person.sex ?? null,
      birth_date: person.birthDate ?? null,
      teaching_since: person.teachingSince ?? null,
      phone: person.phone ?? null,
      email: person.email ?? null,
      subject: person.subject ?? null,
      stage: person.stage ?? null,
      rank: person.rank ?? null,
      education: person.education ?? null,
      post: person.post ?? null,
      front_line: person.frontLine ?? null,
      qualified: person.qualified ?? null,
      special_post: person.specialPost ?? null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

export interface PersonChange {
  readonly name: string;
  readonly staffNumber: string | null;
  readonly sex: 'female' | 'male' | null;
  readonly birthDate: string | null;
  readonly teachingSince: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** Corrects who somebody is. False when another changed them since `revision` was read. */
export async function updatePerson(
  tx: Db,
  id: string,
  revision: number,
  change: PersonChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('person')
    .set({
      name: change.name,
      name_search: nameSearch(change.name),
      staff_number: change.staffNumber,
      sex: change.sex,
      birth_date: change.birthDate,
      teaching_since: change.teachingSince,
      phone: change.phone,
      email: change.email,
      revision: revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function isStaffNumberTaken(db: Db, staffNumber: string, exceptId: string): Promise<boolean> {
  const row = await db
    .selectFrom('person')
    .select('id')
    .where('staff_number', '=', staffNumber)
    .where('id', '<>', exceptId)
    .executeTakeFirst();
  return row !== undefined;
}

// --- Two entries, one person ------------------------------------------------------------------------------

export interface SuspectedPair {
  readonly personId: string;
  readonly otherId: string;
  readonly reason: Suspicion;
  readonly noticedAt: Date;
}

/** Pairs nobody has settled of which both stand under the roots, oldest first. */
export async function listSuspicions(
  db: Db,
  roots: readonly string[],
  limit: number,
  offset: number,
): Promise<SuspectedPair[]> {
  const rows = await db
    .selectFrom('duplicate_suspicion as pair')
    .innerJoin('person as a', 'a.id', 'pair.person_id')
    .innerJoin('person as b', 'b.id', 'pair.other_id')
    .select([
      'pair.person_id as personId',
      'pair.other_id as otherId',
      'pair.reason',
      'pair.noticed_at as noticedAt',
    ])
    .where('pair.state', '=', 'open')
    .where(under('a.unit_path', roots))
    .where(under('b.unit_path', roots))
    .orderBy('pair.noticed_at')
    .orderBy('pair.person_id')
    .orderBy('pair.other_id')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map((row) => ({ ...row, reason: row.reason as Suspicion }));
}

/** Remembers that two entries may be one person; a pair known already stays as it was settled. */
export async function insertSuspicion(
  db: Db,
  a: string,
  b: string,
  reason: Suspicion,
  at: Date,
): Promise<void> {
  const [first, second] = a < b ? [a, b] : [b, a];
  await db
    .insertInto('duplicate_suspicion')
    .values({ person_id: first, other_id: second, reason, noticed_at: at })
    .onConflict((conflict) => conflict.columns(['person_id', 'other_id']).doNothing())
    .execute();
}

/** Settles a pair; false when it was settled before. */
export async function settleSuspicion(
  tx: Db,
  pair: {
    readonly a: string;
    readonly b: string;
    readonly as: 'merged' | 'different';
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const [first, second] = pair.a < pair.b ? [pair.a, pair.b] : [pair.b, pair.a];
  const { numUpdatedRows } = await tx
    .updateTable('duplicate_suspicion')
    .set({ state: pair.as, settled_by: pair.by, settled_at: pair.at })
    .where('person_id', '=', first)
    .where('other_id', '=', second)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Both entries, locked in one order so that two merges cannot wait for each other. */
export async function lockPeople(tx: Db, ids: readonly string[]): Promise<Person[]> {
  await sql`SELECT 1 FROM person WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`.execute(tx);
  return selectPeople(tx, ids);
}

/**
 * What organisation knows of `from` becomes `to`'s: periods that do not contradict what `to` has, and what `to`
 * lacks. `from` stays, marked as merged, so that whoever acted under it is still named.
 */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    UPDATE employment mine SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (
       SELECT 1 FROM employment theirs WHERE theirs.person_id = ${to} AND theirs.during && mine.during AND theirs.kind = mine.kind)`.execute(
    tx,
  );
  await sql`
    UPDATE membership mine SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (
       SELECT 1 FROM membership theirs WHERE theirs.person_id = ${to} AND theirs.during && mine.during AND theirs.unit_id = mine.unit_id)`.execute(
    tx,
  );
  await sql`
    UPDATE person_fact mine SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (
       SELECT 1 FROM person_fact theirs WHERE theirs.person_id = ${to} AND theirs.attribute = mine.attribute)`.execute(
    tx,
  );
  await sql`
    UPDATE role_assignment mine SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (
       SELECT 1 FROM role_assignment theirs WHERE theirs.person_id = ${to} AND theirs.role = mine.role
          AND theirs.unit_id = mine.unit_id AND theirs.during && mine.during)`.execute(tx);
  await sql`UPDATE person SET merged_into = ${to} WHERE merged_into = ${from}`.execute(tx);
  const { rows } = await sql<{
    staffNumber: string | null;
  }>`SELECT staff_number AS "staffNumber" FROM person WHERE id = ${from}`.execute(tx);
  await sql`
    UPDATE person SET state = 'merged', merged_into = ${to}, staff_number = NULL, revision = revision + 1 WHERE id = ${from}`.execute(
    tx,
  );
  await sql`
    UPDATE person kept
       SET staff_number = coalesce(kept.staff_number, ${rows[0]?.staffNumber ?? null}), sex = coalesce(kept.sex, merged.sex),
           birth_date = coalesce(kept.birth_date, merged.birth_date), teaching_since = coalesce(kept.teaching_since, merged.teaching_since),
           phone = coalesce(kept.phone, merged.phone), email = coalesce(kept.email, merged.email),
           unit_id = coalesce(kept.unit_id, merged.unit_id), unit_path = coalesce(kept.unit_path, merged.unit_path),
           subject = coalesce(kept.subject, merged.subject), stage = coalesce(kept.stage, merged.stage),
           rank = coalesce(kept.rank, merged.rank), education = coalesce(kept.education, merged.education),
           post = coalesce(kept.post, merged.post), front_line = coalesce(kept.front_line, merged.front_line),
           qualified = coalesce(kept.qualified, merged.qualified), special_post = coalesce(kept.special_post, merged.special_post),
           facts_since = greatest(kept.facts_since, merged.facts_since), revision = kept.revision + 1
      FROM person merged WHERE kept.id = ${to} AND merged.id = ${from}`.execute(tx);
  // Whoever was suspected of being the merged entry is now suspected of being the one kept.
  await sql`
    INSERT INTO duplicate_suspicion (person_id, other_id, reason, noticed_at)
    SELECT least(${to}::uuid, third), greatest(${to}::uuid, third), min(reason), min(noticed_at)
      FROM (SELECT CASE WHEN person_id = ${from} THEN other_id ELSE person_id END AS third, reason, noticed_at
              FROM duplicate_suspicion WHERE state = 'open' AND (person_id = ${from} OR other_id = ${from})) open
     WHERE third <> ${to}::uuid GROUP BY third
    ON CONFLICT (person_id, other_id) DO NOTHING`.execute(tx);
  await sql`
    UPDATE duplicate_suspicion SET state = 'merged' WHERE state = 'open' AND (person_id = ${from} OR other_id = ${from})`.execute(
    tx,
  );
}
