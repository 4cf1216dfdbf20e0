import { readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { root } from './root.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Each check by name; what is wrong with it, or null. */
  readonly checks: Readonly<Record<'database' | 'migrations' | 'disk' | 'stopping', string | null>>;
}

const LONGEST_MS = 2000;
/** Less than this is free for the database and its log: writes are about to fail. */
export const LEAST_FREE = 200 * 1024 * 1024;

export interface Disk {
  readonly free: number;
  readonly total: number;
}

/** Room in the file system of the data folder, in bytes. */
export async function diskOf({ dataDir }: Pick<Config, 'dataDir'>): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return { free: bavail * bsize, total: blocks * bsize };
}

export const knownMigrations = (): string[] =>
  readdirSync(join(root, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .sort();

export async function appliedMigrations(db: Database): Promise<{ name: string; at: Date }[]> {
  const { rows } = await sql<{
    name: string;
    at: Date;
  }>`SELECT name, applied_at AS at FROM migration ORDER BY name`.execute(db);
  return rows;
}

/** Whether a proxy may send requests here. */
export async function readiness(
  { config, db }: { readonly config: Config; readonly db: Database },
  stopping: boolean,
): Promise<Readiness> {
  const applied = appliedMigrations(db).then(
    (rows) => rows.map(({ name }) => name),
    () => null,
  );
  const [names, disk] = await Promise.all([
    Promise.race([applied, wait(LONGEST_MS, null, { ref: false })]),
    diskOf(config).catch(() => null),
  ]);
  const missing = names === null ? [] : knownMigrations().filter((name) => !names.includes(name));
  const checks = {
    database: names === null ? 'does not answer' : null,
    migrations: missing.length > 0 ? `not applied: ${missing.join(', ')}` : null,
    disk: disk !== null && disk.free < LEAST_FREE ? 'nearly full' : null,
    stopping: stopping ? 'this process ends' : null,
  };
  return { ready: Object.values(checks).every((wrong) => wrong === null), checks };
}
