import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { serveCas } from '../../../../tests/support/cas-server.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { OIDC_CLIENT, serveOidc } from '../../../../tests/support/oidc-server.ts';
import { type Visit, visit } from '../../../../tests/support/visit.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { createApp } from '../../../app.ts';
import { newId } from '../../../platform/ids.ts';
import { openLog } from '../../../platform/log.ts';
import { seal } from '../../../platform/seal.ts';
import { hashPassword } from '../password.ts';
import { insertAccount } from '../queries.ts';
import { selectSettings, updateSettings } from '../settings/queries.ts';
import { readServiceResponse } from './cas.ts';
import { insertProvider, type Provider } from './queries.ts';
import { isSafeAddress } from './rules.ts';

const PASSWORD = '青溪的早晨很安静';
const { db } = await testDatabase();
// Tokens of the provider are dated by the machine's clock.
const city = testApp(db, new Date().toISOString());
const ids = { oidc: newId(), cas: newId() };
const oidc = await serveOidc(`http://localhost/sign-in/with/${ids.oidc}/return`);
const cas = await serveCas();
let world: World;
let hash: string;

const provider = (kind: 'oidc' | 'cas', more: Partial<Provider> = {}): Provider => ({
  id: ids[kind],
  kind,
  name: kind === 'oidc' ? '市教育统一身份' : '校园 CAS',
  address: kind === 'oidc' ? oidc.issuer : cas.address,
  clientId: kind === 'oidc' ? OIDC_CLIENT : null,
  clientSecret:
    kind === 'oidc' ? seal(city.services.config, 'sign-in-provider', ids.oidc, oidc.secret) : null,
  claim: kind === 'oidc' ? 'employee_number' : null,
  matchStaffNumber: true,
  provesSecond: false,
  enabled: true,
  revision: 1,
  ...more,
});
const configure = async (kind: 'oidc' | 'cas', more: Partial<Provider> = {}) => {
  await db.deleteFrom('sign_in_link').where('provider_id', '=', ids[kind]).execute();
  await db.deleteFrom('sign_in_provider').where('id', '=', ids[kind]).execute();
  await insertProvider(db, provider(kind, more), city.services.clock());
};

beforeAll(async () => {
  world = await makeWorld(db);
  hash = await hashPassword(PASSWORD);
});
beforeEach(async () => {
  city.setNow(new Date().toISOString());
  for (const table of ['sign_in_link', 'session', 'sign_in_challenge', 'sign_in_limit', 'account'] as const)
    await db.deleteFrom(table).execute();
  await insertAccount(db, { personId: world.teacher, signIn: 'T1001', passwordHash: hash });
  await insertAccount(db, { personId: world.colleague, signIn: 'T1002', passwordHash: hash });
  await configure('oidc');
  await configure('cas');
});

/** What the provider's own pages do in a browser: from the address we sent it to, to the one it sends it back to. */
async function throughProvider(address: string): Promise<string> {
  const jar = new Map<string, string>();
  for (let at = address, hops = 0; hops < 10; hops += 1) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const to = answer.headers.get('location');
    if (to === null) throw new Error(`${answer.status} ${await answer.text()}`);
    at = new URL(to, at).href;
    if (at.startsWith('http://localhost/')) return at.slice('http://localhost'.length);
  }
  throw new Error('the provider sends in circles');
}
/** There and back in one browser. */
async function arrive(browser: Visit, kind: 'oidc' | 'cas', from = `/sign-in/with/${ids[kind]}`) {
  const sent = await browser.get(from);
  const back = await throughProvider(sent.headers.get('location') ?? '');
  return { back, answer: await browser.get(back) };
}
const whoIs = async (browser: Visit) =>
  /account-name">([^<]+)</.exec(await browser.read('/account'))?.[1] ?? null;
const linksOf = () => db.selectFrom('sign_in_link').select(['subject', 'person_id']).execute();
function come(kind: 'oidc' | 'cas', subject: string, staffNumber: string): void {
  if (kind === 'oidc') {
    oidc.subject = subject;
    oidc.claims = { name: '来人', employee_number: staffNumber };
  } else {
    cas.user = subject;
    cas.attributes = { staffNo: staffNumber };
  }
}

