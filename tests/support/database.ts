import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.ts';
import { type Doors, openDoors, openWorks, type Works } from '../../src/platform/doors.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { jobsAt, openNode, webAt } from '../../src/platform/nodes.ts';
import { runOnServer, testSchema, withDatabase } from './server.ts';

export interface TestDatabase {
  db: Database;
  url: string;
  schema: string;
}

const doors = new WeakMap<Database, { readonly doors: Doors; readonly works: Works }>();
const ofTest = (db: Database) => {
  const found = doors.get(db);
  if (found === undefined) throw new Error('only the db of testDatabase() has doors');
  return found;
};

/** The doors of a test's database, for requests: what they see is within the walls, unlike `db` itself. */
export const doorsOf = (db: Database): Doors => ofTest(db).doors;
/** And for jobs, each in the role and on the line of its own. */
export const worksOf = (db: Database): Works => ofTest(db).works;

/**
 * A migrated database of this test file's own, empty of rows; it is dropped when the file is done. Call it
 * once at the top of the file:
 *
 *     const { db } = await testDatabase();
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  return await ownDatabase(server, `TEMPLATE ${inject('databaseTemplate')}`);
}

/** The same on another server, whose PostgreSQL may be another. */
export async function testDatabaseOn(server: string): Promise<TestDatabase> {
  return await ownDatabase(server, '', (url) => migrate(url, { schema: testSchema }));
}

async function ownDatabase(
  server: string,
  from: string,
  prepare: (url: string) => Promise<unknown> = async () => undefined,
): Promise<TestDatabase> {
  const name = `qinglan_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(server, `CREATE DATABASE ${name} ${from}`);
  const url = withDatabase(server, name);
  await prepare(url);
  const db = openDatabase(url, { schema: testSchema, max: 5 });
  const node = openNode(url, { max: 5, jobsMax: 5, ownerMax: 1 });
  doors.set(db, {
    doors: openDoors(() => webAt(node, testSchema)),
    works: openWorks(() => jobsAt(node, testSchema)),
  });
  afterAll(async () => {
    await Promise.all([db.destroy(), node.close()]);
    await runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { db, url, schema: testSchema };
}
