import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { around, codes, policy, problemsOf, vocabulary } from '../../../tests/support/language.ts';
import { compare, formatExact, whole } from '../../shared/decimal.ts';
import { explainProgramme } from '../explain.ts';
import type { Judging } from '../grammar/judging.ts';
import { gather, judgeMark, type Sheet } from './judging.ts';

const stage = (judging: string, more = 'actor: city, does: examine') =>
  `route: [{id: s, names: {zh-CN: 评审, en: judging}, ${more}, judging: {${judging}}}]`;
const criteria =
  'criteria: [{id: a, names: {zh-CN: 实绩, en: results}, max: 60, step: 0.5}, {id: b, names: {zh-CN: 教研, en: research}, max: 40, reason: true}]';
const read = (judging: string): Judging => {
  const found = policy(stage(judging)).programme.route?.[0]?.judging;
  if (found === undefined) throw new Error('no judging');
  return found;
};
const sheets = (...totals: readonly (readonly [string, string])[]): Sheet[] =>
  totals.map(([a, b], i) => ({ judge: `j${i}`, marks: { a, b } }));
const warned = (judging: string, more?: string, sections = '') =>
  codes(policy(`${stage(judging, more)}\n${sections}`).warnings).filter((code) =>
    /^(blind|dropped)-/.test(code),
  );
const faults = (judging: string) => codes(problemsOf(around('known: rank', stage(judging))));

