import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { doorsOf, testDatabase } from '../../../../tests/support/database.ts';
import { giveTitle, makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { NOBODY } from '../../../platform/standing.ts';
import { submissionField } from '../../../web/viewer.ts';

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
const PATH = '/account/data/consents/public-profile';
const TEXT = '教语文十五年，喜欢带学生读长诗。';

beforeAll(async () => {
  world = await makeWorld(db);
  await giveTitle(db, world.teacher, 'school-backbone', '[2024-09-01,2027-09-01)');
});

const teachers = async () => (await (await as(null)).get('/teachers')).text();
const agree = async (person: string, fields: Record<string, string> = {}) =>
  (await as(person)).post(PATH, { introduction: TEXT, agree: '1', ...fields });
const consents = () =>
  db
    .selectFrom('consent')
    .select(['notice_number as n', 'withdrawn_at as end'])
    .orderBy('given_at')
    .execute();

describe('a notice', () => {
  test('is published as a version in both languages, by an administrator, and stays as it was read', async () => {
    const office = await as(world.administrator);
    expect((await office.post('/settings/privacy/notices', { zh: '新', en: ' ', after: '1' })).status).toBe(
      422,
    );
    expect((await (await as(world.cityOffice)).post('/settings/privacy/notices', {})).status).toBe(403);
    const next = { zh: '第二版告知书', en: 'Second notice', after: '1' };
    expect((await office.post('/settings/privacy/notices', next)).status).toBe(303);
    expect((await office.post('/settings/privacy/notices', { ...next, zh: '又一版' })).status).toBe(422);
    const page = await (await (await as(null)).get('/privacy')).text();
    expect(page).toContain('第二版告知书');
    expect(page).toContain('履行法定职责'); // The first can still be read.
    expect(await (await (await as(null)).get('/privacy?lang=en')).text()).toContain('Second notice');
    await expect(sql`UPDATE privacy_notice SET text_zh = 'x'`.execute(db)).rejects.toThrow('append-only');
  });
});

describe('what needs consent obeys it', () => {
  test('nobody is shown who did not agree, tick and write, or who holds no title', async () => {
    expect(await teachers()).not.toContain('李华');
    expect((await agree(world.teacher, { introduction: ' ' })).status).toBe(422);
    const untouched = await (await as(world.teacher)).post(PATH, { introduction: TEXT });
    expect(untouched.status).toBe(422);
    expect((await agree(world.colleague)).status).toBe(422);
    expect(await consents()).toEqual([]);
  });

  test('agreeing shows just that, bound to the notice of the day', async () => {
    expect((await agree(world.teacher)).status).toBe(303);
    const page = await teachers();
    for (const text of ['李华', '青溪县第一小学', TEXT]) expect(page).toContain(text);
    for (const text of ['T1001', '1988', '语文教研组']) expect(page).not.toContain(text);
    expect(await consents()).toEqual([{ n: 2, end: null }]);
    expect(await (await (await as(world.teacher)).get('/account/data')).text()).toContain('告知书第 2 版');
  });

  test('agreeing anew changes the words, and what was agreed before is kept with its time', async () => {
    expect((await agree(world.teacher, { introduction: '第二次写的简介' })).status).toBe(303);
    expect(await teachers()).toContain('第二次写的简介');
    expect(await teachers()).not.toContain(TEXT);
    expect((await consents()).map(({ end }) => end !== null)).toEqual([true, false]);
  });

  test('nobody agrees or withdraws for another, and the database shows no consents but one’s own', async () => {
    await (await as(world.schoolOffice)).post(`${PATH}/withdraw`);
    expect(await teachers()).toContain('李华');
    expect((await sql`SELECT 1 FROM consent`.execute(doorsOf(db).open(NOBODY))).rows).toEqual([]);
  });

  test('taking it back hides it at once, and the time is kept', async () => {
    expect((await (await as(world.teacher)).post(`${PATH}/withdraw`)).status).toBe(303);
    expect(await teachers()).not.toContain('李华');
    expect((await consents()).every(({ end }) => end !== null)).toBe(true);
    const acts = await db
      .selectFrom('audit')
      .select('action')
      .where('person_id', '=', world.teacher)
      .where('action', 'like', 'consent.%')
      .orderBy('seq')
      .execute();
    expect(acts.map(({ action }) => action)).toEqual(['consent.given', 'consent.given', 'consent.withdrawn']);
  });

  test('whoever leaves or moves is no longer shown as being there', async () => {
    await agree(world.teacher);
    await sql`UPDATE person SET state = 'left' WHERE id = ${world.teacher}`.execute(db);
    expect(await teachers()).not.toContain('李华');
    await sql`UPDATE person SET state = 'serving' WHERE id = ${world.teacher}`.execute(db);
  });
});

test('a double click agrees once, one after the other and at once', async () => {
  const person = await makePerson(db, world.school, '秋实');
  await giveTitle(db, person, 'school-backbone', '[2024-09-01,2027-09-01)');
  const own = () => db.selectFrom('consent').select('id').where('person_id', '=', person).execute();
  const form = { [submissionField]: newId() };
  for (let n = 0; n < 2; n += 1) expect((await agree(person, form)).status).toBe(303);
  expect(await own()).toHaveLength(1);
  const anew = { [submissionField]: newId() };
  const answers = await Promise.all([1, 2, 3, 4].map(() => agree(person, anew)));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  expect(await own()).toHaveLength(2);
});
