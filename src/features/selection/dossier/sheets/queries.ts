import { sql } from 'kysely';
import { type Db, transaction } from '../../../../platform/database.ts';
import { DAY_ZERO, type Kinds, PART, RECORD, type Sheet, UNIT } from './rules.ts';

/*
 * Sheets are made when they are asked for and do not hold. That they never lag behind rests on three things: every
 * statement that writes records or titles notes whose they are (`fact_change`, by trigger); a sheet counts only
 * when the same statement that reads it sees no such note; and the statement that makes a sheet sees one state of
 * records and notes, and takes away those notes only.
 */

interface SheetRow extends Sheet {
  readonly personId: string;
}
export const sheetsOf = (rows: readonly SheetRow[]): Map<string, Sheet> =>
  new Map(rows.map((row) => [row.personId, row]));

/** The sheets of these people that hold, as their records and titles stand. */
export const keptSheets = (personIds: readonly string[]) => sql<SheetRow>`
  SELECT person_id AS "personId", records, details, titles FROM fact_sheet
   WHERE person_id = ANY(${personIds}::uuid[])
     AND NOT EXISTS (SELECT 1 FROM fact_change WHERE fact_change.person_id = fact_sheet.person_id)`;

/** A sheet that holds, with the SHA-256 of its texts; `sheet` is null where that is the one that was given. */
export interface DigestedRow {
  readonly personId: string;
  readonly digest: string;
  readonly sheet: Sheet | null;
}
/**
 * The same for whoever has read them before: writing a sheet into the answer and reading it there costs several times
 * what telling it by its digest does. The digests stand in the order of the people, empty for a sheet not read before.
 */
export const sheetsUnlessRead = (
  personIds: readonly string[],
  digests: readonly string[],
) => sql<DigestedRow>`
  SELECT id AS "personId", digest,
         CASE WHEN digest <> before THEN json_build_object('records', records, 'details', details, 'titles', titles) END AS sheet
    FROM (SELECT asked.id, asked.before, records, details, titles,
                 encode(sha256(convert_to(concat(records, ${PART}::text, details, ${PART}::text, titles), 'UTF8')), 'base64') AS digest
            FROM unnest(${personIds}::uuid[], ${digests}::text[]) AS asked (id, before)
            JOIN fact_sheet ON fact_sheet.person_id = asked.id
           WHERE NOT EXISTS (SELECT 1 FROM fact_change WHERE fact_change.person_id = asked.id)
          OFFSET 0) digested`;

/** The sheet of each of these people; those that do not hold are made. */
export async function selectSheets(db: Db, personIds: readonly string[]): Promise<Map<string, Sheet>> {
  const sheets = sheetsOf((await keptSheets(personIds).execute(db)).rows);
  if (sheets.size === personIds.length) return sheets;
  const without = personIds.filter((id) => !sheets.has(id));
  for (const [personId, sheet] of await makeSheets(db, without)) sheets.set(personId, sheet);
  return sheets;
}

/** Does this unless another process of the same authority is at it. */
export async function whileNobodyElseKeepsSheets(db: Db, work: () => Promise<void>): Promise<void> {
  await transaction(db, async (tx) => {
    const { rows } = await sql<{ ours: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended('qinglan sheets ' || current_schema(), 0)) AS ours`.execute(
      tx,
    );
    if (rows[0]?.ours === true) await work();
  });
}

/** Kinds whose codes came after one. */
export const kindsAfter = (code: number) => sql<{ code: number; kind: string }>`
  SELECT code, kind FROM fact_kind WHERE code > ${code}`;
export const latestOf = (known: Kinds): number => Math.max(0, ...known.keys());

/** Adds to `known` the kinds that have come since; those of sheets read before this call are among them. */
export async function addKinds(db: Db, known: Map<number, string>): Promise<Kinds> {
  const { rows } = await kindsAfter(latestOf(known)).execute(db);
  for (const { code, kind } of rows) known.set(code, kind);
  return known;
}

/** People whose sheet no longer holds. */
export async function listChanged(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT person_id AS id FROM fact_change LIMIT ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** People in service without a sheet, in the order of their ids; all of them for null. */
export async function listWithoutSheet(db: Db, afterId: string | null, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM person
     WHERE state = 'serving' ${afterId === null ? sql`` : sql`AND id > ${afterId}`}
       AND NOT EXISTS (SELECT 1 FROM fact_sheet WHERE fact_sheet.person_id = person.id)
     ORDER BY id LIMIT ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Makes the sheets of some people anew. */
export async function makeSheets(db: Db, personIds: readonly string[]): Promise<Map<string, Sheet>> {
  return transaction(db, async (tx) => {
    // One at a time: a sheet read earlier and written later would put an older one in a newer one's place.
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('fact sheets ' || current_schema(), 0))`.execute(
      tx,
    );
    const sheets = await writeSheets(tx, personIds);
    while (sheets.size < personIds.length) {
      const rest = personIds.filter((id) => !sheets.has(id));
      await insertKinds(tx, rest);
      for (const [personId, sheet] of await writeSheets(tx, rest)) sheets.set(personId, sheet);
    }
    return sheets;
  });
}

