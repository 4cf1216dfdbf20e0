import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AggregatorRegistry } from 'prom-client';
import { forEachAuthority } from './authorities.ts';
import { keepAudit } from './features/audit/keep.ts';
import { serveMetrics } from './observe.ts';
import { type Config, ConfigError } from './platform/config.ts';
import { choosePort } from './platform/port.ts';
import { atWork, type Services } from './platform/services.ts';
import { addressAt, openServices, openStops, prepareGround, type Running, serveOn } from './start.ts';

/*
 * Several processes at one address. The first one holds the database and the address and answers nothing itself:
 *
 * 1. It makes the database ready, prepares, and starts the others, which share its address.
 * 2. One that dies is started again; when it dies again and again at its start, all end.
 * 3. Told SIGHUP, it starts a new one for each old one, and ends the old one once the new one answers: no request is
 *    refused. The code may have been replaced meanwhile, as long as no migration came with it.
 */

const WORKER_URL = 'QINGLAN_WORKER_URL';
const WORKER_PORT = 'QINGLAN_WORKER_PORT';
/** One that has lived so long died of something else than its start. */
const YOUNG_MS = 10_000;
const MOST_EARLY_DEATHS = 5;
const PAUSE_MS = 500;

export const isWorker = (): boolean => cluster.isWorker;

/** The work of one of several processes; it ends when it is told to. */
export async function serveAsWorker(config: Config): Promise<void> {
  const [url, port] = [process.env[WORKER_URL] ?? '', Number(process.env[WORKER_PORT])];
  const stops = openStops();
  const stop = () => void stops.all().then(() => process.exit(0));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  process.on('SIGHUP', () => undefined); // For the first process, which asks us in its own way.
  await serveOn(port, await openServices(config, url, stops), stops);
}

export async function startSeveral(
  config: Config,
  entry: string,
  prepare: (services: Services, databaseUrl: string) => Promise<void>,
): Promise<Running> {
  const stops = openStops();
  try {
    const { url, embedded } = await prepareGround(config, stops);
    const opened = await openServices(config, url, stops);
    const { services } = opened;
    await prepare(services, url);
    stops.add(await forEachAuthority(opened, (one) => keepAudit(atWork(one, 'audit-day'))));
    const port = await choosePort(config);
    cluster.setupPrimary({ exec: entry, args: [] });
    const env = { [WORKER_URL]: url, [WORKER_PORT]: String(port) };
    let stopping = false;
    let earlyDeaths = 0;
    const leaving = new Set<Worker>();

    const fork = async (): Promise<Worker> => {
      const began = performance.now();
      const worker = cluster.fork(env);
      worker.on('exit', (code, signal) => {
        if (stopping || leaving.delete(worker)) return;
        services.log.error(
          { error: new Error(`a process ended by itself (${signal ?? code})`), kind: 'process' },
          'starting another process',
        );
        earlyDeaths = performance.now() - began < YOUNG_MS ? earlyDeaths + 1 : 0;
        if (earlyDeaths >= MOST_EARLY_DEATHS) {
          process.stderr.write('Processes end again and again as soon as they have started\n');
          process.exit(1);
        }
        setTimeout(() => void (stopping || fork().catch(() => undefined)), PAUSE_MS);
      });
      await Promise.race([
        once(worker, 'listening'),
        once(worker, 'exit').then(() => Promise.reject(new ConfigError('a process ended at its start'))),
      ]);
      return worker;
    };
    const end = async (worker: Worker): Promise<void> => {
      if (worker.isDead()) return;
      leaving.add(worker);
      const ended = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      await ended;
    };
    const workers = () => Object.values(cluster.workers ?? {}).filter((one) => one !== undefined);
    stops.add(async () => {
      stopping = true;
      await Promise.all(workers().map(end));
    });
    await Promise.all(Array.from({ length: config.processes }, fork));

    let renewing = Promise.resolve();
    process.on('SIGHUP', () => {
      renewing = renewing
        .then(async () => {
          for (const old of workers()) {
            if (stopping) return;
            await fork();
            await end(old);
          }
        })
        .catch((error: unknown) => services.log.error({ error, kind: 'process' }, 'processes not renewed'));
    });
    if (config.metrics !== null) {
      const all = new AggregatorRegistry();
      const figures = await serveMetrics(config.metrics, () => all.clusterMetrics());
      stops.add(() => figures.close());
    }
    const address = addressAt(config, port);
    embedded?.announce(address);
    return { address, services, stop: stops.all };
  } catch (error) {
    await stops.all();
    throw error;
  }
}
