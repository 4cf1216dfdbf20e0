import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { giveTitle, makePerson, makeRecord, makeWorld, type World } from '../../../tests/support/world.ts';
import { insertSuspicion } from '../organisation/people/doubles/queries.ts';

const { db } = await testDatabase();
const city = testApp(db);
let world: World;
let double: string;
beforeAll(async () => {
  world = await makeWorld(db);
  double = await makePerson(db, world.school, '李华', { staffNumber: 'T-1001' });
  await insertSuspicion(db, world.teacher, double, 'staff-number-form', new Date('2026-11-01'));
  await makeRecord(db, double, 'open-class');
  await giveTitle(db, double, 'school-backbone', '[2024-01-01,2027-01-01)');
});
const settle = async (who: string, fields: Record<string, string>) =>
  (await city.as(who)).post('/duplicates', { a: world.teacher, b: double, reason: '身份证核对', ...fields });
const state = async (id: string) =>
  await db
    .selectFrom('person')
    .select(['state', 'merged_into'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

describe('two entries that may be one person', () => {
  test('are shown side by side to the county over both, not to another', async () => {
    const { text } = { text: await (await (await city.as(world.countyOffice)).get('/duplicates')).text() };
    expect(text).toContain('T-1001');
    expect(await (await (await city.as(world.otherCountyOffice)).get('/duplicates')).text()).not.toContain(
      'T-1001',
    );
    expect((await (await city.as(world.schoolOffice)).get('/duplicates')).status).toBe(403);
  });

  test('are not merged without saying which is kept and why, nor by another county', async () => {
    expect((await settle(world.countyOffice, { act: 'merge' })).status).toBe(422);
    expect((await settle(world.countyOffice, { act: 'merge', keep: world.teacher, reason: '' })).status).toBe(
      422,
    );
    expect(
      await (await settle(world.otherCountyOffice, { act: 'merge', keep: world.teacher })).text(),
    ).toContain('不在您管辖的单位');
    expect((await state(double)).state).toBe('serving');
  });

  test('are each read by their school, which is noted', async () => {
    const office = await city.as(world.schoolOffice);
    expect((await office.get(`/people/${world.teacher}`)).status).toBe(200);
    expect((await office.get(`/people/${double}/records`)).status).toBe(200);
    await city.services.reads.flush();
  });

  test('become one: records, titles and what was missing go to the one kept, the other says where it went', async () => {
    expect((await settle(world.countyOffice, { act: 'merge', keep: world.teacher })).status).toBe(303);
    expect(await state(double)).toEqual({ state: 'merged', merged_into: world.teacher });
    const owners = async (table: 'record' | 'title_holding') =>
      (await db.selectFrom(table).select('person_id').execute()).map((row) => row.person_id);
    expect(await owners('record')).toEqual([world.teacher]);
    expect(await owners('title_holding')).toEqual([world.teacher]);
    const pair = await db
      .selectFrom('duplicate_suspicion')
      .select(['state', 'settled_by'])
      .executeTakeFirstOrThrow();
    expect(pair).toEqual({ state: 'merged', settled_by: world.countyOffice });
    const entry = await db
      .selectFrom('audit')
      .select(['action', 'reason'])
      .where('subject_id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({ action: 'person.merged', reason: '身份证核对' });
  });

  test('show the person who has looked at either, and nobody else’s readers', async () => {
    const own = await city.as(world.teacher);
    const page = await (await own.get(`/people/${world.teacher}/readers`)).text();
    expect(page.match(/刘洋/g)).toHaveLength(2);
    expect(page).toContain('个人信息');
    expect(page).toContain('成长档案');
    const file = await (await own.get('/records')).text();
    expect(file).toContain(`/people/${world.teacher}/readers`);
    const other = await city.as(world.colleague);
    expect((await other.get(`/people/${world.teacher}/readers`)).status).toBe(403);
    expect(await (await other.get(`/people/${world.colleague}/readers`)).text()).not.toContain('刘洋');
  });

  test('a merged entry cannot be merged again', async () => {
    expect(await (await settle(world.countyOffice, { act: 'merge', keep: double })).text()).toContain(
      '已经合并',
    );
  });

  test('two different people stay two', async () => {
    const namesake = await makePerson(db, world.sisterSchool, '李华', { staffNumber: 'T7777' });
    await insertSuspicion(db, world.teacher, namesake, 'name-birth', new Date('2026-11-02'));
    const answer = await (await city.as(world.countyOffice)).post('/duplicates', {
      a: world.teacher,
      b: namesake,
      act: 'different',
      reason: '身份证号不同',
    });
    expect(answer.status).toBe(303);
    expect((await state(namesake)).state).toBe('serving');
    await insertSuspicion(db, world.teacher, namesake, 'name-birth', new Date('2026-11-03'));
    expect(await (await (await city.as(world.countyOffice)).get('/duplicates')).text()).not.toContain(
      'T7777',
    );
  });

  test('nobody settles a pair of which they are one, neither so nor so', async () => {
    const twin = await makePerson(db, world.county, '孙伟', { staffNumber: 'C-0601', rank: 'full-senior' });
    await insertSuspicion(db, world.countyOffice, twin, 'staff-number-form', new Date('2026-11-02'));
    for (const act of ['merge', 'different']) {
      const own = { a: world.countyOffice, b: twin, act, keep: twin };
      const answer = await settle(world.countyOffice, own);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('其中一人是您本人');
    }
    expect((await state(twin)).state).toBe('serving');
    const above = { a: world.countyOffice, b: twin, act: 'different', reason: '同名不同人' };
    expect((await settle(world.cityOffice, above)).status).toBe(303);
  });
});
