import { beforeAll, describe, expect, test } from 'vitest';
import { type TestBrowser, testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import type { Locale } from '../../../web/words.ts';
import { insertNotices } from '../../notices/queries.ts';
import { adoptPublishedTerms } from '../../programmes/terms.ts';
import { assess, programmeOfRound } from '../../selection/dossier/assess.ts';
import { streamDossiers } from '../../selection/dossier/stream.ts';
import { selectRound } from '../../selection/rounds/queries.ts';
import { listRecords } from '../growth-file/queries.ts';

/*
 * A published programme asks what no register of people holds: somebody must be able to enter it, and the verdicts
 * must follow from what was entered and confirmed, as of the day.
 */

const { db } = await testDatabase();
const kept = testApp(db);
const TERMS = `    classTeacher: {names: {zh-CN: 担任班主任, en: class teacher}, type: boolean, evidence: required}
    weeklyLessons: {names: {zh-CN: 周课时, en: lessons a week}, type: number, enteredBy: unit}
    juryMark: {names: {zh-CN: 评委打分, en: mark of the jury}, type: numbers, enteredBy: unit}
    certified: {names: {zh-CN: 持证上岗, en: certified to teach}, type: boolean, enteredBy: unit}
    mandarin:
      names: {zh-CN: 普通话水平, en: Mandarin}
      type: scale
      scale: mandarin
      enteredBy: unit
`;
const SCALE = `  scales:
    mandarin:
      names: {zh-CN: 普通话等级, en: levels of Mandarin}
      steps:
        - {id: second-b, names: {zh-CN: 二级乙等, en: second B}}
        - {id: second-a, names: {zh-CN: 二级甲等, en: second A}}
`;
const CLAUSES = `    - {id: class-teacher, person: {classTeacher: true}}
    - {id: lessons, person: {weeklyLessons: {atLeast: 12}}}
    - {id: mandarin, person: {mandarin: {atLeast: second-a}}}
    - {id: jury, amount: {of: {marks: {of: juryMark, take: mean}}, atLeast: 85}}
`;
let world: World;
let roundId: string;
let teacher: TestBrowser;
let office: TestBrowser;

beforeAll(async () => {
  world = await makeWorld(db);
  roundId = await makeRound(db, 'city', world.city, world.cityOffice, {
    edit: (source) =>
      source
        .replace(/(\nterms:\n(?:[\s\S]*?\n)? {2}attributes:\n)/, `$1${TERMS}`)
        .replace(/\nterms:\n/, `\nterms:\n${/\nterms:\n(?: {2}.*\n)*? {2}scales:/.test(source) ? '' : SCALE}`)
        .replace(/(\neligibility:[\s\S]*?\n {2}all:\n)/, `$1${CLAUSES}`),
  });
  await adoptPublishedTerms(db);
  teacher = await kept.as(world.teacher);
  office = await kept.as(world.schoolOffice);
});

const finding = async (id: string, asOf = '2026-11-30', person = world.teacher) => {
  const found = await assess(db, { ...(await selectRound(db, roundId)), asOf }, person);
  const clause = (root: { children: readonly { id?: string }[] } | undefined) =>
    root?.children.find((one) => one.id === id);
  return { now: clause(found?.findings.root), hoped: clause(found?.hoped.root) };
};
const noticesIn = async (locale: Locale) =>
  (await teacher.get('/notices', { 'accept-language': locale })).text();
const factsOf = async (browser: TestBrowser, person = world.teacher) =>
  (await browser.get(`/people/${person}/facts`)).text();
const enter = (
  browser: TestBrowser,
  attribute: string,
  value: string,
  happenedOn: string,
  person = world.teacher,
) =>
  browser.post(`/people/${person}/facts/entry`, {
    type: `fact-${attribute}`,
    [`fields.${attribute}`]: value,
    happenedOn,
  });
const entries = async (type: string, person = world.teacher) =>
  (await listRecords(db, person, { type }, { limit: 100, offset: 0 })).rows;

describe('what the person claims', () => {
  test('is claimed with evidence, waits for the school, and counts once it is confirmed', async () => {
    const choose = await (await teacher.get('/records/new')).text();
    expect(choose).toContain('担任班主任');
    expect(choose).not.toContain('周课时');
    expect(await (await teacher.get('/records/new?type=fact-classTeacher')).text()).toContain('自何日起');
    expect((await finding('class-teacher')).now).toMatchObject({ outcome: 'missing', counted: [] });
    const claimed = await teacher.post('/records/new', {
      type: 'fact-classTeacher',
      'fields.classTeacher': 'yes',
      happenedOn: '2026-09-01',
      evidence: new File(['%PDF-1.4 appointment\n%%EOF'], '聘任书.pdf'),
    });
    expect(claimed.status).toBe(303);
    const [record] = await entries('fact-classTeacher');
    expect(record).toMatchObject({ title: '是', state: 'submitted', evidenceCount: 1, late: false });
    // "Yes" alone tells nobody of what.
    for (const page of ['/records', '/records?view=list', `/records/${record?.id}`])
      expect(await (await teacher.get(page)).text()).toContain('担任班主任：是');
    expect(await (await office.get('/verification')).text()).toContain('担任班主任：是');
    expect(await finding('class-teacher')).toMatchObject({
      now: { outcome: 'missing', notCounted: [{ record: record?.id, reason: 'not-confirmed' }] },
      hoped: { outcome: 'met' },
    });
    await office.post(`/records/${record?.id}/decision`, { decision: 'confirm', revision: '1' });
    expect((await finding('class-teacher')).now).toMatchObject({ outcome: 'met', counted: [record?.id] });
    // It was not so before the day it began.
    expect((await finding('class-teacher', '2026-08-31')).now).toMatchObject({ outcome: 'missing' });
  });

  test('a later claim ends it, and the programme reads what was so on its day', async () => {
    await teacher.post('/records/new', {
      type: 'fact-classTeacher',
      'fields.classTeacher': 'no',
      happenedOn: '2026-11-01',
    });
    const [ended] = await entries('fact-classTeacher');
    expect((await finding('class-teacher')).now).toMatchObject({ outcome: 'met' });
    await office.post(`/records/${ended?.id}/decision`, { decision: 'confirm', revision: '1' });
    expect((await finding('class-teacher')).now).toMatchObject({ outcome: 'unmet', value: false });
    expect((await finding('class-teacher', '2026-10-31')).now).toMatchObject({ outcome: 'met', value: true });
  });
});

describe('what the unit keeps', () => {
  test('is not the person’s to claim, nor the office’s about its own people in its own name', async () => {
    expect((await teacher.get('/records/new?type=fact-weeklyLessons')).status).toBe(403);
    const claim = { type: 'fact-weeklyLessons', 'fields.weeklyLessons': '20', happenedOn: '2026-09-01' };
    expect((await teacher.post('/records/new', claim)).status).toBe(403);
    expect((await enter(office, 'weeklyLessons', '14', '2026-09-01', world.schoolOffice)).status).toBe(403);
    expect(await entries('fact-weeklyLessons', world.schoolOffice)).toEqual([]);
    const elsewhere = await kept.as(world.otherSchoolOffice);
    expect((await enter(elsewhere, 'weeklyLessons', '14', '2026-09-01')).status).toBe(403);
    // What the person claims is not entered for them.
    expect((await enter(office, 'classTeacher', 'yes', '2026-09-01')).status).toBe(422);
  });

  test('the office enters it from a day on; the person is told, and the programme reads it as of its day', async () => {
    expect((await enter(office, 'weeklyLessons', 'zwölf', '2026-09-01')).status).toBe(422);
    expect((await enter(office, 'weeklyLessons', '10', '2025-09-01')).status).toBe(303);
    expect((await enter(office, 'weeklyLessons', '14', '2026-09-01')).status).toBe(303);
    expect((await finding('lessons')).now).toMatchObject({ outcome: 'met', value: 14 });
    expect((await finding('lessons', '2026-06-30')).now).toMatchObject({ outcome: 'unmet', value: 10 });
    expect((await finding('lessons', '2025-06-30')).now).toMatchObject({ outcome: 'missing' });
    expect(await (await teacher.get('/notices')).text()).toContain('周课时：14');
    expect(await noticesIn('en')).toContain('“lessons a week: 14”');
    const page = await factsOf(teacher);
    expect(page).toContain('周课时');
    expect(page).toContain('14（自 2026年9月1日 起）');
    // Entered fourteen months after it began.
    expect(page).toContain('补录');
    expect(page).not.toContain('/facts/entry');
  });

  test('the same day again corrects it: marked, audited with what it said before, and read at once', async () => {
    await enter(office, 'weeklyLessons', '11', '2026-09-01');
    const [now] = await entries('fact-weeklyLessons');
    expect(now).toMatchObject({ fields: { weeklyLessons: 11 }, state: 'confirmed', title: '11' });
    expect(now?.correctedAt).not.toBeNull();
    expect((await finding('lessons')).now).toMatchObject({ outcome: 'unmet', value: 11 });
    expect(await factsOf(teacher)).toContain('更正');
    const audit = await db
      .selectFrom('audit')
      .select(['action', 'before', 'after'])
      .where('subject_id', '=', now?.id ?? '')
      .orderBy('seq')
      .execute();
    expect(audit.map(({ action }) => action)).toEqual(['record.enter', 'record.change']);
    expect(audit[1]).toMatchObject({
      before: { fields: { weeklyLessons: 14 } },
      after: { fields: { weeklyLessons: 11 } },
    });
    // The owner neither corrects nor withdraws it.
    expect(await (await teacher.get(`/records/${now?.id}`)).text()).not.toContain(
      `/records/${now?.id}/change`,
    );
    expect((await teacher.get(`/records/${now?.id}/change`)).status).toBe(403);
    expect((await teacher.post(`/records/${now?.id}/withdraw`, { revision: '3' })).status).toBe(403);
  });

  test('an entry of a wrong day is taken back, and the one before speaks again', async () => {
    const [now] = await entries('fact-weeklyLessons');
    await office.post(`/people/${world.teacher}/facts/take-back`, { record: now?.id ?? '' });
    expect((await finding('lessons')).now).toMatchObject({ outcome: 'unmet', value: 10 });
    expect((await entries('fact-weeklyLessons')).map(({ state }) => state)).toEqual([
      'withdrawn',
      'confirmed',
    ]);
    // What the person claimed is not the office's to take back.
    const [claimed] = await entries('fact-classTeacher');
    await office.post(`/people/${world.teacher}/facts/take-back`, { record: claimed?.id ?? '' });
    expect((await entries('fact-classTeacher'))[0]).toMatchObject({ state: 'confirmed' });
  });

  test('what the county enters waits for the school', async () => {
    const county = await kept.as(world.countyOffice);
    await enter(county, 'mandarin', 'second-a', '2026-03-01');
    const [entry] = await entries('fact-mandarin');
    expect(entry).toMatchObject({ title: '二级甲等', state: 'submitted' });
    expect(await finding('mandarin')).toMatchObject({
      now: { outcome: 'missing' },
      hoped: { outcome: 'met' },
    });
    await office.post(`/records/${entry?.id}/decision`, { decision: 'confirm', revision: '1' });
    expect((await finding('mandarin')).now).toMatchObject({ outcome: 'met', value: 'second-a' });
    expect(await factsOf(office)).toContain('二级甲等');
    const english = await office.get(`/people/${world.teacher}/facts`, { 'accept-language': 'en' });
    expect(await english.text()).toContain('second A');
    // What is called by what was chosen is called so in the reader's language.
    for (const path of [`/records/${entry?.id}`, '/records?view=list']) {
      const read = await (await teacher.get(path, { 'accept-language': 'en' })).text();
      expect(read).toContain('second A');
      expect(read).not.toContain('二级甲等');
    }
  });

  test('the person is told in the language they read in, of a choice and of a yes or no as well', async () => {
    await enter(office, 'certified', 'yes', '2026-09-01');
    const [chinese, english] = [await noticesIn('zh-CN'), await noticesIn('en')];
    for (const said of ['持证上岗：是', '普通话水平：二级甲等', '“二级甲等”已确认'])
      expect(chinese).toContain(said);
    for (const said of ['“certified to teach: Yes”', '“Mandarin: second A”', '“second A” was confirmed'])
      expect(english).toContain(said);
    for (const said of ['持证上岗', '普通话水平', '二级甲等']) expect(english).not.toContain(said);
  });

  test('what was sent in the words of the day is still shown', async () => {
    const detail = { name: '完成规定学时', value: '是' };
    await insertNotices(db, new Date(), [
      { personId: world.teacher, kind: 'fact-entered', detail, href: null },
    ]);
    for (const locale of ['zh-CN', 'en'] as const)
      expect(await noticesIn(locale)).toMatch(/完成规定学时[：:] ?是/);
  });

  test('of a list of marks every entry is one', async () => {
    await enter(office, 'juryMark', '80', '2026-10-01');
    await enter(office, 'juryMark', '92', '2026-10-02');
    expect((await finding('jury')).now).toMatchObject({ outcome: 'met', value: 86 });
  });
});

test('many are entered at once by the template of the import, and the same table adds nothing', async () => {
  const template = await office.get('/records/imports/template?type=fact-weeklyLessons');
  const table = await readTable(new Uint8Array(await template.arrayBuffer()), {
    limits: { rows: 10 },
    fileName: 'facts.xlsx',
  });
  if (!table.ok) throw new Error(table.reason);
  const headers = table.sheets[0]?.rows[0]?.cells.map(({ text }) => text) ?? [];
  expect(headers).toEqual(['工号', '姓名', '单位', '类别', '自何日起', '周课时']);
  const file = () =>
    new File(
      [
        `\ufeff${[
          headers.join(','),
          'T1002,王芳,,周课时,2026-09-01,16',
          'T1003,陈静,,周课时,2026-09-01,十',
        ].join('\r\n')}\r\n`,
      ],
      '周课时.csv',
    );
  const preview = async () => {
    const uploaded = await office.post('/records/imports/new', { file: file() });
    const path = uploaded.headers.get('location') ?? '';
    const columns = {
      staffNumber: '0',
      name: '1',
      type: '3',
      happenedOn: '4',
      oneType: 'fact-weeklyLessons',
    };
    expect((await office.post(`${path}/columns`, columns)).status).toBe(303);
    return path;
  };
  const path = await preview();
  expect(await (await office.get(path)).text()).toContain('周课时须填数字');
  await office.post(`${path}/confirm`, { confirmed: '1' });
  expect(await entries('fact-weeklyLessons', world.colleague)).toMatchObject([
    { state: 'confirmed', fields: { weeklyLessons: 16 }, title: '16' },
  ]);
  const again = await preview();
  await office.post(`${again}/confirm`, { confirmed: '1' });
  expect(await entries('fact-weeklyLessons', world.colleague)).toHaveLength(1);
  expect((await finding('lessons', '2026-11-30', world.colleague)).now).toMatchObject({
    outcome: 'met',
    value: 16,
  });
});

test('asked over many, people are as their entries say', async () => {
  const round = await selectRound(db, roundId);
  const { compiled } = await programmeOfRound(db, round);
  const found = new Map<string, unknown>();
  const crowd = { unitPath: world.city.path, asOf: '2026-11-30', needs: [compiled.needs] };
  for await (const members of streamDossiers(db, crowd)) {
    for (const { dossier } of members)
      found.set(dossier.person.id, [dossier.person.weeklyLessons, dossier.lists]);
  }
  expect(found.get(world.colleague)).toEqual([16, undefined]);
  expect(found.get(world.teacher)).toEqual([10, { juryMark: [80, 92] }]);
  expect(found.get(world.otherTeacher)).toEqual([undefined, undefined]);
});
