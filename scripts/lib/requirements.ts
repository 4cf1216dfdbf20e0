import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/platform/root.ts';

/** One row of the requirements digest and where it works: `src/…` (a feature's file or folder), or `src/…test.ts#test name`. */
export interface Requirement {
  readonly id: string;
  readonly group: string;
  readonly class: 'E' | 'D';
  readonly kind: string;
  readonly statement: string;
  readonly en: string;
  readonly zh: string;
  readonly works: readonly string[];
}

export const readRequirements = (): Requirement[] =>
  JSON.parse(readFileSync(join(root, 'docs/requirements.json'), 'utf8')) as Requirement[];

/** For every row that a programme file cites, the files that do. */
export function citedInProgrammes(): Map<string, string[]> {
  const cited = new Map<string, string[]>();
  const folder = join(root, 'programmes');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  )) {
    const ids = readFileSync(join(folder, name), 'utf8').match(/\bR-\d{3}-\d{1,2}-\d{2}\b/g) ?? [];
    for (const id of new Set(ids)) cited.set(id, [...(cited.get(id) ?? []), `programmes/${name}`]);
  }
  return cited;
}

/** Places that are named and do not exist, with the row that names them. */
export function brokenPlaces(rows: readonly Requirement[]): string[] {
  return rows.flatMap(({ id, works }) =>
    works.filter((place) => !placeExists(place)).map((place) => `${id}: ${place}`),
  );
}

function placeExists(place: string): boolean {
  const [file = '', test] = place.split('#', 2);
  if (!existsSync(join(root, file))) return false;
  return test === undefined || readFileSync(join(root, file), 'utf8').includes(test);
}
