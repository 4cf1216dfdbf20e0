import { argon2Sync, createHash, randomBytes, scryptSync } from 'node:crypto';
import type { Updateable } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { type Visit, visit } from '../../../tests/support/visit.ts';
import { makePerson, makeWorld, type World } from '../../../tests/support/world.ts';
import type { DB } from '../../platform/schema.generated.ts';
import { hashCode, hashPassword } from './password.ts';
import { insertAccount } from './queries.ts';

const NOW = '2026-11-23T02:00:00Z';
const ANOTHER = '青溪的傍晚也很安静';
const PASSWORD = '青溪的早晨很安静';
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
  for (const table of ['session', 'sign_in_limit', 'account'] as const) await db.deleteFrom(table).execute();
  await insertAccount(db, { personId: world.teacher, signIn: 'T1001', passwordHash: hash });
  await insertAccount(db, { personId: world.colleague, signIn: 'T1002', passwordHash: hash });
  await db
    .updateTable('sign_in_setting')
    .set({
      tries: 5,
      address_tries: 50,
      account_tries: 100,
      closed_minutes: 15,
      idle_minutes: 240,
      session_hours: 12,
    })
    .execute();
});
const later = (minutes: number) => city.setNow(new Date(Date.parse(NOW) + minutes * 60_000).toISOString());
const set = (settings: Updateable<DB['sign_in_setting']>) =>
  db.updateTable('sign_in_setting').set(settings).execute();

describe('wrong passwords', () => {
  test('are as many as set, then the page says when to try again; then they count anew', async () => {
    for (const tries of [3, 5]) {
      city.setNow(NOW);
      await db.deleteFrom('sign_in_limit').execute();
      await set({ tries });
      const browser = visit(city);
      for (let n = 1; n <= tries; n += 1) expect((await browser.signIn('t1001', '猜的')).status).toBe(422);
      const closed = await browser.signIn('t1001', PASSWORD);
      expect(closed.status).toBe(429);
      expect(closed.headers.get('retry-after')).toBe('900');
      expect(await closed.text()).toMatch(/请在 2026年11月23日.{0,4}10:15 之后再试/);
      later(14);
      expect((await browser.signIn('t1001', PASSWORD)).status).toBe(429);
      later(15);
      for (let n = 1; n < tries; n += 1) expect((await browser.signIn('t1001', '猜的')).status).toBe(422);
      expect((await browser.signIn('t1001', PASSWORD)).status).toBe(303);
    }
  });

  test('sent at once are no more than sent one after the other', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => visit(city).signIn('t1001', '猜的')));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(422), count(429)]).toEqual([5, 15]);
  });

  test('of a name nobody has are counted and answered like those of one that somebody has', async () => {
    const say = async (name: string) => {
      const browser = visit(city, { address: `192.0.2.${name.length}` });
      const answers: string[] = [];
      for (let n = 1; n <= 6; n += 1) {
        const answer = await browser.signIn(name, '猜的');
        answers.push(`${answer.status} ${(await answer.text()).replaceAll(name, 'NAME')}`);
      }
      return answers;
    };
    const known = await say('t1001');
    expect(await say('t99999')).toEqual(known);
    expect(await say('查无此人')).toEqual(known);
    expect(await say('李华')).toEqual(known);
  });

  test('from one address do not close the account elsewhere, and never to a device that knows it', async () => {
    const own = visit(city, { address: '203.0.113.7' });
    await own.signIn('t1001', PASSWORD);
    await own.post('/sign-out');
    await set({ account_tries: 5 });
    const guesser = visit(city, { address: '198.51.100.9' });
    for (let n = 1; n <= 5; n += 1) await guesser.signIn('t1001', '猜的');
    expect((await guesser.signIn('t1001', PASSWORD)).status).toBe(429);
    // Everywhere else it is closed too, for as many as an account may have; the owner's device is not.
    expect((await visit(city, { address: '198.51.100.10' }).signIn('t1001', PASSWORD)).status).toBe(429);
    expect((await own.signIn('t1001', PASSWORD)).status).toBe(303);
    // A device's proof counts for its own person only.
    const { cookies } = own;
    const stolen = visit(city, { address: '198.51.100.9' });
    (stolen.cookies as Map<string, string>).set('qinglan_device', cookies.get('qinglan_device') ?? '');
    await set({ tries: 3 });
    for (let n = 1; n <= 3; n += 1) await stolen.signIn('t1002', '猜的');
    expect((await stolen.signIn('t1002', PASSWORD)).status).toBe(429);
  });

  test('from one address at many names close the address, and nobody else’s', async () => {
    await set({ address_tries: 6 });
    const guesser = visit(city, { address: '2001:db8:1:2::aa' });
    for (let n = 1; n <= 6; n += 1) expect((await guesser.signIn(`t200${n}`, '猜的')).status).toBe(422);
    const sameNetwork = visit(city, { address: '2001:db8:1:2:ffff::1' });
    expect((await sameNetwork.signIn('t1001', PASSWORD)).status).toBe(429);
    expect((await visit(city, { address: '2001:db8:1:3::1' }).signIn('t1001', PASSWORD)).status).toBe(303);
  });

  test('that are followed by the right one are forgotten, for the address only that one', async () => {
    await set({ address_tries: 6 });
    const school = visit(city);
    for (let n = 1; n <= 4; n += 1) await school.signIn('t1001', '猜的');
    expect((await school.signIn('t1001', PASSWORD)).status).toBe(303);
    const neighbour = visit(city);
    for (let n = 1; n <= 2; n += 1) expect((await neighbour.signIn('t1002', '猜的')).status).toBe(422);
    expect((await neighbour.signIn('t1002', PASSWORD)).status).toBe(429);
  });

  test('by a person’s name and by number are not two sets of tries, and do not tell that they are one', async () => {
    const guesser = visit(city);
    for (let n = 1; n <= 5; n += 1) await guesser.signIn('李华', '猜的');
    const byNumber = await guesser.signIn('t1001', PASSWORD);
    expect(byNumber.status).toBe(422);
    expect(await byNumber.text()).toContain('与密码不符');
    expect(await (await guesser.signIn('t1001', '猜的')).text()).toContain('与密码不符');
  });

  test('that close an account are in the audit once, without what was typed', async () => {
    const before = await db.selectFrom('audit').select('seq').orderBy('seq', 'desc').executeTakeFirst();
    const guesser = visit(city);
    for (let n = 1; n <= 8; n += 1) await guesser.signIn('t1001', 'hunter2-hunter2');
    const entries = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', before?.seq ?? 0)
      .execute();
    expect(entries.map(({ action, person_id }) => [action, person_id])).toEqual([
      ['account.closed', world.teacher],
    ]);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });
});

