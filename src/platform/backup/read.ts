import { basename, dirname } from 'node:path/posix';
import { BackupError, MANIFEST, type Manifest, readManifest, timeInName } from './format.ts';
import { readPart, sha256Of } from './pack.ts';
import type { Open } from './seal.ts';
import { openTarget, type Target, within } from './target.ts';

/** The finished backups of an authority, oldest first. */
export async function listBackups(target: Target): Promise<{ name: string; at: Date }[]> {
  const found: { name: string; at: Date }[] = [];
  for (const name of (await target.folders()).sort()) {
    const at = timeInName(name);
    if (at !== null && (await target.get(`${name}/${MANIFEST}`)) !== null) found.push({ name, at });
  }
  return found;
}

export async function loadManifest(target: Target, name: string): Promise<Manifest> {
  const bytes = await target.get(`${name}/${MANIFEST}`);
  if (bytes === null)
    throw new BackupError(`${target.place}/${name} has no manifest: it is no backup, or was never finished`);
  return readManifest(`${target.place}/${name}`, bytes);
}

/** A backup to read from: the authority's part of the place, and the name within it. */
export interface Found {
  readonly target: Target;
  readonly name: string;
  readonly manifest: Manifest;
}

/**
 * Finds the backup a person named: `PLACE/qinglan/20261126T031500Z`; or the newest under `PLACE/qinglan`, or under
 * `PLACE` where it holds one authority alone.
 */
export async function findBackup(text: string, env: Record<string, string | undefined>): Promise<Found> {
  const plain = text.replace(/\/+$/, '');
  if (timeInName(basename(plain)) !== null) {
    const target = openTarget(dirname(plain), env);
    return { target, name: basename(plain), manifest: await loadManifest(target, basename(plain)) };
  }
  const place = openTarget(plain, env);
  const newest = await newestIn(place);
  if (newest !== null) return newest;
  const found: Found[] = [];
  for (const folder of await place.folders()) {
    const one = await newestIn(within(place, folder));
    if (one !== null) found.push(one);
  }
  const [only, ...others] = found;
  if (only === undefined) throw new BackupError(`${place.place} holds no finished backup`);
  if (others.length > 0)
    throw new BackupError(
      `${place.place} holds several authorities; name one: ${found.map(({ target }) => basename(target.place)).join(', ')}`,
    );
  return only;
}

async function newestIn(target: Target): Promise<Found | null> {
  const name = (await listBackups(target)).at(-1)?.name;
  return name === undefined ? null : { target, name, manifest: await loadManifest(target, name) };
}

export interface KeptFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** The files a backup needs. */
export async function readFileList(target: Target, manifest: Manifest): Promise<KeptFile[]> {
  const text = Buffer.from(await readPart(target, async (bytes) => bytes, manifest.files.list)).toString(
    'utf8',
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha256 = '', bytes] = line.split(' ');
      return { sha256, bytes: Number(bytes) };
    });
}

/** The bytes of one kept file, with the hash of its name. */
export async function readFile(
  target: Target,
  open: Open,
  manifest: Manifest,
  { sha256 }: KeptFile,
): Promise<Uint8Array> {
  const ending = manifest.recipient === null ? '' : '.age';
  const name = `${manifest.files.folder}/${sha256.slice(0, 2)}/${sha256}${ending}`;
  const sealed = await target.get(name);
  if (sealed === null) throw new BackupError(`${name} is missing`);
  let bytes: Uint8Array;
  try {
    bytes = await open(sealed);
  } catch (error) {
    throw new BackupError(`${name} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (sha256Of(bytes) !== sha256) throw new BackupError(`${name} has been changed or is damaged`);
  return bytes;
}

/** The install's keys by file name; null where the backup holds none. */
export async function readSecrets(
  target: Target,
  open: Open,
  { secrets }: Manifest,
): Promise<Record<string, string> | null> {
  if (secrets === null) return null;
  return JSON.parse(Buffer.from(await readPart(target, open, secrets)).toString('utf8')) as Record<
    string,
    string
  >;
}
