import type pg from 'pg';

/*
 * What PostgreSQL's catalog says of the connection's schema. Both a backup and a restore go by it, so that a new
 * table needs no line here.
 */

/** Signed-in browsers: whoever restores a backup signs in again, and no session that was ended lives on. */
export const LEFT_OUT: readonly string[] = ['session'];

export interface TableFacts {
  /** As SQL writes it, quoted where need be. */
  readonly quoted: string;
  readonly name: string;
  /** Those that are stored, in order; a generated column is reckoned again. */
  readonly columns: readonly string[];
  readonly pages: number;
  /** With what is stored aside for long values. */
  readonly bytes: number;
}

/** The tables, largest first. What is not logged is made again from the others, and left out. */
export async function readTables(client: pg.ClientBase): Promise<TableFacts[]> {
  const { rows } = await client.query<TableFacts & { pages: string; bytes: string }>(`
    SELECT quote_ident(c.relname) AS quoted, c.relname AS name,
           ceil(pg_relation_size(c.oid) / current_setting('block_size')::numeric) AS pages,
           pg_table_size(c.oid) AS bytes,
           (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attnum), '{}') FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
     ORDER BY pg_table_size(c.oid) DESC, c.relname`);
  return rows.map((row) => ({ ...row, pages: Number(row.pages), bytes: Number(row.bytes) }));
}

export interface SequenceFacts {
  readonly name: string;
  readonly value: string;
  readonly called: boolean;
}

/** Where sequences stand now: never behind the rows of a snapshot taken before. */
export async function readSequences(client: pg.ClientBase): Promise<SequenceFacts[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' AND relpersistence = 'p' ORDER BY relname`);
  const found: SequenceFacts[] = [];
  for (const { name } of rows) {
    const at = await client.query<Omit<SequenceFacts, 'name'>>(
      `SELECT last_value AS value, is_called AS called FROM ${name}`,
    );
    found.push(...at.rows.map((row) => ({ name, value: String(row.value), called: row.called })));
  }
  return found;
}

/**
 * Every kept file that a row names, by its SHA-256, and whether it must be there. Columns called `sha256` name evidence
 * and attachments; `file_sha256` is an upload, of which some are removed once they are read.
 */
export async function readFileHashes(client: pg.ClientBase): Promise<Map<string, boolean>> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    SELECT quote_ident(c.relname) AS table, a.attname AS column
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
       AND NOT a.attisdropped AND a.attname IN ('sha256', 'file_sha256')
     ORDER BY 2, 1`);
  const hashes = new Map<string, boolean>();
  for (const { table, column } of rows) {
    const found = await client.query<{ sha256: string }>(
      `SELECT DISTINCT ${column} AS sha256 FROM ${table} WHERE ${column} ~ '^[0-9a-f]{64}$'`,
    );
    for (const { sha256 } of found.rows)
      hashes.set(sha256, column === 'sha256' || hashes.get(sha256) === true);
  }
  return hashes;
}
