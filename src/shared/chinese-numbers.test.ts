import { expect, test } from 'vitest';
import { chineseNumber, readChinese } from './chinese-numbers.ts';

test('sections are numbered as Chinese documents number them', () => {
  expect([1, 9, 10, 11, 20, 21, 99].map(chineseNumber)).toEqual([
    '一',
    '九',
    '十',
    '十一',
    '二十',
    '二十一',
    '九十九',
  ]);
});

test('numbers in words are read, years digit by digit, and what is no number is not', () => {
  const read = [
    '三',
    '两',
    '十',
    '十五',
    '四十五',
    '一百零三',
    '三百六十',
    '一千二百',
    '三万',
    '二〇一一',
    '一亿',
  ];
  expect(read.map(readChinese)).toEqual([3, 2, 10, 15, 45, 103, 360, 1200, 30_000, 2011, 100_000_000]);
  expect(['几', '三次', '若干'].map(readChinese)).toEqual([undefined, undefined, undefined]);
  for (let n = 1; n < 100; n += 1) expect(readChinese(chineseNumber(n))).toBe(n);
});
