import { describe, expect, test } from 'vitest';
import { around, clause, dossier, problemsOf, record } from '../../../tests/support/language.ts';
import type { Dossier, TitleFact } from '../dossier.ts';
import { sayFinding } from '../explain.ts';
import { needsOf } from './needs.ts';

/* The latest so many records, and the days titles were granted. */

const asOf = '2025-04-25';

/** The verdict on one clause, checked to be the same with and without findings. */
function ask(condition: string, who: Dossier, more = {}) {
  const { compiled } = clause(condition);
  const findings = compiled.evaluate(who, { asOf, ...more });
  expect(compiled.outcome(who, { asOf, ...more })).toBe(findings.outcome);
  return findings.root;
}

describe('the latest so many records', () => {
  const rated = (day: string | null, grade: string, more = {}) =>
    record('annual-appraisal', day, { grade, ...more });
  const three = 'count: {record: annual-appraisal, latest: 3, where: {grade: {atLeast: qualified}}, min: 3}';

  test('what is asked is asked of them, not looked for among all', () => {
    const good = ['2021-01-10', '2022-01-10', '2024-01-10'].map((day) => rated(day, 'excellent'));
    expect(ask(three, dossier(good)).outcome).toBe('met');
    const bad = rated('2025-01-10', 'unqualified');
    const found = ask(three, dossier([bad, ...good]));
    expect(found).toMatchObject({ outcome: 'unmet', value: 2 });
    expect(found.notCounted.map(({ reason }) => reason)).toEqual(['grade-below', 'not-latest']);
  });
  test('those of one day stand together, and one without a day has no place', () => {
    const records = [
      rated('2025-01-10', 'qualified'),
      rated('2024-01-10', 'qualified'),
      rated('2024-01-10', 'excellent'),
    ];
    const two = 'count: {record: annual-appraisal, latest: 2, min: 1, max: 9}';
    expect(ask(two, dossier([...records, rated(null, 'excellent')]))).toMatchObject({
      value: 3,
      notCounted: [{ reason: 'undated' }],
    });
  });
  test('the window comes first, and a later day than the one reckoned from is none', () => {
    const records = [
      rated('2026-01-10', 'unqualified'),
      rated('2024-01-10', 'excellent'),
      rated('2019-01-10', 'excellent'),
    ];
    const one = 'count: {record: annual-appraisal, latest: 2, within: 3y, where: {grade: excellent}}';
    expect(ask(one, dossier(records))).toMatchObject({ outcome: 'met', value: 1 });
  });
  test('what waits displaces nothing until it is confirmed', () => {
    const records = [
      rated('2025-01-10', 'unqualified', { status: 'submitted' }),
      rated('2024-01-10', 'excellent'),
    ];
    const last = 'count: {record: annual-appraisal, latest: 1, where: {grade: excellent}}';
    expect(ask(last, dossier(records)).outcome).toBe('met');
    expect(ask(last, dossier(records), { countUnconfirmed: true }).outcome).toBe('unmet');
    const better = [
      rated('2025-01-10', 'excellent', { status: 'submitted' }),
      rated('2024-01-10', 'qualified'),
    ];
    expect(ask(last, dossier(better)).outcome).toBe('missing');
  });
  test('among those of one kind, and the field it asks for is read', () => {
    const paper = (day: string, outcome: string, level: string) =>
      record('paper', day, { level, fields: { outcome } });
    const records = [paper('2025-01-01', 'award', 'school'), paper('2024-01-01', 'publication', 'city')];
    const text =
      'count: {record: paper, latest: {take: 1, where: {outcome: publication}}, where: {level: city}}';
    expect(ask(text, dossier(records)).outcome).toBe('met');
    const { programme, vocabulary: words } = clause(text);
    expect(programme.eligibility && needsOf(programme.eligibility, programme, words).fieldTypes).toEqual([
      'paper',
    ]);
    expect(problemsOf(around(text.replace('outcome:', 'outcom:')))).toMatchObject([
      { code: 'unknown-reference' },
    ]);
  });
});

