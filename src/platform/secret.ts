import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
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
    writeDraft(draft, makeSecret(), null);
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    settle(holder.dataDir);
  }
  return read(path);
}

/** Is there one, or would the next use make one? */
export const hasSecret = (holder: Holder): boolean => holder.secret !== null || existsSync(pathOf(holder));

/** Those before it that are still at hand: of the setting, and beside it in the data folder, one a line. */
export function oldSecrets(holder: Holder): string[] {
  const given = holder.oldSecret ?? null;
  return [...(given === null ? [] : [given]), ...oldOfFile(holder.dataDir)];
}

function oldOfFile(dataDir: string): string[] {
  const path = oldPathOf(dataDir);
  if (!existsSync(path)) return [];
  const lines = read(path).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Is there anything to open with? Else looking would make a secret that opens nothing. */
export const anySecret = (holder: Holder): boolean => hasSecret(holder) || oldSecrets(holder).length > 0;

/**
 * To look only: where there are older secrets and no present one, one that is kept nowhere and opens nothing. Whoever
 * looks makes no file.
 */
export const onlyLooking = <T extends Holder>(holder: T): T =>
  hasSecret(holder) || !anySecret(holder) ? holder : { ...holder, secret: makeSecret() };

/** Tells whether the file is still the one it was, and nothing of what it holds. */
export function fingerprint(holder: Holder): string {
  const digest = hkdfSync('sha256', read(pathOf(holder)), '', 'qinglan exchange of the secret', 16);
  return Buffer.from(digest).toString('hex');
}

/**
 * Puts a new secret in the place of the file that has this fingerprint, which is kept beside it with those that lay there
 * already. Killed at any point it is called again: once the file is another the exchange has begun.
 */
export function exchangeFile(holder: Holder, from: string): void {
  if (fingerprint(holder) !== from) return;
  const [path, old] = [pathOf(holder), oldPathOf(holder.dataDir)];
  const [present, kept] = [read(path), oldOfFile(holder.dataDir)];
  // A copy and no link: the file may itself be a link to one elsewhere, which is about to be another.
  if (!kept.includes(present)) replaceFile(old, `${[present, ...kept].join('\n')}\n`, path);
  replaceFile(path, makeSecret());
}

/** Once nothing is sealed with it any more. */
export function dropOldFile(dataDir: string): boolean {
  const path = oldPathOf(dataDir);
  if (!existsSync(path)) return false;
  rmSync(path);
  settle(dirname(path));
  return true;
}

/**
 * Replaces a file of keys as a whole, and lies on the disk before anything relies on it. Where it is a link the file that
 * is meant is replaced, and it goes on belonging to whom it (or `like`) belongs, also when root replaces it.
 */
export function replaceFile(path: string, text: string, like = path): void {
  const to = existsSync(path) ? realpathSync(path) : path;
  const draft = `${to}.${process.pid}`;
  writeDraft(draft, text, existsSync(like) ? statSync(like) : null);
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  settle(dirname(to));
}

/** The draft of a file, on the disk; nothing is left of one that could not be written. */
function writeDraft(draft: string, text: string, owner: { uid: number; gid: number } | null): void {
  const file = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(file, text);
    if (owner !== null && process.getuid?.() === 0) fchownSync(file, owner.uid, owner.gid);
    fsyncSync(file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function settle(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