describe('a provider that knows the browser', () => {
  const way = `/sign-in/with/${ids.cas}?next=%2Frecords`;
  const byItself = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  const goOn = async (answer: Response) => {
    expect(answer.status).toBe(200);
    const [, href = ''] = /href="(\/sign-in\/with\/[^"]+)"/.exec(await answer.text()) ?? [];
    return href.replaceAll('&amp;', '&');
  };

  test('opens no session for a page elsewhere that leads there by itself: one click here is asked', async () => {
    come('cas', 'T1001', 'T1001');
    const browser = visit(city);
    const href = await goOn(await browser.get(way, byItself));
    expect(await db.selectFrom('sign_in_challenge').select('kind').execute()).toEqual([]);
    expect((await browser.get(href, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  test('is gone to at once by a click on a portal or on our page', async () => {
    const clicked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-user': '?1', 'sec-fetch-dest': 'document' };
    expect((await visit(city).get(way, clicked)).status).toBe(303);
    expect((await visit(city).get(way, { referer: 'http://localhost/sign-in' })).status).toBe(303);
    await goOn(await visit(city).get(way, { referer: 'https://portal.example/' }));
  });

  test('where the browser says nothing of how it came, the click here is known by what only it was told', async () => {
    const browser = visit(city);
    const href = await goOn(await browser.get(way, {}));
    await goOn(await visit(city).get(href, {})); // Another browser was told nothing.
    await goOn(await browser.get(`${way}&go=made-up`, {}));
    const anew = await goOn(await browser.get(way, {}));
    expect((await browser.get(anew, {})).status).toBe(303);
  });
});

describe.each(['oidc', 'cas'] as const)('%s', (kind) => {
  beforeEach(() => configure(kind, { claim: kind === 'oidc' ? 'employee_number' : 'staffNo' }));

  test('signs in whoever has the staff number, once linked by the provider’s own name of them', async () => {
    come(kind, 'sub-1', 'T1001');
    const browser = visit(city);
    const { answer } = await arrive(browser, kind, `/sign-in/with/${ids[kind]}?next=%2Frecords`);
    expect(answer.headers.get('location')).toBe('/records');
    expect(await whoIs(browser)).toBe('李华');
    expect(await linksOf()).toEqual([{ subject: 'sub-1', person_id: world.teacher }]);
    // The provider changes the number, or gives it to somebody else: the link stays with its person.
    come(kind, 'sub-1', 'T1002');
    const again = visit(city);
    await arrive(again, kind);
    expect(await whoIs(again)).toBe('李华');
    come(kind, 'sub-2', 'T1001');
    const other = visit(city);
    expect((await arrive(other, kind)).answer.status).toBe(403);
    expect(await whoIs(other)).toBeNull();
    expect(await linksOf()).toHaveLength(1);
  });

  test('opens nobody’s account by number when it is not trusted with that, nor one of somebody who has left', async () => {
    await configure(kind, {
      matchStaffNumber: false,
      claim: kind === 'oidc' ? 'employee_number' : 'staffNo',
    });
    come(kind, 'sub-1', 'T1001');
    expect((await arrive(visit(city), kind)).answer.status).toBe(403);
    await configure(kind, { claim: kind === 'oidc' ? 'employee_number' : 'staffNo' });
    const gone = await makePerson(db, world.school, `离职${kind}`, { staffNumber: `L-${kind}` });
    await db.updateTable('person').set({ state: 'left' }).where('id', '=', gone).execute();
    come(kind, 'sub-9', `L-${kind}`);
    expect((await arrive(visit(city), kind)).answer.status).toBe(403);
    expect(await linksOf()).toEqual([]);
  });

  test('is asked so often from one address without an answer, and no more; whoever comes back is not counted', async () => {
    come(kind, 'sub-1', 'T1001');
    const before = await selectSettings(db);
    await updateSettings(db, { ...before, addressTries: 5 });
    for (let n = 0; n < 6; n += 1) await arrive(visit(city), kind);
    const leave = async () => (await visit(city).get(`/sign-in/with/${ids[kind]}`)).status;
    const answers: number[] = [];
    for (let n = 0; n < 7; n += 1) answers.push(await leave());
    expect(answers).toEqual([303, 303, 303, 303, 303, 429, 429]);
    expect(await db.selectFrom('sign_in_challenge').select('kind').execute()).toHaveLength(5);
    // Signed in already, one's own link is a question of one's own.
    const own = visit(city);
    await own.signIn('T1001', PASSWORD);
    expect((await own.get(`/account/links/${ids[kind]}`)).status).toBe(303);
    await updateSettings(db, { ...before, revision: before.revision + 1 });
  });

  test('an answer counts once, in the browser it was asked in, and for no other question', async () => {
    come(kind, 'sub-1', 'T1001');
    const browser = visit(city);
    const { back } = await arrive(browser, kind);
    expect((await browser.get(back)).status).toBe(422);
    // Somebody else’s answer, put before this browser.
    const stranger = visit(city);
    const sent = await stranger.get(`/sign-in/with/${ids[kind]}`);
    const theirs = await throughProvider(sent.headers.get('location') ?? '');
    const victim = visit(city);
    expect((await victim.get(theirs)).status).toBe(422);
    expect(await whoIs(victim)).toBeNull();
    // An answer with a ticket or code of another question.
    const asking = visit(city);
    const own = new URL((await asking.get(`/sign-in/with/${ids[kind]}`)).headers.get('location') ?? '');
    const state =
      kind === 'oidc'
        ? own.searchParams.get('state')
        : new URL(own.searchParams.get('service') ?? '').searchParams.get('state');
    const mixed = new URL(theirs, 'http://localhost');
    mixed.searchParams.set('state', state ?? '');
    expect((await asking.get(mixed.pathname + mixed.search)).status).toBe(422);
    expect(await whoIs(asking)).toBeNull();
  });

  test('is linked from one’s own page after a look, and nobody takes over a link', async () => {
    await configure(kind, { matchStaffNumber: false });
    come(kind, 'sub-1', 'X');
    const own = visit(city);
    await own.signIn('t1001', PASSWORD);
    const { answer } = await arrive(own, kind, `/account/links/${ids[kind]}`);
    expect(answer.status).toBe(200);
    const token = /name="token" value="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
    expect(await linksOf()).toEqual([]);
    // The token is its person's alone.
    const other = visit(city);
    await other.signIn('t1002', PASSWORD);
    expect((await other.post('/account/links', { token })).status).toBe(422);
    const { answer: asked } = await arrive(own, kind, `/account/links/${ids[kind]}`);
    const second = /name="token" value="([^"]+)"/.exec(await asked.text())?.[1] ?? '';
    expect((await own.post('/account/links', { token: second })).status).toBe(303);
    // The same account of the provider with somebody else.
    const { answer: theirs } = await arrive(other, kind, `/account/links/${ids[kind]}`);
    const third = /name="token" value="([^"]+)"/.exec(await theirs.text())?.[1] ?? '';
    expect((await other.post('/account/links', { token: third })).status).toBe(409);
    expect(await linksOf()).toEqual([{ subject: 'sub-1', person_id: world.teacher }]);
    const next = visit(city);
    await arrive(next, kind);
    expect(await whoIs(next)).toBe('李华');
    // Unlinked by its person only.
    const link = /links\/([0-9a-f-]{36})\/end/.exec(await own.read('/account'))?.[1] ?? '';
    expect((await other.post(`/account/links/${link}/end`)).status).toBe(404);
    expect((await own.post(`/account/links/${link}/end`)).status).toBe(303);
    expect((await arrive(visit(city), kind)).answer.status).toBe(403);
  });

  test('leads to pages of ours only, and is gone when it is switched off', async () => {
    come(kind, 'sub-1', 'T1001');
    const { answer } = await arrive(visit(city), kind, `/sign-in/with/${ids[kind]}?next=%2F%2Fevil.example`);
    expect(answer.headers.get('location')).toBe('/');
    await configure(kind, { enabled: false });
    expect((await visit(city).get(`/sign-in/with/${ids[kind]}`)).status).toBe(404);
    expect(await visit(city).read('/sign-in')).not.toContain(ids[kind]);
  });
});

