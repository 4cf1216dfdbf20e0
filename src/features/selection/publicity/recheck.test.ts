import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makePerson, makeRecord, makeUnit, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { selectHoldings } from '../../titles/queries.ts';
import { insertRound } from '../rounds/planning/queries.ts';
import { updateRound } from '../rounds/queries.ts';
import { listCandidates } from './drawing/queries.ts';
import type { PublicList } from './public/rules.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-09-29T02:00:00Z');
let world: World;
const roundId = newId();
const people: { id: string; application: string; record: string }[] = [];

const source = `programme: school-candidates
version: '1'
names: {zh-CN: 校级骨干教师候选人, en: school candidates}
scope: school
grants:
  - {title: teaching-expert, when: {person: {rank: {atLeast: senior}}}}
  - {title: school-backbone, term: 3y, when: {known: stage}}
eligibility:
  all:
    - id: qualified-teacher
      say: {zh-CN: 有教师资格的，优先。, en: 'Those qualified, first.'}
      person: {qualified: true}
    - cite: 三（二）
      count: {record: open-class, min: 1}
route:
  - {id: declaration, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare}
  - {id: committee, names: {zh-CN: 校务委员会确定, en: committee}, actor: school-leading-group, does: approve}
  - {id: publicity, names: {zh-CN: 公示, en: publicity}, actor: public, does: publicise, publicity: {days: {working: 5}}}
ties: {keys: [{clause: qualified-teacher}, {by: score, prefer: higher}, {by: recommendation-order, prefer: lower}], otherwise: decision}
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
    documentNumber: null,
    contact: null,
    opensAt: new Date('2026-09-01T00:00:00Z'),
    closesAt: new Date('2026-09-20T15:59:59.999Z'),
    asOf: '2026-09-20',
    places: null,
    createdBy: world.schoolOffice,
    createdAt: new Date(),
    stages: ['declaration', 'committee', 'publicity'].map((stage) => ({
      stage,
      body: stage,
      closesAt: null,
    })),
  });
  await updateRound(db, roundId, { state: 'open' });
  for (const name of ['赵一', '钱二', '孙三', '𠮷四', '郑五']) {
    const id = await makePerson(db, world.school, name, { stage: name === '郑五' ? null : 'primary' });
    const record = await makeRecord(db, id, 'open-class', { on: '2025-05-20', title: `${name}的公开课` });
    const application = newId();
    await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, state, position, receipt, submitted_at, outcome)
              VALUES (${application}, ${roundId}, ${id}, ${world.school.path}, ${world.school.id}, 'in-review', 3, ${application.slice(-12)}, now(), 'met')`.execute(
      db,
    );
    await sql`INSERT INTO review (id, application_id, round_id, position, unit_id, decision, decided_by, decided_at)
              VALUES (${newId()}, ${application}, ${roundId}, 2, ${world.school.id}, 'recommend', ${world.schoolLeader}, now())`.execute(
      db,
    );
    people.push({ id, application, record });
  }
});

const leader = () => app.as(world.schoolLeader);
const selection = `/rounds/${roundId}/selection`;
const withdraw = (n: number) =>
  db
    .updateTable('record')
    .set({ state: 'withdrawn' })
    .where('id', '=', people[n]?.record ?? '')
    .execute();
const stateOf = async (n: number) =>
  (
    await db
      .selectFrom('application')
      .select('state')
      .where('id', '=', people[n]?.application ?? '')
      .executeTakeFirstOrThrow()
  ).state;
const ranked = async (who: number, rank: string | null) => {
  await db
    .updateTable('person')
    .set({ rank })
    .where('id', '=', people[who]?.id ?? '')
    .execute();
};
/** What the body's own summary, as a workbook, says of somebody's title. */
const summed = async () => {
  const sheet = await (await leader()).get(
    `/rounds/${roundId}/papers/summary.xlsx?unit=${world.school.id}&stage=2`,
  );
  const table = await readTable(new Uint8Array(await sheet.arrayBuffer()));
  const rows = table.ok ? (table.sheets[0]?.rows ?? []) : [];
  const texts = rows.map(({ cells }) => cells.map(({ text }) => text));
  const heads = texts.find((cells) => cells.includes('授予称号')) ?? [];
  return (name: string) => texts.find((cells) => cells.includes(name))?.[heads.indexOf('授予称号')];
};
const decide = async (n: number, outcome: string, reason = '校务委员会研究决定') =>
  (await leader()).post(`${selection}/unfit`, {
    application: people[n]?.application ?? '',
    outcome,
    'unfit-reason': reason,
  });

