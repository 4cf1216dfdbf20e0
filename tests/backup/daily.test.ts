import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBackup } from '../../src/platform/backup/read.ts';
import { backupSchedule } from '../../src/platform/backup/settings.ts';
import { verifyBackup } from '../../src/platform/backup/verify.ts';
import { readConfig } from '../../src/platform/config.ts';
import { atWork } from '../../src/platform/services.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { fillAuthority, folder } from './support.ts';

const { db } = await testDatabase();

test('the daily backup is made at its time where the settings say, and old ones go', async () => {
  const place = join(folder(), 'backups');
  const { services, setNow } = testApp(db);
  await fillAuthority(db, services.files);
  const { backup } = readConfig({
    QINGLAN_BACKUP: place,
    QINGLAN_BACKUP_AT: '02:05',
    QINGLAN_BACKUP_KEEP: '2,0,0',
  });
  const config = { ...services.config, backup };
  const [schedule, ...others] = backupSchedule(config);
  expect(others).toEqual([]);
  expect(schedule?.cron).toBe('5 2 * * *');
  for (const day of ['23', '24', '25']) {
    setNow(`2026-11-${day}T18:05:00Z`);
    await schedule?.run(atWork({ ...services, config }, 'backup'), new AbortController().signal);
  }
  const { name, target, manifest } = await findBackup(place, {});
  expect(name).toBe('20261125T180500Z');
  expect((await target.folders()).toSorted()).toEqual(['20261124T180500Z', name, 'files']);
  await verifyBackup({ name, target, manifest }, async (bytes) => bytes);
});

test('a process that stops leaves no backup behind', async () => {
  const place = folder();
  const { services } = testApp(db);
  const { backup } = readConfig({ QINGLAN_BACKUP: place });
  const config = { ...services.config, backup };
  const stopped = new AbortController();
  stopped.abort();
  await expect(
    backupSchedule(config)[0]?.run(atWork({ ...services, config }, 'backup'), stopped.signal),
  ).rejects.toThrow('stopped before the job was done');
  await expect(findBackup(place, {})).rejects.toThrow('holds no finished backup');
});

test('without a place there is none', () => {
  expect(backupSchedule(readConfig({}))).toEqual([]);
});
