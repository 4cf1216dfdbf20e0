import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processIdentity } from '../../src/platform/postgres/processes.ts';
import { query } from '../platform/support/faults.ts';
import { type Cast, emptyLedger, faultsIn, prepareCast, startLoad } from './support/load.ts';
import { buildOnce, dataFolder, type Served, serve, untilWell } from './support/served.ts';
import { sized } from './support/size.ts';

const CYCLES = sized(5, 200);
const WORKERS = 6;

const dataDir = dataFolder();
const aside = mkdtempSync(join(tmpdir(), 'qinglan-faults-journal-'));
afterAll(() => rmSync(aside, { recursive: true, force: true }));
let cast: Cast;

beforeAll(async () => {
  buildOnce();
  cast = await prepareCast(dataDir, sized(8, 40));
}, 300_000);

const stopped = (pid: number | null) => {
  if (pid !== null && processIdentity(pid) !== null) process.kill(pid, 'SIGKILL');
};

/** What is killed, each by kill -9, in turn. */
const KILLS: Readonly<Record<string, (served: Served) => Promise<boolean>>> = {
  'the app': async (served) => {
    await served.kill();
    return true;
  },
  'the database': async (served) => {
    stopped(served.databasePid());
    return false;
  },
  'one connection of the database': async (served) => {
    const url = served.databaseUrl();
    const rows = await query<{ pid: number }>(
      url,
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'qinglan' ORDER BY random() LIMIT 1",
    ).catch(() => []);
    stopped(rows[0]?.pid ?? served.databasePid());
    return false;
  },
  'the app and the database': async (served) => {
    stopped(served.databasePid());
    await served.kill();
    return true;
  },
  'the app, its guard and the database': async (served) => {
    for (const guard of served.guards()) stopped(guard);
    stopped(served.databasePid());
    await served.kill();
    return true;
  },
};

test(
  `${CYCLES} times kill -9 under load: nothing acknowledged is lost, nothing is doubled, no decision is half made`,
  async () => {
    const journal = join(aside, 'acknowledged.jsonl');
    const ledger = emptyLedger();
    const kinds = Object.entries(KILLS);
    let served = await serve(dataDir);
    let total = 0;
    let unanswered = 0;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const [what = '', kill] = kinds[cycle % kinds.length] ?? [];
      const load = startLoad(cast, () => served.address, ledger, journal, WORKERS);
      await wait(100 + Math.random() * 1400);
      const appIsGone = await kill?.(served);
      unanswered += load.open();
      if (appIsGone) served = await serve(dataDir);
      await untilWell(served);
      // Those without an answer send again; then everybody rests and the rows are looked at.
      await wait(200);
      await load.stop();
      total += load.acknowledged();
      const wrong = await faultsIn(served.databaseUrl(), ledger);
      expect(wrong, `after cycle ${cycle}, ${what}`).toEqual([]);
    }
    await served.stop();
    expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(total);
    // Kills that never hit anyone, or a load that wrote nothing, would show nothing.
    expect(unanswered).toBeGreaterThan(0);
    expect(ledger.kept.size).toBeGreaterThan(CYCLES);
    expect(ledger.submitted.size).toBeGreaterThan(0);
    console.log(`${CYCLES} kills: ${total} writes acknowledged, ${unanswered} caught without an answer`);
  },
  CYCLES * 20_000,
);