describe('the latest so many years', () => {
  const rated = (year: number | null, grade: string, more = {}) =>
    record('annual-appraisal', year === null ? null : `${year + 1}-01-10`, {
      grade,
      fields: year === null ? {} : { year },
      ...more,
    });
  const years = (empty: string, more = '') =>
    `count: {record: annual-appraisal, latest: {take: 3, per: year, at: year, empty: ${empty}${more}}, where: {grade: {atLeast: qualified}}, distinctBy: year, min: 3}`;
  const of = (...list: readonly number[]) => dossier(list.map((year) => rated(year, 'qualified')));

  test('are three years, and not three records', () => {
    const twice = dossier([rated(2024, 'qualified'), rated(2024, 'excellent'), rated(2023, 'qualified')]);
    const records =
      'count: {record: annual-appraisal, latest: 3, where: {grade: {atLeast: qualified}}, min: 3}';
    expect(ask(records, twice).outcome).toBe('met');
    expect(ask(years('counts'), twice)).toMatchObject({ outcome: 'unmet', value: 2 });
    expect(ask(years('counts'), of(2022, 2023, 2024)).outcome).toBe('met');
  });
  test('a year without a record is one of them, or is passed over, as the policy says', () => {
    const gap = of(2021, 2022, 2024);
    const found = ask(years('counts'), gap);
    expect(found).toMatchObject({ outcome: 'unmet', value: 2 });
    expect(found.notCounted.map(({ reason }) => reason)).toEqual(['not-latest']);
    expect(ask(years('skipped'), gap)).toMatchObject({ outcome: 'met', value: 3 });
  });
  test('a finding says which year was empty, and what comes of it, in both languages', () => {
    const gap = of(2021, 2022, 2024);
    const said = (condition: string, locale: 'zh-CN' | 'en') => {
      const { programme, vocabulary: words } = clause(condition);
      const { summary, amounts } = sayFinding(ask(condition, gap), programme, words, locale, gap);
      return [summary, ...amounts.flatMap(({ notes }) => notes)].join(' ');
    };
    expect(said(years('counts'), 'zh-CN')).toContain('；2023 年度没有记录，也占一期。');
    expect(said(years('counts'), 'en')).toContain('; no record of 2023, which counts as one of them');
    expect(said(years('skipped'), 'zh-CN')).toContain('；2023 年度没有记录，不占一期。');
    expect(ask(years('counts'), of(2022, 2023, 2024)).empty).toBeUndefined();
    // Nothing at all: none of the years there might have been is the one.
    expect(ask(years('skipped'), dossier([])).empty).toBeUndefined();
    expect(ask(years('counts'), dossier([])).empty?.map(({ year }) => year)).toEqual([2022, 2023, 2024]);
    const amount = (per: string) =>
      `amount: {of: {count: {record: annual-appraisal, latest: {take: 2, per: ${per}, empty: counts}}}, atLeast: 2}`;
    expect(said(amount('year, at: year'), 'zh-CN')).toContain('2023 年度没有记录，也占一期');
    expect(said(amount('school-year'), 'zh-CN')).toContain('2023—2024 学年没有记录');
    const not = `not: {count: {record: annual-appraisal, latest: {take: 2, per: year, at: year, empty: counts}, min: 2}}`;
    expect(said(not, 'zh-CN')).toContain('2023 年度没有记录');
  });
  test('a bad year among them is not made good by one further back', () => {
    const bad = dossier([
      rated(2024, 'unqualified'),
      ...[2023, 2022, 2021].map((year) => rated(year, 'qualified')),
    ]);
    for (const empty of ['counts', 'skipped']) {
      expect(ask(years(empty), bad)).toMatchObject({ outcome: 'unmet', value: 2 });
    }
  });
  test('the running year is one of them once it has a record', () => {
    const now = [rated(2025, 'qualified', { on: '2025-04-20' }), rated(2024, 'qualified')];
    expect(ask(years('counts'), dossier([...now, rated(2022, 'qualified')]))).toMatchObject({ value: 2 });
    expect(ask(years('counts'), dossier([...now, rated(2023, 'qualified')])).outcome).toBe('met');
  });
  test('what bears its year needs no day; a year there is not, or yet to come, has no place', () => {
    const undated = [2024, 2023, 2022].map((year) => rated(year, 'qualified', { on: null }));
    expect(ask(years('counts'), dossier(undated)).outcome).toBe('met');
    const odd = [
      rated(2030, 'qualified', { on: '2025-01-01' }),
      rated(2024.5, 'qualified', { on: '2025-01-02' }),
      rated(null, 'qualified'),
    ];
    const found = ask(years('skipped'), dossier([...undated, ...odd]));
    expect(found).toMatchObject({ outcome: 'met', value: 3 });
    expect(found.notCounted.map(({ reason }) => reason)).toEqual(['future', 'undated', 'undated']);
  });
  test('without a field that names the year the day decides', () => {
    const text =
      'count: {record: class-observation, latest: {take: 2, per: school-year, empty: counts}, min: 1, max: 9}';
    const observed = ['2023-08-31', '2023-09-01', '2024-10-01'].map((day) =>
      record('class-observation', day),
    );
    expect(ask(text, dossier([...observed, record('class-observation', null)]))).toMatchObject({
      value: 2,
      notCounted: [{ reason: 'not-latest' }, { reason: 'undated' }],
    });
  });
  test('what waits takes no place from what is confirmed', () => {
    const waiting = rated(2025, 'unqualified', { on: '2025-04-20', status: 'submitted' });
    const who = dossier([waiting, ...[2024, 2023, 2022].map((year) => rated(year, 'qualified'))]);
    expect(ask(years('counts'), who).outcome).toBe('met');
    expect(ask(years('counts'), who, { countUnconfirmed: true }).outcome).toBe('unmet');
  });
  test('among those of one kind, and in a row, a sum or an amount', () => {
    const mixed = dossier([
      rated(2024, 'unqualified'),
      ...[2023, 2022, 2021].map((year) => rated(year, 'excellent')),
    ]);
    expect(ask(years('skipped', ', where: {grade: excellent}'), mixed).outcome).toBe('met');
    const amount =
      'amount: {of: {count: {record: annual-appraisal, latest: {take: 2, per: year, at: year, empty: counts}}}, atLeast: 2}';
    expect(ask(amount, mixed).outcome).toBe('met');
    expect(ask(amount, of(2024, 2022)).outcome).toBe('unmet');
  });
  test('the field that names the year is read', () => {
    const { programme, vocabulary: words } = clause(
      'count: {record: annual-appraisal, latest: {take: 3, per: year, at: year, empty: counts}}',
    );
    const needs = programme.eligibility && needsOf(programme.eligibility, programme, words);
    expect(needs?.fieldTypes).toEqual(['annual-appraisal']);
  });
  test('a file says which is meant, and names a year where it says one', () => {
    const wrong = (latest: string) =>
      problemsOf(around(`count: {record: annual-appraisal, latest: {${latest}}}`)).map(({ code, path }) => [
        code,
        path.replace('eligibility.count.', ''),
      ]);
    expect(wrong('take: 3, per: year')).toEqual([['missing-key', 'latest']]);
    expect(wrong('take: 3, empty: counts')).toEqual([['missing-key', 'latest.empty']]);
    expect(wrong('take: 3, at: year')).toEqual([['missing-key', 'latest.at']]);
    expect(wrong('take: 3, per: semester, at: year, empty: counts')).toEqual([['wrong-value', 'latest.per']]);
    expect(wrong('take: 3, per: year, at: grade, empty: counts')).toEqual([
      ['wrong-comparison', 'latest.at'],
    ]);
    expect(wrong('take: 3, per: year, at: yeer, empty: counts')).toEqual([
      ['unknown-reference', 'latest.at'],
    ]);
  });
  test('words of years are held to years', () => {
    const warned = (latest: string) =>
      clause(
        `{say: {zh-CN: 近三年年度考核均为合格以上, en: qualified in the past three years}, count: {record: annual-appraisal, latest: ${latest}, where: {grade: {atLeast: qualified}}, min: 3}}`,
      ).warnings.map(({ code, path }) => [code, path]);
    expect(warned('3')).toEqual([['records-not-years', 'eligibility.count.latest']]);
    expect(warned('{take: 3, per: year, at: year, empty: counts}')).toEqual([]);
    expect(warned('{take: 2, per: year, at: year, empty: counts}')).toEqual([
      ['number-differs', 'eligibility'],
    ]);
  });
});

