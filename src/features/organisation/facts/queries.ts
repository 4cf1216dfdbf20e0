import { sql } from 'kysely';
import type { Fact, Person } from '../../../language/dossier.ts';
import type { Db } from '../../../platform/database.ts';
import { pathsOver } from '../../../platform/paths.ts';
import { holdsOn } from '../../../platform/prepared.ts';
import { among } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import type { Role } from '../../identity/rules.ts';
import { type FactName, leadsSchool } from '../people/rules.ts';
import { under } from '../units/queries.ts';

/**
 * What programmes read of a person: the attributes of the vocabulary as of a day. A person's columns say how
 * things are since `facts_since`; before that day the history (`person_fact`, `employment`) speaks.
 */
interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly birthDate: CivilDate | null;
  readonly sex: string | null;
  readonly teachingSince: CivilDate | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly setting: string | null;
  readonly rank: string | null;
  readonly education: string | null;
  readonly post: string | null;
  readonly frontLine: boolean | null;
  readonly qualified: boolean | null;
  readonly specialPost: boolean | null;
  readonly employed: boolean;
  readonly unitPath: string | null;
  /** Values on the day of every attribute with a history; null while the columns hold. */
  readonly past: Readonly<Partial<Record<FactName, string | null>>> | null;
}

export interface PersonAsOf {
  readonly person: Person;
  readonly name: string;
  readonly unitPath: string | null;
}

/**
 * The history of one person by a B-tree: `= ANY` is what an exclusion constraint's GiST index cannot answer, and the
 * planner, who believes it cheap, takes some hundred microseconds there.
 */
const ofPerson = (column: string) => sql`${sql.ref(column)} = ANY (ARRAY[p.id])`;

const columns = (asOf: CivilDate) => sql`
  p.id, p.name, p.birth_date AS "birthDate", p.sex, p.teaching_since AS "teachingSince", p.subject, p.stage,
  CASE WHEN p.facts_since > ${asOf}::date THEN
    (SELECT s.setting FROM employment e JOIN unit s ON s.id = e.unit_id
      WHERE ${ofPerson('e.person_id')} AND e.kind = 'main' AND e.during @> ${asOf}::date)
  ELSE u.setting END AS setting, p.rank, p.education, p.post, p.front_line AS "frontLine", p.qualified,
  p.special_post AS "specialPost",
  CASE WHEN p.facts_since > ${asOf}::date THEN
    EXISTS (SELECT 1 FROM employment e WHERE ${ofPerson('e.person_id')} AND e.kind = 'main' AND e.during @> ${asOf}::date)
  ELSE p.state = 'serving' AND p.unit_id IS NOT NULL END AS employed,
  p.unit_path AS "unitPath",
  CASE WHEN p.facts_since > ${asOf}::date THEN
    (SELECT json_object_agg(attribute, value) FROM (
       SELECT f.attribute, max(f.value) FILTER (WHERE f.during @> ${asOf}::date) AS value
         FROM person_fact f WHERE ${ofPerson('f.person_id')} GROUP BY f.attribute) history)
  END AS past`;

const asBoolean = (text: string | null): boolean | null => (text === null ? null : text === 'true');

/** A row of `peopleAsOf` as the programme language reads it. */
export function personOf(row: PersonRow): PersonAsOf {
  const { past } = row;
  const then = <T extends Fact>(name: FactName, present: T, read: (text: string | null) => T): T => {
    if (past === null) return present;
    const value = past[name];
    return value === undefined ? present : read(value);
  };
  const text = (value: string | null): string | null => value;
  const post = then('post', row.post, text);
  return {
    name: row.name,
    unitPath: row.unitPath,
    person: {
      id: row.id,
      birthDate: row.birthDate,
      sex: row.sex,
      teachingSince: row.teachingSince,
      setting: row.setting,
      employed: row.employed,
      subject: then('subject', row.subject, text),
      stage: then('stage', row.stage, text),
      rank: then('rank', row.rank, text),
      education: then('education', row.education, text),
      frontLine: then('frontLine', row.frontLine, asBoolean),
      qualified: then('qualified', row.qualified, asBoolean),
      specialPost: then('specialPost', row.specialPost, asBoolean),
      administrator: post === null ? null : leadsSchool(post),
    },
  };
}

export const peopleAsOf = (ids: readonly string[], asOf: CivilDate) => sql<PersonRow>`
  SELECT ${columns(asOf)} FROM person p LEFT JOIN unit u ON u.id = p.unit_id WHERE p.id ${among(ids)}`;

/** People as of a day; those who do not exist are absent. */
export const selectPeopleAsOf = async (
  db: Db,
  ids: readonly string[],
  asOf: CivilDate,
): Promise<PersonAsOf[]> => (await peopleAsOf(ids, asOf).execute(db)).rows.map(personOf);

const PEOPLE_AT_ONCE = 1000;
/** Before every id there can be. */
const BEGINNING = '00000000-0000-0000-0000-000000000000';

/**
 * Everyone serving under a unit as of a day whose ids come after one and up to another, in the order of their ids, a
 * thousand at a time.
 */
