import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import {
  type FurtherPeople,
  giveRole,
  handOver,
  makeFurtherPeople,
  makePerson,
  makeRecord,
  makeWorld,
  type World,
} from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { insertSession, selectOptionalSession } from '../../identity/queries.ts';
import type { Assignment } from '../../identity/rules.ts';
import { listActingAt } from './queries.ts';

const { db } = await testDatabase();
const app = testApp(db);
let world: World & FurtherPeople;
beforeAll(async () => {
  const made = await makeWorld(db);
  world = { ...made, ...(await makeFurtherPeople(db, made)) };
});

/** What somebody could act as on a day, as a session of theirs would say. */
async function heldOn(personId: string, on: string): Promise<readonly Assignment[]> {
  const now = new Date(`${on}T02:00:00Z`);
  const session = await selectOptionalSession(db, await insertSession(db, personId, now, null), now, on);
  return session?.actor.assignments ?? [];
}
const rolesOn = async (personId: string, on: string) =>
  (await heldOn(personId, on)).map(({ role, unitName }) => `${role} ${unitName}`);

const sayPost = (personId: string, post: string, during: string) =>
  sql`INSERT INTO person_fact (id, person_id, attribute, value, during)
      VALUES (${newId()}, ${personId}, 'post', ${post}, ${during}::daterange)`.execute(db);

describe('roles follow a post, for just the time it is held', () => {
  test('a head teacher leads the school where they stood, from the day of the post to the day before its end', async () => {
    const head = await makePerson(db, world.sisterSchool, '丁校长');
    await sayPost(head, '校长', '[2024-09-01,2026-08-01)');
    const leads = ['school-leader 青溪县第二小学'];
    expect(await rolesOn(head, '2024-08-31')).toEqual([]);
    expect(await rolesOn(head, '2024-09-01')).toEqual(leads);
    expect(await rolesOn(head, '2026-07-31')).toEqual(leads);
    expect(await rolesOn(head, '2026-08-01')).toEqual([]);
  });

  test('leaving the school ends it, whatever the post is still called', async () => {
    const head = await makePerson(db, world.sisterSchool, '戊校长');
    await sayPost(head, '校长', '[2024-09-01,)');
    await sql`UPDATE employment SET during = '[2010-09-01,2025-02-01)' WHERE person_id = ${head}`.execute(db);
    expect(await rolesOn(head, '2025-01-31')).toEqual(['school-leader 青溪县第二小学']);
    expect(await rolesOn(head, '2025-02-01')).toEqual([]);
  });

  test('the leader of a group leads the group they belong to; the post named with the employment does as well', async () => {
    const leader = await makePerson(db, world.school, '己组长', { group: world.group });
    await sql`UPDATE employment SET post = '教研组长' WHERE person_id = ${leader}`.execute(db);
    expect(await rolesOn(leader, '2026-06-01')).toEqual(['group-leader 语文教研组']);
    // What was said of the post later holds instead.
    await sayPost(leader, '教师', '[2026-09-01,)');
    expect(await rolesOn(leader, '2026-10-01')).toEqual([]);
  });

  test('a post nobody mapped opens nothing, until the administrator maps it; taken out again it closes', async () => {
    const dean = await makePerson(db, world.sisterSchool, '庚主任');
    await sayPost(dean, '教学副校长', '[2024-09-01,)');
    expect(await rolesOn(dean, '2026-11-23')).toEqual([]);
    const administrator = await app.as(world.administrator);
    const opens = { post: '教学副校长', role: 'school-office' };
    expect((await administrator.post('/duties/posts', opens)).status).toBe(303);
    expect(await rolesOn(dean, '2026-11-23')).toEqual(['school-office 青溪县第二小学']);
    const page = await (await (await app.as(dean)).get(`/people/${dean}/roles`)).text();
    expect(page).toContain('职务：教学副校长');
    expect((await administrator.post('/duties/posts/remove', opens)).status).toBe(303);
    expect(await rolesOn(dean, '2026-11-23')).toEqual([]);
  });

  test('no post opens one of the three that keep the system', async () => {
    const administrator = await app.as(world.administrator);
    const answer = await administrator.post('/duties/posts', { post: '电教主任', role: 'administrator' });
    expect(answer.status).toBe(422);
    await expect(
      sql`INSERT INTO post_role (post, role, level) VALUES ('电教主任', 'administrator', 'school')`.execute(
        db,
      ),
    ).rejects.toThrow('post_role_at_its_level');
  });

  test('a post in another school opens nothing here', async () => {
    const head = await makePerson(db, world.otherSchool, '辛校长');
    await sayPost(head, '校长', '[2024-09-01,)');
    const browser = await app.as(head);
    expect((await browser.get(`/people/${world.teacher}`)).status).toBe(403);
  });
});

