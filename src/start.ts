import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { resumeImports } from './features/organisation/imports/work.ts';
import { keepTerms } from './features/programmes/terms.ts';
import { keepSheets } from './features/selection/dossier/sheets/keep.ts';
import { resumeScreenings } from './features/selection/screening/run.ts';
import type { Config } from './platform/config.ts';
import { openDoors, openOwner } from './platform/doors.ts';
import { folderFiles } from './platform/files.ts';
import { openLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { openNode, ownerAt, webAt } from './platform/nodes.ts';
import { choosePort } from './platform/port.ts';
import { type EmbeddedDatabase, startEmbedded } from './platform/postgres/supervisor.ts';
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

/**
 * Start-up in order: database, migrations, services, what the caller prepares (a demo), background work
 * that was interrupted, then listen.
 */
export async function start(
  config: Config,
  prepare: (services: Services, databaseUrl: string) => Promise<void>,
): Promise<Running> {
  const say = (message: string) => process.stdout.write(`${message}\n`);
  const embedded: EmbeddedDatabase | null =
    config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log: say }) : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  try {
    await migrate(url, { schema: config.schema, log: say });
    const log = openLog(config.logLevel);
    const node = openNode(url, {
      webUrl: config.webDatabaseUrl,
      max: connections(),
      onError: (error) => log.warn({ error: error.message }, 'database connection lost'),
    });
    const services: Services = {
      config,
      db: openOwner(() => ownerAt(node, config.schema)),
      doors: openDoors(() => webAt(node, config.schema)),
      files: folderFiles(join(config.dataDir, 'files')),
      log,
      clock: () => new Date(),
    };
    await prepare(services, url);
    const stopAdopting = await keepTerms(services);
    await resumeImports(services);
    await resumeScreenings(services);
    const port = await choosePort(config);
    const server = serve({ fetch: createApp(services).fetch, hostname: config.host, port });
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    const stopKeeping = keepSheets(services);
    const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    embedded?.announce(address);
    return {
      address,
      services,
      async stop() {
        stopKeeping();
        stopAdopting();
        await new Promise((resolve) => server.close(resolve));
        await node.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
