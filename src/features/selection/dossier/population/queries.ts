import { sql } from 'kysely';
import { type Answer, DIRECT, isDirect, type Question } from '../../../../language/population/asked.ts';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { type Exact, ratio, sumOf } from '../../../../shared/decimal.ts';

/** What was reckoned of many: under which unit, as of which day, and what was asked. */
export interface PopulationOf {
  readonly basis: string;
  readonly asOf: CivilDate;
  readonly unitPath: string;
}

const sameAs = ({ basis, asOf, unitPath }: PopulationOf) =>
  sql`basis = ${basis} AND as_of = ${asOf}::date AND unit_path = ${unitPath}`;

/** The latest that is reckoned, not before an instant where one is given. */
export async function selectLatestPopulation(
  db: Db,
  of: PopulationOf,
  since: Date | null,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM population
     WHERE ${sameAs(of)} AND reckoned_at IS NOT NULL ${since === null ? sql`` : sql`AND reckoned_at >= ${since}`}
     ORDER BY reckoned_at DESC LIMIT 1`.execute(db);
  return rows[0]?.id ?? null;
}

export async function insertPopulation(
  db: Db,
  {
    id,
    basis,
    asOf,
    unitPath,
    at,
    on,
  }: PopulationOf & { readonly id: string; readonly at: Date; readonly on: CivilDate },
): Promise<void> {
  await db
    .insertInto('population')
    .values({ id, basis, as_of: asOf, unit_path: unitPath, begun_at: at, begun_on: on })
    .execute();
}

/** From now on it is the latest. */
export async function finishPopulation(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('population').set({ reckoned_at: at }).where('id', '=', id).execute();
}

/** Away with what a newer one has replaced, what nobody finished, and what nobody has renewed for long. */
export async function deleteOldPopulations(
  db: Db,
  { replaced, unrenewed }: { readonly replaced: Date; readonly unrenewed: Date },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    DELETE FROM population p
     WHERE begun_at < ${unrenewed}
        OR begun_at < ${replaced} AND (reckoned_at IS NULL OR EXISTS (
             SELECT 1 FROM population newer
              WHERE newer.basis = p.basis AND newer.as_of = p.as_of AND newer.unit_path = p.unit_path
                AND newer.reckoned_at > p.reckoned_at))
    RETURNING id`.execute(db);
  for (const { id } of rows) await deleteGroups(db, id);
  return rows.length;
}

/** Away with one whose reckoning came to nothing. */
export async function deletePopulation(db: Db, id: string): Promise<void> {
  await db.deleteFrom('population').where('id', '=', id).execute();
  await deleteGroups(db, id);
}

async function deleteGroups(db: Db, id: string): Promise<void> {
  await db.deleteFrom('population_value').where('population_id', '=', id).execute();
  await db.deleteFrom('population_group').where('population_id', '=', id).execute();
}

// --- Adding up ------------------------------------------------------------------------------------

export interface GroupSum {
  readonly asked: number;
  readonly place: string;
  readonly key: string;
  readonly people: number;
  readonly unsure: number;
}
export interface ValueSum extends Omit<GroupSum, 'unsure'> {
  /** The fraction's numerator and denominator in figures. */
  readonly n: string;
  readonly d: string;
}

/** Adds some people to the groups of a population. */
export async function addToGroups(db: Db, id: string, groups: readonly GroupSum[]): Promise<void> {
  const list = <T>(of: (group: GroupSum) => T) => groups.map(of);
  await sql`
    INSERT INTO population_group (population_id, asked, place, key, people, unsure)
    SELECT ${id}, * FROM unnest(
      ${list((one) => one.asked)}::integer[], ${list((one) => one.place)}::text[], ${list((one) => one.key)}::text[],
      ${list((one) => one.people)}::integer[], ${list((one) => one.unsure)}::integer[])
    ON CONFLICT ON CONSTRAINT population_group_pk DO UPDATE
      SET people = population_group.people + excluded.people,
          unsure = population_group.unsure + excluded.unsure`.execute(db);
}

export async function addToValues(db: Db, id: string, values: readonly ValueSum[]): Promise<void> {
  const list = <T>(of: (value: ValueSum) => T) => values.map(of);
  await sql`
    INSERT INTO population_value (population_id, asked, place, key, value, n, d, people)
    SELECT ${id}, * FROM unnest(
      ${list((one) => one.asked)}::integer[], ${list((one) => one.place)}::text[], ${list((one) => one.key)}::text[],
      ${list(({ n, d }) => orderOf({ n: BigInt(n), d: BigInt(d) }))}::numeric[],
      ${list((one) => one.n)}::numeric[], ${list((one) => one.d)}::numeric[], ${list((one) => one.people)}::integer[])
    ON CONFLICT ON CONSTRAINT population_value_pk DO UPDATE
      SET people = population_value.people + excluded.people`.execute(db);
}

/** The order of an exact number among others: fractions with denominators of up to twenty figures are told apart. */
const orderOf = ({ n, d }: Exact): string => String((n * 10n ** 40n) / d);