test('a second factor is asked after a provider, unless it is trusted with both', async () => {
  await db
    .insertInto('totp')
    .values({ person_id: world.teacher, secret: 'sealed', made_at: new Date(), confirmed_at: new Date() })
    .execute();
  come('oidc', 'sub-1', 'T1001');
  expect((await arrive(visit(city), 'oidc')).answer.headers.get('location')).toBe('/sign-in/second?next=%2F');
  await configure('cas', { provesSecond: true });
  come('cas', 'T1001', '');
  expect((await arrive(visit(city), 'cas')).answer.headers.get('location')).toBe('/');
  await configure('oidc', { provesSecond: true });
  come('oidc', 'sub-1', 'T1001');
  const leads = async () => (await arrive(visit(city), 'oidc')).answer.headers.get('location');
  expect(await leads()).toBe('/');
  // It says itself that there was only a password this time.
  oidc.amr = ['pwd'];
  expect(await leads()).toBe('/sign-in/second?next=%2F');
  oidc.amr = ['pwd', 'otp'];
  expect(await leads()).toBe('/');
  delete oidc.amr;
  await db.deleteFrom('totp').execute();
});

test('a CAS of version 2.0 is asked too', async () => {
  cas.old = true;
  come('cas', 'T1001', '');
  const browser = visit(city);
  await arrive(browser, 'cas');
  expect(await whoIs(browser)).toBe('李华');
  cas.old = false;
});