describe('who could act for a unit, in time', () => {
  test('the page of a day names those who held a role then, by whatever right, and nobody of another day', async () => {
    const head = await makePerson(db, world.sisterSchool, '壬校长');
    await sayPost(head, '校长', '[2023-09-01,2024-06-02)');
    const deputy = await makePerson(db, world.sisterSchool, '癸代理');
    await handOver(db, head, deputy, 'school-leader', world.sisterSchool, {
      during: '[2024-05-25,2024-06-10)',
    });
    const named = async (on: string) =>
      (await listActingAt(db, world.sisterSchool.path, on)).map((one) => one.personName);
    expect(await named('2024-06-01')).toEqual(expect.arrayContaining(['壬校长', '癸代理', '孙伟', '何平']));
    // What was handed over ends with what it was handed over from.
    expect(await named('2024-06-02')).not.toContain('癸代理');
    expect(await named('2024-06-02')).not.toContain('壬校长');
    const office = await app.as(world.countyOffice);
    const page = await (await office.get(`/units/${world.sisterSchool.id}/acting?on=2024-06-01`)).text();
    expect(page).toContain('受 壬校长 委托代办');
    const elsewhere = await app.as(world.otherCountyOffice);
    expect((await elsewhere.get(`/units/${world.sisterSchool.id}/acting`)).status).toBe(403);
    const noDay = await office.get(`/units/${world.sisterSchool.id}/acting?on=2024-06-31`);
    expect(noDay.status).toBe(422);
    expect(await noDay.text()).toContain('没有“2024-06-31”这一天');
  });
});

const form = (more: Record<string, string> = {}) => ({
  what: `school-office ${world.school.id}`,
  number: 'T1002',
  from: '2026-11-23',
  last: '2026-11-30',
  reason: '外出培训',
  ...more,
});