describe('a row of periods with so many records each', () => {
  const observed = (...days: readonly string[]) =>
    dossier(days.map((day) => record('class-observation', day)));
  const row = 'run: {record: class-observation, per: school-year, times: 2, min: 2}';
  test('a period with fewer breaks it', () => {
    const whole = ['2023-10-01', '2023-11-01', '2024-10-01', '2024-11-01'];
    expect(ask(row, observed(...whole))).toMatchObject({ outcome: 'met', value: 2 });
    expect(ask(row, observed(...whole.slice(1)))).toMatchObject({ outcome: 'unmet', value: 1 });
  });
});

describe('the day a title was granted', () => {
  const granted = (title: string, from: string, until: string | null = null): TitleFact => ({
    title,
    from,
    until,
  });
  const somebody = (titles: readonly TitleFact[], records: Dossier['records'] = []): Dossier => ({
    ...dossier(records),
    titles,
  });
  const twice = [
    granted('county-backbone', '2018-09-01', '2021-08-31'),
    granted('county-backbone', '2022-09-01'),
  ];
  const project = (day: string) => record('project', day, { level: 'school', fields: { role: 'lead' } });
  const since = (take: string) =>
    `count: {record: project, within: {from: {title: county-backbone, take: ${take}}}}`;

  test('begins a window, the day itself included', () => {
    const early = [project('2020-01-01')];
    expect(ask(since('earliest'), somebody(twice, early)).outcome).toBe('met');
    expect(ask(since('latest'), somebody(twice, early)).outcome).toBe('unmet');
    expect(ask(since('latest'), somebody(twice, [project('2022-09-01')])).outcome).toBe('met');
  });
  test('never granted, or granted later, is missing', () => {
    const records = [project('2025-01-01')];
    expect(ask(since('latest'), somebody([], records)).outcome).toBe('missing');
    expect(ask(since('latest'), somebody([granted('county-backbone', '2025-04-26')], records)).outcome).toBe(
      'missing',
    );
  });
  test('ends a window', () => {
    const before =
      'count: {record: project, within: {from: 2015-01-01, to: {title: {atLeast: county-backbone}, take: earliest}}}';
    expect(ask(before, somebody(twice, [project('2018-09-01')])).outcome).toBe('met');
    expect(ask(before, somebody(twice, [project('2018-09-02')])).outcome).toBe('unmet');
  });
  test('is an end of a time', () => {
    const held = (years: number) =>
      `amount: {of: {elapsed: {since: {title: county-backbone, take: latest}, in: years}}, atLeast: ${years}}`;
    expect(ask(held(2), somebody(twice)).outcome).toBe('met');
    expect(ask(held(3), somebody(twice)).outcome).toBe('unmet');
    expect(ask(held(1), somebody([])).outcome).toBe('missing');
  });
  test('titles are read for it, and one there is not is refused', () => {
    const { programme, vocabulary: words } = clause(since('latest'));
    expect(programme.eligibility && needsOf(programme.eligibility, programme, words).titles).toBe(true);
    const wrong = since('latest').replace('county-backbone', 'county-backbon');
    expect(problemsOf(around(wrong))).toMatchObject([{ code: 'unknown-reference' }]);
    expect(
      problemsOf(around(`holds: {title: educator, within: {from: {title: educater, take: latest}}}`)),
    ).toHaveLength(1);
  });
});
