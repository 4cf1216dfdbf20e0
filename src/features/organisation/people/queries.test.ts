import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makePerson, makeUnit, type TestUnit } from '../../../../tests/support/world.ts';
import { findPeople, type PersonFilter, type PersonPage } from './queries.ts';

const { db } = await testDatabase();
let county: TestUnit;
let schools: readonly [TestUnit, TestUnit];
let elsewhere: TestUnit;

beforeAll(async () => {
  county = await makeUnit(db, null, 'county', '江南区');
  schools = [await makeUnit(db, county, 'school', '一小'), await makeUnit(db, county, 'school', '二小')];
  elsewhere = await makeUnit(db, await makeUnit(db, null, 'county', '江北区'), 'school', '三小');
  for (const name of ['甲', '乙', '丙']) await makePerson(db, schools[0], name, { subject: '语文' });
  for (const name of ['丁', '戊']) await makePerson(db, schools[1], name, { subject: '数学' });
  await makePerson(db, elsewhere, '己');
  const gone = await makePerson(db, schools[0], '庚');
  await db.updateTable('person').set({ state: 'retired' }).where('id', '=', gone).execute();
});

const names = async (roots: readonly string[], filter: PersonFilter = {}, page: Partial<PersonPage> = {}) =>
  (await findPeople(db, roots, filter, { limit: 50, ...page })).map(({ name }) => name);

test('a page by place, which is found by a plan for every place, holds whom any other order finds', async () => {
  const [first, second] = schools;
  for (const [roots, filter] of [
    [[county.path], {}],
    [[first.path], {}],
    [[second.path, elsewhere.path], {}],
    [[county.path], { unitPath: second.path }],
    [[county.path], { unitPath: elsewhere.path }],
    [[`${county.path.slice(0, -1)}0.`], {}],
    [[], {}],
  ] as const) {
    const byPlace = await names(roots, filter);
    expect(byPlace.toSorted()).toEqual((await names(roots, filter, { sort: 'name' })).toSorted());
    expect(await names(roots, filter, { descending: true })).toEqual(byPlace.toReversed());
    const cut = [];
    for (let offset = 0; offset < 8; offset += 2)
      cut.push(...(await names(roots, filter, { limit: 2, offset })));
    expect(cut).toEqual(byPlace);
  }
  expect((await names([county.path])).length).toBe(5);
  expect((await names([second.path, elsewhere.path])).toSorted()).toEqual(['丁', '己', '戊'].toSorted());
});

test('who serves no more, or teaches something else, is found when asked for', async () => {
  expect(await names([county.path], { state: 'retired' })).toEqual(['庚']);
  expect(await names([county.path], { state: 'any' })).toHaveLength(6);
  expect((await names([county.path], { subject: '数学' })).toSorted()).toEqual(['丁', '戊'].toSorted());
});
