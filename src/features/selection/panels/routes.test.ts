import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import {
  type Applied,
  appliedTo,
  codesOf,
  formedPanel,
  judgedRound,
  lookedThrough,
  makeJudges,
} from '../../../../tests/support/panel.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import { giveRole, makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { sqlState } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { nameSearch } from '../../organisation/people/name-search.ts';
import { listCandidates } from '../publicity/drawing/queries.ts';

const { db } = await testDatabase();
const app = testApp(db);
const { as } = app;
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

afterEach(() => app.setNow('2026-11-23T02:00:00Z'));

const applied = (round: string, name: string): Promise<Applied> =>
  appliedTo({ app, files: app.services.files, db }, world, round, name);
const textOf = async (answer: Response | Promise<Response>): Promise<string> => (await answer).text();

/** Two candidates, three judges, judging open. */
async function judgingPanel(names: readonly string[] = ['甲申', '乙申']) {
  const round = await judgedRound(db, world);
  const candidates: Applied[] = [];
  for (const name of names) candidates.push(await applied(round, name));
  const judges = await makeJudges(db, world, 3);
  const office = await as(world.countyOffice);
  const panel = await formedPanel(office, round, world.county, judges);
  await lookedThrough(office, db, panel);
  const opened = await office.post(`/panels/${panel}/open`);
  expect(opened.status, await opened.clone().text()).toBe(303);
  return { round, candidates, judges, office, panel };
}
const marks = (teaching: string, research: string, reason = '有成果') => ({
  'mark.teaching': teaching,
  'mark.research': research,
  'reason.research': reason,
});

