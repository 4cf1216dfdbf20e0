import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTable } from '../../src/platform/spreadsheet/read-table.ts';
import { writeWorkbook } from '../../src/platform/spreadsheet/write-table.ts';
import { words } from '../../src/web/words.ts';
import { visitors } from './support/browser.ts';
import { peopled, serveCity } from './support/city.ts';

/* A roster with faulty rows: nothing is changed before the person has seen what will be, and the same file again changes nothing. */

const city = await serveCity();
await peopled(city);
const { as } = await visitors(city);
const { db } = city.services;

const HEADERS = [
  '姓名',
  '工号',
  '性别',
  '出生年月',
  '单位',
  '教研组',
  '任教学科',
  '学段',
  '职称',
  '是否一线',
];
const row = (name: string, number: string, born = '1990.05', unit = '青溪县第一小学') => [
  name,
  number,
  '女',
  born,
  unit,
  '语文',
  '语文',
  '小学',
  '二级教师',
  '是',
];

for (const [name, locale, width, first] of [
  ['in Chinese', 'zh-CN', 1280, 5001],
  ['in English on a phone', 'en', 360, 6001],
] as const) {
  test(`the county imports a roster whose faulty rows are marked and left out, ${name}`, async () => {
    const t = words(locale);
    const number = (n: number) => `T${first + n}`;
    const workbook = await writeWorkbook([
      {
        name: '花名册',
        columns: HEADERS.map((header) => ({ header })),
        rows: [
          row(`沈清${locale}`, number(0)),
          row('𠮷小草', number(1), '1985-03'),
          row('姓名全而生日错', number(2), '一九九〇'),
          row('', number(3)),
          row('单位不存在', number(4), '1990.05', '无此小学'),
        ],
      },
    ]);
    const file = {
      name: '花名册.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: Buffer.from(workbook),
    };
    const office = await as('county-office', { width, locale });
    const { page } = office;
    const upload = async () => {
      await page.goto('/imports');
      await page.click('a[href="/imports/new?kind=roster"]');
      await page.setInputFiles('[name=file]', file);
      await office.sound();
      await page.getByRole('button', { name: t('organisation.imports.upload') }).click();
      await page.selectOption('select[name=column-name]', '0'); // The headers are known; a look is enough.
      await office.sound();
      await page.getByRole('button', { name: t('organisation.imports.map.submit') }).click();
      await seen(t('organisation.imports.preview.title'));
    };
    /** Work in the background is looked at until its page has this heading. */
    const seen = async (heading: string) => {
      const job = page.url().split('?')[0] ?? '';
      await expect
        .poll(
          async () => {
            await page.goto(job);
            return await page.locator('h1').textContent();
          },
          { timeout: 120_000, interval: 500 },
        )
        .toBe(heading);
    };

    await page.goto('/imports');
    await office.sound();
    await upload();
    await office.sound();
    const marked = page.waitForEvent('download');
    await page.getByRole('link', { name: t('organisation.imports.marked') }).click();
    const sheet = await readTable(readFileSync(await (await marked).path()));
    expect(JSON.stringify(sheet)).toContain('一九九〇');

    const confirm = page.getByRole('button', { name: t('organisation.imports.confirm.submit'), exact: true });
    await page.check('[name=skipFaulty]');
    await confirm.click();
    await seen(t('organisation.imports.result.title'));
    await page.getByText(t('organisation.imports.result.done', { added: 2, updated: 0 })).waitFor();
    await office.sound();
    const added = await db
      .selectFrom('person')
      .select('name')
      .where('staff_number', 'in', [0, 1, 2, 3, 4].map(number))
      .orderBy('staff_number')
      .execute();
    expect(added.map((one) => one.name)).toEqual([`沈清${locale}`, '𠮷小草']);

    await upload();
    await page.getByText(t('organisation.imports.confirm.nothing')).waitFor();
    expect(await confirm.count()).toBe(0);
    await office.leave();
  });
}
