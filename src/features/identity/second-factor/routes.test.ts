import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { type Visit, visit } from '../../../../tests/support/visit.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { hashPassword } from '../password.ts';
import { insertAccount, reassignPerson } from '../queries.ts';
import { stepOfCode } from './totp.ts';

const NOW = '2026-11-23T02:00:00Z';
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
  for (const table of ['session', 'sign_in_limit', 'wrong_try', 'totp', 'recovery_code', 'account'] as const)
    await db.deleteFrom(table).execute();
  await insertAccount(db, { personId: world.teacher, signIn: 'T1001', passwordHash: hash });
  await insertAccount(db, { personId: world.auditor, signIn: 'M0002', passwordHash: hash });
});
const later = (seconds: number) => city.setNow(new Date(Date.parse(NOW) + seconds * 1000).toISOString());
/** The codes that somebody's phone shows, by an implementation of its own clock. */
const phone = (secret: string) => (seconds: number) =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({
    timestamp: Date.parse(NOW) + seconds * 1000,
  });

/** Signed in with a password and one-time codes set up; what the phone shows and the recovery codes. */
async function enrol(browser: Visit, name = 't1001') {
  await browser.signIn(name, PASSWORD);
  const page = await browser.read('/account/second-factor');
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? '';
  const codeAt = phone(secret);
  const done = await browser.post('/account/second-factor', { code: codeAt(0) });
  const text = await done.text();
  const recovery = [...text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code ?? '');
  return { page, secret, codeAt, recovery, status: done.status };
}
const secondOf = (answer: Response) => answer.headers.get('location');

test('the codes are those of RFC 6238, a step before and after included, none beyond', () => {
  // Appendix B, SHA-1, the last six digits: 59 s and 1111111109 s.
  const secret = new Secret({ buffer: new TextEncoder().encode('12345678901234567890').buffer }).base32;
  expect(stepOfCode(secret, '287082', new Date(59_000))).toBe(1);
  expect(stepOfCode(secret, '081 804', new Date(1_111_111_109_000))).toBe(37_037_036);
  expect(stepOfCode(secret, '２８７０８２', new Date(59_000))).toBe(1);
  expect(stepOfCode(secret, '287082', new Date(89_000))).toBe(1);
  expect(stepOfCode(secret, '287082', new Date(29_000))).toBe(1);
  expect(stepOfCode(secret, '287082', new Date(90_000))).toBeNull();
});

test('six signs that are no digits are a wrong code, however many bytes they are', () => {
  const secret = new Secret({ size: 20 }).base32;
  for (const typed of ['𐀀𐀀𝠀', '六个字的代码', 'ａｂｃｄｅｆ', '٠١٢٣٤٥', ''])
    expect(stepOfCode(secret, typed, new Date(NOW))).toBeNull();
});