describe('the office forms a panel', () => {
  test('at a stage the programme has judged, with everybody who waits there, once', async () => {
    const round = await judgedRound(db, world);
    await applied(round, '组建一');
    const office = await as(world.countyOffice);
    const list = await textOf(office.get(`/rounds/${round}/panels`));
    expect(list).toContain('<h1>评委评分</h1>');
    expect(list).toContain('县（区）教育局审核推荐 · 青溪县教育局');
    const panel = await formedPanel(office, round, world.county, []);
    const page = await textOf(office.get(`/panels/${panel}`));
    for (const text of [
      '组建一',
      '教学实绩（60 分）',
      '去掉 1 个最高分、1 个最低分、各评委总分的平均',
      '姓名、工号、联系方式',
      '未看',
    ])
      expect(page).toContain(text);
    const again = await office.post(`/rounds/${round}/panels`, { stage: `3 ${world.county.id}` });
    expect(again.status).toBe(422);
    expect(await again.text()).toContain('已有评审组');
    await applied(round, '组建二');
    await office.post(`/panels/${panel}/complete`);
    expect(await textOf(office.get(`/panels/${panel}`))).toContain('组建二');
  });

  test('where the programme has no judges there is nothing to form, and another county’s office has no such panel', async () => {
    const plain = await makeRound(db, 'city', world.city, world.cityOffice);
    const office = await as(world.countyOffice);
    expect(await textOf(office.get(`/rounds/${plain}/panels`))).toContain('没有规定评委评分');
    expect((await office.post(`/rounds/${plain}/panels`, { stage: `3 ${world.county.id}` })).status).toBe(
      422,
    );
    const round = await judgedRound(db, world);
    const panel = await formedPanel(office, round, world.county, []);
    const other = await as(world.otherCountyOffice);
    expect((await other.get(`/panels/${panel}`)).status).toBe(403);
    expect((await other.post(`/panels/${panel}/open`)).status).toBe(403);
    expect((await other.post(`/rounds/${round}/panels`, { stage: `3 ${world.county.id}` })).status).toBe(422);
    expect(
      (
        await (
          await as(world.schoolOffice)
        ).post(`/rounds/${round}/panels`, { stage: `3 ${world.school.id}` })
      ).status,
    ).toBe(422);
  });

  test('judges are found by name, pinyin or initials anywhere in the authority', async () => {
    const round = await judgedRound(db, world);
    await applied(round, '查找一');
    const office = await as(world.countyOffice);
    const panel = await formedPanel(office, round, world.county, []);
    await db
      .updateTable('person')
      .set({ name_search: nameSearch('赵敏') })
      .where('id', '=', world.otherTeacher)
      .execute();
    for (const find of ['赵敏', '赵', 'zhaomin', 'zm']) {
      const page = await textOf(office.get(`/panels/${panel}?find=${encodeURIComponent(find)}`));
      expect(page).toContain('赵敏');
      expect(page).toContain('江北区第一小学');
    }
    const nobody = await textOf(office.get(`/panels/${panel}?find=nobody`));
    expect(nobody).toContain('没有找到');
    // Judges to be seated, and the candidate to be looked through, before judging opens.
    expect(nobody.match(/还有 1 名评审对象/g)).toHaveLength(2);
    expect(nobody).toContain('先完成以上各项');
    expect((await office.post(`/panels/${panel}/seats`, { person: world.otherTeacher })).status).toBe(303);
    const page = await textOf(office.get(`/panels/${panel}`));
    expect(page).toContain('赵敏');
    const notices = await textOf((await as(world.otherTeacher)).get('/notices'));
    expect(notices).toContain('请您担任');
  });

  test('whoever may open an application, has applied or left is refused, and told why', async () => {
    const round = await judgedRound(db, world);
    const one = await applied(round, '回避一');
    await applied(round, '回避二');
    const office = await as(world.countyOffice);
    const panel = await formedPanel(office, round, world.county, []);
    const refused = async (person: string) => {
      const answer = await office.post(`/panels/${panel}/seats`, { person });
      expect(answer.status).toBe(422);
      return answer.text();
    };
    expect(await refused(one.person)).toContain('在本轮申报');
    for (const person of [world.countyOffice, world.cityOffice, world.auditor, world.schoolOffice])
      expect(await refused(person)).toContain('都须回避');
    const gone = await makePerson(db, world.otherSchool, '离职者');
    await db.updateTable('person').set({ state: 'left' }).where('id', '=', gone).execute();
    expect(await refused(gone)).toContain('不在职');
    expect(await refused('0199a1b2-0000-7000-8000-000000000000')).toContain('查无此人');
  });

  test('it does not open without dates, without a look at each, or with too few judges for somebody', async () => {
    const round = await judgedRound(db, world);
    const one = await applied(round, '开始一');
    const judges = await makeJudges(db, world, 3);
    const office = await as(world.countyOffice);
    const made = await office.post(`/rounds/${round}/panels`, { stage: `3 ${world.county.id}` });
    const panel = made.headers.get('location')?.split(/[/?]/)[2] ?? '';
    const open = async () => textOf(office.post(`/panels/${panel}/open`));
    expect(await open()).toContain('请先定评审日期');
    const bad = await office.post(`/panels/${panel}/dates`, { from: '2026-11-28', until: '2026-11-27' });
    expect(await bad.text()).toContain('结束日期不能早于开始日期');
    const closing = (at: Date | null) =>
      db
        .updateTable('round_stage')
        .set({ closes_at: at })
        .where('round_id', '=', round)
        .where('position', '=', 3)
        .execute();
    await closing(new Date('2026-11-27T15:59:59Z')); // The county's own time ends on the 27th.
    const days = { from: '2026-11-20', until: '2026-11-28' };
    const late = await office.post(`/panels/${panel}/dates`, days);
    expect([late.status, await late.text()]).toEqual([
      422,
      expect.stringContaining('评审结束日期不能晚于它'),
    ]);
    await closing(null);
    expect((await office.post(`/panels/${panel}/dates`, days)).status).toBe(303);
    expect(await open()).toContain('逐人看过材料');
    await lookedThrough(office, db, panel);
    expect(await open()).toContain('评委不足');
    for (const person of judges) await office.post(`/panels/${panel}/seats`, { person });
    // One of the three turns out to be related.
    await (await as(world.countyOffice)).post(`/applications/${one.application}/review/recuse`, {
      person: judges[0] ?? '',
      relation: 'in-law',
    });
    await db
      .insertInto('recusal')
      .values({
        id: '0199a1b2-0000-7000-8000-000000000001',
        round_id: round,
        person_id: judges[0] ?? '',
        applicant_id: one.person,
        relation: 'in-law',
        declared_by: world.countyOffice,
        declared_at: new Date(),
      })
      .execute();
    expect(await open()).toContain('评委不足');
    expect(await textOf(office.get(`/panels/${panel}`))).toContain('1 名（有回避关系）');
  });

  test('an office with a stake of its own in the round keeps its hands off', async () => {
    const round = await judgedRound(db, world);
    const mine = await applied(round, '兼职者');
    await giveRole(db, mine.person, 'county-office', world.county);
    const office = await as(mine.person);
    const tried = await office.post(`/rounds/${round}/panels`, { stage: `3 ${world.county.id}` });
    expect(tried.status).toBe(403);
  });
});

