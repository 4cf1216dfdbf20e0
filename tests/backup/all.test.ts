import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { backupCommand, verifyCommand } from '../../src/cli/backup.ts';
import { folderOf } from '../../src/house.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { lastVerification } from '../../src/platform/backup/verified.ts';
import { readConfig } from '../../src/platform/config.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { FIRST_NODE, withDirectory } from '../../src/platform/directory.ts';
import { folderFiles } from '../../src/platform/files.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { emptyPlace, fillAuthority, folder, schema } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

test('one command backs up every authority, with its own files, and goes on when one cannot be reached', async () => {
  const { url, dataDir } = await emptyPlace(inject('databaseServer'));
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('QINGLAN_DATA', dataDir);
  const config = readConfig(process.env);
  const all = [schema, 'north'];
  for (const name of all) {
    await migrate(url, { schema: name });
    const db = openDatabase(url, { schema: name, max: 2 });
    await fillAuthority(db, folderFiles(join(folderOf(config, name), 'files')));
    await db.destroy();
  }
  const place = folder();
  // Before anything has been started there is no directory: the authority of the settings alone.
  await backupCommand([place]);
  expect(readdirSync(place)).toEqual([schema]);

  await withDirectory(url, async (records) => {
    for (const name of all)
      await records.insert({ name, schema: name, hosts: [], path: name, node: FIRST_NODE });
  });
  const everyone = folder();
  await backupCommand([everyone]);
  expect(readdirSync(everyone).toSorted()).toEqual(all.toSorted());
  for (const name of all) {
    const found = await findBackup(join(everyone, name), {});
    expect([name, found.manifest.files.count, found.manifest.files.missing]).toEqual([name, 5, []]);
    expect(await lastVerification(found.target, found.name)).toBeNull();
    await verifyCommand([join(everyone, name)]);
    expect((await lastVerification(found.target, found.name))?.wrong).toBeNull();
  }

  const north = folder();
  await backupCommand([north, '--authority', 'north']);
  expect(readdirSync(north)).toEqual(['north']);
  await expect(backupCommand([north, '--authority', 'south'])).rejects.toThrow('no authority south');

  await withDirectory(url, (records) =>
    records.insert({ name: 'away', schema: 'away', hosts: [], path: 'away', node: 'unknown' }),
  );
  const most = folder();
  await expect(backupCommand([most])).rejects.toThrow('Not backed up: away');
  expect(readdirSync(most).toSorted()).toEqual(all.toSorted());
});
