import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { createApp } from './app.ts';
import { forEachAuthority } from './authorities.ts';
import { keepAudit } from './features/audit/keep.ts';
import { keepTerms } from './features/programmes/terms.ts';
import { keepSheets } from './features/selection/dossier/sheets/keep.ts';
import { type House, openHouse } from './house.ts';
import { jobKinds, schedules } from './jobs.ts';
import { observe, serveMetrics } from './observe.ts';
import { FORMS, openArrivals, UPLOADS } from './platform/arrival.ts';
import { backupSchedule } from './platform/backup/settings.ts';
import { type Config, ConfigError } from './platform/config.ts';
import {
  type Authority,
  type Directory,
  FIRST_NODE,
  openDirectory,
  withDirectory,
} from './platform/directory.ts';
import { keepFault } from './platform/faults.ts';
import { GATE, openGate } from './platform/gate.ts';
import { readiness } from './platform/health.ts';
import { openQueue, type Queue } from './platform/jobs/queue.ts';
import { listen } from './platform/listen.ts';
import { type LoggedError, openLog } from './platform/log.ts';
import { type Metrics, openMetrics } from './platform/metrics.ts';
import { migrate } from './platform/migrate.ts';
import { openNode } from './platform/nodes.ts';
import { choosePort } from './platform/port.ts';
import { type EmbeddedDatabase, startEmbedded } from './platform/postgres/supervisor.ts';
import { atWork, type Services } from './platform/services.ts';

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

/** The PostgreSQL servers of this install by name, the first among them. */
const nodeUrls = (config: Config, url: string): ReadonlyMap<string, string> =>
  new Map([[FIRST_NODE, url], ...Object.entries(config.nodes)]);

/** The authorities there are; the one of the settings is entered where the directory is empty. */
export const prepareAuthorities = (url: string, config: Config): Promise<readonly Authority[]> =>
  withDirectory(url, async (records) => {
    if ((await records.list()).length === 0) {
      const { schema } = config;
      await records.insert({ name: schema, schema, hosts: [], path: null, node: FIRST_NODE });
    }
    return await records.list();
  });

function servicesOf(config: Config, all: readonly Services[]): Services {
  const found = all.find(({ config: { schema } }) => schema === config.schema) ?? all[0];
  if (found === undefined) throw new Error('The directory names no authority');
  return found;
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
  const urls = nodeUrls(config, url);
  for (const { name, schema, node } of await prepareAuthorities(url, config)) {
    const where = urls.get(node);
    if (where === undefined) throw new Error(`QINGLAN_NODES names no node ${node} (authority ${name})`);
    await migrate(where, {
      schema,
      log: (message) => say(schema === config.schema ? message : `${message} (${name})`),
    });
  }
  return { url, embedded };
}

export interface Opened {
  /** Of the authority of the settings. */
  readonly services: Services;
  readonly directory: Directory;
  readonly house: House;
  readonly queue: Queue;
  readonly metrics: Metrics;
}

/** What the outside world offers, over a database that is ready. */
export async function openServices(config: Config, url: string, stops: Stops): Promise<Opened> {
  const log = openLog(config.logLevel, undefined, note);
  const metrics = openMetrics();
  const nodes = new Map(
    [...nodeUrls(config, url)].map(([name, nodeUrl]) => [
      name,
      openNode(nodeUrl, {
        webUrl: name === FIRST_NODE ? config.webDatabaseUrl : null,
        jobsUrl: name === FIRST_NODE ? config.jobsDatabaseUrl : null,
        max: connectionsOf(config),
        onError: (error) => log.warn({ error, node: name }, 'database connection lost'),
      }),
    ]),
  );
  for (const [name, node] of nodes) {
    const of = name === FIRST_NODE ? '' : ` (${name})`;
    metrics.watchPool(`requests${of}`, node.web);
    metrics.watchPool(`jobs${of}`, node.jobs);
    metrics.watchPool(`owner${of}`, node.owner);
    stops.add(() => node.close());
  }
  const directory = await openDirectory(url, {
    onError(error) {
      if (!(error instanceof ConfigError)) return log.warn({ error }, 'directory of authorities not read');
      // Every further second might seal something with a secret that is no more.
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  });
  stops.add(() => directory.close());
  const queue = openQueue(url, {
    kinds: jobKinds,
    schedules: [...schedules, ...backupSchedule(config)],
    onError: (error) => log.warn({ error }, 'job queue'),
    async settled(authority) {
      const name = directory.list().find(({ schema }) => schema === authority)?.name;
      if (name !== undefined) await directory.settledAnew(name);
    },
  });
  stops.add(() => queue.stop());
  const house = openHouse({
    config,
    directory,
    nodes,
    log,
    jobsOf: (schema) => queue.of(schema),
    clock: () => new Date(),
  });
  const services = servicesOf(
    config,
    directory.list().map(({ name }) => house.of(name)),
  );
  const opened = { services, directory, house, queue, metrics };
  stops.add(
    await forEachAuthority(
      opened,
      ({ reads }) =>
        () =>
          reads.flush(),
    ),
  );
  return opened;

  function note({ error, route, request, kind }: LoggedError): void {
    const fault = { error, route: route ?? kind ?? 'background', request: request ?? '', at: new Date() };
    keepFault(services.works.open('faults'), fault).catch(() => undefined); // The log has it, and the database may be what fails.
  }
}

/** Listens at the port, then begins the work in the background. */
export async function serveOn(port: number, opened: Opened, stops: Stops): Promise<void> {
  const { services, house, queue, metrics } = opened;
  const { config, log } = services;
  stops.add(await forEachAuthority(opened, (one) => keepTerms(atWork(one, 'terms'))));
  let stopping = false;
  const gate = openGate({ ...GATE, atOnce: connectionsOf(config) });
  metrics.watchGate(gate);
  observe(metrics, services, queue);
  const app = house.serve((one) =>
    createApp(one, { gate, metrics, ready: () => readiness(services, stopping) }),
  );
  const arrivals = { forms: openArrivals(FORMS), uploads: openArrivals(UPLOADS) };
  metrics.watchArrivals(arrivals);
  const server = await listen(app, { host: config.host, port, origin: config.origin, log, ...arrivals });
  stops.add(() => {
    stopping = true;
    return drain(server);
  });
  const failed = (error: unknown) => log.error({ error }, 'no jobs are worked on: the queue did not start');
  const working = queue.work([]);
  working.catch(failed);
  stops.add(() => working.catch(() => undefined));
  stops.add(
    await forEachAuthority(opened, (one) => {
      const serving = working.then(() => queue.serve(one)).catch(failed);
      const endSheets = keepSheets(atWork(one, 'sheets'));
      return async (removed) => {
        endSheets();
        if (!removed) return;
        await serving;
        await queue.leave(one.config.schema);
      };
    }),
  );
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
    const opened = await openServices(config, url, stops);
    await prepare(opened.services, url);
    stops.add(await forEachAuthority(opened, (one) => keepAudit(atWork(one, 'audit-day'))));
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
