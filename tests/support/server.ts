import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/migrate.ts';
import { startTemporary } from '../../src/platform/postgres/temporary.ts';

/*
 * Once per test run: one server, one migrated database that every test file's own is copied from.
 * TEST_DATABASE_URL, when set, names a server to use instead (its user must be allowed to make databases).
 */

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: string;
    databaseTemplate: string;
  }
}

export const testSchema = 'qinglan';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await setUpOn(project, await openServer());
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** The template on a server of its own, and its end after the tests. */
export async function setUpOn(project: TestProject, server: Server): Promise<() => Promise<void>> {
  const template = `qinglan_template_${process.pid}`;
  try {
    await runOnServer(server.url, `CREATE DATABASE ${template}`);
    await migrate(withDatabase(server.url, template), { schema: testSchema });
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('databaseServer', server.url);
  project.provide('databaseTemplate', template);
  return async () => {
    await runOnServer(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.stop();
  };
}

async function openServer(): Promise<Server> {
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined || given === '') return await startTemporary();
  return { url: given, stop: async () => undefined };
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** One statement that stands outside any database, such as CREATE DATABASE. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
