import type { Dossier } from '../../../language/dossier.ts';
import type { Needs } from '../../../language/evaluate/needs.ts';
import { withKept } from '../../../language/own.ts';
import type { Db } from '../../../platform/database.ts';
import { madeOnceFor } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { peopleAsOf, personOf, selectPeopleAsOf } from '../../organisation/facts/queries.ts';
import { recordFacts, selectRecordFacts } from '../../records/queries.ts';
import { selectTitles, titlesOf } from '../../titles/queries.ts';
import { type SpentRecord, selectSpent, spentRecords } from '../spent/queries.ts';
import { sideBySide } from './side-by-side.ts';

/** A dossier with where its person stands. */
export interface PlacedDossier extends Dossier {
  readonly unitPath: string | null;
}

const NO_TITLES: Dossier['titles'] = [];

/** Of which version of a programme the dossier is read, and as of which day. */
export interface Reading {
  readonly versionId: string;
  readonly asOf: CivilDate;
}

/** What earlier rounds used up, each with the name of the last that did. */
const spentOf = (rows: readonly SpentRecord[]): ReadonlyMap<string, string> =>
  new Map(rows.toReversed().map(({ id, round }) => [id, round]));

/**
 * What a programme reads of some people as of a day: three statements side by side, whatever the number of
 * people. Records before every window are read too, so that a person is told why they do not count. People
 * who do not exist are absent.
 */
export async function loadDossiers(
  db: Db,
  personIds: readonly string[],
  { versionId, asOf }: Reading,
  needs: Needs,
): Promise<Map<string, PlacedDossier>> {
  if (personIds.length === 0) return new Map();
  const [people, records, titles, spent] = await sideBySide(db, [
    () => selectPeopleAsOf(db, personIds, asOf),
    () => selectRecordFacts(db, personIds, { types: needs.recordTypes, after: null }),
    async () => (needs.titles ? selectTitles(db, personIds) : new Map<string, Dossier['titles']>()),
    async () =>
      needs.consumes ? spentOf(await selectSpent(db, { people: personIds }, versionId, asOf)) : null,
  ]);
  return new Map(
    people.map(({ person, unitPath }) => [
      person.id,
      withKept(
        {
          person,
          unitPath,
          titles: titles.get(person.id) ?? NO_TITLES,
          records: records.get(person.id) ?? [],
          ...(spent === null ? {} : { spent }),
        },
        needs.kept,
        asOf,
      ),
    ]),
  );
}

/** What one person's dossier is made of, to be asked for with other things in one statement. */
export const dossierQueries = (personId: string, reading: Reading, needs: Needs) => ({
  ...dossierBesideRecords(personId, reading, needs),
  records: recordFacts([personId], { types: needs.recordTypes, after: null }),
});
/** The same without the records. */
export const dossierBesideRecords = (personId: string, { versionId, asOf }: Reading, needs: Needs) => ({
  people: peopleAsOf([personId], asOf),
  ...(needs.titles ? { titles: titlesOf([personId]) } : {}),
  ...(needs.consumes ? { spent: spentRecords({ people: [personId] }, versionId, asOf) } : {}),
});
type Parts = Awaited<ReturnType<typeof dossierOf>>;

/** The dossier of what `dossierQueries` gave; null when there is no such person. */
export function dossierFrom(
  { people, records, titles, spent }: Parts,
  needs: Needs,
  asOf: CivilDate,
): PlacedDossier | null {
  const [row] = people;
  if (row === undefined) return null;
  const { person, unitPath } = personOf(row);
  const dossier: PlacedDossier = {
    person,
    unitPath,
    titles: titles?.map(({ personId: _, ...fact }) => fact) ?? NO_TITLES,
    records: records.map(({ personId: _, ...fact }) => fact),
    ...(spent === undefined ? {} : { spent: spentOf(spent) }),
  };
  return withKept(dossier, needs.kept, asOf);
}

const dossierOf = madeOnceFor((_, of: Reading & { readonly personId: string }, needs: Needs) =>
  dossierQueries(of.personId, of, needs),
);
/** One person's dossier, in one statement; null when there is no such person. */
export const loadDossier = async (
  db: Db,
  personId: string,
  reading: Reading,
  needs: Needs,
): Promise<PlacedDossier | null> =>
  dossierFrom(await dossierOf(db, needs, { ...reading, personId }), needs, reading.asOf);
