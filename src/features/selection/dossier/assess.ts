import type { Person, RecordFact } from '../../../language/dossier.ts';
import type { Findings } from '../../../language/finding.ts';
import { withKept } from '../../../language/own.ts';
import { type Facts, NO_FACTS } from '../../../language/population/asked.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type JudgingProgramme, judgingProgramme } from '../../programmes/compiled.ts';
import { contextOf } from './context.ts';
import { loadDossier, type PlacedDossier } from './load.ts';
import { factsAbout, type Judging } from './population/facts.ts';

export type Decisions = Readonly<Record<string, 'met' | 'unmet'>>;

/** How one person stands to one programme on one day, with what it was judged from. */
export interface Assessment {
  readonly ready: JudgingProgramme;
  readonly dossier: PlacedDossier;
  /** With confirmed records only: what holds. */
  readonly findings: Findings;
  /** As if the records that wait for the school were confirmed: what may be hoped for. */
  readonly hoped: Findings;
}

export interface AssessedRound {
  readonly id: string;
  readonly versionId: string;
  /** Where the round is held: whoever is counted or compared with others stands under it. */
  readonly unitPath: string;
  readonly asOf: CivilDate;
  /** The version's digest where it is known. */
  readonly digest?: string;
  /** The digest of the numbers set locally that it keeps. */
  readonly numbers: string | null;
}

export const programmeOfRound = (db: Db, round: AssessedRound): Promise<JudgingProgramme> =>
  judgingProgramme(db, round);

/** Null when there is no such person. */
export async function assess(
  db: Db,
  round: AssessedRound,
  personId: string,
  decisions: Decisions = {},
): Promise<Assessment | null> {
  const ready = await programmeOfRound(db, round);
  const dossier = await loadDossier(db, personId, round, ready.compiled.needs);
  if (dossier === null) return null;
  return judge(ready, dossier, round.asOf, decisions, await factsFor(db, ready, round, dossier));
}

/** What is known of many for one person: a statement more where the programme asks. */
export const factsFor = async (
  db: Db,
  ready: Judging,
  round: AssessedRound,
  dossier: PlacedDossier,
): Promise<Facts> => (await factsOfRound(db, ready, round, [dossier])).get(dossier.person.id) ?? NO_FACTS;

/** The same for several, by their ids. */
export const factsOfRound = (
  db: Db,
  ready: Judging,
  { id, unitPath, asOf }: AssessedRound,
  dossiers: readonly PlacedDossier[],
): Promise<ReadonlyMap<string, Facts>> => factsAbout(db, ready, { unitPath, asOf, roundId: id }, dossiers);

/** What somebody is judged by besides the facts on record. */
export const contextFor = (
  ready: Judging,
  dossier: PlacedDossier,
  asOf: CivilDate,
  decisions: Decisions = {},
  facts: Facts = NO_FACTS,
) => ({ ...contextOf(dossier, dossier.unitPath, asOf, ready), ...facts, decisions });

export function judge(
  ready: JudgingProgramme,
  dossier: PlacedDossier,
  asOf: CivilDate,
  decisions: Decisions = {},
  facts: Facts = NO_FACTS,
): Assessment {
  const context = contextFor(ready, dossier, asOf, decisions, facts);
  const findings = ready.compiled.evaluate(dossier, context);
  // A returned record waits for its owner, not for the school.
  const waiting = dossier.records.some(({ status }) => status === 'submitted');
  const records = dossier.records.filter(({ status }) => status !== 'returned');
  const open = withKept({ ...dossier, records }, ready.compiled.needs.kept, asOf, true);
  const hoped = waiting ? ready.compiled.evaluate(open, { ...context, countUnconfirmed: true }) : findings;
  return { ready, dossier, findings, hoped };
}

/** What is frozen when an application is submitted: the findings, and the facts they were judged from. */
export interface Snapshot extends Findings {
  readonly person: Person;
  readonly records: readonly RecordFact[];
}
export const snapshotOf = ({ findings, dossier }: Assessment): Snapshot => ({
  ...findings,
  person: dossier.person,
  records: dossier.records,
});
