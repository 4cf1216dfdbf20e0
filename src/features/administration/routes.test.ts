import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../tests/support/world.ts';
import { createApp } from '../../app.ts';
import { runBackup } from '../../platform/backup/backup.ts';
import { findBackup } from '../../platform/backup/read.ts';
import { openPlace } from '../../platform/backup/settings.ts';
import { verifyAndNote } from '../../platform/backup/verified.ts';
import { keepFault } from '../../platform/faults.ts';
import { newId } from '../../platform/ids.ts';
import { openQueue } from '../../platform/jobs/queue.ts';
import { atWork } from '../../platform/services.ts';
import { backupsOf, openSystem, storageDay } from '../../platform/system.ts';
import { submissionField } from '../../web/viewer.ts';

const { db, url, schema } = await testDatabase();
const kept = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

describe('the system page', () => {
  test('is for administrators alone, and shows state, storage and sessions before the queue has ever started', async () => {
    const page = await (await kept.as(world.administrator)).get('/admin');
    expect(page.status).toBe(200);
    const html = await page.text();
    for (const text of [
      '系统运行',
      '登录中的会话',
      'PostgreSQL',
      '没有自动备份',
      '没有在等待、进行或失败的任务',
    ])
      expect(html).toContain(text);
    expect((await (await kept.as(world.cityOffice)).get('/admin')).status).toBe(403);
    expect((await (await kept.as(world.auditor)).get('/admin')).status).toBe(403);
  });

  test('shows errors with how often they came and the number of the latest, and no name', async () => {
    const error = new Error('李华 cannot be found');
    const at = kept.services.clock();
    for (const request of ['one', 'two'])
      await keepFault(db, { error, route: '/people/:person', request, at });
    const html = await (await (await kept.as(world.administrator)).get('/admin?lang=en')).text();
    expect(html).toContain('/people/:person');
    expect(html).toContain('two');
    expect(html).toContain('There were errors in the last day');
    expect(html).not.toContain('李华');
  });

  test('shows growth day by day, once a night has noted it', async () => {
    await storageDay.run(atWork(kept.services, storageDay.name), new AbortController().signal);
    await storageDay.run(atWork(kept.services, storageDay.name), new AbortController().signal);
    const { days } = await kept.services.system.state();
    expect(days).toHaveLength(1);
    expect(days[0]?.database).toBeGreaterThan(100_000);
  });

  test('shows each backup of this authority and how it was found when it was last read back', async () => {
    const { dataDir, timeZone } = kept.services.config;
    const place = join(dataDir, 'backups');
    const target = openPlace(place);
    for (const hour of ['01', '02', '03']) {
      const clock = () => new Date(`2026-11-23T${hour}:15:00Z`);
      await runBackup(
        { url, schema, dataDir, files: kept.services.files, version: 'x', clock },
        { target, lock: null },
      );
    }
    const plain = async (bytes: Uint8Array) => bytes;
    const read = async (name: string) =>
      await verifyAndNote(await findBackup(`${place}/${schema}/${name}`, {}), plain, {
        now: new Date('2026-11-23T04:00:00Z'),
        tell: () => undefined,
        unnoted: () => expect.unreachable(),
      });
    await read('20261123T011500Z');
    const { target: own, manifest } = await findBackup(`${place}/${schema}/20261123T021500Z`, {});
    const part = manifest.tables.flatMap(({ parts }) => parts)[0]?.name ?? '';
    await own.put(part, Buffer.from('damaged'));
    await expect(read('20261123T021500Z')).rejects.toThrow();
    const config = { ...kept.services.config, schema, timeZone };
    const backup = { ...config.backup, place };
    const found = await backupsOf({ ...config, backup });
    expect(found?.list?.map(({ verified }) => (verified === null ? null : verified.wrong === null))).toEqual([
      null,
      false,
      true,
    ]);
    const services = {
      ...kept.services,
      config: { ...config, backup },
      system: openSystem(() => ({ ...kept.services, config: { ...config, backup } })),
    };
    const cookie = await kept.cookie(world.administrator);
    const page = await createApp(services).request('/admin?lang=en', { headers: { cookie } });
    const html = await page.text();
    for (const text of ['not read back yet', ', damaged', ', whole']) expect(html).toContain(text);
  });

  test('shows what comes by the clock and how it went, and has it done now, on record', async () => {
    const queue = openQueue(url, { kinds: [], schedules: [storageDay], onError: () => undefined });
    try {
      await queue.work([{ ...kept.services, config: { ...kept.services.config, schema } }]);
      const office = await kept.as(world.administrator);
      expect(await (await office.get('/admin')).text()).toContain('每天 02:41');
      await queue.of(schema).runNow('storage-day');
      await expect
        .poll(async () => (await kept.services.system.state()).schedules[0]?.last?.state)
        .toBe('done');
      const form = { schedule: 'storage-day', [submissionField]: newId() };
      expect((await office.post('/admin/schedules', form)).status).toBe(303);
      await kept.jobsDone();
      // A double click has it done once.
      await db.deleteFrom('storage_day').execute();
      expect((await office.post('/admin/schedules', form)).status).toBe(303);
      await kept.jobsDone();
      expect(await db.selectFrom('storage_day').selectAll().execute()).toEqual([]);
      const entry = await db
        .selectFrom('audit')
        .select('after')
        .where('action', '=', 'system.run-now')
        .executeTakeFirst();
      expect(entry?.after).toEqual({ schedule: 'storage-day' });
      expect((await office.post('/admin/schedules', { schedule: 'no such' })).status).toBe(404);
    } finally {
      await queue.stop();
    }
  });
});
