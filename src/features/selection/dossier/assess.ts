import type { Dossier, Person, RecordFact } from '../../../language/dossier.ts';
import type { EvaluationContext, Findings } from '../../../language/finding.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { programmeOf, programmeWith, type ReadyProgramme } from '../../programmes/compiled.ts';
import { loadDossier } from './load.ts';

export type Decisions = Readonly<Record<string, 'met' | 'unmet'>>;

/** How one person stands to one programme on one day, with what it was judged from. */
export interface Assessment {
  readonly ready: ReadyProgramme;
  readonly dossier: Dossier;
  /** With confirmed records only: what holds. */
  readonly findings: Findings;
  /** As if the records that wait for the school were confirmed: what may be hoped for. */
  readonly hoped: Findings;
}

export interface AssessedRound {
  readonly versionId: string;
  readonly asOf: CivilDate;
  /** The version's digest where it is known. */
  readonly digest?: string;
}

export const programmeOfRound = (db: Db, { versionId, digest }: AssessedRound): Promise<ReadyProgramme> =>
  digest === undefined ? programmeOf(db, versionId) : programmeWith(db, { versionId, digest });

/** Null when there is no such person. */
export async function assess(
  db: Db,
  round: AssessedRound,
  personId: string,
  decisions: Decisions = {},
): Promise<Assessment | null> {
  const ready = await programmeOfRound(db, round);
  const dossier = await loadDossier(db, personId, round, ready.compiled.needs);
  return dossier === null ? null : judge(ready, dossier, round.asOf, decisions);
}

/** As of a day, with what the person used up in earlier rounds. */
export const contextOf = ({ spent }: Dossier, asOf: CivilDate): EvaluationContext =>
  spent === undefined ? { asOf } : { asOf, consumed: spent };

export function judge(
  ready: ReadyProgramme,
  dossier: Dossier,
  asOf: CivilDate,
  decisions: Decisions = {},
): Assessment {
  const context = { ...contextOf(dossier, asOf), decisions };
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