test('a candidate is of the county and the city above the school, or of the bureau whose own they are', async () => {
  const rolledBack = new Error('rolled back');
  await db
    .transaction()
    .execute(async (tx) => {
      const province = await makeUnit(tx, null, 'province', '某省');
      const city = await makeUnit(tx, province, 'city', '某市');
      const under = await makeUnit(tx, city, 'school', '市直学校');
      const county = await makeUnit(tx, city, 'county', '某县');
      const counted = await makeUnit(tx, county, 'school', '县属学校');
      const loose = await makeUnit(
        tx,
        await makeUnit(tx, province, 'county', '省直管县'),
        'school',
        '直管县学校',
      );
      for (const school of [under, counted, loose, county, city]) {
        const id = await makePerson(tx, school, '周五');
        await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, state, position, receipt, submitted_at, outcome)
                  VALUES (${newId()}, ${roundId}, ${id}, ${school.path}, ${school.id}, 'in-review', 3, ${id.slice(-12)}, now(), 'met')`.execute(
          tx,
        );
      }
      const all = await listCandidates(tx, roundId, 3);
      const places = new Map(
        all.map(({ schoolId, countyId, countyName, cityId }) => [schoolId, [countyId, countyName, cityId]]),
      );
      expect([under, counted, county, city].map(({ id }) => places.get(id))).toEqual([
        [city.id, '某市', city.id],
        [county.id, '某县', city.id],
        [county.id, '某县', city.id],
        [city.id, '某市', city.id],
      ]);
      expect(places.get(loose.id)).toEqual([expect.any(String), '省直管县', null]);
      throw rolledBack;
    })
    .catch((error) => {
      if (error !== rolledBack) throw error;
    });
});

describe('the conditions are checked again before the list is made public', () => {
  test('whoever lost a counted record is named with the clause, and the list is not published', async () => {
    await withdraw(0);
    await withdraw(1);
    const answer = await (await leader()).post(`${selection}/post`);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('名单中有 2 人不再符合条件');
    // Said at the top and at the foot of the page; the section it names lies between.
    expect(page.match(/见本页“不再符合条件的人员”/g)?.length).toBeGreaterThan(1);
    expect(page).toContain('<h2>不再符合条件的人员</h2>');
    for (const said of ['赵一', '钱二', '三（二）', '公开课']) expect(page).toContain(said);
    expect(await db.selectFrom('publicity').select('id').execute()).toEqual([]);
  });

  test('nobody is taken off a list that is not public yet, and nothing is decided without a reason', async () => {
    expect((await decide(0, 'removed')).status).toBe(422);
    expect((await decide(0, 'kept', '')).status).toBe(422);
    expect((await decide(2, 'kept')).status).toBe(422);
    expect(await db.selectFrom('decision_record').select('id').execute()).toEqual([]);
  });

  test('a score that nobody has is said to separate nobody, on the list and before on the round', async () => {
    const office = await leader();
    const list = await (await office.get(selection)).text();
    expect(list).toContain('方案约定并列时比较“得分、推荐次序”，但名单上没有一人有这一项');
    expect(list).toContain('已接着比较下面的各项：有教师资格的，优先。仍并列的');
    const opener = await app.as(world.schoolOffice);
    expect(await (await opener.get(`/rounds/${roundId}`)).text()).toContain('这一项届时分不出先后');
  });

  test('an office that may only review does not decide', async () => {
    const office = await app.as(world.schoolOffice);
    expect((await office.post(`${selection}/unfit`, {})).status).toBe(403);
  });

  test('the body takes one back, a decision keeps the other with its reason, and the list is published', async () => {
    const body = await leader();
    await ranked(3, null);
    const list = await (await body.get(selection)).text();
    for (const said of ['授予称号', '校级骨干教师', '尚不能确定', '不授予称号']) expect(list).toContain(said);
    // The body's own summary says so too, as a workbook and on paper.
    const grantOf = await summed();
    expect(['孙三', '𠮷四', '郑五'].map(grantOf)).toEqual(['校级骨干教师', '尚不能确定', '不授予称号']);
    const back = `/applications/${people[0]?.application}/review/take-back`;
    expect((await body.post(back)).status).toBe(303);
    expect((await (await leader()).post(`${selection}/post`, { confirm: '1' })).status).toBe(422);
    expect((await decide(1, 'kept', '证书遗失，学校已核实原件')).status).toBe(303);
    const [entry] = await selectTimeline(db, { subjectId: roundId });
    expect(entry).toMatchObject({ action: 'unfit.kept', reason: '证书遗失，学校已核实原件' });
    expect((await (await leader()).post(`${selection}/post`, { confirm: '1' })).status).toBe(303);
    expect(await Promise.all([0, 1, 2, 3].map(stateOf))).toEqual(['in-review', 'listed', 'listed', 'listed']);
    const { id, list: posted } = await db
      .selectFrom('publicity')
      .select(['id', 'list'])
      .executeTakeFirstOrThrow();
    const entries = (posted as PublicList).entries.map(({ name, title }): [string, unknown] => [name, title]);
    expect(new Map(entries)).toEqual(
      new Map<string, unknown>([
        ['钱二', { 'zh-CN': '校级骨干教师', en: 'school backbone teacher' }],
        ['孙三', { 'zh-CN': '校级骨干教师', en: 'school backbone teacher' }],
        ['𠮷四', 'unclear'],
        ['郑五', 'none'],
      ]),
    );
    const page = await (await (await app.as(null)).get(`/public/${id}`)).text();
    for (const said of ['授予称号', '校级骨干教师', '尚不能确定', '不授予称号']) expect(page).toContain(said);
  });
});

describe('and again before the result', () => {
  test('a record withdrawn in the publicity period blocks the title until something is decided', async () => {
    await withdraw(2);
    app.setNow('2026-10-13T02:00:00Z');
    const answer = await (await leader()).post(`/rounds/${roundId}/decide`);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('名单中有 1 人不再符合条件');
    expect(page).toContain('孙三');
    const held = await selectHoldings(
      db,
      people.map(({ id }) => id),
    );
    expect([...held.values()].flat()).toEqual([]);
  });

  test('a decision that keeps somebody covers only the clauses it was taken about', async () => {
    await db
      .updateTable('person')
      .set({ qualified: false })
      .where('id', '=', people[1]?.id ?? '')
      .execute();
    expect(await (await (await leader()).get(selection)).text()).toContain('名单中有 2 人不再符合条件');
    await db
      .updateTable('person')
      .set({ qualified: true })
      .where('id', '=', people[1]?.id ?? '')
      .execute();
  });

  test('taken off the list the person is told why, and the others get their titles', async () => {
    expect((await decide(2, 'removed', '公开课记录已撤回，不符合条件')).status).toBe(303);
    expect(await stateOf(2)).toBe('removed');
    const inbox = await (await (await app.as(people[2]?.id ?? '')).get('/notices')).text();
    expect(inbox).toContain('已将您移出名单：公开课记录已撤回，不符合条件');
    await ranked(1, 'senior');
    await ranked(3, null);
    const open = await (await leader()).post(`/rounds/${roundId}/decide`);
    expect(open.status).toBe(422);
    const refused = await open.text();
    expect(refused).toContain('名单中有人应授予哪一称号还不能确定');
    expect(refused).toMatch(/𠮷四（[^）]+）：教学能手（职称：高级教师及以上）。/);
    await ranked(3, 'first');
    // What was published is granted, though by what stands now it would be another; who decides sees that before.
    const before = await (await leader()).get(selection);
    expect(await before.text()).toMatch(/钱二（[^）]+）：公示为“校级骨干教师”，按现在为“教学能手”/);
    expect((await summed())('钱二')).toBe('校级骨干教师');
    expect((await (await leader()).post(`/rounds/${roundId}/decide`)).status).toBe(303);
    const [decided] = await selectTimeline(db, { subjectId: roundId });
    expect(decided).toMatchObject({ action: 'round.decided', after: { titlesAsPosted: 1 } });
    const held = await selectHoldings(
      db,
      people.map(({ id }) => id),
    );
    expect(people.map(({ id }) => held.get(id)?.map(({ title }) => title) ?? [])).toEqual([
      [],
      ['school-backbone'],
      [],
      ['school-backbone'],
      [],
    ]);
    const told = async (n: number) => (await (await app.as(people[n]?.id ?? '')).get('/notices')).text();
    expect(await told(3)).toContain('证书编号');
    expect(await told(4)).toContain('按方案不授予称号');
    expect(await told(4)).not.toContain('证书编号 ');
    expect(await Promise.all([0, 1, 2, 3].map(stateOf))).toEqual([
      'not-selected',
      'granted',
      'removed',
      'granted',
    ]);
    const kept = await db
      .selectFrom('decision_record')
      .select(['kind', 'outcome'])
      .orderBy('decided_at')
      .execute();
    expect(kept).toEqual([
      { kind: 'clause', outcome: 'kept' },
      { kind: 'clause', outcome: 'removed' },
    ]);
  });
});