const kind = sql`concat(type, ${UNIT}::text, level, ${UNIT}::text, grade, ${UNIT}::text, author_order, ${UNIT}::text, state)`;
const day = sql`coalesce((happened_on - ${DAY_ZERO.date}::date + ${DAY_ZERO.number}::integer)::text, ${DAY_ZERO.undated}::text)`;

/** Leaves out the people who have a record of a kind without a code. */
async function writeSheets(tx: Db, personIds: readonly string[]): Promise<Map<string, Sheet>> {
  const { rows } = await sql<SheetRow>`
    WITH made AS (
      INSERT INTO fact_sheet (person_id, records, details, titles)
      SELECT asked.id, coalesce(facts.records, ''), coalesce(facts.details, ''), coalesce(held.titles, '')
        FROM unnest(${personIds}::uuid[]) AS asked (id)
        LEFT JOIN (
          SELECT person_id, bool_and(code IS NOT NULL) AS known,
                 string_agg(concat(code, day, CASE WHEN detail IS NULL THEN '0' ELSE '1' END), '' ORDER BY happened_on, id) AS records,
                 string_agg(detail, '' ORDER BY happened_on, id) AS details
            FROM (SELECT person_id, id, happened_on, fact_kind.code, ${day} AS day,
                         CASE WHEN event IS NOT NULL OR fields <> '{}'
                              THEN concat(to_json(event), ${UNIT}::text, fields, ${RECORD}::text) END AS detail
                    FROM record LEFT JOIN fact_kind ON fact_kind.kind = ${kind}
                   WHERE person_id = ANY(${personIds}) AND state <> 'withdrawn') counted
           GROUP BY person_id) facts ON facts.person_id = asked.id
        LEFT JOIN (
          SELECT person_id, string_agg(
                   concat(title, ${UNIT}::text, lower(during), ${UNIT}::text, upper(during) - 1, ${RECORD}::text),
                   '' ORDER BY lower(during)) AS titles
            FROM title_holding WHERE person_id = ANY(${personIds})
           GROUP BY person_id) held ON held.person_id = asked.id
       WHERE facts.known IS NOT FALSE
       ORDER BY asked.id
      ON CONFLICT ON CONSTRAINT fact_sheet_pk
      DO UPDATE SET records = excluded.records, details = excluded.details, titles = excluded.titles
      RETURNING person_id, records, details, titles),
    noted AS (DELETE FROM fact_change WHERE person_id IN (SELECT person_id FROM made))
    SELECT person_id AS "personId", records, details, titles FROM made`.execute(tx);
  return sheetsOf(rows);
}

async function insertKinds(tx: Db, personIds: readonly string[]): Promise<void> {
  await sql`
    INSERT INTO fact_kind (kind)
    SELECT DISTINCT ${kind} FROM record
     WHERE person_id = ANY(${personIds}) AND state <> 'withdrawn'
       AND NOT EXISTS (SELECT 1 FROM fact_kind WHERE fact_kind.kind = ${kind})`.execute(tx);
}
