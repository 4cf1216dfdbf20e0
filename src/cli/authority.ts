import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Config, readConfig } from '../platform/config.ts';
import { type Authority, FIRST_NODE, withDirectory } from '../platform/directory.ts';
import { migrate } from '../platform/migrate.ts';
import { moveAuthority } from '../platform/move.ts';
import { useEmbedded } from '../platform/postgres/supervisor.ts';
import { jobsRole, webRole } from '../platform/walls/roles.ts';
import { prepareAuthorities } from '../start.ts';
import { out, Refusal } from './answer.ts';

export const authorityUsage = `  authority list                         the authorities of this install, where each is found and where it lies
  authority create NAME [--host H]… [--path P] [--node N]   a new, empty one
  authority migrate [NAME]               bring one, or all, up to date
  authority move NAME NODE               to another node (QINGLAN_NODES), while it is used
  authority remove NAME --backed-up      its records for good; asks for its name`;

interface Place {
  readonly config: Config;
  readonly url: string;
  urlOf(node: string): string;
}

type Act = (place: Place, args: string[]) => Promise<void>;
const ACTS: Record<string, Act> = { list, create, migrate: bringUp, move, remove };

/** `qinglan authority …` */
export async function authorityCommand([act = '', ...args]: string[]): Promise<void> {
  const run = ACTS[act];
  if (run === undefined) throw new Refusal(authorityUsage);
  const config = readConfig(process.env);
  const embedded = config.databaseUrl === null ? await useEmbedded({ dataDir: config.dataDir }) : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const urlOf = (node: string): string => {
    const found = node === FIRST_NODE ? url : config.nodes[node];
    if (found === undefined) throw new Refusal(`QINGLAN_NODES names no node ${node}`);
    return found;
  };
  try {
    await prepareAuthorities(url, config);
    await run({ config, url, urlOf }, args);
  } finally {
    await embedded?.stop();
  }
}

async function list({ url }: Place): Promise<void> {
  for (const { name, schema, hosts, path, node, state } of await all(url)) {
    const found = [...hosts, ...(path === null ? [] : [`/${path}/`])].join(' ') || 'any other address';
    out(`${name}  ${found}  schema ${schema} on node ${node}${state === 'moving' ? ', moving' : ''}`);
  }
}

const all = (url: string): Promise<Authority[]> => withDirectory(url, (records) => records.list());

async function named(url: string, name: string | undefined): Promise<Authority> {
  const found = (await all(url)).find((authority) => authority.name === name);
  if (found === undefined) throw new Refusal(`There is no authority ${name ?? ''}`.trim());
  return found;
}

async function create({ url, urlOf }: Place, args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      host: { type: 'string', multiple: true, default: [] },
      path: { type: 'string' },
      node: { type: 'string', default: FIRST_NODE },
    },
  });
  const [name = ''] = positionals;
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(name))
    throw new Refusal('A name is at most 48 small letters, digits and _, beginning with a letter');
  const path = values.path ?? null;
  if (path !== null && !/^[a-z][a-z0-9-]{0,47}$/.test(path))
    throw new Refusal('A path is at most 48 small letters, digits and -, beginning with a letter');
  const hosts = values.host.map((host) => host.toLowerCase());
  for (const other of await all(url)) {
    const taken =
      other.name === name ||
      other.schema === name ||
      (path !== null && other.path === path) ||
      other.hosts.some((host) => hosts.includes(host)) ||
      (path === null && hosts.length === 0 && other.path === null && other.hosts.length === 0);
    if (taken) throw new Refusal(`${other.name} has this name or address already`);
  }
  await migrate(urlOf(values.node), { schema: name });
  await withDirectory(url, (records) =>
    records.insert({ name, schema: name, hosts, path, node: values.node }),
  );
  out(`${name} is there, empty. A running Qinglan serves it from now on.`);
}

async function bringUp({ url, urlOf }: Place, [name]: string[]): Promise<void> {
  const chosen = name === undefined ? await all(url) : [await named(url, name)];
  const began = performance.now();
  for (const { name: one, schema, node } of chosen) {
    const applied = await migrate(urlOf(node), { schema });
    out(applied.length === 0 ? `${one} is up to date` : `${one}: ${applied.join(', ')}`);
  }
  out(`${chosen.length} authorities in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function move({ url, urlOf }: Place, [name, node = '']: string[]): Promise<void> {
  const authority = await named(url, name);
  if (authority.node === node) throw new Refusal(`${authority.name} is on ${node} already`);
  const moved = await moveAuthority({
    directoryUrl: url,
    name: authority.name,
    schema: authority.schema,
    from: urlOf(authority.node),
    to: { node, url: urlOf(node) },
    say: out,
  });
  out(
    `${authority.name} is on ${node}; requests waited ${moved.pauseMs.toFixed(0)} ms. ` +
      `What it left on ${authority.node} is the schema ${moved.left}: drop it when you are sure.`,
  );
}

async function remove({ url, urlOf }: Place, args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'backed-up': { type: 'boolean', default: false } },
  });
  const authority = await named(url, positionals[0]);
  if (!values['backed-up'])
    throw new Refusal(`Make a backup of ${authority.name} first (qinglan backup), then say --backed-up`);
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await lines.question(`All records of ${authority.name} go for good. Type its name: `);
  lines.close();
  if (typed.trim() !== authority.name) throw new Refusal('That is not its name; nothing was removed');
  await withDirectory(url, (records) => records.remove(authority.name));
  const client = new pg.Client({ connectionString: urlOf(authority.node) });
  await client.connect();
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(authority.schema)} CASCADE`);
    // Another database of the same server may have an authority of this name, whose roles they are too.
    for (const role of [webRole(authority.schema), jobsRole(authority.schema)])
      await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(role)}`).catch(() => undefined);
  } finally {
    await client.end();
  }
  out(`${authority.name} is removed; its files are left in the data folder`);
}
