import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { listBackups } from './backup/read.ts';
import { placeOf } from './backup/settings.ts';
import type { Target } from './backup/target.ts';
import { lastVerification, type Verification } from './backup/verified.ts';
import { civilDateOf } from './civil-now.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { type Fault, forgetFaults, listFaults } from './faults.ts';
import { appliedMigrations, type Disk, diskOf, knownMigrations } from './health.ts';
import type { Schedule } from './jobs/kinds.ts';
import { jobsSchema } from './jobs/schema.ts';
import type { Services } from './services.ts';
import { version } from './version.ts';

/** How this install is doing, for its administrator. Nothing here names a person. */
export interface SystemState {
  readonly version: string;
  readonly node: string;
  readonly database: {
    readonly version: string;
    readonly embedded: boolean;
    readonly bytes: number;
    readonly tables: readonly { readonly name: string; readonly bytes: number }[];
  };
  readonly migrations: {
    readonly applied: number;
    readonly missing: readonly string[];
    readonly last: Date | null;
  };
  /** The oldest first. */
  readonly days: readonly StorageDay[];
  readonly disk: Disk | null;
  /** Null when none are made by themselves; without a list when their place does not answer. */
  readonly backups: { readonly place: string; readonly list: readonly KeptBackup[] | null } | null;
  readonly sessions: number;
  readonly jobs: readonly JobLine[];
  readonly schedules: readonly ScheduleLine[];
  readonly faults: readonly Fault[];
}

export interface KeptBackup {
  readonly at: Date;
  /** Null when it was never read back, or was made so long ago that nobody looked. */
  readonly verified: Verification | null;
}

export interface StorageDay {
  readonly day: string;
  readonly database: number;
  readonly files: number;
  readonly filesCount: number;
}

export interface JobLine {
  readonly kind: string;
  readonly state: 'waiting' | 'active' | 'failed';
  readonly since: Date;
  /** How often it was begun before. */
  readonly tries: number;
}

export interface ScheduleLine {
  readonly name: string;
  readonly cron: string;
  readonly last: { readonly state: 'waiting' | 'active' | 'done' | 'failed'; readonly at: Date } | null;
}

export interface System {
  state(): Promise<SystemState>;
}

const GROWTH_DAYS = 31;
const FAULTS = 20;

export function openSystem(services: () => Pick<Services, 'config' | 'db' | 'clock'>): System {
  return {
    async state() {
      const { config, db, clock } = services();
      const now = clock();
      const [applied, database, days, disk, backups, sessions, work, faults] = await Promise.all([
        appliedMigrations(db),
        databaseOf(db, config),
        listDays(db),
        diskOf(config).catch(() => null),
        backupsOf(config),
        countSessions(db, now),
        listWork(db, config.schema),
        listFaults(db, FAULTS),
      ]);
      const names = new Set(applied.map(({ name }) => name));
      return {
        version,
        node: process.versions.node,
        database,
        migrations: {
          applied: applied.length,
          missing: knownMigrations().filter((name) => !names.has(name)),
          last: applied.at(-1)?.at ?? null,
        },
        days,
        disk,
        backups,
        sessions,
        ...work,
        faults,
      };
    },
  };
}

const LONGEST_MS = 3000;

/** How many of the newest are asked when they were read back: each is a question to the place. */
const LOOKED_AT = 12;

/** The newest first. */
export async function backupsOf({ schema, backup: { place } }: Config): Promise<SystemState['backups']> {
  if (place === null) return null;
  const listed = listKept(placeOf(place, schema)).catch(() => null);
  return { place, list: await Promise.race([listed, wait(LONGEST_MS, null, { ref: false })]) };
}

async function listKept(target: Target): Promise<KeptBackup[]> {
  const backups = (await listBackups(target)).toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return await Promise.all(
    backups.map(async ({ name, at }, index) => ({
      at,
      verified: index < LOOKED_AT ? await lastVerification(target, name) : null,
    })),
  );
}

async function databaseOf(db: Database, { databaseUrl }: Config): Promise<SystemState['database']> {
  const { rows } = await sql<{ name: string; bytes: number }>`
    SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm')`.execute(db);
  const of = await sql<{ version: string }>`SELECT current_setting('server_version') AS version`.execute(db);
  return {
    version: of.rows[0]?.version ?? '',
    embedded: databaseUrl === null,
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    tables: rows.toSorted((a, b) => b.bytes - a.bytes).slice(0, 6),
  };
}

