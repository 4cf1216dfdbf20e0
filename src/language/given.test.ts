import { describe, expect, test } from 'vitest';
import { around, problemsOf, ready, vocabulary } from '../../tests/support/language.ts';
import { compile } from './evaluate.ts';
import { explainProgramme } from './explain.ts';
import { settle } from './given.ts';
import { loadProgramme } from './load.ts';
import { checkParameters } from './work/parameters.ts';

/* Shares, weights and places that a parameter gives, so that a county may set its own. */

const SECTIONS = (more = '') => `parameters:
  places: {names: {zh-CN: 名额数, en: number of places}, value: 10, min: 5, setBy: county}
  rural: {names: {zh-CN: 乡村占比, en: share of rural teachers}, value: 20, setBy: county}
  lessons: {names: {zh-CN: 课堂权重, en: weight of lessons}, value: 60}
  papers: {names: {zh-CN: 论文权重, en: weight of papers}, value: 40}
  pass: {names: {zh-CN: 合格线, en: mark that passes}, value: 60}
quota:
  total: {parameter: places}
  shares: [{id: rural, who: {person: {setting: rural}}, minPercent: {parameter: rural}, rounding: up}]
assessment:
  composite:
    parts:
      - {id: lessons, names: {zh-CN: 课堂, en: lessons}, weight: {parameter: lessons}, of: 50}
      - {id: papers, names: {zh-CN: 论文, en: papers}, weight: {parameter: papers}, of: 100}
    passMark: {parameter: pass}
${more}`;
const load = (change: (file: string) => string = (file) => file) =>
  loadProgramme(change(around('{known: rank}', SECTIONS())), { vocabulary });
const { programme, warnings } = ready(load());
const totalOf = (parameters: Record<string, string> = {}) => {
  const compiled = compile(programme, vocabulary, parameters);
  const nobody = { person: somebody, titles: [], records: [] };
  return compiled.composite(nobody, { asOf: '2026-04-25' })?.total;
};
const somebody = {
  id: 'p',
  birthDate: null,
  sex: null,
  teachingSince: null,
  subject: null,
  stage: null,
  setting: null,
  rank: 'first',
  education: null,
};

describe('numbers that parameters give', () => {
  test('are the parameter’s own value where nobody has set another', () => {
    expect(programme.quota?.total).toBe(10);
    expect(programme.quota?.shares?.[0]?.minPercent).toBe('20');
    expect(totalOf()).toBe('70');
    // They are used, and the weights sum to a hundred.
    expect(warnings.map(({ code }) => code)).toEqual(['cut-without-tie-rule']);
  });

  test('are those set locally where somebody has', () => {
    expect(totalOf({ lessons: '20', papers: '80' })).toBe('90');
  });

  test('are told as the parameter with its value, in both languages', () => {
    const text = (locale: 'zh-CN' | 'en') => JSON.stringify(explainProgramme(programme, vocabulary, locale));
    for (const said of ['名额数”（10）', '乡村占比”（20）', '课堂权重”（60）', '合格线”（60）'])
      expect(text('zh-CN')).toContain(said);
    expect(text('en')).toContain('share of rural teachers\\" (20)');
  });

  test('fit where they stand: places are whole, shares at most a hundred', () => {
    const problems = (from: string, to: string) =>
      problemsOf(around('{known: rank}', SECTIONS()).replace(from, to)).map(({ code, path }) => [code, path]);
    expect(problems('value: 10, min: 5', 'value: 10.5, min: 5')).toEqual([['out-of-range', 'quota.total']]);
    expect(problems('value: 20,', 'value: 20, max: 120,')).toEqual([
      ['out-of-range', 'quota.shares[0].minPercent'],
    ]);
    expect(problems('{parameter: rural}', '{parameter: rurl}')[0]).toEqual([
      'unknown-reference',
      'quota.shares[0].minPercent.parameter',
    ]);
  });

  test('and so must those set locally', () => {
    const reasons = (given: Record<string, string>) =>
      checkParameters(programme, vocabulary, given).problems.map(({ reason }) => reason);
    expect(reasons({ places: '7', rural: '100' })).toEqual([]);
    expect(reasons({ places: '7.5' })).toEqual(['not-whole']);
    expect(reasons({ rural: '101' })).toEqual(['above-most']);
    expect(reasons({ rural: '-1' })).toEqual(['below-least']);
  });
});

test('a parameter may be called as what every object has, and keeps its own value where others are set', () => {
  const given = [{ at: ['quota', 'total'], parameter: 'constructor' }];
  const names = { 'zh-CN': '名额数', en: 'number of places' };
  const file = { ...programme, parameters: { constructor: { names, value: '7' } } };
  expect(settle(file, given, { other: '5' }).quota?.total).toBe(7);
  expect(settle(file, given, { constructor: '5' }).quota?.total).toBe(5);
  expect(settle({ ...programme, parameters: {} }, given).quota?.total).toBe(0);
});
