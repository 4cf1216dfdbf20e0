import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { selectPeopleAsOf } from '../facts/queries.ts';

// What staff records must show of a teacher in a rural school: R-001-5-02, R-001-5-29.

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let teacher = '';

beforeAll(async () => {
  world = await makeWorld(db);
  teacher = await makePerson(db, world.school, '谢䶮', { education: 'college', qualified: false });
});

const state = async (attribute: string, value: string, on: string) =>
  (await (await as(world.schoolOffice)).post(`/people/${teacher}/fact`, { attribute, value, on })).status;
const factsOn = async (day: string) => (await selectPeopleAsOf(db, [teacher], day))[0]?.person;

test('a teacher not yet qualified is shown so, and qualified from the day the certificate was obtained', async () => {
  expect(await factsOn('2026-11-01')).toMatchObject({ qualified: false });
  expect(await state('qualified', '是', '2024-07-01')).toBe(303);
  expect(await factsOn('2024-06-30')).toMatchObject({ qualified: false });
  expect(await factsOn('2024-07-01')).toMatchObject({ qualified: true });
});

test('education attained later stands beside the first one, each with its days', async () => {
  expect(await state('education', '本科', '2025-07-01')).toBe(303);
  expect(await factsOn('2025-06-30')).toMatchObject({ education: 'college' });
  expect(await factsOn('2025-07-01')).toMatchObject({ education: 'bachelor' });
  const page = await (await (await as(world.schoolOffice)).get(`/people/${teacher}`)).text();
  for (const text of ['大专', '本科', '2025年7月1日']) expect(page).toContain(text);
});

test('a special post is recorded for its time and read by programmes', async () => {
  expect(await state('specialPost', '是', '2022-09-01')).toBe(303);
  expect(await state('specialPost', '否', '2025-09-01')).toBe(303);
  expect(await factsOn('2023-01-01')).toMatchObject({ specialPost: true });
  expect(await factsOn('2026-01-01')).toMatchObject({ specialPost: false });
  expect(await (await (await as(world.schoolOffice)).get(`/people/${teacher}`)).text()).toContain('特岗');
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
