import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { digestOf, programmeOf } from '../src/features/programmes/compiled.ts';
import { insertVersion } from '../src/features/programmes/queries.ts';
import { assess } from '../src/features/selection/dossier/assess.ts';
import { deletePopulation } from '../src/features/selection/dossier/population/queries.ts';
import { populationFor } from '../src/features/selection/dossier/population/reckon.ts';
import { screen } from '../src/features/selection/screening/screen.ts';
import { newId } from '../src/platform/ids.ts';
import { programmeTables } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';
import { measured } from './crowd.ts';
import { benchCity, cityRound, line, option, timed } from './lib.ts';

/**
 * 002-3 as it is, and with four clauses that ask of many, over everyone: what reckoning them costs, screening with them,
 * and findings of one teacher. `npm run bench -- among --teachers 100000 --runs 2`.
 */
const POPULATIONS = `
populations:
  seniors-of-school: {names: {zh-CN: 本校高级教师, en: senior teachers of the school}, of: school, who: {person: {rank: {atLeast: senior}}}}
  staff-of-school: {names: {zh-CN: 本校教师, en: teachers of the school}, of: school}
`;
const MEASURE = '  papers-in-reach: {count: {record: paper, within: 5y}}\n';
const ASKED = `    - {id: front, strength: prefer, amount: {of: {peers: {of: {measure: papers-in-reach}, among: [subject, stage], in: county, take: percentile}}, atMost: 33}}
    - {id: mean, amount: {of: {subtract: [{measure: papers-in-reach}, {peers: {of: {measure: papers-in-reach}, among: [subject], take: mean}}]}, atLeast: -1}}
    - {id: seniors, amount: {of: {divide: {of: {size: seniors-of-school}, by: {size: staff-of-school}}}, below: 0.9}}
`;

const city = await benchCity(option('teachers', 100_000), true);
try {
  const { db } = city.services;
  const round = await cityRound(db);
  const file = join(root, 'programmes/sources/002-3-city-backbone/2011-1.yaml');
  const tables = programmeTables(file);
  const plain = readFileSync(file, 'utf8');
  const source = plain
    .replace('\nmeasures:\n', `${POPULATIONS}\nmeasures:\n${MEASURE}`)
    .replace('\neligibility:\n  id: eligible\n  all:\n', (head) => head + ASKED);
  if (!source.includes(POPULATIONS) || !source.includes(ASKED))
    throw new Error('002-3 has no place for the clauses');
  const now = new Date();
  const { id: asking } = await insertVersion(db, {
    id: newId(),
    programme: `among-${newId()}`,
    unitId: round.unitId,
    unitPath: round.unitPath,
    version: '1',
    names: { 'zh-CN': '比较', en: 'Among' },
    source,
    tables,
    digest: digestOf(source, tables),
    createdBy: null,
    createdAt: now,
  });
  await programmeOf(db, asking);
  const { asOf, unitPath } = round;
  const whole = { unitPath, asOf, roundId: null };
  const people = await db
    .selectFrom('person')
    .select('id')
    .where('staff_number', 'is not', null)
    .orderBy((order) => order.fn('md5', ['staff_number']))
    .limit(1100)
    .execute();
  let population: string | null = null;
  const judged = (name: string, versionId: string, among: { unitPath: string; population: string } | null) =>
    measured(name, async (first) => {
      const reach = async () => {
        first();
        return false;
      };
      const { tally } = await screen(db, { versionId, numbers: null, asOf, unitPath, among }, { reach });
      console.log(tally.outcomes);
      return tally.people;
    });
  for (let run = 1; run <= option('runs', 2); run += 1) {
    const cost = await judged(`002-3 as it is, run ${run}`, round.versionId, null);
    if (population !== null) await deletePopulation(db, population);
    await measured(`what is asked of many, run ${run}`, async () => {
      const when = { at: new Date(), on: asOf };
      population = await populationFor(db, { versionId: asking, numbers: null }, whole, when);
      return cost.people;
    });
    await judged(`with what is asked of many, run ${run}`, asking, {
      unitPath,
      population: population ?? '',
    });
  }
  const { rows } = await sql<{ groups: number; values: number }>`
    SELECT (SELECT count(*)::int FROM population_group) AS groups, (SELECT count(*)::int FROM population_value) AS values`.execute(
    db,
  );
  console.log(rows[0]);
  for (const [name, versionId] of [
    ['findings of 002-3', round.versionId],
    ['with what is asked of many', asking],
  ] as const)
    console.log(
      line(name, await timed(1000, (index) => assess(db, { ...round, versionId }, people[index]?.id ?? ''))),
    );
  if (population !== null) await deletePopulation(db, population);
  await db.deleteFrom('programme_version').where('id', '=', asking).execute();
} finally {
  await city.close();
}
