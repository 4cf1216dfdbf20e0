import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../src/platform/root.ts';

/**
 * One row of the requirements digest and where it works: `src/…` (a feature's file or folder),
 * `programmes/…`, `src/….test.ts#name of a test`, or `programmes/…/cases.yaml#id of a case`. Class E is
 * executable, D descriptive.
 */
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

/** The capabilities of the digest, in its order. */
export const GROUPS: Readonly<Record<string, string>> = {
  A: 'Organisation and people',
  B: 'Tiers, titles and growth stages',
  C: 'Programme aims and principles',
  D: 'Selection rounds and eligibility',
  E: 'Review and publicity',
  F: 'Quotas',
  G: 'Training delivery',
  H: 'Examination, assessment and credits',
  I: 'Mentoring and pairing',
  J: 'Lesson study',
  K: 'Reflection and growth file',
  L: 'Research and outputs',
  M: 'Competitions',
  N: 'Duties and annual assessment',
  O: 'Certification, term, renewal, removal',
  P: 'Incentives, treatments and funds',
  Q: 'Effect evaluation',
  R: 'Statistics, reports and archives',
  S: 'Network governance',
};

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

/**
 * How far a row has come. `works`: a test or feature carries it out. `stated`: a programme says it, people read
 * it as policy, and nothing more is claimed; that is all a descriptive row asks. `nothing`: not yet.
 */
export type Standing = 'works' | 'stated' | 'nothing';
export function standingOf(row: Requirement, cited: ReadonlyMap<string, unknown>): Standing {
  if (row.works.length > 0) return 'works';
  return cited.has(row.id) ? 'stated' : 'nothing';
}

/** Places that are named and do not exist, with the row that names them. */
export function brokenPlaces(rows: readonly Requirement[]): string[] {
  return rows.flatMap(({ id, works }) =>
    works.filter((place) => !placeExists(place)).map((place) => `${id}: ${place}`),
  );
}

/** The titles of the tests, and of the groups of tests, in a test file's text. */
export const testNames = (text: string): string[] =>
  [
    ...text.matchAll(
      /\b(?:describe|test|it)(?:\.each(?:<[^(]*>)?\(.*?\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs,
    ),
  ].map(([, , name = '']) => name.replaceAll(/\\(.)/g, '$1'));

/** The ids of the cases in a `cases.yaml`: tests/library.test.ts runs each of them. */
const caseIds = (text: string): string[] =>
  (parse(text) as { readonly cases: readonly { readonly id: string }[] }).cases.map(({ id }) => id);

function placeExists(place: string): boolean {
  const [file = '', ...rest] = place.split('#');
  if (!existsSync(join(root, file))) return false;
  if (rest.length === 0) return true;
  const text = readFileSync(join(root, file), 'utf8');
  return (file.endsWith('/cases.yaml') ? caseIds(text) : testNames(text)).includes(rest.join('#'));
}
