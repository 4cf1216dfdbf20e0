import { expect, test } from 'vitest';
import { type Locale, words } from '../../src/web/words.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';
import { certificate } from './support/files.ts';

/*
 * A teacher on the way from "am I eligible?" to a receipt: one record is missing, is added from where it was
 * missed, and the statement survives a page that closes before anything was saved.
 */

const city = await serveCity();
const world = await peopled(city);
const { as } = await visitors(city);
const { db } = city.services;

/** A round of its own for each journey; the teacher has no record yet of the certificate of R-002-3-18. */
async function roundWithoutCertificate(): Promise<string> {
  const records = db.updateTable('record').set({ state: 'withdrawn' }).where('person_id', '=', world.teacher);
  await records.execute();
  await makeEligible(db, world.teacher);
  await records.where('type', '=', 'certificate').execute();
  return makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
}

const looks: readonly [string, Locale, { width: number; locale: string; javaScriptEnabled?: boolean }][] = [
  ['in Chinese', 'zh-CN', { width: 1280, locale: 'zh-CN' }],
  ['in English on a phone', 'en', { width: 360, locale: 'en' }],
  ['without scripts', 'zh-CN', { width: 360, locale: 'zh-CN', javaScriptEnabled: false }],
];

for (const [name, locale, look] of looks) {
  test(`a teacher finds what is missing, adds it, applies, and withdraws, ${name}`, async () => {
    const t = words(locale);
    const scripted = look.javaScriptEnabled !== false;
    const round = await roundWithoutCertificate();
    const teacher = await as('teacher', look);
    const { page } = teacher;
    await page.goto('/');
    await page.click(`a[href="/rounds/${round}/eligibility"]`);
    const missing = page.locator('.findings > .finding-list > .finding', { hasText: 'R-002-3-18' }).last();
    expect(await missing.textContent()).toContain(t('ui.outcome.unmet'));
    await teacher.sound();

    // The record is added from the clause that lacks it, and the clause is then looked at again.
    await missing.locator('a[href^="/records/new"]').first().click();
    await page.fill('[name=title]', '全国计算机等级考试二级证书');
    await page.fill('[name=happenedOn]', '2015-06-01');
    await page.selectOption('[name="fields.kind"]', 'computer-rank');
    await page.setInputFiles('[name=evidence]', certificate);
    await teacher.sound();
    await page.getByRole('button', { name: t('records.submit'), exact: true }).click();
    await page.waitForURL(`**/rounds/${round}/eligibility**`);
    await page.getByText(t('applications.verdict.hopeful')).waitFor();
    await teacher.sound();

    await page.getByRole('button', { name: t('applications.apply') }).click();
    await page.waitForURL('**/applications/*');
    const application = new URL(page.url()).pathname;
    await teacher.sound();
    await page.click(`a[href="${application}/statement"]`);
    const field = page.locator('textarea').first();
    const written = '十六年如一日，带动本组教师共同提高。';
    if (scripted) {
      // Closed before the pause after which a draft goes to the server.
      await field.fill(written);
      await page.reload();
      expect(await field.inputValue()).toBe(written);
      await expect
        .poll(() => page.locator('[data-autosave-status]').getAttribute('data-state'))
        .toBe('saved');
      await page.goto(`${application}/statement`);
      expect(await field.inputValue()).toBe(written);
    } else {
      await field.fill(written);
      await page.getByRole('button', { name: t('applications.statement.save') }).click();
      await page.goto(`${application}/statement`);
      expect(await field.inputValue()).toBe(written);
    }
    await teacher.sound();

    await page.goto(`${application}/check`);
    await page.getByText(written).waitFor();
    await teacher.sound();
    await page.getByRole('button', { name: t('applications.check.submit') }).click();
    await page.waitForURL(`**${application}/receipt`);
    const receipt = await page.locator('main dl').textContent();
    expect(receipt).toContain('李华');
    await teacher.sound();

    // A second click of a page kept open elsewhere is the same act and the same receipt.
    await page.goBack();
    const again = page.getByRole('button', { name: t('applications.check.submit') });
    if (await again.isVisible()) await again.click();
    await page.goto(`${application}/receipt`);
    expect(await page.locator('main dl').textContent()).toBe(receipt);
    const sent = await db
      .selectFrom('application')
      .select(['id', 'state'])
      .where('round_id', '=', round)
      .execute();
    expect(sent.map(({ state }) => state)).toEqual(['in-review']);

    await page.goto(application);
    await page.getByText(t('applications.withdraw')).first().click();
    await page.getByRole('button', { name: t('applications.withdraw') }).click();
    await teacher.told(t('applications.withdraw.done'));
    await teacher.leave();
  });
}
