import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makePerson, makeWorld, type World } from '../../../tests/support/world.ts';
import { newId } from '../../platform/ids.ts';
import { readTable } from '../../platform/spreadsheet/read-table.ts';
import { insertHoldings } from './queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-11-23T02:00:00Z');
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  const mathematician = await makePerson(db, world.sisterSchool, '张强', { subject: '数学' });
  const hold = (
    personId: string,
    title: string,
    from: string,
    until: string | null,
    document: string | null = null,
  ) => ({
    id: newId(),
    personId,
    title,
    from,
    until,
    roundId: newId(),
    grantedBy: world.city.id,
    document,
  });
  await insertHoldings(db, [
    hold(world.teacher, 'city-backbone', '2024-06-01', '2027-05-31', '澜教〔2024〕8号'),
    hold(world.teacher, 'rookie-star', '2015-06-01', '2018-05-31'),
    hold(mathematician, 'city-backbone', '2026-12-01', '2029-11-30'),
    hold(world.otherTeacher, 'school-backbone', '2025-09-01', null),
  ]);
});

const seen = async (person: string, query = '') => {
  const answer = await (await app.as(person)).get(`/titles${query}`);
  expect(answer.status).toBe(200);
  const body = /<tbody>.*<\/tbody>/s.exec(await answer.text())?.[0] ?? '';
  return body
    .split('</tr>')
    .slice(0, -1)
    .map((row) =>
      row
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
};
const names = (rows: readonly string[]) => rows.map((row) => row.split(' ')[0]);

test('a city office sees every title of its teachers, with school, subject, term, document, number and whether it is in force (R-002-4-17)', async () => {
  const rows = await seen(world.cityOffice, '?sort=from');
  expect(names(rows)).toEqual(['李华', '李华', '赵敏', '张强']);
  expect(rows[1]).toBe(
    '李华 青溪县第一小学 语文 市级骨干教师 2024年6月1日 2027年5月31日 澜教〔2024〕8号 CITY-BACKBONE-2024-0001 有效 查看 李华',
  );
  expect(rows[0]).toContain('已到期');
  expect(rows[2]).toContain('长期');
  expect(rows[3]).toContain('尚未生效');
});

test('a county sees its own teachers only, a teacher without an office none', async () => {
  expect(names(await seen(world.countyOffice))).not.toContain('赵敏');
  expect(names(await seen(world.otherCountyOffice))).toEqual(['赵敏']);
  expect((await (await app.as(world.teacher)).get('/titles')).status).toBe(403);
  expect(await (await (await app.as(world.teacher)).get('/')).text()).not.toContain('href="/titles"');
  expect(await (await (await app.as(world.countyOffice)).get('/')).text()).toContain('href="/titles"');
});

test('the list is narrowed by title, by part of the name of a unit at any level, by subject and by state', async () => {
  expect(names(await seen(world.cityOffice, '?title=city-backbone'))).toEqual(['李华', '张强']);
  expect(names(await seen(world.cityOffice, `?unit=${encodeURIComponent('江北区教育')}`))).toEqual(['赵敏']);
  expect(names(await seen(world.cityOffice, `?unit=${encodeURIComponent('第二小学')}`))).toEqual(['张强']);
  expect(names(await seen(world.cityOffice, `?subject=${encodeURIComponent('数学')}`))).toEqual(['张强']);
  expect(names(await seen(world.cityOffice, '?state=ended'))).toEqual(['李华']);
  expect(names(await seen(world.cityOffice, '?state=held&sort=-name')).toSorted()).toEqual(['李华', '赵敏']);
  const none = await (await app.as(world.cityOffice)).get('/titles?unit=%E6%B2%A1%E6%9C%89');
  expect(await none.text()).toContain('没有名称含有“没有”的单位');
});

test('who may not read growth files is not offered them', async () => {
  const page = await (await (await app.as(world.administrator)).get('/titles')).text();
  expect(page).toContain('李华');
  expect(page).not.toContain(`/people/${world.teacher}/records`);
  const office = await (await (await app.as(world.countyOffice)).get('/titles')).text();
  expect(office).toContain(`/people/${world.teacher}/records`);
});

test('the list goes out as CSV and Excel with its filters, and the audit says who took it', async () => {
  const office = await app.as(world.cityOffice);
  const csv = await (await office.get('/titles?format=csv&state=held')).text();
  expect(csv.match(/姓名/g)).toHaveLength(1);
  expect(csv.trim().split('\n')).toHaveLength(3);
  expect(csv).toContain('澜教〔2024〕8号');
  const answer = await office.get('/titles?format=xlsx');
  const table = await readTable(new Uint8Array(await answer.arrayBuffer()));
  expect(JSON.stringify(table)).toContain('CITY-BACKBONE-2026-0001');
  const taken = await db
    .selectFrom('audit')
    .select('actor_id')
    .where('action', '=', 'titles.exported')
    .execute();
  expect(taken.map(({ actor_id }) => actor_id)).toEqual([world.cityOffice, world.cityOffice]);
});

test('subjects are read in the reader’s language, and go out as they are kept', async () => {
  const office = await app.as(world.cityOffice);
  const page = await (await office.get('/titles?lang=en')).text();
  expect(page).toMatch(/<td data-label="Subject"><div[^>]*>Mathematics</);
  expect(page).toMatch(/<option value="数学"[^>]*>Mathematics<\/option>/);
  expect(page.replaceAll('value="数学"', '')).not.toContain('数学');
  expect(await (await office.get('/titles?format=csv&lang=en')).text()).toContain(',数学,');
  expect(names(await seen(world.cityOffice, `?subject=${encodeURIComponent('数学')}&lang=en`))).toEqual([
    '张强',
  ]);
});
