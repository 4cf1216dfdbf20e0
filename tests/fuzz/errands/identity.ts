import { Secret, TOTP } from 'otpauth';
import { authenticator } from '../../support/authenticator.ts';
import { serveCas } from '../../support/cas-server.ts';
import type { Visit } from '../../support/visit.ts';
import { type Errand, found, type Going, Lost, later, yes } from '../errands.ts';

/** Signing in, in every way there is. Each errand begins later than the one before, for a one-time code counts once. */

const DEMO = 'qinglan';
const OWN = '青溪的早晨很安静';
const HOME = 'http://localhost';

/** A code for somebody from the security administrator; the link, a password of their own, and in. */
async function invited(go: Going, kind: string): Promise<Visit> {
  const { personId } = go.persona(kind);
  const { text } = await go.fill('security-administrator', `/people/${personId}`, /account\/code$/);
  const link = found(text, /(\/invitation\/[\w-]+)/, 'invitation');
  const browser = go.visit();
  await yes(browser.get(link), 'the invitation');
  await yes(browser.post(link, { password: OWN, again: OWN }), 'the first password');
  return browser;
}

/** A quarter of an hour later it is asked again who is there. */
async function showAgain(browser: Visit, prove: (next: string) => Promise<Response>): Promise<void> {
  const asked = await browser.get('/account/passkeys');
  const to = asked.headers.get('location') ?? '';
  if (!to.startsWith('/account/again')) throw new Lost(`nobody asked again: ${asked.status} ${to}`);
  await yes(browser.get(to), 'the page that asks again');
  await yes(prove('/account/passkeys'), 'showing again who it is');
}

async function passwords(go: Going): Promise<void> {
  const browser = go.visit();
  const { signIn } = go.persona('group-leader');
  await yes(browser.signIn(signIn, DEMO), 'the password of the demo');
  await yes(
    browser.post('/password', { before: DEMO, password: OWN, again: OWN, next: '/' }),
    'a new password',
  );
  later(go, 20);
  await showAgain(browser, (next) => browser.post('/account/again', { password: OWN, next }));
  await yes(go.visit().signIn(signIn, OWN), 'in elsewhere too');
  const elsewhere = found(
    await browser.read('/account'),
    /\/account\/sessions\/([\w-]{36})\/end/,
    'other session',
  );
  await yes(browser.post(`/account/sessions/${elsewhere}/end`), 'the end of the other');
  const wrong = go.visit();
  for (let tries = 0; tries < 6; tries += 1) await wrong.signIn(signIn, 'none of theirs');
  const { personId } = go.persona('group-leader');
  await go.fill('security-administrator', `/people/${personId}`, /account\/unlock$/);
}

/** What an app shows that has the secret of the page, at the clock's time. */
async function appOf(go: Going, browser: Visit): Promise<() => string> {
  const page = await browser.read('/account/second-factor');
  const secret = Secret.fromBase32(found(page, /<code>([A-Z2-7 ]+)<\/code>/, 'secret').replaceAll(' ', ''));
  return () => new TOTP({ secret }).generate({ timestamp: go.kept.services.clock().getTime() });
}

async function codes(go: Going): Promise<void> {
  const browser = await invited(go, 'school-leader');
  const { signIn, personId } = go.persona('school-leader');
  const code = await appOf(go, browser);
  await yes(browser.post('/account/second-factor', { code: code() }), 'the first code');
  later(go, 1);
  const second = go.visit();
  const to = (await second.signIn(signIn, OWN)).headers.get('location') ?? '';
  await yes(second.get(to), 'the second step');
  await yes(second.post('/sign-in/second', { code: code(), next: '/' }), 'the second code');
  await yes(second.post('/account/second-factor/codes'), 'new recovery codes');
  await yes(second.post('/account/second-factor/end'), 'the end of one-time codes');
  const anew = await appOf(go, second);
  await yes(second.post('/account/second-factor', { code: anew() }), 'one-time codes anew');
  await go.fill('security-administrator', `/people/${personId}`, /second-factor\/reset$/, {
    resetReason: '手机遗失',
  });
}

