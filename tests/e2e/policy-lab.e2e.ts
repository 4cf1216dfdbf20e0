import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { type Visitor, visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* A policy changed in the lab: a number turned and tried, the file mended, another office agrees, published. */

const city = await serveCity();
const world = await peopled(city);
const { db } = city.services;
const round = await makeRound(db, 'city', world.city, world.cityOffice);
await makeEligible(db, world.teacher);
const { as } = await visitors(city);

const LESSONS = 'k:eligibility.all[5].count.min';

/** From the programmes to a draft of one's own; its address. */
async function begin({ page }: Visitor, t: ReturnType<typeof words>): Promise<string> {
  await page.goto('/programmes');
  await page.getByRole('link', { name: t('lab.title') }).click();
  await page.getByRole('button', { name: t('lab.start.submit') }).click();
  await page.waitForURL('**/lab/drafts/**');
  return new URL(page.url()).pathname;
}
/** As somebody writes: the words marked, others typed in their place. */
async function rewrite({ page }: Visitor, label: string, from: string, to: string): Promise<void> {
  const file = page.getByLabel(label);
  const at = (await file.inputValue()).indexOf(from);
  expect(at).toBeGreaterThan(-1);
  await file.focus();
  await page.evaluate(`document.activeElement.setSelectionRange(${at}, ${at + from.length})`);
  await page.keyboard.insertText(to);
}
const open = ({ page }: Visitor, name: string) => page.getByRole('link', { name, exact: true }).click();

test('the city office turns a number, sees who drops out, and another office agrees before it is published', async () => {
  const t = words('zh-CN');
  const office = await as('city-office');
  const { page } = office;
  const draft = await begin(office, t);
  await office.sound();

  // What is no number is named at its field; nothing typed is lost.
  await page.fill(`[name="${LESSONS}"]`, '三');
  await page.getByRole('button', { name: t('lab.save-and-try') }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.inputValue(`[name="${LESSONS}"]`)).toBe('三');
  await office.sound();

  await page.fill(`[name="${LESSONS}"]`, '4');
  await page.fill('[name=asOf]', '2026-11-30');
  await page.getByRole('button', { name: t('lab.save-and-try') }).click();
  // The figures come by themselves; the page is not loaded again.
  await page.getByRole('link', { name: t('lab.figures.export') }).waitFor();
  const lost = page.locator('.stat', { hasText: t('lab.lose') });
  expect(await lost.textContent()).toContain('1');
  await page.getByText(t('lab.small')).first().waitFor();
  await office.sound();
  await lost.getByRole('link').click();
  await page.getByRole('rowheader', { name: '李华' }).waitFor();
  await office.sound();

  // The file: a slip is told while one writes, keys are offered, and nothing but the keyboard is needed.
  await page.goto(`${draft}/file`);
  const write = (from: string, to: string) => rewrite(office, t('lab.file.source'), from, to);
  await write('version: 2011-1', 'version: 2026-1');
  await write('eligibility:', 'eligibilty:');
  const found = page.locator('.editor-problems li.error', { hasText: 'eligibilty' }).first();
  await found.waitFor();
  await office.sound();
  await found.getByRole('button').press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('f-source');
  // The cursor stands where the slip is: the rest of the word is put right from the list of keys.
  await write('eligibilty:', 'eligib');
  await page.keyboard.press('Control+Space');
  const choices = page.locator('.editor-choices');
  await choices.getByRole('button', { name: 'eligibility', exact: true }).waitFor();
  await office.sound();
  await page.keyboard.press('Escape');
  expect(await choices.isVisible()).toBe(false);
  await page.keyboard.press('Control+Space');
  await choices.getByRole('button', { name: 'eligibility', exact: true }).press('Enter');
  const errors = page.locator('.editor-problems li.error');
  await expect.poll(() => errors.count()).toBe(0);
  // After a key, what may be chosen there, with what each is called.
  await write('ranking: ordered', 'ranking: sc');
  await page.keyboard.press('Control+Space');
  await choices.getByText('按得分排序').waitFor();
  await choices.getByRole('button', { name: 'scored', exact: true }).press('Enter');
  await write('ranking: scored', 'ranking: ordered');
  await expect.poll(() => errors.count()).toBe(0);
  await page.getByRole('button', { name: t('lab.save') }).click();
  await office.told(t('lab.done.saved'));

  await open(office, t('lab.tab.compare'));
  const change = page.getByRole('row', { name: '二、对象与条件，第 6 条' });
  expect(await change.textContent()).toContain('不少于');
  expect(await change.locator('del').textContent()).toBe('3');
  expect(await change.locator('ins').textContent()).toBe('4');
  await office.sound();

  await open(office, t('lab.tab.agreement'));
  await page.getByText('林主任').waitFor();
  await page.fill('[name=note] >> nth=0', '请看第六条');
  await page.getByRole('button', { name: t('lab.ask'), exact: true }).click();
  await office.told(t('lab.done.ask'));
  await page.getByText(t('lab.asking.wait')).waitFor();
  // Whoever wrote it is offered no agreement of their own.
  expect(await page.getByRole('button', { name: t('lab.answer.agree'), exact: true }).count()).toBe(0);
  await office.sound();

  const other = await as('city-colleague');
  await other.page.goto('/notices');
  await other.page.click(`a[href="${draft}/agreement"]`);
  await other.page.getByRole('button', { name: t('lab.answer.object') }).click();
  await other.page.getByRole('alert').waitFor();
  await other.sound();
  await other.page.getByRole('button', { name: t('lab.answer.agree'), exact: true }).click();
  await other.told(t('lab.done.agree'));
  await other.leave();

  await page.reload();
  await page.fill('[name=effective]', '2027-01-01');
  await office.sound();
  await page.getByRole('button', { name: t('lab.publish'), exact: true }).click();
  await office.told(t('lab.done.publish'));
  await page.getByRole('link', { name: t('lab.published.see') }).click();
  await page.getByText('2026-1').first().waitFor();
  await office.leave();

  // The round that was open keeps the version it was opened with.
  const { version } = await db
    .selectFrom('round')
    .innerJoin('programme_version as kept', 'kept.id', 'round.programme_version_id')
    .select('kept.version')
    .where('round.id', '=', round)
    .executeTakeFirstOrThrow();
  expect(version).toBe('2011-1');
}, 240_000);

test('on a phone without scripts a file with an error is kept, and the error named', async () => {
  const t = words('en');
  const office = await as('city-office', { width: 360, locale: 'en', javaScriptEnabled: false });
  const { page } = office;
  const draft = await begin(office, t);
  await office.sound();
  await open(office, t('lab.tab.file'));
  const file = page.getByLabel(t('lab.file.source'));
  const source = await file.inputValue();
  const line = source.slice(0, source.indexOf('{record: annual-appraisal')).split('\n').length;
  await rewrite(office, t('lab.file.source'), '{record: annual-appraisal', '{record: annual-apraisal');
  await page.getByRole('button', { name: t('lab.save') }).click();
  await office.told(t('lab.done.saved'));
  const problems = await page.locator('.editor-problems').textContent();
  expect(problems).toContain(t('lab.nearest', { word: 'annual-appraisal' }));
  expect(problems).toContain(String(line));
  await office.sound();
  // Nor can it be laid before others as it is.
  await open(office, t('lab.tab.agreement'));
  await page.getByRole('button', { name: t('lab.ask'), exact: true }).click();
  expect(await page.getByRole('alert').textContent()).toContain(t('lab.refused.faulty'));
  await office.leave();

  // The same pages on a phone with scripts, so that axe can look at them.
  const again = await as('city-office', { width: 360, locale: 'en' });
  for (const tab of ['', '/file', '/compare', '/agreement']) {
    await again.page.goto(draft + tab);
    await again.sound();
  }
  await again.page.goto(await begin(again, t));
  await again.page.getByRole('button', { name: t('lab.save-and-try') }).click();
  await again.page.getByRole('link', { name: t('lab.figures.export') }).waitFor();
  await again.sound();
  for (const tab of [t('lab.tab.file'), t('lab.tab.compare')]) {
    await open(again, tab);
    await again.sound();
  }
  await again.leave();
}, 240_000);
