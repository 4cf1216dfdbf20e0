import { describe, expect, test } from 'vitest';
import { clause, dossier, record, vocabulary } from '../../../tests/support/language.ts';
import type { Dossier } from '../dossier.ts';
import { sayFinding } from '../explain.ts';
import { loadProgramme } from '../load.ts';
import type { Locale } from '../problem.ts';
import type { SaidAmount } from './reckoning.ts';
import { sayYears } from './values.ts';

const asOf = '2025-04-25';

function say(condition: string, more: string, who: Dossier, locale: Locale = 'zh-CN') {
  const { programme, compiled } = clause(condition, more);
  const words = loadProgramme(`programme: t\nversion: '1'\nnames: {zh-CN: 甲, en: a}\nscope: city\n${more}`, {
    vocabulary,
  });
  const { root } = compiled.evaluate(who, { asOf });
  return sayFinding(root, programme, words.ok ? words.vocabulary : vocabulary, locale, who);
}

const lines = (one: SaidAmount): string[] => [
  one.text,
  ...one.notes,
  ...one.records.map(({ text }) => text),
  ...one.children.flatMap(lines),
];

const marks = ['morals', 'lessons', 'research', 'help', 'study', 'results'];
const parts = `terms:
  attributes: {${marks.map((id) => `${id}: {names: {zh-CN: ${id}, en: ${id}}, type: number}`).join(', ')}}
measures:
  total: {names: {zh-CN: 综合得分, en: total}, add: [${marks.map((id) => `{value: ${id}}`).join(', ')}]}`;
const rated = dossier([], { morals: 18, lessons: 17, research: 16, help: 9.5, study: 7, results: 17.6 });

describe('an amount is told so that it can be followed with a pencil', () => {
  const asked = 'amount: {of: {measure: total}, atLeast: 90}';

  test('the parts, the sum and what is asked, in one line', () => {
    expect(say(asked, parts, rated).summary).toBe(
      '不符合：综合得分：18 + 17 + 16 + 9.5 + 7 + 17.6 = 85.1，要求不少于 90。',
    );
    expect(say(asked, parts, rated, 'en').summary).toBe(
      'Not met: total: 18 + 17 + 16 + 9.5 + 7 + 17.6 = 85.1, asked: at least 90.',
    );
  });

  test('and for want of which fact there is no sum', () => {
    const gap = dossier([], { morals: 18, lessons: 17 });
    const said = say(asked, parts, gap);
    expect(said.summary).toContain('综合得分：18 + 17 + 未登记 + 未登记 + 未登记 + 未登记 = 未登记');
    expect(said.amounts.flatMap(lines).filter((line) => line.startsWith('缺少'))).toEqual(
      ['research', 'help', 'study', 'results'].map((id) => `缺少：${id}`),
    );
  });

  test('an attribute has its unit, and years are cut where nobody would count on', () => {
    const asked = 'amount: {of: {value: yearsOfTeaching}, atLeast: 5}';
    const since = (day: string, locale?: Locale) =>
      say(asked, '', dossier([], { teachingSince: day }), locale).summary;
    expect(since('2023-12-28')).toBe('不符合：教龄：1.32 年，要求不少于 5 年。');
    expect(since('2023-12-28', 'en')).toBe(
      'Not met: years of teaching: 1.32 years, asked: at least 5 years.',
    );
    expect(since('2020-04-26')).toBe('不符合：教龄：4.99 年，要求不少于 5 年。');
    expect(since('2020-04-25')).toBe('符合：教龄：5 年，要求不少于 5 年。');
    expect(sayYears('35.0006')).toBe('35.0006');
  });

  test('weights, rounding, quotients and negative numbers', () => {
    const text = (amount: string, who = rated) =>
      say(`amount: {of: ${amount}, atLeast: 0}`, parts, who).amounts[0]?.text;
    expect(
      text('{weighted: {parts: [{weight: 40, of: {value: morals}}, {weight: 60, of: {value: lessons}}]}}'),
    ).toBe('18 × 40% + 17 × 60% = 17.4');
    expect(text('{round: {of: {divide: {of: {value: help}, by: 2}}, places: 1, mode: half-up}}')).toBe(
      '4.75（四舍五入） = 4.8',
    );
    expect(text('{add: [{subtract: [1, 3]}, {multiply: [{value: study}, 2]}]}')).toBe('(−2) + 14 = 12');
    expect(text('{limit: {of: {value: morals}, max: 15}}')).toBe('18（限于上下限） = 15');
    expect(text('{otherwise: {of: {value: help}, is: 3}}', dossier())).toBe('未登记（按规定取值） = 3');
  });
});