test('language and look chosen at a browser are the account’s from the next sign-in there; looking at pages writes nothing', async () => {
  const kept = () =>
    db
      .selectFrom('account')
      .select(['locale', 'theme'])
      .where('person_id', '=', world.teacher)
      .executeTakeFirstOrThrow();
  const browser = visit(city);
  await browser.signIn('t1001', PASSWORD);
  expect(await browser.read('/account?lang=en&theme=dark')).toMatch(/<html lang="en" data-theme="dark">/);
  expect(await browser.read('/account')).toMatch(/<html lang="en" data-theme="dark">/);
  expect(await kept()).toEqual({ locale: null, theme: null });
  await browser.post('/sign-out');
  await browser.signIn('t1001', PASSWORD);
  expect(await kept()).toEqual({ locale: 'en', theme: 'dark' });
  const other = visit(city);
  await other.signIn('t1001', PASSWORD);
  expect(await other.read('/account')).toMatch(/<html lang="en" data-theme="dark">/);
  expect(await kept()).toEqual({ locale: 'en', theme: 'dark' });
});

describe('the name', () => {
  test('may be the person’s own, while nobody else has it', async () => {
    expect((await visit(city).signIn('李华', PASSWORD)).status).toBe(303);
    const other = await makePerson(db, world.otherSchool, '李华', { staffNumber: 'T2009' });
    await insertAccount(db, { personId: other, signIn: 'T2009', passwordHash: hash });
    const refused = await visit(city).signIn('李华', PASSWORD);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('如有同名的人，请用工号登录');
    expect((await visit(city).signIn('T2009', PASSWORD)).status).toBe(303);
    await db.deleteFrom('session').execute();
    await db.deleteFrom('account').where('person_id', '=', other).execute();
    await db.updateTable('person').set({ name: '李桦' }).where('id', '=', other).execute();
  });

  test('of somebody else’s number wins over a name that is spelt alike', async () => {
    const other = await makePerson(db, world.otherSchool, 't1001', { staffNumber: 'T2010' });
    await insertAccount(db, {
      personId: other,
      signIn: 'T2010',
      passwordHash: await hashPassword('别人的密码呀呀'),
    });
    expect((await visit(city).signIn('t1001', '别人的密码呀呀')).status).toBe(422);
    expect((await visit(city).signIn('t1001', PASSWORD)).status).toBe(303);
  });
});

