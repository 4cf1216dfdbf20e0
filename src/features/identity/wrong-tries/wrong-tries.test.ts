import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase, worksOf } from '../../../../tests/support/database.ts';
import { visit } from '../../../../tests/support/visit.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { createApp } from '../../../app.ts';
import { openLog } from '../../../platform/log.ts';
import { logMark } from '../../../platform/refusals.ts';
import { closeWrongDays } from '../../audit/wrong-days/queries.ts';
import { hashPassword } from '../password.ts';
import { insertAccount } from '../queries.ts';
import { insertWrongTry } from './queries.ts';

const NOW = '2026-11-23T02:30:00Z';
const PASSWORD = '青溪的早晨很安静';
const TYPED = 'hunter2-hunter2';
const { db } = await testDatabase();
const city = testApp(db, NOW);
let world: World;
let hash: string;

beforeAll(async () => {
  world = await makeWorld(db);
  hash = await hashPassword(PASSWORD);
});
beforeEach(async () => {
  city.setNow(NOW);
  for (const table of ['session', 'sign_in_limit', 'wrong_try', 'account'] as const)
    await db.deleteFrom(table).execute();
  await insertAccount(db, { personId: world.teacher, signIn: 'T1001', passwordHash: hash });
  await insertAccount(db, { personId: world.colleague, signIn: 'T1002', passwordHash: hash });
});
const later = (minutes: number) => city.setNow(new Date(Date.parse(NOW) + minutes * 60_000).toISOString());
const guess = (name: string, address = '198.51.100.9') => visit(city, { address }).signIn(name, TYPED);
const kept = () =>
  db
    .selectFrom('wrong_try')
    .select(['person_id', 'place', 'how', 'times', 'hour', 'told'])
    .orderBy('hour')
    .orderBy('times', 'desc')
    .execute();

describe('a day of wrong tries', () => {
  const nights = async (at: string) => {
    const work = worksOf(db).open('audit-day');
    return await closeWrongDays(work, new Date(at), at.slice(0, 10));
  };
  const entries = async () =>
    (
      await db
        .selectFrom('audit')
        .select('after')
        .where('action', '=', 'wrong-tries.day-closed')
        .orderBy('seq')
        .execute()
    ).map(({ after }) => after);

  test('enters the chain once with its numbers, spread over many accounts as over one', async () => {
    await guess('t1001');
    await guess('t1002', '203.0.113.7');
    await guess('t99999');
    city.setNow('2026-11-23T23:59:00Z');
    await guess('t1001');
    city.setNow('2026-11-24T00:01:00Z');
    await guess('t1001');
    expect(await nights('2026-11-24T02:37:00Z')).toBe(1);
    expect(await nights('2026-11-24T02:38:00Z')).toBe(0);
    const first = {
      day: '2026-11-23',
      wrongTries: 4,
      accountsTried: 2,
      namesOfNobody: 1,
      networks: 2,
    };
    expect(await entries()).toEqual([first]);
    // What is removed of a day that was noted is missed: the chain says how many there were.
    await db.deleteFrom('wrong_try').where('hour', '<', new Date('2026-11-24T00:00:00Z')).execute();
    expect(await nights('2026-11-26T02:37:00Z')).toBe(1);
    expect(await nights('2026-11-27T02:37:00Z')).toBe(0);
    const second = { day: '2026-11-24', wrongTries: 1, accountsTried: 1, namesOfNobody: 0, networks: 1 };
    expect(await entries()).toEqual([first, second]);
  });

  test('enters the chain once when two machines close it at once; a place that is not known is no network', async () => {
    city.setNow('2026-12-01T02:00:00Z');
    await guess('t1001');
    const now = new Date('2026-12-01T02:00:00Z');
    await insertWrongTry(db, { personId: world.teacher, place: null, how: 'password' }, now);
    const both = await Promise.all([nights('2026-12-02T02:37:00Z'), nights('2026-12-02T02:37:00Z')]);
    expect(both.sort()).toEqual([0, 1]);
    const those = (await entries()).filter((one) => JSON.stringify(one).includes('2026-12-01'));
    expect(those).toEqual([expect.objectContaining({ wrongTries: 2, networks: 1 })]);
  });
});

