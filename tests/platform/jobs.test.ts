import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import { jobsSchema } from '../../src/platform/jobs/schema.ts';
import { jobsRole } from '../../src/platform/walls/roles.ts';
import { testDatabase } from '../support/database.ts';
import { until } from './support/faults.ts';

const { db, url, schema } = await testDatabase();
const errors: string[] = [];
const counting = {
  name: 'counting',
  atOnce: 1,
  run: async () => undefined,
  unfinished: async () => [],
  giveUp: async () => undefined,
};
/** A process that asks for work and does none itself. */
const queue = openQueue(url, {
  kinds: [counting],
  schedules: [],
  onError: (error) => errors.push(error.message),
});
const jobs = queue.of(schema);
const children: ChildProcess[] = [];

beforeAll(async () => {
  await sql`CREATE TABLE counted (id uuid PRIMARY KEY, goal int NOT NULL, n int NOT NULL DEFAULT 0,
                                  trouble boolean NOT NULL DEFAULT false, failed boolean NOT NULL DEFAULT false)`.execute(
    db,
  );
  await sql`CREATE TABLE step (id uuid, n int, pid int, PRIMARY KEY (id, n))`.execute(db);
  await sql`CREATE TABLE taken (id text, pid int)`.execute(db);
  // What waits is looked for in the role of jobs.
  await sql`GRANT SELECT ON counted TO ${sql.id(jobsRole(schema))}`.execute(db);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => queue.stop());

async function startWorker(): Promise<ChildProcess & { pid: number }> {
  const script = fileURLToPath(new URL('support/jobs-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, url, schema], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the worker ended early')));
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return child as ChildProcess & { pid: number };
}

async function put(goal: number, trouble = false): Promise<string> {
  const id = newId();
  await sql`INSERT INTO counted (id, goal, trouble) VALUES (${id}, ${goal}, ${trouble})`.execute(db);
  return id;
}

const rowsOf = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
  (await query.execute(db)).rows;
const countedTo = async (id: string) =>
  (await rowsOf(sql<{ n: number }>`SELECT n FROM counted WHERE id = ${id}`))[0]?.n ?? 0;
const pidsOf = async (id: string) =>
  (await rowsOf(sql<{ pid: number }>`SELECT DISTINCT pid FROM step WHERE id = ${id}`)).map(({ pid }) => pid);
const takenOf = (id: string) => rowsOf(sql<{ pid: number }>`SELECT pid FROM taken WHERE id = ${id}`);

describe('jobs over several processes', () => {
  test('each is done once, however often it is asked for, and the processes share them', async () => {
    const workers = await Promise.all([startWorker(), startWorker()]);
    const ids = await Promise.all(Array.from({ length: 8 }, () => put(4)));
    await Promise.all(ids.flatMap((id) => [jobs.ask('counting', id), jobs.ask('counting', id)]));
    await until(async () => (await Promise.all(ids.map(countedTo))).every((n) => n === 4));
    const each = await Promise.all(ids.map(takenOf));
    expect(each.map((taken) => taken.length)).toEqual(ids.map(() => 1));
    expect(new Set(each.flat().map(({ pid }) => pid))).toEqual(new Set(workers.map(({ pid }) => pid)));
    expect(errors).toEqual([]);
  });

  /** Two workers, and of them the one who has begun to count. */
  async function begun(id: string) {
    const workers = await Promise.all([startWorker(), startWorker()]);
    await jobs.ask('counting', id);
    await until(async () => (await countedTo(id)) > 5);
    const [pid] = await pidsOf(id);
    const [at, other] = workers[0].pid === pid ? workers : workers.toReversed();
    if (at === undefined || other === undefined) throw new Error('nobody works');
    return { at, other };
  }

  test('one whose process is killed is taken up by another, from where its row stands', async () => {
    const id = await put(60);
    const { at, other } = await begun(id);
    at.kill('SIGKILL');
    await until(async () => (await countedTo(id)) === 60, 50_000);
    // The primary key of `step` would have refused a step done twice.
    expect((await pidsOf(id)).toSorted()).toEqual([at.pid, other.pid].toSorted());
  });

  test('one whose process is told to stop goes on elsewhere within seconds', async () => {
    const id = await put(60);
    const { at, other } = await begun(id);
    const ended = once(at, 'exit');
    at.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(await countedTo(id)).toBeLessThan(60);
    await until(async () => (await pidsOf(id)).includes(other.pid), 20_000);
    await until(async () => (await countedTo(id)) === 60);
  });

  test('a row at work without a job, as after a restored backup, is found at the start', async () => {
    const id = await put(3);
    await startWorker();
    await until(async () => (await countedTo(id)) === 3);
  });

  test('one that fails again and again is given up, and its row says so', async () => {
    const worker = await startWorker();
    const id = await put(3, true);
    await jobs.ask('counting', id);
    await until(async () => (await takenOf(id)).length >= 2);
    // Its last try is now: the eleven before it would take minutes.
    await until(async () => {
      const { rows } = await sql`
        UPDATE ${sql.id(jobsSchema)}.job SET retry_count = retry_limit - 1, start_after = now()
         WHERE name = 'counting' AND state = 'retry' RETURNING id`.execute(db);
      return rows.length === 1;
    });
    await until(
      async () =>
        (await rowsOf(sql<{ failed: boolean }>`SELECT failed FROM counted WHERE id = ${id}`))[0]?.failed ===
        true,
      40_000,
    );
    expect(worker.exitCode).toBeNull();
    expect((await queue.counts()).map(({ kind }) => kind)).toContain('counting');
  });

  test('what comes by the clock is done by one of them, once', async () => {
    await Promise.all([startWorker(), startWorker()]);
    await Promise.all([jobs.runNow('nightly'), jobs.runNow('nightly')]);
    await until(async () => (await takenOf('nightly')).length > 0);
    expect(await takenOf('nightly')).toHaveLength(1);
    const planned = await rowsOf(
      sql<{
        key: string;
        cron: string;
        timezone: string;
      }>`SELECT key, cron, timezone FROM ${sql.id(jobsSchema)}.schedule`,
    );
    expect(planned).toEqual([{ key: `${schema}/nightly`, cron: '0 4 1 1 *', timezone: 'Asia/Shanghai' }]);
  });
});
