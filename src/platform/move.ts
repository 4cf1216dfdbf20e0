import pg from 'pg';
import { withDirectory } from './directory.ts';
import { atWorkKey } from './jobs/schema.ts';
import { migrate } from './migrate.ts';

/*
 * Moves an authority from one PostgreSQL node to another while it is used.
 *
 * 1. Make the schema on the target, emptied of what migrations put there.
 * 2. Publish the schema, subscribe to it: PostgreSQL copies every table and then follows what is written.
 * 3. When it has caught up, and no job of it is at work (new ones wait, and go on there): requests wait (directory), writers under way finish (locks), the last of what they wrote
 *    arrives, sequences are set, the source's schema gets another name, the directory says where the authority is now.
 * 4. Unsubscribe. The source keeps the renamed schema until somebody drops it.
 *
 * Whoever missed the directory's word finds no table under the old name: nothing can be written beside the copy.
 */

export interface Move {
  readonly directoryUrl: string;
  readonly name: string;
  readonly schema: string;
  readonly from: string;
  readonly to: { readonly node: string; readonly url: string };
  readonly say?: (message: string) => void;
  /** How long to wait for its jobs, in milliseconds. */
  readonly jobsMs?: number;
}

export interface Moved {
  readonly tables: number;
  /** How long requests waited, in milliseconds. */
  readonly pauseMs: number;
  /** The name the source's schema has now. */
  readonly left: string;
}

/** How long it may take until the target follows as writers write. */
const CATCH_UP_MS = 30 * 60_000;
const SWITCH_MS = 10_000;
/** Jobs take minutes; whoever moves would rather wait for them than copy everything again. */
const JOBS_MS = 15 * 60_000;

export async function moveAuthority(move: Move): Promise<Moved> {
  const { schema, say = () => undefined } = move;
  const fresh = !(await hasSchema(move.to.url, schema));
  await migrate(move.to.url, { schema });
  const source = await connect(move.from, schema);
  const control = await connect(move.from, schema);
  const target = await connect(move.to.url, schema);
  const link = `qinglan_move_${schema}`;
  try {
    await refuseUnfit(source, target, schema);
    const tables = await emptyTarget(target);
    await source.query(`CREATE PUBLICATION ${link} FOR TABLES IN SCHEMA ${schema}`);
    await target.query(
      `CREATE SUBSCRIPTION ${link} CONNECTION ${target.escapeLiteral(connectionString(move.from))} PUBLICATION ${link}`,
    );
    say(`Copying ${tables} tables`);
    await until(CATCH_UP_MS, 100, () => isCopied(target, link));
    const position = await currentPosition(source);
    await until(CATCH_UP_MS, 20, () => hasReached(control, link, position));
    say('The copy follows; switching');
    const switched = await withoutJobs(move, () => switchOver({ ...move, source, control, target, link }));
    say(`Requests waited ${switched.pauseMs.toFixed(0)} ms`);
    return { tables, ...switched };
  } finally {
    await target.query(`DROP SUBSCRIPTION IF EXISTS ${link}`).catch(() => undefined);
    await source.query(`DROP PUBLICATION IF EXISTS ${link}`).catch(() => undefined);
    // It stayed where it is: what was made on the target is in the way of the next try.
    if (fresh && (await hasSchema(move.from, schema).catch(() => false)))
      await target.query(`DROP SCHEMA ${schema} CASCADE`).catch(() => undefined);
    await Promise.all([source.end(), control.end(), target.end()]);
  }
}

/** Jobs under way end first, and no other begins until this is done. */
async function withoutJobs<T>(
  { directoryUrl, schema, jobsMs = JOBS_MS, say = () => undefined }: Move,
  work: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: directoryUrl, application_name: 'qinglan move' });
  client.on('error', () => undefined);
  await client.connect();
  const key = [atWorkKey(schema)];
  try {
    const { rows } = await client.query<{ ours: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ours',
      key,
    );
    if (rows[0]?.ours !== true) {
      say('Jobs are at work; waiting until they have ended');
      await client.query(`SET lock_timeout = ${jobsMs}`);
      await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', key).catch((error: unknown) => {
        if ((error as pg.DatabaseError).code !== '55P03') throw error;
        throw new Error('Its jobs have not come to an end; it stays where it is, and nothing was changed');
      });
    }
    return await work();
  } finally {
    await client.end();
  }
}

async function hasSchema(url: string, schema: string): Promise<boolean> {
  const client = await connect(url, schema);
  try {
    const { rows } = await client.query<{ there: boolean }>(
      'SELECT to_regnamespace($1) IS NOT NULL AS there',
      [schema],
    );
    return rows[0]?.there === true;
  } finally {
    await client.end();
  }
}

