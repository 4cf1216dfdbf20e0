import { sql } from 'kysely';
import { fillAlone } from '../../../../platform/bulk.ts';
import type { Db } from '../../../../platform/database.ts';
import { newId } from '../../../../platform/ids.ts';
import { factColumns } from '../../career/queries.ts';
import { FACTS, type FactName, type FactPeriod, rangeText, withFact } from '../../people/rules.ts';
import { isFirstRoster, type Verdict } from '../rules.ts';

/*
 * A previewed roster put into force, set by set, in the caller's one transaction: people, employments, groups,
 * and what changed about them from the roster's day on. Nothing here depends on the number of rows.
 */

/**
 * Lays out the good rows as columns; everything below reads them. A table made by a query takes no parameters,
 * so the checked id and date stand in its text.
 */
export async function layOutRows(
  tx: Db,
  jobId: string,
  verdicts: readonly Verdict[],
  asOf: string,
): Promise<{ readonly rows: number; readonly updates: number }> {
  await sql`DROP TABLE IF EXISTS incoming`.execute(tx);
  await sql`
    CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
    SELECT row.row_number, row.verdict, row.person_id, given.*, NULL::uuid AS old_unit_id,
           coalesce(given."joinedOn", ${sql.lit(asOf)}::date) AS since
      FROM import_row row,
           json_to_record(row.cells->'values') AS given
             (name text, "nameSearch" text, "staffNumber" text, sex text, "birthDate" date, "teachingSince" date, "joinedOn" date,
              phone text, email text, subject text, stage text, rank text, "rankSince" date, education text, post text,
              "frontLine" boolean, qualified boolean, "specialPost" boolean, "unitId" uuid, "groupId" uuid, how text, revision int,
              "idRow" uuid, "idKind" text, "idSealed" text, "idKey" text, "idBlind" text)
     WHERE row.job_id = ${sql.lit(jobId)} AND row.verdict = ANY(${sql.lit(`{${verdicts.join(',')}}`)}::text[])`.execute(
    tx,
  );
  const { rows } = await sql<{ rows: number; updates: number }>`
    SELECT count(*)::int AS rows, (count(*) FILTER (WHERE verdict = 'update'))::int AS updates FROM incoming`.execute(
    tx,
  );
  const count = rows[0] ?? { rows: 0, updates: 0 };
  if (count.updates > 0) await sql`CREATE INDEX ON incoming (person_id)`.execute(tx);
  await sql`ANALYZE incoming (person_id, verdict, how, "unitId", "groupId")`.execute(tx);
  return count;
}

