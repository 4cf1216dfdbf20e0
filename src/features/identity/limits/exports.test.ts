import { beforeAll, beforeEach, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';

/* Files with other people's data are limited in number, for whoever takes them along and for nobody else. */

const NOW = '2026-11-23T02:00:00Z';
const MOST = 3;
const { db } = await testDatabase();
const city = testApp(db, NOW, { QINGLAN_EXPORTS: String(MOST) });
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});
beforeEach(async () => {
  city.setNow(NOW);
  await db.deleteFrom('sign_in_limit').execute();
});

const take = async (person: string, path = '/people?format=csv') => (await city.as(person)).get(path);
const statuses = async (times: number, path?: string) => {
  const found: number[] = [];
  for (let n = 0; n < times; n += 1) found.push((await take(world.cityOffice, path)).status);
  return found;
};

test('as many within an hour as set, whatever they are lists of; then it is said until when, in words', async () => {
  expect(await statuses(2)).toEqual([200, 200]);
  expect(await statuses(1, '/titles?format=csv')).toEqual([200]);
  const refused = await take(world.cityOffice);
  expect(refused.status).toBe(429);
  expect(await refused.text()).toMatch(/3 份含他人信息的文件.*请在 2026年11月23日.{0,4}11:00 之后再下载/);
  // What is on the screen, and others, go on.
  expect(await statuses(1, '/people')).toEqual([200]);
  expect((await take(world.countyOffice)).status).toBe(200);
  city.setNow('2026-11-23T03:01:00Z');
  expect(await statuses(1)).toEqual([200]);
});

test('whom a screening found is such a file, too, and counted before it is looked for', async () => {
  const none = `/rounds/${newId()}/screening/figures`;
  expect(await statuses(MOST + 1, `${none}.xlsx`)).toEqual([404, 404, 404, 429]);
  // On paper it names nobody.
  expect(await statuses(1, `${none}.pdf`)).toEqual([404]);
});

test('one an hour is one an hour, in the first hour and the next', async () => {
  const strict = testApp(db, NOW, { QINGLAN_EXPORTS: '1' });
  const browser = await strict.as(world.cityOffice);
  const both = async () => [
    (await browser.get('/people?format=csv')).status,
    (await browser.get('/people?format=csv')).status,
  ];
  expect(await both()).toEqual([200, 429]);
  strict.setNow('2026-11-23T03:01:00Z');
  expect(await both()).toEqual([200, 429]);
});

test('asked for at once they are no more', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => take(world.cityOffice)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(MOST);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(10 - MOST);
});

test('whoever may not have them is refused before they count, and nothing is counted for one’s own', async () => {
  expect((await take(world.teacher)).status).toBe(403);
  const own = await city.as(world.teacher);
  for (let n = 0; n < MOST + 2; n += 1) expect((await own.get('/account/data')).status).toBe(200);
  expect(await db.selectFrom('sign_in_limit').select('key').execute()).toEqual([]);
});
