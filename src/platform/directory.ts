import pg from 'pg';
import { ConfigError } from './config.ts';

/*
 * Which authorities there are, at which address each is found, on which node its records lie. It is a schema of its
 * own on the first node, and every request is led through it, even where there is one authority on one node.
 */

export interface Authority {
  readonly name: string;
  readonly schema: string;
  /** Host names it is found at, in small letters. */
  readonly hosts: readonly string[];
  /** First part of the path it is found under, at any host. With neither it is found where no other is. */
  readonly path: string | null;
  readonly node: string;
  /** `moving`: for the moment of the switch from one node to another its requests wait. */
  readonly state: 'serving' | 'moving';
}

export const FIRST_NODE = 'first';
const SCHEMA = 'qinglan_directory';
const CHANNEL = 'qinglan_directory';

async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${SCHEMA}` });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Does some work on the directory of the first node, which is made where it is absent. */
export async function withDirectory<T>(
  url: string,
  work: (records: DirectoryRecords) => Promise<T>,
): Promise<T> {
  const client = await openClient(url);
  try {
    await client.query("SELECT pg_advisory_lock(hashtextextended('qinglan directory', 0))");
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
      CREATE TABLE IF NOT EXISTS authority (
        name text CONSTRAINT authority_pk PRIMARY KEY,
        schema_name text NOT NULL CONSTRAINT authority_schema_unique UNIQUE,
        hosts text[] NOT NULL DEFAULT '{}',
        path text CONSTRAINT authority_path_unique UNIQUE,
        node text NOT NULL,
        state text NOT NULL DEFAULT 'serving' CONSTRAINT authority_state_known CHECK (state IN ('serving', 'moving')),
        made_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE IF NOT EXISTS secret_exchange (
        id uuid CONSTRAINT secret_exchange_pk PRIMARY KEY,
        begun_at timestamptz NOT NULL DEFAULT now())`);
    await client.query("SELECT pg_advisory_unlock(hashtextextended('qinglan directory', 0))");
    return await work(recordsOf(client));
  } finally {
    await client.end();
  }
}

export interface DirectoryRecords {
  list(): Promise<Authority[]>;
  insert(authority: Omit<Authority, 'state'>): Promise<void>;
  update(name: string, change: { node?: string; state?: Authority['state'] }): Promise<void>;
  remove(name: string): Promise<void>;
}

const recordsOf = (client: pg.Client): DirectoryRecords => {
  const tell = () => client.query(`NOTIFY ${CHANNEL}`);
  return {
    list: () => readAll(client),
    async insert({ name, schema, hosts, path, node }) {
      await client.query(
        'INSERT INTO authority (name, schema_name, hosts, path, node) VALUES ($1, $2, $3, $4, $5)',
        [name, schema, hosts, path, node],
      );
      await tell();
    },
    async update(name, { node = null, state = null }: { node?: string | null; state?: string | null }) {
      await client.query(
        'UPDATE authority SET node = coalesce($2, node), state = coalesce($3, state) WHERE name = $1',
        [name, node, state],
      );
      await tell();
    },
    async remove(name) {
      await client.query('DELETE FROM authority WHERE name = $1', [name]);
      await tell();
    },
  };
};

/** Those there are; null where there is no directory yet. Makes none. */
export async function listAuthorities(url: string): Promise<Authority[] | null> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      `${SCHEMA}.authority`,
    ]);
    return rows[0]?.there === true ? await readAll(client) : null;
  } finally {
    await client.end();
  }
}

async function readAll(client: pg.Client): Promise<Authority[]> {
  const { rows } = await client.query<Authority>(
    'SELECT name, schema_name AS schema, hosts, path, node, state FROM authority ORDER BY name',
  );
  return rows;
}

export interface Directory {
  list(): readonly Authority[];
  /** The authority a request is for, and the path it is found under: `''` by host name, `/name` by path. */
  find(host: string, path: string): { readonly authority: Authority; readonly prefix: string } | null;
  /** The authority as it is now; while it moves, as soon as it has moved. Throws when there is none of that name. */
  settled(name: string): Authority | Promise<Authority>;
  /** The same, read anew: for whoever just waited for what is not heard of yet. */
  settledAnew(name: string): Promise<Authority>;
  /** Calls after every change that was heard; returns how to stop. */
  watch(changed: () => void): () => void;
  close(): Promise<void>;
}

/** Changes are heard as they are made; should that fail, they are read this often. */
const READ_AGAIN_MS = 5000;
/** Longer than any switch takes. */
const LONGEST_MOVE_MS = 30_000;

/**
 * The directory as it stands, kept up to date. A ConfigError that is told means that the secret was, or is being, exchanged
 * while this process was cut off: it must end, for it knows the old one and would go on sealing with it.
 */
