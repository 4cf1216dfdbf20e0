import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { keepAudit } from './features/audit/keep.ts';
import { keepTerms } from './features/programmes/terms.ts';
import { keepSheets } from './features/selection/dossier/sheets/keep.ts';
import { jobKinds, schedules } from './jobs.ts';
import { backupSchedule } from './platform/backup/settings.ts';
import type { Config } from './platform/config.ts';
import { openDoors, openOwner } from './platform/doors.ts';
import { folderFiles } from './platform/files.ts';
import { openQueue } from './platform/jobs/queue.ts';
import { openLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { openNode, ownerAt, webAt } from './platform/nodes.ts';
import { choosePort } from './platform/port.ts';
import { startEmbedded } from './platform/postgres/supervisor.ts';
import type { Services } from './platform/services.ts';

/**
 * More at once than the cores can answer only take time from one another, and each connection plans every statement
 * for itself; some wait for locks and disks, so a few more than cores. Whoever finds none free waits in line.
 */
const connections = (): number => Math.max(8, 4 * availableParallelism());

export interface Running {
  readonly address: string;
  readonly services: Services;
  stop(): Promise<void>;
}

/** How long requests under way may take once the server was told to stop. */
const DRAIN_MS = 15_000;

/**
 * Start-up in order: database, migrations, services, what the caller prepares (a demo), listen, then the work in the
 * background. What was begun is ended in the opposite order.
 */
export async function start(
  config: Config,
  prepare: (services: Services, databaseUrl: string) => Promise<void>,
): Promise<Running> {
  const say = (message: string) => process.stdout.write(`${message}\n`);
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).toReversed()) await end();
  };
  try {
    const embedded =
      config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log: say }) : null;
    stops.push(() => embedded?.stop());
    const url = config.databaseUrl ?? embedded?.url ?? '';
    await migrate(url, { schema: config.schema, log: say });
    const log = openLog(config.logLevel);
    const node = openNode(url, {
      webUrl: config.webDatabaseUrl,
      max: connections(),
      onError: (error) => log.warn({ error: error.message }, 'database connection lost'),
    });
    stops.push(() => node.close());
    const queue = openQueue(url, {
      kinds: jobKinds,
      schedules: [...schedules, ...backupSchedule(url, config)],
      onError: (error) => log.warn({ error: error.message }, 'job queue'),
    });
    stops.push(() => queue.stop());
    const services: Services = {
      config,
      db: openOwner(() => ownerAt(node, config.schema)),
      doors: openDoors(() => webAt(node, config.schema)),
      files: folderFiles(join(config.dataDir, 'files')),
      log,
      jobs: queue.of(config.schema),
      clock: () => new Date(),
    };
    await prepare(services, url);
    stops.push(await keepAudit(services));
    stops.push(await keepTerms(services));
    const port = await choosePort(config);
    const server = serve({ fetch: createApp(services).fetch, hostname: config.host, port }) as Server;
    stops.push(() => drain(server));
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    const working = queue
      .work([services])
      .catch((error: unknown) => log.error({ error }, 'no jobs are worked on: the queue did not start'));
    stops.push(() => working, keepSheets(services));
    const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    embedded?.announce(address);
    return { address, services, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Takes no new connections, and waits for the requests under way. */
async function drain(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(late);
}
