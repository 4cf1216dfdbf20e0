import type { EvaluationContext } from '../../language/finding.ts';
import type { Db } from '../../platform/database.ts';
import type { CivilDate } from '../../shared/civil-date.ts';
import type { ReadyProgramme } from '../programmes/compiled.ts';
import { streamDossiers } from '../selection/dossier/stream.ts';
import { childPath, isEligible } from '../selection/screening/rules.ts';
import { judgeOf } from '../selection/screening/screen.ts';
import { addJudged, ageBand, type LabTally, newLabTally } from './rules.ts';

/**
 * A policy tried on everyone under a unit, in one pass, beside the version it is compared with. Nobody's records
 * are taken as used up by earlier rounds: the question is what the policy says, not what is left of somebody.
 */
export interface Trial {
  readonly tried: Pick<ReadyProgramme, 'programme' | 'vocabulary' | 'compiled'>;
  readonly against: Pick<ReadyProgramme, 'programme' | 'vocabulary' | 'compiled'> | null;
  readonly asOf: CivilDate;
  readonly unitPath: string;
}

export interface TrialSteps {
  /** Told after every hundred people or so; awaited, so that it may write. */
  readonly progress?: (tally: LabTally) => Promise<void>;
  /** Given those who gain or lose, some thousands at a time. */
  readonly changes?: (gains: boolean, people: readonly string[]) => Promise<void>;
}

const CHANGES_AT_ONCE = 4000;

export async function tryOn(
  db: Db,
  { tried, against, asOf, unitPath }: Trial,
  steps: TrialSteps = {},
): Promise<LabTally> {
  const [now, before] = [judgeOf(tried), against && judgeOf(against)];
  const tally = newLabTally(now.clauses);
  const context: EvaluationContext = { asOf };
  const waiting = { gain: [] as string[], lose: [] as string[] };
  const flush = async (kind: 'gain' | 'lose', least: number) => {
    if (waiting[kind].length < least) return;
    await steps.changes?.(kind === 'gain', waiting[kind]);
    waiting[kind] = [];
  };
  const needs = [tried.compiled.needs, ...(against ? [against.compiled.needs] : [])];
  for await (const members of streamDossiers(db, { unitPath, asOf, needs })) {
    for (const { dossier, unitPath: path } of members) {
      const { outcome, clauses } = now.judge(dossier, context);
      const was = before ? isEligible(before.judge(dossier, context).outcome) : null;
      const after = isEligible(outcome);
      const { id, birthDate, setting, stage, subject, sex } = dossier.person;
      addJudged(tally, {
        before: was,
        after,
        outcome,
        clauses,
        groups: {
          unit: childPath(unitPath, path ?? unitPath),
          setting: setting ?? '',
          stage: stage ?? '',
          subject: subject ?? '',
          sex: sex ?? '',
          age: ageBand(birthDate, asOf),
        },
      });
      if (was === false && after) waiting.gain.push(id);
      if (was === true && !after) waiting.lose.push(id);
    }
    await steps.progress?.(tally);
    await flush('gain', CHANGES_AT_ONCE);
    await flush('lose', CHANGES_AT_ONCE);
  }
  await flush('gain', 1);
  await flush('lose', 1);
  return tally;
}
