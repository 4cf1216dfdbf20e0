import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { giveRole, makePerson, makeUnit } from '../../../../tests/support/world.ts';
import { listActingOver } from '../facts/queries.ts';
import { withCounts } from './counts/queries.ts';
import { listChildren } from './queries.ts';
import { listRoles } from './roles/queries.ts';

const { db } = await testDatabase();

test('the units below come in pages that hold each once, and every page tells how many there are', async () => {
  const county = await makeUnit(db, null, 'county', '江南区教育局');
  for (let i = 0; i < 3; i += 1) await makeUnit(db, county, 'school', '同名小学');
  await makeUnit(db, county, 'group', '区教研组');
  const page = (offset: number, search: string | null = null) =>
    listChildren(db, county.id, { search, limit: 2, offset });
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
  const { rows } = await listChildren(db, county.id, { limit: 10 });
  const [first] = rows;
  if (first === undefined) throw new Error('the school is missing');
  expect((await withCounts(db, [{ ...first, ...county }, first])).map((one) => [one.id, one.people])).toEqual(
    [
      [county.id, 2],
      [school.id, 1],
    ],
  );
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
  const roles = await listRoles(db, county.path);
  expect(roles.map(({ personName, role }) => [personName, role])).toEqual(
    expect.arrayContaining([
      ['张伟', 'county-office'],
      ['张伟', 'administrator'],
      ['赵敏', 'county-office'],
    ]),
  );
  expect(roles).toHaveLength(3);
  expect(roles.at(-1)?.until).toBe('2021-09-01');
  expect(await listRoles(db, alike.path)).toEqual([]);
  const acting = await listActingOver(db, county.path, '2026-11-26');
  expect(acting.map(({ name, role }) => [name, role])).toEqual([
    ['张伟', 'county-office'],
    ['赵敏', 'city-office'],
  ]);
});
