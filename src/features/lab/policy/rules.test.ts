import { expect, test } from 'vitest';
import { readDuration } from './rules.ts';

test.each([
  ['5', 'y', '5y'],
  ['5 年', 'm', '5y'],
  ['18个月', 'y', '18m'],
  ['３ 月', 'y', '3m'],
  ['30 days', 'y', '30d'],
  ['1 Year', 'm', '1y'],
  ['6m', 'y', '6m'],
  ['0', 'y', null],
  ['五年', 'y', null],
  ['5 lessons', 'y', null],
  ['2.5', 'y', null],
])('a length of time typed as %s, where it was in %s, is %s', (typed, unit, length) => {
  expect(readDuration(typed, `1${unit}`)).toBe(length);
});
