import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import {
  appliedTo,
  codesOf,
  formedPanel,
  JUDGING,
  lookedThrough,
  makeJudges,
  withJudging,
} from '../../../../tests/support/panel.ts';
import { makeEligible, makeRound } from '../../../../tests/support/round.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import { makePerson, makeRecord, makeUnit, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { insertNumber, keepInForce } from '../../programmes/numbers/queries.ts';
import { selectRound, updateRoundNumbers } from '../rounds/queries.ts';

const { db } = await testDatabase();
const app = testApp(db);
const { as } = app;
let world: World;
let roundId: string;

beforeAll(async () => {
  world = await makeWorld(db);
  roundId = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
});

async function applied(
  name: string,
  round = roundId,
  prepare: (id: string) => Promise<void> = eligible,
): Promise<string> {
  const person = await makePerson(db, world.school, name, { group: world.group });
  await prepare(person);
  const browser = await as(person);
  const path = (await browser.post(`/rounds/${round}/apply`)).headers.get('location') ?? '';
  await browser.post(`${path}/statement`, { 'field.statement': `${name}的教学实绩`, revision: '1' });
  const sent = await browser.post(`${path}/submit`);
  expect(sent.status).toBe(303);
  return path.split('/')[2] ?? '';
}
const eligible = (id: string) => makeEligible(db, id);
const queue = (round = roundId) => `/rounds/${round}/queue`;

describe('each body sees its own queue', () => {
  test('the school sees what waits for it, recommends several at once, and the county sees them then', async () => {
    const [a, b] = [await applied('申一'), await applied('㛃申二')];
    const school = await as(world.schoolOffice);
    const county = await as(world.countyOffice);
    const before = await (await school.get(queue())).text();
    for (const text of ['㛃申二', '青溪县第一小学', '推荐所选', '9/9']) expect(before).toContain(text);
    expect(await (await county.get(queue())).text()).not.toContain('㛃申二');
    expect(await (await county.get(`${queue()}?tab=coming`)).text()).toContain('㛃申二');
    const done = await school.post(`${queue()}/recommend`, {
      application: [a, b],
      position: '2',
      back: queue(),
    });
    expect(done.status).toBe(303);
    const now = await (await county.get(queue())).text();
    expect(now).toContain('㛃申二');
    expect(now).toMatch(/0\s*\/\s*2|0 .* 2/);
  });

  test('the office of another county sees nothing and may do nothing', async () => {
    const id = await applied('申三');
    const other = await as(world.otherCountyOffice);
    expect(await (await other.get(queue())).text()).not.toContain('申三');
    expect((await other.get(`/applications/${id}/review`)).status).toBe(403);
    expect((await other.post(`/applications/${id}/review/recommend`, { position: '3' })).status).toBe(403);
    const tried = await other.post(`${queue()}/recommend`, { application: id, position: '3' });
    expect(tried.status).toBe(422);
    expect(await tried.text()).toContain('不在您代表的单位范围内');
  });

  test('teachers have no queue', async () => {
    expect((await (await as(world.colleague)).get(queue())).status).toBe(403);
  });

  test('beyond its places the county is told clearly, and nothing is half done', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
    const ids = [];
    for (const name of ['满一', '满二', '满三']) ids.push(await applied(name, round));
    const school = await as(world.schoolOffice);
    await school.post(`${queue(round)}/recommend`, { application: ids, position: '2' });
    const county = await as(world.countyOffice);
    const tried = await county.post(`${queue(round)}/recommend`, { application: ids, position: '3' });
    expect(tried.status).toBe(422);
    const told = await tried.text();
    expect(told).toContain('所选人员需要 3 个名额，只空余 2 个（共 2 名）');
    expect(told).toContain('所选 3 人均未办理');
    expect(told).not.toContain('未推荐满三');
    expect(told.match(/<input type="checkbox"[^>]* checked/g)).toHaveLength(3);
    expect(
      (await county.post(`${queue(round)}/recommend`, { application: ids.slice(0, 2), position: '3' }))
        .status,
    ).toBe(303);
    const listed = await (await county.get(`${queue(round)}?tab=recommended`)).text();
    expect(listed.indexOf('满一')).toBeLessThan(listed.indexOf('满二'));
    const moved = await county.post(`/applications/${ids[1]}/review/move`, {
      move: 'up',
      back: `${queue(round)}?tab=recommended`,
    });
    expect(moved.status).toBe(303);
    const after = await (await county.get(`${queue(round)}?tab=recommended`)).text();
    expect(after.indexOf('满二')).toBeLessThan(after.indexOf('满一'));
  });
});

