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
/** How far a screening has come: everyone up to an id is counted. */
export interface Reached {
  readonly id: string;
  readonly tally: Tally;
}
export interface ScreeningSteps {
  /** Go on from here. */
  readonly from?: Reached | null;
  /**
   * Told every hundred people or so how far it has come, with the eligible since it was last kept, in the order of
   * their ids; true when it was kept.
   */
  readonly reach?: (reached: Reached, eligible: readonly string[]) => Promise<boolean>;
}
export interface Screened {
  readonly tally: Tally;
  /** The eligible that were not kept on the way. */
  readonly eligible: readonly string[];
}

/** A programme over everyone under a unit; everyone is counted as their own findings would say. */
export async function screen(
  db: Db,
  { ready, versionId, asOf, unitPath }: Screening,
  { from = null, reach }: ScreeningSteps = {},
): Promise<Screened> {
  const judge = judgeOf(ready);
  const tally = from?.tally ?? newTally(judge.clauses);
  const { needs } = ready.compiled;
  const spent = needs.consumes ? await selectSpent(db, { unitPath }, versionId, asOf) : [];
  const winners = new Set(spent.map(({ personId }) => personId));
  const crowd = { unitPath, asOf, needs: [needs], after: from?.id ?? null };
  let eligible: string[] = [];
  for await (const members of streamDossiers(db, crowd)) {
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
    const id = members.at(-1)?.dossier.person.id;
    if (id !== undefined && (await reach?.({ id, tally }, eligible)) === true) eligible = [];
  }
  return { tally, eligible };
}

export interface Judge {
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
