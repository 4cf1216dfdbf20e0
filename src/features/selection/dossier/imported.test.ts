import { beforeAll, expect, test } from 'vitest';
import { type TestBrowser, testApp } from '../../../../tests/support/app.ts';
import { EVERYTHING, expectTheSameFacts, readCrowd } from '../../../../tests/support/crowd.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible } from '../../../../tests/support/round.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { selectImport } from '../../organisation/imports/queries.ts';
import { guessColumns } from '../../organisation/imports/rules.ts';

/* Files that change the facts of many at once, brought in as an office brings them in. */

const { db } = await testDatabase();
const { as, jobsDone } = testApp(db);
let world: World;
beforeAll(async () => {
  world = await makeWorld(db);
  await makeEligible(db, world.teacher);
});

const csv = (lines: readonly string[], name: string) => new File([`\ufeff${lines.join('\r\n')}\r\n`], name);
const idIn = (answer: Response) => answer.headers.get('location')?.split('?')[0] ?? '';
const factsOf = async (id: string) => (await readCrowd(db, world.city.path, [EVERYTHING])).get(id);

test('after records came in from a sheet', async () => {
  await expectTheSameFacts(db, world.city.path);
  const office: TestBrowser = await as(world.schoolOffice);
  const file = csv(
    [
      '工号,姓名,类别,名称,日期,级别,奖次,作者次序,成果形式',
      'T1001,李华,论文,《阅读教学的三个层次》,2026年3月5日,县级,三等奖,1,获奖',
      'T1002,王芳,公开课,春天,2026/9/1,校级,,,',
    ],
    '获奖名单.csv',
  );
  const path = idIn(await office.post('/records/imports/new', { file }));
  const mapping = await (await office.get(path)).text();
  const columns = [...mapping.matchAll(/<select id="f-(\w+)"[\s\S]*?<\/select>/g)].map(
    ([select, name = '']) => [name, /value="(\d+)" selected/.exec(select)?.[1] ?? ''],
  );
  await office.post(`${path}/columns`, Object.fromEntries(columns));
  expect((await office.post(`${path}/confirm`, { confirmed: '1' })).status).toBe(303);
  expect((await factsOf(world.colleague))?.records).toHaveLength(1);
  await expectTheSameFacts(db, world.city.path);
});

test('after a roster came in that adds one, moves one and raises another in rank', async () => {
  const county = await as(world.countyOffice);
  const headers = ['姓名', '工号', '单位', '任教学科', '职称', '职称取得时间'];
  const file = csv(
    [
      headers.join(','),
      '李华,T1001,青溪县第一小学,语文,高级教师,2026-10-01',
      '王芳,T1002,青溪县第二小学,语文,一级教师,2015-10-01',
      '新来,T1099,青溪县第二小学,数学,二级教师,2020-10-01',
    ],
    '花名册.csv',
  );
  const path = idIn(await county.post('/imports/new', { kind: 'roster', unit: world.county.id, file }));
  const id = path.split('/').at(-1) ?? '';
  const columns = Object.entries(guessColumns(headers)).map(([field, at]) => [`column-${field}`, String(at)]);
  await county.post(`${path}/map`, {
    sheet: (await selectImport(db, id)).summary.outline[0]?.name ?? '',
    headerRow: '1',
    asOf: '2026-11-01',
    ...Object.fromEntries(columns),
  });
  await jobsDone();
  await county.post(`${path}/confirm`, { skipFaulty: '1', suspects: 'add' });
  await jobsDone();
  expect((await selectImport(db, id)).state).toBe('done');
  expect((await factsOf(world.teacher))?.person.rank).toBe('senior');
  expect((await factsOf(world.colleague))?.person.setting).toBe('rural');
  expect(await readCrowd(db, world.sisterSchool.path, [EVERYTHING])).toHaveProperty('size', 2);
  await expectTheSameFacts(db, world.city.path);
});
