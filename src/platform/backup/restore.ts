import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { connectionOptions } from '../database.ts';
import type { FileStore } from '../files.ts';
import { migrate } from '../migrate.ts';
import { readTables } from './catalog.ts';
import { BackupError, type Manifest, type TablePart } from './format.ts';
import { secretFiles } from './key-files.ts';
import { readPart, sha256Of } from './pack.ts';
import { Steps, type Tell } from './progress.ts';
import { type Found, readFile, readFileList, readSecrets } from './read.ts';
import { dropRules, makeRules, readRules, settled } from './rules-of-tables.ts';
import type { Open } from './seal.ts';
import type { Target } from './target.ts';

/** Where a backup is restored to. */
export interface Destination {
  readonly url: string;
  readonly schema: string;
  readonly dataDir: string;
  readonly files: FileStore;
  /** The number of the first broken link of the audit chain in a schema, or null. */
  readonly findBrokenLink: (schema: string) => Promise<number | null>;
}

export interface RestoreOptions {
  readonly tell?: Tell;
  readonly hands?: number;
}

/**
 * Restores a backup into a place without any tables. All is done in a schema of another name, which takes the
 * authority's name as the last step: a restore that is cut off leaves nothing that passes for whole, and is simply
 * begun again. Throws BackupError.
 */
export async function restoreBackup(
  { target, manifest }: Found,
  open: Open,
  to: Destination,
  { tell = () => undefined, hands = 2 }: RestoreOptions = {},
): Promise<void> {
  const draft = draftName(to.schema);
  const plain = await connect(to.url, 'pg_catalog');
  try {
    await lockOut(plain, to.schema);
    await refuseUnlessEmpty(plain, to.schema);
    const secrets = await readSecrets(target, open, manifest);
    refuseOtherSecrets(to, secrets);
    await plain.query(`DROP SCHEMA IF EXISTS ${draft} CASCADE`);
    await makeTables(to.url, draft, manifest);
    const clients = await Promise.all(Array.from({ length: hands }, () => connect(to.url, draft)));
    try {
      const [client] = clients;
      if (client === undefined) throw new Error('a restore needs a connection');
      const steps = new Steps({ rows: 50, rules: 40, files: 5, check: 5 }, tell);
      await checkColumns(client, manifest);
      const rules = await readRules(client);
      const triggers = await readTriggers(client);
      for (const { quoted, trigger } of triggers)
        await client.query(`ALTER TABLE ${quoted} DISABLE TRIGGER ${trigger}`);
      await dropRules(client, rules);
      steps.begin('rows');
      await loadRows(clients, { target, manifest, open }, (share) => steps.at(share));
      steps.begin('rules');
      await makeRules(clients, rules, await tableSizes(client), (share) => steps.at(share));
      for (const { quoted, trigger } of triggers)
        await client.query(`ALTER TABLE ${quoted} ENABLE TRIGGER ${trigger}`);
      for (const { name, value, called } of manifest.sequences)
        await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [name, value, called]);
      steps.begin('files');
      await restoreFiles({ target, manifest, open }, to.files, (share) => steps.at(share));
      steps.begin('check');
      await checkRows(client, manifest);
      const broken = await to.findBrokenLink(draft);
      if (broken !== null) throw new BackupError(`The audit chain is broken at entry ${broken}`);
      writeSecrets(to, secrets);
      steps.at(1);
    } finally {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    }
    await takeName(plain, draft, to.schema);
  } finally {
    await plain.end().catch(() => undefined);
  }
}

/** A name no authority has: theirs begin with what an administrator chose, and are in the directory. */
const draftName = (schema: string): string => `restoring_${sha256Of(Buffer.from(schema)).slice(0, 12)}`;