describe('two-step sign-in', () => {
  test('is set up with a picture or a secret and a first code; the secret is sealed and never in the audit', async () => {
    const browser = visit(city);
    const { page, secret, recovery, status } = await enrol(browser);
    expect(status).toBe(200);
    expect(page).toContain('src="data:image/svg+xml;base64,');
    expect(page).toContain('otpauth://totp/');
    expect(secret.replaceAll(' ', '')).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(recovery).size).toBe(10);
    const kept = JSON.stringify([
      await db.selectFrom('totp').selectAll().execute(),
      await db.selectFrom('recovery_code').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
    ]);
    for (const one of [...recovery, secret.replaceAll(' ', '')]) expect(kept).not.toContain(one);
    // The secret is not shown a second time.
    expect(await browser.read('/account/second-factor')).not.toContain('otpauth://');
  });

  test('a wrong first code sets nothing up, and the same secret is shown again', async () => {
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    const secretOf = async () =>
      /<code>([A-Z2-7 ]+)<\/code>/.exec(await browser.read('/account/second-factor'))?.[1];
    const secret = await secretOf();
    expect((await browser.post('/account/second-factor', { code: '000000' })).status).toBe(422);
    expect(await secretOf()).toBe(secret);
    await browser.post('/account/second-factor/end');
    expect(await secretOf()).not.toBe(secret);
    expect((await visit(city).signIn('t1001', PASSWORD)).headers.get('location')).toBe('/');
  });

  test('goes when two entries of one person become one, and is set up anew: the secret opens for one entry alone', async () => {
    const { secret } = await enrol(visit(city));
    const kept = await makePerson(db, world.school, '李华');
    await reassignPerson(db, world.teacher, kept);
    later(60);
    const browser = visit(city);
    expect(secondOf(await browser.signIn('t1001', PASSWORD))).toBe('/');
    const again = /<code>([A-Z2-7 ]+)<\/code>/.exec(await browser.read('/account/second-factor'))?.[1] ?? '';
    expect(again).not.toBe(secret);
    const code = phone(again)(60);
    expect((await browser.post('/account/second-factor', { code })).status).toBe(200);
  });

  test('the password alone opens only the second step; the right code goes on under a new token', async () => {
    const { codeAt } = await enrol(visit(city));
    later(60);
    const browser = visit(city);
    expect(secondOf(await browser.signIn('t1001', PASSWORD, '/records'))).toBe(
      '/sign-in/second?next=%2Frecords',
    );
    for (const path of ['/records', '/account', '/account/second-factor', '/password'])
      expect((await browser.get(path)).status).toBe(303);
    expect(await browser.read('/')).not.toContain('李华');
    const half = new Map(browser.cookies);
    expect((await browser.post('/sign-in/second', { code: '000000' })).status).toBe(422);
    const done = await browser.post('/sign-in/second', { code: codeAt(60), next: '/records' });
    expect(secondOf(done)).toBe('/records');
    expect((await browser.get('/records')).status).toBe(200);
    // The wrong code before it is told once the session is whole.
    expect(await browser.read('/account')).toMatch(/输错 1 次[\s\S]+验证码或恢复码/);
    expect(browser.cookies.get('qinglan_session')).not.toBe(half.get('qinglan_session'));
    const before = visit(city);
    for (const [name, value] of half) (before.cookies as Map<string, string>).set(name, value);
    expect((await before.get('/records')).status).toBe(303);
  });

  test('a code opens once, also for two at the same instant, and an older one not after a newer', async () => {
    const { codeAt } = await enrol(visit(city));
    const step = async (browser: Visit, code: string) =>
      (await browser.post('/sign-in/second', { code })).status;
    later(90);
    const [one, two] = [visit(city), visit(city)];
    for (const browser of [one, two]) await browser.signIn('t1001', PASSWORD);
    expect((await Promise.all([step(one, codeAt(90)), step(two, codeAt(90))])).sort()).toEqual([303, 422]);
    const third = visit(city);
    await third.signIn('t1001', PASSWORD);
    expect(await step(third, codeAt(90))).toBe(422);
    expect(await step(third, codeAt(60))).toBe(422);
    expect(await step(third, codeAt(120))).toBe(303);
  });

  test('recovery codes are kept as passwords are, with a salt; those of an earlier version still open', async () => {
    const { recovery } = await enrol(visit(city));
    const kept = (await db.selectFrom('recovery_code').select('hash').execute()).map(({ hash }) => hash);
    expect(kept).toHaveLength(10);
    for (const hash of kept)
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    await visit(city).signIn('t1002', PASSWORD);
    const again = await enrol(visit(city), 'm0002');
    const salts = (await db.selectFrom('recovery_code').select('hash').execute()).map(
      ({ hash }) => hash.split('$')[4],
    );
    expect(new Set(salts).size).toBe(2);
    expect(again.recovery.some((code) => recovery.includes(code))).toBe(false);
    const before = createHash('sha256').update('7KQM3XWFH9TD').digest('base64url');
    await db
      .insertInto('recovery_code')
      .values({ person_id: world.teacher, hash: `code$${before}` })
      .execute();
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    expect((await browser.post('/sign-in/second', { code: '7kqm-3xwf-h9td' })).status).toBe(303);
    expect((await browser.get('/records')).status).toBe(200);
  });

  test('a recovery code stands in once', async () => {
    const { recovery } = await enrol(visit(city));
    const [first = '', second = ''] = recovery;
    const enter = async (code: string) => {
      const browser = visit(city);
      await browser.signIn('t1001', PASSWORD);
      return (await browser.post('/sign-in/second', { code })).status;
    };
    expect(await enter(first.toLowerCase().replaceAll('-', ' '))).toBe(303);
    expect(await enter(first)).toBe(422);
    expect(await enter(second)).toBe(303);
  });

  test('is not guessed: after as many wrong codes as set even the right one waits', async () => {
    const { codeAt } = await enrol(visit(city));
    later(60);
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    for (let n = 1; n <= 5; n += 1) await browser.post('/sign-in/second', { code: '00000' });
    const closed = await browser.post('/sign-in/second', { code: codeAt(60) });
    expect(closed.status).toBe(422);
    expect(await closed.text()).toContain('之后再试');
  });

  test('a half session ends after ten minutes', async () => {
    const { codeAt } = await enrol(visit(city));
    later(60);
    const browser = visit(city);
    await browser.signIn('t1001', PASSWORD);
    later(660);
    expect((await browser.post('/sign-in/second', { code: codeAt(660) })).status).toBe(401);
  });

  test('ends other sessions when it is set up, and who it is is asked again after a quarter of an hour', async () => {
    const elsewhere = visit(city);
    await elsewhere.signIn('t1001', PASSWORD);
    const browser = visit(city);
    const { codeAt } = await enrol(browser);
    expect((await elsewhere.get('/records')).status).toBe(303);
    later(16 * 60);
    const asked = await browser.post('/account/second-factor/end');
    expect(asked.headers.get('location')).toBe('/account/again?next=%2Faccount%2Fsecond-factor');
    expect((await browser.post('/account/again', { password: '猜的' })).status).toBe(422);
    const again = await browser.post('/account/again', { password: PASSWORD, next: '//evil.example' });
    expect(again.headers.get('location')).toBe('/');
    expect((await browser.post('/account/second-factor/end')).headers.get('location')).toMatch(
      /^\/account\?done=/,
    );
    expect(codeAt(0)).toMatch(/^\d{6}$/);
    expect(secondOf(await visit(city).signIn('t1001', PASSWORD))).toBe('/');
  });
});

