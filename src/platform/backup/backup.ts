import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connectionOptions } from '../database.ts';
import type { FileStore } from '../files.ts';
import { throwIfStopped } from '../jobs/kinds.ts';
import { LEFT_OUT, readFileHashes, readSequences, readTables, type TableFacts } from './catalog.ts';
import { BackupError, backupName, MANIFEST, type Manifest, type TablePart, timeInName } from './format.ts';
import { type Keep, superseded } from './keep.ts';
import { secretFiles } from './key-files.ts';
import { packing, sha256Of, writePacked, writePart } from './pack.ts';
import { Steps, type Tell } from './progress.ts';
import { listBackups, loadManifest, readFileList } from './read.ts';
import { settled } from './rules-of-tables.ts';
import { type Lock, type Seal, sealFor } from './seal.ts';
import { type Target, within } from './target.ts';

/** One authority as it is: its rows, its files, the keys of the install. */
export interface Source {
  readonly url: string;
  readonly schema: string;
  readonly dataDir: string;
  readonly files: FileStore;
  readonly version: string;
  readonly clock: () => Date;
}

export interface BackupOptions {
  readonly target: Target;
  readonly lock: Lock;
  /** Absent: nothing is removed. */
  readonly keep?: Keep | undefined;
  readonly tell?: Tell | undefined;
  /** Connections that read at once. */
  readonly hands?: number;
  /** Stops between two parts; what is there by then is cleared away by the next run. */
  readonly signal?: AbortSignal;
}

export interface BackupResult {
  /** Place and name, as `verify` and `restore` take it. */
  readonly name: string;
  readonly manifest: Manifest;
  readonly removed: readonly string[];
  readonly warnings: readonly string[];
  /** Of the install, and not in the backup because it is not encrypted. */
  readonly keptApart: readonly string[];
}

/** A part is about so many bytes of a table: small enough to be held in memory, large enough to pack well. */
const PART_BYTES = 32 * 1024 * 1024;

/**
 * Backs one authority up while it serves. All connections read one exported snapshot, so the rows are those of one
 * instant; files are put into the store before rows name them, so those of that instant are there. The manifest comes
 * last. Throws BackupError; what an interrupted run left is removed by the next.
 */
export async function runBackup(source: Source, options: BackupOptions): Promise<BackupResult> {
  const { tell = () => undefined, hands = 2 } = options;
  const target = within(options.target, source.schema);
  const holder = await connect(source);
  try {
    await lockOut(holder, source.schema);
    await removeUnfinished(target);
    const seal = await sealFor(target, options.lock);
    const keys = seal.recipient === null ? null : readSecrets(source);
    const takenAt = source.clock();
    const name = await freeName(target, takenAt);
    const steps = new Steps({ rows: 90, files: 10 }, tell);
    const { rows, hashes, ...facts } = await readRows(holder, source, target, {
      seal,
      name,
      hands,
      steps,
      signal: options.signal,
    });
    steps.begin('files');
    const files = await copyFiles(source.files, target, seal, name, hashes, (share) => steps.at(share));
    const secrets = keys === null ? null : await writeSecrets(source, keys, target, seal, name);
    const manifest: Manifest = {
      format: 1,
      version: source.version,
      takenAt: takenAt.toISOString(),
      ...facts,
      tables: rows,
      leftOut: [...LEFT_OUT],
      files,
      secrets,
      recipient: seal.recipient,
    };
    await target.put(`${name}/${MANIFEST}`, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
    steps.at(1);
    const warnings: string[] = [];
    const removed = options.keep === undefined ? [] : await removeSuperseded(target, options.keep, warnings);
    return {
      name: `${target.place}/${name}`,
      manifest,
      removed,
      warnings,
      keptApart: secrets === null ? presentSecrets(source).map(([, file]) => file) : [],
    };
  } finally {
    await holder.end().catch(() => undefined);
  }
}

async function connect({ url, schema }: Pick<Source, 'url' | 'schema'>): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'qinglan backup',
    // A policy that hid rows would make a backup with holes: such a reading fails instead.
    options: `${connectionOptions(schema)} -c row_security=off -c statement_timeout=0 -c idle_in_transaction_session_timeout=0`,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** One backup of an authority at a time; the lock is gone with the connection. */
async function lockOut(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got',
    [`qinglan backup ${schema}`],
  );
  if (rows[0]?.got !== true) throw new BackupError(`Another backup of ${schema} is under way`);
}

async function freeName(target: Target, at: Date): Promise<string> {
  const name = backupName(at);
  if ((await target.get(`${name}/${MANIFEST}`)) !== null)
    throw new BackupError(`${target.place}/${name} is there already; wait a second and try again`);
  return name;
}

