import { type RawBuilder, sql } from 'kysely';
import type { TitleFact } from '../../language/dossier.ts';
import { nextNumber } from '../../platform/counter.ts';
import type { Db } from '../../platform/database.ts';
import { keepFigures } from '../../platform/figures.ts';
import { underAlike } from '../../platform/paths.ts';
import { among } from '../../platform/together.ts';
import { addDays, type CivilDate } from '../../shared/civil-date.ts';
import { MANY_PEOPLE } from '../organisation/units/counts/queries.ts';
import { under } from '../organisation/units/queries.ts';
import { COUNTED_AT_MOST, type HoldingState, holdingNumber } from './rules.ts';

export interface NewHolding {
  readonly id: string;
  readonly personId: string;
  /** A title of the vocabulary. */
  readonly title: string;
  readonly from: CivilDate;
  /** Last day it is held; null while it runs. */
  readonly until: CivilDate | null;
  /** The round that granted it; null for a title held before the authority kept its rounds here. */
  readonly roundId: string | null;
  /** The unit in whose name it was granted. */
  readonly grantedBy: string | null;
  /** The number of the document that granted it. */
  readonly document: string | null;
}

/**
 * Keeps titles and gives those of a round a number, one series for each title and year; the ids come back with
 * their numbers. A new term follows the one that runs, which ends as it begins. A title of an import that the
 * person already holds in the period is left as it is, and its id does not come back.
 */
export async function insertHoldings(
  tx: Db,
  holdings: readonly NewHolding[],
): Promise<{ id: string; number: string | null }[]> {
  const added: { id: string; number: string | null }[] = [];
  for (const holding of holdings) {
    if (holding.roundId !== null) added.push({ id: holding.id, number: await grant(tx, holding) });
    else if (await insertEarlier(tx, holding)) added.push({ id: holding.id, number: null });
  }
  return added;
}

const sameTitle = ({ personId, title }: NewHolding) => sql`person_id = ${personId} AND title = ${title}`;

