import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../tests/support/world.ts';
import { listRecords } from './growth-file/queries.ts';

// What a teacher writes day by day belongs to the growth file as much as what was awarded.

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

const keep = async (type: string, title: string, fields: Record<string, string>) => {
  const teacher = await as(world.teacher);
  const answer = await teacher.post('/records/new', { type, title, happenedOn: '2026-10-12', ...fields });
  const address = answer.headers.get('location')?.replace(/\?.*/, '') ?? '';
  expect(answer.status).toBe(303);
  return (await (await as(world.schoolOffice)).get(address)).text();
};

test('a home visit keeps the family’s circumstances, the cause found and what was done', async () => {
  const page = await keep('home-visit', '家访：小明', {
    'fields.notes': '父母在外务工，由祖父照看；作业无人督促；约定每周电话联系。',
  });
  expect(page).toContain('作业无人督促');
});

test('a teaching postscript or reflection keeps its text', async () => {
  const page = await keep('reflection', '《匆匆》教学后记', {
    'fields.body': '追问过多，学生少了自读的时间。',
  });
  expect(page).toContain('学生少了自读的时间');
});

test('an observed lesson keeps notes, suggestions and gains', async () => {
  const page = await keep('class-observation', '听王芳《观潮》', {
    'fields.place': 'in-school',
    'fields.hours': '1',
    'fields.notes': '导入自然。建议板书留白。收获：以读代讲。',
  });
  expect(page).toContain('建议板书留白');
});

test('papers, reflections, summaries and lectures gather in one file', async () => {
  await keep('work-summary', '2026年秋季学期工作总结', { 'fields.covers': 'semester' });
  await keep('lecture', '单元整体教学讲座', { level: 'school' });
  await keep('paper', '小学语文群文阅读的实践', {
    level: 'county',
    authorOrder: '1',
    'fields.outcome': 'written',
  });
  const { rows } = await listRecords(db, world.teacher, {}, { limit: 100, offset: 0 });
  expect(rows.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['paper', 'reflection', 'work-summary', 'lecture']),
  );
});
