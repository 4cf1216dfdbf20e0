import { walkCrowd } from '../src/features/selection/dossier/crowd/walk.ts';
import { judgesOf } from '../src/features/selection/screening/judge.ts';
import { addFigures } from '../src/features/selection/screening/rules.ts';
import { measured } from './crowd.ts';
import { type Part, sourceProgrammes, work } from './every-programme.ts';
import { benchCity, ms, option } from './lib.ts';

/**
 * All source programmes over the first 10,000, 100,000 and 1,000,000 people of the city, each in one pass:
 * `BENCH_DATA=… npm run bench -- programmes --teachers 1000000 --records 20`. Goal: 1,000,000 people with 20 million
 * records ≤ 90 s, memory flat. What one record and one clause cost says how it grows with policies.
 */
const teachers = option('teachers', 100_000);
const city = await benchCity(teachers, true);
try {
  const { db } = city.services;
  const { unitPath, asOf } = await db
    .selectFrom('round')
    .select(['as_of as asOf', 'unit_path as unitPath'])
    .executeTakeFirstOrThrow();
  const all = sourceProgrammes();
  const clauses = judgesOf(all).reduce((sum, judge) => sum + judge.clauses.length, 0);
  console.log(`${all.length} programmes with ${clauses} clauses`);
  let before: number | null = null;
  for (const number of [10_000, 100_000, 1_000_000].filter((one) => one <= teachers)) {
    const found: Part = { people: 0, records: 0, met: all.map(() => 0) };
    const cost = await measured(`${number} people`, async (first) => {
      for await (const { part } of walkCrowd(db, work, { unitPath, asOf })) {
        addFigures(found, part);
        first();
        if (found.people >= number) break;
      }
      return found.people;
    });
    const each = (of: number) => `${ms((cost.ours * 1e6) / of)} µs`;
    const growth = before === null ? '' : `; grows ${ms(cost.ours / before)}-fold`;
    console.log(
      `  ${found.records} records read: ours ${each(found.records)} a record, ${each(found.people * clauses)} a clause and person${growth}; met ${found.met.join(' ')}`,
    );
    before = cost.ours;
  }
} finally {
  await city.close();
}
