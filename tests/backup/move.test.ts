import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { readTables } from '../../scripts/describe-schema.ts';
import { runBackup } from '../../src/platform/backup/backup.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { restoreBackup } from '../../src/platform/backup/restore.ts';
import { folderTarget } from '../../src/platform/backup/target.ts';
import { folderFiles } from '../../src/platform/files.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { testDatabase } from '../support/database.ts';
import { hasPostgres, startOther, withoutPostgres } from '../support/other-postgres.ts';
import { runOnServer, withDatabase } from '../support/server.ts';
import { contents, emptyPlace, fillAuthority, folder, schema, sourceOf } from './support.ts';

const { db, url } = await testDatabase();
const plain = async (bytes: Uint8Array) => bytes;
const everything = async (at: string) => {
  const { session: _, ...kept } = await contents(at);
  return kept;
};

describe.runIf(hasPostgres(15))(
  `moving to a PostgreSQL 15 of one’s own and back is a backup and a restore${withoutPostgres(15)}`,
  () => {
    test('there with a user who is no superuser, back with the same rows, keys and indexes', async () => {
      const dataDir = folder();
      const files = folderFiles(join(dataDir, 'files'));
      await fillAuthority(db, files);
      const own = await startOther(15);
      try {
        const there = await ownDatabase(own.url);
        const place = folder();
        await runBackup(sourceOf(url, files, dataDir), { target: folderTarget(place), lock: null });
        await restoreBackup(await findBackup(place, {}), plain, there);
        expect(await everything(there.url)).toEqual(await everything(url));
        const back = folder();
        await runBackup(sourceOf(there.url, there.files, there.dataDir), {
          target: folderTarget(back),
          lock: null,
        });
        const home = await emptyPlace(inject('databaseServer'));
        await restoreBackup(await findBackup(back, {}), plain, home);
        expect(await everything(home.url)).toEqual(await everything(url));
        await migrate(home.url, { schema });
        expect(await readTables(home.db)).toEqual(await readTables(db));
      } finally {
        await own.stop();
      }
    });
  },
);

/** A database whose owner may do with it what owners may, and nothing else. */
async function ownDatabase(server: string) {
  const place = await emptyPlace(server);
  const name = new URL(place.url).pathname.slice(1);
  await runOnServer(server, 'CREATE ROLE office LOGIN');
  await runOnServer(server, `ALTER DATABASE ${name} OWNER TO office`);
  const url = new URL(withDatabase(server, name));
  url.username = 'office';
  return { ...place, url: url.href, findBrokenLink: place.findBrokenLink };
}