async function connect(url: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'qinglan restore',
    options: [
      connectionOptions(schema),
      '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0',
      // Sorting keys; and what is lost by a power cut now is restored again, not missed.
      '-c maintenance_work_mem=256MB -c max_parallel_maintenance_workers=1 -c synchronous_commit=off',
    ].join(' '),
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function lockOut(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got',
    [`qinglan restore ${schema}`],
  );
  if (rows[0]?.got !== true) throw new BackupError(`Another restore of ${schema} is under way`);
}

async function refuseUnlessEmpty(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ tables: number }>(
    `SELECT count(*)::integer AS tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema],
  );
  if (rows[0]?.tables !== 0)
    throw new BackupError(
      `${schema} is not empty: a backup is restored into an empty place. Use another QINGLAN_DATA, database or ` +
        'QINGLAN_SCHEMA, look at it there, then put it in the place of the old one.',
    );
}

/** The tables as they were when the backup was made; newer migrations, roles and walls are for the next start. */
async function makeTables(url: string, draft: string, { migrations }: Manifest): Promise<void> {
  const last = migrations.at(-1);
  if (last === undefined) throw new BackupError('The backup names no migration');
  const made = await migrate(url, { schema: draft, upTo: last.name, walls: false });
  const unknown = migrations.find(({ name }) => !made.includes(name));
  if (unknown !== undefined)
    throw new BackupError(
      `The backup was made after migration ${unknown.name}, which this version of Qinglan does not know. ` +
        'Restore it with the version that made it, or a newer one.',
    );
}

async function checkColumns(client: pg.Client, manifest: Manifest): Promise<void> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM migration',
  );
  const checksums = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of manifest.migrations)
    if (checksums.get(name) !== checksum)
      throw new BackupError(`migrations/${name} is another than the one the backup was made after`);
  const here = new Map((await readTables(client)).map(({ name, columns }) => [name, columns]));
  for (const { name, columns } of manifest.tables) {
    const made = here.get(name);
    if (made === undefined) throw new BackupError(`No migration makes the table ${name} of the backup`);
    if (made.join() !== columns.join())
      throw new BackupError(
        `The table ${name} has the columns ${made.join(', ')}, the backup ${columns.join(', ')}`,
      );
  }
}

async function readTriggers(client: pg.Client): Promise<{ quoted: string; trigger: string }[]> {
  const { rows } = await client.query<{ quoted: string; trigger: string }>(`
    SELECT quote_ident(c.relname) AS quoted, quote_ident(t.tgname) AS trigger
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'O'
     ORDER BY 1, 2`);
  return rows;
}

interface Reading {
  readonly target: Target;
  readonly manifest: Manifest;
  readonly open: Open;
}

/**
 * A table in one transaction: emptied of what migrations put there, then filled with rows that are marked as seen by
 * all, so that no later clearing up has to touch them.
 */
async function loadRows(
  clients: readonly pg.Client[],
  { target, manifest, open }: Reading,
  at: (share: number) => void,
): Promise<void> {
  const bytesOf = (table: Manifest['tables'][number]) =>
    table.parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  const waiting = manifest.tables.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  const whole = Math.max(
    1,
    waiting.reduce((sum, table) => sum + bytesOf(table), 0),
  );
  let done = 0;
  const hand = async (client: pg.Client) => {
    try {
      for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
        const quoted = client.escapeIdentifier(table.name);
        await client.query('BEGIN');
        await client.query(`TRUNCATE ${quoted}`);
        let next = readAhead(target, open, table.parts, 0);
        for (const [index, part] of table.parts.entries()) {
          const bytes = await next;
          next = readAhead(target, open, table.parts, index + 1);
          const rows = client.query(
            copyFrom(`COPY ${quoted} (${table.columns.join(', ')}) FROM STDIN WITH (FREEZE)`),
          );
          await pipeline(Readable.from(slices(bytes)), rows);
          if (rows.rowCount !== part.rows)
            throw new BackupError(`${part.name} gave ${rows.rowCount} rows instead of ${part.rows}`);
          done += part.plainBytes;
          at(done / whole);
        }
        await client.query('COMMIT');
        await client.query(`ANALYZE ${quoted}`);
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  await settled(clients.map(hand));
}

/** The part that comes next is unpacked while the database takes in this one. */
async function readAhead(target: Target, open: Open, parts: readonly TablePart[], index: number) {
  const part = parts[index];
  const bytes = part === undefined ? Buffer.alloc(0) : readPart(target, open, part);
  return await bytes;
}

function* slices(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}

async function tableSizes(client: pg.Client): Promise<Map<string, number>> {
  return new Map((await readTables(client)).map(({ quoted, bytes }) => [quoted, bytes]));
}

async function restoreFiles(
  { target, manifest, open }: Reading,
  store: FileStore,
  at: (share: number) => void,
): Promise<void> {
  const files = await readFileList(target, manifest);
  for (const [index, file] of files.entries()) {
    if ((await store.size(file.sha256)) !== file.bytes)
      await store.put(await readFile(target, open, manifest, file));
    at((index + 1) / files.length);
  }
}

async function checkRows(client: pg.Client, manifest: Manifest): Promise<void> {
  for (const { name, rows } of manifest.tables) {
    const found = await client.query<{ count: string }>(
      `SELECT count(*) FROM ${client.escapeIdentifier(name)}`,
    );
    if (Number(found.rows[0]?.count) !== rows)
      throw new BackupError(`The table ${name} has ${found.rows[0]?.count} rows instead of ${rows}`);
  }
}

type Secrets = Readonly<Record<string, string>> | null;
type KeyPlace = Pick<Destination, 'dataDir' | 'schema'>;

function pathOfSecret({ dataDir, schema }: KeyPlace, what: string): string {
  const file = secretFiles(schema)[what];
  if (file === undefined)
    throw new BackupError(`The backup holds a key “${what}” that this version does not know`);
  return join(dataDir, file);
}

/** A key that is there already is another install's, unless it says the same. */
function refuseOtherSecrets(to: KeyPlace, secrets: Secrets): void {
  for (const [what, text] of Object.entries(secrets ?? {})) {
    const path = pathOfSecret(to, what);
    if (existsSync(path) && readFileSync(path, 'utf8') !== text)
      throw new BackupError(`${path} is there already and is another than the backup's; move it away first`);
  }
}

