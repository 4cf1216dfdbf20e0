import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { visit } from '../../../../tests/support/visit.ts';
import { giveRole, makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { pdfText } from '../../../platform/documents/pdf-text.test-data.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { csrfField } from '../../../web/viewer.ts';
import { SESSION_COOKIE } from '../../identity/ask.ts';
import { hashPassword } from '../../identity/password.ts';
import { insertAccount, selectOptionalSession } from '../../identity/queries.ts';

const NOW = '2026-11-23T02:00:00Z';
const { db } = await testDatabase();
const city = testApp(db, NOW);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});
beforeEach(async () => {
  city.setNow(NOW);
  await db.deleteFrom('session').execute();
  await db.deleteFrom('sign_in_limit').execute();
  await db.deleteFrom('account').execute();
});

const make = async (office: string, unit: string, fields: Record<string, string> = {}) => {
  const answer = await (await city.as(office)).post(`/units/${unit}/accounts`, fields);
  return { status: answer.status, answer, text: await answer.text() };
};
/** Sign-in names and codes as the page shows them. */
const shown = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/>([a-z]\d{4})<\/div><\/td><td[^>]*><div[^>]*><code>([^<]+)<\/code>/g)].map((found) => [
      found[1] ?? '',
      found[2] ?? '',
    ]),
  );
const codeOf = async (office: string, person: string) => {
  const answer = await (await city.as(office)).post(`/people/${person}/account/code`);
  return { status: answer.status, code: /<code>([^<]+)<\/code>/.exec(await answer.text())?.[1] ?? '' };
};
const signIn = async (name: string, password: string, next = '') =>
  (await city.as(null)).post('/sign-in', { name, password, next });

/** A browser after signing in: what it may open, and forms posted with its own session's token. */
async function enter(name: string, password: string) {
  const answer = await signIn(name, password);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const session = await selectOptionalSession(
    db,
    cookie.slice(SESSION_COOKIE.length + 1),
    city.services.clock(),
    '2026-11-23',
  );
  return {
    to: answer.headers.get('location'),
    get: (path: string) => city.app.request(path, { headers: { cookie, 'accept-language': 'zh-CN' } }),
    post: (path: string, fields: Record<string, string>) => {
      const body = new URLSearchParams({ ...fields, [csrfField]: session?.csrf ?? '' });
      return city.app.request(path, {
        method: 'POST',
        body,
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'accept-language': 'zh-CN' },
      });
    },
  };
}

