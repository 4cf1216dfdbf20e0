/**
 * Civil dates: days on the calendar on the wall, `YYYY-MM-DD`, without clock or time zone. They are plain
 * strings, so they sort and compare with `<` and `===`.
 */
export type CivilDate = string;

const MONTH_DAY = /^(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS[month - 1] ?? Number.NaN);
}

/** Asked of every day that is read, and so without a pattern. */
export function isCivilDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** The number the digits from one place to another write; -1 when something else stands among them. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** `MM-DD`, a day that comes back every year; 29 February counts. */
export function isMonthDay(text: string): boolean {
  return MONTH_DAY.test(text) && isCivilDate(`2000-${text}`);
}

/** The last civil date: what lies beyond it is it, so that dates stay ten characters and sort. */
const LAST: CivilDate = '9999-12-31';

export function makeDate(year: number, month: number, day: number): CivilDate {
  if (year > 9999) return LAST;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

export function yearOf(date: CivilDate): number {
  return Number(date.slice(0, 4));
}

function partsOf(date: CivilDate): [year: number, month: number, day: number] {
  return [yearOf(date), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

/** Adds whole months; a day the month does not have becomes its last day (31 January + 1 = 28 February). */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const [year, month, day] = partsOf(date);
  const count = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return makeDate(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

export function addYears(date: CivilDate, years: number): CivilDate {
  return addMonths(date, years * 12);
}

function dayNumber(date: CivilDate): number {
  const [year, month, day] = partsOf(date);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

export function addDays(date: CivilDate, days: number): CivilDate {
  const moved = new Date((dayNumber(date) + days) * DAY_MS);
  return makeDate(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate());
}

/** Days from the first to the second date; negative when the second is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** 1 = Monday … 7 = Sunday. */
export function weekday(date: CivilDate): number {
  return new Date(dayNumber(date) * DAY_MS).getUTCDay() || 7;
}

/** Completed whole years, as ages are counted (周岁): the birthday itself completes the year. */
export function completedYears(since: CivilDate, asOf: CivilDate): number {
  let years = yearOf(asOf) - yearOf(since);
  while (years > 0 && addYears(asOf, -years) < since) years -= 1;
  return years;
}

/** The day `MM-DD` falls on in a year; 29 February becomes 28 in a common year. */
export function onMonthDay(year: number, monthDay: string): CivilDate {
  const [month, day] = [Number(monthDay.slice(0, 2)), Number(monthDay.slice(3, 5))];
  return makeDate(year, month, Math.min(day, daysInMonth(year, month)));
}
