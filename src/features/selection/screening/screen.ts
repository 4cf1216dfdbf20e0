import type { Dossier } from '../../../language/dossier.ts';
import { type CompiledProgramme, compile } from '../../../language/evaluate.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import { atLeast, count, emptyTally, type Outcome } from '../../../language/outcome.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';
import { contextOf } from '../dossier/assess.ts';
import { loadDossiers } from '../dossier/load.ts';
import { streamDossiers } from '../dossier/stream.ts';
import { selectSpent } from '../spent/queries.ts';
import { addTo, childPath, isEligible, newTally, type Tally } from './rules.ts';

export interface Screening {
  readonly ready: ReadyProgramme;
  readonly versionId: string;
  readonly asOf: CivilDate;
  /** Everyone serving under this unit. */
  readonly unitPath: string;
}
export interface ScreeningSteps {
  /** Told now and then how many have been judged. */
  readonly progress?: (done: number) => Promise<void>;
  /** Given the eligible, some thousands at a time, in the order of their ids. */
  readonly eligible?: (people: readonly string[]) => Promise<void>;
}

const ELIGIBLE_AT_ONCE = 4000;

/** A programme over everyone under a unit; everyone is counted as their own findings would say. */
export async function screen(
  db: Db,
  { ready, versionId, asOf, unitPath }: Screening,
  steps: ScreeningSteps = {},
): Promise<Tally> {
  const judge = judgeOf(ready);
  const tally = newTally(judge.clauses);
  const { needs } = ready.compiled;
  const spent = needs.consumes ? await selectSpent(db, { unitPath }, versionId, asOf) : [];
  const winners = new Set(spent.map(({ personId }) => personId));
  let eligible: string[] = [];
  for await (const members of streamDossiers(db, { unitPath, asOf, needs: [needs] })) {
    // A crowd's records have no ids; whoever used some up in an earlier round is read again with theirs.
    const before = members.map(({ dossier }) => dossier.person.id).filter((id) => winners.has(id));
    const own = await loadDossiers(db, before, { versionId, asOf }, needs);
    for (const { dossier: read, unitPath: path } of members) {
      const dossier = own.get(read.person.id) ?? read;
      const { outcome, clauses } = judge.judge(dossier, contextOf(dossier, asOf));
      const { id, subject, setting } = dossier.person;
      addTo(tally, { outcome, clauses, unit: childPath(unitPath, path ?? unitPath), subject, setting });
      if (isEligible(outcome)) eligible.push(id);
    }
    await steps.progress?.(tally.people);
    if (eligible.length < ELIGIBLE_AT_ONCE) continue;
    await steps.eligible?.(eligible);
    eligible = [];
  }
  if (eligible.length > 0) await steps.eligible?.(eligible);
  await steps.progress?.(tally.people);
  return tally;
}

interface Judge {
  readonly clauses: readonly string[];
  judge(dossier: Dossier, context: EvaluationContext): { outcome: Outcome; clauses: readonly Outcome[] };
}

/**
 * Each clause of the outermost "all of these" compiled by itself: its bare outcome counts it, and together they
 * are the whole. Where clauses spend each other's records only the whole tree can tell.
 */
export function judgeOf({
  programme,
  vocabulary,
  compiled,
}: Pick<ReadyProgramme, 'programme' | 'vocabulary' | 'compiled'>): Judge {
  const { eligibility } = programme;
  const { rule } = eligibility;
  if (rule.op !== 'all' || compiled.needs.consumes || (eligibility.strength ?? 'must') !== 'must') {
    return wholeTree(compiled, eligibility.path);
  }
  const parts = rule.arg.map((clause) => ({
    path: clause.path,
    compiled: compile({ ...programme, eligibility: clause }, vocabulary),
  }));
  return {
    clauses: parts.map(({ path }) => path),
    judge(dossier, context) {
      const whole = emptyTally();
      const clauses = parts.map((part) => part.compiled.outcome(dossier, context));
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
