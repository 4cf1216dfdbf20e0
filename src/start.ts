import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { keepAudit } from './features/audit/keep.ts';
import { openReadLog } from './features/audit/reads/log.ts';
import { keepTerms } from './features/programmes/terms.ts';
import { keepSheets } from './features/selection/dossier/sheets/keep.ts';
import { jobKinds, schedules } from './jobs.ts';
import { observe, serveMetrics } from './observe.ts';
import { backupSchedule } from './platform/backup/settings.ts';
import type { Config } from './platform/config.ts';
import { openDoors, openOwner } from './platform/doors.ts';
import { keepFault } from './platform/faults.ts';
import { folderFiles } from './platform/files.ts';
import { GATE, openGate } from './platform/gate.ts';
import { readiness } from './platform/health.ts';
import { openQueue, type Queue } from './platform/jobs/queue.ts';
import { type LoggedError, openLog } from './platform/log.ts';
import { type Metrics, openMetrics } from './platform/metrics.ts';
import { migrate } from './platform/migrate.ts';
import { openNode, ownerAt, webAt } from './platform/nodes.ts';
import { choosePort } from './platform/port.ts';
import { type EmbeddedDatabase, startEmbedded } from './platform/postgres/supervisor.ts';
import type { Services } from './platform/services.ts';
import { openSystem } from './platform/system.ts';

export interface Running {
  readonly address: string;
  readonly services: Services;
  stop(): Promise<void>;
}

/**
 * More at once than the cores can answer only take time from one another, and each connection plans every statement
 * for itself; some wait for locks and disks, so a few more than cores. Whoever finds none free waits in line.
 */
const connectionsOf = ({ connections, processes }: Config): number =>
  Math.max(4, Math.ceil((connections ?? Math.max(8, 4 * availableParallelism())) / processes));

/** How long requests under way may take once the server was told to stop. */
const DRAIN_MS = 15_000;

const KEEP_ALIVE_MS = 75_000;

/** What was begun is ended in the opposite order. */
export interface Stops {
  readonly add: (end: () => unknown) => void;
  readonly all: () => Promise<void>;
}
export function openStops(): Stops {
  const ends: (() => unknown)[] = [];
  return {
    add: (end) => ends.push(end),
    async all() {
      for (const end of ends.splice(0).toReversed()) await end();
    },
  };
}

const say = (message: string) => process.stdout.write(`${message}\n`);

export interface Ground {
  readonly url: string;
  readonly embedded: EmbeddedDatabase | null;
}

/** The database, running and migrated. */
export async function prepareGround(config: Config, stops: Stops): Promise<Ground> {
  const embedded =
    config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log: say }) : null;
  stops.add(() => embedded?.stop());
  const url = config.databaseUrl ?? embedded?.url ?? '';
  await migrate(url, { schema: config.schema, log: say });
  return { url, embedded };
}

export interface Opened {
  readonly services: Services;
  readonly queue: Queue;
  readonly metrics: Metrics;
}

/** What the outside world offers, over a database that is ready. */
export function openServices(config: Config, url: string, stops: Stops): Opened {
  const log = openLog(config.logLevel, undefined, note);
  const metrics = openMetrics();
  const node = openNode(url, {
    webUrl: config.webDatabaseUrl,
    max: connectionsOf(config),
    onError: (error) => log.warn({ error }, 'database connection lost'),
  });
  metrics.watchPool('requests', node.web);
  metrics.watchPool('jobs', node.owner);
  stops.add(() => node.close());
  const queue = openQueue(url, {
    kinds: jobKinds,
    schedules: [...schedules, ...backupSchedule(url, config)],
    onError: (error) => log.warn({ error }, 'job queue'),
  });
  stops.add(() => queue.stop());
  const db = openOwner(() => ownerAt(node, config.schema));
  const clock = () => new Date();
  const reads = openReadLog({ db, log, clock });
  stops.add(() => reads.flush());
  const services: Services = {
    config,
    db,
    doors: openDoors(() => webAt(node, config.schema)),
    files: folderFiles(join(config.dataDir, 'files')),
    log,
    reads,
    jobs: queue.of(config.schema),
    system: openSystem(() => services),
    clock,
  };
  return { services, queue, metrics };

  function note({ error, route, request, kind }: LoggedError): void {
    const fault = { error, route: route ?? kind ?? 'background', request: request ?? '', at: new Date() };
    keepFault(services.db, fault).catch(() => undefined); // The log has it, and the database may be what fails.
  }
}

/** Listens at the port, then begins the work in the background. */
export async function serveOn(
  port: number,
  { services, queue, metrics }: Opened,
  stops: Stops,
): Promise<void> {
  const { config, log } = services;
  stops.add(await keepTerms(services));
  let stopping = false;
  const gate = openGate({ ...GATE, atOnce: connectionsOf(config) });
  metrics.watchGate(gate);
  observe(metrics, services, queue);
  const app = createApp(services, { gate, metrics, ready: () => readiness(services, stopping) });
  const server = serve({ fetch: app.fetch, hostname: config.host, port }) as Server;
  // Longer than any proxy keeps a connection it may send a request on: otherwise one is lost now and then.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  stops.add(() => {
    stopping = true;
    return drain(server);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const working = queue
    .work([services])
    .catch((error: unknown) => log.error({ error }, 'no jobs are worked on: the queue did not start'));
  stops.add(() => working);
  stops.add(keepSheets(services));
}

export const addressAt = ({ host }: Config, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Start-up in order: database, migrations, services, what the caller prepares (a demo), listen, then the work in the
 * background.
 */
export async function start(
  config: Config,
  prepare: (services: Services, databaseUrl: string) => Promise<void>,
): Promise<Running> {
  const stops = openStops();
  try {
    const { url, embedded } = await prepareGround(config, stops);
    const opened = openServices(config, url, stops);
    await prepare(opened.services, url);
    stops.add(await keepAudit(opened.services));
    const port = await choosePort(config);
    await serveOn(port, opened, stops);
    if (config.metrics !== null) {
      const figures = await serveMetrics(config.metrics, () => opened.metrics.registry.metrics());
      stops.add(() => figures.close());
    }
    const address = addressAt(config, port);
    embedded?.announce(address);
    return { address, services: opened.services, stop: stops.all };
  } catch (error) {
    await stops.all();
    throw error;
  }
}

/** Takes no new connections, and waits for the requests under way. */
async function drain(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(late);
}
