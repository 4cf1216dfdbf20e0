import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Dossier } from '../../../language/dossier.ts';
import type { Needs } from '../../../language/evaluate/needs.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type PersonAsOf, streamPeopleAsOf } from '../../organisation/facts/queries.ts';
import { addKinds, selectSheets } from './sheets/queries.ts';
import { type Sheet, sheetReader } from './sheets/rules.ts';

/*
 * The dossiers of everyone under a unit, for programmes asked over many people at once. People come in the order
 * of their ids with their fact sheets beside them, some thousands at a time; the database reads ahead while this
 * thread reckons, and each is forgotten once judged, so that a million pass through a flat amount of memory.
 */

export interface Crowd {
  /** Everyone serving under this unit. */
  readonly unitPath: string;
  readonly asOf: CivilDate;
  /** What the programmes read that will be asked. */
  readonly needs: readonly Needs[];
  /** Only people whose ids come after this one: where earlier work stopped. */
  readonly after?: string | null;
  /** And up to this one. */
  readonly until?: string | null;
}

export interface CrowdMember {
  readonly dossier: Dossier;
  readonly unitPath: string | null;
}

/** People handed over at once: their dossiers are read and judged in a few milliseconds. */
const AT_ONCE = 100;
/** So long others wait at most for this thread, give or take a hundred people. */
const TURN_MS = 5;

/**
 * Dossiers without the records' titles, and without what none of the programmes reads: enough for bare outcomes.
 * Records have their places for ids.
 */
export async function* streamDossiers(db: Db, crowd: Crowd): AsyncGenerator<CrowdMember[]> {
  const kinds = new Map<number, string>();
  const needs = crowd.needs.map((one) => ({ ...one, ...one.asked }));
  const read = sheetReader(needs, crowd.asOf, kinds);
  const kept = new Map(needs.flatMap((one) => [...one.kept]));
  let turn = performance.now();
  for await (const { people, sheets } of withSheets(db, crowd, kinds)) {
    for (let start = 0; start < people.length; start += AT_ONCE) {
      yield people.slice(start, start + AT_ONCE).map(({ person, unitPath }) => ({
        dossier: withKept({ person, ...read(sheets.get(person.id)) }, kept, crowd.asOf),
        unitPath,
      }));
      if (performance.now() - turn < TURN_MS) continue;
      await othersTurn();
      turn = performance.now();
    }
  }
}

interface Page {
  readonly people: readonly PersonAsOf[];
  readonly sheets: ReadonlyMap<string, Sheet>;
}

/** Pages of people with their sheets, the next one asked for before this one is handed over. */
async function* withSheets(
  db: Db,
  { unitPath, asOf, ...range }: Crowd,
  kinds: Map<number, string>,
): AsyncGenerator<Page> {
  const sheetsOf = async (people: readonly PersonAsOf[]): Promise<Page> => {
    const sheets = await selectSheets(
      db,
      people.map(({ person }) => person.id),
    );
    await addKinds(db, kinds);
    return { people, sheets };
  };
  let coming: Promise<Page> | null = null;
  for await (const people of streamPeopleAsOf(db, unitPath, asOf, range)) {
    const ready: Promise<Page> | null = coming;
    coming = sheetsOf(people);
    coming.catch(() => undefined); // Reported where it is awaited, even if an earlier page fails first.
    if (ready !== null) yield await ready;
  }
  if (coming !== null) yield await coming;
}