async function countSessions(db: Database, now: Date): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`SELECT count(*) AS count FROM session WHERE expires_at > ${now}`.execute(db);
  return rows[0]?.count ?? 0;
}

async function listDays(db: Database): Promise<StorageDay[]> {
  const { rows } = await sql<StorageDay>`
    SELECT day, database_bytes AS database, files_bytes AS files, files_count AS "filesCount"
      FROM storage_day ORDER BY day DESC LIMIT ${GROWTH_DAYS}`.execute(db);
  return rows.toReversed();
}

interface QueueRow {
  readonly queue: string;
  readonly kind: string;
  readonly state: string;
  readonly tries: number;
  readonly at: Date;
}
const STATES: Readonly<Record<string, 'waiting' | 'active' | 'done' | 'failed'>> = {
  created: 'waiting',
  retry: 'waiting',
  active: 'active',
  completed: 'done',
};

/** This authority's jobs that are not done, and how what comes by the clock went last. */
async function listWork(db: Database, authority: string): Promise<Pick<SystemState, 'jobs' | 'schedules'>> {
  const there = await sql<{
    there: boolean;
  }>`SELECT to_regclass(${`${jobsSchema}.schedule`}) IS NOT NULL AS there`.execute(db);
  // Before the queue has ever started there is none.
  if (there.rows[0]?.there !== true) return { jobs: [], schedules: [] };
  const table = sql.id(jobsSchema, 'job');
  const { rows } = await sql<QueueRow>`
    SELECT name AS queue, data->>'kind' AS kind, state::text AS state, retry_count AS tries,
           coalesce(completed_on, started_on, created_on) AS at
      FROM ${table}
     WHERE data->>'authority' = ${authority} AND state::text IN ('created', 'retry', 'active', 'failed')
       AND name NOT LIKE '\\_\\_%'
     ORDER BY at DESC LIMIT 50`.execute(db);
  const plans = await sql<{ name: string; cron: string; state: string | null; at: Date | null }>`
    SELECT plan.data->>'kind' AS name, plan.cron, last.state, last.at
      FROM ${sql.id(jobsSchema, 'schedule')} plan
      LEFT JOIN LATERAL (
        SELECT state::text AS state, coalesce(completed_on, started_on, created_on) AS at FROM ${table} job
         WHERE job.name = plan.name AND job.data->>'authority' = ${authority} AND job.data->>'kind' = plan.data->>'kind'
         ORDER BY created_on DESC LIMIT 1) last ON true
     WHERE plan.data->>'authority' = ${authority} ORDER BY 1`.execute(db);
  const stateOf = (state: string) => STATES[state] ?? 'failed';
  return {
    jobs: rows.map(({ kind, state, tries, at }) => {
      const now = stateOf(state);
      return { kind, state: now === 'done' ? 'waiting' : now, tries, since: at };
    }),
    schedules: plans.rows.map(({ name, cron, state, at }) => ({
      name,
      cron,
      last: state === null || at === null ? null : { state: stateOf(state), at },
    })),
  };
}

/** Every night: how large everything has become; failures of long ago are forgotten. */
export const storageDay: Schedule = {
  name: 'storage-day',
  cron: '41 2 * * *',
  async run({ config, db, clock }) {
    const now = clock();
    const { bytes } = await databaseOf(db, config);
    const files = await sizeOf(join(config.dataDir, 'files'));
    await sql`
      INSERT INTO storage_day (day, database_bytes, files_bytes, files_count)
      VALUES (${civilDateOf(now, config.timeZone)}, ${bytes}, ${files.bytes}, ${files.count})
      ON CONFLICT (day) DO UPDATE SET database_bytes = excluded.database_bytes, files_bytes = excluded.files_bytes,
                                      files_count = excluded.files_count`.execute(db);
    await forgetFaults(db, now);
  },
};

async function sizeOf(folder: string): Promise<{ bytes: number; count: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const total = { bytes: 0, count: 0 };
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const { size } = await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }));
    total.bytes += size;
    total.count += 1;
  }
  return total;
}