async function passkeys(go: Going): Promise<void> {
  later(go, 1);
  const browser = await invited(go, 'judge');
  const { signIn } = go.persona('judge');
  const device = authenticator(HOME);
  const made = async () =>
    (await (await browser.post('/account/passkeys/challenge')).json()) as Parameters<typeof device.make>[0];
  const asked = async (at: Visit) =>
    (await (await at.post('/sign-in/passkey/challenge')).json()) as Parameters<typeof device.answer>[0];
  await yes(
    browser.post('/account/passkeys', { credential: device.make(await made()), name: '手机' }),
    'a passkey',
  );
  const key = found(await browser.read('/account/passkeys'), /\/account\/passkeys\/([\w-]{36})\//, 'passkey');
  await yes(browser.post(`/account/passkeys/${key}/name`, { name: '办公室的电脑' }), 'its name');
  const code = await appOf(go, browser);
  await yes(browser.post('/account/second-factor', { code: code() }), 'one-time codes beside it');
  const other = go.visit();
  await yes(
    other.post('/sign-in/passkey', { credential: device.answer(await asked(other)), next: '/' }),
    'in by it',
  );
  const second = go.visit();
  const step = (await second.signIn(signIn, OWN)).headers.get('location') ?? '';
  if (!step.startsWith('/sign-in/second')) throw new Lost(`no second step but ${step}`);
  const credential = device.answer(await asked(second));
  await yes(second.post('/sign-in/second/passkey', { credential, next: '/' }), 'the second step by it');
  later(go, 20);
  await showAgain(second, async (next) =>
    second.post('/account/again/passkey', { credential: device.answer(await asked(second)), next }),
  );
  await yes(second.post(`/account/passkeys/${key}/remove`), 'its end');
}

async function provider(go: Going): Promise<void> {
  later(go, 1);
  const cas = await serveCas();
  const { location } = await go.fill(
    'security-administrator',
    '/settings/sign-in/providers/new',
    /providers$/,
    {
      kind: 'cas',
      name: '校园 CAS',
      address: cas.address,
      claim: 'staffNo',
    },
  );
  await go.see('security-administrator', location);
  await go.fill('security-administrator', location, /providers\/[\w-]+$/, {
    name: '校园统一登录',
    clientId: '',
  });
  await go.fill('security-administrator', location, /\/test$/);
  const id = location.split('/').at(-1)?.split('?')[0] ?? '';
  const { signIn } = go.persona('teacher');
  cas.user = 'somebody';
  const through = async (browser: Visit, from: string) => {
    const sent = await yes(browser.get(from), 'the way to the provider');
    const back = await fetch(sent.headers.get('location') ?? '', { redirect: 'manual' });
    return yes(browser.get((back.headers.get('location') ?? '').replace(HOME, '')), 'the way back');
  };
  const browser = go.visit();
  await yes(browser.signIn(signIn, DEMO), 'in by password');
  const asking = await (await through(browser, `/account/links/${id}`)).text();
  const token = found(asking, /name="token" value="([^"]+)"/, 'question whether to link');
  await yes(browser.post('/account/links', { token }), 'the link');
  const other = go.visit();
  await through(other, `/sign-in/with/${id}?next=%2F`);
  const link = found(
    await browser.read('/account'),
    /\/account\/links\/([\w-]{36})\/end/,
    'link of their own',
  );
  await yes(browser.post(`/account/links/${link}/end`), 'the end of the link');
}

/** Only where the demo is shown to visitors: one click, and one is in. */
async function click(go: Going): Promise<void> {
  await go.fill('nobody', '/sign-in', /\/sign-in\/demo$/, { kind: 'teacher' });
}

export const identityErrands: Readonly<Record<string, Errand>> = {
  'one click in a demo': click,
  'a password of one’s own': passwords,
  'one-time codes': codes,
  'a passkey': passkeys,
  'a provider': provider,
};
