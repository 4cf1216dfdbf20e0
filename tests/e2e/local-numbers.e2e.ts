import { expect, test } from 'vitest';
import { formatDate, words } from '../../src/web/words.ts';
import { makeYears } from '../support/numbers.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* A county sets a number that the city's programme leaves to it; the round keeps it, and its teachers read it. */

const city = await serveCity();
const world = await peopled(city);
const { db } = city.services;
const version = await makeYears(db, world.city);
const { as } = await visitors(city);
const numbers = `/programmes/${version}/numbers`;

test('a county office sets a number on a wide screen, mends what was wrong, and a teacher reads it in the findings', async () => {
  const t = words('zh-CN');
  const office = await as('county-office');
  const { page } = office;
  await page.goto(`/programmes/${version}`);
  await page.getByRole('link', { name: t('numbers.link'), exact: true }).click();
  await office.sound();
  const fill = async (value: string, from: string) => {
    await page.selectOption('[name=parameter]', 'least-years');
    await page.fill('[name=value]', value);
    await page.fill('[name=from]', from);
    await page.fill('[name=document]', '青教发〔2026〕3号');
    await page.fill('[name=reason]', '本县教师教龄普遍较长');
    await page.getByRole('button', { name: t('numbers.set.submit'), exact: true }).click();
  };
  await fill('11 年', '2026-11-23');
  await page.getByRole('alert').waitFor();
  expect(await page.locator('.error-summary').textContent()).toContain('高于方案允许的最大值 10 年');
  expect(await page.inputValue('[name=reason]')).toBe('本县教师教龄普遍较长');
  await office.sound();
  await fill('５ 年', '2026-11-23');
  await office.told(t('numbers.set.done'));
  await page.getByRole('rowheader', { name: '青溪县教育局' }).waitFor();
  await office.leave();

  const opener = await as('city-office');
  await opener.page.goto(`/rounds/new?version=${version}`);
  await opener.page.fill('[name=opens]', '2026-11-23');
  await opener.page.fill('[name=deadline]', '2026-12-20');
  await opener.page.fill('[name=places]', '10');
  await opener.page.locator('main form [type=submit]').first().click();
  await opener.page.waitForURL(/\/rounds\/[0-9a-f-]{36}/);
  const round = new URL(opener.page.url()).pathname;
  await opener.page
    .getByText(t('numbers.of-round.draft', { day: formatDate('2026-11-23', 'zh-CN') }))
    .waitFor();
  await opener.page.locator(`form[action="${round}/open"] [type=submit]`).click();
  await opener.page.getByText(t('numbers.of-round.kept')).waitFor();
  await opener.leave();

  const teacher = await as('teacher');
  await teacher.page.goto(`${round}/eligibility`);
  await teacher.page
    .getByText('“最低教龄”方案定 3 年；青溪县教育局自 2026-11-23 起定为 5 年（青教发〔2026〕3号）。')
    .first()
    .waitFor();
  await teacher.leave();
});

test('on a phone, in English, another is set from a later day and taken back', async () => {
  const t = words('en');
  const office = await as('county-office', { width: 360 });
  const { page } = office;
  await page.goto(`${numbers}?lang=en`);
  await page.selectOption('[name=parameter]', 'places');
  await page.fill('[name=value]', '3');
  await page.fill('[name=from]', '2026-12-01');
  await page.fill('[name=reason]', 'Few schools, many teachers.');
  await office.sound();
  await page.getByRole('button', { name: t('numbers.set.submit'), exact: true }).click();
  await office.told(t('numbers.set.done'));
  await page.getByText(t('numbers.state.coming')).first().waitFor();
  await page.locator('summary', { hasText: 'Take back' }).click();
  await page.selectOption('[name=decision]', { label: 'places for a school: 3, from 2026-12-01' });
  await page.fill('[name=end-reason]', 'Set by mistake.');
  await office.sound();
  await page.getByRole('button', { name: t('numbers.end.submit'), exact: true }).click();
  await office.told(t('numbers.end.done'));
  await page.getByText(t('numbers.state.never')).first().waitFor();
  await office.leave();
});

test('without scripts the same form works', async () => {
  const t = words('zh-CN');
  const office = await as('county-office', { javaScriptEnabled: false });
  const { page } = office;
  await page.goto(`${numbers}?lang=zh-CN`);
  await page.selectOption('[name=parameter]', 'places');
  await page.fill('[name=value]', '9');
  await page.fill('[name=from]', '2026-11-24');
  await page.fill('[name=reason]', '学校少，教师多');
  await page.getByRole('button', { name: t('numbers.set.submit'), exact: true }).click();
  await page.locator('.error-summary').waitFor();
  expect(await page.locator('.error-summary').textContent()).toContain('高于方案允许的最大值 5');
  await page.fill('[name=value]', '4');
  await page.getByRole('button', { name: t('numbers.set.submit'), exact: true }).click();
  await office.told(t('numbers.set.done'));
  await office.leave();
});