interface Reading {
  readonly seal: Seal;
  readonly name: string;
  readonly hands: number;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
}

/** One piece of a table: rows that lie in these pages. */
interface Piece {
  readonly table: TableFacts;
  readonly index: number;
  readonly from: number;
  /** Null: to the end. */
  readonly to: number | null;
  readonly bytes: number;
}

async function readRows(holder: pg.Client, source: Source, target: Target, reading: Reading) {
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const snapshot = await one<string>(holder, 'SELECT pg_export_snapshot() AS value');
  const sequences = await readSequences(holder);
  const tables = (await readTables(holder)).filter(({ name }) => !LEFT_OUT.includes(name));
  const pieces = tables.flatMap(piecesOf);
  const whole = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = new Map<string, TablePart[]>(tables.map(({ name }) => [name, []]));
  let done = 0;
  reading.steps.begin('rows');
  const hand = async () => {
    const client = await connect(source);
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`);
      for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
        throwIfStopped(reading.signal);
        const part = await readPiece(client, target, reading, piece);
        if (part !== null) (parts.get(piece.table.name) ?? [])[piece.index] = part;
        done += piece.bytes;
        reading.steps.at(done / whole);
      }
    } catch (error) {
      pieces.length = 0; // The other hand need not go on.
      throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  await settled(Array.from({ length: reading.hands }, hand));
  const facts = {
    postgres: await one<string>(holder, "SELECT current_setting('server_version') AS value"),
    authority: { schema: source.schema, name: await authorityName(holder) },
    migrations: (
      await holder.query<{ name: string; checksum: string }>(
        'SELECT name, checksum FROM migration ORDER BY name',
      )
    ).rows,
    audit: await auditHead(holder),
    sequences,
    hashes: await readFileHashes(holder),
    rows: tables.map(({ name, columns }) => {
      const found = Object.values(parts.get(name) ?? []);
      return {
        name,
        columns: [...columns],
        rows: found.reduce((sum, { rows }) => sum + rows, 0),
        parts: found,
      };
    }),
  };
  await holder.query('COMMIT');
  return facts;
}

function piecesOf(table: TableFacts): Piece[] {
  const perPage = table.pages === 0 ? 0 : table.bytes / table.pages;
  const pages = Math.max(1, Math.floor(PART_BYTES / Math.max(perPage, 1)));
  const count = Math.max(1, Math.ceil(table.pages / pages));
  return Array.from({ length: count }, (_, index) => ({
    table,
    index,
    from: index * pages,
    // What is written from now on lies behind the last page; the snapshot leaves it out.
    to: index === count - 1 ? null : (index + 1) * pages,
    bytes: table.bytes / count,
  }));
}

/** Text, not COPY's binary format: it is the same in every PostgreSQL from 15 on, and a person can read it. */
async function readPiece(
  client: pg.Client,
  target: Target,
  { seal, name }: Reading,
  { table, index, from, to }: Piece,
): Promise<TablePart | null> {
  const pages = [`ctid >= '(${from},0)'::tid`, ...(to === null ? [] : [`ctid < '(${to},0)'::tid`])].join(
    ' AND ',
  );
  const rows = client.query(
    copyTo(`COPY (SELECT ${table.columns.join(', ')} FROM ${table.quoted} WHERE ${pages}) TO STDOUT`, {
      highWaterMark: 1024 * 1024,
    }),
  );
  let plainBytes = 0;
  const packer = packing();
  rows.on('data', (chunk: Buffer) => {
    plainBytes += chunk.length;
  });
  const [packed] = await Promise.all([buffer(packer), pipeline(rows, packer)]);
  if (rows.rowCount === 0) return null;
  const part = await writePacked(
    target,
    seal,
    `${name}/data/${table.name}.${String(index + 1).padStart(4, '0')}`,
    packed,
  );
  return { ...part, rows: rows.rowCount, plainBytes };
}

async function one<T>(client: pg.Client, statement: string): Promise<T> {
  const { rows } = await client.query<{ value: T }>(statement);
  if (rows[0] === undefined) throw new Error('a statement with one row has none');
  return rows[0].value;
}

/** The unit at the top of the tree. */
async function authorityName(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unit WHERE parent_id IS NULL ORDER BY key LIMIT 1',
  );
  return rows[0]?.name ?? null;
}

async function auditHead(client: pg.Client): Promise<Manifest['audit']> {
  const { rows } = await client.query<{ seq: string; hash: string }>('SELECT seq, hash FROM audit_head');
  const [head] = rows;
  if (head === undefined) throw new BackupError('The audit chain has no head');
  return { seq: Number(head.seq), hash: head.hash };
}

/** Copies what is not there yet, and lists all that this backup needs. */
async function copyFiles(
  store: FileStore,
  target: Target,
  seal: Seal,
  name: string,
  hashes: ReadonlyMap<string, boolean>,
  at: (share: number) => void,
): Promise<Manifest['files']> {
  const there = new Set<string>();
  for await (const file of target.list(`${seal.folder}/`)) there.add(file.name);
  const lines: string[] = [];
  const missing: string[] = [];
  let bytes = 0;
  let seen = 0;
  for (const [sha256, required] of [...hashes].sort()) {
    seen += 1;
    at(seen / hashes.size);
    const path = fileName(seal, sha256);
    const size = there.has(path) ? await store.size(sha256) : null;
    if (size !== null) {
      lines.push(`${sha256} ${size}\n`);
      bytes += size;
      continue;
    }
    const content = await store.get(sha256);
    // A file whose bytes are no longer those of its name is as good as gone, and must not take its place.
    if (content === null || sha256Of(content) !== sha256) {
      if (required) missing.push(sha256);
      continue;
    }
    await target.put(path, await seal.close(content));
    lines.push(`${sha256} ${content.length}\n`);
    bytes += content.length;
  }
  // Not sealed: it says no more than the files' names do, and whoever clears up has no key.
  const list = await writePart(target, OPEN, `${name}/files`, Buffer.from(lines.join('')));
  return { list, folder: seal.folder, count: lines.length, bytes, missing };
}

const OPEN: Pick<Seal, 'ending' | 'close'> = { ending: '', close: async (bytes) => bytes };

const fileName = (seal: Seal, sha256: string) =>
  `${seal.folder}/${sha256.slice(0, 2)}/${sha256}${seal.ending}`;

const presentSecrets = ({ dataDir, schema }: Source) =>
  Object.entries(secretFiles(schema)).filter(([, file]) => existsSync(join(dataDir, file)));

const readSecrets = (source: Source): ReadonlyMap<string, string> =>
  new Map(
    presentSecrets(source).map(([what, file]) => [what, readFileSync(join(source.dataDir, file), 'utf8')]),
  );

/** The keys as they are, which must still be those there were when the rows' instant began. */
async function writeSecrets(
  source: Source,
  before: ReadonlyMap<string, string>,
  target: Target,
  seal: Seal,
  name: string,
) {
  const keys = readSecrets(source);
  for (const [what, text] of before)
    if (keys.get(what) !== text)
      throw new BackupError(
        `A key of the install (${what}) was exchanged while the backup ran, and might not open its rows. Back up again`,
      );
  return await writePart(
    target,
    seal,
    `${name}/secrets`,
    Buffer.from(JSON.stringify(Object.fromEntries(keys))),
  );
}

/** We hold the lock: whatever has no manifest was left by a run that was cut off. */
async function removeUnfinished(target: Target): Promise<void> {
  const finished = new Set((await listBackups(target)).map(({ name }) => name));
  for (const name of await target.folders())
    if (timeInName(name) !== null && !finished.has(name)) await removeBackup(target, name);
}

/** The manifest first: what is left of a removal that is cut off is no backup. */
async function removeBackup(target: Target, name: string): Promise<void> {
  await target.remove(`${name}/${MANIFEST}`);
  const names: string[] = [];
  for await (const part of target.list(`${name}/`)) names.push(part.name);
  for (const part of names) await target.remove(part);
}

/** Removes what the rule no longer keeps, and the files that no backup left needs. */
async function removeSuperseded(target: Target, keep: Keep, warnings: string[]): Promise<string[]> {
  const all = await listBackups(target);
  const going = superseded(all, keep);
  for (const { name } of going) await removeBackup(target, name);
  try {
    const needed = new Set<string>();
    for (const { name } of all.filter((backup) => !going.includes(backup))) {
      const manifest = await loadManifest(target, name);
      for (const { sha256 } of await readFileList(target, manifest)) needed.add(sha256);
    }
    for (const folder of await target.folders()) {
      if (!/^files(-[0-9a-f]{12})?$/.test(folder)) continue;
      const unneeded: string[] = [];
      for await (const { name } of target.list(`${folder}/`))
        if (!needed.has(/([0-9a-f]{64})(\.age)?$/.exec(name)?.[1] ?? '')) unneeded.push(name);
      for (const name of unneeded) await target.remove(name);
    }
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    warnings.push(`No file was cleared away, because an earlier backup cannot be read: ${error.message}`);
  }
  return going.map(({ name }) => name);
}
