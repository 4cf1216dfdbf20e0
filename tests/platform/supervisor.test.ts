import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FolderInUse, lockFolder, readHolder } from '../../src/platform/postgres/lock.ts';
import { processIdentity } from '../../src/platform/postgres/processes.ts';
import { startEmbedded, useEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { processesWith, query, startChild, temporaryFolder, until, userOf } from './support/faults.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

const countWritten = async (url: string) => {
  const rows = await query<{ n: number }>(url, 'SELECT max(n) AS n, count(*)::integer AS count FROM written');
  return rows[0];
};

describe('one Qinglan for one data folder', () => {
  test('a second start is refused and told where the first one serves', async () => {
    const folder = temporaryFolder();
    const first = await startEmbedded({ dataDir: folder });
    await expect(startChild(folder)).rejects.toThrow('it is still starting');
    first.announce('http://127.0.0.1:8080');
    await expect(startChild(folder)).rejects.toThrow(
      `Qinglan already runs on ${folder} (process ${process.pid}); it serves http://127.0.0.1:8080`,
    );
    await expect(startEmbedded({ dataDir: folder })).rejects.toThrow(FolderInUse);
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
    expect(readHolder(folder)).toBeNull();
  });

  test('of many starts at one moment on a folder whose holder died, exactly one succeeds', async () => {
    const folder = temporaryFolder();
    await (await startChild(folder)).kill('SIGKILL');
    const starts = await Promise.allSettled([1, 2, 3, 4].map(() => startChild(folder)));
    const [winner, ...others] = starts.filter(({ status }) => status === 'fulfilled');
    expect(others).toEqual([]);
    expect(winner?.status).toBe('fulfilled');
    for (const start of starts) {
      if (start.status === 'rejected') expect(String(start.reason)).toContain('already runs');
    }
  });

  test('a command uses the database of the Qinglan that runs, and leaves it running', async () => {
    const folder = temporaryFolder();
    const running = await startEmbedded({ dataDir: folder });
    const used = await useEmbedded({ dataDir: folder });
    expect(used.url).toBe(running.url);
    await used.stop();
    expect(await query(running.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await running.stop();
    const alone = await useEmbedded({ dataDir: folder });
    expect(await query(alone.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await alone.stop();
  });
});

describe('what a dead holder left behind', () => {
  const writeHolder = (folder: string, text: string) => writeFileSync(join(folder, 'qinglan.json'), text);
  const holder = { pid: process.pid, identity: 'x', address: null, databaseUrl: null };

  test('is not taken for a living one: the process is gone', () => {
    const folder = temporaryFolder();
    writeHolder(folder, JSON.stringify({ ...holder, pid: 4_194_304 }));
    expect(readHolder(folder)).toBeNull();
    lockFolder(folder).release();
  });

  test('is not taken for a living one: its pid now belongs to another process', () => {
    const folder = temporaryFolder();
    writeHolder(folder, JSON.stringify({ ...holder, identity: 'an earlier boot:1' }));
    expect(readHolder(folder)).toBeNull();
    const lock = lockFolder(folder);
    expect(readHolder(folder)?.identity).toBe(processIdentity(process.pid));
    lock.release();
    expect(readHolder(folder)).toBeNull();
  });

  test('is not taken for a living one: it was cut short by a crash of the machine', () => {
    const folder = temporaryFolder();
    writeHolder(folder, '{"pid": 12');
    expect(readHolder(folder)).toBeNull();
    lockFolder(folder).release();
  });
});

describe('after a kill -9', () => {
  test('of the database, it is started again at once and every acknowledged row is there', async () => {
    const folder = temporaryFolder();
    const server = await startEmbedded({ dataDir: folder });
    await query(server.url, 'CREATE TABLE written (n integer CONSTRAINT written_pk PRIMARY KEY)');
    await query(server.url, 'INSERT INTO written SELECT generate_series(1, 1000)');
    const killed = server.serverPid();
    process.kill(killed, 'SIGKILL');
    await until(() => server.serverPid() !== killed);
    expect(await countWritten(server.url)).toEqual({ n: 1000, count: 1000 });
    await server.stop();
  });

  test('of Qinglan in the middle of writing, its database stops by itself and the next start has every row', async () => {
    const folder = temporaryFolder();
    const child = await startChild(folder, { mode: 'write' });
    await until(() => child.committed() > 50);
    await child.kill('SIGKILL');
    await until(() => processesWith(join(folder, 'postgres')).length === 0);
    const next = await startEmbedded({ dataDir: folder });
    const written = await countWritten(next.url);
    expect(written?.n).toBeGreaterThanOrEqual(child.committed());
    expect(written?.n).toBe((written as unknown as { count: number }).count);
    await next.stop();
  });

  test('of Qinglan, its guard and its database together, the next start has every acknowledged row', async () => {
    const folder = temporaryFolder();
    const child = await startChild(folder, { mode: 'write' });
    await until(() => child.committed() > 50);
    for (const guard of processesWith(`qinglan-database-guard ${child.serverPid}`))
      process.kill(guard, 'SIGKILL');
    process.kill(child.serverPid, 'SIGKILL');
    await child.kill('SIGKILL');
    const next = await startEmbedded({ dataDir: folder });
    const written = await countWritten(next.url);
    expect(written?.n).toBeGreaterThanOrEqual(child.committed());
    await next.stop();
  });

  test('that leaves the database running alone, the next start ends it and takes its place', async () => {
    const folder = temporaryFolder();
    const child = await startChild(folder, { mode: 'write' });
    await until(() => child.committed() > 50);
    for (const guard of processesWith(`qinglan-database-guard ${child.serverPid}`))
      process.kill(guard, 'SIGKILL');
    await child.kill('SIGKILL');
    expect(processIdentity(child.serverPid)).not.toBeNull();
    const said: string[] = [];
    const next = await startEmbedded({ dataDir: folder, log: (message) => said.push(message) });
    expect(said).toContain('Stopping the database of an earlier run that did not end properly');
    expect(processIdentity(child.serverPid)).toBeNull();
    expect((await countWritten(next.url))?.n).toBeGreaterThanOrEqual(child.committed());
    await next.stop();
  });

  test('while the database was being made, the next start makes it whole', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'postgres', 'cluster.new', 'base'), { recursive: true });
    const server = await startEmbedded({ dataDir: folder });
    expect(await query(server.url, 'SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
    await server.stop();
  });
});

describe('the database', () => {
  test('keeps what it acknowledges on the disk and listens to no network', async () => {
    const server = await startEmbedded({ dataDir: temporaryFolder() });
    const shown = async (name: string) =>
      (await query<Record<string, string>>(server.url, `SHOW ${name}`))[0]?.[name];
    expect(await shown('fsync')).toBe('on');
    expect(await shown('synchronous_commit')).toBe('on');
    expect(await shown('full_page_writes')).toBe('on');
    expect(await shown('listen_addresses')).toBe('');
    expect(await shown('server_encoding')).toBe('UTF8');
    await server.stop();
  });

  test('runs from a folder whose path is too long for a socket', async () => {
    const folder = join(temporaryFolder(), '教育局'.repeat(20), 'data');
    const server = await startEmbedded({ dataDir: folder });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const sockets = new URL(server.url).searchParams.get('host') ?? '';
    await server.stop();
    rmSync(sockets, { recursive: true });
  });

  test('of an earlier PostgreSQL is not touched, and the message says what to do', async () => {
    const folder = temporaryFolder();
    await (await startEmbedded({ dataDir: folder })).stop();
    writeFileSync(join(folder, 'postgres/cluster/PG_VERSION'), '14\n');
    await expect(startEmbedded({ dataDir: folder })).rejects.toThrow('made by PostgreSQL 14');
    expect(readHolder(folder)).toBeNull();
  });
});

describe.runIf(isRoot)('started as root', () => {
  test('the database runs as an unprivileged user, and its folder is closed to all others', async () => {
    const folder = temporaryFolder();
    const server = await startEmbedded({ dataDir: folder });
    expect(statSync(join(folder, 'postgres')).mode & 0o077).toBe(0);
    expect(userOf(server.serverPid())).not.toBe(0);
    await server.stop();
  });

  test('in a folder that user may not enter, the database is placed where it can be, and a file says where', async () => {
    const closed = temporaryFolder();
    chmodSync(closed, 0o700);
    const folder = join(closed, 'data');
    const server = await startEmbedded({ dataDir: folder });
    await query(server.url, 'CREATE TABLE written (n integer CONSTRAINT written_pk PRIMARY KEY)');
    await server.stop();
    const place = readFileSync(join(folder, 'postgres-is-elsewhere'), 'utf8').trim();
    const again = await startEmbedded({ dataDir: folder });
    expect(await countWritten(again.url)).toEqual({ n: null, count: 0 });
    await again.stop();
    rmSync(place, { recursive: true });
  });
});

test('an ordinary user can run it', async () => {
  const folder = temporaryFolder();
  const account = isRoot ? nobody : undefined;
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const child = await startChild(folder, account === undefined ? {} : { account });
  expect(userOf(child.serverPid)).toBe(account?.uid ?? process.getuid?.());
  expect(await query(child.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await child.kill('SIGTERM');
  await until(() => processesWith(join(folder, 'postgres')).length === 0);
});