describe('a role handed over for a period', () => {
  test('opens to the deputy what it opens to its holder, from the first day to the last, and is recorded', async () => {
    const office = await app.as(world.schoolOffice);
    expect((await office.post('/delegations', form())).status).toBe(303);
    expect(await rolesOn(world.colleague, '2026-11-22')).toEqual([]);
    expect(await rolesOn(world.colleague, '2026-11-30')).toEqual(['school-office 青溪县第一小学']);
    expect(await rolesOn(world.colleague, '2026-12-01')).toEqual([]);
    const [entry] = await selectTimeline(db, { personId: world.colleague });
    expect(entry).toMatchObject({ action: 'role.handed-over', actorName: '刘洋', reason: '外出培训' });
  });

  test('is told to the deputy, in the reader’s language, and so is its end', async () => {
    const office = await app.as(world.schoolOffice);
    const deputy = await makePerson(db, world.school, '癸老师', { staffNumber: 'T1090' });
    const given = form({ number: 'T1090', what: `school-office ${world.school.id} record.confirm` });
    const inbox = async (language: string) =>
      await (await (await app.as(deputy)).get('/notices', { 'accept-language': language })).text();
    expect((await office.post('/delegations', given)).status).toBe(303);
    expect(await inbox('zh-CN')).toContain(
      '刘洋委托您代办“学校教务处 · 青溪县第一小学”，仅限：审核成长记录，自 2026年11月23日 至 2026年11月30日。',
    );
    expect(await inbox('en')).toMatch(
      /刘洋 asks you to act as .+, 青溪县第一小学 \(only: .+\), from .+ to .+\./,
    );
    const { id } = await db
      .selectFrom('delegation')
      .select('id')
      .where('to_person_id', '=', deputy)
      .executeTakeFirstOrThrow();
    expect((await office.post(`/delegations/${id}/revoke`)).status).toBe(303);
    expect(await inbox('zh-CN')).toContain('请您代办“学校教务处 · 青溪县第一小学”的委托已收回。');
    expect(await inbox('zh-CN')).toContain(`href="/people/${deputy}/roles"`);
    expect((await (await app.as(deputy)).get(`/people/${deputy}/roles`)).status).toBe(200);
  });

  test('what the deputy does is done for the holder: in the record, its history and the audit', async () => {
    const record = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
    const deputy = await app.as(world.colleague);
    const done = await deputy.post(`/records/${record}/decision`, { decision: 'confirm', revision: '1' });
    expect(done.status).toBe(303);
    const [entry] = await selectTimeline(db, { subjectId: record });
    expect(entry).toMatchObject({ actorName: '王芳', forName: '刘洋', action: 'record.confirm' });
    const kept = await db
      .selectFrom('record')
      .select(['decided_by', 'decided_for'])
      .where('id', '=', record)
      .executeTakeFirstOrThrow();
    expect(kept).toEqual({ decided_by: world.colleague, decided_for: world.schoolOffice });
    const page = await (await (await app.as(world.teacher)).get(`/records/${record}`)).text();
    expect(page).toContain('王芳（代 刘洋）');
  });

  test('a deputy confirms neither their own record nor that of the one in whose stead they act', async () => {
    const deputy = await app.as(world.colleague);
    for (const person of [world.colleague, world.schoolOffice]) {
      const record = await makeRecord(db, person, 'open-class', { level: 'school', state: 'submitted' });
      const done = await deputy.post(`/records/${record}/decision`, { decision: 'confirm', revision: '1' });
      expect(done.status).toBe(403);
    }
  });

  test('cannot be handed on, nor roles be given by it', async () => {
    const deputy = await app.as(world.colleague);
    expect((await deputy.post('/delegations', form({ number: 'T1001' }))).status).toBe(403);
    const given = await deputy.post(`/units/${world.group.id}/roles`, {
      role: 'group-leader',
      number: 'T1001',
      from: '2026-11-23',
    });
    expect(given.status).toBe(403);
  });

  test('sent twice it is one; the same again for days that overlap is refused', async () => {
    const office = await app.as(world.schoolOffice);
    const again = await office.post('/delegations', form({ from: '2026-11-28', last: '2026-12-05' }));
    expect(again.status).toBe(422);
    expect(await again.text()).toContain('同样的委托在这段时间内已经有了');
  });

  test('taken back, it ends at once, and only its giver or whoever gives such roles takes it back', async () => {
    const { id } = await db
      .selectFrom('delegation')
      .select('id')
      .where('to_person_id', '=', world.colleague)
      .executeTakeFirstOrThrow();
    const revoke = async (person: string) =>
      (await (await app.as(person)).post(`/delegations/${id}/revoke`)).status;
    expect(await revoke(world.colleague)).toBe(403);
    expect(await revoke(world.otherSchoolOffice)).toBe(403);
    expect(await revoke(world.schoolOffice)).toBe(303);
    expect(await rolesOn(world.colleague, '2026-11-23')).toEqual([]);
    const record = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
    const deputy = await app.as(world.colleague);
    const done = await deputy.post(`/records/${record}/decision`, { decision: 'confirm', revision: '1' });
    expect(done.status).toBe(403);
  });

  test('of one act, the deputy’s other doors stay shut', async () => {
    const office = await app.as(world.schoolOffice);
    const only = form({ what: `school-office ${world.school.id} record.confirm`, number: 'T1003' });
    expect((await office.post('/delegations', only)).status).toBe(303);
    const deputy = await app.as(world.groupLeader);
    expect((await deputy.get('/verification')).status).toBe(200);
    expect((await deputy.get(`/units/${world.school.id}/edit`)).status).toBe(403);
    expect((await deputy.get('/imports')).status).toBe(403);
  });

  test('ends as the deputy moves out of its reach or leaves service', async () => {
    const names = { moved: '代办甲', stays: '代办乙', leaves: '代办丙' };
    const made = async (name: string, staffNumber: string) => {
      const deputy = await makePerson(db, world.sisterSchool, name, { staffNumber });
      await giveRole(db, deputy, 'school-leader', world.sisterSchool, '[2026-01-01,2026-02-01)');
      await handOver(db, world.countyOffice, deputy, 'county-office', world.county);
      return deputy;
    };
    const [moved, stays, leaves] = [
      await made(names.moved, 'T1091'),
      await made(names.stays, 'T1092'),
      await made(names.leaves, 'T1093'),
    ];
    const city = await app.as(world.cityOffice);
    const move = (person: string, unit: string) =>
      city.post(`/people/${person}/move`, { unit, on: '2026-11-20' });
    expect((await move(moved, '江北区第一小学')).status).toBe(303);
    expect((await move(stays, '青溪县第一小学')).status).toBe(303);
    const left = await city.post(`/people/${leaves}/leave`, { state: 'retired', on: '2026-11-20' });
    expect(left.status).toBe(303);
    expect(await rolesOn(moved, '2026-11-19')).toEqual(['county-office 青溪县教育局']);
    expect(await rolesOn(moved, '2026-11-20')).toEqual([]);
    expect(await rolesOn(stays, '2026-11-20')).toEqual(['county-office 青溪县教育局']);
    expect(await rolesOn(leaves, '2026-11-20')).toEqual([]);
  });

  test('ends with the holder’s own role, though its last day is later', async () => {
    const [role] = await db
      .selectFrom('role_assignment')
      .select('id')
      .where('person_id', '=', world.schoolOffice)
      .execute();
    const leader = await app.as(world.countyOffice);
    expect((await leader.post(`/roles/${role?.id}/end`)).status).toBe(303);
    expect(await rolesOn(world.groupLeader, '2026-11-24')).toEqual(['group-leader 语文教研组']);
    await giveRole(db, world.schoolOffice, 'school-office', world.school, '[2026-11-23,)');
  });
});

