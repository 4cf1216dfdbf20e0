import { expect, test } from 'vitest';
import { idsIn } from '../../src/platform/routing.ts';
import { placesOf } from '../access/things.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeWorld } from '../support/world.ts';
import { addressOf, routes } from './kit.ts';

const { db } = await testDatabase();
const kept = testApp(db);

const NAME = encodeURIComponent('\uFEFF名');

test('whatever an address names by no id is not there, in any place of any address', async () => {
  const world = await makeWorld(db);
  const things = await placesOf(db, world);
  const refused = new Set<number>();
  let asked = 0;
  for (const who of ['teacher', 'schoolOffice', 'cityOffice', 'administrator', null] as const) {
    const browser = await kept.as(who === null ? null : world[who]);
    for (const route of routes)
      for (const name of idsIn(route.path)) {
        const address = addressOf(route, {
          ...things,
          ...(name === 'job' && { recordsJob: NAME }),
          [name]: NAME,
        });
        const answer = await (route.method === 'get' ? browser.get(address) : browser.post(address, {}));
        asked += 1;
        refused.add(answer.status);
        // Pages lead whoever is signed out to sign in.
        const refusals = who === null ? [303, 401, 404] : [403, 404];
        expect(refusals, `${who} ${route.method} ${address}`).toContain(answer.status);
      }
  }
  expect(asked).toBeGreaterThan(800);
  expect(refused).toContain(404);
});
