/** Whether those on the list still meet the conditions: records are withdrawn and changed after bodies have judged. */

import type { Granted } from '../../../language/evaluate/grants.ts';
import type { Finding } from '../../../language/finding.ts';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import type { JudgingProgramme } from '../../programmes/compiled.ts';
import { findClause } from '../applications/rules.ts';
import { type Assessment, contextFor, factsOfRound, judge, programmeOfRound } from '../dossier/assess.ts';
import { loadDossiers } from '../dossier/load.ts';
import { selectDecisions } from '../review/queries.ts';
import { clausesWith } from '../review/rules.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { selectKeptClauses } from './drawing/queries.ts';
import { clauseKey, isKept } from './rules.ts';

export interface Listed {
  readonly applicationId: string;
  readonly personId: string;
  readonly name: string;
  readonly schoolName: string;
}
/** Somebody on the list who does not meet the conditions now, with the clauses that fail. */
export interface Unfit extends Listed {
  readonly judged: Pick<Assessment, 'ready' | 'dossier'>;
  readonly clauses: readonly Finding[];
}

const AT_ONCE = 1000;

/**
 * Judge everyone on the list again as of the round's day, decisions on record included; the same few statements
 * for a thousand people as for one. Left out are those whom a recorded decision keeps although these clauses fail.
 */
export const listUnfit = async (db: Db, round: RoundRow, listed: readonly Listed[]): Promise<Unfit[]> =>
  (await judgeListed(db, round, listed)).unfit;

/** What the clauses with `consume` use up of each. */
export interface Spent {
  readonly applicationId: string;
  readonly records: readonly string[];
}
/** The title each would be granted, by person. */
export type Titled = ReadonlyMap<string, Granted>;

/** The same, with what a decision now would use up, and the title each would be granted. */
export async function judgeListed(
  db: Db,
  round: RoundRow,
  listed: readonly Listed[],
): Promise<{ readonly unfit: Unfit[]; readonly spent: Spent[]; readonly titled: Titled }> {
  const ready = await programmeOfRound(db, round);
  const unfit: Unfit[] = [];
  const spent: Spent[] = [];
  const titled = new Map<string, Granted>();
  for (let start = 0; start < listed.length; start += AT_ONCE) {
    const some = listed.slice(start, start + AT_ONCE);
    const applications = some.map(({ applicationId }) => applicationId);
    const people = some.map(({ personId }) => personId);
    const dossiers = await passing(db, 'applicants', (all) =>
      loadDossiers(all, people, round, ready.compiled.needs),
    );
    const facts = await factsOfRound(db, ready, round, [...dossiers.values()]);
    const decisions = await selectDecisions(db, applications);
    const kept = await selectKeptClauses(db, applications);
    for (const one of some) {
      const dossier = dossiers.get(one.personId);
      if (dossier === undefined) throw new Error(`application ${one.applicationId} has no applicant`);
      const decided = decisions.get(one.applicationId);
      const context = contextFor(ready, dossier, round.asOf, decided, facts.get(one.personId));
      const findings = ready.compiled.evaluate(dossier, context);
      titled.set(one.personId, ready.compiled.granting(dossier, context));
      spent.push({ applicationId: one.applicationId, records: findings.spent });
      if (findings.outcome === 'met') continue;
      const failing = clausesWith(findings.root, findings.outcome);
      const clauses = failing.length === 0 ? [findings.root] : failing;
      if (isKept(clauses.map(clauseKey), kept.get(one.applicationId) ?? [])) continue;
      const { applicationId, personId, name, schoolName } = one;
      unfit.push({ applicationId, personId, name, schoolName, judged: { ready, dossier }, clauses });
    }
  }
  return { unfit, spent, titled };
}

/** Of the clauses that the file's tie keys name, those each candidate meets, by application (R-002-4-11). */
export async function clausesMetBy(
  db: Db,
  round: RoundRow,
  ready: JudgingProgramme,
  candidates: readonly Pick<Listed, 'applicationId' | 'personId'>[],
): Promise<Map<string, ReadonlySet<string>>> {
  const clauses = (ready.programme.ties?.keys ?? []).flatMap((key) => ('clause' in key ? [key.clause] : []));
  const met = new Map<string, ReadonlySet<string>>();
  if (clauses.length === 0) return met;
  for (let start = 0; start < candidates.length; start += AT_ONCE) {
    const some = candidates.slice(start, start + AT_ONCE);
    const people = some.map(({ personId }) => personId);
    const dossiers = await passing(db, 'applicants', (all) =>
      loadDossiers(all, people, round, ready.compiled.needs),
    );
    const facts = await factsOfRound(db, ready, round, [...dossiers.values()]);
    const decisions = await selectDecisions(
      db,
      some.map(({ applicationId }) => applicationId),
    );
    for (const { applicationId, personId } of some) {
      const dossier = dossiers.get(personId);
      if (dossier === undefined) continue;
      const decided = decisions.get(applicationId);
      const { findings } = judge(ready, dossier, round.asOf, decided, facts.get(personId));
      const own = clauses.filter((clause) => findClause(findings.root, clause)?.outcome === 'met');
      met.set(applicationId, new Set(own));
    }
  }
  return met;
}
