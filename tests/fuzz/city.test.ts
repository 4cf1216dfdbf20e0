import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDemo } from '../../demo/load.ts';
import { features } from '../../src/app.ts';
import { selectPersonas } from '../../src/features/identity/queries.ts';
import { type TestBrowser, testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import type { FoundForm } from '../support/forms.ts';
import { coverageOf } from './coverage.ts';
import { errands } from './errands/all.ts';
import { type Persona, runErrands } from './errands.ts';
import { requests, type Sent } from './requests.ts';
import { type Session, send } from './send.ts';
import { UNSERVED } from './unserved.ts';
import { walk } from './walk.ts';

/*
 * The same in a city that is in use: people go on errands (`errands.ts`) and walk about (`walk.ts`); a form is come to
 * when it would be accepted, and asked around that for what nobody means. What gets no yes is listed (`unserved.ts`). `npm run fuzz` asks as often as it says, a run of all tests a little.
 */

const REQUESTS = Number(process.env.FUZZ_CITY_REQUESTS ?? 600);
const SEED = Number(process.env.FUZZ_SEED ?? 20261126);
/** About so many forms and pages a walk comes to. */
const FORMS = 260;
const PAGES = 700;
const NOBODY = 'nobody';
const say = (text: string) => void (process.env.FUZZ_CITY_REQUESTS !== undefined && console.log(text));

/** Of a larger run much is asked around a form first, so that not every form is then accepted: it says what was not. */
const SMALL = 600;

const { db, url } = await testDatabase();
const kept = testApp(db, '2026-11-26T03:00:00Z', { QINGLAN_DEMO: '1' });
const routes = features.flatMap((list) => list.routes);
const coverage = coverageOf(routes);

test('a city in use answers whatever is asked around what it would accept, within limits and in words', async () => {
  await loadDemo(kept.services, url, { teachers: 100, seed: 'qinglan' }, () => undefined);
  const personas = new Map<string, Persona>((await selectPersonas(db)).map((one) => [one.kind, one]));
  const kinds = [NOBODY, ...personas.keys()];
  const sessions = new Map<string, Session | null>();
  /** Of the time it is: hours later it would have ended. */
  const sessionOf = async (who: string): Promise<Session | null> => {
    const key = `${who} ${kept.services.clock().toISOString().slice(0, 13)}`;
    const known =
      sessions.get(key) ?? (who === NOBODY ? null : await kept.session(personas.get(who)?.personId ?? ''));
    sessions.set(key, known);
    return known;
  };
  const made = requests({
    routes,
    calls: [],
    forms: new Map(),
    people: kinds,
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
      const seen = await send(kept.app, one, await sessionOf(one.who), []);
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
  const around = async (who: string, form: FoundForm) => {
    await kept.jobsDone();
    await tryAll(made.around(who, form), eachForm);
  };
  const lost = await runErrands(errands, {
    kept,
    personas,
    coverage,
    around: REQUESTS > SMALL ? around : async () => undefined,
  });
  const people = new Map<string, TestBrowser>();
  for (const who of kinds) people.set(who, await kept.as(personas.get(who)?.personId ?? null));
  await walk({
    people,
    coverage,
    around,
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
  const unserved = coverage.unserved().toSorted();
  say(`no yes at ${unserved.length} of ${routes.length} routes: ${unserved.join(', ')}`);
  say(`errands that did not come through: ${lost.join('\n')}`);
  if (REQUESTS > SMALL) return;
  expect(lost).toEqual([]);
  expect(unserved).toEqual(Object.keys(UNSERVED).toSorted());
}, 3_600_000);
