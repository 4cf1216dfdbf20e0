import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Place } from './place.ts';
import { clusterProcesses, signal } from './processes.ts';
import { serverSettings } from './settings.ts';

export type Log = (message: string) => void;

/** One run of the PostgreSQL server, ready for connections. */
export interface Server {
  pid: number;
  /** Resolves when it ends, for whatever reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export const databaseUser = 'qinglan';
export const databaseName = 'qinglan';

export function serverUrl(place: Place, database = databaseName, user = databaseUser): string {
  return `postgresql://${user}@localhost:5432/${database}?host=${encodeURIComponent(place.sockets)}`;
}

/** Makes the cluster, once. Whoever is cut off in the middle leaves a draft, never half a cluster. */
export function makeCluster(place: Place): void {
  if (existsSync(join(place.cluster, 'PG_VERSION'))) {
    checkVersion(place);
    return;
  }
  const draft = `${place.cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  const result = spawnSync(
    join(place.engine, 'bin/initdb'),
    [
      ['--pgdata', draft],
      ['--username', databaseUser],
      ['--auth-local', 'trust'],
      ['--auth-host', 'reject'],
      ['--encoding', 'UTF8'],
      // Sorted by code point, the same on every machine and after every upgrade of its C library.
      ['--locale-provider', 'builtin'],
      ['--builtin-locale', 'C.UTF-8'],
      ['--locale', 'C'],
      ['--data-checksums'],
    ].flat(),
    { ...place.account, cwd: '/', env: serverEnvironment, encoding: 'utf8' },
  );
  if (result.status !== 0) {
    throw new Error(`The database could not be made: ${result.error?.message ?? result.stderr.trim()}`);
  }
  renameSync(draft, place.cluster);
}

const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

function checkVersion(place: Place): void {
  const made = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  const version = spawnSync(join(place.engine, 'bin/postgres'), ['--version'], { encoding: 'utf8' }).stdout;
  const installed = /(\d+)/.exec(version)?.[1];
  if (installed !== made) {
    throw new Error(
      `The database was made by PostgreSQL ${made}, but ${installed} is installed now. ` +
        'Back up with the earlier version of Qinglan and restore with this one.',
    );
  }
}

/**
 * Ends a server left behind by a Qinglan that was killed. We hold the data folder's lock, so whatever
 * process still works in the cluster is such an orphan.
 */
export async function stopOrphan(place: Place, log: Log): Promise<void> {
  const pidFile = join(place.cluster, 'postmaster.pid');
  const postmaster = readPid(pidFile);
  const living = () => clusterProcesses(place.cluster, postmaster);
  if (living().length > 0) {
    log('Stopping the database of an earlier run that did not end properly');
    if (postmaster !== null && living().includes(postmaster)) signal(postmaster, 'SIGINT');
    if (!(await until(() => living().length === 0, 30_000))) {
      for (const pid of living()) signal(pid, 'SIGQUIT');
      if (!(await until(() => living().length === 0, 10_000))) {
        throw new Error(
          `Processes ${living().join(', ')} of an earlier run do not end; stop them and start again`,
        );
      }
    }
  }
  // The pids in these files may belong to strangers by now, or to dead processes nobody has collected, and
  // PostgreSQL would take them for a server still running.
  rmSync(pidFile, { force: true });
  rmSync(join(place.sockets, '.s.PGSQL.5432.lock'), { force: true });
}

function readPid(pidFile: string): number | null {
  if (!existsSync(pidFile)) return null;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await wait(25);
  }
  return true;
}

/** Starts the server and waits until it takes connections, through crash recovery if there is any. */
export async function startServer(place: Place, durable: boolean, log: Log): Promise<Server> {
  const logFrom = rotateLog(place);
  const child = spawnServer(place, durable);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`PostgreSQL did not start from ${place.engine}`);
  const guard = spawnGuard(place, pid);
  // Without a server the guard must not wait on: the pid it would signal may be another's.
  void ended.then(() => guard.kill('SIGKILL'));

  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  await waitUntilReady(place, () => hasEnded, logFrom, log);
  return { pid, ended, stop: () => stopServer(pid, ended, () => hasEnded) };
}

function spawnServer(place: Place, durable: boolean): ChildProcess {
  const settings = Object.entries(serverSettings(place.sockets, durable)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const output = openSync(place.log, 'a', 0o640);
  try {
    if (place.account !== null) chownSync(place.log, place.account.uid, place.account.gid);
    // A session of its own: the terminal's Ctrl-C reaches Qinglan, which then stops the server in order.
    const child = spawn(join(place.engine, 'bin/postgres'), ['-D', place.cluster, ...settings], {
      ...place.account,
      cwd: '/',
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/**
 * A shell that holds one end of a pipe: when Qinglan ends without a word (kill -9), the pipe closes and the
 * shell asks the server to stop, so that no orphan stays behind.
 */
function spawnGuard(place: Place, pid: number): ChildProcess {
  const guard = spawn(
    '/bin/sh',
    ['-c', 'cat > /dev/null; kill -INT "$1"', 'qinglan-database-guard', String(pid)],
    {
      ...place.account,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  guard.unref();
  guard.on('error', () => undefined);
  const pipe = guard.stdin;
  pipe?.on('error', () => undefined);
  if (pipe !== null && 'unref' in pipe) (pipe as unknown as { unref(): void }).unref();
  return guard;
}

async function waitUntilReady(
  place: Place,
  hasEnded: () => boolean,
  logFrom: number,
  log: Log,
): Promise<void> {
  const began = performance.now();
  let said = 0;
  for (;;) {
    if (await answers(place)) return;
    if (hasEnded()) throw new Error(`The database did not start:\n${logSince(place, logFrom)}`);
    const seconds = Math.floor((performance.now() - began) / 1000);
    if (seconds >= said + 10) {
      said = seconds;
      log(`The database is recovering from an unclean end (${seconds} s so far); see ${place.log}`);
    }
    await wait(30);
  }
}

async function answers(place: Place): Promise<boolean> {
  const client = new pg.Client({
    connectionString: serverUrl(place, 'postgres'),
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast first (open transactions are rolled back, a checkpoint is made); at once when that takes too long. */
async function stopServer(pid: number, ended: Promise<void>, hasEnded: () => boolean): Promise<void> {
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (hasEnded() || !signal(pid, name)) break;
    const inTime = new AbortController();
    const ok = await Promise.race([
      ended.then(() => true),
      wait(20_000, false, { signal: inTime.signal }).catch(() => true),
    ]);
    inTime.abort();
    if (ok) break;
  }
  await ended;
}

const largestLog = 10 * 1024 * 1024;

/** Keeps one earlier log; returns where the coming run's lines begin. */
function rotateLog(place: Place): number {
  if (!existsSync(place.log)) return 0;
  const { size } = statSync(place.log);
  if (size < largestLog) return size;
  renameSync(place.log, `${place.log}.1`);
  return 0;
}

function logSince(place: Place, from: number): string {
  return readFileSync(place.log).subarray(from).toString('utf8').trim().split('\n').slice(-12).join('\n');
}
