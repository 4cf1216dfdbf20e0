import type { Outcome } from '../../../language/outcome.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import { behind, passing } from '../../../platform/doors.ts';
import { madeOnce } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { Latest } from '../../../shared/latest.ts';
import { OfEach } from '../../../shared/of-each.ts';
import { peopleAsOf, personOf } from '../../organisation/facts/queries.ts';
import { decisionsByApplication, decisionsOn, selectDecisions } from '../review/queries.ts';
import { type AssessedRound, type Decisions, factsOfRound } from './assess.ts';
import { contextOf } from './context.ts';
import { loadDossiers, type PlacedDossier } from './load.ts';
import type { Judging } from './population/facts.ts';
import { kindsAfter, latestOf, sheetsUnlessRead } from './sheets/queries.ts';
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
 * How each of some applicants stands now, by the id of the application; whoever asks is told only of those whose
 * applications they are shown. They are read from their fact sheets, with the answers on record, in one statement; whoever
 * has none that holds, and everyone where a programme spends records, is read from the tables. Who stands on the same facts
 * as when last asked, which is nearly everybody, stands as then.
 */
export async function standings(
  db: Db,
  ready: Judging,
  round: AssessedRound,
  applied: readonly Applied[],
): Promise<Map<string, Standing>> {
  if (applied.length === 0) return new Map();
  const { compiled } = ready;
  const before = stoodBefore(db, ready, round);
  const { stand, dossiers, decisions, grounds } = await passing(db, 'applicants', (all) =>
    compiled.needs.consumes
      ? readTables(all, ready, round, applied)
      : read(all, ready, round, applied, before),
  );
  const facts = await factsOfRound(db, ready, round, [...dossiers.values()]);
  const found = new Map<string, Standing>();
  for (const { id, personId } of applied) {
    const dossier = dossiers.get(personId);
    const now = stand.get(id) ?? (dossier && standing(dossier, decisions.get(id) ?? {}));
    if (now === undefined) continue;
    found.set(id, now);
    const ground = grounds.get(id);
    if (ground === undefined) before.forget(id);
    else before.keep(id, { ground, standing: now });
  }
  return found;

  function standing(dossier: PlacedDossier, answers: Decisions): Standing {
    const context = {
      ...contextOf(dossier, dossier.unitPath, round.asOf, ready),
      ...facts.get(dossier.person.id),
      decisions: answers,
    };
    const active = compiled.effects(dossier, context).filter((effect) => effect !== 'none');
    return {
      outcome: compiled.outcome(dossier, context),
      clauses: active.length,
      met: active.filter((effect) => effect === 'met').length,
    };
  }
}

// --- As they stood when last asked -----------------------------------------------------------------------

/** All that a standing rests on beside the programme with its numbers and the day. */
interface Ground {
  /** The person as of the day, as JSON. */
  readonly person: string;
  /** The digest of the fact sheet. */
  readonly sheet: string;
  /** The answers on record, as JSON. */
  readonly answers: string;
}
interface Stood {
  readonly ground: Ground;
  readonly standing: Standing;
}
const isSame = (one: Ground, other: Ground): boolean =>
  one.sheet === other.sheet && one.person === other.person && one.answers === other.answers;

/** Of so many applications of a programme and day it is remembered. */
const MOST_STOOD = 5000;
/** By authority, by programme, by day, by application. A transaction remembers for itself: it may be undone. */
const stood = new OfEach(() => new OfEach(() => new Map<CivilDate, Latest<Stood>>()));

/** Nobody where one is compared with others: who these are is no part of the ground. */
function stoodBefore(db: Db, ready: Judging, { asOf }: AssessedRound): Latest<Stood> {
  if (ready.compiled.asked.layers > 0) return new Latest<Stood>(MOST_STOOD);
  const days = stood.of(behind(db)).of(ready);
  const before = days.get(asOf) ?? new Latest<Stood>(MOST_STOOD);
  days.set(asOf, before);
  return before;
}

// --- Reading ---------------------------------------------------------------------------------------------

/** Kinds are only ever added: those known are kept for each authority, and only the ones that have come since are read. */
const kinds = new OfEach(() => new Map<number, string>());

interface Asked {
  readonly applications: readonly string[];
  readonly people: readonly string[];
  /** Those of their sheets that were read before. */
  readonly digests: readonly string[];
  readonly asOf: CivilDate;
  /** The latest kind known. */
  readonly kind: number;
}
const brief = madeOnce((_, { applications, people, digests, asOf, kind }: Asked) => ({
  people: peopleAsOf(people, asOf),
  sheets: sheetsUnlessRead(people, digests),
  decisions: decisionsOn(applications),
  kinds: kindsAfter(kind),
}));

interface Read {
  /** Who stands as before, by the application. */
  readonly stand: ReadonlyMap<string, Standing>;
  /** The others, by the person. */
  readonly dossiers: ReadonlyMap<string, PlacedDossier>;
  readonly decisions: ReadonlyMap<string, Decisions>;
  /** What is to be remembered, by the application. */
  readonly grounds: ReadonlyMap<string, Ground>;
}

async function readTables(
  db: Db,
  { compiled }: Judging,
  round: AssessedRound,
  applied: readonly Applied[],
): Promise<Read> {
  const people = applied.map(({ personId }) => personId);
  return {
    stand: new Map(),
    dossiers: await loadDossiers(db, people, round, compiled.needs),
    decisions: await selectDecisions(
      db,
      applied.map(({ id }) => id),
    ),
    grounds: new Map(),
  };
}

async function read(
  db: Db,
  { compiled: { needs } }: Judging,
  round: AssessedRound,
  applied: readonly Applied[],
  before: Latest<Stood>,
): Promise<Read> {
  const known = kinds.of(behind(db));
  const digestOf = new Map(
    applied.map(({ id, personId }) => [personId, before.kept(id)?.ground.sheet ?? '']),
  );
  const rows = await brief(db, {
    applications: applied.map(({ id }) => id),
    people: [...digestOf.keys()],
    digests: [...digestOf.values()],
    asOf: round.asOf,
    kind: latestOf(known),
  });
  for (const { code, kind } of rows.kinds) known.set(code, kind);
  const people = new Map(rows.people.map((row) => [row.id, row]));
  const sheets = new Map(rows.sheets.map((row) => [row.personId, row]));
  const decisions = decisionsByApplication(rows.decisions);
  const stand = new Map<string, Standing>();
  const grounds = new Map<string, Ground>();
  const dossiers = new Map<string, PlacedDossier>();
  const rest = new Set<string>();
  const sheetOf = sheetReader([needs], round.asOf, known);
  for (const { id, personId } of applied) {
    const [row, kept] = [people.get(personId), sheets.get(personId)];
    if (!row || !kept) {
      rest.add(personId);
      continue;
    }
    const ground = {
      person: JSON.stringify(row),
      sheet: kept.digest,
      answers: JSON.stringify(decisions.get(id) ?? {}),
    };
    const last = before.kept(id);
    if (last !== undefined && isSame(ground, last.ground)) {
      stand.set(id, last.standing);
    } else if (kept.sheet === null) {
      // The sheet is the same and something else has changed. It is asked for the next time; now the tables will do.
      rest.add(personId);
      continue;
    } else if (!dossiers.has(personId)) {
      const { person, unitPath } = personOf(row);
      dossiers.set(personId, withKept({ person, unitPath, ...sheetOf(kept.sheet) }, needs.kept, round.asOf));
    }
    grounds.set(id, ground);
  }
  const loaded = await loadDossiers(db, [...rest], round, needs);
  return { stand, dossiers: new Map([...dossiers, ...loaded]), decisions, grounds };
}
