import { programmeOf } from '../src/features/programmes/compiled.ts';
import { screen } from '../src/features/selection/screening/screen.ts';
import { cpuSeconds } from './cpu.ts';
import { benchCity, option, peakMemory, stopwatch } from './lib.ts';

/**
 * Everyone in the city against the conditions of 002-3, records of all needed kinds read:
 * `npm run bench -- screening --teachers 100000`. Goals: 100,000 people ≤ 6 s and ≤ 600 MB; 1,000,000 ≤ 60 s in
 * the same memory.
 */
const city = await benchCity(option('teachers', 100_000), true);
try {
  const { db } = city.services;
  const round = await db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .select(['version.id as versionId', 'round.as_of as asOf', 'round.unit_path as unitPath'])
    .where('version.programme_id', 'like', '%/city-backbone-training')
    .executeTakeFirstOrThrow();
  const { count } = await db
    .selectFrom('record')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const ready = await programmeOf(db, round.versionId);
  console.log(`memory before ${peakMemory()} MB`);
  for (let run = 1; run <= option('runs', 3); run += 1) {
    const [done, own, all] = [stopwatch(), process.cpuUsage(), cpuSeconds()];
    const { tally } = await screen(db, {
      ready,
      versionId: round.versionId,
      asOf: round.asOf,
      unitPath: round.unitPath,
    });
    const { user, system } = process.cpuUsage(own);
    const ours = (user + system) / 1e6;
    console.log(
      `run ${run}: ${tally.people} people, ${count} records on file: ${done()}: ours ${ours.toFixed(2)} s, the database's ${(cpuSeconds() - all - ours).toFixed(2)} s; most memory held ${peakMemory()} MB`,
      tally.outcomes,
    );
  }
} finally {
  await city.close();
}
