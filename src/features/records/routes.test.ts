import { beforeAll, describe, expect, test } from 'vitest';
import { type TestBrowser, testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { giveTitle, makeRecord, makeWorld, type World } from '../../../tests/support/world.ts';
import { newId } from '../../platform/ids.ts';
import { submissionField } from '../../web/viewer.ts';
import { listNotices } from '../notices/queries.ts';
import { selectEvidence } from './evidence/queries.ts';
import { listRecords, type RecordRow, selectOptionalRecord } from './growth-file/queries.ts';

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let teacher: TestBrowser;
let office: TestBrowser;

beforeAll(async () => {
  world = await makeWorld(db);
  teacher = await as(world.teacher);
  office = await as(world.schoolOffice);
});

const claim = (change: Record<string, string> = {}) => ({
  type: 'open-class',
  title: '《荷塘月色》公开课',
  happenedOn: '2026-10-12',
  level: 'county',
  ...change,
});
const file = (name: string, content: string) => new File([content], name);
const pdf = (name = '证书.pdf', more = '') => file(name, `%PDF-1.7\n${more}`);

async function enter(browser: TestBrowser, fields: Parameters<TestBrowser['post']>[1]): Promise<RecordRow> {
  const answer = await browser.post('/records/new', fields);
  const id = answer.headers.get('location')?.match(/^\/records\/([0-9a-f-]{36})/)?.[1] ?? '';
  const record = await selectOptionalRecord(db, id);
  if (record === null) throw new Error(`not kept: ${answer.status} ${await answer.text()}`);
  return record;
}
const everyRecord = async (personId: string) =>
  (await listRecords(db, personId, {}, { limit: 1000, offset: 0 })).rows;

describe('a teacher adds a record', () => {
  test('the kind is chosen first, and the form asks exactly what that kind asks', async () => {
    const choose = await (await teacher.get('/records/new')).text();
    expect(choose).toContain('公开课');
    const paper = await (await teacher.get('/records/new?type=paper')).text();
    expect(paper).toContain('name="authorOrder"');
    expect(paper).toContain('name="fields.outcome"');
    const reflection = await (await teacher.get('/records/new?type=reflection')).text();
    expect(reflection).not.toContain('name="level"');
    expect(reflection).not.toContain('type="file"');
  });

  test('it waits for the school with its evidence, and its history says who submitted it', async () => {
    const record = await enter(teacher, { ...claim(), evidence: pdf() });
    expect(record).toMatchObject({
      state: 'submitted',
      late: false,
      evidenceCount: 1,
      enteredByName: '李华',
    });
    const page = await (await teacher.get(`/records/${record.id}`)).text();
    expect(page).toContain('《荷塘月色》公开课');
    expect(page).toContain('待审核');
    expect(page).toContain('证书.pdf');
    expect(await (await teacher.get('/records')).text()).toContain(record.id);
  });

  test('sending the same form twice makes one record', async () => {
    const form = { ...claim({ title: '双击' }), [submissionField]: newId() };
    const [first, second] = await Promise.all([
      teacher.post('/records/new', form),
      teacher.post('/records/new', form),
    ]);
    expect([first.status, second.status]).toEqual([303, 303]);
    expect((await everyRecord(world.teacher)).filter(({ title }) => title === '双击')).toHaveLength(1);
  });

  test('what is entered after going back to a form that was sent is another record, and nobody names the row of another', async () => {
    const page = newId();
    await teacher.post('/records/new', { ...claim({ title: '先填的' }), [submissionField]: page });
    await teacher.post('/records/new', { ...claim({ title: '退回后另填的' }), [submissionField]: page });
    const titles = (await everyRecord(world.teacher)).map(({ title }) => title);
    expect(titles).toContain('先填的');
    expect(titles).toContain('退回后另填的');
    const [record] = await everyRecord(world.teacher);
    const colleague = await as(world.colleague);
    const form = { ...claim({ title: '同事的' }), [submissionField]: record?.id ?? '' };
    expect((await colleague.post('/records/new', form)).status).toBe(303);
    expect((await everyRecord(world.colleague)).map(({ title }) => title)).toContain('同事的');
  });

  test('a waiting file that nobody knows is passed over', async () => {
    const answer = await teacher.post('/records/new', { ...claim({ title: '附件编号有误' }), kept: 'no-id' });
    expect(answer.status).toBe(303);
  });

  test('a fault is said at its field, and nothing typed or uploaded is lost', async () => {
    const answer = await teacher.post('/records/new', {
      ...claim({ happenedOn: '2027-01-01', level: '' }),
      evidence: pdf('保留.pdf'),
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('日期不能晚于今天');
    expect(page).toContain('请填写级别');
    expect(page).toContain('《荷塘月色》公开课');
    expect(page).toContain('已上传：保留.pdf');
    const kept = page.match(/name="kept" value="([^"]+)"/)?.[1] ?? '';
    const record = await enter(teacher, { ...claim({ title: '改正后' }), kept });
    expect((await selectEvidence(db, [record.id])).map(({ fileName }) => fileName)).toEqual(['保留.pdf']);
  });

  test('somebody else’s waiting upload cannot be taken', async () => {
    const answer = await teacher.post('/records/new', { ...claim({ title: '' }), evidence: pdf() });
    const kept = (await answer.text()).match(/name="kept" value="([^"]+)"/)?.[1] ?? '';
    const colleague = await as(world.colleague);
    const record = await enter(colleague, { ...claim(), kept });
    expect(record.evidenceCount).toBe(0);
    expect((await colleague.get(`/evidence/${kept}`)).status).toBe(403);
    expect((await teacher.get(`/evidence/${kept}`)).status).toBe(200);
  });

  test('a forbidden file is refused by its content, by name, and the claim is not half kept', async () => {
    const before = (await everyRecord(world.teacher)).length;
    for (const [given, words] of [
      [file('证书.pdf', 'MZ program'), '可执行程序'],
      [file('page.png', '<html><script>alert(1)</script></html>'), '网页'],
      [file('大.pdf', `%PDF-${'x'.repeat(10 * 1024 * 1024)}`), '超过 10 MB'],
    ] as const) {
      const answer = await teacher.post('/records/new', { ...claim({ title: '附件' }), evidence: given });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(page).toContain(words);
      expect(page).toContain(given.name);
    }
    expect(await everyRecord(world.teacher)).toHaveLength(before);
  });

  test('what happened long ago is marked as entered late', async () => {
    const record = await enter(teacher, claim({ title: '旧课', happenedOn: '2026-05-01' }));
    expect(record.late).toBe(true);
    expect(await (await teacher.get(`/records/${record.id}`)).text()).toContain('补录');
  });

  test('the same achievement entered twice is noticed and shown beside the first', async () => {
    const first = await enter(teacher, claim({ title: '《背影》县级示范课', happenedOn: '2026-09-10' }));
    const second = await enter(teacher, claim({ title: '背影 县级示范课', happenedOn: '2026-09-12' }));
    expect(second).toMatchObject({ similarTo: first.id, similarBecause: 'same-title' });
    const page = await (await office.get(`/records/${second.id}`)).text();
    expect(page).toContain('名称、日期相近');
    expect(page).toContain(`/records/${first.id}`);
  });

  test('a scan another teacher handed in is noticed, and the office of another school sees nothing of it', async () => {
    const other = await as(world.otherTeacher);
    await enter(other, { ...claim({ title: '江北区公开课' }), evidence: pdf('a.pdf', '同一份扫描件') });
    const mine = await enter(teacher, {
      ...claim({ title: '我的公开课', happenedOn: '2026-08-01' }),
      evidence: pdf('b.pdf', '同一份扫描件'),
    });
    expect(mine.similarBecause).toBe('same-file');
    const page = await (await office.get(`/records/${mine.id}`)).text();
    expect(page).toContain('不在可查看范围内');
    expect(page).not.toContain('江北区公开课');
  });

  test('titles are shown as text, and rare characters stay what they are', async () => {
    const record = await enter(teacher, claim({ title: '<img src=x onerror=alert(1)> 𠮷䶮㛃龴' }));
    for (const page of [
      await teacher.get(`/records/${record.id}`),
      await teacher.get('/records'),
      await office.get('/verification'),
    ]) {
      const text = await page.text();
      expect(text).not.toContain('<img src=x');
      expect(text).toContain('𠮷䶮㛃龴');
    }
  });

  test('from a round’s page one comes back to it, and never to another site', async () => {
    const there = await teacher.post('/records/new', {
      ...claim({ title: '来自评选' }),
      back: '/rounds/1/eligibility',
    });
    expect(there.headers.get('location')).toMatch(/^\/rounds\/1\/eligibility\?done=/);
    const away = await teacher.post('/records/new', {
      ...claim({ title: '来自外站' }),
      back: '//evil.example/',
    });
    expect(away.headers.get('location')).toMatch(/^\/records\//);
  });

  test('after saving one may add another of the same kind at once', async () => {
    const answer = await teacher.post('/records/new', { ...claim({ title: '连填' }), next: 'another' });
    expect(answer.headers.get('location')).toMatch(/^\/records\/new\?type=open-class&done=/);
  });
});

describe('who sees a record', () => {
  test('its owner, their group leader, school, county and city, but no colleague and no other school', async () => {
    const { id } = await enter(teacher, {
      ...claim({ title: '谁能看见' }),
      evidence: pdf('看.pdf', '谁能看见'),
    });
    const [evidence] = await selectEvidence(db, [id]);
    const statusFor = async (personId: string | null) => {
      const browser = await as(personId);
      const [page, bytes] = await Promise.all([
        browser.get(`/records/${id}`),
        browser.get(`/evidence/${evidence?.id}`),
      ]);
      return [page.status, bytes.status];
    };
    for (const who of [
      world.teacher,
      world.groupLeader,
      world.schoolOffice,
      world.countyOffice,
      world.cityOffice,
      world.auditor,
    ]) {
      expect(await statusFor(who)).toEqual([200, 200]);
    }
    for (const who of [
      world.colleague,
      world.otherSchoolOffice,
      world.otherCountyOffice,
      world.otherTeacher,
    ]) {
      expect(await statusFor(who)).toEqual([403, 403]);
    }
    expect((await (await as(null)).get(`/evidence/${evidence?.id}`)).status).toBe(303);
    expect((await (await as(world.colleague)).get(`/people/${world.teacher}/records`)).status).toBe(403);
    expect((await office.get(`/people/${world.teacher}/records`)).status).toBe(200);
    expect((await office.get(`/people/${newId()}/records`)).status).toBe(404);
  });

  test('evidence is served so that a browser runs nothing of it', async () => {
    const { id } = await enter(teacher, {
      ...claim({ title: '附件头' }),
      evidence: pdf('证 "1".pdf', '附件头'),
    });
    const [evidence] = await selectEvidence(db, [id]);
    const answer = await teacher.get(`/evidence/${evidence?.id}`);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%E8%AF%81/);
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the school verifies', () => {
  const decide = (
    browser: TestBrowser,
    record: RecordRow,
    decision: string,
    reason = '',
    revision = record.revision,
  ) => browser.post(`/records/${record.id}/decision`, { decision, reason, revision: String(revision) });

  test('a record is confirmed by the office, and its owner is told', async () => {
    const record = await enter(teacher, claim({ title: '待确认' }));
    expect((await decide(office, record, 'confirm')).status).toBe(303);
    expect(await selectOptionalRecord(db, record.id)).toMatchObject({
      state: 'confirmed',
      decidedByName: '刘洋',
    });
    const { notices } = await listNotices(db, world.teacher, 10, 0);
    expect(
      notices.some(({ kind, href }) => kind === 'record-confirmed' && href === `/records/${record.id}`),
    ).toBe(true);
    expect((await decide(office, record, 'return', '太迟了')).status).toBe(409);
  });

  test('returning needs a reason; the teacher reads it, corrects, and it waits again', async () => {
    const record = await enter(teacher, claim({ title: '待退回' }));
    const refused = await decide(office, record, 'return', '  ');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('退回时请写明原因');
    expect((await decide(office, record, 'return', '请补充<b>证书</b>')).status).toBe(303);
    const page = await (await teacher.get(`/records/${record.id}`)).text();
    expect(page).toContain('请补充&lt;b&gt;证书&lt;/b&gt;');
    const answer = await teacher.post(`/records/${record.id}/change`, {
      ...claim({ title: '已补充' }),
      revision: '2',
      evidence: pdf('补.pdf', '补'),
    });
    expect(answer.status).toBe(303);
    expect(await selectOptionalRecord(db, record.id)).toMatchObject({
      state: 'submitted',
      title: '已补充',
      evidenceCount: 1,
      reason: null,
    });
  });

  test('correcting a confirmed record sends it back to the office, and the history keeps both', async () => {
    const record = await enter(teacher, claim({ title: '原题' }));
    await decide(office, record, 'confirm');
    const form = { ...claim({ title: '新题', level: 'city' }), revision: '2' };
    expect((await teacher.post(`/records/${record.id}/change`, form)).status).toBe(303);
    expect(await selectOptionalRecord(db, record.id)).toMatchObject({
      state: 'submitted',
      level: 'city',
      revision: 3,
    });
    const again = await teacher.post(`/records/${record.id}/change`, form);
    expect(again.status).toBe(303); // The same correction sent twice is one.
    const stale = await teacher.post(`/records/${record.id}/change`, { ...form, title: '第三题' });
    expect(stale.status).toBe(409);
    expect(await stale.text()).toContain('第三题');
  });

  test('a correction with a file, sent twice, is one: no file is left over to wait', async () => {
    const record = await enter(teacher, claim({ title: '双击之前' }));
    const form = {
      ...claim({ title: '双击之后' }),
      // In another order than the database keeps them.
      'fields.topic': '草船借箭',
      'fields.kind': 'open',
      'fields.organiser': '县教研室',
      revision: '1',
      [submissionField]: newId(),
    };
    const files = async () =>
      (await db.selectFrom('evidence').select('id').where('person_id', '=', world.teacher).execute()).length;
    const before = await files();
    for (let n = 0; n < 2; n += 1) {
      const answer = await teacher.post(`/records/${record.id}/change`, {
        ...form,
        evidence: pdf('课.pdf', '课'),
      });
      expect(answer.status).toBe(303);
    }
    expect(await files()).toBe(before + 1);
    // Without the form's id, as a copy on another device has another.
    const copy = { ...form, [submissionField]: newId() };
    expect((await teacher.post(`/records/${record.id}/change`, copy)).status).toBe(303);
  });

  test('the office does not confirm what was changed after it looked', async () => {
    const record = await enter(teacher, claim({ title: '看过之后改' }));
    await teacher.post(`/records/${record.id}/change`, { ...claim({ title: '改了' }), revision: '1' });
    expect((await decide(office, record, 'confirm')).status).toBe(409);
    expect(await selectOptionalRecord(db, record.id)).toMatchObject({ state: 'submitted' });
  });

  test('nobody confirms their own record, not even the office', async () => {
    const own = await enter(office, claim({ title: '教务处自己的课' }));
    expect((await decide(office, own, 'confirm')).status).toBe(403);
    expect(await (await office.get(`/records/${own.id}`)).text()).not.toContain(
      `/records/${own.id}/decision`,
    );
    expect(await (await office.get('/verification')).text()).not.toContain('教务处自己的课');
    await office.post('/verification', { record: `${own.id} 1` });
    expect(await selectOptionalRecord(db, own.id)).toMatchObject({ state: 'submitted' });
  });

  test('another school’s office, a leader, the county and a teacher cannot confirm', async () => {
    const record = await enter(teacher, claim({ title: '不归你管' }));
    for (const who of [
      world.otherSchoolOffice,
      world.groupLeader,
      world.countyOffice,
      world.colleague,
      world.teacher,
    ]) {
      const browser = await as(who);
      expect((await decide(browser, record, 'confirm')).status).toBe(403);
      await browser.post('/verification', { record: `${record.id} 1` });
    }
    expect(await selectOptionalRecord(db, record.id)).toMatchObject({ state: 'submitted' });
    const otherQueue = await (await as(world.otherSchoolOffice)).get('/verification');
    expect(await otherQueue.text()).not.toContain('不归你管');
  });

  test('several are confirmed at once; what looks like another is left to be compared', async () => {
    const colleague = await as(world.colleague);
    const one = await enter(colleague, claim({ title: '批量一', happenedOn: '2026-03-01' }));
    const two = await enter(colleague, claim({ title: '完全不同的第二节', happenedOn: '2026-06-20' }));
    const twin = await enter(colleague, claim({ title: '批量一', happenedOn: '2026-03-01' }));
    const answer = await office.post('/verification', {
      record: [one, two, twin].map(({ id }) => `${id} 1`),
    });
    expect(answer.headers.get('location')).toBe('/verification?confirmed=2&left=1');
    const states = await Promise.all(
      [one, two, twin].map(async ({ id }) => (await selectOptionalRecord(db, id))?.state),
    );
    expect(states).toEqual(['confirmed', 'confirmed', 'submitted']);
    expect(await (await office.get('/verification?confirmed=2&left=1')).text()).toContain('已确认 2 条');
  });

  test('confirming what is chosen with nothing chosen says so, and keeps the queue as it was narrowed', async () => {
    const answer = await office.post('/verification?type=lecture', {});
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('请先选择要确认的记录');
    expect(page).not.toContain('已确认 0 条');
    expect(page).toContain('<option value="lecture" selected');
    expect((await office.post('/verification', { record: 'nothing' })).status).toBe(422);
  });

  test('the queue is narrowed by type, mark and waiting time', async () => {
    const lecture = await enter(teacher, claim({ type: 'lecture', title: '只看讲座' }));
    expect(await (await office.get('/verification?type=lecture')).text()).toContain(lecture.id);
    expect(await (await office.get('/verification?type=paper')).text()).not.toContain(lecture.id);
    expect(await (await office.get('/verification?age=7')).text()).not.toContain(lecture.id);
    expect(await (await office.get('/verification?mark=late')).text()).not.toContain(lecture.id);
  });
});

describe('the owner', () => {
  test('withdraws a record, which then counts for nothing but is still there', async () => {
    const record = await enter(teacher, claim({ title: '撤回的' }));
    expect((await teacher.post(`/records/${record.id}/withdraw`, { revision: '1' })).status).toBe(303);
    expect((await teacher.post(`/records/${record.id}/withdraw`, { revision: '1' })).status).toBe(303);
    expect(await (await teacher.get(`/records/${record.id}`)).text()).toContain('已撤回');
    expect((await teacher.get(`/records/${record.id}/change`)).status).toBe(409);
  });

  test('is the only one who corrects or withdraws it', async () => {
    const id = await makeRecord(db, world.teacher, 'open-class', { level: 'county' });
    for (const browser of [office, await as(world.colleague)]) {
      expect((await browser.post(`/records/${id}/withdraw`, { revision: '1' })).status).toBe(403);
      expect((await browser.post(`/records/${id}/change`, { ...claim(), revision: '1' })).status).toBe(403);
    }
  });

  test('shows the ladder of titles with the next step, to the teacher and to the office', async () => {
    await giveTitle(db, world.colleague, 'school-backbone', '[2024-05-01,2027-05-01)');
    const own = await (await (await as(world.colleague)).get('/records')).text();
    expect(own).toContain('下一步：县（区）级骨干教师');
    const seen = await (await office.get(`/people/${world.teacher}/records`)).text();
    expect(seen).toContain('下一步：教坛新秀');
  });

  test('takes the growth file along as a table', async () => {
    await makeRecord(db, world.groupLeader, 'paper', {
      title: '=HYPERLINK("http://evil")',
      level: 'county',
      fields: { outcome: 'award' },
    });
    const leader = await as(world.groupLeader);
    const csv = await (await leader.get('/records?format=csv')).text();
    expect(csv).toContain('成果形式');
    expect(csv).toContain('获奖');
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
    const xlsx = await leader.get('/records?format=xlsx');
    expect(xlsx.headers.get('content-type')).toContain('spreadsheetml');
  });

  test('reads the file by year, by type and as a list, in either language', async () => {
    for (const view of [
      '',
      '?view=type',
      '?view=list',
      '?view=list&type=open-class&state=submitted&year=2026',
    ]) {
      const answer = await teacher.get(`/records${view}`);
      expect(answer.status).toBe(200);
    }
    const english = await teacher.get('/records?lang=en', { 'accept-language': 'en' });
    expect(await english.text()).toContain('Growth file');
  });
});
