import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { root } from '../../src/platform/root.ts';
import { makeEligible } from '../support/round.ts';
import { makePerson, type World } from '../support/world.ts';
import { type Kind, type Look, type Visitor, visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/*
 * The city office from the printed policy to the named list of 002-3: the file is kept and published, a round
 * opened, places apportioned, the list drawn, published and decided; between them the public objects without
 * signing in and without a script.
 */

const city = await serveCity('2026-03-02T02:00:00Z');
const { as } = await visitors(city);
const { db } = city.services;
const pictures = process.env.QINGLAN_PICTURES;
let world: World;
let round = '';
let notice = '';

beforeAll(async () => {
  world = await peopled(city);
});

async function visit(kind: Kind, look: Look, work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await as(kind, look);
  await work(visitor);
  await visitor.leave();
}
const picture = async ({ page }: Visitor, name: string) => {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
const idOf = (address: string) => new URL(address).pathname.split('/')[2] ?? '';

test('the office uploads the programme with its table, reads it and publishes it', () =>
  visit('city-office', {}, async (visitor) => {
    const { page, sound } = visitor;
    const folder = join(root, 'programmes/sources/002-3-city-backbone');
    await page.goto('/programmes/new');
    await sound();
    await page.setInputFiles('[name=file]', join(folder, 'quotas/2011.csv'));
    await page.click('main form button[type=submit]');
    await page.waitForSelector('.error-summary');
    await sound();
    await picture(visitor, 'programme-faults');
    await page.setInputFiles('[name=file]', join(folder, '2011-1.yaml'));
    await page.setInputFiles('[name=tables]', join(folder, 'quotas/2011.csv'));
    await page.click('main form button[type=submit]');
    await page.waitForURL(/\/programmes\/[0-9a-f-]{36}/);
    expect(await page.textContent('main')).toContain('R-002-3-12');
    await picture(visitor, 'programme');
    await page.fill('[name=effective]', '2026-03-01');
    await page.click('form[action$="/publish"] button');
    await page.waitForSelector('text=方案已发布');
  }));

test('it opens a round filled in from the file, apportions the 406 places and opens it', () =>
  visit('city-office', {}, async (visitor) => {
    const { page, sound } = visitor;
    await page.goto('/programmes');
    await sound();
    await page.click('main table a');
    await page.click('text=据此开设评选');
    expect(await page.inputValue('[name=places]')).toBe('406');
    expect(await page.inputValue('[name=deadline]')).toBe('2026-04-25');
    await sound();
    await picture(visitor, 'round-new');
    await page.click('main form button[type=submit]');
    await page.waitForURL(/\/rounds\/[0-9a-f-]{36}/);
    round = idOf(page.url());
    await picture(visitor, 'round-draft');
    await page.click('main a[href$="/quotas"] >> nth=0');
    await page.click('text=按教师数分配');
    await sound();
    await picture(visitor, 'quota-methods');
    await page.click('form[method=post][action*="/apportion"] button');
    await page.waitForSelector('text=名额已全部分配');
    await sound();
    await picture(visitor, 'quotas');
    await page.goto(`/rounds/${round}`);
    await page.click('form[action$="/open"] button');
    await page.waitForSelector('text=评选已经开始');
  }));

test('a teacher sees the running round on a phone', () =>
  visit('teacher', { width: 360 }, async (visitor) => {
    await visitor.page.goto('/rounds');
    await visitor.sound();
    await visitor.page.click('main h3 a');
    await visitor.page.waitForSelector('text=看看自己符不符合条件');
    await picture(visitor, 'round-teacher-360');
  }));

test('after the deadline the list is drawn and made public', async () => {
  for (const [index, name] of ['李一', '𠮷三', '龴四'].entries()) {
    const person = await makePerson(db, world.school, name, {
      staffNumber: `S30${index}`,
      group: world.group,
    });
    await makeEligible(db, person);
    const id = newId();
    await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, subject, stage, state, position, receipt, submitted_at, outcome)
              VALUES (${id}, ${round}, ${person}, ${world.school.path}, ${world.school.id}, '语文', 'primary', 'in-review', 5, ${id.slice(-12)}, now(), 'met')`.execute(
      db,
    );
    await sql`INSERT INTO review (id, application_id, round_id, position, unit_id, decision, place, decided_by, decided_at)
              VALUES (${newId()}, ${id}, ${round}, 3, ${world.county.id}, 'recommend', ${index + 1}, ${world.countyOffice}, now())`.execute(
      db,
    );
  }
  city.setNow('2026-04-27T02:00:00Z');
  await visit('city-office', {}, async (visitor) => {
    const { page, sound } = visitor;
    await page.goto(`/rounds/${round}/selection`);
    await sound();
    await picture(visitor, 'selection');
    await page.click('form[action$="/post"] button');
    await page.waitForSelector('text=名单已公示');
    await sound();
    notice = (await page.getAttribute('a[href^="/public/"]', 'href')) ?? '';
  });
});

test('anyone reads the notice on a phone and objects without signing in and without a script', () =>
  visit('public', { width: 360, javaScriptEnabled: false }, async (visitor) => {
    const { page, sound } = visitor;
    await page.goto('/public');
    await page.click(`main a[href="${notice}"]`);
    expect(await page.textContent('main')).toContain('龴四');
    await page.waitForLoadState('load');
    await sound();
    await page.click('text=提出异议 >> nth=0');
    await page.selectOption('[name=concerns]', { index: 1 });
    await page.fill('[name=statement]', '公开课证明与事实不符');
    await page.check('[name=signed][value=no]');
    await page.click('main form button[type=submit]');
    await page.waitForURL(/objections\/YY/);
    await picture(visitor, 'receipt-360');
  }));

test('the public pages are sound with scripts, in English too', () =>
  visit('public', {}, async (visitor) => {
    for (const path of [
      '/public',
      notice,
      `${notice}/object`,
      '/public/objections',
      '/api/docs',
      `${notice}?lang=en`,
    ]) {
      await visitor.page.goto(path);
      await visitor.sound();
    }
    await picture(visitor, 'public-notice-en');
  }));

test('the office answers, decides after the period, and the result stands', async () => {
  await visit('city-office', {}, async (visitor) => {
    const { page, sound } = visitor;
    await page.goto(`/rounds/${round}/objections`);
    await sound();
    await page.click('main a[href*="about="]');
    await sound();
    await page.check('[name=outcome][value=dismiss]');
    await page.fill('[name=answer]', '经核实，公开课确有举行，证明属实。');
    await picture(visitor, 'objection');
    await page.click('form[action$="/settle"] button[type=submit]');
    await page.waitForSelector('text=结论已记录');
  });
  // Five working days from Monday 27 April: 28, 29, 30 April, then 6 and 7 May after the holiday.
  city.setNow('2026-05-08T02:00:00Z');
  await visit('city-office', {}, async (visitor) => {
    const { page, sound } = visitor;
    await page.goto(`/rounds/${round}/selection`);
    await page.click('form[action$="/decide"] button');
    await page.waitForSelector('text=结果已公布');
    await sound();
    await picture(visitor, 'result');
    await page.goto(`/rounds/${round}/papers`);
    await sound();
    await page.goto(`/rounds/${round}`);
    await sound();
    await picture(visitor, 'round-decided');
  });
});
