import { sql } from 'kysely';
import type { Database } from '../../src/platform/database.ts';
import { testSchema } from './server.ts';

/** The text of every row there is, by table; `without` names tables that are not looked at. */
export async function snapshot(
  db: Database,
  without: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = ${testSchema} AND table_type = 'BASE TABLE' ORDER BY 1`.execute(db);
  const found = new Map<string, readonly string[]>();
  for (const { name } of tables.filter((table) => !without.includes(table.name))) {
    const { rows } = await sql<{ text: string }>`SELECT t::text AS text FROM ${sql.table(name)} t`.execute(
      db,
    );
    found.set(name, rows.map(({ text }) => text).sort());
  }
  return found;
}

/** What differs between two of them: `table + row` for what came, `table - row` for what went. */
export function changes(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [...after].flatMap(([table, rows]) => {
    const old = before.get(table) ?? [];
    const [had, has] = [new Set(old), new Set(rows)];
    return [
      ...rows.filter((row) => !had.has(row)).map((row) => `${table} + ${row}`),
      ...old.filter((row) => !has.has(row)).map((row) => `${table} - ${row}`),
    ];
  });
}
