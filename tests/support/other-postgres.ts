import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { databaseAccount } from '../../src/platform/postgres/account.ts';

export interface OtherServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const folderOf = (major: number) => `/usr/lib/postgresql/${major}/bin`;

/** Whether the machine has a PostgreSQL of that version, as Debian's packages put it. */
export const hasPostgres = (major: number): boolean => existsSync(join(folderOf(major), 'initdb'));

/** Why tests against it are left out, to stand in their name; empty where they are not. */
export const withoutPostgres = (major: number): string =>
  hasPostgres(major) ? '' : ` (left out: no PostgreSQL ${major} in ${folderOf(major)})`;

/** A server of the machine's own PostgreSQL with a cluster that is gone when it is stopped, as one of one's own would be. */
export async function startOther(
  major: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<OtherServer> {
  const folder = mkdtempSync(join(tmpdir(), `qinglan-pg${major}-`));
  const account = databaseAccount(folder);
  const [cluster, sockets] = [join(folder, 'cluster'), join(folder, 'run')];
  mkdirSync(sockets);
  if (account !== null) for (const path of [folder, sockets]) chownSync(path, account.uid, account.gid);
  const run = { ...account, cwd: '/', env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' } };
  const made = spawnSync(
    join(folderOf(major), 'initdb'),
    [
      '--pgdata',
      cluster,
      '--username',
      'qinglan',
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--locale',
      'C.UTF-8',
      '--no-sync',
    ],
    { ...run, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const given = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    fsync: 'off',
    timezone: 'UTC',
    ...settings,
  };
  const server = spawn(
    join(folderOf(major), 'postgres'),
    ['-D', cluster, ...Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...run, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `postgresql://qinglan@localhost:5432/postgres?host=${encodeURIComponent(sockets)}`;
  await untilItAnswers(url);
  return {
    url,
    pid: server.pid ?? 0,
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  for (let left = 300; ; left -= 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await wait(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
