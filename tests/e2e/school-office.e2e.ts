import { expect, test } from 'vitest';
import { words } from '../../src/web/words.ts';
import { makeRound } from '../support/round.ts';
import { makeRecord } from '../support/world.ts';
import { applicants } from './support/applicants.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

const city = await serveCity();
const world = await peopled(city);
const { teacher, apply, recommendedBy } = applicants(city, world);
const { as } = await visitors(city);
const { db } = city.services;

for (const [name, locale, width] of [
  ['in Chinese', 'zh-CN', 1280],
  ['in English on a phone', 'en', 360],
] as const) {
  test(`the school office confirms one record and returns another with a reason, ${name}`, async () => {
    const t = words(locale);
    const good = await makeRecord(db, world.colleague, 'open-class', {
      level: 'county',
      on: '2026-10-12',
      title: `《观潮》公开课 ${locale}`,
      state: 'submitted',
    });
    const doubtful = await makeRecord(db, world.colleague, 'paper', {
      level: 'city',
      on: '2026-09-20',
      title: `单元整体教学初探 ${locale}`,
      fields: { outcome: 'award' },
      state: 'submitted',
    });
    const office = await as('school-office', { width, locale });
    const { page } = office;
    await page.click('.task-list a[href="/verification"]');
    await office.sound();
    await page.click(`a[href="/records/${good}"]`);
    await page.click('button[name=decision][value=confirm]');
    await office.told(t('records.done.confirmed'));

    await page.goto(`/records/${doubtful}`);
    await page.click('button[name=decision][value=return]');
    // To return something without a reason is refused, and the page says which field lacks it.
    expect(await page.getByRole('alert').count()).toBe(1);
    await office.sound();
    await page.fill('[name=reason]', '缺少获奖证书，请补传。');
    await page.click('button[name=decision][value=return]');
    await office.told(t('records.done.returned'));
    await office.sound();

    const owner = await as('applicant', { width, locale });
    await owner.page.goto(`/records/${doubtful}`);
    await owner.page.getByText('缺少获奖证书，请补传。').first().waitFor();
    await owner.leave();
    await office.leave();
  });

  test(`the school office fills a subject's places and goes beyond them only by a recorded decision, ${name}`, async () => {
    const t = words(locale);
    // R-002-4-16: in principle one to three of each subject.
    const round = await makeRound(db, 'school', world.school, world.schoolLeader);
    const applications: string[] = [];
    for (const one of ['申一', '㛃申二', '申三', '申四'])
      applications.push(await apply(round, await teacher(one)));
    await recommendedBy(world.groupLeader, 'group-leader', world.group, round, applications);

    const office = await as('school-office', { width, locale });
    const { page } = office;
    await page.click(`.task-list a[href^="/rounds/${round}/queue?body="]`);
    await office.sound();
    const send = async (ids: readonly string[]) => {
      for (const id of ids) await page.check(`input[name=application][value="${id}"]`);
      await page.getByRole('button', { name: t('review.recommend.selected.examine') }).click();
    };
    await send(applications.slice(0, 3));
    await office.told(t('review.done.recommended'));
    await send(applications.slice(3));
    const full = await page.getByRole('alert').textContent();
    expect(full).toContain(
      t('review.refusal.recommend.quota-full-soft', {
        places: 3,
        who: locale === 'en' ? '申四' : '申四',
      }),
    );
    await office.sound();

    await page.goto(`/applications/${applications[3]}/review`);
    await page.locator('summary', { hasText: t('review.act.exception') }).click();
    const decide = page.getByRole('button', { name: t('review.act.exception') });
    await decide.click();
    // Without those who decided and why, it is not a decision.
    await page.getByRole('alert').waitFor();
    await office.sound();
    await page.fill('[name=attendees]', '刘洋、周涛、陈静');
    await page.fill('[name=exceptionReason]', '支教三年，县里有专门要求。');
    await decide.click();
    await office.told(t('review.done.recommended'));
    await page.getByText('刘洋、周涛、陈静').first().waitFor();
    await office.leave();
  });
}
