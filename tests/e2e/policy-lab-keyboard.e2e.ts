import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { type Look, type Visitor, visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/*
 * A policy from the sign-in page to its publication without a mouse: two officers of the city, one of whom turns a
 * number, tries, compares and asks, and the other of whom agrees. Everything is reached by the tab key.
 */

const city = await serveCity();
const world = await peopled(city);
const { db } = city.services;
await makeRound(db, 'city', world.city, world.cityOffice);
await makeEligible(db, world.teacher);
const { as } = await visitors(city);

const LESSONS = '[name="k:eligibility.all[5].count.min"]';
/** More stops than any of the pages has. */
const MOST_STOPS = 500;

/** Tabs on until the first of these is reached. */
async function reach({ page }: Visitor, target: Locator): Promise<void> {
  await target.first().waitFor();
  const reached = target.first().and(page.locator(':focus'));
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if ((await reached.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the tab key does not reach ${target} on ${page.url()}`);
}

async function press(visitor: Visitor, target: Locator): Promise<void> {
  await reach(visitor, target);
  await visitor.page.keyboard.press('Enter');
}

async function type(visitor: Visitor, target: Locator, text: string): Promise<void> {
  await reach(visitor, target);
  await visitor.page.keyboard.press('Control+A');
  await visitor.page.keyboard.type(text);
}

const link = ({ page }: Visitor, name: string) => page.getByRole('link', { name, exact: true });
const button = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true });

/** By a button of the sign-in page, reached like all else. */
async function signedIn(kind: string, look: Look): Promise<Visitor> {
  const visitor = await as('public', look);
  await visitor.page.goto('/sign-in');
  await press(visitor, visitor.page.locator(`button[value="${kind}"]`));
  await visitor.page.waitForURL((url) => url.pathname !== '/sign-in');
  return visitor;
}

/** By the navigation, which a phone keeps in a menu. */
async function go(visitor: Visitor, name: string): Promise<void> {
  const menu = visitor.page.locator('.menu > summary');
  if (await menu.isVisible()) await press(visitor, menu);
  await press(visitor, link(visitor, name));
}

test.each([
  ['zh-CN', 1280, { version: '2027-1', before: '3', after: '4', found: 'lab.lose' }],
  // It begins from the one that was published before it.
  ['en', 360, { version: '2027-2', before: '4', after: '3', found: 'lab.gain' }],
] as const)(
  'a whole act by the keyboard alone, %s at %i',
  async (locale, width, { version, before, after, found }) => {
    const t = words(locale);
    const office = await signedIn('city-office', { locale, width });
    const { page } = office;

    await go(office, t('identity.nav.programmes'));
    await press(office, link(office, t('lab.title')));
    await press(office, button(office, t('lab.start.submit')));
    await page.waitForURL('**/lab/drafts/**');
    const draft = new URL(page.url()).pathname;
    await office.sound();

    // The version is written in the file: down to its line, and that line anew.
    await press(office, link(office, t('lab.tab.file')));
    const file = page.getByLabel(t('lab.file.source'));
    const line = (await file.inputValue()).split('\n').findIndex((text) => text.startsWith('version:'));
    await reach(office, file);
    await page.keyboard.press('Control+Home');
    for (let at = 0; at < line; at += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type(`version: ${version}`);
    await press(office, button(office, t('lab.save')));
    await office.told(t('lab.done.saved'));
    await office.sound();

    await press(office, link(office, t('lab.tab.policy')));
    await type(office, page.locator(LESSONS), after);
    await press(office, button(office, t('lab.save-and-try')));
    await link(office, t('lab.figures.export')).waitFor();
    expect(await page.locator('.stat', { hasText: t(found) }).textContent()).toContain('1');
    await office.sound();

    await press(office, link(office, t('lab.tab.compare')));
    const change = page.getByRole('row', { name: 'eligibility.all[5].count.min' });
    expect(await change.locator('del').textContent()).toBe(before);
    expect(await change.locator('ins').textContent()).toBe(after);
    await office.sound();

    await press(office, link(office, t('lab.tab.agreement')));
    await type(office, page.getByLabel(t('lab.ask.note')), 'clause 6');
    await press(office, button(office, t('lab.ask')));
    await office.told(t('lab.done.ask'));
    await office.sound();

    const other = await signedIn('city-colleague', { locale, width });
    await press(other, other.page.locator('a.bell'));
    await press(other, other.page.locator(`a[href="${draft}/agreement"]`));
    await button(other, t('lab.answer.agree')).waitFor();
    await other.sound();
    await press(other, button(other, t('lab.answer.agree')));
    await other.told(t('lab.done.agree'));
    await other.leave();

    await page.reload();
    await press(office, button(office, t('lab.publish')));
    await office.told(t('lab.done.publish'));
    await press(office, link(office, t('lab.published.see')));
    await page.getByText(version).first().waitFor();
    await office.leave();
  },
  900_000,
);
