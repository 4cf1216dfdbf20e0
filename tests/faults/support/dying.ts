import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { type Database, openPool } from '../../../src/platform/database.ts';
import type { DB } from '../../../src/platform/schema.generated.ts';
import type { AtWork, Services } from '../../../src/platform/services.ts';
import { workStanding } from '../../../src/platform/standing.ts';
import { jobsRole } from '../../../src/platform/walls/roles.ts';

/*
 * A work whose connections PostgreSQL ends at its n-th statement, whatever that is: in a transaction, between two, while
 * it waits. From then on nothing answers, as for a process that was killed: what it did not commit is undone, and what
 * it would still have done is not.
 */

export interface Dying {
  readonly work: AtWork;
  /** Statements so far. */
  count(): number;
  end(): Promise<void>;
}

/** `at` null: it lives. */
export function dyingAt(
  at: number | null,
  name: string,
  services: Services,
  url: string,
  schema: string,
): Dying {
  let count = 0;
  const pids = new Set<number>();
  const gone = () =>
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  const isDead = () => at !== null && count > at;
  const asWork = openPool(url, { schema, max: 5, role: jobsRole(schema), standing: workStanding(name).text });
  const asOwner = openPool(url, { schema, max: 2 });
  // A connection that is cut off says so, idle or lent out; whoever asks it next is told.
  for (const pool of [asWork, asOwner]) {
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  const databaseOf = (pool: pg.Pool): Database =>
    new Kysely<DB>({
      dialect: new PostgresDialect({
        pool: {
          options: {},
          end: async () => undefined,
          async connect() {
            if (isDead()) throw gone();
            const client = await pool.connect();
            pids.add((client as unknown as { processID: number }).processID);
            return {
              async query(...asked: [text: string, values: unknown[]]) {
                if (isDead()) throw gone();
                count += 1;
                if (count === at) {
                  count += 1;
                  // All its connections, that of the statement among them.
                  await sql`SELECT pg_terminate_backend(pid) FROM unnest(${[...pids]}::int[]) AS pid`.execute(
                    services.db,
                  );
                }
                return await client.query(...asked);
              },
              release: () => client.release(isDead()),
            } as never;
          },
        },
      }),
    });
  return {
    work: { ...services, db: databaseOf(asWork), owner: databaseOf(asOwner) },
    count: () => count,
    end: async () => {
      await Promise.all([asWork.end(), asOwner.end()]);
    },
  };
}
