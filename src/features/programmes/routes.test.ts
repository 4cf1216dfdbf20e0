import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../tests/support/world.ts';
import { root } from '../../platform/root.ts';
import { selectTimeline } from '../audit/queries.ts';

const { db } = await testDatabase();
const city = testApp(db);
const folder = join(root, 'programmes/sources/002-3-city-backbone');
const source = readFileSync(join(folder, '2011-1.yaml'), 'utf8');
const table = readFileSync(join(folder, 'quotas/2011.csv'), 'utf8');
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

const upload = async (
  person: string,
  unit: string,
  text: string,
  tables: readonly File[] = [new File([table], '2011.csv')],
) => {
  const browser = await city.as(person);
  return browser.post('/programmes/new', {
    unit,
    file: new File([text], '2011-1.yaml'),
    ...(tables[0] ? { tables: tables[0] } : {}),
  });
};
let address = '';

describe('a programme is a file that an office keeps and publishes', () => {
  test('a file with a misspelt word is refused with its line, column, what was expected and the nearest word, and nothing is kept', async () => {
    const answer = await upload(
      world.cityOffice,
      world.city.id,
      source.replace('deadline: 04-25', 'dedline: 04-25'),
    );
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toMatch(/第 \d+ 行第 \d+ 列/);
    expect(page).toContain('<strong>deadline</strong>');
    expect(await db.selectFrom('programme').selectAll().execute()).toEqual([]);
  });

  test('a file whose quota table was not sent is refused', async () => {
    expect((await upload(world.cityOffice, world.city.id, source, [])).status).toBe(422);
  });

  test('a name with a character that cannot be kept is refused, however it is written', async () => {
    for (const written of ['\\0', '\\ud800']) {
      const text = source.replace('zh-CN: 市中小学学科骨干教师培训', `zh-CN: "市${written}"`);
      expect((await upload(world.cityOffice, world.city.id, text)).status).toBe(422);
    }
  });

  test('a teacher may not upload, and nobody for a unit that is not theirs', async () => {
    expect((await upload(world.teacher, world.city.id, source)).status).toBe(403);
    expect((await upload(world.countyOffice, world.city.id, source)).status).toBe(422);
  });

  test('the right file becomes a draft that its officials see and teachers do not', async () => {
    const answer = await upload(world.cityOffice, world.city.id, source);
    expect(answer.status).toBe(303);
    address = (answer.headers.get('location') ?? '').replace(/\?.*/, '');
    const official = await (await city.as(world.cityOffice)).get(address);
    expect(official.status).toBe(200);
    const page = await official.text();
    expect(page).toContain('市中小学学科骨干教师培训');
    expect(page).toContain('R-002-3-12');
    expect((await (await city.as(world.teacher)).get(address)).status).toBe(404);
  });

  test('SC10: the official is warned that the cohort starts in March, before the deadline of 25 April', async () => {
    const page = await (await (await city.as(world.cityOffice)).get(address)).text();
    expect(page).toMatch(/检查提示 \d+ 条/);
    expect(page).toContain('培训（03-01）在申报截止（04-25）之前开始。');
  });

  test('other text under the same version is refused: what is kept is never rewritten', async () => {
    const answer = await upload(world.cityOffice, world.city.id, source.replace('total: 406', 'total: 405'));
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('不能改写');
  });

  test('published with an effective day it is read by the teachers below, in their language, without the remarks for officials', async () => {
    const office = await city.as(world.cityOffice);
    expect((await office.post(`${address}/publish`, { effective: '' })).status).toBe(422);
    expect((await office.post(`${address}/publish`, { effective: '2026-12-01' })).status).toBe(303);
    expect((await office.post(`${address}/publish`, { effective: '2026-12-02' })).status).toBe(422);
    const teacher = await city.as(world.teacher);
    const page = await (await teacher.get(`${address}?lang=en`)).text();
    expect(page).toContain('City training of subject backbone teachers');
    expect(page).not.toContain('remark');
    const trail = await selectTimeline(db, { subjectId: address.split('/').at(-1) ?? '' });
    expect(trail.map(({ action }) => action)).toEqual(['programme.published', 'programme.uploaded']);
  });

  test('a retired version keeps its page', async () => {
    const office = await city.as(world.cityOffice);
    expect((await office.post(`${address}/retire`, { reason: '' })).status).toBe(422);
    expect((await office.post(`${address}/retire`, { reason: '有新版本' })).status).toBe(303);
    expect(await (await office.get(address)).text()).toContain('已停用');
  });

  test('every school keeps its own programme of a name; what one keeps stands in no other’s way', async () => {
    const own = readFileSync(join(root, 'programmes/sources/002-4-school-backbone/2011-1.yaml'), 'utf8');
    const first = await upload(world.schoolOffice, world.school.id, own, []);
    const other = await upload(world.otherSchoolOffice, world.otherSchool.id, own, []);
    expect([first.status, other.status]).toEqual([303, 303]);
    const addresses = [first, other].map(
      (answer) => answer.headers.get('location')?.replace(/\?.*/, '') ?? '',
    );
    expect(addresses[0]).not.toBe(addresses[1]);
    const office = await city.as(world.otherSchoolOffice);
    const file = await office.get(`${addresses[1]}/programme.yaml`);
    expect(file.headers.get('content-disposition')).toContain('filename="school-backbone-');
    const changed = await upload(world.otherSchoolOffice, world.otherSchool.id, `${own}\n# changed\n`, []);
    expect(changed.status).toBe(422);
  });

  test('the list needs signing in', async () => {
    const answer = await (await city.as(null)).get('/programmes');
    expect(answer.headers.get('location')).toContain('/sign-in');
  });
});
