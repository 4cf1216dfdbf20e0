import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { loadDemo } from '../demo/load.ts';
import { RECORDS_EACH } from '../demo/teacher.ts';
import { jobKinds, schedules } from '../src/jobs.ts';
import { readConfig } from '../src/platform/config.ts';
import { type Db, openDatabase } from '../src/platform/database.ts';
import { openDoors, openWorks } from '../src/platform/doors.ts';
import { folderFiles } from '../src/platform/files.ts';
import { directJobs } from '../src/platform/jobs/direct.ts';
import { migrate } from '../src/platform/migrate.ts';
import { jobsAt, openNode, webAt } from '../src/platform/nodes.ts';
import { startEmbedded } from '../src/platform/postgres/supervisor.ts';
import type { Services } from '../src/platform/services.ts';
import { openSystem } from '../src/platform/system.ts';
import { cpuSeconds } from './cpu.ts';

export interface Figures {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds of `n` runs, after a tenth as many to warm up. */
export async function timed(n: number, run: (index: number) => Promise<unknown>): Promise<Figures> {
  for (let i = 0; i < Math.ceil(n / 10); i += 1) await run(i);
  const times: number[] = [];
  for (let i = 0; i < n; i += 1) {
    const start = performance.now();
    await run(i);
    times.push(performance.now() - start);
  }
  return figures(times);
}

export function figures(times: readonly number[]): Figures {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

export const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));
export const line = (name: string, f: Figures): string =>
  `${name.padEnd(46)} p50 ${ms(f.p50).padStart(7)} ms  p95 ${ms(f.p95).padStart(7)} ms  p99 ${ms(f.p99).padStart(7)} ms  n ${f.n}`;

/** Time on the wall and processor time, database included, from here to the call of what it returns. */
export function stopwatch(): () => string {
  const [wall, cpu] = [performance.now(), cpuSeconds()];
  return () =>
    `${((performance.now() - wall) / 1000).toFixed(2)} s (${(cpuSeconds() - cpu).toFixed(2)} s of processor time)`;
}

/** The most memory this process has held, in MB. */
export const peakMemory = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

export interface BenchCity {
  readonly services: Services;
  readonly url: string;
  readonly teachers: number;
  close(): Promise<void>;
}

/** BENCH_DATA, which is kept, or a folder of this run's own. */
export function benchFolder(): { readonly path: string; remove(): void } {
  const kept = process.env.BENCH_DATA;
  const path = kept ?? mkdtempSync(join(tmpdir(), 'qinglan-bench-'));
  return {
    path,
    remove: () => {
      if (kept === undefined) rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * A city of `teachers` in an embedded server with the durability of production. A folder that holds people already is
 * used as it is, `--records 20` gives a new one fewer records; without one the city is gone when it is closed, unless BENCH_DATA names a folder to keep.
 */
export async function benchCity(teachers: number, rounds: boolean, given?: string): Promise<BenchCity> {
  const own = given === undefined ? benchFolder() : null;
  const folder = given ?? own?.path ?? '';
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711); // the database may run as another user
  const config = { ...readConfig({ QINGLAN_DATA: folder }), logLevel: 'silent' as const };
  const server = await startEmbedded({ dataDir: folder });
  await migrate(server.url, { schema: config.schema });
  const db = openDatabase(server.url, { schema: config.schema, max: 10 });
  const node = openNode(server.url);
  const services: Services = {
    config,
    jobs: directJobs(jobKinds, () => services, schedules),
    db,
    doors: openDoors(() => webAt(node, config.schema)),
    works: openWorks(() => jobsAt(node, config.schema)),
    files: folderFiles(join(folder, 'files')),
    log: pino({ level: 'silent' }),
    system: openSystem(() => services),
    reads: { note: () => undefined, flush: async () => undefined },
    clock: () => new Date(),
  };
  const someone = await db.selectFrom('person').select('id').limit(1).executeTakeFirst();
  if (someone === undefined) {
    const done = stopwatch();
    const records = option('records', RECORDS_EACH);
    await loadDemo(services, server.url, { teachers, seed: 'qinglan', rounds, records }, () => undefined);
    console.log(`demo city of ${teachers} teachers with about ${records} records each loaded: ${done()}`);
    await sql`VACUUM (ANALYZE)`.execute(db); // Else the server's own housekeeping shares the cores with what is measured.
  }
  return {
    services,
    url: server.url,
    teachers,
    async close() {
      await Promise.all([db.destroy(), node.close()]);
      await server.stop();
      own?.remove();
    },
  };
}

/** `--name value` of the command line as a number. */
export function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

/** The demo's open round of the city's programme (002-3), and the version of it. */
export const cityRound = (db: Db) =>
  db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .select([
      'round.id',
      'round.unit_id as unitId',
      'round.unit_path as unitPath',
      'round.as_of as asOf',
      'version.id as versionId',
      'version.digest',
      'round.numbers_digest as numbers',
      'version.source',
      'version.tables',
    ])
    .where('version.programme_id', 'like', '%/city-backbone-training')
    .where('round.state', '=', 'open')
    .executeTakeFirstOrThrow();
