import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { applicants } from './support/applicants.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* The county's stage of part 3: its queue, its places, and the ways an application does not go on. */

const city = await serveCity();
const world = await peopled(city);
const { teacher, apply, recommendedBy } = applicants(city, world);
const { as } = await visitors(city);
const { db } = city.services;

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`the county returns, refuses by a clause, recommends within its places, and stands aside, ${name}`, async () => {
    const t = words(locale);
    const round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 1]] });
    const names = ['退一', '拒二', '荐三', '满四', '避五'];
    const ids: string[] = [];
    for (const one of names) {
      const id = await teacher(one);
      await makeEligible(db, id);
      ids.push(await apply(round, id));
    }
    await recommendedBy(world.schoolOffice, 'school-office', world.school, round, ids);
    const [returned, refused, chosen, fifth, kin] = ids;
    const county = await as('county-office', { width, locale });
    const { page } = county;
    const open = async (id: string | undefined) => {
      await page.goto(`/rounds/${round}/queue`);
      await page.click(`main a[href="/applications/${id}/review"]`);
    };
    const act = async (summary: string) => page.locator('summary', { hasText: summary }).last().click();

    await open(returned);
    await county.sound();
    await act(t('review.act.return'));
    await page.getByRole('button', { name: t('review.act.return'), exact: true }).click();
    expect(await page.getByRole('alert').textContent()).toContain(t('review.refusal.return.no-reason'));
    await page.fill('[name=returnReason]', '课题结题证书未盖章，请补传。');
    await page.getByRole('button', { name: t('review.act.return'), exact: true }).click();
    await county.told(t('review.done.returned'));

    await open(refused);
    await act(t('review.act.refuse'));
    await page.selectOption('[name=clause]', { index: 1 });
    await page.fill('[name=refuseReason]', '公开课证明与听课记录不符。');
    await page.getByRole('button', { name: t('review.act.refuse'), exact: true }).click();
    await county.told(t('review.done.refused'));
    await county.sound();

    await open(chosen);
    await page.getByRole('button', { name: t('review.act.recommend'), exact: true }).click();
    await county.told(t('review.done.recommended'));
    await open(fifth);
    await page.getByRole('button', { name: t('review.act.recommend'), exact: true }).click();
    // The table's places bind: no exception is offered here.
    expect(await page.getByRole('alert').textContent()).toContain(
      t('review.refusal.recommend.quota-full', { places: 1, who: '满四' }),
    );
    expect(await page.getByText(t('review.act.exception')).count()).toBe(0);
    await county.sound();

    await open(kin);
    await act(t('review.recusal.self'));
    await page.locator('form[action$="/recuse"]').first().locator('select').selectOption('in-law');
    await page.getByRole('button', { name: t('review.recusal.self') }).click();
    await county.told(t('review.done.recused'));
    expect((await page.request.get(`/applications/${kin}/review`)).status()).toBe(403);
    await page.goto(`/rounds/${round}/queue`);
    expect(await page.getByText('避五').count()).toBe(0);

    // Whoever was returned or refused reads why.
    for (const [id, reason] of [
      [returned, '课题结题证书未盖章，请补传。'],
      [refused, '公开课证明与听课记录不符。'],
    ]) {
      await page.goto(`/applications/${id}/review`);
      await page
        .getByText(reason ?? '')
        .first()
        .waitFor();
    }
    await county.leave();
  });
}
