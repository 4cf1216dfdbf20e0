import { checkProgramme } from './check.ts';
import { settleFile } from './given.ts';
import { type ProgrammeFile, programme as programmeShape } from './grammar/programme.ts';
import { lintProgramme } from './lint.ts';
import { type Problem, problemMaker } from './problem.ts';
import { nothingAsked, type Programme } from './programme.ts';
import { readYaml } from './read.ts';
import { parseTable, type QuotaTable } from './tables.ts';
import { extendVocabulary, type Vocabulary, vocabularyNames } from './vocabulary.ts';

export type { Programme };

export type LoadResult =
  | {
      readonly ok: true;
      readonly programme: Programme;
      /** The vocabulary given, with the programme's own terms. */
      readonly vocabulary: Vocabulary;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface LoadOptions {
  readonly vocabulary: Vocabulary;
  readonly file?: string;
  /** Text of the tables the file may name, by the name it uses. */
  readonly tables?: Readonly<Record<string, string>>;
}

/** Text to programme, or everything that is wrong with it. Never throws, whatever the text. */
export function loadProgramme(
  text: string,
  { vocabulary: common, file = 'programme.yaml', tables = {} }: LoadOptions,
): LoadResult {
  const reading = readYaml(text, programmeShape, {
    file,
    known: (kind) => (kind === 'table' ? Object.keys(tables) : vocabularyNames(common, kind)),
    keysOf: {
      definition: ['definitions'],
      body: ['bodies'],
      'route-stage': ['route'],
      limit: ['quota.limits'],
      duty: ['duties'],
      measure: ['measures'],
      parameter: ['parameters'],
      population: ['populations'],
      lookup: ['lookups'],
      state: ['term.states'],
      treatment: ['treatments'],
      scale: ['terms.scales'],
      attribute: ['terms.attributes'],
      title: ['terms.titles.others', 'terms.scales.*.steps'],
      'record-type': ['terms.records'],
    },
  });
  if (!reading.value) return { ok: false, problems: reading.problems };
  const named = readTables(reading.value, tables);
  if (named.problems.length > 0) return { ok: false, problems: named.problems };
  const { file: settled, given } = settleFile(reading.value);
  const programme: Programme = {
    ...settled,
    given,
    eligibility: settled.eligibility ?? nothingAsked,
    tables: named.tables,
  };
  const error = problemMaker(file, reading.at, 'error');
  const { vocabulary, problems } = extendVocabulary(
    common,
    programme.terms,
    error,
    (programme.subject ?? 'person') === 'person',
  );
  if (problems.length > 0) return { ok: false, problems };
  const faults = checkProgramme(programme, vocabulary, error);
  if (faults.length > 0) return { ok: false, problems: faults };
  return {
    ok: true,
    programme,
    vocabulary,
    warnings: lintProgramme(programme, vocabulary, problemMaker(file, reading.at, 'warning')),
  };
}

/** The tables the programme names; others beside it are none of its business. */
function readTables(
  { quota }: ProgrammeFile,
  texts: Readonly<Record<string, string>>,
): { tables: Programme['tables']; problems: readonly Problem[] } {
  const splits = [quota?.split, ...(quota?.parts ?? []).map(({ split }) => split)];
  const tables: Record<string, QuotaTable> = {};
  const problems: Problem[] = [];
  for (const name of new Set(splits.flatMap((split) => split?.table ?? []))) {
    const { table, faults } = parseTable(texts[name] ?? '');
    if (table) tables[name] = table;
    for (const { line, message } of faults)
      problems.push(problemMaker(name, () => ({ line, column: 1 }), 'error')('bad-table', '', message));
  }
  return { tables, problems };
}
