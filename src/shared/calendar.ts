/**
 * Working days on a named calendar. The calendar is data (programmes/calendars/*.yaml): the weekly days of
 * rest, public holidays, and the make-up days (调休) on which people work although it is a weekend. A day in
 * a year the calendar does not cover is reported, never guessed.
 */

import { addDays, type CivilDate, isCivilDate, weekday, yearOf } from './civil-date.ts';

export type Calendar = {
  id: string;
  /** Years whose holidays are known. */
  years: readonly number[];
  /** ISO weekdays that are worked, 1 for Monday to 7 for Sunday. */
  workweek: readonly number[];
  /** Days off, both ends included. */
  holidays: readonly { from: CivilDate; to: CivilDate; name: string }[];
  /** Days worked although the week or a holiday says otherwise. */
  workdays: readonly { date: CivilDate; name: string }[];
};

export type DayKind =
  | { working: true; because: 'workweek' }
  | { working: true; because: 'make-up'; name: string }
  | { working: false; because: 'weekend' }
  | { working: false; because: 'holiday'; name: string };

export type MissingYear = { ok: false; reason: 'year-not-in-calendar'; year: number; calendar: string };

/** What a day is and why. */
export function dayKind(calendar: Calendar, date: CivilDate): ({ ok: true } & DayKind) | MissingYear {
  const year = yearOf(date);
  if (!calendar.years.includes(year)) {
    return { ok: false, reason: 'year-not-in-calendar', year, calendar: calendar.id };
  }
  const makeUp = calendar.workdays.find((day) => day.date === date);
  if (makeUp) return { ok: true, working: true, because: 'make-up', name: makeUp.name };
  const holiday = calendar.holidays.find(({ from, to }) => from <= date && date <= to);
  if (holiday) return { ok: true, working: false, because: 'holiday', name: holiday.name };
  return calendar.workweek.includes(weekday(date))
    ? { ok: true, working: true, because: 'workweek' }
    : { ok: true, working: false, because: 'weekend' };
}

export function isWorkingDay(
  calendar: Calendar,
  date: CivilDate,
): { ok: true; working: boolean } | MissingYear {
  const kind = dayKind(calendar, date);
  return kind.ok ? { ok: true, working: kind.working } : kind;
}

/**
 * The nth working day after `start`. This is the clock of a publicity period: the day of posting is not
 * counted, and the period closes at the end of the day returned. `days` is 1 or more.
 */
export function addWorkingDays(
  calendar: Calendar,
  start: CivilDate,
  days: number,
): { ok: true; date: CivilDate } | MissingYear {
  if (!Number.isInteger(days) || days < 1) throw new RangeError('days must be whole and at least 1');
  let date = start;
  for (let counted = 0; counted < days; ) {
    date = addDays(date, 1);
    const kind = dayKind(calendar, date);
    if (!kind.ok) return kind;
    if (kind.working) counted += 1;
  }
  return { ok: true, date };
}

/** Working days after `start` up to and including `end`; 0 when `end` is not later. */
export function workingDaysBetween(
  calendar: Calendar,
  start: CivilDate,
  end: CivilDate,
): { ok: true; days: number } | MissingYear {
  let days = 0;
  for (let date = addDays(start, 1); date <= end; date = addDays(date, 1)) {
    const kind = dayKind(calendar, date);
    if (!kind.ok) return kind;
    if (kind.working) days += 1;
  }
  return { ok: true, days };
}

/** A calendar from parsed YAML or JSON, or every fault in it by path. */
export function readCalendar(
  data: unknown,
): { ok: true; calendar: Calendar } | { ok: false; faults: { path: string; expected: string }[] } {
  const faults: { path: string; expected: string }[] = [];
  const check = <T>(
    value: unknown,
    path: string,
    expected: string,
    is: (value: unknown) => value is T,
  ): T[] => {
    if (is(value)) return [value];
    faults.push({ path, expected });
    return [];
  };
  const list = (value: unknown, path: string) =>
    check(value, path, 'a list', Array.isArray).flat() as unknown[];
  const root = asRecord(data);
  const id = check(root.id, 'id', 'a name', isText);
  const years = list(root.years, 'years').flatMap((year, at) =>
    check(year, `years[${at}]`, 'a year', isYear),
  );
  const workweek = list(root.workweek, 'workweek').flatMap((day, at) =>
    check(day, `workweek[${at}]`, 'a weekday from 1 (Monday) to 7 (Sunday)', isWeekday),
  );
  const dateIn = (value: unknown, path: string) =>
    check(value, path, 'a date YYYY-MM-DD', isDate).flatMap((date) =>
      check(date, path, 'a date in one of the listed years', (text): text is string =>
        years.includes(yearOf(String(text))),
      ),
    );
  const holidays = list(root.holidays, 'holidays').flatMap((item, at) => {
    const { from, to, name } = asRecord(item);
    const [first] = dateIn(from, `holidays[${at}].from`);
    const [last] = to === undefined ? [first] : dateIn(to, `holidays[${at}].to`);
    const [label] = check(name, `holidays[${at}].name`, 'a name', isText);
    if (first === undefined || last === undefined || label === undefined) return [];
    if (last < first) faults.push({ path: `holidays[${at}].to`, expected: 'a date not before from' });
    return [{ from: first, to: last, name: label }];
  });
  const workdays = list(root.workdays, 'workdays').flatMap((item, at) => {
    const { date, name } = asRecord(item);
    const [day] = dateIn(date, `workdays[${at}].date`);
    const [label] = check(name, `workdays[${at}].name`, 'a name', isText);
    return day === undefined || label === undefined ? [] : [{ date: day, name: label }];
  });
  const [name] = id;
  if (faults.length > 0 || name === undefined) return { ok: false, faults };
  return { ok: true, calendar: { id: name, years, workweek, holidays, workdays } };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isYear = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1900 && Number(value) <= 9999;
const isWeekday = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 7;
const isDate = (value: unknown): value is CivilDate => typeof value === 'string' && isCivilDate(value);
const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
