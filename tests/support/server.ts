import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/migrate.ts';
import { readHolder } from '../../src/platform/postgres/lock.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';

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
  const server = await openServer();
  const template = `qinglan_template_${process.pid}`;
  try {
    await runOnServer(server.url, `CREATE DATABASE ${template}`);
    await migrate(withDatabase(server.url, template), { schema: testSchema });
  } catch (error) {
    await server.close();
    throw error;
  }
  project.provide('databaseServer', server.url);
  project.provide('databaseTemplate', template);
  return async () => {
    await runOnServer(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.close();
  };
}

async function openServer(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return { url: given, close: async () => undefined };
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  const server = await startEmbedded({ dataDir: join(folder, 'data'), durable: false });
  return {
    url: server.url,
    close: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const folderPrefix = 'qinglan-test-';

const tenMinutes = 600_000;

/** Folders of runs that were killed before they could clean up; a young one may belong to a run just starting. */
function removeLeftovers(): void {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix));
  for (const folder of folders.map((name) => join(tmpdir(), name))) {
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > tenMinutes && readHolder(join(folder, 'data')) === null)
      rmSync(folder, { recursive: true, force: true });
  }
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