describe('three people keep the system where an authority says so', () => {
  const give = async (by: string, role: string, number: string) =>
    (await app.as(by)).post(`/units/${world.city.id}/roles`, { role, number, from: '2026-11-23' });

  test('nobody gives themselves a role', async () => {
    const answer = await give(world.administrator, 'auditor', 'M0003');
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('不能给自己指定职责');
  });

  test('the switch names whoever holds two, and is not thrown', async () => {
    const both = await makePerson(db, world.city, '兼任', { staffNumber: 'M0009' });
    await giveRole(db, both, 'auditor', world.city);
    await giveRole(db, both, 'administrator', world.city);
    const answer = await (await app.as(world.administrator)).post('/duties', { separated: '1' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('兼任同时担任系统管理员、审计员，请先免去一项。');
    await sql`DELETE FROM role_assignment WHERE person_id = ${both} AND role = 'auditor'`.execute(db);
    expect((await (await app.as(world.administrator)).post('/duties', { separated: '1' })).status).toBe(303);
  });

  test('then roles are the security administrator’s to give, and the trail the auditor’s to read', async () => {
    expect((await give(world.administrator, 'city-office', 'M0002')).status).toBe(403);
    const two = await give(world.security, 'security-administrator', 'M0002');
    expect(two.status).toBe(422);
    expect(await two.text()).toContain('已启用三员分立');
    const opens = async (person: string, path: string) => (await (await app.as(person)).get(path)).status;
    expect(await opens(world.administrator, '/audit')).toBe(403);
    expect(await opens(world.auditor, '/audit')).toBe(200);
    expect(await opens(world.administrator, `/units/${world.school.id}/edit`)).toBe(200);
    expect(await opens(world.administrator, `/people/${world.teacher}/edit`)).toBe(403);
    expect(await opens(world.security, `/people/${world.teacher}/edit`)).toBe(403);
    const off = await (await app.as(world.administrator)).post('/duties', {});
    expect(off.status).toBe(403);
  });

  test('the database refuses a second of the three to one person, whoever writes the row', async () => {
    await expect(giveRole(db, world.auditor, 'administrator', world.city)).rejects.toThrow(
      'duties are separate',
    );
    await giveRole(db, world.auditor, 'auditor', world.school);
  });

  test('two grants at once do not make one person two of the three', async () => {
    const person = await makePerson(db, world.city, '并发', { staffNumber: 'M0010' });
    const results = await Promise.allSettled([
      giveRole(db, person, 'administrator', world.city),
      giveRole(db, person, 'auditor', world.city),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('given by two: nothing holds until another who may give it agrees', async () => {
    const second = await makePerson(db, world.city, '复核', { staffNumber: 'M0011' });
    await giveRole(db, second, 'security-administrator', world.city);
    const wished = await makePerson(db, world.city, '新审计', { staffNumber: 'M0012' });
    const security = await app.as(world.security);
    expect((await security.post('/duties', { separated: '1', secondPerson: '1' })).status).toBe(303);
    expect((await give(world.security, 'auditor', 'M0012')).status).toBe(303);
    expect(await rolesOn(wished, '2026-11-23')).toEqual([]);
    const { id } = await db
      .selectFrom('role_request')
      .select('id')
      .where('person_id', '=', wished)
      .executeTakeFirstOrThrow();
    const own = await security.post(`/role-requests/${id}/agree`);
    expect(own.status).toBe(422);
    expect(await own.text()).toContain('不能同意自己提出的申请');
    expect((await (await app.as(world.administrator)).post(`/role-requests/${id}/agree`)).status).toBe(403);
    expect((await (await app.as(second)).post(`/role-requests/${id}/agree`)).status).toBe(303);
    expect(await rolesOn(wished, '2026-11-23')).toEqual(['auditor 澜江市教育局']);
    expect((await (await app.as(second)).post(`/role-requests/${id}/decline`)).status).toBe(303);
    expect(await rolesOn(wished, '2026-11-23')).toEqual(['auditor 澜江市教育局']);
    const trail = await selectTimeline(db, { personId: wished });
    expect(trail.map(({ action, actorName }) => `${action} ${actorName}`)).toEqual([
      'role.agreed 复核',
      'role.asked 罗成',
    ]);
  });
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
