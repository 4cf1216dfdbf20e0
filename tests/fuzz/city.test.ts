import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDemo } from '../../demo/load.ts';
import { features } from '../../src/app.ts';
import { selectPersonas } from '../../src/features/identity/queries.ts';
import { type TestBrowser, testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { coverageOf } from './coverage.ts';
import { requests, type Sent } from './requests.ts';
import { type Session, send } from './send.ts';
import { walk } from './walk.ts';

/*
 * The same in a city that is in use (`walk.ts`): a form is come to when it would be accepted, and asked around that for
 * what nobody means. `npm run fuzz` asks as often as it says, a run of all tests a little.
 */

const REQUESTS = Number(process.env.FUZZ_CITY_REQUESTS ?? 600);
const SEED = Number(process.env.FUZZ_SEED ?? 20261126);
/** About so many forms and pages a walk comes to. */
const FORMS = 260;
const PAGES = 700;
const NOBODY = 'nobody';
const say = (text: string) => void (process.env.FUZZ_CITY_REQUESTS !== undefined && console.log(text));

/**
 * A walk came to a yes at 140 of 262 routes when it was made; fewer would be a walk that has lost its way. Which are left
 * `npm run fuzz` prints.
 */
const LEAST_SERVED = 125;

const { db, url } = await testDatabase();
const kept = testApp(db, '2026-11-26T03:00:00Z');
const routes = features.flatMap((list) => list.routes);
const coverage = coverageOf(routes);

test('a city in use answers whatever is asked around what it would accept, within limits and in words', async () => {
  await loadDemo(kept.services, url, { teachers: 100, seed: 'qinglan' }, () => undefined);
  const people = new Map<string, TestBrowser>([[NOBODY, await kept.as(null)]]);
  const sessions = new Map<string, Session | null>([[NOBODY, null]]);
  for (const { kind, personId } of await selectPersonas(db)) {
    people.set(kind, await kept.as(personId));
    sessions.set(kind, await kept.session(personId));
  }
  const made = requests({
    routes,
    calls: [],
    forms: new Map(),
    people: [...people.keys()],
    things: {},
    ids: ['00000000-0000-7000-8000-000000000000'],
  });
  const faults: string[] = [];
  const counts = new Map<number, number>();
  let part = 0;
  const tryAll = async (near: fc.Arbitrary<Sent>, numRuns: number) => {
    if (numRuns === 0) return;
    part += 1;
    for (const one of fc.sample(near, { numRuns, seed: SEED + part })) {
      const seen = await send(kept.app, one, sessions.get(one.who) ?? null, []);
      counts.set(seen.status, (counts.get(seen.status) ?? 0) + 1);
      coverage.count(one, seen.status);
      if (seen.faults.length > 0)
        faults.push(
          `${seen.faults.join('; ')}\n${JSON.stringify(one).slice(0, 600)}\n${kept.complaints.splice(0).at(-1) ?? ''}`,
        );
    }
  };
  const [eachForm, eachPage] = [
    REQUESTS === 0 ? 0 : Math.max(1, Math.floor((REQUESTS * 0.8) / FORMS)),
    Math.max(0, Math.floor((REQUESTS * 0.2) / PAGES)),
  ];
  await walk({
    people,
    coverage,
    async around(who, form) {
      await kept.jobsDone();
      await tryAll(made.around(who, form), eachForm);
    },
    async aroundPage(who, address) {
      await tryAll(made.aroundPage(who, address), eachPage);
    },
  });
  await kept.jobsDone();
  for (const line of kept.complaints) faults.push(line);
  const by = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  say(`the city: ${[...counts.values()].reduce((sum, n) => sum + n, 0)} requests, answered ${by.join(', ')}`);
  say(`requests\tserved\troute\n${coverage.table()}`);
  expect(faults.map((fault) => fault.slice(0, 3000))).toEqual([]);
  expect(routes.length - coverage.unserved().length).toBeGreaterThan(LEAST_SERVED);
}, 3_600_000);
