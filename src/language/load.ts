import { checkProgramme } from './check.ts';
import { programme as programmeShape } from './grammar/programme.ts';
import { lintProgramme } from './lint.ts';
import { type Problem, problemMaker } from './problem.ts';
import type { Programme } from './programme.ts';
import { readYaml } from './read.ts';
import { parseTable, type QuotaTable } from './tables.ts';
import { type Vocabulary, vocabularyNames } from './vocabulary.ts';

export type { Programme };

export type LoadResult =
  | { readonly ok: true; readonly programme: Programme; readonly warnings: readonly Problem[] }
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
  { vocabulary, file = 'programme.yaml', tables = {} }: LoadOptions,
): LoadResult {
  const parsed: Record<string, QuotaTable> = {};
  const problems: Problem[] = [];
  for (const [name, content] of Object.entries(tables)) {
    const { table, faults } = parseTable(content);
    if (table) parsed[name] = table;
    for (const { line, message } of faults) {
      const problem = problemMaker(name, () => ({ line, column: 1 }), 'error');
      problems.push(problem('bad-table', '', message));
    }
  }
  const reading = readYaml(text, programmeShape, {
    file,
    known: (kind) => (kind === 'table' ? Object.keys(tables) : vocabularyNames(vocabulary, kind)),
    keysOf: {
      definition: 'definitions',
      body: 'bodies',
      'route-stage': 'route',
      limit: 'quota.limits',
      duty: 'duties',
    },
  });
  problems.push(...reading.problems);
  if (!reading.value || problems.length > 0) return { ok: false, problems };
  const programme: Programme = { ...reading.value, tables: parsed };
  const faults = checkProgramme(programme, vocabulary, problemMaker(file, reading.at, 'error'));
  if (faults.length > 0) return { ok: false, problems: faults };
  return {
    ok: true,
    programme,
    warnings: lintProgramme(programme, vocabulary, problemMaker(file, reading.at, 'warning')),
  };
}