describe('single wrong tries at signing in', () => {
  test('are kept by account, place and hour, with how many, and never what was typed', async () => {
    for (const address of ['198.51.100.9', '198.51.100.10', '203.0.113.7']) await guess('t1001', address);
    later(60);
    await guess('t1001');
    const row = { person_id: world.teacher, how: 'password', told: false };
    const [first, second] = [new Date('2026-11-23T02:00:00Z'), new Date('2026-11-23T03:00:00Z')];
    expect(await kept()).toEqual([
      { ...row, place: '198.51.100.*', times: 2, hour: first },
      { ...row, place: '203.0.113.*', times: 1, hour: first },
      { ...row, place: '198.51.100.*', times: 1, hour: second },
    ]);
    const everything = await db.selectFrom('wrong_try').selectAll().execute();
    expect(JSON.stringify(everything)).not.toContain(TYPED);
  });

  test('with names that nobody has are kept too, as nobody’s', async () => {
    await guess('t99999');
    await guess('查无此人');
    expect(await kept()).toEqual([expect.objectContaining({ person_id: null, times: 2 })]);
  });

  test('without end fill nothing: however many are sent, it is one row and no entry of the audit but the closing', async () => {
    const before = await db.selectFrom('audit').select('seq').orderBy('seq', 'desc').executeTakeFirst();
    await Promise.all(Array.from({ length: 20 }, () => guess('t1001')));
    // Five were tried, as many as set; the rest were refused untried.
    expect(await kept()).toEqual([expect.objectContaining({ person_id: world.teacher, times: 5 })]);
    const entries = await db
      .selectFrom('audit')
      .select('action')
      .where('seq', '>', before?.seq ?? 0)
      .execute();
    expect(entries).toEqual([{ action: 'account.closed' }]);
  });

  test('are told to the person at the next sign-in, once', async () => {
    for (let n = 0; n < 3; n += 1) await guess('t1001');
    await guess('t1002');
    const own = visit(city, { address: '203.0.113.7' });
    await own.signIn('t1001', PASSWORD);
    const page = await own.read('/account');
    expect(page).toContain('上次登录到这次登录之间，输错 3 次');
    expect(page).toContain('198.51.100.*');
    expect(page).toContain('密码或登录码');
    // What comes after it counts anew, within the same hour too.
    await guess('t1001');
    expect(await own.read('/account')).toContain('输错 3 次');
    const again = visit(city, { address: '203.0.113.7' });
    await again.signIn('t1001', PASSWORD);
    expect(await again.read('/account')).toContain('输错 1 次');
    const last = visit(city, { address: '203.0.113.7' });
    await last.signIn('t1001', PASSWORD);
    expect(await last.read('/account')).toContain('没有输错');
  });

  test('at the password that is asked again, by somebody at an open session, count as well', async () => {
    const own = visit(city);
    await own.signIn('t1001', PASSWORD);
    expect((await own.post('/account/again', { password: TYPED })).status).toBe(422);
    expect(await kept()).toEqual([expect.objectContaining({ person_id: world.teacher, times: 1 })]);
  });

  test('are shown to whoever keeps the account, and to whoever keeps how people sign in by place', async () => {
    for (let n = 0; n < 2; n += 1) await guess('t1001');
    await guess('t1002');
    await guess('t99999');
    const office = await (await (await city.as(world.schoolOffice)).get(`/people/${world.teacher}`)).text();
    expect(office).toMatch(/30 天内输错[\s\S]{0,80}2 次，最近一次/);
    const page = await (await (await city.as(world.administrator)).get('/settings/sign-in')).text();
    const told = (page.split('id="wrong-tries"')[1] ?? '').replaceAll(/<[^>]*>/g, ' ');
    // Four from there, at two accounts and with one name that nobody has.
    expect(told).toMatch(/198\.51\.100\.\*\s+4\s+2\s+1\s/);
  });

  test('are lines of the log, by marks', async () => {
    const lines: string[] = [];
    const log = openLog('warn', { write: (line) => void lines.push(line) });
    const watched = { ...city, app: createApp({ ...city.services, log }) };
    const guesser = visit(watched, { address: '198.51.100.9' });
    for (let n = 0; n < 6; n += 1) await guesser.signIn('t1001', TYPED);
    await guesser.signIn('t99999', TYPED);
    const told = lines
      .map((line) => JSON.parse(line))
      .map(({ refused, who, route }) => [refused, who, route]);
    const who = logMark(city.services.config, world.teacher);
    expect(told).toEqual([
      ...Array(5).fill(['wrong-password', who, '/sign-in']),
      ['closed', who, '/sign-in'],
      ['wrong-password', null, '/sign-in'],
    ]);
    for (const secret of [TYPED, 'T1001', 't1001', 't99999', '198.51.100.9', world.teacher])
      expect(lines.join('')).not.toContain(secret);
  });
});