/** When everyone is in: how many have more, what all have together, and how many values there are where those count. */
export async function finishGroups(db: Db, id: string, distinct: readonly number[]): Promise<void> {
  await sql`
    UPDATE population_value v SET above = ranked.above
      FROM (SELECT asked, place, key, value,
                   coalesce(sum(people) OVER (PARTITION BY asked, place, key ORDER BY value DESC
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above
              FROM population_value WHERE population_id = ${id} AND above IS NULL) ranked
     WHERE v.population_id = ${id} AND v.asked = ranked.asked AND v.place = ranked.place AND v.key = ranked.key
       AND v.value = ranked.value`.execute(db);
  await sql`
    UPDATE population_group g SET total = together.total
      FROM (SELECT asked, place, key, string_agg(concat(n, '/', d), ' ') AS total
              FROM (SELECT asked, place, key, sum(n * people) AS n, d FROM population_value
                     WHERE population_id = ${id} GROUP BY asked, place, key, d) sums
             GROUP BY asked, place, key) together
     WHERE g.population_id = ${id} AND g.total IS NULL
       AND g.asked = together.asked AND g.place = together.place AND g.key = together.key`.execute(db);
  if (distinct.length === 0) return;
  await sql`
    UPDATE population_group g SET people = (
      SELECT count(*) FROM population_group one
       WHERE one.population_id = ${id} AND one.asked = g.asked AND one.place = g.place AND one.key <> '')
     WHERE g.population_id = ${id} AND g.asked = ANY(${[...distinct]}::integer[]) AND g.key = ''`.execute(db);
}

/** Of one question: how many people, or values, of how many unknown whether, in how many groups, on which day. */
export interface SummedUp {
  readonly asked: number;
  readonly people: number;
  readonly unsure: number;
  readonly groups: number;
  readonly on: CivilDate;
}

/**
 * All groups of each question together that people under a unit are asked of: those of places within it, and of the places
 * `over` it; `distinct` are the questions that count values, of which one group says how many.
 */
export async function sumUpGroups(
  db: Db,
  id: string,
  distinct: readonly number[],
  { unitPath, over }: { readonly unitPath: string; readonly over: readonly string[] },
): Promise<SummedUp[]> {
  const { rows } = await sql<SummedUp>`
    SELECT g.asked, sum(g.people)::int AS people, sum(g.unsure)::int AS unsure, count(*)::int AS groups,
           p.begun_on AS on
      FROM population p JOIN population_group g ON g.population_id = p.id
     WHERE p.id = ${id} AND NOT (g.asked = ANY(${[...distinct]}::integer[]) AND g.key <> '')
       AND (g.place = ANY(${[...over]}::text[]) OR starts_with(ltrim(g.place, ${DIRECT}), ${unitPath}))
     GROUP BY g.asked, p.begun_on ORDER BY g.asked`.execute(db);
  return rows;
}

// --- Looking up -----------------------------------------------------------------------------------

/** A question of one of several people, by their number. */
export interface Asking extends Question {
  readonly row: number;
}
export interface Found extends Answer {
  readonly row: number;
}
interface FoundRow extends Omit<Found, 'total' | 'direct'> {
  readonly place: string;
  readonly total: string | null;
}

/**
 * What is known of some groups, in one statement by keys; those of which nothing is known are left out. Of a
 * population, or of the latest that was reckoned. The figures are no particular person's, and their tables are read past
 * the walls: who asks has put the question for somebody they may see.
 */
export const lookUp = (
  db: Db,
  of: { readonly id: string } | PopulationOf,
  asking: readonly Asking[],
): Promise<Found[]> => passing(db, 'figures', (all) => lookUpWith(all, of, asking));

async function lookUpWith(
  db: Db,
  of: { readonly id: string } | PopulationOf,
  asking: readonly Asking[],
): Promise<Found[]> {
  const list = <T>(one: (question: Asking) => T) => asking.map(one);
  const population =
    'id' in of
      ? sql`SELECT id, begun_on FROM population WHERE id = ${of.id}`
      : sql`SELECT id, begun_on FROM population WHERE ${sameAs(of)} AND reckoned_at IS NOT NULL
             ORDER BY reckoned_at DESC LIMIT 1`;
  const { rows } = await sql<FoundRow>`
    WITH p AS (${population})
    SELECT q.row, q.asked, q.place, g.people, g.unsure, g.total, coalesce(v.above, g.people) AS above,
           coalesce(v.equal, 0) AS equal, p.begun_on AS on
      FROM p CROSS JOIN unnest(
             ${list((one) => one.row)}::integer[], ${list((one) => one.asked)}::integer[],
             ${list((one) => one.place)}::text[], ${list((one) => one.key)}::text[],
             ${list(({ value }) => (value === null ? null : orderOf(value)))}::numeric[])
             AS q (row, asked, place, key, value)
      JOIN population_group g
        ON g.population_id = p.id AND g.asked = q.asked AND g.place = q.place AND g.key = q.key
      LEFT JOIN LATERAL (
        SELECT o.above, CASE WHEN o.value = q.value THEN o.people ELSE 0 END AS equal FROM population_value o
         WHERE o.population_id = p.id AND o.asked = q.asked AND o.place = q.place AND o.key = q.key
           AND o.value <= q.value
         ORDER BY o.value DESC LIMIT 1) v ON q.value IS NOT NULL`.execute(db);
  return rows.map(({ place, total, ...row }) => ({
    ...row,
    direct: isDirect(place),
    total: total === null ? null : totalOf(total),
  }));
}

/** "3/2 5/1": what is summed by denominators. */
const totalOf = (text: string): Exact =>
  sumOf(
    text.split(' ').map((part) => {
      const [n = '0', d = '1'] = part.split('/');
      return ratio(BigInt(n), BigInt(d));
    }),
  );