describe('an administrator', () => {
  const path = '/settings/sign-in/providers';
  const fields = () => ({
    kind: 'oidc',
    name: '省平台',
    address: oidc.issuer,
    clientId: OIDC_CLIENT,
    clientSecret: 'never shown again',
    claim: 'employee_number',
    enabled: '1',
  });

  test('sets one up; the secret is sealed, never shown, not in the audit, and asked again with another address', async () => {
    const administrator = await city.as(world.administrator);
    expect((await (await city.as(world.cityOffice)).post(path, fields())).status).toBe(403);
    const to = (await administrator.post(path, fields())).headers.get('location') ?? '';
    const address = to.split('?')[0] ?? '';
    const page = await (await administrator.get(address)).text();
    expect(page).toContain(
      `${address.replace('/settings/sign-in/providers', 'http://localhost/sign-in/with')}/return`,
    );
    expect((await administrator.post(`${address}/test`)).headers.get('location')).toContain('done=');
    const elsewhere = await administrator.post(address, {
      ...fields(),
      clientSecret: '',
      address: 'https://evil.example',
      revision: '1',
    });
    expect(elsewhere.status).toBe(422);
    const kept = await administrator.post(address, {
      ...fields(),
      clientSecret: '',
      name: '省统一平台',
      revision: '1',
    });
    expect(kept.status).toBe(303);
    const rows = JSON.stringify([
      await db.selectFrom('sign_in_provider').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
    ]);
    expect(rows).not.toContain('never shown again');
    expect(page).not.toContain('never shown again');
    expect(rows).toContain('省统一平台');
  });

  test('is told when it does not answer, and people are too', async () => {
    const administrator = await city.as(world.administrator);
    await configure('cas', { address: 'http://127.0.0.1:9/cas' });
    const answer = await administrator.post(`${path}/${ids.cas}/test`);
    expect(answer.status).toBe(422);
    await configure('oidc', { address: 'http://127.0.0.1:9' });
    expect((await visit(city).get(`/sign-in/with/${ids.oidc}`)).status).toBe(503);
    // Local sign-in stays.
    expect((await visit(city).signIn('t1001', PASSWORD)).status).toBe(303);
  });
});