describe('after signing in', () => {
  test('one goes on to a page of ours and never elsewhere', async () => {
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
    ])
      expect((await visit(city).signIn('t1001', PASSWORD, next)).headers.get('location')).toBe('/');
    expect((await visit(city).signIn('t1001', PASSWORD, '/records?page=2')).headers.get('location')).toBe(
      '/records?page=2',
    );
  });

  test('a session is listed with device, place without its last part, and last use; each can be ended', async () => {
    const phone = visit(city, {
      address: '203.0.113.77',
      agent:
        'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0',
    });
    await phone.signIn('t1001', PASSWORD);
    const desk = visit(city, { address: '2001:db8:5:6::1' });
    await desk.signIn('t1001', PASSWORD);
    const page = await desk.read('/account');
    expect(page).toContain('WeChat 8 · Android');
    expect(page).toContain('203.0.113.*');
    expect(page).not.toContain('203.0.113.77');
    expect(page).toContain('2001:db8:5::*');
    const ids = [...page.matchAll(/sessions\/([0-9a-f-]{36})\/end"/g)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(1);
    // Nobody ends a session of somebody else.
    const other = visit(city);
    await other.signIn('t1002', PASSWORD);
    expect((await other.post(`/account/sessions/${ids[0]}/end`)).status).toBe(404);
    expect((await phone.get('/account')).status).toBe(200);
    expect((await desk.post(`/account/sessions/${ids[0]}/end`)).status).toBe(303);
    expect((await phone.get('/account')).status).toBe(303);
    await phone.signIn('t1001', PASSWORD);
    await desk.post('/account/sessions/end-others');
    expect((await phone.get('/account')).status).toBe(303);
    expect((await desk.get('/account')).status).toBe(200);
  });

  test('ending one asks again who it is, unless that was shown a short while ago', async () => {
    const phone = visit(city);
    await phone.signIn('t1001', PASSWORD);
    const desk = visit(city);
    await desk.signIn('t1001', PASSWORD);
    const [id = ''] = [...(await desk.read('/account')).matchAll(/sessions\/([0-9a-f-]{36})\/end"/g)].map(
      ([, one]) => one,
    );
    later(16);
    for (const path of [`/account/sessions/${id}/end`, '/account/sessions/end-others'])
      expect((await desk.post(path)).headers.get('location')).toBe('/account/again?next=%2Faccount');
    expect((await phone.get('/account')).status).toBe(200);
    await desk.post('/account/again', { password: PASSWORD, next: '/account' });
    await desk.post(`/account/sessions/${id}/end`);
    expect((await phone.get('/account')).status).toBe(303);
  });

  describe('shown again who one is', () => {
    const cookieOf = (browser: Visit) => browser.cookies.get('qinglan_session') ?? '';
    /** A browser that goes on with this session's token, whatever others are given. */
    const heldBack = (token: string) => {
      const browser = visit(city);
      (browser.cookies as Map<string, string>).set('qinglan_session', token);
      return browser;
    };
    const again = (browser: Visit) =>
      browser.post('/account/again', { password: PASSWORD, next: '/account' });
    const asks = async (browser: Visit) =>
      (await browser.post('/account/sessions/end-others')).headers
        .get('location')
        ?.startsWith('/account/again');

    test('goes on under a new token; the one before has shown nothing, and is nobody’s two minutes later', async () => {
      const browser = visit(city);
      await browser.signIn('t1001', PASSWORD);
      const before = cookieOf(browser);
      later(16);
      await again(browser);
      expect(cookieOf(browser)).not.toBe(before);
      expect(cookieOf(browser)).toMatch(/^[\w-]{43}$/);
      const old = heldBack(before);
      expect((await old.get('/account')).status).toBe(200); // On its way while the other was answered.
      expect(await asks(old)).toBe(true);
      expect(await asks(browser)).toBe(false);
      later(18);
      expect((await old.get('/account')).status).toBe(303);
      expect((await browser.get('/account')).status).toBe(200);
    });

    test('sent twice is one act: both answers lead on, under one token', async () => {
      const browser = visit(city);
      await browser.signIn('t1001', PASSWORD);
      later(16);
      const [one, two] = [heldBack(cookieOf(browser)), heldBack(cookieOf(browser))];
      const answers = await Promise.all([again(one), again(two)]);
      expect(answers.map((answer) => answer.headers.get('location'))).toEqual(['/account', '/account']);
      expect(cookieOf(one)).toBe(cookieOf(two));
      expect(cookieOf(one)).not.toBe(cookieOf(browser));
      // Lost on its way, the answer is asked for once more.
      const third = heldBack(cookieOf(browser));
      await again(third);
      expect(cookieOf(third)).toBe(cookieOf(one));
      expect(await asks(one)).toBe(false);
    });

    test('with the token before one still chooses a password without ending one’s own session, and signs out', async () => {
      const browser = visit(city);
      await browser.signIn('t1001', PASSWORD);
      const before = cookieOf(browser);
      await again(browser);
      expect(await asks(heldBack(before))).toBe(true); // It has shown nothing.
      await heldBack(before).post('/password', { before: PASSWORD, password: ANOTHER, again: ANOTHER });
      expect((await browser.get('/account')).status).toBe(200);
      await heldBack(before).post('/sign-out');
      expect((await browser.get('/account')).status).toBe(303);
      expect(await db.selectFrom('session_before').select('until').execute()).toEqual([]);
    });

    describe.each([
      ['ended the others', async (own: Visit) => await own.post('/account/sessions/end-others')],
      [
        'chosen another password',
        async (own: Visit) =>
          await own.post('/password', { before: PASSWORD, password: ANOTHER, again: ANOTHER }),
      ],
    ])('having %s', (_what, act) => {
      test('leaves no earlier token to anybody', async () => {
        const browser = visit(city);
        await browser.signIn('t1001', PASSWORD);
        const thief = heldBack(cookieOf(browser));
        await again(browser);
        expect((await thief.get('/account')).status).toBe(200);
        expect((await act(browser)).status).toBe(303);
        expect((await thief.get('/account')).status).toBe(303);
        expect((await browser.get('/account')).status).toBe(200);
      });

      test('goes on under a new token: that of this moment changes nothing, and soon opens nothing', async () => {
        const browser = visit(city);
        await browser.signIn('t1001', PASSWORD);
        const thief = heldBack(cookieOf(browser));
        await act(browser);
        expect(cookieOf(browser)).not.toBe(cookieOf(thief));
        expect(await asks(thief)).toBe(true);
        later(16);
        expect(await asks(browser)).toBe(true); // Nothing was shown anew.
        expect((await thief.get('/account')).status).toBe(303);
        expect((await browser.get('/account')).status).toBe(200);
      });
    });

    test('again and again leaves no more than one token before', async () => {
      const browser = visit(city);
      await browser.signIn('t1001', PASSWORD);
      const tokens = new Set([cookieOf(browser)]);
      for (const minutes of [16, 32, 48]) {
        later(minutes);
        await again(browser);
        tokens.add(cookieOf(browser));
      }
      expect(tokens.size).toBe(4);
      expect(await db.selectFrom('session_before').select('until').execute()).toHaveLength(1);
    });
  });

  test('signing in at a browser that is signed in ends what it was signed in at', async () => {
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    await browser.signIn('t1002', PASSWORD);
    const left = await db.selectFrom('session').select('person_id').execute();
    expect(left).toEqual([{ person_id: world.colleague }]);
  });

  test('signing out leaves nothing in the browser that was typed there', async () => {
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    expect((await browser.post('/sign-out')).headers.get('clear-site-data')).toBe('"storage"');
  });

  test('a session ends when nothing is done for as long as set, and at its end whatever is done', async () => {
    await set({ idle_minutes: 60, session_hours: 3 });
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    for (const minutes of [59, 118, 177]) {
      later(minutes);
      expect((await browser.get('/account')).status).toBe(200);
    }
    later(180);
    expect((await browser.get('/account')).status).toBe(303);
    later(0);
    await browser.signIn('t1001', PASSWORD);
    later(60);
    expect((await browser.get('/account')).status).toBe(303);
  });
});

describe('an administrator', () => {
  test('sets limits and sessions within bounds, and only one at the root does', async () => {
    const administrator = await city.as(world.administrator);
    expect((await (await city.as(world.schoolOffice)).get('/settings/sign-in')).status).toBe(403);
    expect((await (await city.as(world.cityOffice)).get('/settings/sign-in')).status).toBe(403);
    const page = await (await administrator.get('/settings/sign-in')).text();
    const revision = /name="revision" value="(\d+)"/.exec(page)?.[1] ?? '';
    const wanted = {
      sessionHours: '8',
      idleMinutes: '30',
      tries: '4',
      addressTries: '60',
      accountTries: '80',
      closedMinutes: '20',
      codeDays: '14',
    };
    const refused = await administrator.post('/settings/sign-in', { ...wanted, tries: '1', revision });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('请填 3 到 20 之间的整数');
    expect((await administrator.post('/settings/sign-in', { ...wanted, revision })).status).toBe(303);
    // Somebody else saved meanwhile.
    expect((await administrator.post('/settings/sign-in', { ...wanted, revision })).status).toBe(422);
    const fields = {
      ...wanted,
      revision: String(Number(revision) + 1),
      secondFactorRoles: ['administrator', 'no-such-role'],
    };
    expect((await administrator.post('/settings/sign-in', fields)).status).toBe(303);
    const kept = await db.selectFrom('sign_in_setting').selectAll().executeTakeFirstOrThrow();
    expect(kept).toMatchObject({ tries: 4, closed_minutes: 20, second_factor_roles: ['administrator'] });
    // From now on it holds for the administrator too.
    expect((await administrator.get('/settings/sign-in')).status).toBe(303);
    expect((await administrator.get('/account/second-factor')).status).toBe(200);
    await db.updateTable('sign_in_setting').set({ second_factor_roles: [] }).execute();
    const entry = await db
      .selectFrom('audit')
      .select(['actor_id', 'after'])
      .where('action', '=', 'sign-in.set')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect(entry).toMatchObject({ actor_id: world.administrator, after: { tries: 4, closedMinutes: 20 } });
  });
});

describe('a password that is kept as it was once', () => {
  /** As the version before kept it, and with less than Argon2id costs now. */
  const earlier = async () => {
    const salt = randomBytes(16);
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
    const [cheap, small] = [
      { memory: 64, passes: 1, parallelism: 1 },
      { message: PASSWORD, nonce: salt, tagLength: 32 },
    ];
    const derived = argon2Sync('argon2id', { ...small, ...cheap });
    const plain = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
    return [
      `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`,
      `$argon2id$v=19$m=64,t=1,p=1$${plain(salt)}$${plain(derived)}`,
    ];
  };
  const keptOf = async () =>
    (
      await db
        .selectFrom('account')
        .select('password_hash')
        .where('person_id', '=', world.teacher)
        .executeTakeFirstOrThrow()
    ).password_hash ?? '';
  const keep = (hash: string) =>
    db.updateTable('account').set({ password_hash: hash }).where('person_id', '=', world.teacher).execute();

  test('opens, and is kept anew with what it costs now; a wrong one changes nothing', async () => {
    for (const hash of await earlier()) {
      await keep(hash);
      expect((await visit(city).signIn('t1001', '猜的')).status).toBe(422);
      expect(await keptOf()).toBe(hash);
      expect((await visit(city).signIn('t1001', PASSWORD)).status).toBe(303);
      const now = await keptOf();
      expect(now).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect((await visit(city).signIn('t1001', PASSWORD)).status).toBe(303);
      expect(await keptOf()).toBe(now);
    }
  });

  test('is changed like any other', async () => {
    const [hash = ''] = await earlier();
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    await keep(hash);
    const password = '另一个早晨也很安静';
    const done = await browser.post('/password', { before: PASSWORD, password, again: password });
    expect(done.status).toBe(303);
    expect((await visit(city).signIn('t1001', password)).status).toBe(303);
  });
});

test('a password is taken as it was typed, blanks at its ends and all', async () => {
  const browser = visit(city);
  await browser.signIn('t1001', PASSWORD);
  const password = ' 两头有空格的密码 ';
  const changed = await browser.post('/password', { before: PASSWORD, password, again: password });
  expect(changed.status).toBe(303);
  expect((await visit(city).signIn('t1001', password.trim())).status).toBe(422);
  expect((await visit(city).signIn('t1001', password)).status).toBe(303);
  later(20);
  expect((await browser.post('/account/again', { password, next: '/account' })).headers.get('location')).toBe(
    '/account',
  );
});

test('what is kept of a sign-in code says nothing without the install’s secret', () => {
  const [one, other] = ['a secret of thirty-two signs and more', 'another secret of thirty-two signs'].map(
    (secret) => hashCode({ secret, dataDir: '/nowhere' }, '7KQM-3XWF-H9TD'),
  );
  expect(one).not.toBe(other);
  expect(one).not.toContain(createHash('sha256').update('7KQM3XWFH9TD').digest('base64url'));
  expect(
    hashCode({ secret: 'a secret of thirty-two signs and more', dataDir: '/nowhere' }, ' ７kqm 3xwf h9td'),
  ).toBe(one);
});
