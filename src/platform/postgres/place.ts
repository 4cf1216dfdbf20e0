import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, canEnter, databaseAccount } from './account.ts';
import type { Engine } from './engine.ts';

/** Where the files of one embedded server are, and who owns them. */
export interface Place {
  account: Account | null;
  /** Folder of the PostgreSQL programs. */
  engine: string;
  /** PostgreSQL's own data folder. */
  cluster: string;
  /** Folder of the socket, open to its owner alone: whoever may enter it may connect. */
  sockets: string;
  log: string;
}

const system = '/var/lib/qinglan';
const pointerName = 'postgres-is-elsewhere';
/** A socket's address has room for 107 bytes. */
const longestSocketFolder = 107 - '/.s.PGSQL.5432'.length;

/**
 * Lays out the folders of the embedded server. They are under the data folder, unless Qinglan runs as root
 * from a place its database account cannot enter (root's home); then they are under /var/lib/qinglan, and a
 * file in the data folder says so.
 */
export function preparePlace(dataDir: string, engine: Engine): Place {
  const home = chooseHome(dataDir);
  const cluster = join(home, 'cluster');
  const account = databaseAccount(cluster);
  ownFolder(home, account);
  return {
    account,
    engine: reachableEngine(engine, account),
    cluster,
    sockets: socketFolder(home, account),
    log: join(home, 'postgres.log'),
  };
}

function chooseHome(dataDir: string): string {
  const inside = join(dataDir, 'postgres');
  const pointer = join(dataDir, pointerName);
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  if (canEnter(databaseAccount(join(inside, 'cluster')), dataDir)) return inside;
  if (existsSync(join(inside, 'cluster'))) {
    throw new Error(`The database's user may not enter ${dataDir}; open the folders on the way (chmod o+x)`);
  }
  const outside = join(system, `data-${digest(dataDir)}`);
  writeFileSync(pointer, `${outside}\n`);
  return outside;
}

/** A folder for the database account alone. */
function ownFolder(folder: string, account: Account | null): void {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  if (account === null) return;
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
}

function reachableEngine(engine: Engine, account: Account | null): string {
  if (canEnter(account, join(engine.folder, 'bin'))) return engine.folder;
  const copy = join(system, `postgresql-${engine.version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  mkdirSync(system, { recursive: true, mode: 0o755 });
  cpSync(engine.folder, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function socketFolder(home: string, account: Account | null): string {
  const inside = join(home, 'run');
  const folder = Buffer.byteLength(inside) <= longestSocketFolder ? inside : `/tmp/qinglan-${digest(home)}`;
  ownFolder(folder, account);
  const facts = lstatSync(folder);
  const owner = account?.uid ?? process.getuid?.();
  // In /tmp somebody else may have made a folder of that name first.
  if (!facts.isDirectory() || facts.uid !== owner || (facts.mode & 0o077) !== 0) {
    throw new Error(`The socket folder ${folder} must belong to the database's user and be open to no other`);
  }
  return folder;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
