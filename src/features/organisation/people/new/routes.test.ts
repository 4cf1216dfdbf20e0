import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../../tests/support/app.ts';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../../../tests/support/world.ts';
import { selectPeopleAsOf } from '../../facts/queries.ts';

const { db } = await testDatabase();
const city = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

const add = async (office: string, fields: Record<string, string>) => {
  const answer = await (await city.as(office)).post('/people/new', { unit: '青溪县第一小学', ...fields });
  return { status: answer.status, to: answer.headers.get('location') ?? '', text: await answer.text() };
};

test('a school adds somebody who came: where, since when, and what they are now; sent twice it is one person', async () => {
  const fields = {
    name: '欧阳𬱖',
    staffNumber: 'ｔ1100 ',
    birthDate: '1995-02-03',
    joinedOn: '2026-09-01',
    subject: '语文',
    stage: 'primary',
    rank: 'second',
    rankSince: '2020-12-01',
    education: 'bachelor',
    _submission: '019aaaaa-0000-7000-8000-00000000f001',
  };
  expect((await add(world.schoolOffice, fields)).status).toBe(303);
  expect((await add(world.schoolOffice, fields)).status).toBe(303);
  const people = await db
    .selectFrom('person')
    .select(['id', 'staff_number', 'unit_id', 'facts_since', 'rank'])
    .where('name', '=', '欧阳𬱖')
    .execute();
  expect(people).toEqual([
    {
      id: expect.any(String),
      staff_number: 'T1100',
      unit_id: world.school.id,
      facts_since: '2026-09-01',
      rank: 'second',
    },
  ]);
  const [before] = await selectPeopleAsOf(db, [people[0]?.id ?? ''], '2026-08-31');
  expect(before?.person).toMatchObject({ employed: false, rank: 'second' });
  const found = await (await (await city.as(world.schoolOffice)).get('/people?q=ouyang')).text();
  expect(found).toContain('欧阳𬱖');
});

test('a subject typed in English is kept as it is written', async () => {
  await add(world.schoolOffice, { name: '季英', staffNumber: 'T1109', subject: 'mathematics' });
  const kept = await db.selectFrom('person').select('subject').where('name', '=', '季英').execute();
  expect(kept).toEqual([{ subject: '数学' }]);
});

test('without a day of joining they count as having been there all along', async () => {
  expect((await add(world.schoolOffice, { name: '季新', staffNumber: 'T1101' })).status).toBe(303);
  const { id } = await db
    .selectFrom('person')
    .select('id')
    .where('name', '=', '季新')
    .executeTakeFirstOrThrow();
  expect((await selectPeopleAsOf(db, [id], '2015-01-01'))[0]?.person.employed).toBe(true);
});

test('a staff number that somebody has is refused, and what was typed is kept', async () => {
  const { status, text } = await add(world.schoolOffice, { name: '钱新', staffNumber: 't1001' });
  expect(status).toBe(422);
  expect(text).toContain('已有人员使用这个工号');
  expect(text).toContain('钱新');
});

test('whoever may be the same person is shown first; confirmed, both are listed as suspected doubles', async () => {
  const fields = { name: '李华', staffNumber: 'T1102', birthDate: '1988-05-01' };
  const asked = await add(world.schoolOffice, fields);
  expect(asked.status).toBe(422);
  expect(asked.text).toContain(`/people/${world.teacher}`);
  expect(asked.text).toContain('姓名和出生日期相同');
  const confirmed = await add(world.schoolOffice, { ...fields, another: '1' });
  expect(confirmed.status).toBe(303);
  const pairs = await db.selectFrom('duplicate_suspicion').select('reason').execute();
  expect(pairs).toEqual([{ reason: 'name-birth' }]);
});

test('of a likely double in another place only the unit is told', async () => {
  const { status, text } = await add(world.schoolOffice, { name: '赵敏', birthDate: '1988-05-01' });
  expect(status).toBe(422);
  expect(text).toContain('江北区第一小学的一位人员');
  expect(text).not.toContain('T2001');
  expect(text).not.toContain(world.otherTeacher);
});

test('nobody is added outside the units one acts for', async () => {
  expect((await add(world.schoolOffice, { unit: '青溪县第二小学', name: '钱新' })).status).toBe(422);
  expect((await add(world.teacher, { name: '钱新' })).status).toBe(403);
  expect((await add(world.countyOffice, { unit: '青溪县第二小学', name: '钱新' })).status).toBe(303);
});