describe('a school makes sign-in codes for its people', () => {
  test('everyone serving there without an account gets one, shown once, on paper and as a workbook', async () => {
    const { status, answer, text } = await make(world.schoolOffice, world.school.id);
    expect(status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const codes = shown(text);
    expect([...codes.keys()].sort()).toEqual(['t1001', 't1002', 't1003', 't1005']);
    for (const code of codes.values()) expect(code).toMatch(/^([2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}$/);
    expect(new Set(codes.values()).size).toBe(4);

    const href = /href="data:[^"]*sheet;base64,([^"]*)"/.exec(text)?.[1] ?? '';
    const table = await readTable(Buffer.from(href, 'base64'), { fileName: 'codes.xlsx' });
    const rows = table.ok
      ? (table.sheets[0]?.rows ?? []).map(({ cells }) => cells.map((cell) => cell.text))
      : [];
    expect(rows[0]).toEqual(['姓名', '单位', '工号/登录名', '初始登录码', '邀请链接']);
    const code = codes.get('t1001') ?? '';
    expect(rows).toContainEqual([
      '李华',
      '青溪县第一小学',
      't1001',
      code,
      `http://localhost/invitation/${code}`,
    ]);
    const slips = Buffer.from(/href="data:application\/pdf;base64,([^"]*)"/.exec(text)?.[1] ?? '', 'base64');
    const words = pdfText(slips);
    expect(words).toContain('李华');
    for (const one of codes.values()) expect(words).toContain(one);

    const again = await make(world.schoolOffice, world.school.id);
    expect(shown(again.text).size).toBe(0);
    expect(again.text).toContain('没有可以发放的人员');
  });

  test('no code is in the database or the audit, only its digest and who made how many', async () => {
    const { text } = await make(world.schoolOffice, world.school.id);
    const kept = JSON.stringify(await db.selectFrom('account').selectAll().execute());
    const audit = await db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'account.codes-made')
      .execute();
    expect(audit.at(-1)).toMatchObject({
      actor_id: world.schoolOffice,
      subject_id: world.school.id,
      after: { codes: 4, renew: false },
    });
    const everything = `${kept} ${JSON.stringify(audit)}`;
    for (const code of shown(text).values()) {
      expect(everything).not.toContain(code);
      expect(everything).not.toContain(code.replaceAll('-', ''));
    }
    expect(kept).toContain('code$');
  });

  test('codes not used are replaced only when the office says so; the old one then ends', async () => {
    const first = shown((await make(world.schoolOffice, world.school.id)).text);
    const second = shown((await make(world.schoolOffice, world.school.id, { renew: '1' })).text);
    expect(second.size).toBe(4);
    expect((await signIn('T1001', first.get('t1001') ?? '')).status).toBe(422);
    expect((await signIn('T1001', second.get('t1001') ?? '')).status).toBe(303);
  });

  test('somebody with a password of their own keeps it, whatever is renewed', async () => {
    await insertAccount(db, {
      personId: world.teacher,
      signIn: 'T1001',
      passwordHash: await hashPassword('青溪的早晨很安静'),
    });
    const codes = shown((await make(world.schoolOffice, world.school.id, { renew: '1' })).text);
    expect(codes.has('t1001')).toBe(false);
    expect((await signIn('T1001', '青溪的早晨很安静')).status).toBe(303);
  });

  test('who has no staff number is named as left out, and so is who acts as more than the office could appoint', async () => {
    await makePerson(db, world.sisterSchool, '无号');
    const inspector = await makePerson(db, world.sisterSchool, '常青', { staffNumber: 'T3001' });
    await giveRole(db, inspector, 'auditor', world.city);
    const { text } = await make(world.countyOffice, world.sisterSchool.id);
    expect(shown(text).size).toBe(0);
    expect(text).toContain('无号');
    expect(text).toContain('没有工号');
    expect(text).toContain('常青');
    expect(text).toContain('担任您无权指定的职责');
  });

  test('another school’s office and a teacher make none', async () => {
    expect((await make(world.otherSchoolOffice, world.school.id)).status).toBe(403);
    expect((await make(world.schoolOffice, world.county.id)).status).toBe(403);
    expect((await make(world.teacher, world.school.id)).status).toBe(403);
    expect((await codeOf(world.otherCountyOffice, world.teacher)).status).toBe(403);
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([]);
  });

  test('the unit’s page tells how many can sign in', async () => {
    await make(world.schoolOffice, world.school.id);
    const page = await (await (await city.as(world.schoolOffice)).get(`/units/${world.school.id}`)).text();
    expect(page).toMatch(/登录码未使用<\/dt><dd[^>]*>4</);
    expect(page).toMatch(/不能登录<\/dt><dd[^>]*>1</);
    const seen = await (await (await city.as(world.schoolLeader)).get(`/units/${world.school.id}`)).text();
    expect(seen).not.toContain('登录码未使用');
  });
});

describe('a sign-in code opens one page', () => {
  test('until one has a password of one’s own every other page leads there; then the code is over', async () => {
    const { code } = await codeOf(world.schoolOffice, world.teacher);
    const teacher = await enter('t1001', ` ${code.toLowerCase().replaceAll('-', ' ')}`);
    expect(teacher.to).toBe('/password?next=%2F');
    for (const path of ['/', '/records', '/rounds', '/notices']) {
      const turned = await teacher.get(path);
      if (turned.status === 200) expect(await turned.text()).not.toContain('李华');
      else expect(turned.headers.get('location')).toMatch(/^\/sign-in(\?next=|$)/);
    }
    expect((await teacher.get('/sign-in?next=%2Frecords')).headers.get('location')).toBe(
      '/password?next=%2Frecords',
    );
    expect((await teacher.post('/notices/none/seen', {})).status).toBe(401);

    const set = (password: string, again = password) =>
      teacher.post('/password', { password, again, next: '/records' });
    expect(await (await set('七个字的密码啊')).text()).toContain('至少 8 个字符');
    expect(await (await set(code)).text()).toContain('不能与现在的密码或初始登录码相同');
    expect(await (await set('青溪的早晨很安静', '青溪的早晨不安静')).text()).toContain(
      '两次输入的新密码不一样',
    );
    const done = await set('青溪的早晨很安静');
    expect(done.status).toBe(303);
    expect(done.headers.get('location')).toContain('/records');
    expect((await teacher.get('/records')).status).toBe(200);
    expect((await signIn('t1001', code)).status).toBe(422);
    expect((await signIn('T1001', '青溪的早晨很安静')).status).toBe(303);
  });

  test('after thirty days it has expired and says so; a wrong one does not', async () => {
    const { code } = await codeOf(world.schoolOffice, world.teacher);
    city.setNow('2026-12-23T01:59:00Z');
    expect((await signIn('t1001', code)).status).toBe(303);
    city.setNow('2026-12-23T02:00:00Z');
    expect(await (await signIn('t1001', code)).text()).toContain('初始登录码已过期');
    expect(await (await signIn('t1001', 'AAAA-BBBB-CCCC')).text()).toContain('与密码不符');
    // Who has only an expired code is offered a new one without being asked about renewing.
    expect(shown((await make(world.schoolOffice, world.school.id)).text).has('t1001')).toBe(true);
  });
});

describe('an invitation link', () => {
  const linkOf = async () => {
    const { code } = await codeOf(world.schoolOffice, world.teacher);
    return `/invitation/${code}`;
  };

  test('opens the page that sets a password, as often as it is looked at, and is over once one is set', async () => {
    const link = await linkOf();
    const browser = visit(city);
    for (let look = 0; look < 3; look += 1) expect(await browser.read(link)).toContain('李华');
    const set = (password: string) => browser.post(link, { password, again: password });
    expect((await set('七个字的密码啊')).status).toBe(422);
    expect((await set(link.slice('/invitation/'.length))).status).toBe(422);
    const done = await set('青溪的早晨很安静');
    expect(done.headers.get('location')).toMatch(/^\/\?done=/);
    expect(await browser.read('/account')).toContain('t1001');
    const second = visit(city, { address: '192.0.2.2' });
    expect((await second.get(link)).status).toBe(410);
    expect((await second.post(link, { password: '别人的密码呀呀', again: '别人的密码呀呀' })).status).toBe(
      410,
    );
    expect((await signIn('t1001', '青溪的早晨很安静')).status).toBe(303);
  });

  test('used at two places at once sets one password', async () => {
    const link = await linkOf();
    const answers = await Promise.all(
      ['青溪的早晨很安静', '澜江的傍晚也很静'].map((password) =>
        visit(city).post(link, { password, again: password }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  test('expires, ends when a new one is made, and nobody finds one by trying', async () => {
    const first = await linkOf();
    const second = await linkOf();
    expect((await visit(city).get(first)).status).toBe(410);
    expect((await visit(city).get(second)).status).toBe(200);
    city.setNow('2026-12-23T02:00:00Z');
    expect(await visit(city).read(second)).toContain('已过期');
    city.setNow(NOW);
    await db.updateTable('sign_in_setting').set({ address_tries: 5 }).execute();
    const guesser = visit(city, { address: '198.51.100.1' });
    for (let n = 0; n < 5; n += 1)
      expect((await guesser.get(`/invitation/AAAA-BBBB-CCC${n}`)).status).toBe(410);
    expect((await guesser.get(second)).status).toBe(429);
    expect((await visit(city).get(second)).status).toBe(200);
    await db.updateTable('sign_in_setting').set({ address_tries: 50 }).execute();
  });
});

describe('one’s own password', () => {
  beforeEach(async () => {
    await insertAccount(db, {
      personId: world.teacher,
      signIn: 'T1001',
      passwordHash: await hashPassword('青溪的早晨很安静'),
    });
  });

  test('is changed by who knows it, and other sessions end', async () => {
    const elsewhere = await enter('t1001', '青溪的早晨很安静');
    const here = await enter('t1001', '青溪的早晨很安静');
    const change = (before: string, password: string) =>
      here.post('/password', { before, password, again: password });
    expect(await (await change('猜的密码不对吧', '另一个好密码呀呀')).text()).toContain('现在的密码不对');
    expect((await change('青溪的早晨很安静', '另一个好密码呀呀')).status).toBe(303);
    expect((await here.get('/records')).status).toBe(200);
    expect((await elsewhere.get('/records')).status).toBe(303);
    expect((await signIn('t1001', '青溪的早晨很安静')).status).toBe(422);
  });

  test('ends when an office makes a new code: sessions too, and the audit names who and whom', async () => {
    const teacher = await enter('t1001', '青溪的早晨很安静');
    const { code } = await codeOf(world.schoolOffice, world.teacher);
    expect((await teacher.get('/records')).status).toBe(303);
    expect((await signIn('t1001', '青溪的早晨很安静')).status).toBe(422);
    expect((await signIn('t1001', code)).headers.get('location')).toContain('/password');
    const entry = await db
      .selectFrom('audit')
      .select(['actor_id', 'person_id'])
      .where('action', '=', 'account.reset')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({ actor_id: world.schoolOffice, person_id: world.teacher });
  });

  test('an office cannot reset whoever stands above it, nor itself', async () => {
    expect((await codeOf(world.schoolOffice, world.schoolOffice)).status).toBe(422);
    expect((await codeOf(world.cityOffice, world.administrator)).status).toBe(422);
    expect((await codeOf(world.administrator, world.cityOffice)).status).toBe(200);
  });

  test('five wrong ones close the account; the office frees it', async () => {
    for (let wrong = 0; wrong < 5; wrong += 1) await signIn('t1001', '猜的密码不对吧');
    expect(await (await signIn('t1001', '青溪的早晨很安静')).text()).toContain('暂停登录');
    const office = await city.as(world.schoolOffice);
    expect(await (await office.get(`/people/${world.teacher}`)).text()).toContain('输错次数太多');
    expect((await office.post(`/people/${world.teacher}/account/unlock`)).status).toBe(303);
    expect((await signIn('t1001', '青溪的早晨很安静')).status).toBe(303);
  });

  test('is not asked when an office resets what stands beside it, but why; sessions end', async () => {
    await db
      .insertInto('totp')
      .values({ person_id: world.teacher, secret: 'sealed', made_at: NOW, confirmed_at: NOW })
      .execute();
    const teacher = await city.as(world.teacher);
    const office = await city.as(world.schoolOffice);
    const path = `/people/${world.teacher}/account/second-factor/reset`;
    expect((await office.post(path, { resetReason: ' ' })).status).toBe(422);
    expect(
      (await (await city.as(world.otherSchoolOffice)).post(path, { resetReason: '手机丢失' })).status,
    ).toBe(403);
    expect((await office.post(path, { resetReason: '手机丢失，本人到场' })).status).toBe(303);
    expect((await teacher.get('/records')).status).toBe(303);
    expect(await db.selectFrom('totp').selectAll().execute()).toEqual([]);
    expect((await signIn('t1001', '青溪的早晨很安静')).status).toBe(303);
    const entry = await db
      .selectFrom('audit')
      .select(['actor_id', 'person_id', 'reason', 'before'])
      .where('action', '=', 'account.second-factor-reset')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({
      actor_id: world.schoolOffice,
      person_id: world.teacher,
      reason: '手机丢失，本人到场',
      before: { totp: 1, passkeys: 0, links: 0 },
    });
    const above = `/people/${world.administrator}/account/second-factor/reset`;
    expect((await (await city.as(world.cityOffice)).post(above, { resetReason: '试试' })).status).toBe(422);
  });

  test('stays while an office ends what somebody is signed in at', async () => {
    const teacher = await city.as(world.teacher);
    const office = await city.as(world.schoolOffice);
    expect(await (await office.get(`/people/${world.teacher}`)).text()).toContain('退出其所有登录（1）');
    expect((await office.post(`/people/${world.teacher}/account/sessions/end`)).status).toBe(303);
    expect((await teacher.get('/records')).status).toBe(303);
    expect((await office.post(`/people/${world.schoolOffice}/account/sessions/end`)).status).toBe(422);
  });

  test('of somebody who left is ended by the office on their page, which offers no new code', async () => {
    const leaver = await makePerson(db, world.school, '石磊', { staffNumber: 'T1099' });
    await sql`INSERT INTO account (person_id, sign_in) VALUES (${leaver}, 't1099')`.execute(db);
    const gone = await city.as(leaver);
    await sql`UPDATE person SET state = 'left' WHERE id = ${leaver}`.execute(db);
    expect((await gone.get('/account')).status).toBe(200);
    const office = await city.as(world.schoolOffice);
    const page = await (await office.get(`/people/${leaver}`)).text();
    expect(page).toContain('退出其所有登录（1）');
    expect(page).not.toContain(`/people/${leaver}/account/code`);
    expect((await office.post(`/people/${leaver}/account/sessions/end`)).status).toBe(303);
    expect((await gone.get('/account')).status).toBe(303);
    const elsewhere = await city.as(world.otherSchoolOffice);
    expect((await elsewhere.post(`/people/${leaver}/account/sessions/end`)).status).toBe(403);
  });

  test('the sign-in name follows a staff number that is corrected', async () => {
    const { revision } = await db
      .selectFrom('person')
      .select('revision')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    const edit = (staffNumber: string, at: number) =>
      city
        .as(world.schoolOffice)
        .then((office) =>
          office.post(`/people/${world.teacher}/edit`, { name: '李华', staffNumber, revision: String(at) }),
        );
    expect((await edit('t1001b', revision)).status).toBe(303);
    expect((await signIn('T1001B', '青溪的早晨很安静')).status).toBe(303);
    expect((await edit('T1001', revision + 1)).status).toBe(303);
  });
});
