import { expect, test } from 'vitest';
import { insertProvider } from '../../src/features/identity/providers/queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { seal } from '../../src/platform/seal.ts';
import { words } from '../../src/web/words.ts';
import { serveCas } from '../support/cas-server.ts';
import { OIDC_CLIENT, serveOidc } from '../support/oidc-server.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* Signing in with another system, in a browser that follows where it is led, without scripts too. */

// What the provider signs is dated by the machine's clock.
const city = await serveCity(new Date().toISOString());
const world = await peopled(city);
const { as } = await visitors(city);
const { db, config } = city.services;
const ids = { oidc: newId(), cas: newId() };
const oidc = await serveOidc(`${city.origin}/sign-in/with/${ids.oidc}/return`);
const cas = await serveCas();
const common = { matchStaffNumber: true, provesSecond: false, enabled: true, revision: 1 };
await insertProvider(
  db,
  {
    ...common,
    id: ids.oidc,
    kind: 'oidc',
    name: '市教育统一身份',
    address: oidc.issuer,
    clientId: OIDC_CLIENT,
    clientSecret: seal(config, 'sign-in-provider', ids.oidc, oidc.secret),
    claim: 'employee_number',
  },
  city.now(),
);
await insertProvider(
  db,
  {
    ...common,
    id: ids.cas,
    kind: 'cas',
    name: '校园 CAS',
    address: cas.address,
    clientId: null,
    clientSecret: null,
    claim: null,
  },
  city.now(),
);

for (const [name, locale, width, scripts] of [
  ['in Chinese on a phone, without scripts', 'zh-CN', 360, false],
  ['in English', 'en', 1280, true],
] as const) {
  test(`a teacher signs in with OpenID Connect and with CAS, ${name}`, async () => {
    const t = words(locale);
    for (const provider of ['市教育统一身份', '校园 CAS']) {
      oidc.subject = 'sub-of-li-hua';
      oidc.claims = { name: '李华', employee_number: 'T1001' };
      cas.user = 'T1001';
      const teacher = await as('public', { width, locale, javaScriptEnabled: scripts });
      const { page } = teacher;
      await page.goto('/sign-in?next=%2Faccount');
      await teacher.sound();
      await page.getByRole('link', { name: t('identity.providers.use', { provider }) }).click();
      await page.getByRole('heading', { name: t('identity.account.title'), exact: true }).waitFor();
      await page.locator('#links').getByText(provider).first().waitFor();
      await teacher.leave();
    }
    const links = await db.selectFrom('sign_in_link').select('person_id').execute();
    expect(links.map(({ person_id }) => person_id)).toEqual([world.teacher, world.teacher]);
  });
}

test('somebody whom no staff number finds links the account from their own page, and is told why before that', async () => {
  const t = words('zh-CN');
  oidc.subject = 'sub-of-nobody-here';
  oidc.claims = { name: '王老师' };
  const colleague = await as('public');
  const { page } = colleague;
  await page.goto('/sign-in');
  const use = { name: t('identity.providers.use', { provider: '市教育统一身份' }) };
  await page.getByRole('link', use).click();
  await page.getByText(t('identity.providers.refused.not-linked', { provider: '市教育统一身份' })).waitFor();
  await page.goto('/sign-in');
  await page.click('button[value="applicant"]');
  await page.goto('/account');
  await page
    .getByRole('link', { name: t('identity.providers.link', { provider: '市教育统一身份' }) })
    .click();
  await page.getByText('王老师').first().waitFor();
  await page.getByRole('button', { name: t('identity.providers.confirm.submit') }).click();
  await colleague.told(t('identity.providers.done.linked'));
  await page.context().close();
});
