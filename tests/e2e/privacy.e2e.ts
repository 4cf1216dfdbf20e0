import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { giveTitle } from '../support/world.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* Personal data, from the notice anybody reads to what somebody takes along, agrees to and has put right. */

const city = await serveCity();
const world = await peopled(city);
const { as } = await visitors(city);
const { db } = city.services;
await giveTitle(db, world.teacher, 'school-backbone', '[2024-09-01,2027-09-01)');

/** With QINGLAN_SHOTS=folder each page is kept as a picture as well. */
const shots = process.env.QINGLAN_SHOTS;

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`an administrator lays down, a teacher agrees and asks, an office decides, ${name}`, async () => {
    const t = words(locale);
    const keep = async (visitor: Awaited<ReturnType<typeof as>>, what: string) => {
      await visitor.sound();
      if (shots !== undefined)
        await visitor.page.screenshot({ path: `${shots}/${what}-${locale}-${width}.png`, fullPage: true });
    };

    const keeper = await as('administrator', { width, locale });
    await keeper.page.goto('/settings/privacy');
    await keep(keeper, 'settings');
    if ((await keeper.page.getByRole('button', { name: t('privacy.id.turn-on') }).count()) > 0) {
      await keeper.page.getByRole('button', { name: t('privacy.id.turn-on') }).click();
      await keeper.told(t('privacy.id.done'));
    }
    await keeper.page.goto('/settings/privacy/retention/notices');
    await keeper.page.getByRole('button', { name: t('privacy.retention.set.preview') }).click();
    await keeper.page.locator('.notice').first().waitFor();
    await keep(keeper, 'retention');
    await keeper.leave();

    const teacher = await as('teacher', { width, locale });
    const { page } = teacher;
    await page.goto('/account/data');
    await keep(teacher, 'own-data');
    await page.fill('[name=introduction]', '教语文十五年，喜欢带学生读长诗。');
    await page.check('[name=agree]');
    await page
      .getByRole('button', {
        name: new RegExp(`${t('privacy.consent.give')}|${t('privacy.consent.change')}`),
      })
      .click();
    await teacher.told(t('privacy.consent.done.given'));
    await page.selectOption('[name=field]', 'teachingSince');
    await page.fill('[name=wanted]', locale === 'en' ? '2009-09-01' : '2011-09-01');
    await page.fill('[name=because]', '以聘任文件为准');
    await page.getByRole('button', { name: t('privacy.correction.ask'), exact: true }).click();
    await teacher.told(t('privacy.correction.done'));
    await teacher.leave();

    const passer = await as('public', { width, locale });
    await passer.page.goto('/privacy');
    await keep(passer, 'privacy');
    await passer.page.goto('/teachers');
    expect(await passer.page.content()).toContain('喜欢带学生读长诗');
    await keep(passer, 'teachers');
    await passer.leave();

    const office = await as('school-office', { width, locale });
    await office.page.goto('/corrections');
    await keep(office, 'corrections');
    await office.page.getByRole('button', { name: t('privacy.corrections.accept') }).click();
    await office.told(t('privacy.corrections.done'));
    await office.page.goto(`/people/${world.teacher}/id-number`);
    await office.page.selectOption('[name=kind]', 'hk-macau');
    await office.page.fill('[name=number]', 'H12345678');
    await office.page.getByRole('button', { name: t('organisation.save') }).click();
    await office.told(t('organisation.done.id-number-kept'));
    await office.page.fill('[name=reason]', '核对身份');
    await office.page.getByRole('button', { name: t('organisation.id-number.show.submit') }).click();
    await office.page.getByText('H12345678').waitFor();
    await keep(office, 'id-number');
    await office.leave();
  });
}
