/** Dates as people and spreadsheets really write them. */
import { addDays, type CivilDate, isCivilDate, makeDate } from '../../shared/civil-date.ts';
import type { Cell } from './types.ts';

type DateSystem = '1900' | '1904';

/**
 * The civil date of a spreadsheet's day number, with " HH:MM" after it when it has a time of day; undefined
 * outside 1900 to 9999. Day 60 of the 1900 system is the 29 February 1900 that never was.
 */
export function serialToDate(serial: number, system: DateSystem = '1900'): string | undefined {
  const day = Math.floor(serial);
  if (!(day >= 1) || day > 2_958_465 || (system === '1900' && day === 60)) return undefined;
  const epoch = system === '1904' ? '1904-01-01' : day < 60 ? '1899-12-31' : '1899-12-30';
  const date = addDays(epoch, day);
  const minutes = Math.round((serial - day) * 1440);
  if (minutes === 0 || minutes === 1440) return minutes === 0 ? date : addDays(date, 1);
  return `${date} ${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

export type ParsedDate =
  | { ok: true; date: CivilDate; precision: 'day' }
  /** Only a month was given ("2011.4"): the date is its first day, and the caller must decide if that will do. */
  | { ok: true; date: CivilDate; precision: 'month' }
  | { ok: false; reason: 'empty' | 'not-a-date' | 'no-such-day' };

/** Digits of other widths, and the year-month-day in any of the usual separators; a time of day is dropped. */
const written =
  /^(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月?)(?:[T\s]+\d{1,2}:\d{2}.*)?$/;
const compact = /^(\d{4})(\d{2})(\d{2})?$/;

/** Reads 2011-4-25, 2011/4/25, 2011.4.25, 2011.4, 2011年4月25日, 20110425, 201104 and the day number 40658. */
export function parseCivilDate(cell: Cell, system: DateSystem = '1900'): ParsedDate {
  const text = cell.text.normalize('NFKC').trim();
  if (text === '') return { ok: false, reason: 'empty' };
  const match = written.exec(text) ?? compact.exec(text);
  if (match && Number(match[1]) >= 1900) return civil(Number(match[1]), Number(match[2]), match[3]);
  // 1 January 1930 to the end of 2099: a bare number outside it is more likely an age, a code or a slip.
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    const date = serialToDate(Number(text), system)?.slice(0, 10);
    if (date !== undefined && date >= '1930-01-01' && date <= '2099-12-31')
      return { ok: true, date, precision: 'day' };
  }
  return { ok: false, reason: 'not-a-date' };
}

function civil(year: number, month: number, day: string | undefined): ParsedDate {
  const date = makeDate(year, month, Number(day ?? 1));
  if (!isCivilDate(date)) return { ok: false, reason: 'no-such-day' };
  return { ok: true, date, precision: day === undefined ? 'month' : 'day' };
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
