import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connectionOptions, extensionSchema } from './database.ts';
import { root } from './root.ts';
import { raiseWalls } from './walls/raise.ts';

export interface MigrateOptions {
  schema: string;
  /** Folder of NNNN_name.sql files. */
  folder?: string;
  log?: (message: string) => void;
  /** Whether roles and walls are raised: for another folder, or tables of an earlier version, they are not. */
  walls?: boolean;
  /** The last one to apply; absent: all there are. */
  upTo?: string;
}

const FOLDER = join(root, 'migrations');

/** A migration that cannot be applied; the message names the file and what to do. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface Applied {
  name: string;
  checksum: string;
}

/**
 * Brings one authority's schema up to date: makes it and its extensions where absent, then applies each
 * migration not yet applied, in order, each in its own transaction. Forward only; processes that start at
 * once wait for each other. Returns the names applied now.
 */
export async function migrate(url: string, options: MigrateOptions): Promise<string[]> {
  const { schema, folder = FOLDER, log = () => undefined } = options;
  const { walls = folder === FOLDER && options.upTo === undefined } = options;
  const migrations = readMigrations(folder).filter(
    ({ name }) => options.upTo === undefined || name <= options.upTo,
  );
  const client = new pg.Client({ connectionString: url, options: connectionOptions(schema) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // The extensions are shared by all schemas of the database, hence one lock for the whole of it.
    await client.query("SELECT pg_advisory_lock(hashtextextended('qinglan migrations', 0))");
    await prepare(client, schema);
    const pending = findPending(migrations, await selectApplied(client));
    for (const migration of pending) {
      await apply(client, migration);
      log(`Applied ${migration.name}`);
    }
    if (walls) await raiseWalls(client, schema, pending.length > 0);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The names of those not yet applied; all of them where there is no schema yet. */
export async function pendingMigrations(
  url: string,
  { schema, folder = FOLDER }: MigrateOptions,
): Promise<string[]> {
  const migrations = readMigrations(folder);
  const client = new pg.Client({ connectionString: url, options: connectionOptions(schema) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>(
      "SELECT to_regclass('migration') IS NOT NULL AS there",
    );
    const applied = rows[0]?.there === true ? await selectApplied(client) : [];
    return findPending(migrations, applied).map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const numbers = new Set<string>();
  return names.map((name) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (number === undefined) throw new MigrationError(`migrations/${name}: name it NNNN_what_it_does.sql`);
    if (numbers.has(number)) throw new MigrationError(`migrations/${name}: number ${number} is used twice`);
    numbers.add(number);
    // A checkout may write line ends its own way.
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

async function prepare(client: pg.Client, schema: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${extensionSchema}`);
  for (const extension of ['pg_trgm', 'btree_gist']) await prepareExtension(client, extension);
  await client.query(`
    CREATE TABLE IF NOT EXISTS migration (
      name text CONSTRAINT migration_pk PRIMARY KEY,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
}

async function prepareExtension(client: pg.Client, extension: string): Promise<void> {
  await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension} SCHEMA ${extensionSchema}`);
  const found = await client.query<{ nspname: string }>(
    'SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = $1',
    [extension],
  );
  const schema = found.rows[0]?.nspname;
  if (schema !== extensionSchema) {
    throw new MigrationError(
      `Extension ${extension} is in schema ${schema}. ` +
        `Run: ALTER EXTENSION ${extension} SET SCHEMA ${extensionSchema};`,
    );
  }
}

async function selectApplied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>('SELECT name, checksum FROM migration ORDER BY name');
  return rows;
}

function findPending(migrations: Migration[], applied: Applied[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new MigrationError(
        `The database has had migration ${name}, which this version of Qinglan does not know. ` +
          'Start the newer version that made it.',
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        `migrations/${name} was changed after it had been applied. ` +
          'Put it back as it was and write the change as a new migration.',
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  const last = applied.at(-1)?.name ?? '';
  const pending = migrations.filter(({ name }) => !done.has(name));
  const late = pending.find(({ name }) => name < last);
  if (late !== undefined) {
    throw new MigrationError(
      `migrations/${late.name} comes before ${last}, which is applied; give it a later number`,
    );
  }
  return pending;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [name, checksum]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`migrations/${name}${place(sql, error)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function place(sql: string, error: unknown): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  if (!Number.isInteger(position)) return '';
  // PostgreSQL counts characters, not UTF-16 units.
  return `:${[...sql].slice(0, position).join('').split('\n').length}`;
}
