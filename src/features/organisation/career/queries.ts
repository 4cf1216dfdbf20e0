import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import type { Role } from '../../identity/rules.ts';
import { type FactName, type FactPeriod, rangeText, withFact } from '../people/rules.ts';

/*
 * Where a person stands and stood: employments, groups, and the attributes that change in a career. The columns
 * of `person` hold the present; every change here keeps them, and `facts_since`, in step.
 */

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

/** The column of `person` that holds an attribute's present value. */
export const factColumns = {
  subject: 'subject',
  stage: 'stage',
  rank: 'rank',
  education: 'education',
  post: 'post',
  frontLine: 'front_line',
  qualified: 'qualified',
  specialPost: 'special_post',
} as const satisfies Record<FactName, string>;

export interface Employment {
  readonly id: string;
  readonly unitId: string;
  readonly from: string | null;
}

/** The main employment that runs, locked until the end of the transaction. */
export async function selectOptionalEmployment(tx: Db, personId: string): Promise<Employment | null> {
  await sql`SELECT 1 FROM person WHERE id = ${personId} FOR UPDATE`.execute(tx);
  const { rows } = await sql<Employment>`
    SELECT id, unit_id AS "unitId", lower(during) AS "from" FROM employment
     WHERE person_id = ${personId} AND kind = 'main' AND upper_inf(during)`.execute(tx);
  return rows[0] ?? null;
}

export interface Move {
  /** Of the new employment. */
  readonly id: string;
  readonly personId: string;
  readonly unitId: string;
  /** Null, for somebody who starts: since before anybody here knows. */
  readonly on: string | null;
  readonly post: string | null;
  readonly how: 'start' | 'follow' | 'correct';
}

/**
 * The person works for the unit from a day on; what ran ends the day before, with the groups of the old unit and
 * the roles held there, which are returned.
 */
export async function movePerson(tx: Db, move: Move): Promise<EndedRole[]> {
  const ended = move.on === null ? [] : await endRolesOfUnitLeft(tx, move.personId, move.unitId, move.on);
  if (move.on !== null) await endDelegationsOutOfReach(tx, move.personId, move.unitId, move.on);
  if (move.how === 'correct') {
    await sql`
      UPDATE employment SET unit_id = ${move.unitId}, post = ${move.post}
       WHERE person_id = ${move.personId} AND kind = 'main' AND lower(during) = ${move.on}::date`.execute(tx);
  } else {
    await endEmployment(tx, move.personId, move.on);
    await sql`
      INSERT INTO employment (id, person_id, unit_id, kind, post, during)
      VALUES (${move.id}, ${move.personId}, ${move.unitId}, 'main', ${move.post}, daterange(${move.on}::date, NULL))
      ON CONFLICT (id) DO NOTHING`.execute(tx);
  }
  await endMemberships(tx, move.personId, move.on, null);
  await tx.updateTable('person').set({ state: 'serving' }).where('id', '=', move.personId).execute();
  await refreshStanding(tx, move.personId);
  return ended;
}

/** A deputy stands at the unit, above or below it: what they hold in another's stead elsewhere ends as they go; with no unit, all. */
async function endDelegationsOutOfReach(
  tx: Db,
  personId: string,
  toUnitId: string | null,
  on: string,
): Promise<void> {
  await sql`
    UPDATE delegation SET revoked_on = ${on}
     WHERE to_person_id = ${personId} AND revoked_on IS NULL AND upper(during) > ${on}::date
       AND NOT EXISTS (
         SELECT 1 FROM unit WHERE unit.id = ${toUnitId}::uuid
            AND (starts_with(unit.path, delegation.unit_path) OR starts_with(delegation.unit_path, unit.path)))`.execute(
    tx,
  );
}

export interface EndedRole {
  readonly id: string;
  readonly role: Role;
  readonly unitName: string;
  readonly unitPath: string;
}

/**
 * Ends from a day on the roles the person holds at or below the unit they work for, other than at or below the
 * unit below it that they go to. Run before the employment changes.
 */
