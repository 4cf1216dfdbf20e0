import { beforeAll, expect, test } from 'vitest';
import { type TestBrowser, testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { giveRole, makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { selectHoldings } from '../../titles/queries.ts';
import { listRecords } from '../growth-file/queries.ts';

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let office: TestBrowser;

beforeAll(async () => {
  world = await makeWorld(db);
  office = await as(world.schoolOffice);
});

const recordsOf = async (personId: string) =>
  (await listRecords(db, personId, {}, { limit: 500, offset: 0 })).rows;
const csv = (...lines: string[]) => new File([`\ufeff${lines.join('\r\n')}\r\n`], '获奖名单.csv');
/** Uploads and maps with the columns as they were guessed; the address of the preview. */
async function preview(
  browser: TestBrowser,
  file: File,
  change: Record<string, string> = {},
): Promise<string> {
  const uploaded = await browser.post('/records/imports/new', { file });
  const path = uploaded.headers.get('location');
  if (path === null) throw new Error(await uploaded.text());
  const mapping = await (await browser.get(path)).text();
  const columns = [...mapping.matchAll(/<select id="f-(\w+)"[\s\S]*?<\/select>/g)].map(
    ([select, name = '']) => [name, /value="(\d+)" selected/.exec(select)?.[1] ?? ''],
  );
  const mapped = await browser.post(`${path}/columns`, { ...Object.fromEntries(columns), ...change });
  if (mapped.status !== 303) throw new Error(await mapped.text());
  return path;
}

test('a sheet of awards becomes records that wait for the school, and the same sheet again adds nothing', async () => {
  const sheet = () =>
    csv(
      '2026 年获奖名单,,,,,,',
      '工号,姓名,类别,名称,日期,级别,奖次,作者次序,成果形式',
      'T1001,李华,论文,《阅读教学的三个层次》,2026年3月5日,县级,三等奖,1,获奖',
      'T1002,王芳,公开课,𠮷田的春天,2026/9/1,校级,,,',
    );
  const path = await preview(office, sheet());
  expect(await recordsOf(world.teacher)).toEqual([]);
  const page = await (await office.get(path)).text();
  expect(page).toContain('《阅读教学的三个层次》');
  expect((await office.post(`${path}/confirm`)).status).toBe(303);
  expect((await office.post(`${path}/confirm`)).status).toBe(303);
  expect(await recordsOf(world.teacher)).toMatchObject([
    {
      type: 'paper',
      level: 'county',
      grade: 'third',
      authorOrder: 1,
      happenedOn: '2026-03-05',
      fields: { outcome: 'award' },
      state: 'submitted',
      late: true,
      enteredByName: '刘洋',
    },
  ]);
  expect(await (await office.get(path)).text()).toContain('已导入成长记录 2 条');

  const again = await preview(office, sheet());
  expect(await (await office.get(again)).text()).not.toContain(`${again}/confirm`);
  expect(await recordsOf(world.teacher)).toHaveLength(1);
});

test('the office that has seen the evidence imports as confirmed, all but its own records', async () => {
  const path = await preview(
    office,
    csv(
      '工号,姓名,名称,日期,考核结果,考核年度',
      'T1003,陈静,2025年度考核,2026-01-10,优秀,2025',
      'T1004,刘洋,2025年度考核,2026-01-10,优秀,2025',
    ),
    { oneType: 'annual-appraisal' },
  );
  await office.post(`${path}/confirm`, { confirmed: '1' });
  expect(await recordsOf(world.groupLeader)).toMatchObject([
    { state: 'confirmed', grade: 'excellent', decidedByName: '刘洋' },
  ]);
  expect(await recordsOf(world.schoolOffice)).toMatchObject([{ state: 'submitted' }]);
});

test('the county imports for its schools, but confirms nothing', async () => {
  const county = await as(world.countyOffice);
  const path = await preview(
    county,
    csv('姓名,单位,类别,名称,日期,级别', '周涛,青溪县第一小学,讲座,课改讲座,2026-10-01,区级'),
  );
  expect(await (await county.get(path)).text()).not.toContain('name="confirmed"');
  await county.post(`${path}/confirm`, { confirmed: '1' });
  expect(await recordsOf(world.schoolLeader)).toMatchObject([{ state: 'submitted', level: 'county' }]);
});

test('the columns and the type chosen for a sheet are remembered for the next one like it', async () => {
  const sheet = (title: string) => csv('工号,姓名,论著,何时,层级', `T1002,王芳,${title},2026-02-01,校级`);
  const refused = await office.post('/records/imports/new', { file: sheet('第一份') });
  const path = refused.headers.get('location') ?? '';
  const chosen = { staffNumber: '0', name: '1', title: '2', happenedOn: '3', level: '4', oneType: 'lecture' };
  expect((await office.post(`${path}/columns`, chosen)).status).toBe(303);
  const next = await office.post('/records/imports/new', { file: sheet('第二份') });
  const page = await (await office.get(next.headers.get('location') ?? '')).text();
  expect(page).toMatch(/<select id="f-title"[^>]*>(?:(?!<\/select>).)*value="2" selected/s);
  expect(page).toMatch(/value="lecture" selected/);
});

test('every faulty row is named with its cells, is left out, and comes back in a marked sheet', async () => {
  const path = await preview(
    office,
    csv(
      '工号,姓名,类别,名称,日期,级别,成果形式,作者次序',
      'T9999,某人,公开课,课一,2026-03-01,校级,,',
      'T1001,李花,公开课,课二,2026-03-01,校级,,',
      'T1001,李华,飞行,课三,2026-03-01,校级,,',
      'T1001,李华,论文,论文,2026.3,乡级,送审,第一',
      'T2001,赵敏,公开课,外校教师,2026-03-01,校级,,',
      'T1002,王芳,公开课,好的一行,2026-03-01,校级,,',
      'T1002,王芳,公开课,好的一行,2026-03-01,校级,,',
    ),
  );
  const page = await (await office.get(`${path}?verdict=faulty`)).text();
  for (const words of [
    '没有找到“T9999”',
    '工号与姓名“李花”不符',
    '没有“飞行”这种类别',
    '日期“2026.3”只有年月，缺少日，请补上是哪一天',
    '请从列表中选择级别',
    '请从列表中选择成果形式',
    '作者次序须填正整数',
    '没有找到“T2001”',
    '与第 7 行重复',
  ]) {
    expect(page).toContain(words);
  }
  const marked = await readTable(
    new Uint8Array(await (await office.get(`${path}/faults.xlsx`)).arrayBuffer()),
  );
  expect(marked.ok && marked.sheets[0]?.rows.length).toBe(7);
  await office.post(`${path}/confirm`);
  expect((await recordsOf(world.colleague)).filter(({ title }) => title === '好的一行')).toHaveLength(1);
  expect(await recordsOf(world.otherTeacher)).toEqual([]);
});

test('what is there already with other values is left for a person to look at', async () => {
  await makeRecord(db, world.colleague, 'lecture', { title: '同名讲座', on: '2026-04-01', level: 'school' });
  const path = await preview(
    office,
    csv('工号,姓名,类别,名称,日期,级别', 'T1002,王芳,讲座,同名讲座,2026-04-01,市级'),
  );
  expect(await (await office.get(path)).text()).toContain('已有但内容不同');
  await office.post(`${path}/confirm`);
  expect((await recordsOf(world.colleague)).filter(({ title }) => title === '同名讲座')).toMatchObject([
    { level: 'school' },
  ]);
});

test('titles held already are imported with their term and document, once', async () => {
  const sheet = () =>
    csv(
      '工号,姓名,类别,名称,日期,有效期至,文号',
      'T1001,李华,称号,校级骨干教师,2024-09-01,2027-08-31,校教〔2024〕9号',
    );
  for (const path of [await preview(office, sheet()), await preview(office, sheet())])
    await office.post(`${path}/confirm`);
  expect((await selectHoldings(db, [world.teacher])).get(world.teacher)).toMatchObject([
    {
      title: 'school-backbone',
      from: '2024-09-01',
      until: '2027-08-31',
      document: '校教〔2024〕9号',
      number: null,
    },
  ]);
  const longer = await preview(
    office,
    csv('工号,姓名,类别,名称,日期,有效期至', 'T1001,李华,称号,校级骨干教师,2025-09-01,2028-08-31'),
  );
  expect(await (await office.get(longer)).text()).toContain('已有但内容不同');
  const file = await (await (await as(world.teacher)).get('/records')).text();
  expect(file).toContain('校级骨干教师');
  expect(file).toContain('校教〔2024〕9号');
});

test('no office imports a title above its level, nor one of its own; each such row says why', async () => {
  const sheet = () =>
    csv(
      '工号,姓名,类别,名称,日期,有效期至,文号',
      'T1002,王芳,称号,市级骨干教师,2024-09-01,,市教〔2024〕1号',
      'T1002,王芳,称号,特级教师,2024-09-01,,',
      'T1004,刘洋,称号,校级骨干教师,2024-09-01,,校教〔2024〕9号',
      'T1002,王芳,称号,校级骨干教师,2024-09-01,,校教〔2024〕9号',
    );
  const path = await preview(office, sheet());
  const page = await (await office.get(`${path}?verdict=faulty`)).text();
  expect(page).toContain('本单位不能认定“市级骨干教师”');
  expect(page).toContain('本单位不能认定“特级教师”');
  expect(page).toContain('本人的称号须由他人办理导入');
  await office.post(`${path}/confirm`);
  const titlesOf = async (person: string) =>
    (await selectHoldings(db, [person]))
      .get(person)
      ?.map(({ title }) => title)
      .toSorted();
  expect(await titlesOf(world.colleague)).toEqual(['school-backbone']);
  expect(await titlesOf(world.schoolOffice)).toEqual([]);

  const cityOffice = await as(world.cityOffice);
  const above = await preview(cityOffice, sheet());
  await cityOffice.post(`${above}/confirm`);
  expect(await titlesOf(world.colleague)).toEqual(['city-backbone', 'school-backbone', 'special-grade']);
  expect(await titlesOf(world.schoolOffice)).toEqual(['school-backbone']);
});

test('a title previewed by a colleague is not confirmed by whoever would hold it', async () => {
  const second = world.schoolLeader;
  await giveRole(db, second, 'school-office', world.school);
  const row = '周涛,称号,校级骨干教师,2024-09-01';
  const path = await preview(office, csv('姓名,类别,名称,日期', row));
  await (await as(second)).post(`${path}/confirm`);
  expect((await selectHoldings(db, [second])).get(second)).toEqual([]);
});

test('a growth file taken along as a table is read back as it is', async () => {
  const teacher = await as(world.groupLeader);
  await makeRecord(db, world.groupLeader, 'class-observation', {
    title: '听课一节',
    on: '2026-05-06',
    fields: { place: 'off-school', hours: 1.5 },
  });
  const csvText = await (await teacher.get('/records?view=list&format=csv')).text();
  const path = await preview(office, new File([csvText], '成长档案.csv'));
  const page = await (await office.get(path)).text();
  expect(page).not.toContain(`${path}/confirm`);
  expect(page).not.toContain('有误，不导入</strong>');
});

test('a renamed program is refused, and a sheet without headers too', async () => {
  const program = await office.post('/records/imports/new', {
    file: new File(['MZ\u0090\u0000'], '名单.xlsx'),
  });
  expect(program.status).toBe(422);
  expect(await program.text()).toContain('不是 Excel 或 CSV 表格');
  const bare = await office.post('/records/imports/new', {
    file: new File(['1,2,3\r\n4,5,6\r\n'], '名单.csv'),
  });
  expect(bare.status).toBe(422);
  expect(await bare.text()).toContain('没有找到表头');
});

test('a teacher imports nothing, and one school does not see another’s import', async () => {
  const teacher = await as(world.teacher);
  expect((await teacher.get('/records/imports')).status).toBe(403);
  const path = await preview(
    office,
    csv('工号,姓名,类别,名称,日期,级别', 'T1002,王芳,讲座,看不见,2026-04-02,市级'),
  );
  const other = await as(world.otherSchoolOffice);
  expect((await other.get(path)).status).toBe(403);
  expect((await other.post(`${path}/confirm`)).status).toBe(403);
  expect(await (await other.get('/records/imports')).text()).not.toContain(path);
  await office.post(`${path}/abandon`);
  await office.post(`${path}/confirm`);
  expect((await recordsOf(world.colleague)).some(({ title }) => title === '看不见')).toBe(false);
});
