import type { Db } from '../../../platform/database.ts';
import { judgingProgramme } from '../../programmes/compiled.ts';
import { contextOf } from '../dossier/context.ts';
import { type Ways, walkCrowd } from '../dossier/crowd/walk.ts';
import type { CrowdAsked, CrowdWork } from '../dossier/crowd/work.ts';
import { loadDossiers } from '../dossier/load.ts';
import { surroundings } from '../dossier/population/facts.ts';
import { selectSpent } from '../spent/queries.ts';
import { judgeOf } from './judge.ts';
import { addFigures, addTo, childPath, isEligible, newTally, type Tally } from './rules.ts';

export interface Screening extends CrowdAsked {
  readonly versionId: string;
  /** The digest of the numbers set locally that the round keeps. */
  readonly numbers: string | null;
  /** Where the round is held, and what was reckoned over everyone there; null where nothing is asked of many. */
  readonly among: { readonly unitPath: string; readonly population: string } | null;
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
   * Told every some hundred people how far it has come, with the eligible since it was last kept, in the order of
   * their ids; true when it was kept.
   */
  readonly reach?: (reached: Reached, eligible: readonly string[]) => Promise<boolean>;
  readonly ways?: Partial<Ways>;
}
export interface Screened {
  readonly tally: Tally;
  /** The eligible that were not kept on the way. */
  readonly eligible: readonly string[];
}

/** A programme over everyone under a unit; everyone is counted as their own findings would say. */
export async function screen(
  db: Db,
  { versionId, numbers, asOf, unitPath, among }: Screening,
  { from = null, reach, ways }: ScreeningSteps = {},
): Promise<Screened> {
  let tally = from?.tally ?? null;
  let eligible: string[] = [];
  const asked = { versionId, numbers, asOf, unitPath, among };
  for await (const { id, part } of walkCrowd(db, work, asked, from?.id, ways)) {
    if (tally === null) tally = part.tally;
    else addFigures(tally, part.tally);
    eligible.push(...part.eligible);
    if (id !== null && (await reach?.({ id, tally }, eligible)) === true) eligible = [];
  }
  return { tally: tally ?? newTally([]), eligible };
}

/** What is found of some of the people. */
interface Part {
  readonly tally: Tally;
  readonly eligible: string[];
}

export const work: CrowdWork<Screening, Part> = {
  file: 'src/features/selection/screening/screen.ts',
  async prepare(db, { versionId, numbers, asOf, unitPath, among }) {
    const ready = await judgingProgramme(db, { versionId, numbers });
    const judge = judgeOf(ready);
    const { needs } = ready.compiled;
    const spent = needs.consumes ? await selectSpent(db, { unitPath }, versionId, asOf) : [];
    const around =
      among === null
        ? null
        : await surroundings(db, ready, { unitPath: among.unitPath, asOf }, among.population);
    const winners = new Set(spent.map(({ personId }) => personId));
    return {
      needs: [needs],
      begin: () => ({ tally: newTally(judge.clauses), eligible: [] }),
      async add({ tally, eligible }, members) {
        // A crowd's records have no ids; whoever used some up in an earlier round is read again with theirs.
        const before = members.map(({ dossier }) => dossier.person.id).filter((id) => winners.has(id));
        const own = await loadDossiers(db, before, { versionId, asOf }, needs);
        const facts = await around?.facts(members);
        for (const { dossier: read, unitPath: path } of members) {
          const dossier = own.get(read.person.id) ?? read;
          const { outcome, clauses } = judge.judge(dossier, {
            ...contextOf(dossier, path, asOf, ready),
            ...facts?.get(read.person.id),
          });
          const { id, subject, setting } = dossier.person;
          addTo(tally, { outcome, clauses, unit: childPath(unitPath, path ?? unitPath), subject, setting });
          if (isEligible(outcome)) eligible.push(id);
        }
      },
    };
  },
};
