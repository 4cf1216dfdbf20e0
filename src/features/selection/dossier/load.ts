import type { Dossier } from '../../../language/dossier.ts';
import type { Needs } from '../../../language/evaluate/needs.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { selectPeopleAsOf } from '../../organisation/facts/queries.ts';
import { selectRecordFacts } from '../../records/queries.ts';
import { selectTitles } from '../../titles/queries.ts';
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

/** One person's dossier; null when there is no such person. */
export async function loadDossier(
  db: Db,
  personId: string,
  asOf: CivilDate,
  needs: Needs,
): Promise<Dossier | null> {
  return (await loadDossiers(db, [personId], asOf, needs)).get(personId) ?? null;
}