describe('judges mark', () => {
  test('codes only, kept as they write, handed in once, and nothing of it changed after', async () => {
    const { panel, judges } = await judgingPanel();
    const judge = await as(judges[0] ?? '');
    expect(await textOf(judge.get('/judging'))).toContain('已提交 0/2');
    const codes = await codesOf(judge, panel);
    expect(codes).toHaveLength(2);
    expect(codes).toEqual(codes.toSorted());
    const [code = ''] = codes;
    const page = await textOf(judge.get(`/judging/${panel}/${code}`));
    for (const text of ['▇▇', '带动本组教师共同提高', '语文', '教学实绩（满分 60 分）'])
      expect(page).toContain(text);
    const kept = await judge.post(`/judging/${panel}/${code}`, marks('55.5', ''), { 'x-autosave': '1' });
    expect(kept.status).toBe(204);
    expect(await textOf(judge.get(`/judging/${panel}/${code}`))).toContain('value="55.5"');
    const early = await judge.post(`/judging/${panel}/${code}/hand-in`, marks('61', '30', ''));
    expect(early.status).toBe(422);
    const faults = await early.text();
    expect(faults).toContain('教学实绩不能超过 60 分');
    expect(faults).toContain('请写教研成果的理由');
    expect((await judge.post(`/judging/${panel}/${code}/hand-in`, marks('55.5', '30'))).status).toBe(303);
    expect(await textOf(judge.get('/judging'))).toContain('已提交 1/2');
    expect((await judge.post(`/judging/${panel}/${code}`, marks('1', '1'))).status).toBe(409);
    expect((await judge.post(`/judging/${panel}/${code}/hand-in`, marks('1', '1'))).status).toBe(409);
    expect((await judge.post(`/judging/${panel}/${code}/aside`, { why: '认识' })).status).toBe(409);
    // Past every guard the database keeps it too.
    const changed = db.updateTable('panel_mark').set({ mark: '1' }).where('panel_id', '=', panel).execute();
    await expect(changed).rejects.toThrow('handed in');
    const moved = db
      .updateTable('panel_sheet')
      .set({ code: 'XX-XX' })
      .where('panel_id', '=', panel)
      .execute();
    expect(await moved.then(() => null, sqlState)).toBe('P0001');
  });

  test('only within the days, and only with a seat', async () => {
    const { panel, judges } = await judgingPanel(['期限一']);
    const [code = ''] = await codesOf(await as(judges[0] ?? ''), panel);
    app.setNow('2026-11-29T02:00:00Z');
    const judge = await as(judges[0] ?? '');
    expect((await judge.post(`/judging/${panel}/${code}`, marks('1', '1'))).status).toBe(409);
    const over = await textOf(judge.get(`/judging/${panel}/${code}`));
    expect(over).toContain('评审已结束');
    expect(over).not.toContain('带动本组教师共同提高');
    const office = await as(world.countyOffice);
    await office.post(`/panels/${panel}/dates`, { from: '2026-11-20', until: '2026-11-30' });
    expect((await judge.post(`/judging/${panel}/${code}`, marks('1', '1'))).status).toBe(303);
    app.setNow('2026-11-23T02:00:00Z');
    for (const stranger of [world.colleague, world.countyOffice, world.auditor, world.administrator]) {
      const browser = await as(stranger);
      expect((await browser.get(`/judging/${panel}`)).status).toBe(403);
      expect((await browser.get(`/judging/${panel}/${code}`)).status).toBe(403);
      expect((await browser.post(`/judging/${panel}/${code}`, marks('1', '1'))).status).toBe(403);
    }
  });

  test('a judge whom the office lets go is out at once', async () => {
    const { panel, judges, office } = await judgingPanel(['退出一']);
    const judge = await as(judges[0] ?? '');
    expect(await codesOf(judge, panel)).toHaveLength(1);
    const seat = await db
      .selectFrom('panel_seat')
      .select('id')
      .where('panel_id', '=', panel)
      .where('person_id', '=', judges[0] ?? '')
      .executeTakeFirstOrThrow();
    expect(
      (await office.post(`/panels/${panel}/seats/${seat.id}/end`, { [`why.${seat.id}`]: ' ' })).status,
    ).toBe(422);
    expect(
      (await office.post(`/panels/${panel}/seats/${seat.id}/end`, { [`why.${seat.id}`]: '生病' })).status,
    ).toBe(303);
    expect((await judge.get(`/judging/${panel}`)).status).toBe(403);
    // Another takes the seat and gets sheets of the same codes.
    const [next = ''] = await makeJudges(db, world, 1);
    expect((await office.post(`/panels/${panel}/seats`, { person: next })).status).toBe(303);
    expect(await codesOf(await as(next), panel)).toHaveLength(1);
  });

  test('who gets an office meanwhile, or becomes related, is stopped without being told by whom', async () => {
    const { panel, judges, candidates, round } = await judgingPanel(['变动一', '变动二']);
    const [first = '', second = ''] = judges;
    await giveRole(db, first, 'school-office', world.school);
    const stopped = await (await as(first)).get(`/judging/${panel}`);
    expect(stopped.status).toBe(403);
    expect(await stopped.text()).toContain('任职或回避情况有变化');
    await db
      .insertInto('recusal')
      .values({
        id: '0199a1b2-0000-7000-8000-000000000002',
        round_id: round,
        person_id: second,
        applicant_id: candidates[1]?.person ?? '',
        relation: 'spouse',
        declared_by: world.countyOffice,
        declared_at: new Date(),
      })
      .execute();
    const judge = await as(second);
    for (const code of await codesOf(await as(judges[2] ?? ''), panel))
      expect((await judge.get(`/judging/${panel}/${code}`)).status).toBe(403);
  });
});

