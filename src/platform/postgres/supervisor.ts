import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { findEngine } from './engine.ts';
import { type FolderLock, lockFolder, readHolder } from './lock.ts';
import { type Place, preparePlace } from './place.ts';
import {
  databaseName,
  type Log,
  makeCluster,
  type Server,
  serverUrl,
  startServer,
  stopOrphan,
} from './server.ts';

/*
 * Looks after the PostgreSQL server that comes with Qinglan.
 *
 * 1. Take the data folder's lock: one Qinglan for one folder.
 * 2. End what an earlier, killed run left behind; make the cluster if there is none.
 * 3. Start the server on a socket in the data folder, and wait until it answers.
 * 4. When it dies by itself, start it again; when that does not help, end loudly.
 * 5. Stop it in order. If Qinglan is killed, a guard process stops it.
 */

export interface EmbeddedOptions {
  dataDir: string;
  log?: Log;
  /** False for tests only: faster, and lost when the machine stops. */
  durable?: boolean;
  /** Called when the server died and cannot be started again. The default ends the process with code 1. */
  onLost?: (error: Error) => void;
}

export interface EmbeddedDatabase {
  /** Connection string of the database `qinglan`, through the socket. */
  url: string;
  /** Pid of the running server, which changes when it had to be started again. */
  serverPid(): number;
  /** Tells later starts on the same folder where this one serves. */
  announce(address: string): void;
  stop(): Promise<void>;
}

/** Starts the embedded server on a data folder. Throws FolderInUse when another Qinglan runs there. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { log = () => undefined, durable = true, onLost = endLoudly } = options;
  const dataDir = openDataFolder(options.dataDir);
  const lock = lockFolder(dataDir);
  try {
    const place = preparePlace(dataDir, findEngine());
    if (!existsSync(place.cluster)) log('Making the database (once)');
    await stopOrphan(place, log);
    makeCluster(place);
    const first = await startServer(place, durable, log);
    await createDatabase(place);
    lock.announce({ databaseUrl: serverUrl(place) });
    return supervise({ place, durable, log, onLost, lock, first });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * For commands: the database of the Qinglan that runs on the folder, or one started for the while.
 * `stop` leaves a server alone that was running before.
 */
export async function useEmbedded(options: EmbeddedOptions): Promise<Pick<EmbeddedDatabase, 'url' | 'stop'>> {
  const url = readHolder(openDataFolder(options.dataDir))?.databaseUrl ?? null;
  if (url !== null) return { url, stop: async () => undefined };
  return await startEmbedded(options);
}

/** The data folder's real path, made if absent. Open for passing through: the database may run as another user. */
export function openDataFolder(dataDir: string): string {
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o711);
  }
  return realpathSync(dataDir);
}

interface Supervised {
  place: Place;
  durable: boolean;
  log: Log;
  onLost: (error: Error) => void;
  lock: FolderLock;
  first: Server;
}

function supervise({ place, durable, log, onLost, lock, first }: Supervised): EmbeddedDatabase {
  let server = first;
  let stopping = false;
  let stopped: Promise<void> | null = null;

  const watch = async () => {
    for (;;) {
      await server.ended;
      if (stopping) return;
      log('The database ended by itself; starting it again');
      server = await restart(place, durable, log);
    }
  };
  const watching = watch().catch((error: unknown) => {
    lock.release();
    if (!stopping) onLost(error instanceof Error ? error : new Error(String(error)));
  });

  const stop = async () => {
    stopping = true;
    await server.stop();
    await watching;
    // A restart may have been under way when the stop came.
    await server.stop();
    lock.release();
  };
  return {
    url: serverUrl(place),
    serverPid: () => server.pid,
    announce: (address) => lock.announce({ address }),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function restart(place: Place, durable: boolean, log: Log): Promise<Server> {
  const pauses = [0, 500, 2000, 5000];
  let last: unknown;
  for (const pause of pauses) {
    await wait(pause);
    try {
      await stopOrphan(place, log);
      return await startServer(place, durable, log);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function createDatabase(place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl(place, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}

function endLoudly(error: Error): void {
  console.error(`The database is lost: ${error.message}`);
  process.exit(1);
}
