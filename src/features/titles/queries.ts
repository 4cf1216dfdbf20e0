import { sql } from 'kysely';
import type { TitleFact } from '../../language/dossier.ts';
import { nextNumber } from '../../platform/counter.ts';
import type { Db } from '../../platform/database.ts';
import { addDays, type CivilDate } from '../../shared/civil-date.ts';
import { holdingNumber } from './rules.ts';

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
 * Keeps titles and gives those of a round a number, one series for each title and year. A title the person
 * already holds in the period is left as it is; the ids of the new ones come back with their numbers.
 */
export async function insertHoldings(
  tx: Db,
  holdings: readonly NewHolding[],
): Promise<{ id: string; number: string | null }[]> {
  const added: { id: string; number: string | null }[] = [];
  for (const holding of holdings) {
    const { rows } = await sql<{ id: string }>`
      INSERT INTO title_holding (id, person_id, title, during, round_id, granted_by, document)
      SELECT ${holding.id}, ${holding.personId}, ${holding.title}, during, ${holding.roundId}::uuid,
             ${holding.grantedBy}::uuid, ${holding.document}
        FROM (SELECT daterange(${holding.from}::date, ${holding.until}::date, '[]') AS during) AS period
       WHERE NOT EXISTS (SELECT 1 FROM title_holding held
                          WHERE held.person_id = ${holding.personId} AND held.title = ${holding.title}
                            AND held.during && period.during)
      ON CONFLICT DO NOTHING
      RETURNING id`.execute(tx);
    if (rows.length === 0) continue;
    added.push({ id: holding.id, number: holding.roundId === null ? null : await giveNumber(tx, holding) });
  }
  return added;
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

/** The titles of some people, newest first; each of them has an entry, maybe empty. */
export async function selectHoldings(
  db: Db,
  personIds: readonly string[],
): Promise<Map<string, HoldingRow[]>> {
  const held = new Map<string, HoldingRow[]>(personIds.map((id) => [id, []]));
  const { rows } = await sql<HoldingRow>`
    SELECT h.id, h.person_id AS "personId", h.title, h.number, h.document, u.name AS "grantedByName",
           h.round_id AS "roundId", lower(h.during) AS "from", upper(h.during) - 1 AS until
      FROM title_holding h LEFT JOIN unit u ON u.id = h.granted_by
     WHERE h.person_id = ANY(${personIds})
     ORDER BY lower(h.during) DESC, h.id DESC`.execute(db);
  for (const row of rows) held.get(row.personId)?.push(row);
  return held;
}

/**
 * The same as the programme language reads them, ended ones among them, for a clause may ask who ever held
 * one. Each of the people has an entry, maybe empty.
 */
export async function selectTitles(db: Db, personIds: readonly string[]): Promise<Map<string, TitleFact[]>> {
  const held = new Map<string, TitleFact[]>(personIds.map((id) => [id, []]));
  const { rows } = await sql<TitleFact & { personId: string }>`
    SELECT person_id AS "personId", title, lower(during) AS "from", upper(during) - 1 AS until
      FROM title_holding
     WHERE person_id = ANY(${personIds})
     ORDER BY lower(during)`.execute(db);
  for (const { personId, ...fact } of rows) held.get(personId)?.push(fact);
  return held;
}

/**
 * The titles of two entries of one person become one list. A title both hold at the same time was entered
 * twice: the second stays with the entry that was merged away, where it counts for nobody.
 */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    UPDATE title_holding mine SET person_id = ${to}
     WHERE person_id = ${from}
       AND NOT EXISTS (SELECT 1 FROM title_holding theirs
                        WHERE theirs.person_id = ${to} AND theirs.title = mine.title AND theirs.during && mine.during)`.execute(
    tx,
  );
}
