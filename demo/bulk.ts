import type pg from 'pg';

/**
 * Fill large tables without the indexes and constraints that cost the most row by row, and make these once
 * all rows are there: sorting three million keys is several times faster than inserting them one by one.
 * Only within a transaction, so that nobody ever sees the tables without their rules. Keys that rows of the
 * other loaded tables refer to stay.
 */
export async function fillInBulk(
  client: pg.ClientBase,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<{ drop: string; make: string }>(RULES, [tables]);
  for (const rule of rows) await client.query(rule.drop);
  await fill();
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const rule of rows.toReversed()) await client.query(rule.make);
}

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
    SELECT 1 AS turn, f.oid, f.conrelid, f.conname FROM pg_constraint f JOIN keys ON keys.conindid = f.conindid
     WHERE f.contype = 'f'
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
