import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../src/platform/root.ts';
import { processesWith, temporaryFolder, until } from './support/faults.ts';

/*
 * The built server as people run it, with two processes on one address: none of them may be missed, and none of their
 * ends may be seen by who asks.
 */

const folder = temporaryFolder();
let server: ChildProcess;
let port: number;
let figures: number;
let said = '';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  [port, figures] = [await freePort(), await freePort()];
  server = spawn(process.execPath, [join(root, 'dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      QINGLAN_DATA: folder,
      QINGLAN_PROCESSES: '2',
      QINGLAN_METRICS: String(figures),
      QINGLAN_LOG: 'error',
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk));
  await until(() => said.includes('serves http'), 90_000);
});

afterAll(async () => {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
});

const workers = () =>
  processesWith(join(root, 'dist/main.js')).filter(
    (pid) => pid !== server.pid && parentOf(pid) === server.pid,
  );
function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}
const ask = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { connection: 'close' },
    // A connection that was just being handed to a process that is killed is never answered.
    signal: AbortSignal.timeout(8000),
  });
  return { status: answer.status, text: await answer.text() };
};

/** The one request that is lost may be all that is asked while a process begins anew. */
const AFTERWARDS = 20;

/** Asks without a pause until the work is done, and on until some were answered well; what was answered. */
async function askWhile(work: () => Promise<void>): Promise<Map<number | string, number>> {
  const answers = new Map<number | string, number>();
  let going = true;
  const asking = (async () => {
    while (going || (answers.get(200) ?? 0) < AFTERWARDS) {
      const status = await ask('/sign-in').then(
        (answer) => answer.status,
        (error: Error) => `${error.message} ${String(error.cause)}`,
      );
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  })();
  await work();
  going = false;
  await asking;
  return answers;
}

describe('two processes at one address', () => {
  test('are ready, alive, and counted together, on a port of their own', async () => {
    expect(workers()).toHaveLength(2);
    expect((await ask('/healthz')).text).toBe('ok');
    const ready = await ask('/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      { ready: true, checks: { database: null, migrations: null, disk: null, stopping: null } },
    ]);
    for (let times = 0; times < 10; times += 1) await ask('/sign-in');
    const text = await (await fetch(`http://127.0.0.1:${figures}/metrics`)).text();
    const counted = [...text.matchAll(/^qinglan_request_seconds_count\{.*route="\/sign-in".*\} (\d+)$/gm)];
    expect(counted.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(10);
    for (const name of [
      'qinglan_statements_total',
      'qinglan_pool_connections',
      'qinglan_line',
      'qinglan_audit_head',
      'qinglan_disk_free_bytes',
      'nodejs_eventloop_lag_seconds',
      'process_resident_memory_bytes',
    ])
      expect(text).toContain(name);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect((await ask('/metrics')).status).toBe(404);
  });

  test('one that is killed is started again, and the other goes on answering', async () => {
    const [victim] = workers();
    const answers = await askWhile(async () => {
      process.kill(victim ?? 0, 'SIGKILL');
      await until(() => workers().length === 2 && !workers().includes(victim ?? 0), 30_000);
    });
    // The request it was just being handed is lost with it; none after.
    const lost = [...answers].filter(([status]) => status !== 200).reduce((sum, [, n]) => sum + n, 0);
    expect(lost).toBeLessThanOrEqual(1);
    expect(answers.get(200)).toBeGreaterThanOrEqual(AFTERWARDS);
  });

  test('are exchanged one after another on SIGHUP, and no request is refused', async () => {
    const before = workers();
    const answers = await askWhile(async () => {
      server.kill('SIGHUP');
      await until(() => workers().length === 2 && workers().every((pid) => !before.includes(pid)), 60_000);
    });
    expect([...answers.keys()]).toEqual([200]);
  });

  test('end in order with the first one, and leave no database behind', async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(workers()).toEqual([]);
    expect(processesWith(join(folder, 'postgres'))).toEqual([]);
  });
});
