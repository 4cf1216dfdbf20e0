import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { giveRole, makePerson, makeUnit, type TestUnit } from '../../../../tests/support/world.ts';
import { selectStaffStructure } from './counts/queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-11-23T02:00:00Z');
let school: TestUnit;
let office: string;

beforeAll(async () => {
  school = await makeUnit(db, null, 'school', '青山中学');
  const since = ['2026-09-01', '2023-11-23', '2023-11-22', '2010-09-01', '1999-09-01', null];
  const education = ['master', 'master', 'bachelor', 'bachelor', 'college', null];
  for (const [i, teachingSince] of since.entries()) {
    await makePerson(db, school, `教师${i}`, { teachingSince, education: education[i] ?? null });
  }
  office = await makePerson(db, school, '教导主任', { stage: null });
  await giveRole(db, office, 'school-office', school);
});

test('the staff structure of a unit counts years of teaching in bands, three years to the day being the last new one (R-001-9-02)', async () => {
  const { service } = await selectStaffStructure(db, school.path, '2026-11-23');
  expect(service).toEqual([
    { key: 'to-3', count: 2 },
    { key: 'to-10', count: 1 },
    { key: 'to-20', count: 1 },
    { key: 'over-20', count: 1 },
    { key: null, count: 1 },
  ]);
});

test('education is counted from the highest down, and the unknown are shown', async () => {
  const { education } = await selectStaffStructure(db, school.path, '2026-11-23');
  expect(education.map(({ key, count }) => `${key} ${count}`)).toEqual([
    'master 2',
    'bachelor 2',
    'college 1',
    'null 1',
  ]);
});

test('the page of the unit names the share of new teachers among those whose service is known', async () => {
  const page = await (await (await app.as(office)).get(`/units/${school.id}`)).text();
  expect(page).toContain('教龄已登记的 5 人中，3 年及以下的新教师 2 人，占 40%');
  expect(page).toContain('硕士研究生');
});