/** Of the planned units, those that a good row belongs to. */
export async function selectUnitsInUse(tx: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM unnest(${[...ids]}::uuid[]) AS planned (id)
     WHERE EXISTS (SELECT 1 FROM incoming WHERE "unitId" = planned.id OR "groupId" = planned.id)`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** Rows whose person was changed by somebody after the preview. They are locked from here on. */
export async function countStaleRows(tx: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH locked AS (
      SELECT person.id, person.revision FROM person JOIN incoming ON incoming.person_id = person.id
       WHERE incoming.verdict = 'update' ORDER BY person.id FOR UPDATE OF person
    )
    SELECT (count(*) FILTER (WHERE locked.id IS NULL OR locked.revision <> incoming.revision))::int AS count
      FROM incoming LEFT JOIN locked ON locked.id = incoming.person_id
     WHERE incoming.verdict = 'update'`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** The tables that a new person has rows in. */
const OF_A_PERSON = ['person', 'employment', 'membership', 'person_fact'];

/** How many people the rows would add, and how many there are. */
async function selectGrowth(tx: Db): Promise<{ readonly added: number; readonly there: number }> {
  const { rows } = await sql<{ added: number; there: number }>`
    SELECT (SELECT count(*) FROM incoming WHERE verdict IN ('new', 'suspect'))::int AS added,
           (SELECT count(*) FROM person)::int AS there`.execute(tx);
  return rows[0] ?? { added: 0, there: 0 };
}

/** How many people there are, whoever asks and whatever their state. */
export async function countPeople(db: Db): Promise<number> {
  const { rows } = await sql<{ there: number }>`SELECT count(*)::int AS there FROM person`.execute(db);
  return rows[0]?.there ?? 0;
}

/** New people with their first periods. A first roster is filled in bulk, while everybody else waits: decision 016. */
export async function addPeople(tx: Db): Promise<number> {
  const { added, there } = await selectGrowth(tx);
  return isFirstRoster(added, there)
    ? await fillAlone(tx, OF_A_PERSON, () => insertPeople(tx))
    : await insertPeople(tx);
}

async function insertPeople(tx: Db): Promise<number> {
  // What names are found by goes to the index's waiting list, and from there in one sweep (`settleNames`).
  await sql`SET LOCAL gin_pending_list_limit = '1GB'`.execute(tx);
  const placed = sql`
    incoming JOIN unit ON unit.id = incoming."unitId" LEFT JOIN unit team ON team.id = incoming."groupId"
     WHERE verdict IN ('new', 'suspect')`;
  const { numAffectedRows } = await sql`
    INSERT INTO person (id, staff_number, name, name_search, sex, birth_date, teaching_since, phone, email, unit_id, group_id, unit_path,
                        subject, stage, rank, education, post, front_line, qualified, special_post, facts_since)
    SELECT person_id, "staffNumber", incoming.name, "nameSearch", sex, "birthDate", "teachingSince", phone, email, unit.id, team.id,
           coalesce(team.path, unit.path), incoming.subject, stage, rank, education, post, "frontLine", qualified, "specialPost",
           greatest("joinedOn", CASE WHEN rank IS NOT NULL THEN "rankSince" END)
      FROM ${placed}`.execute(tx);
  // First periods bear their person's id: made again they are the same. Without a day of joining the employment
  // is open backwards: as far as we know they were always there. They stand where their person stands; to look that
  // up for each row (the tables' triggers) costs more than the row.
  await sql`
    INSERT INTO employment (id, person_id, unit_id, kind, post, during, unit_path)
    SELECT person_id, person_id, "unitId", 'main', post, daterange("joinedOn", NULL), coalesce(team.path, unit.path)
      FROM ${placed}`.execute(tx);
  await sql`
    INSERT INTO membership (id, person_id, unit_id, during, unit_path)
    SELECT person_id, person_id, "groupId", daterange("joinedOn", NULL), coalesce(team.path, unit.path)
      FROM ${placed} AND "groupId" IS NOT NULL`.execute(tx);
  await sql`
    INSERT INTO person_fact (id, person_id, attribute, value, during, unit_path)
    SELECT person_id, person_id, 'rank', rank, daterange("rankSince", NULL), coalesce(team.path, unit.path)
      FROM ${placed} AND rank IS NOT NULL AND "rankSince" IS NOT NULL`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** New people who are like somebody: kept as suspected doubles until a person settles it. */
export async function addSuspicions(tx: Db, jobId: string, at: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    INSERT INTO duplicate_suspicion (person_id, other_id, reason, noticed_at)
    SELECT least(row.person_id, other.id), greatest(row.person_id, other.id), min(suspect->>'reason'), ${at}
      FROM import_row row
      CROSS JOIN LATERAL json_array_elements(row.cells->'suspects') AS suspect
      JOIN person other ON other.id = (suspect->>'personId')::uuid
     WHERE row.job_id = ${jobId} AND row.verdict = 'suspect' AND other.id <> row.person_id
     GROUP BY 1, 2
    ON CONFLICT (person_id, other_id) DO NOTHING`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** What the rows say of people who are there already. Where none do, nothing below need be asked. */
export async function changePeople(tx: Db, asOf: string): Promise<{ moved: number; updated: number }> {
  await changeFacts(tx, asOf);
  const moved = await movePeople(tx);
  return { moved, updated: await updatePeople(tx) };
}

const MOVES = sql`verdict = 'update' AND how <> 'stay'`;

/** Those who changed unit: the old employment, its groups and roles end the day before the new one begins. */
async function movePeople(tx: Db): Promise<number> {
  await sql`
    UPDATE incoming SET old_unit_id = held.unit_id FROM employment held
     WHERE held.person_id = incoming.person_id AND held.kind = 'main' AND upper_inf(held.during) AND ${MOVES}`.execute(
    tx,
  );
  await sql`
    UPDATE employment held SET unit_id = incoming."unitId", post = coalesce(incoming.post, held.post)
      FROM incoming WHERE how = 'correct' AND held.person_id = incoming.person_id AND held.kind = 'main' AND upper_inf(held.during)`.execute(
    tx,
  );
  await sql`
    UPDATE employment held SET during = daterange(lower(held.during), incoming.since)
      FROM incoming WHERE how = 'follow' AND held.person_id = incoming.person_id AND held.kind = 'main' AND upper_inf(held.during)`.execute(
    tx,
  );
  const { numAffectedRows } = await sql`
    INSERT INTO employment (id, person_id, unit_id, kind, post, during)
    SELECT gen_random_uuid(), person_id, "unitId", 'main', post, daterange(since, NULL)
      FROM incoming WHERE how IN ('start', 'follow') AND verdict = 'update'`.execute(tx);
  // The same roles as `movePerson` ends; one that had not begun by then never was.
  const lostRole = sql`
    held.person_id = incoming.person_id AND upper_inf(held.during) AND old.id = incoming.old_unit_id AND entered.id = incoming."unitId"
    AND starts_with(held.unit_path, old.path)
    AND NOT (starts_with(entered.path, old.path) AND starts_with(held.unit_path, entered.path))`;
  await sql`
    UPDATE role_assignment held SET during = daterange(lower(held.during), incoming.since)
      FROM incoming, unit old, unit entered
     WHERE ${lostRole} AND (lower_inf(held.during) OR lower(held.during) < incoming.since)`.execute(tx);
  // As a move of one person ends what they hold in another's stead out of reach.
  await sql`
    UPDATE delegation SET revoked_on = incoming.since
      FROM incoming JOIN unit entered ON entered.id = incoming."unitId"
     WHERE delegation.to_person_id = incoming.person_id AND ${MOVES} AND delegation.revoked_on IS NULL
       AND upper(delegation.during) > incoming.since
       AND NOT (starts_with(entered.path, delegation.unit_path) OR starts_with(delegation.unit_path, entered.path))`.execute(
    tx,
  );
  await sql`
    DELETE FROM role_assignment held USING incoming, unit old, unit entered
     WHERE ${lostRole} AND lower(held.during) >= incoming.since`.execute(tx);
  // Groups of the old unit, and the old group of those who changed group.
  await sql`
    DELETE FROM membership held USING incoming
     WHERE held.person_id = incoming.person_id AND upper_inf(held.during) AND lower(held.during) >= incoming.since
       AND verdict = 'update' AND (how <> 'stay' OR "groupId" IS NOT NULL) AND held.unit_id IS DISTINCT FROM "groupId"`.execute(
    tx,
  );
  await sql`
    UPDATE membership held SET during = daterange(lower(held.during), incoming.since)
      FROM incoming, person
     WHERE held.person_id = incoming.person_id AND person.id = incoming.person_id AND upper_inf(held.during)
       AND verdict = 'update'
       AND (how <> 'stay' OR ("groupId" IS NOT NULL AND held.unit_id = person.group_id))
       AND held.unit_id IS DISTINCT FROM "groupId"`.execute(tx);
  await sql`
    INSERT INTO membership (id, person_id, unit_id, during)
    SELECT gen_random_uuid(), person_id, "groupId", daterange(since, NULL)
      FROM incoming WHERE verdict = 'update' AND "groupId" IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM membership held WHERE held.person_id = incoming.person_id AND held.unit_id = "groupId"
           AND held.during && daterange(incoming.since, NULL))`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

interface FactQuestion {
  readonly personId: string;
  readonly attribute: FactName;
  readonly present: string | null;
  readonly value: string;
  readonly since: string;
  readonly dated: boolean;
  readonly history: readonly FactPeriod[] | null;
}

const PAGE = 5000;

/**
 * Attributes that differ from what is known: their history is kept, and the roster's value holds from its day on
 * (a rank from the day it was granted). Run before the columns change.
 */
async function changeFacts(tx: Db, asOf: string): Promise<void> {
  const attributes = sql.join(
    FACTS.map((name) => {
      const dated = name === 'rank' ? sql`incoming."rankSince"` : sql`NULL::date`;
      return sql`(${sql.lit(name)}, ${sql.ref(`person.${factColumns[name]}`)}::text, ${sql.ref(`incoming.${name}`)}::text, ${dated})`;
    }),
  );
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await sql<FactQuestion>`
      SELECT page.id AS "personId", fact.attribute, fact.present, fact.value, coalesce(fact.dated, ${asOf}::date) AS since,
             fact.dated IS NOT NULL AS dated,
             (SELECT json_agg(json_build_object('value', value, 'from', lower(during), 'until', upper(during)))
                FROM person_fact WHERE person_id = page.id AND attribute = fact.attribute) AS history
        FROM (SELECT person_id AS id FROM incoming WHERE verdict = 'update' AND person_id > ${after}::uuid
               ORDER BY person_id LIMIT ${PAGE}) page
        JOIN incoming ON incoming.person_id = page.id
        JOIN person ON person.id = page.id
        CROSS JOIN LATERAL (VALUES ${attributes}) AS fact (attribute, present, value, dated)
       WHERE fact.value IS NOT NULL AND (fact.value IS DISTINCT FROM fact.present OR fact.dated IS NOT NULL)
       ORDER BY page.id`.execute(tx);
    const last = await sql<{ id: string | null }>`
      SELECT max(person_id::text) AS id FROM (
        SELECT person_id FROM incoming WHERE verdict = 'update' AND person_id > ${after}::uuid ORDER BY person_id LIMIT ${PAGE}) page`.execute(
      tx,
    );
    await writeFacts(tx, page.rows);
    const next = last.rows[0]?.id ?? null;
    if (next === null) return;
    after = next;
  }
}

async function writeFacts(tx: Db, questions: readonly FactQuestion[]): Promise<void> {
  const changed = questions
    // What was not known is filled in: it need not have changed on the roster's day.
    .filter(({ present, history, dated }) => dated || history !== null || present !== null)
    .map((question) => ({
      ...question,
      periods: withFact(question.history ?? [], question.present, question.value, question.since),
    }));
  if (changed.length === 0) return;
  const keys = JSON.stringify(changed.map(({ personId, attribute }) => ({ p: personId, a: attribute })));
  await sql`
    DELETE FROM person_fact USING jsonb_to_recordset(${keys}::jsonb) AS row (p uuid, a text)
     WHERE person_id = row.p AND attribute = row.a`.execute(tx);
  const periods = changed.flatMap(({ personId, attribute, periods }) =>
    periods.map((period) => ({
      i: newId(),
      p: personId,
      a: attribute,
      v: period.value,
      d: rangeText(period),
    })),
  );
  await sql`
    INSERT INTO person_fact (id, person_id, attribute, value, during)
    SELECT i, p, a, v, d FROM jsonb_to_recordset(${JSON.stringify(periods)}::jsonb) AS row (i uuid, p uuid, a text, v text, d daterange)`.execute(
    tx,
  );
  // A roster older than the latest change known adds to the history and leaves the present alone.
  for (const { personId, attribute, periods: all, value } of changed) {
    const present = all.at(-1)?.value ?? null;
    if (present === value) continue;
    await sql`UPDATE incoming SET ${sql.ref(attribute)} = NULL WHERE person_id = ${personId}`.execute(tx);
  }
}

async function updatePeople(tx: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE person
       SET name = incoming.name, name_search = "nameSearch",
           staff_number = coalesce("staffNumber", person.staff_number), sex = coalesce(incoming.sex, person.sex),
           birth_date = coalesce("birthDate", person.birth_date), teaching_since = coalesce("teachingSince", person.teaching_since),
           phone = coalesce(incoming.phone, person.phone), email = coalesce(incoming.email, person.email),
           subject = coalesce(incoming.subject, person.subject), stage = coalesce(incoming.stage, person.stage),
           rank = coalesce(incoming.rank, person.rank), education = coalesce(incoming.education, person.education),
           post = coalesce(incoming.post, person.post), front_line = coalesce("frontLine", person.front_line),
           qualified = coalesce(incoming.qualified, person.qualified), special_post = coalesce("specialPost", person.special_post),
           state = 'serving', unit_id = unit.id,
           group_id = coalesce("groupId", CASE WHEN how = 'stay' THEN person.group_id END),
           unit_path = coalesce(team.path, unit.path),
           revision = person.revision + 1
      FROM incoming
      JOIN person old ON old.id = incoming.person_id
      JOIN unit ON unit.id = incoming."unitId"
      LEFT JOIN unit team ON team.id = coalesce(incoming."groupId", CASE WHEN incoming.how = 'stay' THEN old.group_id END)
     WHERE person.id = incoming.person_id AND incoming.verdict = 'update'`.execute(tx);
  await sql`
    UPDATE person SET facts_since = greatest(known.since, CASE WHEN incoming.how <> 'stay' OR incoming."groupId" IS NOT NULL THEN incoming.since END, person.facts_since)
      FROM incoming
      LEFT JOIN LATERAL (SELECT max(lower(during)) AS since FROM person_fact
                          WHERE person_id = incoming.person_id AND upper_inf(during)) known ON true
     WHERE person.id = incoming.person_id AND incoming.verdict = 'update'`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Rows whose identity number somebody else has by now. */
export async function countIdsOfOthers(tx: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM incoming JOIN id_number ON id_number.blind = "idBlind"
     WHERE id_number.person_id <> incoming.person_id`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Identity numbers, sealed since the preview. They are kept only if the authority still keeps any. */
export async function putIdNumbers(tx: Db, at: Date): Promise<void> {
  await sql`
    INSERT INTO id_number (id, person_id, kind, sealed, key_id, blind, stated_at)
    SELECT "idRow", person_id, "idKind", "idSealed", "idKey", "idBlind", ${at}
      FROM incoming WHERE "idSealed" IS NOT NULL AND (SELECT kept FROM id_number_setting)
    ON CONFLICT (person_id) DO UPDATE
      SET id = excluded.id, kind = excluded.kind, sealed = excluded.sealed, key_id = excluded.key_id,
          blind = excluded.blind, stated_at = excluded.stated_at`.execute(tx);
}

/** One digest for all rows applied, in the order of the file: what the audit's single entry vouches for. */
export async function digestRows(tx: Db, jobId: string, verdicts: readonly Verdict[]): Promise<string> {
  const { rows } = await sql<{ digest: string | null }>`
    SELECT encode(sha256(string_agg(sha256(convert_to(cells::text, 'UTF8')), ''::bytea ORDER BY row_number)), 'hex') AS digest
      FROM import_row WHERE job_id = ${jobId} AND verdict = ANY(${[...verdicts]}::text[])`.execute(tx);
  return rows[0]?.digest ?? '';
}

/** Put the names that wait into the index people are found by: until then a search reads the whole list. */
export async function settleNames(db: Db): Promise<void> {
  await sql`SELECT gin_clean_pending_list('person_name_trigram')`.execute(db);
}

/** After many rows the planner must know of them at once, not when autovacuum comes by. */
export async function refreshStatistics(db: Db): Promise<void> {
  await Promise.all([
    sql`ANALYZE unit, person`.execute(db),
    sql`ANALYZE employment, membership, person_fact`.execute(db),
  ]);
}
