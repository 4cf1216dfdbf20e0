import { lintAmounts } from './lint/amounts.ts';
import { lintCases } from './lint/cases.ts';
import { lintClauses } from './lint/clauses.ts';
import { lintDates } from './lint/dates.ts';
import { lintJudging } from './lint/judging.ts';
import { lintNumbers } from './lint/numbers.ts';
import { lintPeople } from './lint/people.ts';
import { lintReach } from './lint/reach.ts';
import { lintUses, lintWindows } from './lint/uses.ts';
import type { Warn } from './lint/warn.ts';
import { lintWords } from './lint/words.ts';
import type { Names, Problem, problemMaker } from './problem.ts';
import type { Programme } from './programme.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Warnings: the file is well-formed and will run, but a careful reader would ask. */
export function lintProgramme(
  programme: Programme,
  vocabulary: Vocabulary,
  problem: ReturnType<typeof problemMaker>,
): Problem[] {
  const found: Problem[] = [];
  const warn: Warn = (code, path, zh, en) => {
    const message: Names = { 'zh-CN': zh, en };
    found.push(problem(code, path, message));
  };
  lintDates(programme, warn);
  lintAmounts(programme, warn);
  lintWords(programme, warn);
  lintNumbers(programme, warn);
  lintPeople(programme, warn);
  lintClauses(programme, vocabulary, warn);
  lintCases(programme, vocabulary, warn);
  lintUses(programme, warn);
  lintWindows(programme, warn);
  lintReach(programme, vocabulary, warn);
  lintJudging(programme, vocabulary, warn);
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}
