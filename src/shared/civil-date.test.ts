import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  addYears,
  completedYears,
  daysBetween,
  isCivilDate,
  isMonthDay,
  onMonthDay,
  weekday,
} from './civil-date.ts';

describe('civil dates', () => {
  test('are real days of the calendar', () => {
    expect(['2024-02-29', '2000-02-29', '2025-12-31', '1960-01-01'].every(isCivilDate)).toBe(true);
    expect(
      [
        '2023-02-29',
        '2025-13-01',
        '2025-00-10',
        '2025-4-25',
        '20250425',
        '',
        '１２３４-05-06',
        '1900-02-29',
        '0999-01-01',
      ].some(isCivilDate),
    ).toBe(false);
    expect(['02-29', '04-25'].every(isMonthDay)).toBe(true);
    expect(['02-30', '4-25', '2025-04-25'].some(isMonthDay)).toBe(false);
  });

  test('move by days, months and years; a day the month lacks becomes its last', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2025-01-01', -1)).toBe('2024-12-31');
    expect(addMonths('2025-01-31', 1)).toBe('2025-02-28');
    expect(addMonths('2025-01-15', -1)).toBe('2024-12-15');
    // Nothing lies beyond the last day there is, so that days still sort.
    expect(addMonths('9999-06-30', 12)).toBe('9999-12-31');
    expect(addDays('9999-12-31', 1)).toBe('9999-12-31');
    expect(addYears('2024-02-29', -5)).toBe('2019-02-28');
  });

  test('are counted between and named by weekday', () => {
    expect(daysBetween('2024-02-01', '2024-03-01')).toBe(29);
    expect(daysBetween('2025-04-25', '2025-04-20')).toBe(-5);
    expect([weekday('2025-04-21'), weekday('2025-04-27')]).toEqual([1, 7]);
  });

  test('an age is completed on the birthday', () => {
    expect(completedYears('1980-04-25', '2025-04-24')).toBe(44);
    expect(completedYears('1980-04-25', '2025-04-25')).toBe(45);
    expect(completedYears('2004-02-29', '2025-02-28')).toBe(20);
    expect(completedYears('2004-02-29', '2025-03-01')).toBe(21);
  });

  test('a yearly day falls on its date, the 29th of February on the 28th in a common year', () => {
    expect(onMonthDay(2024, '02-29')).toBe('2024-02-29');
    expect(onMonthDay(2025, '02-29')).toBe('2025-02-28');
  });
});