async function endRolesOfUnitLeft(
  tx: Db,
  personId: string,
  toUnitId: string,
  on: string,
): Promise<EndedRole[]> {
  return endRoles(
    tx,
    personId,
    on,
    sql`EXISTS (
      SELECT 1 FROM employment held JOIN unit old ON old.id = held.unit_id JOIN unit entered ON entered.id = ${toUnitId}
       WHERE held.person_id = ${personId} AND held.kind = 'main' AND upper_inf(held.during)
         AND starts_with(role_assignment.unit_path, old.path)
         AND NOT (starts_with(entered.path, old.path) AND starts_with(role_assignment.unit_path, entered.path)))`,
  );
}

/** Ends the person's roles of a condition from a day on. One that had not begun by then never was; the audit remembers. */
async function endRoles(
  tx: Db,
  personId: string,
  on: string,
  which: RawBuilder<unknown>,
): Promise<EndedRole[]> {
  const running = sql`person_id = ${personId} AND (upper_inf(during) OR upper(during) > ${on}::date) AND ${which}`;
  const told = sql`id, role, unit_path AS "unitPath", (SELECT name FROM unit WHERE unit.id = role_assignment.unit_id) AS "unitName"`;
  const ended = await sql<EndedRole>`
    UPDATE role_assignment SET during = daterange(lower(during), ${on}::date)
     WHERE ${running} AND (lower_inf(during) OR lower(during) < ${on}::date) RETURNING ${told}`.execute(tx);
  const taken = await sql<EndedRole>`
    DELETE FROM role_assignment WHERE ${running} AND lower(during) >= ${on}::date RETURNING ${told}`.execute(
    tx,
  );
  return [...ended.rows, ...taken.rows];
}

/** The person leaves service on a day: they were there until the day before. Returns the roles that end with it. */
export async function leaveService(
  tx: Db,
  personId: string,
  on: string,
  state: 'left' | 'retired',
): Promise<EndedRole[]> {
  await endEmployment(tx, personId, on);
  await endMemberships(tx, personId, on, null);
  const ended = await endRoles(tx, personId, on, sql`true`);
  await endDelegationsOutOfReach(tx, personId, null, on);
  // The unit stays as the last place, so that the school still finds those who left it.
  await sql`
    UPDATE person SET state = ${state}, group_id = NULL, revision = revision + 1,
           unit_path = (SELECT path FROM unit WHERE unit.id = person.unit_id), facts_since = greatest(facts_since, ${on}::date)
     WHERE id = ${personId}`.execute(tx);
  return ended;
}

async function endEmployment(tx: Db, personId: string, on: string | null): Promise<void> {
  await sql`
    UPDATE employment SET during = daterange(lower(during), ${on}::date)
     WHERE person_id = ${personId} AND upper_inf(during) AND (lower_inf(during) OR lower(during) < ${on}::date)`.execute(
    tx,
  );
}

/** Ends the memberships that run, of one group or of all; one that began the same day never was. */
async function endMemberships(
  tx: Db,
  personId: string,
  on: string | null,
  groupId: string | null,
): Promise<void> {
  const which = sql`person_id = ${personId} AND upper_inf(during) AND (${groupId}::uuid IS NULL OR unit_id = ${groupId})`;
  await sql`DELETE FROM membership WHERE ${which} AND lower(during) >= ${on}::date`.execute(tx);
  await sql`UPDATE membership SET during = daterange(lower(during), ${on}::date) WHERE ${which}`.execute(tx);
}

/** The person is of a teaching-research group from a day on; already in it, nothing changes. */
export async function joinGroup(
  tx: Db,
  join: { id: string; personId: string; groupId: string; on: string },
): Promise<void> {
  await sql`
    INSERT INTO membership (id, person_id, unit_id, during)
    SELECT ${join.id}, ${join.personId}, ${join.groupId}, daterange(${join.on}::date, NULL)
     WHERE NOT EXISTS (
       SELECT 1 FROM membership WHERE person_id = ${join.personId} AND unit_id = ${join.groupId}
          AND during && daterange(${join.on}::date, NULL))
    ON CONFLICT (id) DO NOTHING`.execute(tx);
  await refreshStanding(tx, join.personId);
}

export async function leaveGroup(
  tx: Db,
  leave: { personId: string; groupId: string; on: string },
): Promise<void> {
  await endMemberships(tx, leave.personId, leave.on, leave.groupId);
  await refreshStanding(tx, leave.personId);
}

