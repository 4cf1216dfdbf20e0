import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dossier, Person, RecordFact } from '../../src/language/dossier.ts';
import { type CompiledProgramme, compile } from '../../src/language/evaluate.ts';
import type { Finding, Findings } from '../../src/language/finding.ts';
import { type LoadResult, loadProgramme } from '../../src/language/load.ts';
import type { Problem } from '../../src/language/problem.ts';
import type { Programme } from '../../src/language/programme.ts';
import { loadVocabulary, type Vocabulary } from '../../src/language/vocabulary.ts';
import { root } from '../../src/platform/root.ts';

/** For the tests of the language: the real vocabulary and source programmes, and small files around a clause. */

export function theVocabulary(): Vocabulary {
  const result = loadVocabulary(readFileSync(join(root, 'programmes/vocabulary.yaml'), 'utf8'));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.vocabulary;
}

export const vocabulary = theVocabulary();

export function sourceText(name: string, file = '2011-1.yaml'): string {
  return readFileSync(join(root, 'programmes/sources', name, file), 'utf8');
}

export function sourceTables(name: string): Record<string, string> {
  const folder = join(root, 'programmes/sources', name, 'quotas');
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map((file) => [`quotas/${file}`, readFileSync(join(folder, file), 'utf8')]),
  );
}

/** A programme of `programmes/sources/`, perhaps with its text or tables changed. */
export function loadSource(
  name: string,
  change: (text: string) => string = (text) => text,
  tables: Record<string, string> = sourceTables(name),
): LoadResult {
  return loadProgramme(change(sourceText(name)), { vocabulary, file: `${name}/2011-1.yaml`, tables });
}

export interface Loaded {
  readonly programme: Programme;
  readonly warnings: readonly Problem[];
  readonly compiled: CompiledProgramme;
  /** The common vocabulary with the programme's own words. */
  readonly vocabulary: Vocabulary;
}

export function ready(result: LoadResult): Loaded {
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  const { programme, warnings, vocabulary: words } = result;
  return { programme, warnings, compiled: compile(programme, words), vocabulary: words };
}

/** A whole programme around one condition, written as the lines below `eligibility:`. */
export const around = (condition: string, more = ''): string =>
  [
    'programme: trial',
    'version: 2025-1',
    'names: {zh-CN: 试, en: trial}',
    'scope: school',
    ...(more === '' ? [] : [more]),
    'eligibility:',
    ...condition.split('\n').map((line) => `  ${line}`),
    '',
  ].join('\n');

export const clause = (condition: string, more = ''): Loaded =>
  ready(loadProgramme(around(condition, more), { vocabulary }));

/** A programme of these sections. */
export const policy = (sections: string): Loaded =>
  ready(
    loadProgramme(
      `programme: trial\nversion: 2025-1\nnames: {zh-CN: 试, en: trial}\nscope: school\n${sections}`,
      { vocabulary },
    ),
  );

/** The problems of a file that must not load. */
export function problemsOf(text: string): readonly Problem[] {
  const result = loadProgramme(text, { vocabulary, file: 'trial.yaml' });
  return result.ok ? [] : result.problems;
}

const somebody: Person = {
  id: 'p1',
  birthDate: '1985-03-04',
  sex: 'female',
  teachingSince: '2008-09-01',
  subject: '数学',
  stage: 'primary',
  setting: 'rural',
  rank: 'first',
  education: 'bachelor',
  employed: true,
  qualified: true,
  frontLine: true,
};

let made = 0;

export function record(type: string, on: string | null, more: Partial<RecordFact> = {}): RecordFact {
  made += 1;
  return {
    id: `r${made}`,
    type,
    title: `${type} ${made}`,
    on,
    level: null,
    grade: null,
    event: null,
    authorOrder: null,
    status: 'confirmed',
    fields: {},
    ...more,
  };
}

export function dossier(
  records: readonly RecordFact[] = [],
  person: Partial<Person> = {},
  titles: Dossier['titles'] = [],
): Dossier {
  return { person: { ...somebody, ...person } as Person, titles, records };
}

export function findingOf(findings: Findings | Finding, id: string): Finding {
  const search = (finding: Finding): Finding | undefined =>
    finding.id === id ? finding : finding.children.map(search).find((found) => found !== undefined);
  const found = search('root' in findings ? findings.root : findings);
  if (!found) throw new Error(`no finding ${id}`);
  return found;
}

export const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);

/** Milliseconds of work, whatever else the machine is doing. */
export function cost<T>(work: () => T): { result: T; ms: number } {
  const begun = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begun);
  return { result, ms: (user + system) / 1000 };
}
