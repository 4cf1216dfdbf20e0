import type { Needs } from '../../../language/evaluate/needs.ts';
import type { Outcome } from '../../../language/outcome.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import { behind, passing } from '../../../platform/doors.ts';
import { madeOnce } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { peopleAsOf, personOf } from '../../organisation/facts/queries.ts';
import { decisionsByApplication, decisionsOn, selectDecisions } from '../review/queries.ts';
import { type AssessedRound, factsOfRound } from './assess.ts';
import { contextOf } from './context.ts';
import { loadDossiers } from './load.ts';
import type { Judging } from './population/facts.ts';
import { keptSheets, kindsAfter, latestOf, sheetsOf } from './sheets/queries.ts';
import { sheetReader } from './sheets/rules.ts';

/** How somebody stands, without the reasons: for lists. */
export interface Standing {
  readonly outcome: Outcome;
  /** The clauses that have a say, and how many of them are met. */
  readonly clauses: number;
  readonly met: number;
}

/** Of whom it is asked. */
export interface Applied {
  readonly id: string;
  readonly personId: string;
}

/**
 * How each of some applicants stands now, whose applications whoever asks was shown, by the id of the application. They
 * are read from their fact sheets, with the answers on record, in one statement; whoever has none that holds, and everyone
 * where a programme spends records, is read from the tables.
 */
export async function standings(
  db: Db,
  ready: Judging,
  round: AssessedRound,
  applied: readonly Applied[],
): Promise<Map<string, Standing>> {
  if (applied.length === 0) return new Map();
  const { compiled } = ready;
  const { dossiers, decisions } = await passing(db, 'applicants', (all) =>
    read(all, compiled.needs, round, applied),
  );
  const facts = await factsOfRound(db, ready, round, [...dossiers.values()]);
  const found = new Map<string, Standing>();
  for (const { id, personId } of applied) {
    const dossier = dossiers.get(personId);
    if (dossier === undefined) continue;
    const context = {
      ...contextOf(dossier, dossier.unitPath, round.asOf, ready),
      ...facts.get(personId),
      decisions: decisions.get(id) ?? {},
    };
    const active = compiled.effects(dossier, context).filter((effect) => effect !== 'none');
    found.set(id, {
      outcome: compiled.outcome(dossier, context),
      clauses: active.length,
      met: active.filter((effect) => effect === 'met').length,
    });
  }
  return found;
}

/** Kinds are only ever added: those known are kept for each authority, and only the ones that have come since are read. */
const kinds = new WeakMap<object, Map<number, string>>();
function kindsOf(db: Db): Map<number, string> {
  const known = kinds.get(behind(db)) ?? new Map<number, string>();
  kinds.set(behind(db), known);
  return known;
}

interface Asked {
  readonly applications: readonly string[];
  readonly people: readonly string[];
  readonly asOf: CivilDate;
  /** The latest kind known. */
  readonly kind: number;
}
const brief = madeOnce((_, { applications, people, asOf, kind }: Asked) => ({
  people: peopleAsOf(people, asOf),
  sheets: keptSheets(people),
  decisions: decisionsOn(applications),
  kinds: kindsAfter(kind),
}));

async function read(db: Db, needs: Needs, round: AssessedRound, applied: readonly Applied[]) {
  const [applications, ids] = [applied.map(({ id }) => id), applied.map(({ personId }) => personId)];
  if (needs.consumes)
    return {
      dossiers: await loadDossiers(db, ids, round, needs),
      decisions: await selectDecisions(db, applications),
    };
  const known = kindsOf(db);
  const rows = await brief(db, {
    applications,
    people: ids,
    asOf: round.asOf,
    kind: latestOf(known),
  });
  for (const { code, kind } of rows.kinds) known.set(code, kind);
  const sheets = sheetsOf(rows.sheets);
  const sheet = sheetReader([needs], round.asOf, known);
  const dossiers = rows.people.flatMap((row) => {
    const { person, unitPath } = personOf(row);
    const kept = sheets.get(person.id);
    return kept === undefined
      ? []
      : [[person.id, withKept({ person, unitPath, ...sheet(kept) }, needs.kept, round.asOf)] as const];
  });
  const without = ids.filter((id) => !sheets.has(id));
  return {
    dossiers: new Map([...dossiers, ...(await loadDossiers(db, without, round, needs))]),
    decisions: decisionsByApplication(rows.decisions),
  };
}
