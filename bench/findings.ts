import { assess } from '../src/features/selection/dossier/assess.ts';
import { cpuSeconds } from './cpu.ts';
import { benchCity, cityRound, line, option, timed } from './lib.ts';

/**
 * One teacher's findings for the city programme (002-3) as the eligibility page asks for them, database
 * included, each time another teacher: `npm run bench -- findings --teachers 150000`. Goal: p95 ≤ 5 ms.
 */
const city = await benchCity(option('teachers', 20_000), true);
try {
  const { db } = city.services;
  const round = await cityRound(db);
  const people = await db
    .selectFrom('person')
    .select('id')
    .where('staff_number', 'is not', null)
    .orderBy((order) => order.fn('md5', ['staff_number']))
    .limit(2200)
    .execute();
  const counts = { met: 0, unmet: 0, missing: 0, 'needs-decision': 0 };
  let records = 0;
  const [cpu, own] = [cpuSeconds(), process.cpuUsage()];
  const result = await timed(2000, async (index) => {
    const assessment = await assess(db, round, people[index]?.id ?? '');
    if (assessment === null) throw new Error('no such teacher');
    counts[assessment.findings.outcome] += 1;
    records += assessment.dossier.records.length;
  });
  const runs = 2200;
  const { user, system } = process.cpuUsage(own);
  const [all, ours] = [(cpuSeconds() - cpu) * 1000, (user + system) / 1000];
  console.log(line('findings of one teacher for 002-3', result));
  console.log(
    `${(all / runs).toFixed(2)} ms of processor time (ours ${(ours / runs).toFixed(2)}, the database's ${((all - ours) / runs).toFixed(2)}) and ${(records / runs).toFixed(1)} records each; outcomes`,
    counts,
  );
} finally {
  await city.close();
}