describe('judging is closed', () => {
  test('results are reckoned exactly, the codes opened, and the county reads them where it decides', async () => {
    const { panel, judges, office, candidates } = await judgingPanel(['结果一', '结果二']);
    const given: Readonly<Record<number, readonly [string, string]>> = {
      0: ['50.5', '30'],
      1: ['60', '40'],
      2: ['20', '10'],
    };
    expect(await textOf(office.post(`/panels/${panel}/close`, { conclusion: '同意' }))).toContain(
      '还有评委没有提交',
    );
    const codes = await codesOf(await as(judges[0] ?? ''), panel);
    for (const [index, id] of judges.entries()) {
      const judge = await as(id);
      const [teaching, research] = given[index] ?? ['0', '0'];
      for (const code of codes) {
        const lower = code === codes[1] ? '0' : teaching;
        await judge.post(`/judging/${panel}/${code}/hand-in`, marks(lower, research));
      }
    }
    const before = await textOf(office.get(`/panels/${panel}`));
    expect(before).toContain('2/2');
    for (const text of [...codes, '50.5']) expect(before).not.toContain(text);
    expect((await office.post(`/panels/${panel}/close`, { conclusion: ' ' })).status).toBe(422);
    expect(
      (await office.post(`/panels/${panel}/close`, { conclusion: '评审组一致同意上述结果。' })).status,
    ).toBe(303);
    const page = await textOf(office.get(`/panels/${panel}`));
    for (const text of [
      ...codes,
      '评审组一致同意',
      '80.5',
      '评委甲',
      '去掉的最高分',
      '30（有成果）',
      '结果一',
    ])
      expect(page).toContain(text);
    const rows = await db
      .selectFrom('panel_entry')
      .select(['application_id as application', 'result', 'place', 'code', 'marked_by as by'])
      .where('panel_id', '=', panel)
      .orderBy('place')
      .execute();
    // 80.5, 100 and 30 with the ends dropped; nought for teaching: 30, 40 and 10.
    expect(rows.map(({ result, place, code, by }) => [result, place, code, by])).toEqual([
      ['80.5', 1, codes[0], 3],
      ['30', 2, codes[1], 3],
    ]);
    expect(rows.map(({ application }) => application).toSorted()).toEqual(
      candidates.map(({ application }) => application).toSorted(),
    );
    const best = rows[0]?.application ?? '';
    const review = await textOf(office.get(`/applications/${best}/review`));
    expect(review).toContain('80.5 分，2 名中第 1 名');
    expect(review).toContain('青溪县教育局，3 名评委；去掉 1 个最高分、1 个最低分、各评委总分的平均');
    // The applicant reads nothing of it on their own page.
    const own = await as(candidates.find(({ application }) => application === best)?.person ?? '');
    expect(await textOf(own.get(`/applications/${best}`))).not.toContain('80.5');
    // Judges read their own marks, and nobody's result.
    const judge = await as(judges[0] ?? '');
    expect(await textOf(judge.get(`/judging/${panel}/${codes[0]}`))).toContain('50.5');
    expect((await judge.get(`/panels/${panel}`)).status).toBe(403);
  });

  test('what it gave is the score by which the programme separates equals, where one panel gave it to all', async () => {
    const { panel, judges, office, round, candidates } = await judgingPanel(['并列一', '并列二']);
    for (const code of await codesOf(await as(judges[0] ?? ''), panel))
      for (const id of judges)
        await (await as(id)).post(`/judging/${panel}/${code}/hand-in`, marks('41.5', '20'));
    const scores = async () => (await listCandidates(db, round, 3)).map(({ score }) => score);
    expect(await scores()).toEqual([null, null]);
    await office.post(`/panels/${panel}/close`, { conclusion: '同意' });
    expect(await scores()).toEqual(['61.5', '61.5']);
    const places = await db.selectFrom('panel_entry').select('place').where('panel_id', '=', panel).execute();
    expect(places).toEqual([{ place: 1 }, { place: 1 }]);
    // A result of another panel is on another scale.
    const other = newId();
    await sql`INSERT INTO panel (id, round_id, position, stage, unit_id, unit_path, state, opens_on, closes_on, created_by, created_at, opened_at, closed_by, closed_at, conclusion)
              SELECT ${other}, round_id, 4, 'city-examination', ${world.city.id}, ${world.city.path}, 'closed', opens_on, closes_on, created_by, created_at, opened_at, closed_by, closed_at, conclusion
                FROM panel WHERE id = ${panel}`.execute(db);
    await sql`INSERT INTO panel_entry (id, panel_id, application_id, position, unit_id, result, place, among, marked_by, closed_at)
              VALUES (${newId()}, ${other}, ${candidates[0]?.application}, 4, ${world.city.id}, '90', 1, 1, 3, now())`.execute(
      db,
    );
    expect(await scores()).toEqual([null, null]);
  });

  test('with too few marks after the last day there is no result, and what a judge who left gave counts for nothing', async () => {
    const { panel, judges, office } = await judgingPanel(['不足一']);
    const [code = ''] = await codesOf(await as(judges[0] ?? ''), panel);
    for (const id of judges.slice(0, 2))
      await (await as(id)).post(`/judging/${panel}/${code}/hand-in`, marks('40', '20'));
    await (await as(judges[2] ?? '')).post(`/judging/${panel}/${code}/aside`, { why: '认出了材料' });
    expect((await office.post(`/panels/${panel}/close`, { conclusion: '重新组织' })).status).toBe(303);
    const page = await textOf(office.get(`/panels/${panel}`));
    expect(page).toContain('评委不足，无得分');
    expect(page).toContain('回避：认出了材料');
    const row = await db
      .selectFrom('panel_entry')
      .select(['result', 'place', 'marked_by'])
      .where('panel_id', '=', panel)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ result: null, place: null, marked_by: 2 });
  });

  test('a panel that was given up is closed to its judges, and another may be formed', async () => {
    const { panel, judges, office, round } = await judgingPanel(['取消一']);
    expect((await office.post(`/panels/${panel}/cancel`, { cancelWhy: '' })).status).toBe(422);
    expect((await office.post(`/panels/${panel}/cancel`, { cancelWhy: '程序有误' })).status).toBe(303);
    expect((await (await as(judges[0] ?? '')).get(`/judging/${panel}`)).status).toBe(404);
    expect(await textOf((await as(judges[0] ?? '')).get('/judging'))).toContain('没有评审任务');
    await formedPanel(office, round, world.county, judges);
  });

  test('every step is in the trail, without saying which code or which mark', async () => {
    const { panel, judges, office } = await judgingPanel(['痕迹一']);
    const [code = ''] = await codesOf(await as(judges[0] ?? ''), panel);
    for (const id of judges)
      await (await as(id)).post(`/judging/${panel}/${code}/hand-in`, marks('33.5', '17'));
    const rows = await db
      .selectFrom('audit')
      .select(['action', 'before', 'after', 'reason'])
      .where('subject_id', '=', panel)
      .orderBy('seq')
      .execute();
    expect(rows.map(({ action }) => action)).toEqual([
      'panel.formed',
      'panel.dated',
      'panel.seat-given',
      'panel.seat-given',
      'panel.seat-given',
      'panel.looked-through',
      'panel.opened',
      'panel.handed-in',
      'panel.handed-in',
      'panel.handed-in',
    ]);
    const said = JSON.stringify(rows);
    for (const text of [code, '33.5', '有成果']) expect(said).not.toContain(text);
    await office.post(`/panels/${panel}/close`, { conclusion: '同意' });
    const closed = await db
      .selectFrom('audit')
      .select(['reason', 'after'])
      .where('subject_id', '=', panel)
      .where('action', '=', 'panel.closed')
      .executeTakeFirstOrThrow();
    expect(closed.reason).toBe('同意');
    expect(closed.after).toMatchObject({ total: 1, count: 1 });
  });
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
