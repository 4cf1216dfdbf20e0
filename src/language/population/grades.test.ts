import { describe, expect, test } from 'vitest';
import { dossier, policy } from '../../../tests/support/language.ts';
import type { Marked } from './grades.ts';

const bands = (excellent = 'maxPercent: 20', good = '') =>
  policy(`
assessment:
  bands:
    - {id: unqualified, names: {zh-CN: 不合格, en: unqualified}, from: 0, below: 60}
    - {id: qualified, names: {zh-CN: 合格, en: qualified}, from: 60, below: 70}
    - {id: good, names: {zh-CN: 良好, en: good}, from: 70, below: 80${good && `, ${good}`}}
    - {id: excellent, names: {zh-CN: 优秀, en: excellent}, from: 80${excellent && `, ${excellent}`}}
`).compiled;
const marks = (...totals: number[]): Marked[] =>
  totals.map((total, i) => ({ id: `t${i + 1}`, total: String(total) }));
/** Sixty teachers, fifteen of whom reached 80 and more, no two alike. */
const sixty = marks(
  ...Array.from({ length: 15 }, (_, i) => 95 - i),
  ...Array.from({ length: 45 }, (_, i) => 79.5 - i / 4),
);

describe('CN71: excellent at most 20 %', () => {
  test('of 60 people 15 reached 80: only twelve may be excellent, three fall to good', () => {
    const report = bands().shareGrades(sixty);
    expect(report.assessed).toBe(60);
    expect(report.bands[0]).toEqual({ id: 'excellent', most: 12, reached: 15, kept: 12, open: null });
    const fallen = report.people.filter(({ reason }) => reason === 'share-full');
    expect(fallen).toEqual(
      ['t13', 't14', 't15'].map((id) => ({ id, earned: 'excellent', band: 'good', reason: 'share-full' })),
    );
    expect(report.people[11]).toEqual({ id: 't12', earned: 'excellent', band: 'excellent', reason: 'kept' });
  });

  test('equals at the border are shown, and none of them is excellent before a decision', () => {
    const five = marks(90, 85, 85, 60, 50);
    const report = bands('maxPercent: 40').shareGrades(five);
    expect(report.bands[0]).toMatchObject({ most: 2, kept: 1, open: { ids: ['t2', 't3'], places: 1 } });
    expect(report.people[1]).toEqual({ id: 't2', earned: 'excellent', band: null, reason: 'tie' });
    const decided = bands('maxPercent: 40').shareGrades(five, [['t3', 't2']]);
    expect(decided.people.map(({ band }) => band)).toEqual([
      'excellent',
      'good',
      'excellent',
      'qualified',
      'unqualified',
    ]);
  });

  test('the share is never exceeded: 20 % of 61 is twelve, and thirteen only where it is rounded up', () => {
    const people = [...sixty, { id: 'x', total: '61' }];
    expect(bands().shareGrades(people).bands[0]?.most).toBe(12);
    expect(bands('maxPercent: 20, rounding: up').shareGrades(people).bands[0]?.most).toBe(13);
  });

  test('whoever has no result is not assessed and not counted in the hundred', () => {
    const report = bands().shareGrades([...marks(90, 70, 65, 61, 60), { id: 'x', total: null }]);
    expect(report.assessed).toBe(5);
    expect(report.bands[0]).toMatchObject({ most: 1, kept: 1 });
    expect(report.people.at(-1)).toEqual({ id: 'x', earned: null, band: null, reason: 'not-assessed' });
  });

  test('who fell takes a place of the next share before those who earned it with less', () => {
    const report = bands('maxPercent: 20', 'maxPercent: 20').shareGrades(marks(95, 90, 75, 65, 64));
    expect(report.people.map(({ band }) => band)).toEqual([
      'excellent',
      'good',
      'qualified',
      'qualified',
      'qualified',
    ]);
  });

  test('of equals left open one will fall, and a place of the next share is kept for them', () => {
    const report = bands('maxPercent: 20', 'maxPercent: 20').shareGrades(marks(90, 90, 75, 65, 64));
    expect(report.bands[0]?.open).toEqual({ ids: ['t1', 't2'], places: 1 });
    expect(report.bands[1]).toMatchObject({ id: 'good', most: 1, kept: 0 });
    expect(report.people[2]).toMatchObject({ earned: 'good', band: 'qualified', reason: 'share-full' });
  });

  test('a band the assessment gave for other reasons than the mark stands', () => {
    const report = bands('').shareGrades([{ id: 'veto', total: '95', band: 'unqualified' }]);
    expect(report.people).toEqual([
      { id: 'veto', earned: 'unqualified', band: 'unqualified', reason: 'kept' },
    ]);
  });

  test('a full share fails nobody: without a lower band that is a pass, those past it have none', () => {
    const { compiled } = policy(`
assessment:
  bands:
    - {id: fail, names: {zh-CN: 不合格, en: fail}, from: 0, below: 60, fails: true}
    - {id: pass, names: {zh-CN: 合格, en: pass}, from: 60, maxPercent: 50}
`);
    const report = compiled.shareGrades(marks(90, 80, 70, 50));
    expect(report.people.map(({ band, reason }) => [band, reason])).toEqual([
      ['pass', 'kept'],
      ['pass', 'kept'],
      [null, 'share-full'],
      ['fail', 'kept'],
    ]);
  });

  test('colleagues 30 %, students and parents 30 %, working group 40 %: the composite, then the share', () => {
    const { compiled } = policy(`
terms:
  attributes:
    colleagues: {names: {zh-CN: 同事评分, en: colleagues}, type: number}
    students: {names: {zh-CN: 学生和家长评分, en: students and parents}, type: number}
    group: {names: {zh-CN: 考核组评分, en: working group}, type: number}
assessment:
  composite:
    parts:
      - {id: colleagues, names: {zh-CN: 同事, en: colleagues}, weight: 30, of: {value: colleagues}}
      - {id: students, names: {zh-CN: 学生和家长, en: students and parents}, weight: 30, of: {value: students}}
      - {id: group, names: {zh-CN: 考核组, en: working group}, weight: 40, of: {value: group}}
  veto: {id: misconduct, decide: {}}
  bands:
    - {id: unqualified, names: {zh-CN: 不合格, en: unqualified}, from: 0, below: 60, fails: true}
    - {id: good, names: {zh-CN: 良好, en: good}, from: 60, below: 80}
    - {id: excellent, names: {zh-CN: 优秀, en: excellent}, from: 80, maxPercent: 20}
`);
    const five = [95, 90, 85, 70, 99].map((mark, i) => {
      const misconduct = i === 4 ? ('met' as const) : ('unmet' as const);
      const who = dossier([], { colleagues: mark, students: mark - 1, group: mark + 1 });
      const result = compiled.composite(who, { asOf: '2025-06-30', decisions: { misconduct } });
      return { id: `t${i + 1}`, total: result?.total ?? null, band: result?.band ?? null };
    });
    expect(five.map(({ total }) => total)).toEqual(['95.1', '90.1', '85.1', '70.1', '99.1']);
    const report = compiled.shareGrades(five);
    expect(report.people.map(({ band }) => band)).toEqual([
      'excellent',
      'good',
      'good',
      'good',
      'unqualified',
    ]);
  });
});
