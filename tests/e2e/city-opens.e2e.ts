import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDemo } from '../../demo/load.ts';
import { root } from '../../src/platform/root.ts';
import { words } from '../../src/web/words.ts';
import { visitors } from './support/browser.ts';
import { serveCity } from './support/city.ts';

/* From the policy's file to an open round: 406 places over eleven counties (R-002-3-22). */

const city = await serveCity();
await loadDemo(
  city.services,
  city.databaseUrl,
  { teachers: 600, seed: 'journeys', rounds: false },
  () => undefined,
);
const { as } = await visitors(city);
const { db } = city.services;

const folder = join(root, 'programmes/sources/002-3-city-backbone');
const source = readFileSync(join(folder, '2011-1.yaml'), 'utf8');
const tables = readdirSync(join(folder, 'quotas')).map((name) => ({
  name,
  mimeType: 'text/csv',
  buffer: readFileSync(join(folder, 'quotas', name)),
}));
const yaml = (text: string) => ({
  name: '2011-1.yaml',
  mimeType: 'application/yaml',
  buffer: Buffer.from(text),
});

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`the city office corrects its file, publishes it, and opens a round of 406 places, ${name}`, async () => {
    const t = words(locale);
    const office = await as('city-office', { width, locale });
    const { page } = office;
    // Each language brings a version of its own.
    const own = source.replace('version: 2011-1', `version: 2011-${locale === 'en' ? 2 : 1}`);
    const faulty = own.replace('{record: annual-appraisal', '{record: annual-apraisal');
    const line = faulty.slice(0, faulty.indexOf('annual-apraisal')).split('\n').length;

    await page.goto('/programmes');
    await page.getByRole('link', { name: t('programmes.upload') }).click();
    await page.setInputFiles('[name=file]', yaml(faulty));
    await page.setInputFiles('[name=tables]', tables);
    await page.getByRole('button', { name: t('programmes.upload.submit') }).click();
    const fault = page.getByRole('row', { name: 'annual-apraisal' });
    expect(await fault.textContent()).toContain(String(line));
    expect(await fault.locator('strong').textContent()).toBe('annual-appraisal');
    await office.sound();

    await page.setInputFiles('[name=file]', yaml(own));
    await page.setInputFiles('[name=tables]', tables);
    await page.getByRole('button', { name: t('programmes.upload.submit') }).click();
    await office.told(t('programmes.done.saved'));
    await page.getByText('R-002-3-18').first().waitFor();
    await office.sound();
    await page.getByRole('button', { name: t('programmes.publish.submit') }).click();
    await office.told(t('programmes.done.published'));

    await page.getByRole('link', { name: t('programmes.open-round') }).click();
    await page.fill('[name=name]', '2027年市级中小学学科骨干教师评选');
    await page.fill('[name=opens]', '2026-11-23');
    await page.fill('[name=deadline]', '2026-12-11');
    expect(await page.inputValue('[name=places]')).toBe('406');
    await office.sound();
    await page.getByRole('button', { name: t('rounds.new.submit') }).click();
    await office.told(t('rounds.new.done'));
    const round = new URL(page.url()).pathname;

    // Without places nothing opens; the page says what is missing.
    await page.getByRole('button', { name: t('rounds.open.submit') }).click();
    expect(await page.getByRole('alert').textContent()).toContain(t('rounds.refuse.no-quotas'));

    await page.goto(`${round}/quotas`);
    await page.getByRole('link', { name: t('rounds.quota.apportion') }).click();
    await page.fill('[name=floor]', '10');
    await page.selectOption('select[name=method]', 'webster');
    await page.getByRole('button', { name: t('rounds.quota.apportion.compare') }).click();
    await page.waitForURL('**floor=10**');
    // Six methods side by side; one that ends in a tie says what it leaves open instead of hiding it.
    const sums = (await page.locator('tfoot td').allTextContents()).slice(2);
    expect(sums).toHaveLength(6);
    expect(sums[1]).toBe('406');
    for (const sum of sums) {
      expect(sum === '406' || sum.includes(t('rounds.quota.unallocated'))).toBe(true);
    }
    await office.sound();
    await page
      .getByRole('button', {
        name: t('rounds.quota.apportion.adopt', { method: t('rounds.quota.method.webster') }),
      })
      .click();
    await office.told(t('rounds.quota.done'));
    await page.getByText(t('rounds.quota.match')).waitFor();
    await office.sound();
    const quotas = await db
      .selectFrom('round_quota')
      .select('places')
      .where('round_id', '=', round.split('/')[2] ?? '')
      .execute();
    expect(quotas).toHaveLength(11);
    expect(quotas.reduce((sum, { places }) => sum + places, 0)).toBe(406);
    expect(Math.min(...quotas.map(({ places }) => places))).toBeGreaterThanOrEqual(10);

    await page.goto(round);
    await page.getByRole('button', { name: t('rounds.open.submit') }).click();
    await office.told(t('rounds.open.done'));
    await office.leave();

    const teacher = await as('teacher', { width, locale });
    await teacher.page.click(`a[href="${round}/eligibility"]`);
    await teacher.page.locator('.verdict').waitFor();
    await teacher.leave();
  });
}
