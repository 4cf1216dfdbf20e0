import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { upgradeCommand } from '../../src/cli/backup.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { restoreBackup } from '../../src/platform/backup/restore.ts';
import { FIRST_NODE, withDirectory } from '../../src/platform/directory.ts';
import { migrate, pendingMigrations } from '../../src/platform/migrate.ts';
import { root } from '../../src/platform/root.ts';
import { emptyPlace, folder, schema } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
const names = readdirSync(join(root, 'migrations')).sort();
const [before, last] = [names.at(-2) ?? '', names.at(-1) ?? ''];

test('an upgrade backs up first, and its backup brings back what was before it', async () => {
  const old = await emptyPlace(inject('databaseServer'));
  await migrate(old.url, { schema, upTo: before, walls: false });
  expect(await pendingMigrations(old.url, { schema })).toEqual([last]);
  const place = folder();
  vi.stubEnv('DATABASE_URL', old.url);
  vi.stubEnv('QINGLAN_DATA', old.dataDir);
  await upgradeCommand([place]);
  expect(await pendingMigrations(old.url, { schema })).toEqual([]);
  const found = await findBackup(place, {});
  expect(found.manifest.migrations.at(-1)?.name).toBe(before);
  const again = await emptyPlace(inject('databaseServer'));
  await restoreBackup(found, async (bytes) => bytes, again);
  expect(await pendingMigrations(again.url, { schema })).toEqual([last]);
  // Once more there is nothing to do, and no second backup.
  await upgradeCommand([place]);
  expect((await findBackup(place, {})).name).toBe(found.name);
});

test('every authority of the directory is upgraded that is behind, each after a backup of all of them', async () => {
  const { url, dataDir } = await emptyPlace(inject('databaseServer'));
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('QINGLAN_DATA', dataDir);
  const behind = [schema, 'north'];
  for (const name of behind) await migrate(url, { schema: name, upTo: before, walls: false });
  await migrate(url, { schema: 'south' });
  await withDirectory(url, async (records) => {
    for (const name of [...behind, 'south'])
      await records.insert({ name, schema: name, hosts: [], path: name, node: FIRST_NODE });
  });
  const pending = (name: string) => pendingMigrations(url, { schema: name });

  // One whose node nobody knows: nothing is done to any of them.
  await withDirectory(url, (records) =>
    records.insert({ name: 'away', schema: 'away', hosts: [], path: 'away', node: 'unknown' }),
  );
  const place = folder();
  await expect(upgradeCommand([place])).rejects.toThrow('QINGLAN_NODES names no node unknown');
  expect(readdirSync(place)).toEqual([]);
  await withDirectory(url, (records) => records.remove('away'));

  // One that cannot be backed up: the other, whose backup is there, is not upgraded either.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('ALTER TABLE north.audit_head RENAME TO hidden');
  await expect(upgradeCommand([place])).rejects.toThrow('No backup of north, nothing is upgraded');
  expect([await pending(schema), await pending('north')]).toEqual([[last], [last]]);
  await client.query('ALTER TABLE north.hidden RENAME TO audit_head');
  await client.end();

  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const all = folder();
  await upgradeCommand([all]);
  expect(said.join('')).toContain('2 of 3 authorities are upgraded');
  expect(readdirSync(all).toSorted()).toEqual(behind.toSorted());
  for (const name of behind) {
    expect(await pending(name)).toEqual([]);
    expect((await findBackup(join(all, name), {})).manifest.migrations.at(-1)?.name).toBe(before);
  }
});
