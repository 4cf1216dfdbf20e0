import { programmeOf } from '../src/features/programmes/compiled.ts';
import { screen } from '../src/features/selection/screening/screen.ts';
import { benchCity, option, peakMemory, stopwatch } from './lib.ts';

/**
 * Everyone serving in the city against 002-3: `npm run bench -- screening --teachers 100000`. Goals: 100,000
 * teachers with 2 million records in 6 s and 600 MB; 1,000,000 with 20 million in 60 s, memory flat.
 */
const teachers = option('teachers', 20_000);
const city = await benchCity(teachers, true);
try {
  const { db } = city.services;
  const round = await db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .select(['version.id as versionId', 'round.as_of as asOf', 'round.unit_path as unitPath'])
    .where('version.programme_id', '=', 'city-backbone-training')
    .executeTakeFirstOrThrow();
  const { n } = await db
    .selectFrom('record')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  const ready = await programmeOf(db, round.versionId);
  for (let run = 1; run <= 2; run += 1) {
    const before = process.memoryUsage().rss / 1_048_576;
    let most = before;
    const done = stopwatch();
    const tally = await screen(
      db,
      { ready, asOf: round.asOf, unitPath: round.unitPath },
      {
        async progress() {
          most = Math.max(most, process.memoryUsage().rss / 1_048_576);
        },
      },
    );
    console.log(
      `screening ${tally.people} people of ${n} records: ${done()}; memory ${Math.round(before)} → at most ${Math.round(most)} MB (peak of the process ${peakMemory()} MB); outcomes`,
      tally.outcomes,
    );
  }
} finally {
  await city.close();
}
