import type { Dossier } from '../../../language/dossier.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import type { Facts } from '../../../language/population/asked.ts';
import type { Db } from '../../../platform/database.ts';
import { judgingProgramme, readyOf } from '../../programmes/compiled.ts';
import type { ProgrammeTables } from '../../programmes/queries.ts';
import { contextOf } from '../../selection/dossier/context.ts';
import { type Ways, walkCrowd } from '../../selection/dossier/crowd/walk.ts';
import type { CrowdAsked, CrowdWork } from '../../selection/dossier/crowd/work.ts';
import { type Judging, surroundings } from '../../selection/dossier/population/facts.ts';
import type { CrowdMember } from '../../selection/dossier/stream.ts';
import { type Judged, judgesOf } from '../../selection/screening/judge.ts';
import { addFigures, childPath, isEligible } from '../../selection/screening/rules.ts';
import { addJudged, ageBand, type LabTally, newLabTally } from './rules.ts';

/**
 * A policy tried on everyone under a unit, in one pass, beside the version it is compared with. Nobody's records
 * are taken as used up by earlier rounds: the question is what the policy says, not what is left of somebody.
 */
export interface Trial extends CrowdAsked {
  readonly source: string;
  readonly tables: ProgrammeTables;
  readonly againstId: string | null;
  /** The digest of the numbers set locally: both are tried with them, each with those it can use. */
  readonly numbers: string | null;
  /** What was reckoned of many for the policy tried and for the other; null where nothing is asked. */
  readonly among: { readonly now: string | null; readonly before: string | null };
}

export interface TrialSteps {
  /** Told every some hundred people; awaited, so that it may write. */
  readonly progress?: (tally: LabTally) => Promise<void>;
  /** Given those who gain or lose, some thousands at a time, in the order of their ids. */
  readonly changes?: (gains: boolean, people: readonly string[]) => Promise<void>;
  readonly ways?: Partial<Ways>;
}

const CHANGES_AT_ONCE = 4000;

export async function tryOn(
  db: Db,
  { source, tables, againstId, numbers, asOf, unitPath, among }: Trial,
  { progress, changes, ways }: TrialSteps = {},
): Promise<LabTally> {
  let tally: LabTally | null = null;
  const waiting = { gain: [] as string[], lose: [] as string[] };
  const flush = async (kind: 'gain' | 'lose', least: number) => {
    if (waiting[kind].length < least) return;
    await changes?.(kind === 'gain', waiting[kind]);
    waiting[kind] = [];
  };
  const asked = { source, tables, againstId, numbers, asOf, unitPath, among };
  for await (const { part } of walkCrowd(db, work, asked, null, ways)) {
    if (tally === null) tally = part.tally;
    else addFigures(tally, part.tally);
    waiting.gain.push(...part.gain);
    waiting.lose.push(...part.lose);
    await progress?.(tally);
    await flush('gain', CHANGES_AT_ONCE);
    await flush('lose', CHANGES_AT_ONCE);
  }
  await flush('gain', 1);
  await flush('lose', 1);
  return tally ?? newLabTally([]);
}

/** What is found of some of the people: the figures, and who gains and who loses. */
interface Part {
  readonly tally: LabTally;
  readonly gain: string[];
  readonly lose: string[];
}

export const work: CrowdWork<Trial, Part> = {
  file: 'src/features/lab/trials/try.ts',
  async prepare(db, { source, tables, againstId, numbers, asOf, unitPath, among }) {
    const tried = await readyOf(db, { source, tables, numbers });
    const against = againstId === null ? null : await judgingProgramme(db, { versionId: againstId, numbers });
    const both: readonly Judged[] = against === null ? [tried] : [tried, against];
    const [now, before] = judgesOf(both);
    const factsBy = async (
      one: Judging | null,
      population: string | null,
    ): Promise<((members: readonly CrowdMember[]) => Promise<ReadonlyMap<string, Facts>>) | null> => {
      if (one === null || population === null) return null;
      const around = await surroundings(db, one, { unitPath, asOf }, population);
      return (members) => around.facts(members);
    };
    // Thousands stand in each unit: which part it belongs to is found once.
    const parts = new Map<string, string>();
    const partOf = (path: string): string => {
      let part = parts.get(path);
      if (part === undefined) {
        part = childPath(unitPath, path);
        parts.set(path, part);
      }
      return part;
    };
    const alone: EvaluationContext = { asOf };
    const contextFor = (
      ready: Judging,
      dossier: Dossier,
      path: string | null,
      known: ReadonlyMap<string, Facts> | undefined,
    ): EvaluationContext => {
      if (known === undefined && ready.local.digest === null) return alone;
      const own = contextOf(dossier, path, asOf, ready);
      return known === undefined ? own : { ...own, ...known.get(dossier.person.id) };
    };
    const factsNow = await factsBy(tried, among.now);
    // Two that ask the same are answered once.
    const factsBefore = among.before === among.now ? null : await factsBy(against, among.before);
    return {
      needs: both.map(({ compiled }) => compiled.needs),
      begin: () => ({ tally: newLabTally(now?.clauses ?? []), gain: [], lose: [] }),
      async add({ tally, gain, lose }, members) {
        if (now === undefined) return;
        const known = await factsNow?.(members);
        const knownBefore = factsBefore === null ? known : await factsBefore(members);
        for (const { dossier, unitPath: path } of members) {
          const { outcome, clauses } = now.judge(dossier, contextFor(tried, dossier, path, known));
          const was =
            before && against
              ? isEligible(before.judge(dossier, contextFor(against, dossier, path, knownBefore)).outcome)
              : null;
          const after = isEligible(outcome);
          const { id, birthDate, setting, stage, subject, sex } = dossier.person;
          addJudged(tally, {
            before: was,
            after,
            outcome,
            clauses,
            groups: {
              unit: partOf(path ?? unitPath),
              setting: setting ?? '',
              stage: stage ?? '',
              subject: subject ?? '',
              sex: sex ?? '',
              age: ageBand(birthDate, asOf),
            },
          });
          if (was === false && after) gain.push(id);
          if (was === true && !after) lose.push(id);
        }
      },
    };
  },
};
