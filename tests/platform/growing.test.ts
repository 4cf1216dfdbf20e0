import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { openHouse } from '../../src/house.ts';
import { readConfig } from '../../src/platform/config.ts';
import { nextNumber } from '../../src/platform/counter.ts';
import { openDatabase, transaction } from '../../src/platform/database.ts';
import { FIRST_NODE, openDirectory, withDirectory } from '../../src/platform/directory.ts';
import type { JobKind } from '../../src/platform/jobs/kinds.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import { jobsSchema } from '../../src/platform/jobs/schema.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { moveAuthority } from '../../src/platform/move.ts';
import { openNode } from '../../src/platform/nodes.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { start } from '../../src/start.ts';
import { freePort } from '../faults/support/served.ts';
import { testDatabase } from '../support/database.ts';
import { temporaryFolder, until } from './support/faults.ts';

/*
 * Authorities that come, go and move while Qinglan serves.
 */

describe('while Qinglan serves', async () => {
  const { db, url } = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-test-growing-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a new authority is served with its nights and its jobs, and a removed one no longer', async () => {
    const running = await start(
      readConfig({
        DATABASE_URL: url,
        QINGLAN_DATA: folder,
        QINGLAN_DEMO: '0',
        QINGLAN_LOG: 'silent',
        PORT: String(await freePort()),
      }),
      async () => undefined,
    );
    try {
      const page = async () => (await fetch(`${running.address}/west/public`)).status;
      const planned = async () => {
        const { rows } = await sql<{ key: string }>`
          SELECT data->>'kind' AS key FROM ${sql.id(jobsSchema, 'schedule')}
           WHERE data->>'authority' = 'west'`.execute(db);
        return rows.map(({ key }) => key).toSorted();
      };
      // With neither host nor path the first one answers everywhere; it knows no such page.
      expect(await page()).toBe(404);
      await migrate(url, { schema: 'west' });
      await withDirectory(url, (records) =>
        records.insert({ name: 'west', schema: 'west', hosts: [], path: 'west', node: FIRST_NODE }),
      );
      await until(async () => (await page()) === 200);
      await until(async () => (await planned()).includes('audit-day'));
      const west = openDatabase(url, { schema: 'west', max: 1 });
      try {
        // Its chain knows the key that signs its heads.
        await until(
          async () =>
            (await sql`SELECT 1 FROM audit WHERE action = 'audit.key-made'`.execute(west)).rows.length === 1,
        );
      } finally {
        await west.destroy();
      }
      await withDirectory(url, (records) => records.remove('west'));
      await until(async () => (await planned()).length === 0);
      expect(await page()).toBe(404);
    } finally {
      await running.stop();
    }
  });
});

const MOVING = 'moving';

test('jobs end before their authority moves, new ones begin where it is then; with jobs that do not end it stays', async () => {
  const servers = [
    await startEmbedded({ dataDir: temporaryFolder() }),
    await startEmbedded({ dataDir: temporaryFolder() }),
  ] as const;
  const [from, to] = [servers[0].url, servers[1].url];
  const nodes = new Map([
    [FIRST_NODE, openNode(from, { max: 2, ownerMax: 4 })],
    ['second', openNode(to, { max: 2, ownerMax: 4 })],
  ]);
  const begun: string[] = [];
  const done: string[] = [];
  const held = new Map<string, PromiseWithResolvers<void>>();
  const hold = (id: string) => {
    const found = held.get(id) ?? Promise.withResolvers<void>();
    held.set(id, found);
    return found;
  };
  /** Begins, waits until it is let go on, and counts. */
  const counting: JobKind = {
    name: 'counting',
    atOnce: 4,
    async run({ owner: db }, id) {
      begun.push(id);
      await hold(id).promise;
      await transaction(db, (tx) => nextNumber(tx, id));
      done.push(id);
    },
    unfinished: async () => [],
    giveUp: async () => undefined,
  };
  await migrate(from, { schema: MOVING });
  await withDirectory(from, (records) =>
    records.insert({ name: MOVING, schema: MOVING, hosts: [], path: null, node: FIRST_NODE }),
  );
  const directory = await openDirectory(from, { onError: () => undefined });
  const queue = openQueue(from, {
    kinds: [counting],
    schedules: [],
    onError: () => undefined,
    settled: (authority) => directory.settledAnew(authority),
  });
  const house = openHouse({
    config: { ...readConfig({ QINGLAN_DATA: temporaryFolder() }), logLevel: 'silent' },
    directory,
    nodes,
    log: pino({ level: 'silent' }),
    jobsOf: (schema) => queue.of(schema),
    clock: () => new Date(),
  });
  const counted = async (url: string, schema: string) => {
    const db = openDatabase(url, { schema, max: 1 });
    try {
      return (await db.selectFrom('counter').select('name').orderBy('name').execute()).map(
        ({ name }) => name,
      );
    } finally {
      await db.destroy();
    }
  };
  try {
    const services = house.of(MOVING);
    await queue.work([services]);
    const said: string[] = [];
    const move = (jobsMs?: number) =>
      moveAuthority({
        directoryUrl: from,
        name: MOVING,
        schema: MOVING,
        from,
        to: { node: 'second', url: to },
        say: (message) => said.push(message),
        ...(jobsMs === undefined ? {} : { jobsMs }),
      });
    await services.jobs.ask('counting', 'a');
    await until(() => begun.includes('a'));
    await expect(move(200)).rejects.toThrow('it stays where it is, and nothing was changed');
    expect(directory.list()).toMatchObject([{ node: FIRST_NODE, state: 'serving' }]);

    said.length = 0;
    const moving = move();
    await until(() => said.includes('Jobs are at work; waiting until they have ended'));
    await services.jobs.ask('counting', 'b');
    hold('b').resolve();
    // Its lock is asked for behind that of the move.
    await until(async () => {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`.execute(
        services.db,
      );
      return rows[0]?.n === 2;
    });
    expect([begun, done]).toEqual([['a'], []]);
    hold('a').resolve();
    const { left } = await moving;
    await until(() => done.includes('b'));
    expect([begun, done]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect([await counted(from, left), await counted(to, MOVING)]).toEqual([['a'], ['a', 'b']]);
  } finally {
    for (const one of held.values()) one.resolve();
    await queue.stop();
    await directory.close();
    await Promise.all([...nodes.values()].map((node) => node.close()));
    for (const server of servers) await server.stop();
  }
});