/** Brings unit, group, path and `facts_since` of the person in line with the periods that run. */
async function refreshStanding(tx: Db, personId: string): Promise<void> {
  await sql`
    UPDATE person
       SET unit_id = now.unit_id, group_id = now.group_id, unit_path = coalesce(now.group_path, now.unit_path),
           facts_since = now.since, revision = person.revision + 1
      FROM (SELECT e.unit_id, unit.path AS unit_path, team.id AS group_id, team.path AS group_path,
                   greatest(lower(e.during), team.since,
                            (SELECT max(lower(during)) FROM person_fact WHERE person_id = ${personId} AND upper_inf(during))) AS since
              FROM employment e JOIN unit ON unit.id = e.unit_id
              LEFT JOIN LATERAL (
                SELECT g.id, g.path, lower(m.during) AS since FROM membership m JOIN unit g ON g.id = m.unit_id
                 WHERE m.person_id = ${personId} AND upper_inf(m.during) AND g.parent_id = e.unit_id
                 ORDER BY lower(m.during) DESC NULLS LAST, m.id LIMIT 1) team ON true
             WHERE e.person_id = ${personId} AND e.kind = 'main' AND upper_inf(e.during)) now
     WHERE person.id = ${personId}`.execute(tx);
}

export interface FactChange {
  readonly personId: string;
  readonly attribute: FactName;
  readonly value: string | null;
  readonly since: string;
}

/** The attribute is so from a day on (until the next change known). Returns its whole history, oldest first. */
export async function changeFact(tx: Db, change: FactChange): Promise<FactPeriod[]> {
  const { personId, attribute } = change;
  const { rows } = await sql<{ present: string | null }>`
    SELECT ${sql.ref(factColumns[attribute])}::text AS present FROM person WHERE id = ${personId} FOR UPDATE`.execute(
    tx,
  );
  const known = await sql<FactPeriod>`
    SELECT value, lower(during) AS "from", upper(during) AS until FROM person_fact
     WHERE person_id = ${personId} AND attribute = ${attribute}`.execute(tx);
  const history = withFact(known.rows, rows[0]?.present ?? null, change.value, change.since);
  await tx
    .deleteFrom('person_fact')
    .where('person_id', '=', personId)
    .where('attribute', '=', attribute)
    .execute();
  const periods = history.map((period) => ({
    id: newId(),
    person_id: personId,
    attribute,
    value: period.value,
    during: rangeText(period),
  }));
  await tx.insertInto('person_fact').values(periods).execute();
  const present = history.at(-1)?.value ?? null;
  const column = factColumns[attribute];
  const isFlag = column === 'front_line' || column === 'qualified' || column === 'special_post';
  await tx
    .updateTable('person')
    .set({ [column]: isFlag && present !== null ? present === 'true' : present })
    .where('id', '=', personId)
    .execute();
  await sql`
    UPDATE person SET revision = revision + 1,
           facts_since = greatest(
             (SELECT max(lower(during)) FROM person_fact WHERE person_id = ${personId} AND upper_inf(during)),
             (SELECT max(lower(during)) FROM employment WHERE person_id = ${personId} AND kind = 'main' AND upper_inf(during)),
             (SELECT max(lower(during)) FROM membership WHERE person_id = ${personId} AND upper_inf(during)))
     WHERE id = ${personId}`.execute(tx);
  return history;
}

/** Since when each person has held the present rank, and worked where they work; null where nobody has said. */
export async function selectRankDates(
  db: Db,
  personIds: readonly string[],
): Promise<Map<string, { readonly rankSince: string | null; readonly joinedOn: string | null }>> {
  const { rows } = await sql<{ id: string; rankSince: string | null; joinedOn: string | null }>`
    SELECT p.id,
           (SELECT lower(during) FROM person_fact WHERE person_id = p.id AND attribute = 'rank' AND upper_inf(during)) AS "rankSince",
           (SELECT lower(during) FROM employment WHERE person_id = p.id AND kind = 'main' AND upper_inf(during)) AS "joinedOn"
      FROM unnest(${[...personIds]}::uuid[]) AS p (id)`.execute(db);
  return new Map(rows.map(({ id, ...dates }) => [id, dates]));
}
