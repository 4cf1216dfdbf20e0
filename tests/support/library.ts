import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { programmeTables } from '../../src/platform/programmes.ts';
import { root } from '../../src/platform/root.ts';

/** A programme file of the project, with what stands beside it. */
export interface ProgrammeOnDisk {
  /** Such as `programmes/library/cn10-ganzhou-backbone/2021-1.yaml`. */
  readonly file: string;
  readonly text: string;
  readonly tables: Readonly<Record<string, string>>;
  readonly cases: string | null;
}

const read = (path: string) => readFileSync(path, 'utf8');

/** Every programme under `programmes/sources` and `programmes/library`. */
export function allProgrammes(): ProgrammeOnDisk[] {
  return ['sources', 'library'].flatMap((shelf) => {
    const folder = join(root, 'programmes', shelf);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .toSorted()
      .flatMap((name) => inFolder(join(folder, name)));
  });
}

function inFolder(folder: string): ProgrammeOnDisk[] {
  const cases = join(folder, 'cases.yaml');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== 'cases.yaml')
    .map((file) => ({
      file: relative(root, join(folder, file)),
      text: read(join(folder, file)),
      tables: programmeTables(join(folder, file)),
      cases: existsSync(cases) ? read(cases) : null,
    }));
}