export async function openDirectory(
  url: string,
  { onError }: { onError: (error: Error) => void },
): Promise<Directory> {
  let known: readonly Authority[] = await withDirectory(url, (records) => records.list());
  let waiting: (() => void)[] = [];
  const watchers = new Set<() => void>();
  let closed = false;
  let listener: pg.Client | null = null;
  let exchanges: number | null = null;

  const read = async () => {
    listener ??= await listen();
    const using = listener;
    const now = await readAll(using).catch((error: unknown) => {
      using.end().catch(() => undefined);
      if (listener === using) listener = null;
      throw error;
    });
    const differs = JSON.stringify(now) !== JSON.stringify(known);
    known = now;
    if (!differs) return;
    for (const go of waiting.splice(0)) go();
    for (const changed of watchers) changed();
  };
  const readAgain = () => {
    if (closed) return;
    read().catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
  };
  async function listen(): Promise<pg.Client> {
    const client = await openClient(url);
    try {
      client.on('notification', readAgain);
      if (!(await standServing(client)))
        throw new ConfigError('The secret of this install is being exchanged: start once that is done');
      const begun = await countExchanges(client);
      exchanges ??= begun;
      if (begun !== exchanges)
        throw new ConfigError(
          'The secret of this install was exchanged while this process heard nothing: start again',
        );
      await client.query(`LISTEN ${CHANNEL}`);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }
  await read();
  const timer = setInterval(readAgain, READ_AGAIN_MS);
  timer.unref();

  const named = (name: string): Authority => {
    const found = known.find((authority) => authority.name === name);
    if (found === undefined) throw new Error(`There is no authority ${name} any more`);
    return found;
  };
  const settled = (name: string): Authority | Promise<Authority> => {
    const now = named(name);
    return now.state === 'serving' ? now : waitFor(name, Date.now() + LONGEST_MOVE_MS);
  };
  return {
    list: () => known,
    find: (host, path) => findAuthority(known, host, path),
    settled,
    async settledAnew(name) {
      await read();
      return await settled(name);
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      waiting = [];
      await listener?.end().catch(() => undefined);
    },
  };

  async function waitFor(name: string, until: number): Promise<Authority> {
    for (;;) {
      await new Promise<void>((go) => {
        const late = setTimeout(go, Math.max(0, until - Date.now()));
        waiting.push(() => {
          clearTimeout(late);
          go();
        });
      });
      const now = named(name);
      if (now.state === 'serving') return now;
      if (Date.now() >= until) throw new Error(`Authority ${name} has been moving for too long`);
    }
  }
}

// --- Who serves -----------------------------------------------------------------------------------------

/** Held by every process that serves, for as long as it hears of changes; wholly, by whoever must be alone. */
const SERVING = "hashtextextended('qinglan serving', 0)";

async function standServing(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `SELECT pg_try_advisory_lock_shared(${SERVING}) AS held`,
  );
  return rows[0]?.held === true;
}

async function countExchanges(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${SCHEMA}.secret_exchange`,
  );
  return rows[0]?.count ?? 0;
}

/** Does some work with the secret beside those that serve; null, and nothing done, while it is being exchanged. */
export async function whileNotExchanged<T>(url: string, work: () => Promise<T>): Promise<T | null> {
  const client = await openClient(url);
  try {
    return (await standServing(client)) ? await work() : null;
  } finally {
    await client.end();
  }
}

/**
 * Does some work while nobody serves, on whichever machine; null, and nothing done, when somebody does. `note` writes down
 * that the secret is another one from here on, for every process that was cut off meanwhile: once for each run.
 */
export async function whileNobodyServes<T>(
  url: string,
  work: (note: () => Promise<void>) => Promise<T>,
): Promise<T | null> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${SERVING}) AS held`);
    if (rows[0]?.held !== true) return null;
    return await work(async () => {
      await withDirectory(url, async () => undefined);
      await client.query(`INSERT INTO ${SCHEMA}.secret_exchange (id) VALUES (gen_random_uuid())`);
    });
  } finally {
    await client.end();
  }
}

/** By host name first, then by the first part of the path, else the one that has neither. */
export function findAuthority(
  known: readonly Authority[],
  host: string,
  path: string,
): { readonly authority: Authority; readonly prefix: string } | null {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const first = path.split('/')[1] ?? '';
  const byHost = known.find(({ hosts }) => hosts.includes(name));
  if (byHost !== undefined) return { authority: byHost, prefix: '' };
  const byPath = first === '' ? undefined : known.find((authority) => authority.path === first);
  if (byPath !== undefined) return { authority: byPath, prefix: `/${first}` };
  const rest = known.find(({ hosts, path: own }) => hosts.length === 0 && own === null);
  return rest === undefined ? null : { authority: rest, prefix: '' };
}