async function insertEarlier(tx: Db, holding: NewHolding): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO title_holding (id, person_id, title, during, granted_by, document)
    SELECT ${holding.id}, ${holding.personId}, ${holding.title}, during, ${holding.grantedBy}::uuid, ${holding.document}
      FROM (SELECT daterange(${holding.from}::date, ${holding.until}::date, '[]') AS during) AS period
     WHERE NOT EXISTS (SELECT 1 FROM title_holding held
                        WHERE ${sameTitle(holding)} AND held.during && period.during)
    RETURNING id`.execute(tx);
  return rows.length > 0;
}

/** A title of a round, and its number. Two rounds at once make the exclusion constraint refuse the second aloud. */
async function grant(tx: Db, holding: NewHolding): Promise<string> {
  const { id, from, until, roundId, grantedBy, document } = holding;
  const untilTheNext = sql`
    daterange(${from}::date, least(${until}::date + 1,
      (SELECT min(lower(during)) FROM title_holding WHERE ${sameTitle(holding)} AND lower(during) > ${from}::date)))`;
  const sameDay = await sql<{ id: string; number: string | null }>`
    SELECT id, number FROM title_holding
     WHERE ${sameTitle(holding)} AND lower(during) = ${from}::date`.execute(tx);
  const [entered] = sameDay.rows;
  if (entered !== undefined) {
    // Given on this very day already: the number of another round stands; what an import entered becomes the grant.
    if (entered.number !== null) return entered.number;
    await sql`
      UPDATE title_holding
         SET during = ${untilTheNext}, round_id = ${roundId}, granted_by = ${grantedBy}, document = ${document}
       WHERE id = ${entered.id}`.execute(tx);
    return giveNumber(tx, { ...holding, id: entered.id });
  }
  await sql`
    UPDATE title_holding SET during = daterange(lower(during), ${from}::date)
     WHERE ${sameTitle(holding)} AND during @> ${from}::date`.execute(tx);
  await sql`
    INSERT INTO title_holding (id, person_id, title, during, round_id, granted_by, document)
    VALUES (${id}, ${holding.personId}, ${holding.title}, ${untilTheNext}, ${roundId}, ${grantedBy}, ${document})`.execute(
    tx,
  );
  return giveNumber(tx, holding);
}

async function giveNumber(tx: Db, holding: NewHolding): Promise<string> {
  const series = `title ${holding.title} ${holding.from.slice(0, 4)}`;
  const number = holdingNumber(holding.title, holding.from, await nextNumber(tx, series));
  await tx.updateTable('title_holding').set({ number }).where('id', '=', holding.id).execute();
  return number;
}

/** A title ends: `lastDay` is the last day it is held. False when it is not held on that day. */
export async function endHolding(tx: Db, id: string, lastDay: CivilDate): Promise<boolean> {
  const result = await tx
    .updateTable('title_holding')
    .set({ during: sql<string>`daterange(lower(during), ${addDays(lastDay, 1)}::date)` })
    .where('id', '=', id)
    .where(sql<boolean>`during @> ${lastDay}::date`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface HoldingRow extends TitleFact {
  readonly id: string;
  readonly personId: string;
  readonly number: string | null;
  readonly document: string | null;
  readonly grantedByName: string | null;
  readonly roundId: string | null;
}

/** The titles of some people, newest first. */
export const holdingsOf = (personIds: readonly string[]) => sql<HoldingRow>`
  SELECT h.id, h.person_id AS "personId", h.title, h.number, h.document, u.name AS "grantedByName",
         h.round_id AS "roundId", lower(h.during) AS "from", upper(h.during) - 1 AS until
    FROM title_holding h LEFT JOIN unit u ON u.id = h.granted_by
   WHERE h.person_id ${among(personIds)}
   ORDER BY lower(h.during) DESC, h.id DESC`;

/** The same by person; each of them has an entry, maybe empty. */
export async function selectHoldings(
  db: Db,
  personIds: readonly string[],
): Promise<Map<string, HoldingRow[]>> {
  const held = new Map<string, HoldingRow[]>(personIds.map((id) => [id, []]));
  const { rows } = await holdingsOf(personIds).execute(db);
  for (const row of rows) held.get(row.personId)?.push(row);
  return held;
}

/** The same as the programme language reads them, ended ones among them: a clause may ask who ever held one. */
export const titlesOf = (personIds: readonly string[]) => sql<TitleFact & { personId: string }>`
  SELECT person_id AS "personId", title, lower(during) AS "from", upper(during) - 1 AS until
    FROM title_holding
   WHERE person_id ${among(personIds)}
   ORDER BY lower(during)`;

/** Titles by person; each of the people has an entry, maybe empty. */
export async function selectTitles(db: Db, personIds: readonly string[]): Promise<Map<string, TitleFact[]>> {
  const held = new Map<string, TitleFact[]>(personIds.map((id) => [id, []]));
  const { rows } = await titlesOf(personIds).execute(db);
  for (const { personId, ...fact } of rows) held.get(personId)?.push(fact);
  return held;
}

// --- Who holds which title: the database of backbone teachers (R-002-4-17) ----------------------------

export const HOLDER_SORTS = ['place', 'name', 'subject', 'title', 'from', 'until'] as const;
export type HolderSort = (typeof HOLDER_SORTS)[number];

export interface HolderFilter {
  /** Only people under one of these paths, beside the roots; null for all. */
  readonly unitPaths?: readonly string[] | null;
  readonly title?: string | null;
  readonly subject?: string | null;
  readonly state?: HoldingState | null;
}

export interface HolderRow {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly unitName: string | null;
  readonly unitPath: string;
  readonly subject: string | null;
  readonly title: string;
  readonly from: CivilDate;
  readonly until: CivilDate | null;
  readonly document: string | null;
  readonly number: string | null;
}

const holderColumns = sql`
  h.id, p.id AS "personId", p.name, p.staff_number AS "staffNumber", u.name AS "unitName", p.unit_path AS "unitPath",
  p.subject, h.title, lower(h.during) AS "from", upper(h.during) - 1 AS until, h.document, h.number`;

function holdersMatching(
  roots: readonly string[],
  filter: HolderFilter,
  on: CivilDate,
  byPlace = false,
): RawBuilder<unknown> {
  const conditions: RawBuilder<unknown>[] = [sql`p.state <> 'merged'`];
  const { unitPaths, title, subject, state } = filter;
  // The index of places gives a page of all titles in its order.
  const alike = byPlace && !unitPaths && !title && !subject && !state;
  conditions.push(alike ? underAlike('p.unit_path', roots) : under('p.unit_path', roots));
  if (unitPaths) conditions.push(under('p.unit_path', unitPaths));
  if (title) conditions.push(sql`h.title = ${title}`);
  if (subject) conditions.push(sql`p.subject = ${subject}`);
  if (state === 'held') conditions.push(sql`h.during @> ${on}::date`);
  if (state === 'ended') conditions.push(sql`upper(h.during) <= ${on}::date`);
  if (state === 'coming') conditions.push(sql`lower(h.during) > ${on}::date`);
  return sql.join(conditions, sql` AND `);
}

/**
 * Titles of the people under the roots, a page cut by the database; `titles` are all of the vocabulary in the
 * order in which a list sorted by title shows them.
 */
export async function findHolders(
  db: Db,
  roots: readonly string[],
  filter: HolderFilter,
  on: CivilDate,
  page: {
    readonly sort: HolderSort;
    readonly descending: boolean;
    readonly limit: number;
    readonly offset: number;
  },
  titles: readonly string[],
): Promise<HolderRow[]> {
  const direction = page.descending ? sql`DESC` : sql`ASC`;
  const first: Readonly<Record<HolderSort, RawBuilder<unknown>[]>> = {
    place: [],
    name: [sql`p.name`],
    subject: [sql`p.subject`],
    title: [sql`array_position(${[...titles]}::text[], h.title)`],
    from: [sql`lower(h.during)`],
    until: [sql`upper(h.during)`],
  };
  const order = [...first[page.sort], sql`p.unit_path`, sql`p.name`, sql`p.id`, sql`h.id`];
  const { rows } = await sql<HolderRow>`
    SELECT ${holderColumns}
      FROM title_holding h JOIN person p ON p.id = h.person_id LEFT JOIN unit u ON u.id = p.unit_id
     WHERE ${holdersMatching(roots, filter, on, page.sort === 'place')}
     ORDER BY ${sql.join(order.map((one) => sql`${one} ${direction}`))}
     LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}

