import type { Needs } from '../../../language/evaluate/needs.ts';
import type { Outcome } from '../../../language/outcome.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import { behind, passing } from '../../../platform/doors.ts';
import { selectPeopleAsOf } from '../../organisation/facts/queries.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';
import { type AssessedRound, type Decisions, factsOfRound } from './assess.ts';
import { contextOf } from './context.ts';
import { loadDossiers } from './load.ts';
import { addKinds, selectKeptSheets } from './sheets/queries.ts';
import { sheetReader } from './sheets/rules.ts';
import { sideBySide } from './side-by-side.ts';

/** How somebody stands, without the reasons: for lists. */
export interface Standing {
  readonly outcome: Outcome;
  /** The clauses that have a say, and how many of them are met. */
  readonly clauses: number;
  readonly met: number;
}

/**
 * How each of some people stands now, whose applications whoever asks was shown. They are read from their fact sheets; whoever has none that holds, and
 * everyone where a programme spends records, is read from the tables. Those who do not exist are absent.
 */
export async function standings(
  db: Db,
  { compiled }: Pick<ReadyProgramme, 'compiled'>,
  round: AssessedRound,
  people: readonly { readonly id: string; readonly decisions: Decisions | undefined }[],
): Promise<Map<string, Standing>> {
  const ids = people.map(({ id }) => id);
  const dossiers = await passing(db, 'applicants', (all) =>
    compiled.needs.consumes
      ? loadDossiers(all, ids, round, compiled.needs)
      : briefDossiers(all, compiled.needs, round, ids),
  );
  const facts = await factsOfRound(db, { compiled }, round, [...dossiers.values()]);
  const found = new Map<string, Standing>();
  for (const { id, decisions = {} } of people) {
    const dossier = dossiers.get(id);
    if (dossier === undefined) continue;
    const context = { ...contextOf(dossier, round.asOf), ...facts.get(id), decisions };
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

async function briefDossiers(db: Db, needs: Needs, round: AssessedRound, ids: readonly string[]) {
  const [people, sheets] = await sideBySide(db, [
    () => selectPeopleAsOf(db, ids, round.asOf),
    () => selectKeptSheets(db, ids),
  ]);
  const read = sheetReader([needs], round.asOf, await addKinds(db, kindsOf(db)));
  const brief = people.flatMap(({ person, unitPath }) => {
    const sheet = sheets.get(person.id);
    return sheet === undefined
      ? []
      : [[person.id, withKept({ person, unitPath, ...read(sheet) }, needs.kept, round.asOf)] as const];
  });
  const without = ids.filter((id) => !sheets.has(id));
  return new Map([...brief, ...(await loadDossiers(db, without, round, needs))]);
}
