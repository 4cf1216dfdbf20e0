import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { readTables } from '../../scripts/describe-schema.ts';
import { migrate, pendingMigrations } from '../../src/platform/migrate.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { root } from '../../src/platform/root.ts';
import { brokenLinkIn, contents } from '../backup/support.ts';
import { query } from '../platform/support/faults.ts';
import { prepareCast } from './support/load.ts';
import { buildOnce, dataFolder, serve } from './support/served.ts';
import { sized } from './support/size.ts';

/* Migrations, backups and restores that are killed half way, by kill -9 of the program that people run. */

beforeAll(buildOnce, 300_000);

const environment = (settings: Readonly<Record<string, string>>) => ({ PATH: process.env.PATH, ...settings });
const command = (args: readonly string[], settings: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    env: environment(settings),
    encoding: 'utf8',
  });

/** Starts a command and kills it after a while; whether it had ended by then. */
async function killed(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  after: number,
): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    env: environment(settings),
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const done = await Promise.race([ended.then(() => true), wait(after, false)]);
  child.kill('SIGKILL');
  await ended;
  return done;
}

/** How many migrations a schema has had; 0 where it has not begun. */
async function migrationsDone(url: string, schema: string): Promise<number> {
  const [ledger] = await query<{ there: boolean }>(
    url,
    `SELECT to_regclass('${schema}.migration') IS NOT NULL AS there`,
  );
  if (ledger?.there !== true) return 0;
  const [row] = await query<{ done: number }>(url, `SELECT count(*)::int AS done FROM ${schema}.migration`);
  return row?.done ?? 0;
}

test(
  `a migration killed half way, ${sized(2, 40)} times: the next start applies what is left, and the schema is whole`,
  async () => {
    const folder = dataFolder();
    const server = await startEmbedded({ dataDir: folder, durable: false });
    const tablesOf = async (schema: string) => {
      const pool = new pg.Pool({
        connectionString: server.url,
        options: `-c search_path=${schema},extensions`,
      });
      const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
      const tables = await readTables(db).finally(() => db.destroy());
      return JSON.parse(JSON.stringify(tables).replaceAll(`${schema}.`, '')) as unknown;
    };
    await migrate(server.url, { schema: 'whole' });
    const all = (await pendingMigrations(server.url, { schema: 'none' })).length;
    const asItShouldBe = await tablesOf('whole');
    let half = 0;
    for (let n = 0; n < sized(2, 40); n += 1) {
      const schema = `killed_${n}`;
      const script = `import { migrate } from ${JSON.stringify(join(root, 'src/platform/migrate.ts'))};
        await migrate(process.argv[1], { schema: process.argv[2] });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, server.url, schema], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const ended = once(child, 'exit');
      // Each at its own count of migrations done, and somewhere in the next; the first soon after the beginning.
      const reached = Math.floor(((n + Math.random()) / sized(2, 40)) * all);
      while (child.exitCode === null && (await migrationsDone(server.url, schema)) <= reached) await wait(1);
      await wait(Math.random() * 30);
      child.kill('SIGKILL');
      await ended;
      const left = await migrate(server.url, { schema });
      if (left.length > 0 && left.length < all) half += 1;
      expect(await tablesOf(schema)).toEqual(asItShouldBe);
      await query(server.url, `DROP SCHEMA ${schema} CASCADE`);
    }
    expect(half).toBeGreaterThan(0);
    await server.stop();
  },
  sized(2, 40) * 20_000,
);

test(
  `a backup and a restore killed half way, ${sized(2, 30)} times each: nothing passes for whole that is not`,
  async () => {
    const dataDir = dataFolder();
    await prepareCast(dataDir, 30);
    const place = join(dataFolder(), 'backups');
    const from = { QINGLAN_DATA: dataDir };
    const server = await startEmbedded({ dataDir });
    const rows = await contents(server.url);
    const began = performance.now();
    expect(command(['backup', place], from).status).toBe(0);
    const whole = performance.now() - began;
    for (let n = 0; n < sized(2, 30); n += 1) {
      await killed(['backup', place], from, whole * (0.3 + Math.random() * 0.8));
      // The newest that verify finds is whole, whatever the killed one left beside it.
      const verified = command(['verify', place], {});
      expect(verified.stderr + verified.stdout).toContain('is whole');
    }
    expect(command(['backup', place], from).status).toBe(0);
    const kept = readdirSync(join(place, 'qinglan')).filter((name) => name !== 'files');
    expect(kept.every((name) => existsSync(join(place, 'qinglan', name, 'manifest.json')))).toBe(true);
    await server.stop();

    const there = dataFolder();
    const onto = { QINGLAN_DATA: there };
    const target = await startEmbedded({ dataDir: there });
    let times = 0;
    for (let n = 0; n < sized(2, 30); n += 1) {
      const done = await killed(['restore', place], onto, 200 + Math.random() * 1000);
      const people = await query<{ there: boolean }>(
        target.url,
        "SELECT to_regclass('qinglan.person') IS NOT NULL AS there",
      );
      if (people[0]?.there === true) {
        // It had come to its end: then it is all there. Away with it, and again.
        expect(await contents(target.url)).toMatchObject({ person: rows.person });
        await query(target.url, 'DROP SCHEMA qinglan CASCADE');
      } else {
        times += 1;
        expect(done).toBe(false);
      }
      await wait(200); // The server notices that the other end is gone.
    }
    expect(times).toBeGreaterThan(0);
    const restored = command(['restore', place], onto);
    expect(restored.stdout, restored.stderr).toContain('Restored');
    const { session: _, ...before } = rows;
    expect(await contents(target.url)).toMatchObject(before);
    expect(await brokenLinkIn(target.url)('qinglan')).toBeNull();
    await target.stop();
  },
  sized(2, 30) * 60_000,
);

test('two starts on one folder: one serves, the other says where', async () => {
  const dataDir = dataFolder();
  await prepareCast(dataDir, 1);
  const starts = await Promise.allSettled([serve(dataDir), serve(dataDir)]);
  const serving = starts.filter((one) => one.status === 'fulfilled');
  const refused = starts.filter((one) => one.status === 'rejected');
  expect(serving).toHaveLength(1);
  expect(String(refused[0]?.reason)).toMatch(/already runs on .*; it/);
  await serving[0]?.value.stop();
});