export async function* streamPeopleAsOf(
  db: Db,
  unitPath: string,
  asOf: CivilDate,
  { after: afterId, until }: { readonly after?: string | null; readonly until?: string | null } = {},
): AsyncGenerator<PersonAsOf[]> {
  const end = until ?? null;
  const page = async (after: string) => {
    const { rows } = await sql<PersonRow>`
      SELECT ${columns(asOf)} FROM person p LEFT JOIN unit u ON u.id = p.unit_id
       WHERE p.id > ${after} ${end === null ? sql`` : sql`AND p.id <= ${end}`} AND ${under('p.unit_path', [unitPath])} AND p.state = 'serving'
       ORDER BY p.id LIMIT ${PEOPLE_AT_ONCE}`.execute(db);
    return rows;
  };
  let coming = page(afterId ?? BEGINNING);
  coming.catch(() => undefined);
  for (;;) {
    const rows = await coming;
    const last = rows.at(-1);
    const more = last !== undefined && rows.length === PEOPLE_AT_ONCE && last.id !== end;
    if (more) {
      coming = page(last.id);
      coming.catch(() => undefined); // Reported where it is awaited.
    }
    if (rows.length > 0) yield rows.map(personOf);
    if (!more) return;
  }
}

const ENDS_AT_ONCE = 16;
/**
 * Of all people after an id, serving or not, the id of every so-manieth: the keys alone are read. Empty when fewer
 * follow; a few at a time.
 */
export async function idsApart(db: Db, after: string | null, apart: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM person
                     WHERE id > ${after ?? BEGINNING} ORDER BY id LIMIT ${apart * ENDS_AT_ONCE}) following
     WHERE place % ${apart} = 0 ORDER BY id`.execute(db);
  return rows.map(({ id }) => id);
}

export async function servesMoreThan(db: Db, unitPath: string, number: number): Promise<boolean> {
  const { rows } = await sql<{ more: boolean }>`
    SELECT count(*) > ${number} AS more
      FROM (SELECT FROM person WHERE ${under('unit_path', [unitPath])} AND state = 'serving' LIMIT ${number + 1}) counted`.execute(
    db,
  );
  return rows[0]?.more ?? false;
}

/**
 * The units of some levels that those under a unit belong to, by their paths: those below it, and those it stands in
 * itself.
 */
export async function selectPlaces(
  db: Db,
  unitPath: string,
  levels: readonly string[],
): Promise<{ readonly path: string; readonly level: string }[]> {
  if (levels.length === 0) return [];
  const { rows } = await sql<{ path: string; level: string }>`
    SELECT path, level FROM unit
     WHERE level = ANY(${[...levels]}::text[])
       AND (${under('path', [unitPath])} OR path = ANY(${pathsOver(unitPath)}))`.execute(db);
  return rows;
}

/** The units of some levels that are, or stand over, some others. */
export async function selectPlacesOver(
  db: Db,
  paths: readonly string[],
  levels: readonly string[],
): Promise<{ readonly path: string; readonly level: string }[]> {
  const over = [...new Set(paths.flatMap(pathsOver))];
  const { rows } = await sql<{ path: string; level: string }>`
    SELECT path, level FROM unit
     WHERE level = ANY(${[...levels]}::text[]) AND path = ANY(${over}::text[])`.execute(db);
  return rows;
}

/** How many serve under a unit. */
export async function countServing(db: Db, unitPath: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM person WHERE ${under('unit_path', [unitPath])} AND state = 'serving'`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

export interface ActingPerson {
  readonly personId: string;
  readonly name: string;
  readonly role: string;
  readonly unitName: string;
}
/** Who acts for the units that stand over a place on a day, lowest unit first. */
export const actingOver = (paths: readonly string[], on: CivilDate) => sql<ActingPerson>`
    SELECT r.person_id AS "personId", p.name, r.role, u.name AS "unitName"
      FROM role_held r JOIN unit u ON u.id = r.unit_id JOIN person p ON p.id = r.person_id
     WHERE r.unit_path = ANY(${paths}::text[]) AND ${holdsOn('r.during', on)}
       AND r.role NOT IN ('auditor', 'security-administrator', 'administrator', 'mentor')
     ORDER BY length(r.unit_path) DESC, r.role, p.name LIMIT 500`;
export const listActingOver = async (db: Db, unitPath: string, on: CivilDate): Promise<ActingPerson[]> =>
  (await actingOver(pathsOver(unitPath), on).execute(db)).rows;

/** Who holds one of these roles on a day at or below a unit; each person once. */
export async function listActingUnder(
  db: Db,
  unitPath: string,
  roles: readonly Role[],
  on: CivilDate,
): Promise<string[]> {
  const { rows } = await sql<{ personId: string }>`
    SELECT DISTINCT person_id AS "personId" FROM role_held
     WHERE role = ANY(${[...roles]}::text[]) AND ${under('unit_path', [unitPath])} AND during @> ${on}::date`.execute(
    db,
  );
  return rows.map(({ personId }) => personId);
}

/** The names of units by their paths. */
export async function selectUnitNames(db: Db, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const rows = await db
    .selectFrom('unit')
    .select(['path', 'name'])
    .where('path', 'in', [...paths])
    .execute();
  return new Map(rows.map(({ path, name }) => [path, name]));
}

/** The codes of units by their paths; those without one are left out. */
export async function selectUnitCodes(db: Db, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const rows = await db
    .selectFrom('unit')
    .select(['path', 'code'])
    .where('path', 'in', [...paths])
    .where('code', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ path, code }) => (code === null ? [] : [[path, code] as const])));
}

/** The names of units under one by their codes. */
export async function selectNamesOfCodes(
  db: Db,
  unitPath: string,
  codes: readonly string[],
): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map();
  const { rows } = await sql<{ code: string; name: string }>`
    SELECT code, name FROM unit WHERE code = ANY(${[...codes]}::text[]) AND ${under('path', [unitPath])}`.execute(
    db,
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}
