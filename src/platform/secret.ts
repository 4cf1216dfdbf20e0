import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';

/*
 * The secret of an install: the setting, else a file of the data folder. While it is being exchanged the one before lies
 * beside it, so that at any moment all that is sealed opens (decision 025).
 */

/** Where the secret is found. Of what is sealed only what seals anew need know of an older one. */
export type Holder = Pick<Config, 'secret' | 'dataDir'> & Partial<Pick<Config, 'oldSecret'>>;

export const SECRET_FILE = 'secret';
export const OLD_SECRET_FILE = 'secret.old';

const pathOf = ({ dataDir }: Holder): string => join(dataDir, SECRET_FILE);
export const oldPathOf = (dataDir: string): string => join(dataDir, OLD_SECRET_FILE);

const makeSecret = (): string => `${randomBytes(32).toString('base64url')}\n`;
const read = (path: string): string => readFileSync(path, 'utf8').trim();

/** The secret; where there is neither setting nor file, one made at random and kept in the data folder. */
export function loadSecret(holder: Holder): string {
  if (holder.secret !== null) return holder.secret;
  const path = pathOf(holder);
  if (!existsSync(path)) {
    mkdirSync(holder.dataDir, { recursive: true });
    // Written aside and linked, so that two processes starting at once agree on one key.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, makeSecret(), { mode: 0o600 });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return read(path);
}

/** Is there one, or would the next use make one? */
export const hasSecret = (holder: Holder): boolean => holder.secret !== null || existsSync(pathOf(holder));

/** Those before it that are still at hand: of the setting, and beside it in the data folder. */
export function oldSecrets(holder: Holder): string[] {
  const path = oldPathOf(holder.dataDir);
  const given = holder.oldSecret ?? null;
  return [...(given === null ? [] : [given]), ...(existsSync(path) ? [read(path)] : [])];
}

/** Is there anything to open with? Else looking would make a secret that opens nothing. */
export const anySecret = (holder: Holder): boolean => hasSecret(holder) || oldSecrets(holder).length > 0;

/**
 * Puts a new secret in the place of the file, which is kept beside it. Killed at any point it is called again: until
 * the two differ the exchange has not begun.
 */
export function exchangeFile(holder: Holder): void {
  const [path, old] = [pathOf(holder), oldPathOf(holder.dataDir)];
  if (!existsSync(old)) linkSync(path, old);
  if (read(old) === read(path)) replaceFile(path, makeSecret());
}

/** Once nothing is sealed with it any more. */
export function dropOldFile(dataDir: string): boolean {
  const path = oldPathOf(dataDir);
  if (!existsSync(path)) return false;
  rmSync(path);
  settle(dirname(path));
  return true;
}

/** Replaces a file of keys as a whole, and lies on the disk before anything relies on it. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  settle(dirname(path));
}

function settle(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
