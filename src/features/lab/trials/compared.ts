import type { Db } from '../../../platform/database.ts';
import { type Checked, readyOf } from '../../programmes/compiled.ts';
import type { ProgrammeTables } from '../../programmes/queries.ts';
import { placesAround } from '../../selection/dossier/population/facts.ts';
import { sumUpGroups } from '../../selection/dossier/population/queries.ts';
import { type ComparedWith, DIMENSIONS, type Dimension } from './rules.ts';
import type { Trial } from './try.ts';

/** The ways to group people that attributes are. */
const dimensionsOf = (attributes: readonly string[]): Dimension[] =>
  DIMENSIONS.filter((one) => attributes.includes(one === 'age' ? 'birthDate' : one));

/** Whom the conditions of a trial compare people with, as it was reckoned for it: nothing of it changes any more. */
export async function comparedWith(
  db: Db,
  trial: Pick<Trial, 'againstId' | 'among' | 'unitPath'> & {
    readonly source: string;
    readonly tables: ProgrammeTables;
  },
): Promise<ComparedWith[]> {
  const { source, tables, againstId, among, unitPath } = trial;
  // Reckoned for a school among those of its county, say, other schools are counted too: nobody of it is asked of those.
  const places = { unitPath, over: await placesAround(db, unitPath) };
  const of = async (
    programme: Checked,
    population: string | null,
    before: boolean,
  ): Promise<ComparedWith[]> => {
    if (population === null) return [];
    const { asked } = (await readyOf(db, programme)).compiled;
    const summed = await sumUpGroups(db, population, asked.distinct, places);
    return asked.about.map(({ name, reach, chosenBy, sharedBy }, number): ComparedWith => {
      const found = summed.find((one) => one.asked === number);
      const counted = found && {
        people: found.people,
        unsure: found.unsure,
        groups: found.groups,
        on: found.on,
      };
      return {
        name,
        before,
        chosenBy: dimensionsOf(chosenBy),
        sharedBy: dimensionsOf(sharedBy),
        placed: reach !== 'unit',
        values: asked.distinct.includes(number),
        counted: counted ?? null,
      };
    });
  };
  // Whom they ask about does not hang on what is set locally.
  const now = await of({ source, tables, numbers: null }, among.now, false);
  // Two that ask the same are told once.
  if (againstId === null || among.before === among.now) return now;
  return [...now, ...(await of({ versionId: againstId, numbers: null }, among.before, true))];
}
