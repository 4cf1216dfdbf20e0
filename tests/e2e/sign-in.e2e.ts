import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { passkeysPath, secondFactorPath } from '../../src/features/identity/needs.ts';
import { hashPassword } from '../../src/features/identity/password.ts';
import { words } from '../../src/web/words.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* How people sign in: by password and one-time code without scripts, by passkey, from an invitation link. */

const PASSWORD = '青溪的早晨很安静';
const city = await serveCity();
const world = await peopled(city);
const { as } = await visitors(city);
const { db } = city.services;
// A passkey belongs to a host name; an address of numbers has none.
const baseURL = city.origin.replace('127.0.0.1', 'localhost');

async function account(personId: string, signIn: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ sign_in: signIn, password_hash: await hashPassword(PASSWORD) })
    .where('person_id', '=', personId)
    .execute();
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('[name=name]', name);
  await page.fill('[name=password]', PASSWORD);
  await page.press('[name=password]', 'Enter');
  await page.waitForLoadState('load');
}

for (const [name, locale, width, scripts, who] of [
  ['in Chinese on a phone, without scripts', 'zh-CN', 360, false, 'teacher'],
  ['in English', 'en', 1280, true, 'colleague'],
] as const) {
  test(`a teacher sets up one-time codes and signs in with one, ${name}`, async () => {
    const t = words(locale);
    const person = world[who];
    await account(person, `t-${who}`);
    const teacher = await as('public', { width, locale, javaScriptEnabled: scripts });
    const { page } = teacher;
    await signIn(page, `t-${who}`);
    await page.goto('/account');
    await teacher.sound();
    await page.click(`a[href="${secondFactorPath}"]`);
    await teacher.sound();
    const secret = (await page.locator('code').first().textContent()) ?? '';
    const codeAt = (instant: Date) =>
      new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({
        timestamp: instant.getTime(),
      });
    expect(await page.evaluate("document.querySelector('img.qr').naturalWidth")).toBeGreaterThan(100);
    await page.fill('[name=code]', codeAt(city.now()));
    await page.getByRole('button', { name: t('identity.second.confirm') }).click();
    await page.getByText(t('identity.second.recovery.once')).waitFor();
    expect(await page.locator('.recovery-codes li').count()).toBe(10);
    await teacher.sound();
    await page.getByRole('link', { name: t('identity.second.recovery.kept') }).click();
    await page.goto('/account');
    await teacher.leave();

    const next = new Date(city.now().getTime() + 60_000);
    city.setNow(next.toISOString());
    const again = await as('public', { width, locale, javaScriptEnabled: scripts });
    await signIn(again.page, `t-${who}`);
    await again.page.getByRole('heading', { name: t('identity.second.step.title') }).waitFor();
    await again.sound();
    await again.page.fill('[name=code]', codeAt(next));
    await again.page.getByRole('button', { name: t('identity.sign-in.submit') }).click();
    await again.page.waitForURL((url) => url.pathname === '/');
    await again.page.goto('/account');
    await again.leave();
  });
}

for (const [name, locale, width, who] of [
  ['in Chinese on a phone', 'zh-CN', 360, 'groupLeader'],
  ['in English', 'en', 1280, 'schoolLeader'],
] as const) {
  test(`a person adds a passkey, signs in with it alone, and removes it, ${name}`, async () => {
    const t = words(locale);
    await account(world[who], `k-${who.toLowerCase()}`);
    const person = await as('public', { width, locale, baseURL });
    const { page } = person;
    const device = await page.context().newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, `k-${who.toLowerCase()}`);
    await page.goto(passkeysPath);
    await person.sound();
    await page.fill('main form [name=name]', '办公室电脑');
    await page.getByRole('button', { name: t('identity.passkeys.make') }).click();
    await person.told(t('identity.passkeys.done.added'));
    await person.sound();
    const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toHaveLength(1);

    // The browser's own window for passkeys takes the focus while a click is still being judged.
    const usePasskey = () => page.evaluate("document.querySelector('[data-passkey=get]').click()");
    const signOut = async () => {
      await page.click('details.account summary');
      await page.getByRole('button', { name: t('ui.account.signOut') }).click();
      await page.getByText(t('identity.signed-out')).waitFor();
    };
    await signOut();
    await page.getByRole('button', { name: t('identity.passkeys.use') }).waitFor();
    await usePasskey();
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto('/account');
    await page.locator('#sessions').getByText(t('identity.account.how.passkey'), { exact: true }).waitFor();
    const kept = await db
      .selectFrom('passkey')
      .select('counter')
      .where('person_id', '=', world[who])
      .executeTakeFirstOrThrow();
    expect(kept.counter).toBeGreaterThan(0);

    // A copy of the key whose counter stands behind is not let in.
    await db.updateTable('passkey').set({ counter: 1000 }).where('person_id', '=', world[who]).execute();
    await signOut();
    await usePasskey();
    await page.getByText(t('identity.passkeys.refused')).waitFor();
    await db.updateTable('passkey').set({ counter: 1 }).where('person_id', '=', world[who]).execute();

    // Nor is whoever the device does not recognise.
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto('/sign-in');
    await usePasskey();
    await page.getByText(t('identity.passkeys.failed')).waitFor();
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await usePasskey();
    await page.waitForURL((url) => url.pathname === '/');

    await page.goto(passkeysPath);
    await page.getByRole('button', { name: t('identity.passkeys.remove') }).click();
    await person.told(t('identity.passkeys.done.removed'));
    await signOut();
    await usePasskey();
    await page.getByText(t('identity.passkeys.refused')).waitFor();
    await page.context().close();
  });
}

test('an invitation link on paper opens on a phone without scripts, sets a password and signs in', async () => {
  const t = words('zh-CN');
  await db
    .updateTable('account')
    .set({ password_hash: null })
    .where('person_id', '=', world.teacher)
    .execute();
  const office = await as('school-office');
  await office.page.goto(`/people/${world.teacher}`);
  await office.page.getByRole('button', { name: t('organisation.accounts.make-one') }).click();
  const link = (await office.page.locator('.digest').first().textContent()) ?? '';
  expect(link).toContain(`${city.origin}/invitation/`);
  await office.leave();
  const teacher = await as('public', { width: 360, javaScriptEnabled: false });
  const { page } = teacher;
  await page.goto(link);
  await teacher.sound();
  await page.fill('[name=password]', '澜江的傍晚也很静');
  await page.fill('[name=again]', '澜江的傍晚也很静');
  await page.getByRole('button', { name: t('identity.invitation.submit') }).click();
  await teacher.told(t('identity.password.done'));
  await page.goto('/account');
  await teacher.leave();
});