describe('what a panel’s marks come to', () => {
  test('the highest and the lowest dropped, the mean of the rest, rounded once', () => {
    const plan = read(
      `judges: {least: 5}, ${criteria}, dropHighest: 1, dropLowest: 1, rounding: {places: 2, mode: half-up}`,
    );
    const {
      result,
      totals,
      criteria: means,
    } = gather(plan, sheets(['50', '30'], ['55.5', '35'], ['60', '40'], ['20', '10'], ['48', '31']));
    // 80, 90.5 and 79 of 100, 90.5, 80, 79 and 30: 249.5 / 3 = 83.1666…
    expect(result && formatExact(result)).toBe('83.17');
    expect(totals.map(({ judge, dropped }) => [judge, dropped])).toEqual([
      ['j3', 'lowest'],
      ['j4', null],
      ['j0', null],
      ['j1', null],
      ['j2', 'highest'],
    ]);
    expect(means.b && formatExact(means.b)).toBe('29.2');
  });

  test('tenths are tenths: no sum of binary fractions', () => {
    const plan = read(
      'criteria: [{id: a, names: {zh-CN: 甲, en: a}, max: 10, step: 0.1}, {id: b, names: {zh-CN: 乙, en: b}, max: 10, step: 0.1}]',
    );
    const { result } = gather(plan, sheets(['0.1', '0.2']));
    expect(result && compare(result, { n: 3n, d: 10n })).toBe(0);
  });

  test('the median, and nothing at all where too few have marked', () => {
    const plan = read(`${criteria}, take: median, judges: {least: 4}`);
    const four = sheets(['10', '0'], ['20', '0'], ['31', '0'], ['60', '40']);
    const { result } = gather(plan, four);
    expect(result && formatExact(result)).toBe('25.5');
    expect(gather(plan, four.slice(1)).result).toBeUndefined();
    expect(gather(read(criteria), []).result).toBeUndefined();
    expect(gather(read(`${criteria}, dropHighest: 1`), sheets(['10', '0'])).result).toBeUndefined();
  });

  test('of equal totals one is dropped; the result lies within what was given, whoever marked first', () => {
    const plan = read(`${criteria}, dropHighest: 1, dropLowest: 1`);
    const equal = gather(plan, sheets(['10', '0'], ['10', '0'], ['10', '0']));
    expect(equal.result && formatExact(equal.result)).toBe('10');
    const given = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 3,
      maxLength: 12,
    });
    fc.assert(
      fc.property(given, (marks) => {
        const some = sheets(...marks.map(([a, b]) => [String(a), String(b)] as const));
        const { result, totals } = gather(plan, some);
        const back = gather(plan, some.toReversed());
        const sums = marks.map(([a, b]) => a + b);
        expect(result && back.result && compare(result, back.result)).toBe(0);
        expect(totals.filter(({ dropped }) => dropped !== null)).toHaveLength(2);
        expect(result && compare(result, whole(Math.min(...sums)))).toBeGreaterThanOrEqual(0);
        expect(result && compare(result, whole(Math.max(...sums)))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a mark is a number within its full mark, in its steps, with a reason where one is asked', () => {
    const [a, b] = read(criteria).criteria;
    if (!a || !b) throw new Error('two criteria');
    expect(judgeMark(a, '59.5', '')).toBeNull();
    expect(judgeMark(a, '0', '')).toBeNull();
    expect(judgeMark(a, '', '')).toBe('missing');
    expect(judgeMark(a, '-1', '')).toBe('not-a-number');
    expect(judgeMark(a, '1e1', '')).toBe('not-a-number');
    expect(judgeMark(a, '60.5', '')).toBe('beyond-full');
    expect(judgeMark(a, '59.7', '')).toBe('not-in-steps');
    expect(judgeMark(b, '12', ' ')).toBe('reason-missing');
    expect(judgeMark(b, '12.5', '论文')).toBe('not-in-steps');
    expect(() => gather(read(criteria), sheets(['61', '0']))).toThrow('beyond-full');
  });
});

describe('a file that declares a panel', () => {
  test('is refused where nothing could be marked or nothing would be left', () => {
    expect(faults(`${criteria}, judges: {least: 5, most: 4}`)).toEqual(['out-of-range']);
    expect(faults(`${criteria}, judges: {least: 2}, dropHighest: 1, dropLowest: 1`)).toEqual([
      'out-of-range',
    ]);
    const one = (more: string) => `criteria: [{id: a, names: {zh-CN: 甲, en: a}, ${more}}]`;
    expect(faults(one('max: 10, step: 3'))).toEqual(['out-of-range']);
    expect(faults(one('max: 0'))).toEqual(['out-of-range']);
    expect(faults(one('max: 10, step: 2.5'))).toEqual([]);
    expect(
      faults(
        `criteria: [{id: a, names: {zh-CN: 甲, en: a}, max: 1}, {id: a, names: {zh-CN: 乙, en: b}, max: 1}]`,
      ),
    ).toEqual(['duplicate-id']);
    expect(faults('blind: [name]')).toEqual(['missing-key']);
    expect(faults(`blind: [face], ${criteria}`)).not.toEqual([]);
    expect(faults(`shows: [shoeSize], ${criteria}`)).toEqual(['unknown-reference']);
  });

  test('is warned of where it is blind and must see, or sees what it is blind to', () => {
    const limit = (per: string) => `quota: {limits: [{id: few, per: ${per}, max: 2}]}`;
    const bound = 'actor: panel, does: examine, quota: few';
    expect(warned(`blind: unit, ${criteria}`, bound, limit('county'))).toEqual(['blind-but-needed']);
    expect(warned(`blind: unit, ${criteria}`, bound, limit('subject'))).toEqual([]);
    expect(warned(`blind: name, ${criteria}`, bound, limit('county'))).toEqual([]);
    // The office that decides sees the units; its judges need not.
    expect(
      warned(`blind: unit, ${criteria}`, 'actor: county, does: examine, quota: few', limit('county')),
    ).toEqual([]);
    expect(warned(`blind: name, shows: [subject, birthDate], ${criteria}`)).toEqual(['blind-undone']);
    expect(warned(`shows: [birthDate], ${criteria}`)).toEqual([]);
    expect(warned(`${criteria}, dropHighest: 1`)).toEqual(['dropped-of-unknown']);
    expect(warned(`${criteria}, dropHighest: 1, judges: {least: 3}`)).toEqual([]);
  });

  test('is said in both languages', () => {
    const { programme } = policy(
      stage(
        `blind: [name, unit], shows: subject, judges: {least: 5, most: 9}, ${criteria}, dropHighest: 1, dropLowest: 1, rounding: {places: 2, mode: half-up}`,
      ),
    );
    const said = (locale: 'zh-CN' | 'en') => JSON.stringify(explainProgramme(programme, vocabulary, locale));
    expect(said('zh-CN')).toContain(
      '由评委评分，盲评，隐去姓名、单位，评委可见任教学科，每份材料至少 5 名评委，评委至多 9 名，满分 100 分，去掉 1 个最高分，去掉 1 个最低分，取各评委总分的平均，保留 2 位小数（四舍五入）',
    );
    expect(said('zh-CN')).toContain('教研（40 分，须写理由）');
    expect(said('en')).toContain(
      "marked by judges, blind to names, units, the judges see subject, at least 5 judges for each candidate, at most 9 judges in all, 100 marks in all, the 1 highest dropped, the 1 lowest dropped, the mean of the judges' totals, rounded half up to 2 decimal places",
    );
    expect(said('en')).toContain('results (60 marks, in steps of 0.5)');
  });
});