async function connect(url: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema},extensions` });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** What libpq, which the target uses, understands of the address. */
function connectionString(url: string): string {
  const { username, password, hostname, port, pathname, searchParams } = new URL(url);
  const parts: [string, string][] = [
    ['host', searchParams.get('host') ?? hostname],
    ['port', port === '' ? '5432' : port],
    ['dbname', decodeURIComponent(pathname.slice(1))],
    ['user', decodeURIComponent(username)],
    ['password', decodeURIComponent(password)],
  ];
  return parts
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}='${value.replaceAll(/['\\]/g, '\\$&')}'`)
    .join(' ');
}

async function refuseUnfit(source: pg.Client, target: pg.Client, schema: string): Promise<void> {
  const { rows } = await source.query<{ level: string }>("SELECT current_setting('wal_level') AS level");
  if (rows[0]?.level !== 'logical')
    throw new Error('The node it is moved from must run with wal_level = logical');
  const there = await target.query('SELECT 1 FROM person LIMIT 1');
  if (there.rowCount !== 0)
    throw new Error(`There are people in the schema ${schema} of the target already; it is not touched`);
}

/** Rows that migrations make come with the copy; so do those of the migrations' own table. */
async function emptyTarget(target: pg.Client): Promise<number> {
  const { rows } = await target.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
  );
  const names = rows.map(({ name }) => target.escapeIdentifier(name));
  await target.query('BEGIN');
  for (const name of names) await target.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  await target.query(`TRUNCATE ${names.join(', ')}`);
  for (const name of names) await target.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  await target.query('COMMIT');
  return names.length;
}

async function isCopied(target: pg.Client, link: string): Promise<boolean> {
  const { rows } = await target.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid
      WHERE s.subname = $1 AND r.srsubstate <> 'r'`,
    [link],
  );
  return rows[0]?.waiting === 0;
}

async function currentPosition(source: pg.Client): Promise<string> {
  const { rows } = await source.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return rows[0]?.lsn ?? '0/0';
}

async function hasReached(control: pg.Client, link: string, position: string): Promise<boolean> {
  const { rows } = await control.query<{ there: boolean }>(
    'SELECT coalesce(bool_or(replay_lsn >= $2::pg_lsn), false) AS there FROM pg_stat_replication WHERE application_name = $1',
    [link, position],
  );
  return rows[0]?.there === true;
}

async function switchOver({
  directoryUrl,
  name,
  schema,
  to,
  source,
  control,
  target,
  link,
}: Move & { source: pg.Client; control: pg.Client; target: pg.Client; link: string }): Promise<
  Omit<Moved, 'tables'>
> {
  const left = `${schema}_left_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;
  const { rows } = await source.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
  );
  const tables = rows.map((row) => source.escapeIdentifier(row.name)).join(', ');
  return await withDirectory(directoryUrl, async (directory) => {
    const began = performance.now();
    await directory.update(name, { state: 'moving' });
    try {
      await lockAgainstWriters(source, control, tables);
      const position = await currentPosition(control);
      await until(SWITCH_MS, 1, () => hasReached(control, link, position));
      await copySequences(source, target);
      await source.query(`ALTER SCHEMA ${schema} RENAME TO ${left}; COMMIT`);
    } catch (error) {
      await source.query('ROLLBACK').catch(() => undefined);
      await directory.update(name, { state: 'serving' });
      throw error;
    }
    await directory.update(name, { node: to.node, state: 'serving' });
    return { pauseMs: performance.now() - began, left };
  });
}

/** Nobody else writes under this. */
const WRITING = `
  SELECT count(*)::int AS writers FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
   WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND c.relnamespace = current_schema()::regnamespace AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid()`;
/** SQLSTATE: the lock was not to be had in time, or two waited for each other. */
const NOT_NOW = ['55P03', '40P01'];

/**
 * Waits until writers under way have finished, then keeps everybody from writing. Whoever has not heard that the
 * authority moves may begin just now; then the locks are let go at once and tried again, for writers take their tables
 * in another order than we.
 */
async function lockAgainstWriters(source: pg.Client, control: pg.Client, tables: string): Promise<void> {
  const deadline = performance.now() + SWITCH_MS;
  for (;;) {
    await until(SWITCH_MS, 1, async () => {
      const { rows } = await control.query<{ writers: number }>(WRITING);
      return rows[0]?.writers === 0;
    });
    try {
      await source.query(`BEGIN; SET LOCAL lock_timeout = '20ms'; LOCK TABLE ${tables} IN EXCLUSIVE MODE`);
      return;
    } catch (error) {
      await source.query('ROLLBACK');
      if (performance.now() > deadline || !NOT_NOW.includes((error as pg.DatabaseError).code ?? ''))
        throw error;
    }
  }
}

/** Where each sequence stands; replication carries rows only. */
async function copySequences(source: pg.Client, target: pg.Client): Promise<void> {
  const { rows } = await source.query<{ name: string; value: string | null }>(
    'SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = current_schema()',
  );
  for (const { name, value } of rows)
    if (value !== null) await target.query('SELECT setval($1::regclass, $2)', [name, value]);
}

async function until(milliseconds: number, every: number, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error('The copy does not catch up');
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
