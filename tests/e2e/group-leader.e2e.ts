import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { makeRound } from '../support/round.ts';
import { applicants, makeCandidate } from './support/applicants.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* R-002-5-21: each teaching-research group recommends two. */

const city = await serveCity();
const world = await peopled(city);
const { teacher, apply } = applicants(city, world);
const { as } = await visitors(city);
const { db } = city.services;

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`the leader of a group recommends two of its three applicants; the third finds no place, ${name}`, async () => {
    const t = words(locale);
    const round = await makeRound(db, 'candidates', world.school, world.schoolLeader, {
      quotas: [[world.group, 2]],
    });
    const names = ['沈一帆', '𠮷小草', '龴子安'];
    const applications: string[] = [];
    for (const one of names) {
      const id = await teacher(one);
      await makeCandidate(db, id);
      applications.push(await apply(round, id));
    }
    const leader = await as('group-leader', { width, locale });
    const { page } = leader;
    await page.click(`.task-list a[href^="/rounds/${round}/queue?body="]`);
    for (const one of names) await page.getByRole('rowheader', { name: one }).waitFor();
    await leader.sound();

    const recommend = t('review.recommend.selected');
    for (const id of applications) await page.check(`input[name=application][value="${id}"]`);
    await page.getByRole('button', { name: recommend }).click();
    const refused = page.getByRole('alert');
    await refused.waitFor();
    expect(await refused.textContent()).toContain(locale === 'en' ? '2' : '只空余 2 个（共 2 名）');
    await leader.sound();
    // None of the three was taken half-way.
    expect(await page.locator('input[name=application]').count()).toBe(3);

    // All three are still ticked.
    await page.uncheck(`input[name=application][value="${applications[2]}"]`);
    await page.getByRole('button', { name: recommend }).click();
    await leader.told(t('review.done.recommended'));
    expect(await page.locator('input[name=application]').count()).toBe(1);
    await leader.sound();

    // One by one the third is refused as well, on the page where it was read.
    await page
      .getByRole('rowheader', { name: names[2] ?? '' })
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: t('review.act.recommend'), exact: true }).click();
    expect(await page.getByRole('alert').textContent()).toContain('2');
    await leader.sound();

    // A recommendation taken back frees its place.
    await page.goto(`/applications/${applications[0]}/review`);
    await page.getByText(t('review.act.take-back')).first().click();
    await page.getByRole('button', { name: t('review.act.take-back') }).click();
    await leader.told(t('review.done.taken-back'));
    await page.goto(`/applications/${applications[2]}/review`);
    await page.getByRole('button', { name: t('review.act.recommend'), exact: true }).click();
    await leader.told(t('review.done.recommended'));
    await leader.leave();
  });
}