describe('an applicant who came from elsewhere, or has gone there', () => {
  /** Their records were claimed and confirmed in another county. */
  const fromElsewhere = async (id: string) => {
    await eligible(id);
    await db
      .updateTable('record')
      .set({ unit_path: world.otherCounty.path })
      .where('person_id', '=', id)
      .execute();
  };

  test('stands as they are, in the queue, on the desk and when they are recommended', async () => {
    const id = await applied('迁一', roundId, fromElsewhere);
    const school = await as(world.schoolOffice);
    const listed = await (await school.get(queue())).text();
    expect(listed).toMatch(/迁一[\s\S]*?9\/9/);
    const desk = await (await school.get(`/applications/${id}/review`)).text();
    for (const text of ['小学语文整本书阅读教学研究', '各项条件符合']) expect(desk).toContain(text);
    const done = await school.post(`${queue()}/recommend`, { application: id, position: '2', back: queue() });
    expect(done.status).toBe(303);
  });

  test('is still judged by those to whom they applied', async () => {
    const id = await applied('迁二');
    const person = await db
      .selectFrom('application')
      .select('person_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('person')
      .set({ unit_id: world.otherCounty.id, group_id: null, unit_path: world.otherCounty.path })
      .where('id', '=', person.person_id)
      .execute();
    const school = await as(world.schoolOffice);
    expect(await (await school.get(queue())).text()).toMatch(/迁二[\s\S]*?9\/9/);
    expect(await (await school.get(`/applications/${id}/review`)).text()).toContain('各项条件符合');
    const done = await school.post(`${queue()}/recommend`, { application: id, position: '2', back: queue() });
    expect(done.status).toBe(303);
  });
});

describe('reviewing one application', () => {
  test('shows findings, what was written, evidence and history, and what the body can do', async () => {
    const id = await applied('审一');
    const page = await (await (await as(world.schoolOffice)).get(`/applications/${id}/review`)).text();
    for (const text of [
      '审一的教学实绩',
      '小学语文整本书阅读教学研究',
      '各项条件符合',
      '提交申报',
      '审核意见',
      '不予通过',
      '回避',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('超出“原则上”名额的推荐');
  });

  test('returned without a reason it comes back with the fault; with one, the teacher reads it', async () => {
    const id = await applied('审二');
    const school = await as(world.schoolOffice);
    const bare = await school.post(`/applications/${id}/review/return`, {
      to: 'applicant',
      returnReason: ' ',
      returning: '1',
    });
    expect(bare.status).toBe(422);
    const again = await bare.text();
    expect(again).toContain('<a href="#f-returnReason">请写明退回的理由');
    expect(again).toContain('退回须写明理由');
    const done = await school.post(`/applications/${id}/review/return`, {
      to: 'applicant',
      returnReason: '请补充结题证书',
    });
    expect(done.status).toBe(303);
    const { personId } = await (await import('../applications/queries.ts')).selectApplication(db, id);
    const teacher = await as(personId);
    expect(await (await teacher.get(`/applications/${id}`)).text()).toContain('请补充结题证书');
    expect((await teacher.post(`/applications/${id}/submit`)).status).toBe(303);
    expect(await (await school.get(queue())).text()).toContain('审二');
  });

  test('a refusal cites its clause and the applicant reads the reason', async () => {
    const id = await applied('审三');
    const school = await as(world.schoolOffice);
    const bare = await school.post(`/applications/${id}/review/refuse`, {
      clause: '',
      refuseReason: '证书未见原件',
      refusing: '1',
    });
    expect(bare.status).toBe(422);
    const again = await bare.text();
    expect(again).toContain('<a href="#f-clause">请选择依据的条款');
    expect(again).toMatch(/<select id="f-clause"[^>]*aria-invalid="true"/);
    expect(again).not.toMatch(/<textarea id="f-refuseReason"[^>]*aria-invalid/);
    expect(again).not.toMatch(/(依据条款|理由)<span class="optional">/);
    const done = await school.post(`/applications/${id}/review/refuse`, {
      clause: 'computer',
      refuseReason: '证书未见原件',
    });
    expect(done.status).toBe(303);
    const page = await (await school.get(`/applications/${id}/review`)).text();
    expect(page).toContain('依据条款：取得全国计算机应用技术证书考试中级证书');
  });

  test('out of order is refused with the body it waits for', async () => {
    const id = await applied('审四');
    const tried = await (await as(world.countyOffice)).post(`/applications/${id}/review/recommend`, {
      position: '3',
    });
    expect(tried.status).toBe(422);
    expect(await tried.text()).toContain('的申报还在“学校推荐”环节');
  });

  test('passed in one window and returned in another, it is said where it stands, and what was typed is not lost', async () => {
    const id = await applied('两窗');
    const school = await as(world.schoolOffice);
    const review = `/applications/${id}/review`;
    // At this stage no number binds, and nothing is said of one.
    const before = await (await school.get(review)).text();
    expect(before).toContain('推荐或通过后进入下一环节');
    expect(before).not.toContain('占用一个名额');
    const passed = await school.post(`${review}/recommend`, { position: '2' });
    expect(passed.headers.get('location')).toContain('review.done.recommended');
    const late = await school.post(`${review}/return`, {
      to: 'applicant',
      returnReason: '请补充结题证书',
      returning: '1',
    });
    expect(late.status).toBe(422);
    const page = await late.text();
    expect(page).toContain('现在“县（区）教育局审核推荐”环节');
    expect(page).toMatch(/您刚才填写的内容[\s\S]*请补充结题证书/);
    expect(page).not.toContain('href="#f-returnReason"');
    const county = await as(world.countyOffice);
    expect(await (await county.get(review)).text()).toContain('占用一个名额');
  });

  test('after the last body nothing is said to follow but the list; each notice names its stage', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
    const id = await applied('末审', round);
    const review = `/applications/${id}/review`;
    const bodies = [world.schoolOffice, world.countyOffice, world.cityOffice];
    for (const [index, who] of bodies.entries()) {
      const body = await as(who);
      const done = await body.post(`${review}/recommend`, { position: String(index + 2) });
      const page = await (await body.get(done.headers.get('location') ?? '')).text();
      const last = index === bodies.length - 1;
      expect(page).toContain(
        last ? '已通过本环节，各级审核已完成，接下来拟定名单并公示' : '已推荐，进入下一环节',
      );
    }
    const again = await (await as(world.cityOffice)).post(`${review}/return`, { returnReason: '再补' });
    expect(await again.text()).toContain('的申报已过本环节，各级审核已完成。');
    const { personId } = await (await import('../applications/queries.ts')).selectApplication(db, id);
    const teacher = await as(personId);
    const status = await (await teacher.get(`/applications/${id}`)).text();
    expect(status).toContain('各级审核已完成，接下来拟定名单并公示');
    const notices = await (await teacher.get('/notices')).text();
    for (const text of [
      '“学校推荐”，进入下一环节',
      '“县（区）教育局审核推荐”，进入下一环节',
      '“市教学院培训处审查材料”，各级审核已完成，接下来拟定名单并公示',
    ])
      expect(notices).toContain(text);
  });

  test('nobody is refused for what only prefers', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      edit: (source) =>
        source.replace(
          '    - id: courseware\n',
          '    - id: long-service\n      say: {zh-CN: 教龄长者优先。, en: Long service is preferred.}\n      strength: prefer\n      person: {yearsOfTeaching: {atLeast: 10}}\n    - id: courseware\n',
        ),
    });
    const id = await applied('优先一', round);
    const school = await as(world.schoolOffice);
    const page = await (await school.get(`/applications/${id}/review`)).text();
    const offered = page.match(/<select id="f-clause"[\s\S]*?<\/select>/)?.[0] ?? '';
    expect(offered).toContain('value="computer"');
    expect(offered).toContain('value="places"');
    expect(offered).not.toContain('long-service');
    const tried = await school.post(`/applications/${id}/review/refuse`, {
      clause: 'long-service',
      refuseReason: '教龄较短',
    });
    expect(tried.status).toBe(422);
  });

  test('while judges have it before them a body recommends nobody; then their results are the order of a scored stage', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      quotas: [[world.county, 9]],
      edit: (source) =>
        withJudging(source).replace(
          'quota: split\n    ranking: ordered',
          'quota: split\n    ranking: scored',
        ),
    });
    const at = { app, files: app.services.files, db };
    const [one, two, three] = [
      await appliedTo(at, world, round, '评甲'),
      await appliedTo(at, world, round, '评乙'),
      await appliedTo(at, world, round, '评丙'),
    ];
    const office = await as(world.countyOffice);
    const judges = await makeJudges(db, world, 3);
    const panel = await formedPanel(office, round, world.county, judges);
    expect(await (await office.get(queue(round))).text()).toContain('正在组建');
    await lookedThrough(office, db, panel);
    expect((await office.post(`/panels/${panel}/open`)).status).toBe(303);
    const review = `/applications/${one.application}/review`;
    for (const path of [queue(round), review]) {
      const page = await (await office.get(path)).text();
      expect(page).toContain('评审至 2026年11月28日');
      expect(page).toContain(`href="/panels/${panel}"`);
      expect(page).not.toMatch(/<button[^>]*>推荐(所选)?</);
      expect(page).not.toContain('name="application"');
    }
    const recommend = async (ids: readonly string[]) =>
      office.post(`${queue(round)}/recommend`, { application: ids, position: '3', back: queue(round) });
    for (const tried of [
      await recommend([one.application, two.application]),
      await office.post(`${review}/recommend`, { position: '3' }),
    ]) {
      expect(tried.status).toBe(422);
      expect(await tried.text()).toContain('评审结束前，其评审对象不能推荐');
    }
    const returned = await office.post(`/applications/${three.application}/review/return`, {
      to: 'applicant',
      returnReason: '请补充',
    });
    expect(returned.status).toBe(303);
    for (const judge of judges) {
      const browser = await as(judge);
      for (const code of await codesOf(browser, panel)) {
        const sheet = await (await browser.get(`/judging/${panel}/${code}`)).text();
        expect(sheet).not.toContain('评甲');
        const { person } = await db
          .selectFrom('panel_code')
          .innerJoin('panel_entry', 'panel_entry.id', 'panel_code.entry_id')
          .innerJoin('application', 'application.id', 'panel_entry.application_id')
          .select('application.person_id as person')
          .where('panel_code.panel_id', '=', panel)
          .where('panel_code.code', '=', code)
          .executeTakeFirstOrThrow();
        const given = await browser.post(`/judging/${panel}/${code}/hand-in`, {
          'mark.teaching': person === two.person ? '55' : '40',
          'mark.research': '30',
          'reason.research': '有成果',
        });
        expect(given.status).toBe(303);
      }
    }
    expect((await office.post(`/panels/${panel}/close`, { conclusion: '同意' })).status).toBe(303);
    // Whoever is to go on is chosen by the judges' places: they stand in that order, each with theirs.
    const waiting = await (await office.get(queue(round))).text();
    expect(waiting).toContain('评委已评出结果');
    expect(waiting.replaceAll(/<[^>]*>/g, ' ')).toMatch(/1\s+评乙[\s\S]*2\s+评甲/);
    expect((await recommend([one.application])).status).toBe(303);
    expect((await recommend([two.application])).status).toBe(303);
    const listed = await (await office.get(`${queue(round)}?tab=recommended`)).text();
    expect(listed.indexOf('评乙')).toBeLessThan(listed.indexOf('评甲'));
    expect(listed).toContain('本环节按评委评分的名次排序');
    // Another body comes before the list.
    expect(listed).not.toContain('拟定名单时');
    expect(listed).not.toContain('上移');
    const moved = await office.post(`${review}/move`, { move: 'up', back: queue(round) });
    expect(moved.status).toBe(422);
    expect(await moved.text()).toContain('只有名次相同的可以调整先后');
  });

  test.each([
    // As the source programme has it: whom judges gave the same have the same score.
    [
      'keys: [{by: score, prefer: higher}, {by: recommendation-order, prefer: lower}], otherwise: decision',
      '依次比较：推荐次序（“推荐次序”即此处先后）；仍相同的，由有记录的决定确定。',
    ],
    [
      'keys: [{clause: computer}, {by: teachingSince, prefer: lower}], otherwise: enlarge',
      '或全国计算机等级考试证书；任教起始日期；此处先后不作数；仍相同的，一并入选。',
    ],
    ['otherwise: vacant', '视为并列，此处先后不作数；仍相同的，名额空缺。'],
  ])(
    'where judges order the last stage, its body is told how the list parts those placed alike: %s',
    async (ties, text) => {
      const round = await makeRound(db, 'city', world.city, world.cityOffice, {
        edit: (source) =>
          source
            .replace('    does: examine\n', `    does: examine\n${JUDGING}`)
            .replace(/^ties:\n( .*\n)+/m, `ties: {${ties}}\n`),
      });
      await sql`INSERT INTO panel (id, round_id, position, stage, unit_id, unit_path, state, opens_on, closes_on, created_by, created_at, opened_at, closed_by, closed_at, conclusion)
              VALUES (${newId()}, ${round}, 4, 'city-examination', ${world.city.id}, ${world.city.path}, 'closed', '2026-11-20', '2026-11-21', ${world.cityOffice}, now(), now(), ${world.cityOffice}, now(), '同意')`.execute(
        db,
      );
      const office = await as(world.cityOffice);
      expect(await (await office.get(`${queue(round)}?tab=recommended`)).text()).toContain(text);
      expect(await (await office.get(queue(round))).text()).not.toContain('拟定名单时');
    },
  );

  test('the list says that its order is that of judges where they order the last stage', async () => {
    const said = async (edit: (source: string) => string) => {
      const round = await makeRound(db, 'city', world.city, world.cityOffice, { edit });
      const both = [await applied('末甲', round), await applied('末乙', round)];
      await db.updateTable('application').set({ position: 4 }).where('round_id', '=', round).execute();
      const office = await as(world.cityOffice);
      const fields = { application: both, position: '4', back: queue(round) };
      expect((await office.post(`${queue(round)}/recommend`, fields)).status).toBe(303);
      return (await office.get(`/rounds/${round}/selection`)).text();
    };
    expect(await said((source) => source)).not.toContain('评委名次');
    const examine = '    does: examine\n';
    const judged = await said((source) => source.replace(examine, `${examine}${JUDGING}`));
    expect(judged).toContain('最后一级单位的排序（有评委的按评委名次）');
  });

  test('whom the panel of one school still judges is marked in the county’s queue and named when several were to go on', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      quotas: [[world.county, 9]],
      edit: (source) =>
        source.replace(
          '  - id: county-recommendation\n',
          `  - id: school-judges\n    names: {zh-CN: 校内评审, en: judging at school}\n    actor: panel\n    does: assess\n${JUDGING}  - id: county-recommendation\n`,
        ),
    });
    const other = await makeUnit(db, world.county, 'school', '青溪县第二小学');
    const at = { app, files: app.services.files, db };
    const held = [await appliedTo(at, world, round, '校评甲'), await appliedTo(at, world, round, '校评乙')];
    const free = await appliedTo(at, world, round, '未评丙', { at: other, group: null });
    // Where the panel's candidates wait is the county's step.
    await db.updateTable('application').set({ position: 4 }).where('round_id', '=', round).execute();
    const school = await as(world.schoolOffice);
    const panel = await formedPanel(school, round, world.school, []);
    const county = await as(world.countyOffice);
    const page = await (await county.get(queue(round))).text();
    expect(page).toContain('本页 2 人尚待评审组评审');
    expect(page.match(/青溪县第一小学评审组正在组建/g)).toHaveLength(2);
    // The panel of a school is open to the county's office above it.
    expect(page).toContain(`href="/panels/${panel}"`);
    const boxes = [...page.matchAll(/name="application" value="([^"]+)"/g)].map(([, id]) => id);
    expect(boxes).toEqual([free.application]);
    const refused = await county.post(`${queue(round)}/recommend`, {
      application: [free, ...held].map(({ application }) => application),
      position: '4',
      back: queue(round),
    });
    expect(refused.status).toBe(422);
    const said = await refused.text();
    expect(said).toMatch(/所选 3 人均未办理。校评[甲乙]尚待评审组评审，所选人员中还有 1 人也是如此。/);
    expect(said).toContain('青溪县第一小学的评审组正在组建');
    const done = await county.post(`${queue(round)}/recommend`, {
      application: [free.application],
      position: '4',
      back: queue(round),
    });
    expect(done.status).toBe(303);
    // Nobody is left to tick, and so nothing to send.
    expect(await (await county.get(queue(round))).text()).not.toContain('推荐所选');
  });

  test('whoever stands aside neither acts nor sees the review; the office can record it for another', async () => {
    const id = await applied('审五');
    const county = await as(world.countyOffice);
    expect(
      (
        await county.post(`/applications/${id}/review/recuse`, {
          person: world.schoolOffice,
          relation: 'in-law',
        })
      ).status,
    ).toBe(303);
    const school = await as(world.schoolOffice);
    expect((await school.get(`/applications/${id}/review`)).status).toBe(403);
    expect((await school.post(`/applications/${id}/review/recommend`, { position: '2' })).status).toBe(403);
    expect(await (await school.get(queue())).text()).not.toContain('审五');
    const alone = await makeRound(db, 'city', world.city, world.cityOffice);
    const only = await applied('审六', alone);
    const task = '审核本单位的申报';
    expect(await (await school.get(`/rounds/${alone}`)).text()).toContain(task);
    await school.post(`/applications/${only}/review/recuse`, { relation: 'mentor' });
    expect(await (await school.get(`/rounds/${alone}`)).text()).not.toContain(task);
    expect(await (await school.get('/')).text()).not.toContain(`href="/rounds/${alone}/queue"`);
    expect(await (await county.get(`/applications/${id}/review`)).text()).toContain(
      '刘洋（近姻亲），孙伟登记',
    );
  });

  test('an exception needs its reason and who took part, and stands in the record', async () => {
    const round = await makeRound(db, 'school', world.school, world.schoolLeader);
    const ids = [];
    for (const name of ['例一', '例二', '例三', '例四']) ids.push(await applied(name, round, async () => {}));
    const leader = await as(world.groupLeader);
    await leader.post(`${queue(round)}/recommend`, { application: ids, position: '2' });
    const office = await as(world.schoolOffice);
    await office.post(`${queue(round)}/recommend`, { application: ids.slice(0, 3), position: '3' });
    const url = `/applications/${ids[3]}/review`;
    expect(await (await office.get(url)).text()).toContain('超出“原则上”名额的推荐');
    const fields = { position: '3', exception: '1', attendees: '领导小组5人', exceptionReason: '' };
    const bare = await office.post(`${url}/recommend`, fields);
    expect(bare.status).toBe(422);
    const page = await bare.text();
    expect(page).toContain('须写明理由');
    expect(page).toContain('领导小组5人');
    expect(
      (await office.post(`${url}/recommend`, { ...fields, exceptionReason: '语文组新教师多' })).status,
    ).toBe(303);
    expect(await (await office.get(url)).text()).toContain('语文组新教师多');
  });

  test('a clause the file leaves to the school is judged with its reason, and the findings follow', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      edit: (source) =>
        source.replace(
          'decide: {by: county-personnel, presume: met, needs: [reason]}',
          'decide: {needs: [reason]}',
        ),
    });
    const id = await applied('认定一', round);
    const school = await as(world.schoolOffice);
    const url = `/applications/${id}/review`;
    expect(await (await school.get(url)).text()).toContain('有条款待认定');
    const bare = await school.post(`${url}/decide`, {
      question: 'ethics',
      outcome: 'met',
      'reason.ethics': '',
    });
    expect(bare.status).toBe(422);
    expect(await bare.text()).toContain('请写明认定的理由');
    const done = await school.post(`${url}/decide`, {
      question: 'ethics',
      outcome: 'met',
      'reason.ethics': '师德考核连年合格',
    });
    expect(done.status).toBe(303);
    const page = await (await school.get(url)).text();
    expect(page).toContain('各项条件符合');
    expect(page).toContain('师德考核连年合格');
  });

  test('how many a body may find met is the number set for it, where the file leaves it open, not for the applicant', async () => {
    const parameter =
      'found-met: {names: {zh-CN: 认定人数, en: how many found met}, value: 5, min: 1, setBy: county}';
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      quotas: [[world.county, 1]],
      edit: (source) =>
        source
          .replace(
            'decide: {by: county-personnel, presume: met, needs: [reason]}',
            'decide: {needs: [reason], cap: {count: {parameter: found-met}}}',
          )
          .replace('eligibility:', `parameters:\n  ${parameter}\neligibility:`),
    });
    const { programmeId } = await selectRound(db, round);
    const decided = { document: null, reason: '本县从严', by: world.countyOffice };
    await insertNumber(db, {
      ...decided,
      id: newId(),
      programmeId,
      unitId: world.county.id,
      unitPath: world.county.path,
      parameter: 'found-met',
      value: '1',
      from: '2026-11-01',
      at: new Date('2026-10-20T00:00:00Z'),
    });
    await updateRoundNumbers(db, round, await keepInForce(db, programmeId, '2026-11-01'));
    const [first, second] = [await applied('限额一', round), await applied('限额二', round)];
    const school = await as(world.schoolOffice);
    const answer = (id: string, outcome: string) =>
      school.post(`/applications/${id}/review/decide`, {
        question: 'ethics',
        outcome,
        'reason.ethics': '师德考核连年合格',
      });
    const shown = async (who: string, id: string) => {
      const page = await (await as(who)).get(`/applications/${id}/review`);
      return (await page.text()).match(/最多可认定 (\d+) 人符合，已认定其他 (\d+) 人/)?.slice(1);
    };
    expect(await shown(world.schoolOffice, first)).toEqual(['1', '0']);
    expect((await answer(first, 'met')).status).toBe(303);
    expect(await shown(world.schoolOffice, second)).toEqual(['1', '1']);
    const refused = await answer(second, 'met');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('认定符合的人数已达评选文件规定的上限');
    expect((await answer(second, 'unmet')).status).toBe(303);
    // Each body by its own number: the county set 1 for those below it and itself, the city's is still the programme's.
    const recommend = async (who: string, position: string) =>
      (await (await as(who)).post(`${queue(round)}/recommend`, { application: [first], position })).status;
    expect(await recommend(world.schoolOffice, '2')).toBe(303);
    expect(await shown(world.countyOffice, first)).toEqual(['1', '0']);
    expect(await recommend(world.countyOffice, '3')).toBe(303);
    expect(await shown(world.cityOffice, first)).toEqual(['5', '0']);
    const page = await (await as(world.cityOffice)).get(`/applications/${first}/review`);
    expect(await page.text()).not.toContain('“认定人数”方案定 5；青溪县教育局');
  });

  test('a record that a programme names as reference is laid before the body, which decides with it or without (R-001-6-01)', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      edit: (source) =>
        source.replace(
          'decide: {by: county-personnel, presume: met, needs: [reason]}',
          'decide: {needs: [reason], evidence: [certificate]}',
        ),
    });
    const withIt = await applied('国培一', round, async (person) => {
      await makeEligible(db, person);
      await makeRecord(db, person, 'certificate', {
        title: '国培计划骨干教师培训合格证书',
        fields: { kind: 'national-training' },
      });
    });
    const without = await applied('国培二', round, (person) => makeEligible(db, person));
    const school = await as(world.schoolOffice);
    const review = `/applications/${withIt}/review`;
    const page = await (await school.get(review)).text();
    expect(page).toContain('依据的记录');
    expect(page).toContain('国培计划骨干教师培训合格证书（');
    // Alone it settles nothing: the question waits for the body, for the one as for the other.
    const outcomes = async () =>
      (
        await db.selectFrom('application').select('outcome').where('id', 'in', [withIt, without]).execute()
      ).map(({ outcome }) => outcome);
    expect(await outcomes()).toEqual(['needs-decision', 'needs-decision']);
    const answer = { question: 'ethics', 'reason.ethics': '综合考察' };
    expect((await school.post(`${review}/decide`, { ...answer, outcome: 'unmet' })).status).toBe(303);
    const other = `/applications/${without}/review/decide`;
    expect((await school.post(other, { ...answer, outcome: 'met' })).status).toBe(303);
    expect((await outcomes()).toSorted()).toEqual(['met', 'unmet']);
  });

  test('standing in the field is found met only on a record chosen beside the question, and the decision names it (R-002-5-17)', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice, {
      edit: (source) =>
        source.replace(
          'decide: {by: county-personnel, presume: met, needs: [reason]}',
          'decide: {needs: [reason, evidence], evidence: [honour, competition]}',
        ),
    });
    let honour = '';
    const id = await applied('威望一', round, async (person) => {
      await makeEligible(db, person);
      honour = await makeRecord(db, person, 'honour', { level: 'county', title: '区学科带头人' });
      await makeRecord(db, person, 'competition', { title: '待核的获奖', state: 'submitted' });
    });
    const school = await as(world.schoolOffice);
    const url = `/applications/${id}/review`;
    const page = await (await school.get(url)).text();
    expect(page).toContain('依据的记录');
    expect(page).toContain('区学科带头人（');
    const answer = { question: 'ethics', outcome: 'met', 'reason.ethics': '在全区有较高威望' };
    const bare = await school.post(`${url}/decide`, answer);
    expect(bare.status).toBe(422);
    const again = await bare.text();
    expect(again).toContain('认定符合须选出所依据的记录，至少一条');
    expect(again).toContain('在全区有较高威望');
    expect(again).not.toContain('待核的获奖（');
    const done = await school.post(`${url}/decide`, { ...answer, 'evidence.ethics': honour });
    expect(done.status).toBe(303);
    const after = await (await school.get(url)).text();
    expect(after).toMatch(new RegExp(`依据的记录：.*href="/records/${honour}"`, 's'));
  });
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
