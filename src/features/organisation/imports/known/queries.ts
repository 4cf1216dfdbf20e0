import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { findByBlinds, selectBlinds } from '../../id-numbers/queries.ts';
import { numberForm } from '../../people/queries.ts';
import { staffNumberForm } from '../../people/rules.ts';
import type { KnownPerson } from '../rules.ts';

/*
 * Who is there already: for some thousand rows of a roster at a time. Most have their staff number, and then nothing
 * else is asked about them.
 */

export type KnownRow = KnownPerson & { readonly revision: number };

export interface Sought {
  readonly name: string;
  readonly staffNumber: string | null;
  readonly birthDate: string | null;
  readonly phone: string | null;
  readonly unitId: string;
  readonly idBlinds: readonly string[];
}

/** What stands in the person's own row. */
type Found = Omit<KnownRow, 'rankSince' | 'employedAt' | 'employedSince' | 'idBlind'>;

const COLUMNS = sql`
  person.id, person.name, person.staff_number AS "staffNumber", person.sex, person.birth_date AS "birthDate",
  person.teaching_since AS "teachingSince", person.phone, person.email, person.subject, person.stage, person.rank,
  person.education, person.post, person.front_line AS "frontLine", person.qualified, person.special_post AS "specialPost",
  person.state, person.unit_id AS "unitId", person.group_id AS "groupId", person.unit_path AS "unitPath", person.revision`;

/**
 * For each of the sought, in their order, whoever is there and may be them: the one who has their staff number, and
 * where nobody has, everybody who is like them.
 */
export async function findKnown(db: Db, sought: readonly Sought[]): Promise<KnownRow[][]> {
  const numbered = await findNumbered(db, sought);
  const found = sought.map(({ staffNumber }) => {
    const person = staffNumber === null ? undefined : numbered.get(staffNumber);
    return person === undefined ? [] : [person];
  });
  const others = [...sought.keys()].filter((index) => found[index]?.length === 0);
  for (const { index, ...person } of await findAlike(db, sought, others)) found[index]?.push(person);
  for (const { index, ...person } of await findIdentified(db, sought))
    if (!found[index]?.some(({ id }) => id === person.id)) found[index]?.push(person);
  const ids = [...new Set(found.flat().map(({ id }) => id))];
  const [ranks, held, blinds] = await Promise.all([
    selectRankDays(db, ids),
    selectHeld(db, ids),
    selectBlinds(db, ids),
  ]);
  return found.map((people) =>
    people.map((person) => ({
      ...person,
      rankSince: ranks.get(person.id) ?? null,
      employedAt: held.get(person.id)?.unitId ?? null,
      employedSince: held.get(person.id)?.since ?? null,
      idBlind: blinds.get(person.id) ?? null,
    })),
  );
}

/** People by their staff numbers, written just so. */
async function findNumbered(db: Db, sought: readonly Sought[]): Promise<Map<string, Found>> {
  const numbers = sought.flatMap(({ staffNumber }) => staffNumber ?? []);
  if (numbers.length === 0) return new Map();
  const { rows } = await sql<Found & { staffNumber: string }>`
    SELECT ${COLUMNS} FROM person WHERE staff_number = ANY(${numbers}::text[]) AND state <> 'merged'`.execute(
    db,
  );
  return new Map(rows.map((person) => [person.staffNumber, person]));
}

/**
 * Of some of the sought: by staff number in any form, by name and birth date, and where a birth date is not known by
 * name with phone or unit.
 */
async function findAlike(
  db: Db,
  sought: readonly Sought[],
  which: readonly number[],
): Promise<(Found & { index: number })[]> {
  const given = which.flatMap((index) => {
    const one = sought[index];
    if (one === undefined) return [];
    const form = one.staffNumber === null ? null : staffNumberForm(one.staffNumber) || null;
    return { i: index, n: one.name, f: form, b: one.birthDate, p: one.phone, u: one.unitId };
  });
  if (given.length === 0) return [];
  const { rows } = await sql<Found & { index: number }>`
    WITH sought AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(given)}::json) AS row (i int, n text, f text, b date, p text, u uuid)
    ), pair AS (
      SELECT i, person.id FROM sought JOIN person ON ${numberForm('person.staff_number')} = f
      UNION SELECT i, person.id FROM sought JOIN person ON person.name = n AND person.birth_date = b
      UNION SELECT i, person.id FROM sought JOIN person ON person.name = n AND person.birth_date IS NULL
                                                       AND (person.unit_id = u OR person.phone = p)
      UNION SELECT i, person.id FROM sought JOIN person ON b IS NULL AND person.name = n
                                                       AND (person.unit_id = u OR person.phone = p)
    )
    SELECT pair.i AS index, ${COLUMNS} FROM pair JOIN person ON person.id = pair.id
     WHERE person.state <> 'merged'`.execute(db);
  return rows;
}

/** People by their identity numbers, where these are kept. */
async function findIdentified(db: Db, sought: readonly Sought[]): Promise<(Found & { index: number })[]> {
  const whose = await findByBlinds(
    db,
    sought.flatMap(({ idBlinds }) => idBlinds),
  );
  if (whose.size === 0) return [];
  const ids = [...whose.values()].map(({ personId }) => personId);
  const { rows } = await sql<Found>`
    SELECT ${COLUMNS} FROM person WHERE id = ANY(${ids}::uuid[]) AND state <> 'merged'`.execute(db);
  const people = new Map(rows.map((person) => [person.id, person]));
  return sought.flatMap(({ idBlinds }, index) =>
    idBlinds.flatMap((blind) => {
      const person = people.get(whose.get(blind)?.personId ?? '');
      return person === undefined ? [] : [{ ...person, index }];
    }),
  );
}

/*
 * Periods are asked for by the list of all who were found. One by one they would come from the exclusion
 * constraints' GiST indexes, which the planner takes for cheaper than the B-trees and which cost several times as much.
 */

/** Since when they have their present rank. */
async function selectRankDays(db: Db, ids: readonly string[]): Promise<Map<string, CivilDate | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; since: CivilDate | null }>`
    SELECT person_id AS id, lower(during) AS since FROM person_fact
     WHERE person_id = ANY(${[...ids]}::uuid[]) AND attribute = 'rank' AND upper_inf(during)`.execute(db);
  return new Map(rows.map(({ id, since }) => [id, since]));
}

/** Where their main employment is, and since when. */
async function selectHeld(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { readonly unitId: string; readonly since: CivilDate | null }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; unitId: string; since: CivilDate | null }>`
    SELECT person_id AS id, unit_id AS "unitId", lower(during) AS since FROM employment
     WHERE person_id = ANY(${[...ids]}::uuid[]) AND kind = 'main' AND upper_inf(during)`.execute(db);
  return new Map(rows.map(({ id, unitId, since }) => [id, { unitId, since }]));
}
