import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { upgradeCommand } from '../../src/cli/backup.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { restoreBackup } from '../../src/platform/backup/restore.ts';
import { migrate, pendingMigrations } from '../../src/platform/migrate.ts';
import { root } from '../../src/platform/root.ts';
import { emptyPlace, folder, schema } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

test('an upgrade backs up first, and its backup brings back what was before it', async () => {
  const names = readdirSync(join(root, 'migrations')).sort();
  const [before, last] = [names.at(-2) ?? '', names.at(-1) ?? ''];
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