test('only https, or this machine, is a provider’s address', () => {
  for (const good of [
    'https://id.example.cn',
    'https://id.example.cn:8443/realms/edu',
    'http://127.0.0.1:8080/cas',
  ])
    expect(isSafeAddress(good)).toBe(true);
  for (const bad of [
    'http://id.example.cn',
    'https://id.example.cn/?a=1',
    'https://a@b.cn',
    'ftp://x.cn',
    'http://localhost.evil.cn',
  ])
    expect(isSafeAddress(bad)).toBe(false);
});

describe('what CAS says of a ticket', () => {
  const say = (inner: string) =>
    `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inner}</cas:serviceResponse>`;
  const success = (inner: string) => say(`<cas:authenticationSuccess>${inner}</cas:authenticationSuccess>`);

  test('is read whole: prefixes, entities, CDATA, attributes in both forms', () => {
    expect(
      readServiceResponse(
        success(
          '<cas:user>li&amp;hua</cas:user><cas:attributes><cas:staffNo><![CDATA[T1001]]></cas:staffNo><cas:staffNo>T9</cas:staffNo><cas:attribute name="dept" value="语文"/></cas:attributes>',
        ),
      ),
    ).toEqual({ user: 'li&hua', attributes: expect.objectContaining({ staffNo: 'T1001', dept: '语文' }) });
  });

  test('is nothing when it is not exactly one success with one user', () => {
    const wrong = [
      '',
      'not XML',
      say('<cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure>'),
      success(''),
      success('<cas:user> </cas:user>'),
      success('<cas:user>a</cas:user><cas:user>b</cas:user>'),
      success('<cas:user>a</cas:user>') + success('<cas:user>b</cas:user>'),
      say(
        '<cas:authenticationFailure/><cas:authenticationSuccess><cas:user>a</cas:user></cas:authenticationSuccess>',
      ),
      say(
        '<cas:proxies><cas:authenticationSuccess><cas:user>a</cas:user></cas:authenticationSuccess></cas:proxies>',
      ),
      `<!DOCTYPE x [<!ENTITY a "b">]>${success('<cas:user>&a;</cas:user>')}`,
      success('<cas:user>a</cas:user>').slice(0, -5),
    ];
    for (const xml of wrong) expect(readServiceResponse(xml), xml).toBeNull();
  });

  test('a comment within a name does not cut it', () => {
    expect(readServiceResponse(success('<cas:user>T1001<!-- -->9</cas:user>'))?.user).toBe('T10019');
  });
});

describe('an OpenID provider whose word could not be checked', () => {
  let says: Record<string, unknown> = {};
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(says));
  });
  let issuer = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test.for([
    ['no jwks_uri', { jwks_uri: undefined }, '没有公布验证签名的公钥', 'no-keys'],
    ['HS256', { id_token_signing_alg_values_supported: ['HS256'] }, '用双方共有的密钥签名', 'shared-key'],
    ['none', { id_token_signing_alg_values_supported: ['none'] }, '没有签名', 'unsigned'],
  ] as const)(
    '%s: says so to whoever signs in, to the administrator who tries it, and in the log',
    async ([name, more, words, reason]) => {
      says = {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        ...more,
      };
      await configure('oidc', { address: issuer, clientId: name, clientSecret: null });
      const lines: string[] = [];
      const log = openLog('warn', { write: (line) => void lines.push(line) });
      const answer = await createApp({ ...city.services, log }).request(`/sign-in/with/${ids.oidc}`, {
        headers: { 'accept-language': 'zh-CN', 'sec-fetch-site': 'none' },
      });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain(words);
      expect(lines.join()).toContain('a sign-in provider cannot be believed');
      expect(lines.join()).toContain(reason);
      const office = await city.as(world.administrator);
      const tried = await office.post(`/settings/sign-in/providers/${ids.oidc}/test`);
      expect(tried.status).toBe(422);
      expect(await tried.text()).toContain(words);
    },
  );
});
