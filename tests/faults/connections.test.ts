import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedDatabase, startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { openProxy } from '../support/proxy.ts';
import { type Cast, emptyLedger, faultsIn, prepareCast, startLoad } from './support/load.ts';
import { buildOnce, dataFolder, serve, untilWell } from './support/served.ts';
import { sized } from './support/size.ts';

/* A PostgreSQL behind a wire, and people behind another: both slow at times and cut at times. */

const CUTS = sized(6, 60);
const folder = dataFolder();
const aside = mkdtempSync(join(tmpdir(), 'qinglan-faults-journal-'));
afterAll(() => rmSync(aside, { recursive: true, force: true }));

let cast: Cast;
let database: EmbeddedDatabase;
beforeAll(async () => {
  buildOnce();
  cast = await prepareCast(folder, sized(6, 20));
  database = await startEmbedded({ dataDir: folder });
}, 300_000);
afterAll(() => database.stop());

const socketOf = (url: string) => ({ path: `${new URL(url).searchParams.get('host')}/.s.PGSQL.5432` });

test(
  'slow and cut connections to the database and to the app lose nothing and double nothing',
  async () => {
    const toDatabase = await openProxy(socketOf(database.url));
    const served = await serve(dataFolder(), {
      DATABASE_URL: `postgresql://qinglan@127.0.0.1:${toDatabase.port}/qinglan`,
    });
    const { port } = new URL(served.address);
    const toApp = await openProxy({ host: '127.0.0.1', port: Number(port) });
    const ledger = emptyLedger();
    let cut = 0;
    for (let round = 0; round < CUTS; round += 1) {
      const load = startLoad(cast, () => `http://127.0.0.1:${toApp.port}`, ledger, join(aside, 'journal'), 6);
      toDatabase.slow(round % 3 === 0 ? 15 : 0);
      toApp.slow(round % 3 === 1 ? 40 : 0);
      await wait(150 + Math.random() * 700);
      cut += round % 2 === 0 ? toDatabase.cut() : toApp.cut();
      await wait(100);
      if (round % 5 === 0) cut += toDatabase.cut() + toApp.cut();
      toDatabase.slow(0);
      toApp.slow(0);
      await untilWell(served);
      await wait(200);
      await load.stop();
      expect(await faultsIn(database.url, ledger), `after cut ${round}`).toEqual([]);
    }
    expect(cut).toBeGreaterThan(CUTS);
    expect(ledger.kept.size).toBeGreaterThan(CUTS);
    await toApp.close();
    await served.stop();
    await toDatabase.close();
  },
  CUTS * 20_000,
);
