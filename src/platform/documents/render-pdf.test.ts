import { describe, expect, it } from 'vitest';
import { pdfText } from './pdf-text.test-data.ts';
import { renderPdf } from './render-pdf.ts';
import {
  declarationForm,
  namedList,
  noticeLetter,
  publicityNotice,
  recommendationSummary,
  samples,
} from './samples.test-data.ts';
import type { Paper } from './types.ts';
import english from './words/en.json' with { type: 'json' };
import chinese from './words/zh-CN.json' with { type: 'json' };

const textOf = async (paper: Paper) => pdfText((await renderPdf(paper)).pdf).replaceAll('\n', '');

describe('every paper', () => {
  it.each(samples.map((paper) => [paper.kind, paper] as const))(
    '%s prints with all its characters',
    async (_, paper) => {
      const { pdf, pages, missingGlyphs } = await renderPdf(paper);
      expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe('%PDF-');
      expect(pages).toBeGreaterThan(0);
      expect(missingGlyphs).toEqual([]);
      const text = pdfText(pdf);
      expect(text.replaceAll('\n', '')).toContain(paper.title);
      // U+FFFD marks a glyph whose character is not known.
      expect(text).not.toContain('\ufffd');
    },
  );

  it('is the same file when printed again', async () => {
    expect((await renderPdf(namedList)).pdf).toEqual((await renderPdf(namedList)).pdf);
  });
});

describe('the declaration form', async () => {
  const text = await textOf(declarationForm);

  it('carries what is already known, so that nothing is typed twice', () => {
    for (const { label, value } of declarationForm.fields) {
      expect(text).toContain(label);
      expect(text).toContain(value);
    }
    expect(text).toContain('《草船借箭》');
  });

  it('shows each clause with its outcome and why a record was not counted', () => {
    for (const word of [
      '不符合',
      '缺少证据',
      '待集体认定',
      '未计入：2019 学年年度考核：优秀（早于截止日期前五年）',
    ]) {
      expect(text).toContain(word);
    }
  });

  it('has a place for a seal in the box of each body and none in a box signed by a person', () => {
    expect(text.match(/（盖章）/g)).toHaveLength(3);
    expect(text).toContain('签字：王芳');
  });

  it('says that a table is empty instead of leaving it out', () => {
    expect(text).toContain('论文与课题');
    expect(text).toContain('（无）');
  });
});

it('the recommendation summary lies across the page and lists everyone in order', async () => {
  const { pdf } = await renderPdf(recommendationSummary);
  const [, width, height] =
    /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(Buffer.from(pdf).toString('latin1')) ?? [];
  expect(Number(width)).toBeGreaterThan(Number(height));
  const text = await textOf(recommendationSummary);
  const places = recommendationSummary.table.rows.map(([, name = '']) => text.indexOf(name));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('the publicity notice says from when to when and where objections go', async () => {
  const text = await textOf(publicityNotice);
  expect(text).toContain('2026年5月6日 至 2026年5月12日（5个工作日）');
  expect(text).toContain('020-00000000');
});

it('a letter in English has no Chinese label', async () => {
  expect(await textOf(noticeLetter)).not.toMatch(/\p{Script=Han}/u);
});

describe('rare characters', () => {
  it('of names are printed and can be copied from the file', async () => {
    const names = ['𠮷䶮㛃龴𬭊'];
    expect(await textOf({ ...namedList, groups: [{ title: '名单', count: '1人', names }] })).toContain(
      '𠮷䶮㛃龴𬭊',
    );
  });

  it('that no font has are printed as 〓, named on the paper and reported', async () => {
    const paper: Paper = {
      ...namedList,
      groups: [{ title: '名单', count: '1人', names: ['王\u{323AF}'] }],
    };
    expect((await renderPdf(paper)).missingGlyphs).toEqual(['\u{323AF}']);
    const text = await textOf(paper);
    expect(text).toContain('王〓');
    expect(text).toContain('U+323AF');
  });

  it('keep their plain form when a font has no variant for a variation selector', async () => {
    const paper: Paper = {
      ...namedList,
      groups: [{ title: '名单', count: '1人', names: ['葛\u{E0100}城'] }],
    };
    expect((await renderPdf(paper)).missingGlyphs).toEqual([]);
    expect(await textOf(paper)).toContain('葛城');
  });
});

it('a name that looks like markup is printed as it is written', async () => {
  const name = '#import "x" *粗* $a$ <script>';
  const text = await textOf({ ...namedList, groups: [{ title: '名单', count: '1人', names: [name] }] });
  expect(text.replaceAll(' ', '')).toContain(name.replaceAll(' ', ''));
});

it('a table of 406 names repeats its header on every page', async () => {
  const rows = Array.from({ length: 406 }, (_, at) => [
    `${at + 1}`,
    '李华',
    '女',
    '第三小学',
    '语文',
    '一级',
    '90',
    '',
  ]);
  const { pdf, pages } = await renderPdf({
    ...recommendationSummary,
    table: { ...recommendationSummary.table, rows },
  });
  expect(pages).toBeGreaterThan(10);
  expect(pdfText(pdf).match(/职称/g)?.length).toBeGreaterThanOrEqual(pages - 1);
});

it('every label of a paper exists in both languages', () => {
  expect(Object.keys(english)).toEqual(Object.keys(chinese));
});

it('the server answers while a long list is being set', async () => {
  const names = Array.from({ length: 3000 }, (_, at) => `李华${at}`);
  let longest = 0;
  let last = performance.now();
  const clock = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await renderPdf({ ...namedList, groups: [{ title: '名单', count: '3000人', names }] });
  clearInterval(clock);
  expect(longest).toBeLessThan(250);
});
