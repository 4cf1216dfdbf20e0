import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { giveRole, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { advanceImport, selectImport } from './queries.ts';
import { guessColumns } from './rules.ts';
import { readSheet } from './uploads.ts';
import { rosterJob } from './work.ts';

const { db } = await testDatabase();
const city = testApp(db);
let world: World;
beforeAll(async () => {
  world = await makeWorld(db);
});

const HEADERS = [
  '姓名',
  '工号',
  '性别',
  '出生年月',
  '单位',
  '教研组',
  '任教学科',
  '学段',
  '职称',
  '职称取得时间',
  '学历',
  '手机',
  '是否一线',
];
type Row = readonly (string | null)[];
const roster = (rows: readonly Row[], headers: readonly string[] = HEADERS) =>
  writeWorkbook([{ name: '花名册', columns: headers.map((header) => ({ header })), rows }]);
const row = (name: string, number: string, more: Partial<Record<string, string>> = {}): Row =>
  HEADERS.map((header) => {
    const usual: Record<string, string> = {
      姓名: name,
      工号: number,
      性别: '女',
      出生年月: '1990.05',
      单位: '青溪县第一小学',
      教研组: '语文',
      任教学科: '语文',
      学段: '小学',
      职称: '二级教师',
      是否一线: '是',
    };
    return more[header] ?? usual[header] ?? null;
  });

/** The import that an upload led to. */
const jobOf = (answer: Response) =>
  /\/imports\/([^/?]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';

/** Upload by the office of the unit, the county's unless another is named; the answer of the form. */
async function upload(bytes: Uint8Array, name = '花名册.xlsx', kind = 'roster', unit = world.county.id) {
  const browser = await city.as(unit === world.school.id ? world.schoolOffice : world.countyOffice);
  const answer = await browser.post('/imports/new', {
    kind,
    unit,
    file: new File([new Uint8Array(bytes)], name),
  });
  return { id: jobOf(answer), answer, browser };
}

/** Upload, map by the guess, and wait for the preview. */
async function preview(
  bytes: Uint8Array,
  options: {
    name?: string;
    headers?: readonly string[];
    create?: boolean;
    kind?: string;
    unit?: string;
    asOf?: string;
  } = {},
) {
  const { id, answer, browser } = await upload(bytes, options.name, options.kind, options.unit);
  expect(answer.status).toBe(303);
  const columns = Object.fromEntries(
    Object.entries(guessColumns(options.headers ?? HEADERS)).map(([field, index]) => [
      `column-${field}`,
      String(index),
    ]),
  );
  const sheet = (await selectImport(db, id)).summary.outline[0]?.name ?? '';
  const mapped = await browser.post(`/imports/${id}/map`, {
    sheet,
    headerRow: '1',
    asOf: options.asOf ?? '2026-11-01',
    ...columns,
    ...(options.create ? { createUnits: '1' } : {}),
  });
  expect(mapped.status).toBe(303);
  await city.jobsDone();
  const job = await selectImport(db, id);
  return { id, browser, job, counts: job.summary.preview?.counts };
}

async function confirm(id: string, fields: Record<string, string> = { skipFaulty: '1', suspects: 'add' }) {
  const browser = await city.as(world.countyOffice);
  const answer = await browser.post(`/imports/${id}/confirm`, fields);
  await city.jobsDone();
  return { answer, job: await selectImport(db, id) };
}

const person = (number: string) =>
  db.selectFrom('person').selectAll().where('staff_number', '=', number).executeTakeFirst();
const faults = async (id: string) => {
  const rows = await db
    .selectFrom('import_row')
    .select(['row_number', 'problems'])
    .where('job_id', '=', id)
    .where('verdict', '=', 'faulty')
    .orderBy('row_number')
    .execute();
  return rows.map(({ row_number, problems }) => [
    row_number,
    (problems as { field: string; code: string }[]).map(({ code }) => code).join(' '),
  ]);
};

describe('a good roster', () => {
  test('is previewed, confirmed and applied; the same file again changes nothing', async () => {
    const bytes = await roster([
      row('𠮷䶮', 'N001'),
      row('欧阳㛃', 'N002', { 职称: '高级教师', 职称取得时间: '2019-12-01' }),
      row('张龴', 'N003', { 出生年月: '32874' }),
    ]);
    const { id, counts, browser } = await preview(bytes);
    expect(counts).toEqual({ new: 3, update: 0, unchanged: 0, suspect: 0, faulty: 0 });
    expect(await (await browser.get(`/imports/${id}`)).text()).toContain('𠮷䶮');
    const { job } = await confirm(id);
    expect(job.state).toBe('done');
    expect(job.summary.applied).toMatchObject({ added: 3, updated: 0 });
    expect(await person('N002')).toMatchObject({
      name: '欧阳㛃',
      rank: 'senior',
      unit_id: world.school.id,
      group_id: world.group.id,
      facts_since: '2019-12-01',
    });
    expect(await person('N003')).toMatchObject({ birth_date: '1990-01-01' });
    const audits = await db
      .selectFrom('audit')
      .select(['action', 'after'])
      .where('subject_id', '=', id)
      .execute();
    expect(audits).toHaveLength(1);
    expect(audits[0]?.after).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const again = await preview(bytes);
    expect(again.counts).toEqual({ new: 0, update: 0, unchanged: 3, suspect: 0, faulty: 0 });
  });

  test('who changed school or rank is updated and the history stays; roles held at the old school end', async () => {
    const before = (await person('N001'))?.id ?? '';
    await giveRole(db, before, 'school-leader', world.school);
    await giveRole(db, before, 'auditor', world.county);
    const { id, counts } = await preview(
      await roster([
        row('𠮷䶮', 'N001', {
          单位: '青溪县第二小学',
          教研组: '',
          职称: '一级教师',
          职称取得时间: '2026-09-01',
        }),
      ]),
    );
    expect(counts?.update).toBe(1);
    expect((await confirm(id)).job.summary.applied).toMatchObject({ updated: 1, moved: 1 });
    const moved = await person('N001');
    const roles = await db
      .selectFrom('role_assignment')
      .select(['role', 'during'])
      .where('person_id', '=', before)
      .orderBy('role')
      .execute();
    expect(roles).toEqual([
      { role: 'auditor', during: '[2020-09-01,)' },
      { role: 'school-leader', during: '[2020-09-01,2026-11-01)' },
    ]);
    const held = await db
      .selectFrom('employment')
      .select(['unit_id', 'during'])
      .where('person_id', '=', moved?.id ?? '')
      .orderBy('during')
      .execute();
    expect(held).toEqual([
      { unit_id: world.school.id, during: '(,2026-11-01)' },
      { unit_id: world.sisterSchool.id, during: '[2026-11-01,)' },
    ]);
    expect(
      await db
        .selectFrom('membership')
        .select('during')
        .where('person_id', '=', moved?.id ?? '')
        .execute(),
    ).toEqual([{ during: '(,2026-11-01)' }]);
    const ranks = await db
      .selectFrom('person_fact')
      .select(['value', 'during'])
      .where('person_id', '=', moved?.id ?? '')
      .orderBy('during')
      .execute();
    expect(ranks).toEqual([
      { value: 'second', during: '(,2026-09-01)' },
      { value: 'first', during: '[2026-09-01,)' },
    ]);
    expect(moved).toMatchObject({
      rank: 'first',
      unit_id: world.sisterSchool.id,
      group_id: null,
      unit_path: world.sisterSchool.path,
    });
  });

  test('a blank cell erases nothing', async () => {
    const { counts } = await preview(
      await roster([row('欧阳㛃', 'N002', { 职称: '', 手机: '', 教研组: '' })]),
    );
    expect(counts?.unchanged).toBe(1);
  });

  test('units that are not there are offered, made on confirmation, and belong to their county', async () => {
    const rows = [
      row('孙新', 'N010', { 单位: '青溪县第九小学', 教研组: '英语组', 任教学科: '英语' }),
      row('李新', 'N011', { 单位: '青溪县第九小学', 教研组: '英语' }),
    ];
    const without = await preview(await roster(rows));
    expect(await faults(without.id)).toEqual([
      [2, 'unit-unknown'],
      [3, 'unit-unknown'],
    ]);
    const { id, job } = await preview(await roster(rows), { create: true });
    expect(job.summary.preview?.units.map(({ name, rows: people }) => [name, people])).toEqual([
      ['青溪县第九小学', 2],
      ['英语组', 2],
    ]);
    await confirm(id);
    const school = await db
      .selectFrom('unit')
      .select(['id', 'path'])
      .where('name', '=', '青溪县第九小学')
      .executeTakeFirstOrThrow();
    expect(school.path.startsWith(world.county.path)).toBe(true);
    expect((await person('N010'))?.unit_id).toBe(school.id);
  });

  test('somebody who may be there already is suspected and kept apart until settled', async () => {
    const { id, counts } = await preview(await roster([row('欧阳㛃', 'N-0002')]));
    expect(counts?.suspect).toBe(1);
    const { job } = await confirm(id);
    expect(job.summary.applied).toMatchObject({ added: 1, suspects: 1 });
    expect(await db.selectFrom('duplicate_suspicion').select(['reason', 'state']).execute()).toEqual([
      { reason: 'name-birth', state: 'open' },
    ]);
  });

  test('identity numbers fill in birth date and sex and are kept nowhere', async () => {
    const number = '11010519491231002X';
    const headers = ['姓名', '工号', '身份证号', '学校'];
    const { id, job } = await preview(await roster([['钱一', 'N020', number, '青溪县第一小学']], headers), {
      headers,
    });
    await confirm(id);
    expect(await person('N020')).toMatchObject({ birth_date: '1949-12-31', sex: 'female' });
    const kept = await db.selectFrom('import_row').select('cells').where('job_id', '=', id).execute();
    expect(JSON.stringify([kept, job])).not.toContain(number.slice(0, 14));
  });
});

describe('a faulty roster', () => {
  test('every faulty cell is named, good rows come in only when faulty ones are knowingly left out', async () => {
    const { id, counts, browser } = await preview(
      await roster([
        row('甲好', 'F001'),
        row('', 'F002'),
        row('乙错', 'F003', { 性别: '女士先生', 出生年月: '1990-02-30', 职称: '教授级' }),
        row('丙重', 'F004'),
        row('丁重', 'F004'),
        row('戊无', '', { 出生年月: '' }),
        row('己校', 'F005', { 单位: '不存在的学校' }),
        row('别人', 'T1003'),
      ]),
    );
    expect(counts).toMatchObject({ new: 1, faulty: 7 });
    expect(await faults(id)).toEqual([
      [3, 'name-missing'],
      [4, 'date-impossible sex-unknown rank-unknown'],
      [5, 'number-repeated'],
      [6, 'number-repeated'],
      [7, 'identity-missing'],
      [8, 'unit-unknown'],
      [9, 'number-of-another'],
    ]);
    const text = await (await browser.get(`/imports/${id}?verdict=faulty`)).text();
    expect(text).toContain('1990-02-30');
    expect(text).toContain('没有这一天');
    expect((await browser.post(`/imports/${id}/confirm`, { suspects: 'skip' })).status).toBe(422);
    expect(await person('F001')).toBeUndefined();
    expect((await confirm(id)).job.state).toBe('done');
    expect(await person('F001')).toMatchObject({ name: '甲好' });
    expect(await person('F004')).toBeUndefined();
  });

  test('the marked-up workbook is the same sheet with a column that says what is wrong', async () => {
    const { id, browser } = await preview(
      await roster([row('甲好', 'F101'), row('乙错', 'F102', { 性别: '?' })]),
    );
    const answer = await browser.get(`/imports/${id}/marked.xlsx`);
    const table = await readTable(new Uint8Array(await answer.arrayBuffer()));
    const [head, first, second] = table.ok ? (table.sheets[0]?.rows ?? []) : [];
    expect(head?.cells.at(-1)?.text).toBe('问题');
    expect(first?.cells[0]?.text).toBe('甲好');
    expect(second?.cells.at(-1)?.text).toContain('应为“男”或“女”');
  });

  test('a school’s own roster needs no column for the unit, and its marked-up workbook is served', async () => {
    await db.updateTable('unit').set({ code: 'QX-01' }).where('id', '=', world.school.id).execute();
    const headers = ['姓名', '工号', '性别', '出生年月'];
    const { id, counts, browser } = await preview(
      await roster(
        [
          ['丙好', 'F111', '女', '1990-05-01'],
          ['丁错', 'F112', '女', '1990-15-41'],
        ],
        headers,
      ),
      { headers, unit: world.school.id },
    );
    expect(counts).toMatchObject({ new: 1, faulty: 1 });
    expect(await faults(id)).toEqual([[3, 'date-impossible']]);
    expect((await browser.get(`/imports/${id}/marked.xlsx`)).status).toBe(200);
    expect((await confirm(id)).job.state).toBe('done');
    expect(await person('F111')).toMatchObject({ name: '丙好', unit_id: world.school.id });
  });

  test('a teacher of another county is not taken over', async () => {
    const { id } = await preview(await roster([row('赵敏', 'T2001', { 出生年月: '1988-05-01' })]));
    expect(await faults(id)).toEqual([[2, 'person-elsewhere']]);
  });

  test('without a column for the name, an identity or the school, the mapping is refused with the reason', async () => {
    const headers = ['姓名', '任教学科'];
    const { id, browser } = await upload(await roster([['张三', '语文']], headers));
    const answer = await browser.post(`/imports/${id}/map`, {
      sheet: '花名册',
      headerRow: '1',
      asOf: '2026-11-01',
      'column-name': '0',
    });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('请至少指定工号、出生日期、身份证号中的一列');
  });

  test('what somebody changed after the preview stops the import with nothing half done', async () => {
    const { id } = await preview(
      await roster([row('欧阳㛃', 'N002', { 手机: '13811112222' }), row('新人', 'F201')]),
    );
    await db.updateTable('person').set({ revision: 99 }).where('staff_number', '=', 'N002').execute();
    const { job } = await confirm(id);
    expect([job.state, job.failure]).toEqual(['failed', 'changed-meanwhile']);
    expect(await person('F201')).toBeUndefined();
  });

  test('an import at work when the process died is taken up again', async () => {
    const { id, job } = await preview(await roster([row('续办', 'F301')]));
    await advanceImport(db, id, ['previewed'], 'confirming', {
      summary: { ...job.summary, confirmed: { suspects: 'skip', by: world.countyOffice } },
    });
    expect(await rosterJob.unfinished(db)).toEqual([id]);
    await city.services.jobs.ask(rosterJob.name, id);
    await city.jobsDone();
    expect((await selectImport(db, id)).state).toBe('done');
    expect(await person('F301')).toMatchObject({ name: '续办' });
  });
});

describe('files that are no roster', () => {
  const refused = async (bytes: Uint8Array, name: string, kind?: string) => {
    const { answer } = await upload(bytes, name, kind);
    return { status: answer.status, text: await answer.text() };
  };
  const text = (content: string) => new TextEncoder().encode(content);

  test('an empty file', async () => {
    expect((await refused(text(''), 'a.csv')).text).toMatch(/文件是空的|请选择文件/);
    expect((await refused(text('\n\n'), 'a.csv')).text).toContain('文件是空的');
  });
  test('a program renamed to .xlsx', async () => {
    const bytes = new Uint8Array(200);
    bytes.set([0x4d, 0x5a, 0x90, 0x00]);
    const answer = await refused(bytes, '花名册.xlsx');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('这不是表格文件（程序文件）');
  });
  test('a file of 50 MB', async () => {
    expect((await refused(new Uint8Array(50 * 1024 * 1024).fill(65), '大.csv')).text).toContain(
      '文件超过 32 MB',
    );
  });
  test('a zip bomb', async () => {
    const bomb = zipSync({
      '[Content_Types].xml': text('<Types/>'),
      'xl/worksheets/sheet1.xml': new Uint8Array(1000),
    });
    // The directory says that the sheet unpacks to 2 GB.
    const directory = Buffer.from(bomb.buffer).lastIndexOf('PK\x01\x02', undefined, 'latin1');
    new DataView(bomb.buffer).setUint32(directory + 24, 2 ** 31, true);
    expect((await refused(bomb, '花名册.xlsx')).text).toContain('解压后超过');
  });
  test('bytes in no encoding people use', async () => {
    const answer = await refused(
      new Uint8Array([0xff, 0x80, 0x81, 0x2c, 0xff, 0xfe, 0x80, 0x0a, 0xff, 0xff, 0x80]),
      'a.csv',
    );
    expect(answer.status).toBe(422);
  });
  test('a roster in GB 18030 reads well', async () => {
    const headers = ['姓名', '工号', '学校'];
    // 张三 in GB 18030, as Excel in China saves CSV.
    const gb = Buffer.from(
      'd0d5c3fb2cb9a4bac52cd1a7d0a30ad5c5c8fd2c4730312cc7e0cfaacfd8b5dad2bbd0a1d1a70a',
      'hex',
    );
    const { counts } = await preview(gb, { name: '名册.csv', headers });
    expect(counts?.new).toBe(1);
  });
  test('of many sheets the one with a roster is chosen, and another can be', async () => {
    const bytes = await writeWorkbook([
      { name: '说明', columns: [{ header: '填表说明' }], rows: [['请如实填写']] },
      { name: '教师', columns: HEADERS.map((header) => ({ header })), rows: [row('甲', 'S001')] },
    ]);
    const { id, browser } = await upload(bytes);
    const page = await (await browser.get(`/imports/${id}`)).text();
    expect(page).toContain('<option value="教师" selected');
    expect(await (await browser.get(`/imports/${id}?sheet=说明`)).text()).toContain(
      '<option value="说明" selected',
    );
  });
  test('an upload sent twice is one import', async () => {
    const browser = await city.as(world.countyOffice);
    const id = newId();
    const file = new File([new Uint8Array(await roster([row('甲', 'S010')]))], 'a.xlsx');
    const form = { kind: 'roster', unit: world.county.id, file, _submission: id };
    const first = await browser.post('/imports/new', form);
    expect(jobOf(first)).not.toBe('');
    expect(jobOf(await browser.post('/imports/new', form))).toBe(jobOf(first));
  });
  test('an import is the business of those over its unit only, and never of a teacher', async () => {
    const { id } = await upload(await roster([row('甲', 'S020')]));
    expect((await (await city.as(world.otherCountyOffice)).get(`/imports/${id}`)).status).toBe(403);
    expect((await (await city.as(world.teacher)).get('/imports')).status).toBe(403);
  });
});

describe("what is kept of the importer's own self", () => {
  const own = (more: Partial<Record<string, string>> = {}) =>
    row('孙伟', 'C0601', {
      出生年月: '1988-05-01',
      单位: '青溪县教育局',
      教研组: '',
      职称: '正高级教师',
      ...more,
    });

  test('is not changed by a roster: the row is named as at fault, the others come in', async () => {
    const { id } = await preview(await roster([own(), row('温和', 'N900')]));
    expect(await faults(id)).toEqual([[2, 'own-row']]);
    const page = await (await (await city.as(world.countyOffice)).get(`/imports/${id}`)).text();
    expect(page).toContain('本人的信息须由他人办理导入');
    await confirm(id);
    expect((await person('C0601'))?.rank).toBe('first');
    expect((await person('N900'))?.name).toBe('温和');
  });

  test('nor moved to another unit by a OneRoster bundle', async () => {
    const csv = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\r\n'));
    const bundle = zipSync({
      'manifest.csv': csv([
        'propertyName,value',
        'manifest.version,1.0',
        'oneroster.version,1.2',
        'file.orgs,bulk',
        'file.users,bulk',
        'file.roles,bulk',
      ]),
      'orgs.csv': csv([
        'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
        'd1,,,青溪县教育局,district,d06,',
        's2,,,青溪县第二小学,school,d06-2,d1',
      ]),
      'users.csv': csv([
        'sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,identifier',
        'u1,,,true,sunwei,伟,孙,C0601',
      ]),
      'roles.csv': csv([
        'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId',
        'r1,,,u1,primary,teacher,2024-08-01,,s2',
      ]),
    });
    const { id } = await preview(bundle, { kind: 'oneroster', name: 'bundle.zip' });
    expect((await faults(id)).map(([, codes]) => codes)).toEqual(['own-row']);
    await confirm(id);
    expect((await person('C0601'))?.unit_id).toBe(world.county.id);
  });

  test('nor by confirming what a colleague had previewed; the colleague confirms it', async () => {
    await giveRole(db, world.otherCountyOffice, 'county-office', world.county);
    const { id } = await preview(await roster([own()]));
    const colleague = await city.as(world.otherCountyOffice);
    const columns = Object.fromEntries(
      Object.entries(guessColumns(HEADERS)).map(([field, index]) => [`column-${field}`, String(index)]),
    );
    await colleague.post(`/imports/${id}/map`, {
      sheet: '花名册',
      headerRow: '1',
      asOf: '2026-11-01',
      ...columns,
    });
    await city.jobsDone();
    expect((await selectImport(db, id)).summary.preview?.counts).toMatchObject({ update: 1, faulty: 0 });
    const { answer, job } = await confirm(id);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('花名册会改动您本人的信息');
    expect(job.state).toBe('previewed');
    expect((await person('C0601'))?.rank).toBe('first');
    expect((await colleague.post(`/imports/${id}/confirm`)).status).toBe(303);
    await city.jobsDone();
    expect((await person('C0601'))?.rank).toBe('full-senior');
  });
});

describe('OneRoster', () => {
  test('what goes out comes back in unchanged, and into an empty county as new', async () => {
    const office = await city.as(world.cityOffice);
    const bundle = new Uint8Array(await (await office.get('/imports/oneroster.zip')).arrayBuffer());
    const uploaded = await office.post('/imports/new', {
      kind: 'oneroster',
      unit: world.city.id,
      file: new File([bundle], 'bundle.zip'),
    });
    const id = jobOf(uploaded);
    await office.post(`/imports/${id}/map`, { asOf: '2026-11-01' });
    await city.jobsDone();
    const job = await selectImport(db, id);
    const counts = job.summary.preview?.counts;
    expect(counts?.new).toBe(0);
    expect(await faults(id)).toEqual([]);
    expect(counts?.update).toBe(0);
    expect(counts?.unchanged).toBeGreaterThan(10);
  });

  test('a foreign bundle brings its schools and teachers', async () => {
    const csv = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\r\n'));
    const bundle = zipSync({
      'manifest.csv': csv([
        'propertyName,value',
        'manifest.version,1.0',
        'oneroster.version,1.2',
        'file.orgs,bulk',
        'file.users,bulk',
        'file.roles,bulk',
      ]),
      'orgs.csv': csv([
        'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
        'd1,,,青溪县教育局,district,d06,',
        's9,,,North School,school,NS-9,d1',
      ]),
      'users.csv': csv([
        'sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,identifier',
        'u1,,,true,ada,Ada,Lovelace,OR-1',
        'u2,,,true,kid,Tim,Pupil,OR-2',
        'u3,tobedeleted,,true,x,X,Gone,OR-3',
      ]),
      'roles.csv': csv([
        'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId',
        'r1,,,u1,primary,teacher,2024-08-01,,s9',
        'r2,,,u2,primary,student,2024-08-01,,s9',
        'r3,,,u3,primary,teacher,2024-08-01,,s9',
      ]),
    });
    const { id, counts, job } = await preview(bundle, {
      kind: 'oneroster',
      name: 'bundle.zip',
      create: true,
    });
    expect(counts).toMatchObject({ new: 1, faulty: 0 });
    expect(job.summary.preview?.units.map(({ name }) => name)).toEqual(['North School']);
    await confirm(id);
    expect(await person('OR-1')).toMatchObject({ name: 'Ada Lovelace' });
  });

  test('a bundle without a needed file, or of another version, is refused by name', async () => {
    const bytes = (manifest: string) => zipSync({ 'manifest.csv': new TextEncoder().encode(manifest) });
    const wrong = await upload(bytes('propertyName,value\noneroster.version,2.0\n'), 'b.zip', 'oneroster');
    expect(await wrong.answer.text()).toContain('需要 1.2');
    const missing = await upload(bytes('propertyName,value\noneroster.version,1.2\n'), 'b.zip', 'oneroster');
    expect(await missing.answer.text()).toContain('没有 orgs.csv');
    const none = await upload(new TextEncoder().encode('hello'), 'b.zip', 'oneroster');
    expect(await none.answer.text()).toContain('这不是 OneRoster 压缩包');
  });
});

test('a first roster of more people than are there comes in whole, with every rule of its tables, and again changes nothing', async () => {
  const rules = () =>
    sql<{ rule: string }>`
      SELECT conname || ' ' || pg_get_constraintdef(oid) AS rule FROM pg_constraint
       WHERE connamespace = current_schema()::regnamespace
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY rule`.execute(
      db,
    );
  const before = (await rules()).rows;
  const bytes = await roster(
    Array.from({ length: 1200 }, (_, i) =>
      row('众多', `ROLL${i}`, { 职称取得时间: '2020-12-01', 出生年月: `${1960 + (i % 40)}.0${1 + (i % 9)}` }),
    ),
  );
  const first = await preview(bytes);
  expect(first.counts).toMatchObject({ new: 1200, faulty: 0 });
  const { job } = await confirm(first.id);
  expect(job.summary.applied).toMatchObject({ added: 1200 });
  expect((await rules()).rows).toEqual(before);
  const { rows } = await sql<Record<string, number>>`
    SELECT count(*)::int AS people, count(employment.id)::int AS employed, count(membership.id)::int AS members,
           count(fact.id)::int AS ranked
      FROM person LEFT JOIN employment ON employment.person_id = person.id
      LEFT JOIN membership ON membership.person_id = person.id
      LEFT JOIN person_fact fact ON fact.person_id = person.id
     WHERE staff_number ~ '^ROLL[0-9]+$'`.execute(db);
  expect(rows[0]).toEqual({ people: 1200, employed: 1200, members: 1200, ranked: 1200 });
  expect((await preview(bytes)).counts).toMatchObject({ new: 0, unchanged: 1200 });
});

test('a workbook whose cells are no longer at hand as they were read is read again from the file', async () => {
  const bytes = await roster([row('再读', 'K001'), row('再读二', 'K002', { 出生年月: '1980-02-30' })]);
  const { id, counts, browser } = await preview(bytes);
  expect(await readSheet(city.services, id, '花名册')).toMatchObject({ sheet: { rows: { length: 3 } } });
  expect(await readSheet(city.services, id, '别的')).toBeNull();
  const path = join(city.services.config.dataDir, 'imports', `${id}.rows`);
  const kept = await readFile(path, 'utf8');
  for (const spoilt of [kept.slice(0, -20), kept.slice(0, kept.length / 2), '']) {
    await writeFile(path, spoilt);
    expect(await readSheet(city.services, id, '花名册')).toBeNull();
  }
  await advanceImport(db, id, ['previewed'], 'previewing');
  await city.services.jobs.ask(rosterJob.name, id);
  await city.jobsDone();
  expect((await selectImport(db, id)).summary.preview?.counts).toEqual(counts);
  await browser.post(`/imports/${id}/abandon`);
  expect(await readFile(path, 'utf8').catch(() => null)).toBeNull();
});
