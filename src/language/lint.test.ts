import { describe, expect, test } from 'vitest';
import { around, clause, codes, loadSource, ready, vocabulary } from '../../tests/support/language.ts';
import { loadProgramme } from './load.ts';

const warned = (condition: string, more = '') => codes(clause(condition, more).warnings);

describe('a careful reader asks', () => {
  test('about dates out of order', () => {
    expect(warned('known: rank', 'dates: {open: 05-01, deadline: 04-25}')).toEqual(['dates-out-of-order']);
    const stage = (id: string, deadline: string) =>
      `{id: ${id}, names: {zh-CN: 甲, en: a}, actor: city, does: examine, deadline: ${deadline}}`;
    expect(warned('known: rank', `route: [${stage('a', '04-25')}, ${stage('b', '04-10')}]`)).toEqual([
      'dates-out-of-order',
    ]);
    expect(warned('known: rank', `route: [${stage('a', '04-10')}, ${stage('b', '04-25')}]`)).toEqual([]);
    expect(warned('known: rank', 'dates: {open: 2011-03-01, deadline: 04-25}')).toEqual([]);
  });

  test('about weights that do not sum to 100, exactly', () => {
    const part = (id: string, weight: string) =>
      `{id: ${id}, names: {zh-CN: 项, en: part}, weight: ${weight}}`;
    const composite = (...weights: string[]) =>
      `assessment: {composite: {parts: [${weights.map((weight, i) => part(`p${i}`, weight)).join(', ')}]}}`;
    expect(warned('known: rank', composite('33.3', '33.3', '33.4'))).toEqual([]);
    expect(warned('known: rank', composite('33.3', '33.3', '33.3'))).toEqual(['weights-not-100']);
    const light = ready(
      loadSource('002-3-city-backbone', (text) =>
        text.replace('weight: 10, basis: paper', 'weight: 15, basis: paper'),
      ),
    );
    expect(light.warnings.find(({ code }) => code === 'weights-not-100')?.message.en).toContain('105');
  });

  test('about a share of people without rounding, and places without a rule for ties', () => {
    const quota =
      'quota: {total: 8, shares: [{id: leaders, who: {person: {administrator: true}}, maxPercent: 15}]}';
    expect(warned('known: rank', quota).sort()).toEqual(['cut-without-tie-rule', 'share-without-rounding']);
    const full = `${quota.replace('maxPercent: 15', 'maxPercent: 15, rounding: down')}\nties: {keys: [{by: age, prefer: lower}], otherwise: decision}`;
    expect(warned('known: rank', full)).toEqual([]);
  });

  test('about soft words enforced as hard ones', () => {
    const say = 'say: {zh-CN: 年龄一般不超过45周岁, en: age generally no more than 45}';
    expect(warned(`{${say}, person: {age: {atMost: 45}}}`)).toEqual(['soft-word-without-strength']);
    expect(warned(`{${say}, strength: should, person: {age: {atMost: 45}}}`)).toEqual([]);
  });

  test('about a bound said one way and set the other', () => {
    const bound = (zh: string, en: string, test: string) =>
      warned(`{say: {zh-CN: ${zh}, en: ${en}}, person: {yearsOfTeaching: ${test}}}`);
    expect(bound('教龄3年以上', 'three years of teaching', '{moreThan: 3}')).toEqual(['bound-ambiguous']);
    expect(bound('教龄3年以上', 'more than three years', '{atLeast: 3}')).toEqual(['bound-ambiguous']);
    expect(bound('教龄超过3年', 'more than three years', '{moreThan: 3}')).toEqual([]);
    expect(bound('教龄不少于3年', 'at least three years', '{atLeast: 3}')).toEqual([]);
    expect(bound('教龄未满3年', 'less than three years', '{below: 3}')).toEqual([]);
  });

  test('about what nothing can satisfy', () => {
    expect(warned('count: {record: paper, where: {level: {moreThan: nation}}}')).toEqual([
      'never-satisfiable',
    ]);
    expect(warned('count: {record: paper, min: 3, max: 2}')).toEqual(['never-satisfiable']);
    expect(warned('person: {yearsOfTeaching: {atLeast: 5, below: 3}}')).toEqual(['never-satisfiable']);
    expect(warned('person: {yearsOfTeaching: {atLeast: 3, atMost: 3}}')).toEqual([]);
  });

  test('about definitions nobody uses and clauses nobody reaches', () => {
    expect(warned('known: rank', 'definitions: {spare: {known: sex}}')).toEqual(['unused-definition']);
    expect(warned('{known: rank, from: 2025-01-01, until: 2024-01-01}')).toEqual(['unreachable-clause']);
    const branches = '{is: [urban, town], require: {known: rank}}, {is: town, require: {known: sex}}';
    expect(warned(`case: {by: setting, when: [${branches}], else: {known: sex}}`)).toEqual([
      'unreachable-clause',
    ]);
    const all = '{is: [urban, town, rural], require: {known: rank}}';
    expect(warned(`case: {by: setting, when: [${all}], else: {known: sex}}`)).toEqual(['unreachable-clause']);
  });

  test('about bands that overlap or leave a gap', () => {
    const bands = (...ends: string[]) =>
      `assessment: {bands: [${ends.map((end, i) => `{id: b${i}, names: {zh-CN: 等${i}, en: band ${i}}, ${end}}`).join(', ')}]}`;
    expect(warned('known: rank', bands('from: 0, to: 2', 'from: 2, to: 6'))).toEqual(['bands-overlap']);
    expect(warned('known: rank', bands('from: 6, to: 10', 'from: 15, to: 20'))).toEqual(['bands-gap']);
    expect(warned('known: rank', bands('from: 60, to: 79', 'from: 80'))).toEqual([]);
    expect(warned('known: rank', bands('from: 60, below: 80', 'from: 80'))).toEqual([]);
  });

  test('and a file without faults gets no warning', () => {
    const result = loadProgramme(around('person: {age: {below: 45}}'), { vocabulary });
    expect(result).toMatchObject({ ok: true, warnings: [] });
  });
});
