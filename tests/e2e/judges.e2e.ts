import { expect, test } from 'vitest';
import { nameSearch } from '../../src/features/organisation/people/name-search.ts';
import { words } from '../../src/web/words.ts';
import { judgedRound } from '../support/panel.ts';
import { makeEligible } from '../support/round.ts';
import { applicants } from './support/applicants.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* Blind judging: the county forms a panel, looks through, opens; a judge marks codes; the county closes and reads. */

const city = await serveCity();
const world = await peopled(city);
const { teacher, apply, recommendedBy } = applicants(city, world);
const { as } = await visitors(city);
const { db } = city.services;
await db
  .updateTable('person')
  .set({ name_search: nameSearch('赵敏') })
  .where('id', '=', world.otherTeacher)
  .execute();

const ONE_JUDGE = `    judging:
      blind: [name, unit]
      shows: [subject]
      judges: {least: 1}
      criteria:
        - {id: teaching, names: {zh-CN: 教学实绩, en: Teaching}, max: 60, step: 0.5}
        - {id: research, names: {zh-CN: 教研成果, en: Research}, max: 40, reason: true}
`;

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`a panel is formed, marks blind and is closed, ${name}`, async () => {
    const t = words(locale);
    const round = await judgedRound(db, world, { judging: ONE_JUDGE });
    const names = locale === 'en' ? ['钟离昧', '东方朔'] : ['夏侯惇', '诸葛瑾'];
    const ids: string[] = [];
    for (const one of names) {
      const id = await teacher(one);
      await makeEligible(db, id);
      ids.push(await apply(round, id));
    }
    await recommendedBy(world.schoolOffice, 'school-office', world.school, round, ids);

    const county = await as('county-office', { width, locale });
    const { page } = county;
    await page.goto(`/rounds/${round}`);
    await page.getByRole('link', { name: t('rounds.tab.panels'), exact: true }).click();
    await county.sound();
    await page.getByRole('button', { name: t('panels.new'), exact: true }).click();
    await county.told(t('panels.done.formed'));
    const panel = new URL(page.url()).pathname;

    await page.getByRole('button', { name: t('panels.open'), exact: true }).click();
    expect(await page.getByRole('alert').textContent()).toContain(t('panels.refusal.open.no-dates'));
    await page.fill('[name=from]', '2026-11-23');
    await page.fill('[name=until]', '2026-11-27');
    await page.getByRole('button', { name: t('panels.dates.save'), exact: true }).click();
    await county.told(t('panels.done.dated'));

    await page.fill('[name=find]', 'zhao');
    await page.getByRole('button', { name: t('panels.judges.find.go'), exact: true }).click();
    await county.sound();
    await page.getByRole('button', { name: t('panels.judges.find.seat'), exact: true }).click();
    await county.told(t('panels.done.seat-given'));

    for (const one of names) {
      await page
        .locator('tr', { hasText: one })
        .getByRole('link', { name: t('panels.candidates.not-looked'), exact: true })
        .click();
      expect(await page.locator('h1').textContent()).toContain(one);
      expect(await page.locator('main form').textContent()).toContain('▇▇');
      await county.sound();
      await page.getByRole('button', { name: t('panels.look.save'), exact: true }).click();
      await county.told(t('panels.done.looked'));
    }
    await county.sound();
    await page.getByRole('button', { name: t('panels.open'), exact: true }).click();
    await county.told(t('panels.done.opened'));

    const judge = await as('judge', { width, locale });
    const mine = judge.page;
    await mine
      .getByRole('link', { name: t('home.task.judging', { round: '2026年度骨干教师评选' }) })
      .first()
      .click();
    await judge.sound();
    const codes = await mine.locator('tbody th a').allTextContents();
    expect(codes).toHaveLength(2);
    for (const [index, code] of codes.entries()) {
      await mine.getByRole('link', { name: code, exact: true }).click();
      const text = (await mine.locator('main').textContent()) ?? '';
      for (const word of [...names, '第一小学', '青溪县第一']) expect(text).not.toContain(word);
      await mine.fill('[name="mark.teaching"]', index === 0 ? '52.5' : '40');
      await mine.getByRole('button', { name: t('panels.sheet.save'), exact: true }).click();
      await judge.told(t('panels.done.saved'));
      await mine.fill('[name="mark.research"]', '30');
      await mine.fill('[name="reason.research"]', '成果扎实，有推广价值。');
      await judge.sound();
      await mine.getByRole('button', { name: t('panels.sheet.hand-in'), exact: true }).click();
      await judge.told(t('panels.done.handed-in'));
    }
    await judge.sound();
    // Somebody else's pages do not open with a seat.
    expect((await mine.request.get(panel)).status()).toBe(403);
    expect((await mine.request.get(`/applications/${ids[0]}/review`)).status()).toBe(403);
    await judge.leave();

    await page.reload();
    expect(await page.locator('main').textContent()).toContain(
      t('panels.judges.progress.of', { done: 2, sheets: 2 }),
    );
    expect(await page.locator('main').textContent()).not.toContain(codes[0]);
    await county.sound();
    await page.fill('[name=conclusion]', '评审组同意上述结果。');
    await page.getByRole('button', { name: t('panels.close'), exact: true }).click();
    await county.told(t('panels.done.closed'));
    const result = (await page.locator('main').textContent()) ?? '';
    for (const word of [...names, ...codes, '82.5', '赵敏']) expect(result).toContain(word);
    await county.sound();
    await page
      .getByRole('link', { name: names[0] ?? '', exact: true })
      .first()
      .click();
    expect(await page.locator('#panels').textContent()).toContain(t('panels.finding.title'));
    await county.leave();
  });
}
