import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { BackupError } from './format.ts';
import { bucketTarget } from './s3.ts';

/** Where backups lie. Names are paths with `/`; what is written is there whole or not at all. */
export interface Target {
  /** As a person would write it. */
  readonly place: string;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes; null when there is nothing of that name. */
  get(name: string): Promise<Uint8Array | null>;
  /** Names that begin so, in no order, with their sizes. */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number }>;
  /** The names of the folders in a folder; in the place itself without one. */
  folders(under?: string): Promise<string[]>;
  remove(name: string): Promise<void>;
}

/** A folder's path, or `s3://bucket/prefix` with the usual AWS_… variables. */
export function openTarget(place: string, env: Record<string, string | undefined>): Target {
  return place.startsWith('s3://') ? bucketTarget(place, env) : folderTarget(place);
}

/** The part of a target under a folder. */
export const within = (target: Target, folder: string): Target => ({
  place: `${target.place.replace(/\/$/, '')}/${folder}`,
  put: (name, bytes) => target.put(`${folder}/${name}`, bytes),
  get: (name) => target.get(`${folder}/${name}`),
  async *list(prefix) {
    for await (const one of target.list(`${folder}/${prefix}`))
      yield { ...one, name: one.name.slice(folder.length + 1) };
  },
  folders: (under = '') => target.folders(under === '' ? folder : `${folder}/${under}`),
  remove: (name) => target.remove(`${folder}/${name}`),
});

export function folderTarget(place: string): Target {
  const root = resolve(place);
  const pathOf = (name: string) => {
    const path = resolve(root, name);
    if (!path.startsWith(`${root}/`)) throw new BackupError(`${name} is no name within ${place}`);
    return path;
  };
  return {
    place: root,
    async put(name, bytes) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = `${path}.${randomUUID()}.part`;
      try {
        const handle = await open(draft, 'w', 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(draft, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    get: (name) => readFile(pathOf(name)).catch(absent(null)),
    async *list(prefix) {
      const folder = prefix.includes('/') ? dirname(`${prefix}x`) : '.';
      for await (const path of walk(join(root, folder))) {
        const name = relative(root, path);
        const size = await stat(path).then(({ size }) => size, absent(null));
        if (name.startsWith(prefix) && size !== null) yield { name, bytes: size };
      }
    },
    async folders(under = '') {
      const found = await readdir(under === '' ? root : pathOf(under), { withFileTypes: true }).catch(
        absent([]),
      );
      return found.filter((one) => one.isDirectory()).map(({ name }) => name);
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
      // A folder that holds nothing more goes with its last file.
      for (let folder = dirname(pathOf(name)); folder.startsWith(`${root}/`); folder = dirname(folder))
        if (
          !(await rmdir(folder).then(
            () => true,
            () => false,
          ))
        )
          return;
    },
  };
}

async function* walk(folder: string): AsyncIterable<string> {
  for (const one of await readdir(folder, { withFileTypes: true }).catch(absent([]))) {
    const path = join(folder, one.name);
    if (one.isDirectory()) yield* walk(path);
    else if (one.isFile()) yield path;
  }
}

/** A new name outlives a power cut only once its folder is written, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absent<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  };
}
