import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.ts';
import { runOnServer, testSchema, withDatabase } from './server.ts';

export interface TestDatabase {
  db: Database;
  url: string;
  schema: string;
}

/**
 * A migrated database of this test file's own, empty of rows; it is dropped when the file is done. Call it
 * once at the top of the file:
 *
 *     const { db } = await testDatabase();
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `qinglan_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(server, `CREATE DATABASE ${name} TEMPLATE ${inject('databaseTemplate')}`);
  const url = withDatabase(server, name);
  const db = openDatabase(url, { schema: testSchema, max: 5 });
  afterAll(async () => {
    await db.destroy();
    await runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { db, url, schema: testSchema };
}