/** How many titles there are, counted up to COUNTED_AT_MOST + 1. Many are counted once a minute. */
export const countHolders = (
  db: Db,
  roots: readonly string[],
  filter: HolderFilter,
  on: CivilDate,
): Promise<number> =>
  keepCount(db, JSON.stringify([roots, filter, on]), (all) => reckonHolders(all, roots, filter, on));

const keepCount = keepFigures<number>((count) => count > MANY_PEOPLE);

async function reckonHolders(
  db: Db,
  roots: readonly string[],
  filter: HolderFilter,
  on: CivilDate,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count
      FROM (SELECT 1 FROM title_holding h JOIN person p ON p.id = h.person_id
             WHERE ${holdersMatching(roots, filter, on)} LIMIT ${sql.lit(COUNTED_AT_MOST + 1)}) counted`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** All titles of a filter in pages by key, so that an export holds one page at a time. */
export async function* walkHolders(
  db: Db,
  roots: readonly string[],
  filter: HolderFilter,
  on: CivilDate,
  pageSize = 2000,
): AsyncGenerator<HolderRow[]> {
  let after: HolderRow | undefined;
  for (;;) {
    const rest: RawBuilder<unknown> =
      after === undefined
        ? sql`true`
        : // The first comparison is the one the index answers.
          sql`(p.unit_path, p.name, p.id) >= (${after.unitPath}, ${after.name}, ${after.personId}::uuid)
              AND (p.unit_path, p.name, p.id, h.id) > (${after.unitPath}, ${after.name}, ${after.personId}::uuid, ${after.id}::uuid)`;
    const { rows } = await sql<HolderRow>`
      SELECT ${holderColumns}
        FROM title_holding h JOIN person p ON p.id = h.person_id LEFT JOIN unit u ON u.id = p.unit_id
       WHERE ${holdersMatching(roots, filter, on)} AND ${rest}
       ORDER BY p.unit_path, p.name, p.id, h.id
       LIMIT ${pageSize}`.execute(db);
    if (rows.length > 0) yield rows;
    after = rows.at(-1);
    if (rows.length < pageSize) return;
  }
}
