import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { processIdentity } from './processes.ts';

/*
 * One Qinglan for one data folder. Two files: `qinglan.lock`, which the operating system locks for us and
 * unlocks when we end in whatever way (Node offers such locks through SQLite alone; nothing is stored in it),
 * and `qinglan.json`, which tells others who holds the folder. The first decides, the second informs.
 */

/** Who holds a data folder: the process, and once it serves, where. */
export interface Holder {
  pid: number;
  identity: string;
  address: string | null;
  databaseUrl: string | null;
}

export interface FolderLock {
  /** Writes down what a second start should tell the person, or a command should connect to. */
  announce(facts: { address?: string; databaseUrl?: string }): void;
  release(): void;
}

/** A second start on a data folder that a living process holds. */
export class FolderInUse extends Error {
  readonly holder: Holder | null;

  constructor(folder: string, holder: Holder | null) {
    const who = holder === null ? '' : ` (process ${holder.pid})`;
    const address = holder?.address ?? null;
    const where = address === null ? 'it is still starting' : `it serves ${address}`;
    super(`Qinglan already runs on ${folder}${who}; ${where}`);
    this.name = 'FolderInUse';
    this.holder = holder;
  }
}

const lockPath = (folder: string) => join(folder, 'qinglan.lock');
const holderPath = (folder: string) => join(folder, 'qinglan.json');

/** Takes the folder for this process. Throws FolderInUse. */
export function lockFolder(folder: string): FolderLock {
  const lock = takeLock(folder);
  const holder: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    address: null,
    databaseUrl: null,
  };
  writeHolder(folder, holder);
  return {
    announce(facts) {
      Object.assign(holder, facts);
      writeHolder(folder, holder);
    },
    release() {
      if (!lock.isOpen) return;
      rmSync(holderPath(folder), { force: true });
      lock.close();
    },
  };
}

const sqliteBusy = 5;

function takeLock(folder: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(lockPath(folder), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy)
      throw new FolderInUse(folder, readHolder(folder));
    throw new Error(`The data folder ${folder} cannot be used by this user: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The living process that holds the folder, or null. */
export function readHolder(folder: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(holderPath(folder), 'utf8')) as Holder;
    return processIdentity(holder.pid) === holder.identity ? holder : null;
  } catch {
    return null; // absent, or cut short by a crash of the machine: nobody living wrote it
  }
}

/** Replaced as a whole, so that nobody reads half of it. */
function writeHolder(folder: string, holder: Holder): void {
  const draft = `${holderPath(folder)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder));
  renameSync(draft, holderPath(folder));
}
