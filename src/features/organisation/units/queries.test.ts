import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { giveRole, makePerson, makeUnit } from '../../../../tests/support/world.ts';
import { countAccounts } from '../accounts/queries.ts';
import { listActingOver } from '../facts/queries.ts';
import { MANY_PEOPLE, selectStaffStructure, withCounts } from './counts/queries.ts';
import { selectUnit } from './queries.ts';
import { rolesAt } from './roles/queries.ts';
import { selectWholeUnit, type WholeFilter } from './whole/queries.ts';

const { db } = await testDatabase();
const when = { today: '2026-11-26', now: new Date('2026-11-26T02:00:00Z') };
const whole = async (id: string, more: Partial<WholeFilter> = {}) =>
  selectWholeUnit(
    db,
    await selectUnit(db, id),
    { search: '', limit: 50, offset: 0, accounts: false, ...more },
    when,
  );

test('the units below come in pages that hold each once, and every page tells how many there are', async () => {
  const county = await makeUnit(db, null, 'county', '江南区教育局');
  for (let i = 0; i < 3; i += 1) await makeUnit(db, county, 'school', '同名小学');
  await makeUnit(db, county, 'group', '区教研组');
  const page = async (offset: number, search = '') => {
    const { children, childTotal, counts } = await whole(county.id, { search, limit: 2, offset });
    expect(counts.children).toBe(4);
    return { rows: children, total: childTotal };
  };
  const pages = [await page(0), await page(2), await page(4)];
  expect(pages.map(({ rows, total }) => [rows.length, total])).toEqual([
    [2, 4],
    [2, 4],
    [0, 4],
  ]);
  const all = pages.flatMap(({ rows }) => rows);
  expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  expect(all.at(-1)?.level).toBe('group');
  expect(await page(0, '没有')).toEqual({ rows: [], total: 0 });
  expect((await page(2, '同名')).total).toBe(3);
});

test('a unit and those below it are counted together', async () => {
  const county = await makeUnit(db, null, 'county', '江东区教育局');
  const school = await makeUnit(db, county, 'school', '江东小学');
  await makePerson(db, school, '王芳');
  await makePerson(db, county, '李军');
  const { children, counts } = await whole(county.id);
  expect(counts).toEqual({ children: 1, people: 2 });
  const [first] = children;
  if (first === undefined) throw new Error('the school is missing');
  expect(first).toMatchObject({ id: school.id, children: 0, people: 1 });
  expect((await withCounts(db, [{ ...first, ...county }, first])).map((one) => [one.id, one.people])).toEqual(
    [
      [county.id, 2],
      [school.id, 1],
    ],
  );
});

test('where the people of a unit are so many that they are kept for a while, a unit added since is counted', async () => {
  const county = await makeUnit(db, null, 'county', '江东区教育局');
  await sql`INSERT INTO person (id, staff_number, name, name_search, unit_id, unit_path)
            SELECT gen_random_uuid(), 'many' || n, '张三', '张三', ${county.id}, ${county.path}
              FROM generate_series(0, ${MANY_PEOPLE}::int) AS n`.execute(db);
  const unit = await selectUnit(db, county.id);
  const people = MANY_PEOPLE + 1;
  expect(await withCounts(db, [unit])).toMatchObject([{ children: 0, people }]);
  await makeUnit(db, county, 'school', '江东小学');
  expect(await withCounts(db, [unit])).toMatchObject([{ children: 1, people }]);
});

test('a school is shown as the units over it are, in one statement', async () => {
  const county = await makeUnit(db, null, 'county', '江西区教育局');
  const school = await makeUnit(db, county, 'school', '江西小学', { stages: ['primary'] });
  const other = await makeUnit(db, county, 'school', '江西二小');
  const groups = [
    await makeUnit(db, school, 'group', '语文组'),
    await makeUnit(db, school, 'group', '数学组'),
  ];
  const head = await makePerson(db, groups[0] ?? school, '王芳');
  await makePerson(db, school, '李军', { stage: null });
  await makePerson(db, other, '赵敏');
  await giveRole(db, head, 'group-leader', groups[0] ?? school);
  await giveRole(db, head, 'school-office', school);
  await db
    .updateTable('unit')
    .set({ ends_on: '2026-01-01' })
    .where('id', '=', groups[1]?.id ?? '')
    .execute();
  const shown = await whole(school.id, { accounts: true });
  expect(shown.above.map(({ name, stages }) => [name, stages])).toEqual([
    ['江西区教育局', []],
    ['江西小学', ['primary']],
  ]);
  expect(shown.counts).toEqual({ children: 1, people: 2 });
  expect(shown.children).toMatchObject([{ name: '语文组', children: 0, people: 1, endsOn: null }]);
  expect(shown.childTotal).toBe(1);
  expect(shown.structure).toEqual(await selectStaffStructure(db, school.path, when.today));
  expect(shown.structure.total).toBe(1);
  expect(shown.roles).toEqual(await rolesAt(db, school.path).execute());
  expect(shown.roles.map(({ personName, role }) => [personName, role])).toEqual([['王芳', 'school-office']]);
  expect(shown.accounts).toEqual(await countAccounts(db, school.path, when.now));
  expect((await whole(school.id)).accounts).toBeNull();
  expect((await whole(school.id, { search: '语' })).children).toHaveLength(1);
  expect(await whole(school.id, { search: '%' })).toMatchObject({ children: [], childTotal: 0 });
  expect((await whole(school.id, { offset: 50 })).childTotal).toBe(1);
  expect((await whole(county.id)).children.map(({ people }) => people).toSorted()).toEqual([1, 2]);
});

test('who acts for a unit, and who over it from the nearest up, and not who acts for one whose path begins alike', async () => {
  const city = await makeUnit(db, null, 'city', '江海市教育局');
  const county = await makeUnit(db, city, 'county', '江北区教育局');
  const alike = { ...county, path: `${county.path.slice(0, -1)}0.` };
  const [near, far] = [await makePerson(db, county, '张伟'), await makePerson(db, city, '赵敏')];
  await giveRole(db, near, 'county-office', county);
  await giveRole(db, near, 'administrator', county);
  await giveRole(db, far, 'city-office', city);
  await giveRole(db, far, 'county-office', county, '[2020-09-01,2021-09-01)');
  const roles = await rolesAt(db, county.path).execute();
  expect(roles.map(({ personName, role }) => [personName, role])).toEqual(
    expect.arrayContaining([
      ['张伟', 'county-office'],
      ['张伟', 'administrator'],
      ['赵敏', 'county-office'],
    ]),
  );
  expect(roles).toHaveLength(3);
  expect(roles.at(-1)?.until).toBe('2021-09-01');
  expect(await rolesAt(db, alike.path).execute()).toEqual([]);
  const acting = await listActingOver(db, county.path, '2026-11-26');
  expect(acting.map(({ name, role }) => [name, role])).toEqual([
    ['张伟', 'county-office'],
    ['赵敏', 'city-office'],
  ]);
});
