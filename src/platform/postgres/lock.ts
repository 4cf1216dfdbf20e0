import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './processes.ts';

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
  readonly holder: Holder;

  constructor(folder: string, holder: Holder) {
    const where = holder.address === null ? 'it is still starting' : `it serves ${holder.address}`;
    super(`Qinglan already runs on ${folder} (process ${holder.pid}); ${where}`);
    this.name = 'FolderInUse';
    this.holder = holder;
  }
}

const lockFile = (folder: string) => join(folder, 'qinglan.lock');

/** The living process that holds the folder, or null. */
export function readHolder(folder: string): Holder | null {
  const text = readText(lockFile(folder));
  return text === null ? null : livingHolder(text);
}

/** Takes the folder for this process, taking over a lock whose process is gone. Throws FolderInUse. */
export function lockFolder(folder: string): FolderLock {
  const path = lockFile(folder);
  const own: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    address: null,
    databaseUrl: null,
  };
  const draft = `${path}.${process.pid}`;
  for (;;) {
    writeFileSync(draft, JSON.stringify(own), { mode: 0o644 });
    const taken = tryLink(draft, path);
    rmSync(draft, { force: true });
    if (taken) break;
    removeStale(folder, path, draft);
  }
  return {
    announce(facts) {
      Object.assign(own, facts);
      writeFileSync(draft, JSON.stringify(own), { mode: 0o644 });
      renameSync(draft, path);
    },
    release() {
      if (readHolder(folder)?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

/** A hard link appears whole or not at all, and never replaces another. */
function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moves a dead process's lock aside. Two starters may both find it dead; the slower of them could move the
 * faster one's new lock, so what was moved is read again and put back when it turns out to be alive.
 */
function removeStale(folder: string, path: string, draft: string): void {
  const text = readText(path);
  if (text === null) return;
  const holder = livingHolder(text);
  if (holder !== null) throw new FolderInUse(folder, holder);
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readText(aside);
  if (moved !== null && livingHolder(moved) !== null) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function livingHolder(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder;
    return processIdentity(holder.pid) === holder.identity ? holder : null;
  } catch {
    return null; // cut short by a crash of the machine: nobody living wrote it
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
