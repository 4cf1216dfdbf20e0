import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { PgBoss, Job as QueuedJob } from 'pg-boss';
import { atWork, type Services } from '../services.ts';
import { type JobKind, type Jobs, type Schedule, Stopped } from './kinds.ts';
import { passes } from './passing.ts';
import { atWorkKey, jobsSchema } from './schema.ts';

/*
 * The queue of a database, shared by every process and every authority on it (pg-boss, in a schema of its own).
 *
 * 1. `ask` puts a job in unless one for the same row waits or is at work.
 * 2. A worker of some process takes it, and takes a lock that PostgreSQL frees when the process dies: two never
 *    work on one row, even when one was thought dead and only slow.
 * 3. While an authority moves to another node, its jobs wait; then they go on there.
 * 4. Its heartbeat stops with its process. Then another takes the job up.
 * 5. What the row says counts: rows at work without a job (a restored backup, a crash between the row and the
 *    queue) are asked for again, at the start and every minute.
 */

const SCHEDULE = 'schedule';
const GIVEN_UP = 'given-up';
/** The least pg-boss takes. */
const HEARTBEAT_SECONDS = 10;
/** New work is told of at once; this is for jobs that come back from a process that died. */
const POLL_SECONDS = 5;
const SWEEP_MS = 60_000;
/** How long a job may take to come to a stop before its process ends all the same. */
const STOP_MS = 8000;
const DAY_SECONDS = 24 * 3600;

interface Ticket {
  readonly authority: string;
  readonly kind: string;
  readonly id: string;
}

export interface QueueOptions {
  readonly kinds: readonly JobKind[];
  readonly schedules: readonly Schedule[];
  readonly onError: (error: Error) => void;
  /** Resolves when it is known where this authority's records are now. */
  readonly settled?: (authority: string) => Promise<unknown>;
}

export interface Queue {
  /** The queue as one authority's requests see it. */
  of(authority: string): Jobs;
  /** Begin to work for these authorities, in this process too. */
  work(authorities: readonly Services[]): Promise<void>;
  /** And for this one from now on. */
  serve(authority: Services): Promise<void>;
  /** No longer for this one: it was removed. What still waits for it is left. */
  leave(authority: string): Promise<void>;
  /** What waits, is at work and has failed, by kind; for the administrator's page and the metrics. */
  counts(): Promise<QueueCount[]>;
  /** Jobs at work are told to stop and go on elsewhere. */
  stop(): Promise<void>;
}

export interface QueueCount {
  readonly kind: string;
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
}

