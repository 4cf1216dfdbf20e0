import { expect, test } from 'vitest';
import { vocabulary } from '../../platform/programmes.ts';
import { climb, holdingNumber, isHeld, judgeHolding, judgeVouching } from './rules.ts';

test('a title’s number says which title, which year and its place in the series', () => {
  expect(holdingNumber('city-backbone', '2026-06-01', 7)).toBe('CITY-BACKBONE-2026-0007');
});

test('a title is held on its first and on its last day', () => {
  const term = { from: '2023-06-01', until: '2026-05-31' };
  expect([
    isHeld(term, '2023-05-31'),
    isHeld(term, '2023-06-01'),
    isHeld(term, '2026-05-31'),
    isHeld(term, '2026-06-01'),
  ]).toEqual([false, true, true, false]);
  expect(isHeld({ from: '2023-06-01', until: null }, '2099-01-01')).toBe(true);
});

test('a title held already has a name of the vocabulary, a day it was granted, and ends after it begins', () => {
  const judge = (change: object) => {
    const typed = { title: 'city-backbone', from: '2023-06-01', until: '', document: '', ...change };
    const verdict = judgeHolding(typed, ['city-backbone'], '2026-03-01');
    return verdict.ok ? verdict.holding : verdict.problems.map(({ field, problem }) => `${field} ${problem}`);
  };
  expect(judge({})).toEqual({ title: 'city-backbone', from: '2023-06-01', until: null, document: null });
  expect(judge({ title: 'king', from: '2026-03-02' })).toEqual(['title unknown-title', 'from in-the-future']);
  expect(judge({ title: '', from: '', until: 'soon' })).toEqual([
    'title missing',
    'from missing',
    'until not-a-date',
  ]);
  expect(judge({ until: '2023-05-31' })).toEqual(['until ends-before-it-begins']);
});

test('a title is entered by an office of its own level or above, an honour of no tier by the city, and never for oneself', () => {
  const judge = (title: string) =>
    (['school', 'county', 'city'] as const).map((level) =>
      judgeVouching({ title, personId: 'holder' }, { level, personId: 'office' }),
    );
  const no = 'above-the-office';
  expect(judge('school-backbone')).toEqual([null, null, null]);
  expect(judge('school-backbone-candidate')).toEqual([null, null, null]);
  expect(judge('county-backbone')).toEqual([no, null, null]);
  expect(judge('district-backbone')).toEqual([no, null, null]);
  for (const title of ['city-backbone', 'province-backbone', 'famous-teacher', 'special-grade'])
    expect(judge(title)).toEqual([no, no, null]);
  const own = { title: 'school-backbone', personId: 'holder' };
  expect(judgeVouching(own, { level: 'city', personId: 'holder' })).toBe('own-title');
});

test('the ladder goes from rising star to educator, and a teacher is told what is reached and the next step (R-002-5-02)', () => {
  const { ladder, titles } = vocabulary();
  expect(ladder.map((title) => titles[title]?.['zh-CN'])).toEqual([
    '教坛新秀',
    '校级骨干教师',
    '县（区）级骨干教师',
    '市级骨干教师',
    '特级教师',
    '教育家型教师',
  ]);
  const next = (...held: string[]) => climb(ladder, held).find(({ rung }) => rung === 'next')?.title;
  expect(next()).toBe('rookie-star');
  expect(next('rookie-star')).toBe('school-backbone');
  expect(next('school-backbone-candidate')).toBe('rookie-star');
  expect(next('district-backbone')).toBe('city-backbone');
  expect(next('city-backbone', 'school-backbone')).toBe('special-grade');
  expect(next('educator')).toBeUndefined();
  expect(climb(ladder, ['county-backbone']).map(({ rung }) => rung)).toEqual([
    'reached',
    'reached',
    'reached',
    'next',
    'ahead',
    'ahead',
  ]);
});
