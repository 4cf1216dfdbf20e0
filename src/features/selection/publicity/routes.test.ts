import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import { giveRole, makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { pdfText } from '../../../platform/documents/pdf-text.test-data.ts';
import { newId } from '../../../platform/ids.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { selectHoldings } from '../../titles/queries.ts';
import { insertRound } from '../rounds/planning/queries.ts';
import { updateRound } from '../rounds/queries.ts';
import { countOpenReviews } from './drawing/queries.ts';
import { insertObjection } from './objections/queries.ts';
import { insertPublicity } from './queries.ts';

const { db } = await testDatabase();
// The day before the National Day holiday of 2026 begins to matter: 29 September.
const app = testApp(db, '2026-09-29T02:00:00Z');
let world: World;
const roundId = newId();
const people: { id: string; application: string; name: string }[] = [];

const source = `programme: school-candidates
version: '1'
names: {zh-CN: 校级骨干教师候选人, en: school candidates}
scope: school
grants: {title: school-backbone, term: 3y}
eligibility: {person: {qualified: true}}
quota: {total: 3}
route:
  - {id: declaration, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare}
  - {id: group, names: {zh-CN: 教研组推荐, en: group}, actor: group, does: recommend, ranking: ordered}
  - {id: committee, names: {zh-CN: 校务委员会确定, en: committee}, actor: school-leading-group, does: approve}
  - {id: publicity, names: {zh-CN: 公示, en: publicity}, actor: public, does: publicise, publicity: {days: {working: 5}}}
ties: {keys: [{by: recommendation-order, prefer: lower}], otherwise: decision}
`;

beforeAll(async () => {
  world = await makeWorld(db);
  const versionId = newId();
  await insertVersion(db, {
    id: versionId,
    programme: 'school-candidates',
    unitId: world.school.id,
    unitPath: world.school.path,
    version: '1',
    names: { 'zh-CN': '校级骨干教师候选人', en: 'school candidates' },
    source,
    tables: {},
    digest: digestOf(source, {}),
    createdBy: null,
    createdAt: new Date(),
  });
  await publishVersion(db, versionId, null, new Date('2026-01-01T00:00:00Z'), '2026-01-01');
  await insertRound(db, {
    id: roundId,
    versionId,
    unitId: world.school.id,
    unitPath: world.school.path,
    name: '2026年校级骨干教师候选人评选',
    documentNumber: '青一小〔2026〕3号',
    contact: '教务处 刘老师',
    opensAt: new Date('2026-09-01T00:00:00Z'),
    closesAt: new Date('2026-09-20T15:59:59.999Z'),
    asOf: '2026-09-20',
    places: 3,
    createdBy: world.schoolOffice,
    createdAt: new Date(),
    stages: ['applicant', 'group', 'school-leading-group', 'public'].map((body) => ({
      stage: body,
      body,
      closesAt: null,
    })),
  });
  await updateRound(db, roundId, { state: 'open' });
  // Mathematics stands before Chinese on the list that is made public.
  for (const [index, name] of ['李一', '李二', '𠮷三', '龴四', '李五'].entries()) {
    const group = index < 3 ? world.group : world.otherGroup;
    const id = await makePerson(db, world.school, name, { group, staffNumber: `S30${index}` });
    people.push({
      id,
      name,
      application: await apply(
        id,
        group.id,
        group.path,
        4,
        index < 3 ? index + 1 : index - 2,
        index === 3 ? '数学' : '语文',
      ),
    });
  }
  // Has gone to a school of another county since: on the list, in the decision and told all the same.
  await db
    .updateTable('person')
    .set({ unit_id: world.otherSchool.id, group_id: null, unit_path: world.otherSchool.path })
    .where('id', '=', people[3]?.id ?? '')
    .execute();
});

/** An application that all bodies have recommended, in this order by its group. */
async function apply(
  person: string,
  group: string,
  path: string,
  position: number,
  place: number | null,
  subject = '语文',
): Promise<string> {
  const id = newId();
  await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, group_id, subject, stage, state, position, receipt, submitted_at, outcome)
            VALUES (${id}, ${roundId}, ${person}, ${path}, ${world.school.id}, ${group}, ${subject}, 'primary', 'in-review', ${position}, ${id.slice(-12)}, now(), 'met')`.execute(
    db,
  );
  if (place !== null) {
    await sql`INSERT INTO review (id, application_id, round_id, position, unit_id, decision, place, decided_by, decided_at)
              VALUES (${newId()}, ${id}, ${roundId}, 2, ${group}, 'recommend', ${place}, ${world.groupLeader}, now())`.execute(
      db,
    );
  }
  return id;
}
const stateOf = async (application: string) =>
  (await db.selectFrom('application').select('state').where('id', '=', application).executeTakeFirstOrThrow())
    .state;
const selection = `/rounds/${roundId}/selection`;
const leader = () => app.as(world.schoolLeader);
let notice = '';

describe('the list is drawn, and a tie at the cut is decided by people (SC20)', () => {
  test('two firsts are in; two seconds compete for one place and the list cannot be published', async () => {
    const office = await leader();
    const page = await (await office.get(selection)).text();
    expect(page).toContain('以下 2 人完全并列，只剩 1 个名额');
    const answer = await office.post(`${selection}/post`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('还有并列没有决定');
  });

  test('an application sent back to be mended is waited for like one that a body still has', async () => {
    const application = people[0]?.application ?? '';
    const all = await countOpenReviews(db, roundId, 99);
    const become = (state: 'returned' | 'in-review') =>
      db.updateTable('application').set({ state }).where('id', '=', application).execute();
    await become('returned');
    expect(await countOpenReviews(db, roundId, 99)).toBe(all);
    await become('in-review');
  });

  test('a decision without a reason, or of the wrong number, is refused; the right one is kept', async () => {
    const office = await leader();
    const taken = people[1]?.application ?? '';
    expect((await office.post(`${selection}/tie`, { taken, reason: '' })).status).toBe(422);
    expect((await office.post(`${selection}/tie`, { reason: '投票' })).status).toBe(422);
    expect((await office.post(`${selection}/tie`, { taken, reason: '校务委员会7票赞成' })).status).toBe(303);
    const kept = await db.selectFrom('decision_record').select(['kind', 'reason']).execute();
    expect(kept).toEqual([{ kind: 'tie', reason: '校务委员会7票赞成' }]);
  });

  test('before the deadline no button is offered, but the day and what is missing (as the act would say)', async () => {
    app.setNow('2026-09-15T02:00:00Z');
    const page = await (await (await leader()).get(selection)).text();
    expect(page).toContain('自 2026年9月21日 起可以办理');
    expect(page).toContain('申报尚未截止，不能公示。');
    expect(page).not.toContain(`action="${selection}/post"`);
    app.setNow('2026-09-29T02:00:00Z');
    const later = await (await (await leader()).get(selection)).text();
    expect(later).toContain(`action="${selection}/post"`);
  });

  test('an office that may only review does not publish, nor does a teacher look', async () => {
    expect((await (await app.as(world.schoolOffice)).post(`${selection}/post`)).status).toBe(403);
    expect((await (await app.as(world.teacher)).get(selection)).status).toBe(403);
  });

  test('an application still with a body must be waited for, or given up knowingly', async () => {
    const late = await makePerson(db, world.school, '王迟', { group: world.group });
    await apply(late, world.group.id, world.group.path, 3, null);
    const office = await leader();
    expect((await office.post(`${selection}/post`)).status).toBe(422);
    expect((await office.post(`${selection}/post`, { confirm: '1' })).status).toBe(303);
    const row = await db.selectFrom('publicity').selectAll().executeTakeFirstOrThrow();
    notice = `/public/${row.id}`;
    // Five working days from 29 September: 30 September, 8, 9, 10 (make-up Saturday) and 12 October.
    expect(row).toMatchObject({ posted_on: '2026-09-29', closes_on: '2026-10-12', working_days: 5 });
  });

  test('published twice it is one list', async () => {
    expect((await (await leader()).post(`${selection}/post`, { confirm: '1' })).status).toBe(303);
    expect(await db.selectFrom('publicity').select('id').execute()).toHaveLength(1);
  });
});

describe('the public page', () => {
  test('needs no signing in and shows names, school and subject, rare characters too', async () => {
    const anyone = await app.as(null);
    const page = await (await anyone.get(notice)).text();
    for (const name of ['李一', '李二', '龴四', '青溪县第一小学', '语文']) expect(page).toContain(name);
    expect(page).toContain('公示期还有 5 个工作日');
    const english = await (await anyone.get(`${notice}?lang=en`)).text();
    expect(english).toMatch(/<td data-label="Subject"><div[^>]*>Chinese</);
    expect(english).not.toContain('语文');
    expect(await (await anyone.get('/public')).text()).toContain('2026年校级骨干教师候选人评选');
  });

  test('shows no staff number, no telephone, no birth date and no id of a person', async () => {
    const page = await (await (await app.as(null)).get(notice)).text();
    for (const secret of ['S300', '1988-05-01', people[0]?.id ?? '-', people[0]?.application ?? '-'])
      expect(page).not.toContain(secret);
  });

  test('those not selected are not shown', async () => {
    expect(await (await (await app.as(null)).get(notice)).text()).not.toContain('李五');
  });
});

let receipt = '';
describe('objections', () => {
  const object = async (fields: Record<string, string>) =>
    (await app.as(null)).post(`${notice}/object`, fields);

  test('an empty or half signed one is refused, and what was typed stays', async () => {
    expect((await object({ signed: 'no', statement: '' })).status).toBe(422);
    const answer = await object({ signed: 'yes', statement: '论文不实', name: '', contact: '' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('论文不实');
  });

  test('a program that fills the hidden field is told to leave it', async () => {
    expect((await object({ signed: 'no', statement: '广告', website: 'x' })).status).toBe(422);
  });

  test('an anonymous one keeps no name even when one was typed, and gives a receipt', async () => {
    const number =
      (await (await (await app.as(null)).get(`${notice}/object`)).text()).match(
        /value="(\d)"[^>]*>\d 李二/,
      )?.[1] ?? '';
    const answer = await object({
      signed: 'no',
      statement: '公开课证明与事实不符',
      concerns: number,
      name: '张三',
      contact: '123',
    });
    expect(answer.status).toBe(303);
    receipt = /YY\d{4}(?:-[0-9A-Z]{4}){7}(?=\?)/.exec(answer.headers.get('location') ?? '')?.[0] ?? '';
    const kept = await db.selectFrom('objection').selectAll().executeTakeFirstOrThrow();
    expect(kept).toMatchObject({
      name: null,
      contact: null,
      signed: false,
      application_id: people[1]?.application,
    });
    const page = await (await (await app.as(null)).get(`/public/objections/${receipt}`)).text();
    expect(page).toContain('已收到');
    expect(page).not.toContain('公开课证明与事实不符');
  });

  test('its receipt is found however it is typed, and one of an earlier version stays good', async () => {
    const find = async (typed: string) => {
      const answer = await (await app.as(null)).get(
        `/public/objections?receipt=${encodeURIComponent(typed)}`,
      );
      return answer.headers.get('location');
    };
    expect(await find(` ${receipt.toLowerCase().replaceAll('-', ' ')}`)).toBe(
      `/public/objections/${receipt}`,
    );
    expect(await find('YY2026-TOO-SHORT')).toBeNull();
    const earlier = 'YY2025-ABCDEFGH23';
    const of = { receipt: (kept: string) => db.updateTable('objection').set({ receipt: kept }).execute() };
    await of.receipt(earlier);
    expect(await find('yy2025 abcde fgh23')).toBe(`/public/objections/${earlier}`);
    expect(await (await (await app.as(null)).get(`/public/objections/${earlier}`)).text()).toContain(
      '已收到',
    );
    await of.receipt(receipt);
  });

  test('sent twice it is one objection with one receipt', async () => {
    const _submission = newId();
    const sent = await Promise.all(
      [1, 2].map(() => object({ signed: 'no', statement: '再次反映', _submission })),
    );
    const places = sent.map((answer) => answer.headers.get('location'));
    expect(places[0]).toBe(places[1]);
    expect(await db.selectFrom('objection').select('id').execute()).toHaveLength(2);
  });

  test('with objections open and the period running, no decision is possible, and both reasons are given', async () => {
    const answer = await (await leader()).post(`/rounds/${roundId}/decide`);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('公示期还没有结束');
    expect(page).toContain('还有 2 件异议没有答复');
  });

  test('nor is it offered: the list and the tasks say from when on, and what is in the way', async () => {
    const office = await leader();
    const page = await (await office.get(selection)).text();
    expect(page).toContain('公示中');
    expect(page).toContain('自 2026年10月13日 起可以办理');
    expect(page).toContain('还有 2 件异议没有答复');
    expect(page).not.toContain(`action="/rounds/${roundId}/decide"`);
    const overview = await (await office.get(`/rounds/${roundId}`)).text();
    expect(overview).toContain('2026年10月13日 起');
    expect(overview).toContain('还有 2 件异议没有答复');
    expect(overview).not.toContain('可以办理');
  });

  test('the office investigates, upholds with a reason and takes the person off the list; the person is told', async () => {
    const office = await leader();
    const rows = await db
      .selectFrom('objection')
      .select(['id', 'statement'])
      .orderBy('received_at')
      .orderBy('id')
      .execute();
    const first = rows.find(({ statement }) => statement.startsWith('公开课'))?.id ?? '';
    const second = rows.find(({ statement }) => statement.startsWith('再次'))?.id ?? '';
    const at = (id: string, act: string) => `/rounds/${roundId}/objections/${id}/${act}`;
    expect((await office.post(at(first, 'investigate'))).status).toBe(303);
    expect((await office.post(at(first, 'settle'), { outcome: 'uphold', answer: '' })).status).toBe(422);
    const typed = { remove: people[1]?.application ?? '', answer: '正在核实<材料>' };
    const offered = async (find: string) => {
      const answer = await office.post(at(first, 'settle'), { ...typed, find, act: 'find' });
      expect(answer.status).toBe(200);
      const page = await answer.text();
      expect(page).toContain('正在核实&lt;材料&gt;'); // What else was typed stays.
      const [select = ''] = /<select[^>]*name="remove"[\s\S]*?<\/select>/.exec(page) ?? [''];
      return people.map(({ name }) => name).filter((name) => select.includes(name));
    };
    const listed = await offered('');
    expect(listed).toHaveLength(3);
    expect(listed).toContain('李二');
    // Whom the objection concerns stays offered beside those whose name is looked for.
    expect(await offered('没有此人')).toEqual(['李二']);
    expect(await offered(listed.find((name) => name !== '李二') ?? '')).toHaveLength(2);
    const settled = {
      outcome: 'uphold',
      remove: people[1]?.application ?? '',
      answer: '经核实,该公开课未举行',
      investigation: '查阅教研记录',
    };
    expect((await office.post(at(first, 'settle'), settled)).status).toBe(303);
    expect((await office.post(at(first, 'settle'), settled)).status).toBe(422);
    expect((await office.post(at(second, 'settle'), { outcome: 'dismiss', answer: '查无实据' })).status).toBe(
      303,
    );
    expect(await stateOf(people[1]?.application ?? '')).toBe('removed');
    const told = await db
      .selectFrom('notice')
      .select('kind')
      .where('person_id', '=', people[1]?.id ?? '')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    expect(told.map(({ kind }) => kind)).toEqual(['objection-raised', 'objection-upheld']);
    const page = await (await (await app.as(null)).get(`/public/objections/${receipt}`)).text();
    expect(page).toContain('经核实,该公开课未举行');
    expect(page).not.toContain('查阅教研记录');
  });

  test('the frozen list stays as the public saw it', async () => {
    expect(await (await (await app.as(null)).get(notice)).text()).toContain('李二');
  });

  test('after the period an objection is refused with the day it ended, and kept nowhere', async () => {
    app.setNow('2026-10-12T16:00:00Z');
    const answer = await object({ signed: 'no', statement: '迟到的异议' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('公示期已于 2026年10月12日 结束');
    expect(await db.selectFrom('objection').select('id').execute()).toHaveLength(2);
  });
});

describe('after somebody was taken off the list', () => {
  const stats = async () => {
    const page = await (await (await leader()).get(`/rounds/${roundId}`)).text();
    const [section = ''] = /申报情况[\s\S]*?<\/section>/.exec(page) ?? [];
    return section.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  };
  test('the figures of the round have a place for each that was submitted', async () => {
    expect(await stats()).toContain('已提交 6 ');
    for (const figure of ['审核中 3 ', '列入名单 2 ', '移出名单 1 ']) expect(await stats()).toContain(figure);
  });

  test('page, table and printed list count the same, in the order that was made public', async () => {
    const office = await leader();
    const path = `/rounds/${roundId}/result`;
    const page = await (await office.get(path)).text();
    expect(page).toContain('名单共 2 人');
    expect(page).toContain('移出名单 1 人');
    const csv = await (await office.get(`${path}?format=csv`)).text();
    expect(csv).not.toContain('李二');
    for (const text of [page, csv]) {
      expect(text.indexOf('龴四')).toBeGreaterThan(0);
      expect(text.indexOf('龴四')).toBeLessThan(text.indexOf('李一'));
    }
    const paper = await office.get(`/rounds/${roundId}/papers/named.pdf`);
    const printed = pdfText(new Uint8Array(await paper.arrayBuffer())).replaceAll(/\s/g, '');
    expect(printed).not.toContain('李二');
    expect(printed.indexOf('龴四')).toBeLessThan(printed.indexOf('李一'));
  });

  test('the period being over, the round may be decided, and the page says so', async () => {
    const page = await (await (await leader()).get(selection)).text();
    expect(page).toContain('公示至 2026年10月12日，公示期已经结束');
    expect(page).toContain(`action="/rounds/${roundId}/decide"`);
  });
});

describe('the decision', () => {
  test('whoever stands on the list does not decide it, even as a leader of the school', async () => {
    await giveRole(db, people[0]?.id ?? '', 'school-leader', world.school, '[2026-10-13,2026-10-14)');
    const answer = await (await app.as(people[0]?.id ?? '')).post(`/rounds/${roundId}/decide`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('您申报了这一轮评选');
    expect(await stateOf(people[0]?.application ?? '')).toBe('listed');
  });

  test('titles for the term, a notice to every applicant, a place in the chain', async () => {
    const office = await leader();
    expect((await office.post(`/rounds/${roundId}/decide`)).status).toBe(303);
    expect(await Promise.all(people.map(({ application }) => stateOf(application)))).toEqual([
      'granted',
      'removed',
      'not-selected',
      'granted',
      'not-selected',
    ]);
    const held = await selectHoldings(db, [people[0]?.id ?? '']);
    expect(held.get(people[0]?.id ?? '')).toMatchObject([
      { title: 'school-backbone', from: '2026-10-13', until: '2029-10-12', roundId },
    ]);
    const told = await db
      .selectFrom('notice')
      .select(['person_id', 'kind'])
      .where('kind', 'in', ['title-granted', 'not-selected'])
      .execute();
    expect(told).toHaveLength(5);
    expect((await selectTimeline(db, { subjectId: roundId }))[0]?.action).toBe('round.decided');
  });

  test('decided twice it is one decision', async () => {
    expect((await (await leader()).post(`/rounds/${roundId}/decide`)).status).toBe(422);
  });

  test('the list says that it was public until then and the result is announced', async () => {
    const page = await (await (await leader()).get(selection)).text();
    expect(page).toContain('公示至 2026年10月12日，结果已经公布');
    expect(page).not.toContain('公示中');
  });

  test('the result is read by everyone below, with staff numbers for officials only', async () => {
    const page = await (await (await app.as(world.teacher)).get(`/rounds/${roundId}/result`)).text();
    expect(page).toContain('李一');
    expect(page).not.toContain('李二');
    const teacher = await app.as(world.teacher);
    for (const typed of ['语文', 'chinese'])
      expect(await (await teacher.get(`/rounds/${roundId}/result?lang=en&subject=${typed}`)).text()).toMatch(
        /李一.*<td data-label="Subject"><div[^>]*>Chinese</,
      );
    const csv = await (
      await (await app.as(world.teacher)).get(`/rounds/${roundId}/result?format=csv`)
    ).text();
    expect(csv).toContain('龴四');
    expect(csv).not.toContain('S300');
    expect(await (await (await leader()).get(`/rounds/${roundId}/result?format=csv`)).text()).toContain(
      'S300',
    );
  });

  test('the past notice stays on the board', async () => {
    const page = await (await (await app.as(null)).get('/public')).text();
    expect(page).toContain('目前没有正在公示的名单');
    expect(page).toContain('2026年校级骨干教师候选人评选');
  });
});

describe('a list of hundreds', () => {
  const long = { round: '', objection: newId() };
  const city = () => app.as(world.cityOffice);

  beforeAll(async () => {
    long.round = await makeRound(db, 'city', world.city, world.cityOffice, {
      opensAt: '2026-09-01T00:00:00Z',
      closesAt: '2026-09-20T15:59:59Z',
    });
    const ids: string[] = [];
    for (let n = 1; n <= 302; n += 1) {
      const name = n === 202 ? '末位' : `列名${n}`;
      const person = await makePerson(db, world.school, name, { group: world.group });
      const id = newId();
      await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, state, position, receipt, submitted_at, outcome)
                VALUES (${id}, ${long.round}, ${person}, ${world.group.path}, ${world.school.id}, ${n > 202 ? 'removed' : 'listed'}, 5, ${id.slice(-12)}, now(), 'met')`.execute(
        db,
      );
      ids.push(id);
    }
    const publicity = newId();
    await insertPublicity(db, {
      id: publicity,
      roundId: long.round,
      postedAt: new Date('2026-09-28T02:00:00Z'),
      postedOn: '2026-09-28',
      closesOn: '2026-10-12',
      workingDays: 5,
      list: {
        round: '',
        unit: '',
        programme: { 'zh-CN': '', en: '' },
        documentNumber: null,
        contact: null,
        entries: [],
      },
      applications: ids,
      granting: {},
      postedBy: world.cityOffice,
    });
    await insertObjection(db, {
      id: long.objection,
      publicityId: publicity,
      applicationId: null,
      signed: false,
      name: null,
      contact: null,
      statement: '材料不实',
      receivedAt: new Date('2026-09-29T02:00:00Z'),
    });
    await updateRound(db, long.round, { state: 'publicity' });
  });

  test('where more stand on it than are offered for taking off, the form says so, and the rest are found by name', async () => {
    const office = await city();
    const objections = `/rounds/${long.round}/objections`;
    const page = await (await office.get(`${objections}?about=${long.objection}`)).text();
    expect(page).toContain('有 202 人，下面只列出前 200 人');
    expect(page).not.toContain('末位');
    const found = await office.post(`${objections}/${long.objection}/settle`, { find: '末位', act: 'find' });
    const text = await found.text();
    expect(text).toContain('找到 1 人。');
    expect(text).toMatch(/<option[^>]*>末位/);
    expect(text).not.toContain('下面只列出');
  });

  test('of those taken off it the first are beside it, and all of them a list of their own', async () => {
    const office = await city();
    const path = `/rounds/${long.round}/result`;
    const page = await (await office.get(path)).text();
    expect(page).toContain('名单共 202 人');
    expect(page).toContain('移出名单 100 人');
    // Exactly as many as fit: nothing more to see.
    expect(page).not.toContain('查看全部');
    await sql`UPDATE application SET state = 'removed' WHERE round_id = ${long.round}
                 AND person_id = (SELECT id FROM person WHERE name = '末位')`.execute(db);
    const more = await (await office.get(path)).text();
    expect(more).toContain('移出名单 101 人，列出 100 人');
    expect(more).toContain('查看全部 101 人');
    expect(more).toContain(`href="${path}?list=removed"`);
    const all = await (await office.get(`${path}?list=removed&page=2`)).text();
    expect(all).toContain('<h1>移出名单</h1>');
    expect(all).toContain('列名302');
    expect(all).not.toContain('列名301');
    const csv = await (await office.get(`${path}?list=removed&format=csv`)).text();
    expect(csv).toContain('末位');
    expect(csv).not.toContain('列名201');
    // Nobody else is told who was taken off.
    const teacher = await (await (await app.as(world.teacher)).get(`${path}?list=removed`)).text();
    expect(teacher).not.toContain('末位');
  });
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
