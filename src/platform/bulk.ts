import { CompiledQuery, sql } from 'kysely';
import { type Db, sqlState } from './database.ts';

/*
 * Fill large tables without the indexes and constraints that cost the most row by row, and make these once
 * all rows are there: sorting three million keys is several times faster than inserting them one by one.
 * Only within a transaction, so that nobody ever sees the tables without their rules; a row that breaks one of
 * them undoes everything, as it would have one by one.
 */

/** Asks the connection that holds the transaction. */
export type Ask = (
  text: string,
  values: readonly unknown[],
) => Promise<{ readonly rows: readonly unknown[] }>;

export interface Bulk {
  /** The tables' references to others are left out as well, and checked in one go. */
  readonly references: boolean;
}

interface Rule {
  readonly drop: string;
  readonly make: string;
}

/** Keys that rows of the other loaded tables refer to stay. */
export async function fillInBulk<T>(
  ask: Ask,
  tables: readonly string[],
  { references }: Bulk,
  fill: () => Promise<T>,
): Promise<T> {
  const { rows } = await ask(RULES, [tables, references]);
  const rules = rows as readonly Rule[];
  for (const { drop } of rules) await ask(drop, []);
  const filled = await fill();
  await ask("SET LOCAL maintenance_work_mem = '256MB'", []);
  for (const { make } of rules.toReversed()) await ask(make, []);
  return filled;
}

/** How long others may be kept waiting for a lock that is then not to be had. Shorter than `deadlock_timeout`. */
const PATIENCE = '900ms';

/**
 * The same within a transaction of the application, where others are at work: the tables are first taken for
 * oneself alone, and everybody else waits until the transaction ends. Where that is not to be had at once, or where
 * the tables belong to somebody else, `fill` runs with all rules in place.
 */
export async function fillAlone<T>(tx: Db, tables: readonly string[], fill: () => Promise<T>): Promise<T> {
  if (!(await takeAlone(tx, tables))) return await fill();
  const ask: Ask = (text, values) => tx.executeQuery(CompiledQuery.raw(text, [...values]));
  return await fillInBulk(ask, tables, { references: true }, fill);
}

async function takeAlone(tx: Db, tables: readonly string[]): Promise<boolean> {
  // To let go of a reference is to change the table it points to as well.
  const { rows } = await sql<{ name: string; ours: boolean }>`
    SELECT touched.id::text AS name, pg_has_role(class.relowner, 'USAGE') AS ours
      FROM (SELECT unnest(${[...tables]}::text[])::regclass AS id
            UNION SELECT confrelid::regclass FROM pg_constraint
                   WHERE contype = 'f' AND conrelid = ANY(${[...tables]}::text[]::regclass[])) touched
      JOIN pg_class class ON class.oid = touched.id
     ORDER BY touched.id`.execute(tx);
  if (rows.some(({ ours }) => !ours)) return false;
  await sql`SAVEPOINT alone`.execute(tx);
  try {
    await sql`SET LOCAL lock_timeout = ${sql.lit(PATIENCE)}`.execute(tx);
    await sql`LOCK TABLE ${sql.raw(rows.map(({ name }) => name).join(', '))} IN ACCESS EXCLUSIVE MODE`.execute(
      tx,
    );
    await sql`SET LOCAL lock_timeout TO DEFAULT`.execute(tx);
    await sql`RELEASE SAVEPOINT alone`.execute(tx);
    return true;
  } catch (error) {
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    await sql`ROLLBACK TO SAVEPOINT alone`.execute(tx);
    return false;
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Statements that drop each rule and make it again: references first, then plain indexes, then keys. */
const RULES = `
  WITH loaded AS (SELECT unnest($1::text[])::regclass::oid AS id),
  keys AS (
    SELECT c.oid, c.conrelid, c.conname, c.conindid FROM pg_constraint c
     WHERE c.conrelid IN (SELECT id FROM loaded) AND c.contype IN ('p', 'u', 'x')
       AND NOT EXISTS (SELECT 1 FROM pg_constraint f
                        WHERE f.contype = 'f' AND f.confrelid = c.conrelid AND f.conrelid <> c.conrelid
                          AND f.conrelid IN (SELECT id FROM loaded))),
  dropped AS (
    SELECT 1 AS turn, f.oid, f.conrelid, f.conname FROM pg_constraint f
     WHERE f.contype = 'f' AND (f.conindid IN (SELECT conindid FROM keys)
                                OR ($2::boolean AND f.conrelid IN (SELECT id FROM loaded)))
    UNION ALL
    SELECT 3, oid, conrelid, conname FROM keys)
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make,
         turn, conname AS name
    FROM dropped
  UNION ALL
  SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), 2, i.indexrelid::regclass::text
    FROM pg_index i
   WHERE i.indrelid IN (SELECT id FROM loaded)
     AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
   ORDER BY turn, name`;
