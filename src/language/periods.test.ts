import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../shared/civil-date.ts';
import { calendarSpans } from './grammar/selection.ts';
import { daysOfPeriod, periodOf, periodsWithin, usualReckoning } from './periods.ts';

const day = fc.integer({ min: 0, max: 400_000 }).map((n) => addDays('1000-01-01', n));

describe('periods of the calendar', () => {
  test.each(calendarSpans)('every day is in exactly one %s, and neighbours differ by one', (span) => {
    fc.assert(
      fc.property(day, (date) => {
        const number = periodOf(span, date, usualReckoning);
        const { from, to } = daysOfPeriod(span, number, usualReckoning);
        expect(from <= date && date <= to).toBe(true);
        expect(periodOf(span, addDays(to, 1), usualReckoning)).toBe(number + 1);
        expect(daysOfPeriod(span, number + 1, usualReckoning).from).toBe(addDays(to, 1));
      }),
    );
  });

  test('a day is a period of one day, over the ends of months, leap days and years', () => {
    for (const date of ['2024-02-29', '2025-12-31', '1969-12-31', '1970-01-05', '2000-03-01']) {
      expect(daysOfPeriod('day', periodOf('day', date, usualReckoning), usualReckoning)).toEqual({
        from: date,
        to: date,
      });
    }
    const days = periodsWithin('day', { from: '2024-02-27', to: '2024-03-02' }, usualReckoning, 2);
    expect(days).toEqual([
      { from: '2024-02-27', to: '2024-02-28' },
      { from: '2024-02-29', to: '2024-03-01' },
      { from: '2024-03-02', to: '2024-03-03' },
    ]);
  });
});