describe('a role that needs a second step', () => {
  beforeEach(() =>
    db
      .updateTable('sign_in_setting')
      .set({ second_factor_roles: ['auditor'] })
      .execute(),
  );

  test('opens nothing until there is one, and the last one cannot go', async () => {
    const browser = visit(city);
    expect((await browser.signIn('M0002', PASSWORD, '/audit')).headers.get('location')).toBe(
      '/account/second-factor?next=%2Faudit',
    );
    expect((await browser.get('/audit')).status).toBe(303);
    const { status, codeAt } = await enrol(browser, 'M0002');
    expect(status).toBe(200);
    expect((await browser.get('/audit')).status).toBe(200);
    expect((await browser.post('/account/second-factor/end')).status).toBe(422);
    later(60);
    const next = visit(city);
    await next.signIn('M0002', PASSWORD);
    expect((await next.post('/sign-in/second', { code: codeAt(60) })).headers.get('location')).toBe('/');
    // Others are asked nothing.
    expect((await visit(city).signIn('t1001', PASSWORD)).headers.get('location')).toBe('/');
  });
});

test('a second step that everybody needs is needed by whoever acts as nothing too', async () => {
  const office = await city.as(world.administrator);
  const page = await (await office.get('/settings/sign-in')).text();
  const revision = /name="revision" value="(\d+)"/.exec(page)?.[1] ?? '';
  const numbers = { sessionHours: '12', idleMinutes: '240', tries: '5', addressTries: '50' };
  const set = await office.post('/settings/sign-in', {
    ...numbers,
    accountTries: '100',
    closedMinutes: '15',
    codeDays: '30',
    secondFactorRoles: ['everybody'],
    revision,
  });
  expect(set.status).toBe(303);
  const browser = visit(city);
  expect((await browser.signIn('t1001', PASSWORD)).headers.get('location')).toMatch(
    /^\/account\/second-factor/,
  );
  expect((await browser.get('/records')).status).toBe(303);
  expect((await enrol(browser)).status).toBe(200);
  expect((await browser.get('/records')).status).toBe(200);
  expect((await browser.post('/account/second-factor/end')).status).toBe(422);
});
