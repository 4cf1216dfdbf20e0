import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Content-addressed files: the name is the SHA-256 of the bytes, so writing twice is writing once. */
export interface FileStore {
  /** Keeps the bytes durably and returns their SHA-256 in hex. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes, or null when no file of that hash is kept. */
  get(sha256: string): Promise<Uint8Array | null>;
  /** Its length in bytes, or null when no file of that hash is kept. */
  size(sha256: string): Promise<number | null>;
  /** Removes a file nothing names any more, unless it was put within the last hour: somebody may just be naming it. */
  remove(name: string): Promise<void>;
  /** All there is, a folder of it at a time: what is kept, by its SHA-256, and what a crash left half-written. */
  list(): AsyncGenerator<readonly KeptFile[]>;
}

export interface KeptFile {
  /** What `remove` takes. */
  readonly name: string;
  /** Null for what was never whole. */
  readonly sha256: string | null;
  readonly size: number;
  readonly putAt: Date;
}

const JUST_PUT_MS = 3_600_000;

/** Files in a folder, spread over 256 sub-folders; durable before `put` resolves. */
export function folderFiles(root: string): FileStore {
  const pathOf = (sha256: string) => join(root, sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const path = pathOf(sha256);
      const now = new Date();
      if (
        await utimes(path, now, now).then(
          () => true,
          () => false,
        )
      )
        return sha256;
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${randomUUID()}`;
      const handle = await open(temporary, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path).catch(async (error) => {
        await rm(temporary, { force: true });
        throw error;
      });
      return sha256;
    },
    async get(sha256) {
      if (!isHash(sha256)) return null;
      return readFile(pathOf(sha256)).catch(() => null);
    },
    async size(sha256) {
      if (!isHash(sha256)) return null;
      return stat(pathOf(sha256)).then(
        ({ size }) => size,
        () => null,
      );
    },
    async remove(name) {
      if (!isHash(name) && !HALF_WRITTEN.test(name)) return;
      const found = await stat(pathOf(name)).catch(() => null);
      if (found === null || Date.now() - found.mtimeMs < JUST_PUT_MS) return;
      await rm(pathOf(name), { force: true });
    },
    async *list() {
      for (const folder of (await readdir(root).catch(() => [])).toSorted()) {
        const found: KeptFile[] = [];
        for (const name of (await readdir(join(root, folder)).catch(() => [])).toSorted()) {
          if (!isHash(name) && !HALF_WRITTEN.test(name)) continue;
          const { size, mtime } = (await stat(pathOf(name)).catch(() => null)) ?? {};
          if (size !== undefined && mtime !== undefined)
            found.push({ name, sha256: isHash(name) ? name : null, size, putAt: mtime });
        }
        yield found;
      }
    },
  };
}

const HALF_WRITTEN = /^[0-9a-f]{64}\.[0-9a-f-]{36}$/;
const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
