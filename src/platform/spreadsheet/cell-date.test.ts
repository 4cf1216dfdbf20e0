import { describe, expect, it } from 'vitest';
import { parseCivilDate, serialToDate } from './cell-date.ts';

const text = (value: string) => parseCivilDate({ text: value, kind: 'text' });

describe('a date cell', () => {
  it.each([
    '2011-4-25',
    '2011-04-25',
    '2011/4/25',
    '2011.4.25',
    '2011年4月25日',
    '2011 年 4 月 25 日',
    '20110425',
    '２０１１－０４－２５',
    '2011-04-25 08:30',
    '2011-04-25T00:00:00',
    '40658',
  ])('is read from %s', (value) => {
    expect(text(value)).toEqual({ ok: true, date: '2011-04-25', precision: 'day' });
  });

  it.each(['2011.4', '2011-04', '2011年4月', '201104'])('of a month only, %s, says so', (value) => {
    expect(text(value)).toEqual({ ok: true, date: '2011-04-01', precision: 'month' });
  });

  it('uses the day numbers of the workbook it came from', () => {
    expect(parseCivilDate({ text: '39196', kind: 'number' }, '1904')).toEqual({
      ok: true,
      date: '2011-04-25',
      precision: 'day',
    });
  });

  it.each([
    ['', 'empty'],
    ['2011-02-29', 'no-such-day'],
    ['2011年13月', 'no-such-day'],
    ['四月', 'not-a-date'],
    ['45', 'not-a-date'],
    ['11010519', 'not-a-date'],
  ])('is refused for %s because %s', (value, reason) => {
    expect(text(value)).toEqual({ ok: false, reason });
  });
});

describe('day numbers', () => {
  it('skip the 29 February 1900 that spreadsheets believe in', () => {
    expect([1, 59, 60, 61, 40658].map((day) => serialToDate(day))).toEqual([
      '1900-01-01',
      '1900-02-28',
      undefined,
      '1900-03-01',
      '2011-04-25',
    ]);
  });

  it('keep the time of day', () => {
    expect(serialToDate(40658.5)).toBe('2011-04-25 12:00');
    expect(serialToDate(40658.999999)).toBe('2011-04-26');
  });
});