function writeSecrets(to: KeyPlace, secrets: Secrets): void {
  mkdirSync(to.dataDir, { recursive: true });
  for (const [what, text] of Object.entries(secrets ?? {})) {
    const path = pathOfSecret(to, what);
    if (existsSync(path)) continue;
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  }
}

/** From one moment to the next the authority is there as a whole. */
async function takeName(client: pg.Client, draft: string, schema: string): Promise<void> {
  const name = client.escapeIdentifier(schema);
  await client.query('BEGIN');
  await refuseUnlessEmpty(client, schema);
  await client.query(`DROP SCHEMA IF EXISTS ${name}`);
  await client.query(`ALTER SCHEMA ${draft} RENAME TO ${name}`);
  await renameInFunctions(client, draft, schema);
  await client.query('SET LOCAL synchronous_commit = on');
  await client.query('COMMIT');
}

/** A function that was made with the search path of its making names the schema as it was called then. */
async function renameInFunctions(client: pg.Client, draft: string, schema: string): Promise<void> {
  const { rows } = await client.query<{ routine: string; setting: string }>(
    `SELECT p.oid::regprocedure::text AS routine, setting
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, unnest(p.proconfig) AS setting
      WHERE n.nspname = $1 AND starts_with(setting, 'search_path=') AND position($2 IN setting) > 0`,
    [schema, draft],
  );
  for (const { routine, setting } of rows)
    await client.query(
      `ALTER ROUTINE ${routine} SET search_path TO ${setting.slice('search_path='.length).replaceAll(draft, schema)}`,
    );
}
