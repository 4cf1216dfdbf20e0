import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  addWorkingDays,
  type Calendar,
  dayKind,
  isWorkingDay,
  readCalendar,
  workingDaysBetween,
} from './calendar.ts';

function chinese(): Calendar {
  const text = readFileSync(new URL('../../programmes/calendars/cn.yaml', import.meta.url), 'utf8');
  const read = readCalendar(parse(text));
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.calendar;
}
const cn = chinese();

describe('the publicity clock', () => {
  it('does not count the day of posting: posted on Monday for five days, it closes the next Monday', () => {
    expect(addWorkingDays(cn, '2026-03-02', 5)).toEqual({ ok: true, date: '2026-03-09' });
  });

  it('counts the same days whether posted on Friday or in the weekend after it', () => {
    for (const posted of ['2026-03-06', '2026-03-07', '2026-03-08']) {
      expect(addWorkingDays(cn, posted, 5)).toEqual({ ok: true, date: '2026-03-13' });
    }
  });

  it('stops over the National Day holiday and counts the make-up Saturday', () => {
    // Posted Tuesday 29 September: 30 September, then 8, 9, 10 (make-up Saturday) and 12 October.
    expect(addWorkingDays(cn, '2026-09-29', 5)).toEqual({ ok: true, date: '2026-10-12' });
  });

  it('reports the year it does not know instead of guessing', () => {
    expect(addWorkingDays(cn, '2026-12-29', 5)).toEqual({
      ok: false,
      reason: 'year-not-in-calendar',
      year: 2027,
      calendar: 'cn',
    });
  });

  it('needs at least one day', () => {
    expect(() => addWorkingDays(cn, '2026-03-02', 0)).toThrow(RangeError);
  });
});

describe('a day', () => {
  it('says why it is worked or not', () => {
    expect(dayKind(cn, '2026-02-17')).toEqual({ ok: true, working: false, because: 'holiday', name: '春节' });
    expect(dayKind(cn, '2026-02-28')).toEqual({
      ok: true,
      working: true,
      because: 'make-up',
      name: '春节调休',
    });
    expect(dayKind(cn, '2026-03-01')).toEqual({ ok: true, working: false, because: 'weekend' });
    expect(dayKind(cn, '2024-02-29')).toEqual({ ok: true, working: true, because: 'workweek' });
    expect(isWorkingDay(cn, '2026-03-01')).toEqual({ ok: true, working: false });
  });
});

describe('working days between two dates', () => {
  it('leave out the first day and include the last', () => {
    expect(workingDaysBetween(cn, '2026-03-02', '2026-03-09')).toEqual({ ok: true, days: 5 });
    expect(workingDaysBetween(cn, '2026-03-09', '2026-03-02')).toEqual({ ok: true, days: 0 });
  });

  it('agree with the publicity clock from every posting day of three years', () => {
    for (let time = Date.UTC(2024, 0, 1); time <= Date.UTC(2026, 10, 30); time += 86_400_000) {
      const posted = new Date(time).toISOString().slice(0, 10);
      const closing = addWorkingDays(cn, posted, 7);
      if (!closing.ok) throw new Error(`${posted}: ${closing.year}`);
      expect(workingDaysBetween(cn, posted, closing.date)).toEqual({ ok: true, days: 7 });
    }
  });
});

describe('the Chinese calendar file', () => {
  it('lists only weekend days as make-up days, none of them inside a holiday', () => {
    for (const { date } of cn.workdays) {
      expect([0, 6], date).toContain(new Date(`${date}T00:00:00Z`).getUTCDay());
      expect(
        cn.holidays.some(({ from, to }) => from <= date && date <= to),
        date,
      ).toBe(false);
    }
  });

  it('has the days off and the make-up days of the three notices, and no others', () => {
    // Of each notice: the days off (from, to) and the weekend days worked, month and day.
    const notices: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
      2024: [
        ['01-01', '02-10 02-17', '04-04 04-06', '05-01 05-05', '06-10', '09-15 09-17', '10-01 10-07'],
        ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12'],
      ],
      2025: [
        ['01-01', '01-28 02-04', '04-04 04-06', '05-01 05-05', '05-31 06-02', '10-01 10-08'],
        ['01-26', '02-08', '04-27', '09-28', '10-11'],
      ],
      2026: [
        [
          '01-01 01-03',
          '02-15 02-23',
          '04-04 04-06',
          '05-01 05-05',
          '06-19 06-21',
          '09-25 09-27',
          '10-01 10-07',
        ],
        ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
      ],
    };
    expect(cn.years).toEqual(Object.keys(notices).map(Number));
    for (const [year, [off, worked]] of Object.entries(notices)) {
      const inYear = (date: string) => date.startsWith(year);
      const day = (date: string) => date.slice(5);
      expect(
        cn.holidays
          .filter(({ from }) => inYear(from))
          .map(({ from, to }) => (from === to ? day(from) : `${day(from)} ${day(to)}`)),
      ).toEqual(off);
      expect(cn.workdays.filter(({ date }) => inYear(date)).map(({ date }) => day(date))).toEqual(worked);
    }
  });

  it('leaves the number of working days of 2024 to 2026 that the notices imply', () => {
    const workdaysOf = (year: number) => {
      const first = isWorkingDay(cn, `${year}-01-01`);
      const rest = workingDaysBetween(cn, `${year}-01-01`, `${year}-12-31`);
      return rest.ok && first.ok ? rest.days + (first.working ? 1 : 0) : undefined;
    };
    // 262 − 19 weekdays off + 8 made up in 2024, 261 − 18 + 5 in 2025, 261 − 19 + 6 in 2026.
    expect([2024, 2025, 2026].map(workdaysOf)).toEqual([251, 248, 248]);
  });
});

it('a faulty calendar is refused with every fault named', () => {
  const faulty = {
    id: 'x',
    years: [2026],
    workweek: [1, 8],
    holidays: [
      { from: '2026-02-30', name: '春节' },
      { from: '2026-05-03', to: '2026-05-01', name: '劳动节' },
    ],
    workdays: [{ date: '2025-01-04', name: '' }],
  };
  const read = readCalendar(faulty);
  expect(read.ok ? [] : read.faults.map(({ path }) => path)).toEqual([
    'workweek[1]',
    'holidays[0].from',
    'holidays[1].to',
    'workdays[0].date',
    'workdays[0].name',
  ]);
});