/** The queue beneath a database; it starts when it is first asked or works. */
export function openQueue(url: string, { kinds, schedules, onError, settled }: QueueOptions): Queue {
  const stopping = new AbortController();
  let starting: Promise<PgBoss> | null = null;
  // When it is wanted: the server listens before.
  const started = (): Promise<PgBoss> => {
    starting ??= start();
    return starting;
  };
  const served = new Map<string, Services>();
  let sweeping: NodeJS.Timeout | undefined;

  async function start(): Promise<PgBoss> {
    // Loaded when it is wanted: it takes longer to read than the rest of the server.
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({
      connectionString: url,
      schema: jobsSchema,
      application_name: 'qinglan jobs',
      max: 3,
      useListenNotify: true,
      superviseIntervalSeconds: HEARTBEAT_SECONDS / 2,
      monitorIntervalSeconds: HEARTBEAT_SECONDS / 2,
      flowIntervalSeconds: DAY_SECONDS / 24,
      cronWorkerIntervalSeconds: 30,
      persistWarnings: false,
      openTelemetry: { enabled: false },
    });
    boss.on('error', onError);
    await begin(boss);
    const common = {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: DAY_SECONDS - 1,
      deleteAfterSeconds: 7 * DAY_SECONDS,
      notify: true,
    };
    await boss.createQueue(GIVEN_UP, { ...common, retryLimit: 100, retryDelay: 60 });
    for (const { name } of kinds) {
      await boss.createQueue(name, {
        ...common,
        policy: 'exclusive',
        deadLetter: GIVEN_UP,
        retryLimit: 12,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 60,
      });
    }
    await boss.createQueue(SCHEDULE, { ...common, policy: 'exclusive', retryLimit: 3, retryDelay: 60 });
    return boss;
  }

  /** The server has begun to serve: a database that is away for a moment must not leave it without its queue. */
  async function begin(boss: PgBoss): Promise<void> {
    for (;;) {
      try {
        await boss.start();
        return;
      } catch (error) {
        if (stopping.signal.aborted || !passes(error)) throw error;
        onError(error as Error);
        await wait(2000);
      }
    }
  }

  async function put({ authority, kind, id }: Ticket): Promise<void> {
    const boss = await started();
    await boss.send(kind, { authority, kind, id } satisfies Ticket, { singletonKey: `${authority}/${id}` });
  }

  async function runNow(authority: string, name: string): Promise<void> {
    const boss = await started();
    const ticket: Ticket = { authority, kind: name, id: name };
    await boss.send(SCHEDULE, ticket, { singletonKey: `${authority}/${name}` });
  }

  async function sweep(): Promise<void> {
    for (const services of served.values()) await sweepOne(services);
  }
  async function sweepOne({ works, config: { schema: authority } }: Services): Promise<void> {
    for (const kind of kinds)
      for (const id of await kind.unfinished(works.open(kind.name)))
        await put({ authority, kind: kind.name, id });
  }

  async function schedule(
    boss: PgBoss,
    { config: { schema: authority, timeZone } }: Services,
  ): Promise<void> {
    for (const { name, cron } of schedules) {
      const key = `${authority}/${name}`;
      const ticket: Ticket = { authority, kind: name, id: name };
      await boss.schedule(SCHEDULE, cron, ticket, { tz: timeZone, key, singletonKey: key });
    }
  }

  /** Runs `work` while this process alone holds the lock of the ticket. */
  async function alone(
    { authority, kind, id }: Ticket,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const client = new pg.Client({ connectionString: url, application_name: `qinglan job ${kind}` });
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    await client.connect();
    try {
      const { rows } = await client.query<{ ours: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ours',
        [`qinglan job ${authority} ${kind} ${id}`],
      );
      if (rows[0]?.ours !== true) throw new Error('another process still works on it');
      await client.query('SELECT pg_advisory_lock_shared(hashtextextended($1, 0))', [atWorkKey(authority)]);
      await settled?.(authority);
      await work(AbortSignal.any([signal, stopping.signal, lost.signal]));
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function takeUp(jobs: readonly QueuedJob<Ticket>[]): Promise<void> {
    for (const { data, signal, name } of jobs) {
      if (stopping.signal.aborted) throw new Stopped();
      const services = served.get(data.authority);
      if (services === undefined) throw new Error(`authority ${data.authority} is not served here`);
      if (name === GIVEN_UP) {
        await kinds.find((one) => one.name === data.kind)?.giveUp(atWork(services, data.kind), data.id);
        continue;
      }
      const run =
        name === SCHEDULE
          ? schedules.find((one) => one.name === data.kind)?.run.bind(null, atWork(services, data.kind))
          : kinds.find((one) => one.name === data.kind)?.run.bind(null, atWork(services, data.kind), data.id);
      // A schedule of another version of Qinglan: its own processes know it.
      if (run === undefined) continue;
      try {
        await alone(data, signal, run);
      } catch (error) {
        if (!(error instanceof Stopped)) {
          services.log.warn({ error, kind: data.kind, job: data.id }, 'a job did not come to its end');
        }
        throw error;
      }
    }
  }

  return {
    of: (authority) => ({
      ask: (kind, id) => put({ authority, kind, id }),
      runNow: (name) => runNow(authority, name),
    }),
    async work(authorities) {
      const boss = await started();
      for (const services of authorities) {
        served.set(services.config.schema, services);
        await schedule(boss, services);
      }
      const pace = { pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: POLL_SECONDS };
      for (const { name, atOnce } of kinds) {
        await boss.work<Ticket>(name, { ...pace, localConcurrency: atOnce }, takeUp);
      }
      await boss.work<Ticket>(SCHEDULE, { ...pace, localConcurrency: 2 }, takeUp);
      await boss.work<Ticket>(GIVEN_UP, pace, takeUp);
      await sweep();
      const again = () => sweep().catch((error: unknown) => onError(error as Error));
      sweeping = setInterval(again, SWEEP_MS);
      sweeping.unref();
    },
    async serve(services) {
      served.set(services.config.schema, services);
      await schedule(await started(), services);
      await sweepOne(services);
    },
    async leave(authority) {
      if (!served.delete(authority)) return;
      const boss = await started();
      for (const { name } of schedules) await boss.unschedule(SCHEDULE, `${authority}/${name}`);
    },
    async counts() {
      const boss = await started();
      const queues = await boss.getQueues();
      return queues
        .filter(({ name }) => !name.startsWith('__') && name !== GIVEN_UP)
        .map(({ name, queuedCount, activeCount, failedCount }) => ({
          kind: name,
          waiting: queuedCount,
          active: activeCount,
          failed: failedCount,
        }));
    },
    async stop() {
      clearInterval(sweeping);
      stopping.abort();
      const boss = await starting?.catch(() => null);
      if (!boss) return;
      await Promise.race([boss.stop({ graceful: true, timeout: STOP_MS }), wait(STOP_MS + 2000)]);
    },
  };
}
