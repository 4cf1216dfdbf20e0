import { screen } from '../src/features/selection/screening/screen.ts';
import { measured } from './crowd.ts';
import { benchCity, cityRound, option, peakMemory } from './lib.ts';

/**
 * Everyone in the city against the conditions of 002-3: `npm run bench -- screening --teachers 100000 --records 20`.
 * Goals: 100,000 people with 2 million records ≤ 6 s and ≤ 600 MB; 1,000,000 with 20 million ≤ 60 s in the same
 * memory. The first run on a new city makes its fact sheets.
 */
const city = await benchCity(option('teachers', 100_000), true);
try {
  const { db } = city.services;
  const round = await cityRound(db);
  const { count } = await db
    .selectFrom('record')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  console.log(`${count} records on file; memory before ${peakMemory()} MB`);
  for (let run = 1; run <= option('runs', 3); run += 1) {
    await measured(`002-3, run ${run}`, async (first) => {
      const reach = async () => {
        first();
        return false;
      };
      const { tally } = await screen(db, { ...round, among: null }, { reach });
      console.log(tally.outcomes);
      return tally.people;
    });
  }
} finally {
  await city.close();
}
