import { expect } from 'vitest';
import { loadDossiers } from '../../src/features/selection/dossier/load.ts';
import { streamDossiers } from '../../src/features/selection/dossier/stream.ts';
import type { Dossier } from '../../src/language/dossier.ts';
import type { Needs } from '../../src/language/evaluate/needs.ts';
import type { Db } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { loadSource, ready, vocabulary } from './language.ts';

/** Everyone's facts read as programmes read a crowd, held against the tables they come from. */

const asOf = '2026-11-23';
const programmes = ['002-3-city-backbone', '002-4-school-backbone', '002-5-school-candidates'].map((name) =>
  ready(loadSource(name)),
);
const types = Object.keys(vocabulary.records);
/** Asks for all there is. */
export const EVERYTHING: Needs = {
  kept: new Map(),
  asked: { recordTypes: types, kept: new Map() },
  recordTypes: types,
  fieldTypes: types,
  attributes: [],
  titles: true,
  consumes: false,
  earliest: () => null,
  earliestOf: () => null,
};

export async function readCrowd(
  db: Db,
  unitPath: string,
  needs: readonly Needs[],
): Promise<Map<string, Dossier>> {
  const dossiers = new Map<string, Dossier>();
  for await (const members of streamDossiers(db, { unitPath, asOf, needs }))
    for (const { dossier } of members) dossiers.set(dossier.person.id, dossier);
  return dossiers;
}

function dossierOf(dossiers: ReadonlyMap<string, Dossier>, id: string): Dossier {
  const dossier = dossiers.get(id);
  if (dossier === undefined) throw new Error(`${id} is not among them`);
  return dossier;
}

/** The facts and outcomes of everyone under a unit, as the crowd is told them, are those of their tables. */
export async function expectTheSameFacts(db: Db, unitPath: string): Promise<void> {
  const serving = await db
    .selectFrom('person')
    .select('id')
    .where('state', '=', 'serving')
    .where('unit_path', 'like', `${unitPath}%`)
    .orderBy('id')
    .execute();
  const ids = serving.map(({ id }) => id);
  const direct = await loadDossiers(db, ids, { versionId: newId(), asOf }, EVERYTHING);
  const whole = await readCrowd(db, unitPath, [EVERYTHING]);
  expect([...whole.keys()]).toEqual(ids);
  for (const id of ids) {
    const { person, titles, records } = dossierOf(direct, id);
    // No clause reads how a record came in, so a crowd is not told of it.
    const untitled = records.map(({ late: _, corrected: __, ...record }) => ({
      ...record,
      id: '',
      title: '',
    }));
    expect(dossierOf(whole, id)).toEqual({ person, titles, records: untitled });
  }
  const together = await readCrowd(
    db,
    unitPath,
    programmes.map(({ compiled }) => compiled.needs),
  );
  for (const { compiled } of programmes) {
    const alone = await readCrowd(db, unitPath, [compiled.needs]);
    for (const id of ids) {
      const { outcome } = compiled.evaluate(dossierOf(direct, id), { asOf });
      for (const dossiers of [alone, together])
        expect(compiled.outcome(dossierOf(dossiers, id), { asOf })).toBe(outcome);
    }
  }
}
