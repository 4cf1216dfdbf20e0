import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Visitor } from '../../bench/http.ts';
import { newId } from '../../src/platform/ids.ts';
import { clusterProcesses } from '../../src/platform/postgres/processes.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { submissionField } from '../../src/web/viewer.ts';
import { type Cast, emptyLedger, faultsIn, prepareCast, startLoad } from './support/load.ts';
import { buildOnce, dataFolder, serve, untilWell } from './support/served.ts';
import { sized } from './support/size.ts';

const aside = mkdtempSync(join(tmpdir(), 'qinglan-faults-journal-'));
afterAll(() => rmSync(aside, { recursive: true, force: true }));
const journal = join(aside, 'journal');
beforeAll(buildOnce, 300_000);

const claim = () => ({
  type: 'open-class',
  title: `公开课 ${newId()}`,
  happenedOn: '2026-10-12',
  level: 'county',
  [submissionField]: newId(),
});

/** What each of many requests is answered, with how long it took in seconds. */
async function ask(
  address: string,
  cast: Cast,
  count: number,
): Promise<{ status: number; seconds: number }[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const began = performance.now();
      const who = cast.teachers[n % cast.teachers.length];
      const reply =
        n % 2 === 0
          ? await new Visitor(address, who).get('/records')
          : await new Visitor(address, who).post('/records/new', claim());
      if (reply.status === 503) expect(reply.text()).toMatch(/重复|再试|再提交/);
      return { status: reply.status, seconds: (performance.now() - began) / 1000 };
    }),
  );
}

describe('the database is gone', () => {
  test(`for ${sized(3, 60)} s without a word: requests wait, some are told to come again, and all is well afterwards`, async () => {
    const dataDir = dataFolder();
    const cast = await prepareCast(dataDir, 4);
    const served = await serve(dataDir);
    const cluster = join(dataDir, 'postgres/cluster');
    const stopped = clusterProcesses(cluster, served.databasePid());
    expect(stopped.length).toBeGreaterThan(3);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    const answers = ask(served.address, cast, 40);
    await wait(sized(3, 60) * 1000);
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    const done = await answers;
    for (const { status, seconds } of done) {
      expect([200, 303, 503]).toContain(status);
      // Half a minute in the line for a connection, then an answer; or what was begun is done afterwards. More on a slow machine.
      expect(seconds).toBeLessThan(sized(3, 60) + 120);
    }
    await untilWell(served);
    expect(
      (await ask(served.address, cast, 10)).map(({ status }) => status).filter((one) => one === 503),
    ).toEqual([]);
    expect(await faultsIn(served.databaseUrl(), emptyTolerant())).toEqual([]);
    await served.stop();
  }, 240_000);

  test('and refuses connections: every request is answered 503 at once, with words; it comes back and so do we', async () => {
    const folder = dataFolder();
    const cast = await prepareCast(folder, 4);
    let database = await startEmbedded({ dataDir: folder });
    const served = await serve(dataFolder(), { DATABASE_URL: database.url });
    expect((await ask(served.address, cast, 4)).every(({ status }) => status !== 503)).toBe(true);
    await database.stop();
    const began = performance.now();
    const away = await ask(served.address, cast, 30);
    expect(new Set(away.map(({ status }) => status))).toEqual(new Set([503]));
    expect(performance.now() - began).toBeLessThan(60_000);
    database = await startEmbedded({ dataDir: folder });
    await untilWell(served);
    expect((await ask(served.address, cast, 10)).filter(({ status }) => status === 503)).toEqual([]);
    await served.stop();
    await database.stop();
  });
});

/** Files of a megabyte until no more fits, however fast others write meanwhile. */
function fill(ballast: string): void {
  try {
    for (let n = 0; ; n += 1) writeFileSync(`${ballast}.${n}`, Buffer.alloc(1024 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Here the titles are nobody's ledger: only that each is whole and there once. */
function emptyTolerant() {
  const ledger = emptyLedger();
  return { ...ledger, sent: { has: () => true } as unknown as Set<string> };
}

const mayMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.runIf(mayMount)(
  `the disk is full${mayMount ? '' : ' (left out: this user may not mount a small file system)'}`,
  () => {
    test('writes are refused with words, nothing acknowledged is lost, and with room again all goes on', async () => {
      const disk = join(dataFolder(), 'disk');
      mkdirSync(disk);
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0711', 'tmpfs', disk]).status).toBe(0);
      try {
        const dataDir = join(disk, 'data');
        const cast = await prepareCast(dataDir, sized(6, 20));
        const ledger = emptyLedger();
        let served = await serve(dataDir);
        for (let time = 0; time < sized(1, 5); time += 1) {
          const load = startLoad(cast, () => served.address, ledger, journal, 6);
          await wait(300);
          // Where new pages, new parts of the log and uploads go, there is no byte left.
          const ballast = join(disk, 'ballast');
          fill(ballast);
          expect(statfsSync(disk).bavail * statfsSync(disk).bsize).toBeLessThan(1024 * 1024);
          const uploads = await Promise.all(
            cast.teachers.map(async (who) => {
              const body = new FormData();
              for (const [name, value] of Object.entries({
                ...claim(),
                _csrf: who.csrf,
                title: `讲座 ${newId()}`,
              }))
                body.set(name, value);
              body.set('evidence', new File([`%PDF-1.7\n${'x'.repeat(3_000_000)}`], '证书.pdf'));
              return await fetch(`${served.address}/records/new`, {
                method: 'POST',
                body,
                redirect: 'manual',
                headers: { cookie: `qinglan_session=${who.token}`, origin: served.address },
              }).then(
                ({ status }) => status,
                () => 0,
              );
            }),
          );
          expect(uploads.filter((status) => status !== 503 && status !== 0)).toEqual([]);
          await wait(sized(1500, 4000));
          spawnSync('/bin/sh', ['-c', `rm -f "${ballast}"*`]);
          // A database that could not even write its log has ended, and Qinglan with it, loudly.
          const gone = await Promise.race([served.ended.then(() => true), wait(sized(1500, 9000), false)]);
          if (gone) served = await serve(dataDir);
          await untilWell(served);
          await wait(500);
          await load.stop();
          expect(await faultsIn(served.databaseUrl(), ledger)).toEqual([]);
        }
        expect(ledger.kept.size).toBeGreaterThan(0);
        await served.stop();
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    }, 240_000);
  },
);
