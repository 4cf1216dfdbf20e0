import { isDeepStrictEqual } from 'node:util';
import type { Dossier } from '../../../language/dossier.ts';
import { type CompiledProgramme, compile } from '../../../language/evaluate.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import { atLeast, count, emptyTally, type Outcome } from '../../../language/outcome.ts';
import type { Programme } from '../../../language/programme.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';

/** Bare outcomes of a programme, clause by clause, for many people. */

export type Judged = Pick<ReadyProgramme, 'programme' | 'vocabulary' | 'compiled'>;

export interface Judge {
  readonly clauses: readonly string[];
  judge(dossier: Dossier, context: EvaluationContext): { outcome: Outcome; clauses: readonly Outcome[] };
}

export const judgeOf = (ready: Judged): Judge => judgeWith(ready, []);

/**
 * Judges of several programmes for one day, asked of each person in turn: a clause that two of them have in common is
 * judged once for each person.
 */
export function judgesOf(all: readonly Judged[]): Judge[] {
  const known: Clause[] = [];
  return all.map((ready) => judgeWith(ready, known));
}

/**
 * Each clause of the outermost "all of these" compiled by itself: its bare outcome counts it, and together they
 * are the whole. Where clauses spend each other's records only the whole tree can tell.
 */
function judgeWith({ programme, vocabulary, compiled }: Judged, known: Clause[]): Judge {
  const { eligibility } = programme;
  const { rule } = eligibility;
  if (rule.op !== 'all' || compiled.needs.consumes || (eligibility.strength ?? 'must') !== 'must') {
    return wholeTree(compiled, eligibility.path);
  }
  const parts = rule.arg.map((clause) => clauseOf({ ...programme, eligibility: clause }, vocabulary, known));
  return {
    clauses: rule.arg.map(({ path }) => path),
    judge(dossier, context) {
      const whole = emptyTally();
      const clauses = parts.map((part) => part.outcome(dossier, context));
      for (const outcome of clauses) count(whole, outcome);
      return { outcome: atLeast(parts.length, whole), clauses };
    },
  };
}

function wholeTree(compiled: CompiledProgramme, path: string): Judge {
  return {
    clauses: [path],
    judge(dossier, context) {
      const outcome = compiled.outcome(dossier, context);
      return { outcome, clauses: [outcome] };
    },
  };
}

interface Clause {
  /** All that its outcome can hang on. */
  readonly meaning: Partial<Programme>;
  readonly vocabulary: Vocabulary;
  outcome(dossier: Dossier, context: EvaluationContext): Outcome;
}

/** The same clause of the same programme, but for what the programme is called, is the clause known before. */
function clauseOf(programme: Programme, vocabulary: Vocabulary, known: Clause[]): Clause {
  const { names, version, document, ...meaning } = programme;
  const before = known.find(
    (one) =>
      isDeepStrictEqual(one.meaning.eligibility, meaning.eligibility) && // What mostly differs.
      isDeepStrictEqual(one.meaning, meaning) &&
      isDeepStrictEqual(one.vocabulary, vocabulary),
  );
  if (before !== undefined) return before;
  const compiled = compile(programme, vocabulary);
  let last: Dossier | null = null;
  let outcome: Outcome = 'unmet';
  const clause: Clause = {
    meaning,
    vocabulary,
    outcome(dossier, context) {
      if (dossier !== last) {
        outcome = compiled.outcome(dossier, context);
        last = dossier;
      }
      return outcome;
    },
  };
  known.push(clause);
  return clause;
}
