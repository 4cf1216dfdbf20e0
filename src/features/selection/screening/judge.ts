import { isDeepStrictEqual } from 'node:util';
import type { Dossier } from '../../../language/dossier.ts';
import { type CompiledProgramme, compile } from '../../../language/evaluate.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import type { Condition } from '../../../language/grammar/condition.ts';
import { atLeast, count, emptyTally, type Outcome } from '../../../language/outcome.ts';
import type { Programme } from '../../../language/programme.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { JudgingProgramme } from '../../programmes/compiled.ts';

/** Bare outcomes of a programme, clause by clause, for many people. */

export type Judged = Pick<JudgingProgramme, 'programme' | 'vocabulary' | 'compiled' | 'local'>;

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
function judgeWith({ programme, vocabulary, compiled, local }: Judged, known: Clause[]): Judge {
  const { eligibility } = programme;
  const { rule } = eligibility;
  if (rule.op !== 'all' || compiled.needs.consumes || (eligibility.strength ?? 'must') !== 'must') {
    return wholeTree(compiled, eligibility.path);
  }
  const ground = groundOf(programme, vocabulary, local.digest, known);
  const parts = rule.arg.map((clause) => clauseOf({ ...programme, eligibility: clause }, ground, known));
  return {
    clauses: rule.arg.map(({ path }) => path),
    judge(dossier, context) {
      const whole = emptyTally();
      const clauses: Outcome[] = [];
      for (const part of parts) {
        const outcome = part.outcome(dossier, context);
        clauses.push(outcome);
        count(whole, outcome);
      }
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

/** All that the outcomes of a programme's clauses can hang on, beside the clauses themselves. */
interface Ground {
  readonly meaning: Partial<Programme>;
  readonly vocabulary: Vocabulary;
  /** Which numbers set locally come with the people. */
  readonly numbers: string | null;
}

interface Clause {
  readonly condition: Condition;
  readonly ground: Ground;
  outcome(dossier: Dossier, context: EvaluationContext): Outcome;
}

/** What a programme rests on, but for what it is called; that of an earlier one where it is the same. */
function groundOf(
  programme: Programme,
  vocabulary: Vocabulary,
  numbers: string | null,
  known: readonly Clause[],
): Ground {
  const { names, version, document, eligibility, ...meaning } = programme;
  const before = new Set(known.map(({ ground }) => ground));
  const same = [...before].find(
    (one) =>
      one.numbers === numbers &&
      isDeepStrictEqual(one.meaning, meaning) &&
      isDeepStrictEqual(one.vocabulary, vocabulary),
  );
  return same ?? { meaning, vocabulary, numbers };
}

/** The same clause on the same ground is the clause known before. */
function clauseOf(programme: Programme, ground: Ground, known: Clause[]): Clause {
  const condition = programme.eligibility;
  const before = known.find((one) => one.ground === ground && isDeepStrictEqual(one.condition, condition));
  if (before !== undefined) return before;
  const compiled = compile(programme, ground.vocabulary);
  let last: Dossier | null = null;
  let outcome: Outcome = 'unmet';
  const clause: Clause = {
    condition,
    ground,
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
