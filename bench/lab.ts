import { setTimeout as wait } from 'node:timers/promises';
import { knobsIn, turned } from '../src/features/lab/draft.ts';
import { selectRun } from '../src/features/lab/trials/queries.ts';
import { putRun, runTrial } from '../src/features/lab/trials/run.ts';
import { programmeOf, readFile } from '../src/features/programmes/compiled.ts';
import { newId } from '../src/platform/ids.ts';
import { measured } from './crowd.ts';
import { benchCity, cityRound, option } from './lib.ts';

/**
 * The policy lab over everyone in the city: one number of 002-3 is edited, and the edited programme is tried beside
 * the published one, as the page starts it and asks how far it is: `npm run bench -- lab --teachers 100000`. Goals for
 * 100,000 people: first figures ≤ 1 s, whole ≤ 5 s, others never kept waiting longer than 50 ms. The first run
 * on a new city makes its fact sheets.
 */
const EDITED = 'eligibility.all[5].count.min';
const ASK_EVERY_MS = 50;

const city = await benchCity(option('teachers', 100_000), true);
try {
  const { db } = city.services;
  const version = await cityRound(db);
  const tables = version.tables as Readonly<Record<string, string>>;
  const by = await db.selectFrom('person').select('id').limit(1).executeTakeFirstOrThrow();
  await programmeOf(db, version.versionId); // As on a server that has been asked before.
  await knobsIn(version.source); // The page that is open.
  for (let run = 1; run <= option('runs', 3); run += 1) {
    const id = newId();
    let changed = '';
    await measured(`run ${run}`, async (first) => {
      const source = await turned(version.source, new Map([[EDITED, String(3 + run)]]));
      await readFile(source, tables);
      await putRun(city.services, {
        id,
        of: { draftId: null, versionId: version.versionId },
        againstId: version.versionId,
        source,
        tables,
        unitPath: version.unitPath,
        asOf: version.asOf,
        by: by.id,
      });
      const told = firstFigures(id).then(first);
      const figures = await runTrial(city.services, id);
      await told;
      if (figures === null) throw new Error('the trial failed');
      const { people, gain, lose } = figures.all;
      changed = `${gain} gain and ${lose} lose`;
      return people;
    });
    console.log(`  ${changed}`);
  }

  /** Until the page, asking again and again, is told figures. */
  async function firstFigures(id: string): Promise<void> {
    for (;;) {
      const { figures, state } = await selectRun(db, id);
      if (figures !== null || state !== 'running') return;
      await wait(ASK_EVERY_MS);
    }
  }
} finally {
  await city.close();
}
