import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../../../platform/database.ts';
import type { FileStore } from '../../../platform/files.ts';
import { isId } from '../../../platform/ids.ts';
import { idsWithUpload } from '../../organisation/imports/erase/queries.ts';
import { idsOfCopies } from '../own-data/queries.ts';
import { namedOf } from './kinds.ts';

/*
 * Files that nobody refers to any more. Rows go first and their files once that has committed, and a file is put before
 * the row that names it: a crash in between leaves one behind, which may hold what was to be erased.
 */

/** Nothing on its way is so old: an upload is given five minutes, and what a dead process was at is begun again at once. */
export const LEFT_AFTER_MS = 24 * 3_600_000;

export interface Leftover {
  /** Within the data folder. */
  readonly path: string;
  readonly size: number;
  readonly at: Date;
  /** Asks once more whether anybody refers to it, and leaves it if so. Whether it is gone. */
  remove(): Promise<boolean>;
}

export interface Kept {
  readonly db: Db;
  readonly files: FileStore;
  readonly dataDir: string;
}

/** Those last touched before then. */
export async function* findLeftovers(kept: Kept, before: Date): AsyncGenerator<Leftover> {
  yield* ofStore(kept, before);
  // One that is being made is a copy there is.
  yield* ofFolder(kept, 'own-data', before, idsOfCopies);
  yield* ofFolder(kept, 'imports', before, idsWithUpload);
}

async function* ofStore({ db, files }: Kept, before: Date): AsyncGenerator<Leftover> {
  for await (const folder of files.list()) {
    const old = folder.filter(({ putAt }) => putAt < before);
    const named = await namedOf(
      db,
      old.flatMap(({ sha256 }) => sha256 ?? []),
    );
    for (const { name, sha256, size, putAt } of old) {
      if (sha256 !== null && named.has(sha256)) continue;
      yield {
        path: join('files', name.slice(0, 2), name),
        size,
        at: putAt,
        async remove() {
          if (sha256 !== null && (await namedOf(db, [sha256])).has(sha256)) return false;
          await files.remove(name);
          return true;
        },
      };
    }
  }
}

/** A folder of files whose names begin with the id of a row. */
async function* ofFolder(
  { db, dataDir }: Kept,
  folder: string,
  before: Date,
  wanted: (db: Db, ids: readonly string[]) => Promise<string[]>,
): AsyncGenerator<Leftover> {
  const names = (await readdir(join(dataDir, folder)).catch(() => [])).toSorted();
  const idOf = (name: string): string => name.split('.')[0] ?? '';
  const there = new Set(await wanted(db, names.map(idOf).filter(isId)));
  for (const name of names) {
    const id = idOf(name);
    const path = join(folder, name);
    const found = await stat(join(dataDir, path)).catch(() => null);
    if (!isId(id) || there.has(id) || found === null || !found.isFile() || found.mtime >= before) continue;
    yield {
      path,
      size: found.size,
      at: found.mtime,
      async remove() {
        if ((await wanted(db, [id])).length > 0) return false;
        await rm(join(dataDir, path), { force: true });
        return true;
      },
    };
  }
}
