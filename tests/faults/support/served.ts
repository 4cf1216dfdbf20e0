import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { readHolder } from '../../../src/platform/postgres/lock.ts';
import { root } from '../../../src/platform/root.ts';
import { processesWith } from '../../platform/support/faults.ts';

const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** The program people run. Building it again takes no time when no source has changed. */
export function buildOnce(): void {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
}

/** A data folder that outlives the servers on it, until the tests of the file are done. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-faults-'));
  chmodSync(folder, 0o711); // the database may run as another user
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Served {
  readonly address: string;
  readonly pid: number;
  /** Of the database it looks after, as it is now; null while there is none. */
  databasePid(): number | null;
  guards(): number[];
  readonly ended: Promise<void>;
  readonly said: () => string;
  /** Of the database it looks after. Throws what it said when it looks after none. */
  databaseUrl(): string;
  /** As an administrator stops it; what it has begun is finished. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts the built server on a folder and waits until it serves; rejects with what it said when it does not. */
export async function serve(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      QINGLAN_DATA: dataDir,
      PORT: String(await freePort()),
      QINGLAN_LOG: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let said = '';
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      children.delete(child);
      resolve();
    }),
  );
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /serves (http:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it served:\n${said}`)));
  });
  const pid = child.pid ?? 0;
  const databasePid = () => {
    try {
      const text = readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
      return Number.parseInt(text, 10) || null;
    } catch {
      return null;
    }
  };
  return {
    address,
    pid,
    databasePid,
    guards: () => processesWith(`qinglan-database-guard ${databasePid()}`),
    ended,
    said: () => said,
    databaseUrl() {
      const url = readHolder(dataDir)?.databaseUrl;
      if (url) return url;
      throw new Error(
        `Nobody holds ${dataDir}; process ${pid} ended with ${child.exitCode ?? child.signalCode}:\n${said}`,
      );
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until the server answers a page as it should again. */
export async function untilWell(
  { address, said }: Pick<Served, 'address' | 'said'>,
  milliseconds = 60_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const answer = await fetch(`${address}/sign-in`, { redirect: 'manual' }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer?.status === 200) return;
    if (performance.now() > deadline)
      throw new Error(`not well within ${milliseconds} ms: ${answer?.status}\n${said()}`);
    await wait(50);
  }
}
