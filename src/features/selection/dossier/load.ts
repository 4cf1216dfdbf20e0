import type { Dossier } from '../../../language/dossier.ts';
import type { Needs } from '../../../language/evaluate/needs.ts';
import type { Db } from '../../../platform/database.ts';
import { selectTogether } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { peopleAsOf, personOf, selectPeopleAsOf } from '../../organisation/facts/queries.ts';
import { recordFacts, selectRecordFacts } from '../../records/queries.ts';
import { selectTitles, titlesOf } from '../../titles/queries.ts';
import { sideBySide } from './side-by-side.ts';

const NO_TITLES: Dossier['titles'] = [];

/**
 * What a programme reads of some people as of a day: three statements side by side, whatever the number of
 * people. Records before every window are read too, so that a person is told why they do not count. People
 * who do not exist are absent.
 */
export async function loadDossiers(
  db: Db,
  personIds: readonly string[],
  asOf: CivilDate,
  needs: Needs,
): Promise<Map<string, Dossier>> {
  if (personIds.length === 0) return new Map();
  const [people, records, titles] = await sideBySide(db, [
    () => selectPeopleAsOf(db, personIds, asOf),
    () => selectRecordFacts(db, personIds, { types: needs.recordTypes, after: null }),
    async () => (needs.titles ? selectTitles(db, personIds) : new Map<string, Dossier['titles']>()),
  ]);
  return new Map(
    people.map(({ person }) => [
      person.id,
      { person, titles: titles.get(person.id) ?? NO_TITLES, records: records.get(person.id) ?? [] },
    ]),
  );
}

/** What one person's dossier is made of, to be asked for with other things in one statement. */
export const dossierQueries = (personId: string, asOf: CivilDate, needs: Needs) => ({
  people: peopleAsOf([personId], asOf),
  records: recordFacts([personId], { types: needs.recordTypes, after: null }),
  ...(needs.titles ? { titles: titlesOf([personId]) } : {}),
});
type Parts = Awaited<ReturnType<typeof selectTogether<ReturnType<typeof dossierQueries>>>>;

/** The dossier of what `dossierQueries` gave; null when there is no such person. */
export function dossierFrom({ people, records, titles }: Parts): Dossier | null {
  const [row] = people;
  if (row === undefined) return null;
  return {
    person: personOf(row).person,
    titles: titles?.map(({ personId: _, ...fact }) => fact) ?? NO_TITLES,
    records: records.map(({ personId: _, ...fact }) => fact),
  };
}

/** One person's dossier, in one statement; null when there is no such person. */
export const loadDossier = async (
  db: Db,
  personId: string,
  asOf: CivilDate,
  needs: Needs,
): Promise<Dossier | null> => dossierFrom(await selectTogether(db, dossierQueries(personId, asOf, needs)));