describe('records are told with what each is worth', () => {
  const papers = `lookups:
  points: {names: {zh-CN: 计分表, en: points}, rows: {province: {first: 12, second: 8}, city: {first: 6, second: 4}}}
measures:
  papers:
    names: {zh-CN: 论文得分, en: points for papers}
    sum:
      record: paper
      each: {lookup: {in: points, by: [level, grade]}}
      best: {take: 1, per: year}
      caps: [{max: 15}]`;
  const who = dossier([
    record('paper', '2024-05-01', { title: '甲', level: 'province', grade: 'first' }),
    record('paper', '2024-06-01', { title: '乙', level: 'city', grade: 'first' }),
    record('paper', '2023-06-01', { title: '丙', level: 'city', grade: 'first' }),
    record('paper', '2024-06-02', { title: '丁', level: 'city', grade: 'first', status: 'submitted' }),
  ]);

  test('what counts, what a better one displaced, what is not confirmed, and the cap', () => {
    const said = say('amount: {of: {measure: papers}, atLeast: 20}', papers, who);
    expect(said.summary).toBe('不符合：论文得分：15，要求不少于 20。');
    const [amount] = said.amounts;
    expect(amount?.notes).toEqual(['12 + 6 = 18，封顶计 15']);
    expect(amount?.records.map(({ text }) => text)).toEqual([
      '甲（论文，2024-05-01，省级，一等奖）——计 12',
      '乙（论文，2024-06-01，市级，一等奖）——值 6，同组另有更高者，不计',
      '丙（论文，2023-06-01，市级，一等奖）——计 6',
    ]);
    expect(amount?.notCounted.map(({ text }) => text)).toEqual([
      '丁（论文，2024-06-02，市级，一等奖）——尚未确认',
    ]);
    const english = say('amount: {of: {measure: papers}, atLeast: 20}', papers, who, 'en').amounts[0];
    expect(english?.notes).toEqual(['12 + 6 = 18, capped at 15']);
    expect(english?.records[1]?.text).toContain('worth 6, displaced by a better one of its group');
  });
});

test('a table of bands is told by the amount that is looked up', () => {
  const table = `lookups:
  places: {names: {zh-CN: 名额表, en: places}, bands: [{below: 3, is: 1}, {atLeast: 3, is: 2}]}`;
  const asked = 'amount: {of: {lookup: {in: places, by: {count: {record: paper}}}}, atLeast: 2}';
  const who = dossier([record('paper', '2024-05-01', { title: '甲' })]);
  const said = say(asked, table, who);
  expect(said.summary).toBe('不符合：按论文数查《名额表》：1，要求不少于 2。');
  expect(said.amounts[0]?.records.map(({ text }) => text)).toEqual([]);
  expect(say(asked, table, who, 'en').summary).toBe(
    'Not met: places by number of paper: 1, asked: at least 2.',
  );
});

describe('rows and members', () => {
  test('a row says how long it is', () => {
    const who = dossier([
      record('annual-appraisal', '2025-01-10', { grade: 'excellent', fields: { year: 2024 } }),
      record('annual-appraisal', '2024-01-10', { grade: 'excellent', fields: { year: 2023 } }),
    ]);
    const row = 'run: {record: annual-appraisal, per: year, at: year, min: 3}';
    expect(say(row, '', who).summary).toBe('不符合：最长连续 2 个年度，要求不少于 3 个年度。');
    expect(say(row, '', who, 'en').summary).toBe(
      'Not met: the longest row is 2 years, asked: at least 3 years.',
    );
  });

  test('members say how many of how many, and that nobody has listed them', () => {
    const asked = 'members: {role: apprentice, meets: {person: {qualified: true}}, minPercent: 60, min: 2}';
    const one = (qualified: boolean) => dossier([], { qualified });
    const who = { ...dossier(), members: { apprentice: [one(true), one(false), one(false)] } };
    expect(say(asked, '', who).summary).toBe('不符合：徒弟 3 名中 1 名符合，要求不低于 60%且不少于 2 名。');
    expect(say(asked, '', who, 'en').summary).toBe(
      'Not met: apprentices: 1 of 3 meet it, asked: at least 60% and at least 2.',
    );
    expect(say(asked, '', dossier()).summary).toBe('材料待补：徒弟未登记，要求不低于 60%且不少于 2 名。');
  });
});
