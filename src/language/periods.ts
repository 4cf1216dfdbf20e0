import { addDays, addMonths, type CivilDate, daysBetween, makeDate, yearOf } from '../shared/civil-date.ts';
import type { CalendarSpan } from './grammar/selection.ts';

/**
 * Periods of the calendar, numbered so that neighbours differ by one. A school year bears the year it begins
 * in; any other year that of its greater part, so that a December to November year is named for its November.
 */
export interface Reckoning {
  /** `MM-DD` on which the year, the school year and each semester begin. */
  readonly year: string;
  readonly schoolYear: string;
  readonly semesters: readonly string[];
}

/** The statistical calendar of Chinese schools: two semesters, from 1 September and 1 February. */
export const usualReckoning: Reckoning = {
  year: '01-01',
  schoolYear: '09-01',
  semesters: ['02-01', '09-01'],
};

const MONDAY: CivilDate = '1970-01-05';
const monthDayOf = (date: CivilDate) => date.slice(5);
const on = (year: number, monthDay: string) =>
  makeDate(year, Number(monthDay.slice(0, 2)), Number(monthDay.slice(3)));

/** The year a twelve-month beginning on `start` has at its beginning, for the number it is known by. */
const shift = (start: string) => (start > '07-01' ? 1 : 0);

export function periodOf(span: CalendarSpan, date: CivilDate, reckoning: Reckoning): number {
  const year = yearOf(date);
  const before = (start: string) => (monthDayOf(date) < start ? 1 : 0);
  switch (span) {
    case 'day':
      return daysBetween(MONDAY, date);
    case 'week':
      return Math.floor(daysBetween(MONDAY, date) / 7);
    case 'month':
      return year * 12 + Number(date.slice(5, 7)) - 1;
    case 'semester': {
      const { semesters } = reckoning;
      const at = semesters.findLastIndex((start) => start <= monthDayOf(date));
      return at < 0 ? year * semesters.length - 1 : year * semesters.length + at;
    }
    case 'school-year':
      return year - before(reckoning.schoolYear);
    case 'year':
      return year - before(reckoning.year) + shift(reckoning.year);
  }
}

/** First and last day of a period. */
export function daysOfPeriod(
  span: CalendarSpan,
  number: number,
  reckoning: Reckoning,
): { readonly from: CivilDate; readonly to: CivilDate } {
  const from = startOf(span, number, reckoning);
  return { from, to: addDays(startOf(span, number + 1, reckoning), -1) };
}

function startOf(span: CalendarSpan, number: number, reckoning: Reckoning): CivilDate {
  switch (span) {
    case 'day':
      return addDays(MONDAY, number);
    case 'week':
      return addDays(MONDAY, number * 7);
    case 'month':
      return addMonths('1000-01-01', number - 12_000);
    case 'semester': {
      const { semesters } = reckoning;
      const at = ((number % semesters.length) + semesters.length) % semesters.length;
      return on((number - at) / semesters.length, semesters[at] ?? '01-01');
    }
    case 'school-year':
      return on(number, reckoning.schoolYear);
    case 'year':
      return on(number - shift(reckoning.year), reckoning.year);
  }
}

/** A run of days, both included. */
export interface Period {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/** The periods that touch a run of days, so many of them taken as one, counted from the one its first day is in. */
export function periodsWithin(
  span: CalendarSpan,
  { from, to }: Period,
  reckoning: Reckoning,
  every = 1,
): readonly Period[] {
  const found: Period[] = [];
  if (from > to) return found;
  for (let first = periodOf(span, from, reckoning); ; first += every) {
    const start = daysOfPeriod(span, first, reckoning).from;
    if (start > to || start === found.at(-1)?.from) return found;
    found.push({ from: start, to: daysOfPeriod(span, first + every - 1, reckoning).to });
  }
}
