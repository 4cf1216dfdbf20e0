import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { giveRole, makePerson, makeWorld, type World } from '../../../tests/support/world.ts';
import { selectPeopleAsOf } from './facts/queries.ts';
import { nameSearch } from './people/name-search.ts';

const { db } = await testDatabase();
const city = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  for (const { id, name } of await db.selectFrom('person').select(['id', 'name']).execute()) {
    await db
      .updateTable('person')
      .set({ name_search: nameSearch(name) })
      .where('id', '=', id)
      .execute();
  }
});

const page = async (person: string, path: string) => {
  const answer = await (await city.as(person)).get(path);
  return { status: answer.status, text: await answer.text() };
};

describe('units', () => {
  test('an office drills down from its own unit and sees how many serve in each', async () => {
    const top = await page(world.countyOffice, '/units');
    expect(top.status).toBe(200);
    expect(top.text).toContain('青溪县教育局');
    expect(top.text).not.toContain('江北区第一小学');
    const county = await page(world.countyOffice, `/units/${world.county.id}`);
    expect(county.text).toContain('青溪县第一小学');
    expect(county.text).toContain('教师队伍结构');
  });

  test('a unit of another county is not shown', async () => {
    expect((await page(world.countyOffice, `/units/${world.otherSchool.id}`)).status).toBe(403);
  });

  test('a county adds a school once, however often the form is sent', async () => {
    const browser = await city.as(world.countyOffice);
    const form = {
      level: 'school',
      name: '青溪县第三小学',
      code: 'd06-3',
      stages: ['primary'],
      setting: 'rural',
      _submission: '019aaaaa-0000-7000-8000-000000000001',
    };
    const first = await browser.post(`/units/${world.county.id}/new`, form);
    expect(first.status).toBe(303);
    expect((await browser.post(`/units/${world.county.id}/new`, form)).status).toBe(303);
    const rows = await db
      .selectFrom('unit')
      .select(['path', 'setting'])
      .where('code', '=', 'd06-3')
      .execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.path.startsWith(world.county.path)).toBe(true);
  });

  test('a code that another unit has is refused and what was typed is kept', async () => {
    const answer = await (await city.as(world.countyOffice)).post(`/units/${world.county.id}/new`, {
      level: 'school',
      name: '新学校',
      code: 'd06-1',
    });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('已有单位使用这个代码');
    expect(text).toContain('新学校');
  });

  test('a school cannot be put inside a school, nor closed while people serve there', async () => {
    const browser = await city.as(world.countyOffice);
    expect(
      (await browser.post(`/units/${world.school.id}/new`, { level: 'school', name: '校中校' })).status,
    ).toBe(422);
    const answer = await browser.post(`/units/${world.otherGroup.id}/end`, { on: '2026-11-01' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('还有在职人员');
  });

  test('a county office names a school office; the school office cannot name a county office', async () => {
    const county = await city.as(world.countyOffice);
    const given = await county.post(`/units/${world.sisterSchool.id}/roles`, {
      role: 'school-office',
      number: 'T1002',
      from: '2026-11-01',
    });
    expect(given.status).toBe(303);
    const school = await city.as(world.schoolOffice);
    const refused = await school.post(`/units/${world.school.id}/roles`, {
      role: 'county-office',
      number: 'T1002',
      from: '2026-11-01',
    });
    expect(refused.status).toBe(422);
    expect(
      (
        await school.post(`/units/${world.county.id}/roles`, {
          role: 'county-office',
          number: 'T1002',
          from: '2026-11-01',
        })
      ).status,
    ).toBe(403);
  });

  test('a role given twice for the same time is said, and ending it keeps its period', async () => {
    const county = await city.as(world.countyOffice);
    const again = await county.post(`/units/${world.sisterSchool.id}/roles`, {
      role: 'school-office',
      number: ' t1002',
      from: '2026-11-10',
    });
    expect(await again.text()).toContain('已担任这一职责');
    const held = await db
      .selectFrom('role_assignment')
      .select('id')
      .where('unit_id', '=', world.sisterSchool.id)
      .executeTakeFirstOrThrow();
    expect((await county.post(`/roles/${held.id}/end`)).status).toBe(303);
    const after = await db
      .selectFrom('role_assignment')
      .select('during')
      .where('id', '=', held.id)
      .executeTakeFirstOrThrow();
    expect(after.during).toBe('[2026-11-01,2026-11-23)');
  });
});

describe('people', () => {
  test.each(['李华', '李', '华', 'lihua', 'lih', 'lh', 'T1001', 't1001'])('%s finds 李华', async (search) => {
    const { text } = await page(world.schoolOffice, `/people?q=${encodeURIComponent(search)}`);
    expect(text).toContain('李华');
  });

  test('people of other schools are not found', async () => {
    expect((await page(world.schoolOffice, '/people?q=赵敏')).text).not.toContain(
      `/people/${world.otherTeacher}`,
    );
    expect((await page(world.schoolOffice, `/people?unit=${world.otherSchool.id}`)).text).not.toContain(
      `/people/${world.otherTeacher}`,
    );
    expect((await page(world.schoolOffice, `/people/${world.otherTeacher}`)).status).toBe(403);
  });

  test('a teacher sees their own page but no list', async () => {
    expect((await page(world.teacher, `/people/${world.teacher}`)).status).toBe(200);
    expect((await page(world.teacher, '/people')).status).toBe(403);
    expect((await page(world.teacher, `/people/${world.colleague}`)).status).toBe(403);
  });

  test('a page past the end leads to the last page, where it is known, and keeps what was asked for', async () => {
    const office = await city.as(world.schoolOffice);
    for (const [asked, led] of [
      ['/people?page=99999&state=any', '/people?state=any'],
      [`/units/${world.city.id}?page=7`, `/units/${world.city.id}`],
      ['/titles?page=99999', '/titles'],
      [`/people/${world.teacher}/records?page=99999&view=list`, `/people/${world.teacher}/records?view=list`],
    ] as const) {
      const answer = await office.get(asked);
      expect([asked, answer.status, answer.headers.get('location')]).toEqual([asked, 303, led]);
    }
    const done = await office.get('/people?page=99999&done=records.done.confirmed');
    expect(done.headers.get('location')).toBe('/people?done=records.done.confirmed');
  });

  test('filters work in the database and the list leaves as CSV and as a workbook', async () => {
    expect((await page(world.schoolOffice, '/people?subject=数学')).text).not.toContain('李华');
    const csv = await page(world.schoolOffice, '/people?format=csv');
    expect(csv.text).toContain('李华');
    expect(csv.text.split('\r\n').filter((line) => line !== '')).toHaveLength(6);
    // Subjects are read in the reader's language, and handed on as they are kept.
    const english = (await page(world.schoolOffice, '/people?lang=en')).text;
    expect(english).toMatch(/<option value="语文"[^>]*>Chinese<\/option>/);
    expect(english).toMatch(/<td data-label="Subject"><div[^>]*>Chinese</);
    expect(english).not.toContain('>语文<');
    expect((await page(world.schoolOffice, '/people?format=csv&lang=en')).text).toContain(',语文,');
    const workbook = await (await city.as(world.schoolOffice)).get('/people?format=xlsx');
    expect(new Uint8Array(await workbook.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0x50, 0x4b]));
  });

  test('a move ends the old employment and group the day before and history stays', async () => {
    const county = await city.as(world.countyOffice);
    const answer = await county.post(`/people/${world.colleague}/move`, {
      unit: '青溪县第二小学',
      on: '2026-09-01',
    });
    expect(answer.status).toBe(303);
    const held = await db
      .selectFrom('employment')
      .select(['unit_id', 'during'])
      .where('person_id', '=', world.colleague)
      .orderBy('during')
      .execute();
    expect(held).toEqual([
      { unit_id: world.school.id, during: '[2010-09-01,2026-09-01)' },
      { unit_id: world.sisterSchool.id, during: '[2026-09-01,)' },
    ]);
    const groups = await db
      .selectFrom('membership')
      .select('during')
      .where('person_id', '=', world.colleague)
      .execute();
    expect(groups).toEqual([{ during: '[2010-09-01,2026-09-01)' }]);
    const { text } = await page(world.countyOffice, `/people/${world.colleague}`);
    expect(text).toContain('任职于青溪县第一小学');
  });

  test('a move ends the roles held at the unit left from that day; the past keeps them and the audit tells', async () => {
    const mover = await makePerson(db, world.school, '沈岚', { staffNumber: 'T1090', group: world.group });
    await giveRole(db, mover, 'group-leader', world.group);
    await giveRole(db, mover, 'school-leader', world.school, '[2026-10-15,)');
    await giveRole(db, mover, 'auditor', world.county);
    const answer = await (await city.as(world.countyOffice)).post(`/people/${mover}/move`, {
      unit: '青溪县第二小学',
      on: '2026-10-01',
    });
    expect(answer.status).toBe(303);
    const roles = await db
      .selectFrom('role_assignment')
      .select(['role', 'during'])
      .where('person_id', '=', mover)
      .orderBy('role')
      .execute();
    // The one given for later at the old school never was; the one held above it stays.
    expect(roles).toEqual([
      { role: 'auditor', during: '[2020-09-01,)' },
      { role: 'group-leader', during: '[2020-09-01,2026-10-01)' },
    ]);
    const told = await db
      .selectFrom('audit')
      .select('before')
      .where('person_id', '=', mover)
      .where('action', '=', 'role.ended')
      .orderBy('seq')
      .execute();
    expect(told.map(({ before }) => before)).toEqual([
      { role: 'group-leader', unit: '语文教研组' },
      { role: 'school-leader', unit: '青溪县第一小学' },
    ]);
    expect((await page(mover, `/units/${world.school.id}`)).status).toBe(200);
    expect((await page(mover, `/people/${world.teacher}`)).status).toBe(200);
  });

  test('moving from the county office to one of its schools keeps only the role given at that school', async () => {
    const mover = await makePerson(db, world.county, '石磊', { staffNumber: 'C0699' });
    await giveRole(db, mover, 'county-office', world.county);
    await giveRole(db, mover, 'school-office', world.school);
    await giveRole(db, mover, 'school-leader', world.sisterSchool, '[2026-09-01,)');
    await (await city.as(world.cityOffice)).post(`/people/${mover}/move`, {
      unit: '青溪县第二小学',
      on: '2026-10-01',
    });
    const running = await db
      .selectFrom('role_assignment')
      .select('role')
      .where('person_id', '=', mover)
      .where(sql<boolean>`upper_inf(during)`)
      .execute();
    expect(running).toEqual([{ role: 'school-leader' }]);
  });

  test('where somebody taught on a day is where they worked then', async () => {
    const settingOn = async (day: string) =>
      (await selectPeopleAsOf(db, [world.colleague], day))[0]?.person.setting;
    expect(await settingOn('2026-08-31')).toBe('town');
    expect(await settingOn('2026-09-01')).toBe('rural');
  });

  test('a move before the present employment, into the future or to a unit not named exactly is refused', async () => {
    const county = await city.as(world.countyOffice);
    const move = async (fields: Record<string, string>) =>
      (await county.post(`/people/${world.colleague}/move`, fields)).text();
    expect(await move({ unit: '青溪县第一小学', on: '2020-01-01' })).toContain('早于现任职的起始日期');
    expect(await move({ unit: '青溪县第一小学', on: '2027-01-01' })).toContain('日期不能晚于今天');
    expect(await move({ unit: '小学', on: '2026-10-01' })).toContain('没有找到唯一对应的单位');
    expect(await move({ unit: '江北区第一小学', on: '2026-10-01' })).toContain('没有找到唯一对应的单位');
  });

  test('a rank changed as of a day leaves what was before', async () => {
    const school = await city.as(world.schoolOffice);
    expect(
      (
        await school.post(`/people/${world.teacher}/fact`, {
          attribute: 'rank',
          value: '高级教师',
          on: '2024-12-01',
        })
      ).status,
    ).toBe(303);
    const facts = await db
      .selectFrom('person_fact')
      .select(['value', 'during'])
      .where('person_id', '=', world.teacher)
      .orderBy('during')
      .execute();
    expect(facts).toEqual([
      { value: 'first', during: '(,2024-12-01)' },
      { value: 'senior', during: '[2024-12-01,)' },
    ]);
    const person = await db
      .selectFrom('person')
      .select(['rank', 'facts_since'])
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(person).toEqual({ rank: 'senior', facts_since: '2024-12-01' });
    const rankOn = async (day: string) => (await selectPeopleAsOf(db, [world.teacher], day))[0]?.person.rank;
    expect([await rankOn('2024-11-30'), await rankOn('2024-12-01')]).toEqual(['first', 'senior']);
  });

  test('nobody of an office changes what is kept of themselves; another of the office or above does', async () => {
    const own = `/people/${world.schoolOffice}`;
    const fact = { attribute: 'rank', value: '高级教师', on: '2024-12-01' };
    const edit = { name: '刘洋', teachingSince: '1999-09-01', revision: '1' };
    const school = await city.as(world.schoolOffice);
    for (const [path, form] of [
      [`${own}/fact`, fact],
      [`${own}/edit`, edit],
      [`${own}/move`, { unit: '青溪县第二小学', on: '2026-11-01' }],
      [`${own}/group`, { group: world.group.id, on: '2026-11-01', act: 'join' }],
      [`${own}/leave`, { state: 'left', on: '2026-11-01' }],
    ] as const) {
      const answer = await school.post(path, form);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('本人的信息不能由本人修改');
    }
    const shown = (await page(world.schoolOffice, own)).text;
    for (const act of ['edit', 'move', 'group', 'fact', 'leave'])
      expect(shown).not.toContain(`${own}/${act}`);
    const person = await db
      .selectFrom('person')
      .select(['rank', 'teaching_since'])
      .where('id', '=', world.schoolOffice)
      .executeTakeFirstOrThrow();
    expect(person).toEqual({ rank: 'first', teaching_since: '2010-09-01' });
    const county = await city.as(world.countyOffice);
    expect((await county.post(`${own}/fact`, fact)).status).toBe(303);
  });

  test('an office does not say that its own school stands in the country; the county does', async () => {
    const path = `/units/${world.school.id}/edit`;
    const { name, code, stages, setting } = await db
      .selectFrom('unit')
      .selectAll()
      .where('id', '=', world.school.id)
      .executeTakeFirstOrThrow();
    const form = { name, code: code ?? '', stages };
    const school = await city.as(world.schoolOffice);
    const answer = await school.post(path, { ...form, name: '青溪一小', setting: 'rural' });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('请由上级单位修改');
    expect(text).toContain('value="青溪一小"');
    expect((await school.post(path, { ...form, setting: setting ?? '' })).status).toBe(303);
    const county = await city.as(world.countyOffice);
    expect((await county.post(path, { ...form, setting: 'rural' })).status).toBe(303);
    expect((await county.post(path, { ...form, setting: setting ?? '' })).status).toBe(303);
  });

  test('two who edit the same person: the second is told, nothing is lost', async () => {
    const school = await city.as(world.schoolOffice);
    const { revision } = await db
      .selectFrom('person')
      .select('revision')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    const fields = {
      name: '李华',
      staffNumber: 'T1001',
      sex: 'female',
      birthDate: '1988-05-01',
      phone: '13800000001',
      revision: String(revision),
    };
    for (const teachingSince of ['1988-05-01', '2003-04-30', '2999-01-01']) {
      const refused = await school.post(`/people/${world.teacher}/edit`, { ...fields, teachingSince });
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain(
        teachingSince < '2999' ? '任教时不满 15 岁，请核对两个日期' : '日期不能晚于今天',
      );
    }
    expect((await school.post(`/people/${world.teacher}/edit`, fields)).status).toBe(303);
    const second = await school.post(`/people/${world.teacher}/edit`, { ...fields, phone: '13900000002' });
    expect(second.status).toBe(422);
    const text = await second.text();
    expect(text).toContain('他人刚刚修改过');
    expect(text).toContain('13900000002');
  });

  test('someone who left is found among those who left and acts for nobody', async () => {
    const county = await city.as(world.countyOffice);
    const leaver = await city.as(world.groupLeader);
    expect((await leaver.get('/records')).status).toBe(200);
    expect(
      (await county.post(`/people/${world.groupLeader}/leave`, { state: 'retired', on: '2026-11-20' }))
        .status,
    ).toBe(303);
    // Wherever they were signed in they are no more.
    expect((await leaver.get('/records')).status).toBe(303);
    expect((await page(world.schoolOffice, '/people')).text).not.toContain('陈静');
    expect((await page(world.schoolOffice, '/people?state=retired')).text).toContain('陈静');
    const role = await db
      .selectFrom('role_assignment')
      .select('during')
      .where('person_id', '=', world.groupLeader)
      .executeTakeFirstOrThrow();
    expect(role.during).toBe('[2020-09-01,2026-11-20)');
  });
});
