/** A new round as its programme suggests it. */
import type { SettledFile } from '../../../language/given.ts';
import type { ProgrammeFile } from '../../../language/grammar/programme.ts';
import { addDays, addMonths, type CivilDate, onMonthDay, yearOf } from '../../../shared/civil-date.ts';

/** The next day of a date the file gives, with its year or as a day that comes back every year. */
export function nextDay(day: string | undefined, today: CivilDate): CivilDate | null {
  if (day === undefined) return null;
  if (day.length === 10) return day >= today ? day : null;
  const year = yearOf(today);
  const thisYear = onMonthDay(year, day);
  return thisYear >= today ? thisYear : onMonthDay(year + 1, day);
}

/** The deadline of the programme: the one it gives, else the last day the bodies below the organiser must be done. */
export function suggestedDates(
  file: Pick<ProgrammeFile, 'dates' | 'route'>,
  today: CivilDate,
): { opens: CivilDate; deadline: CivilDate | null } {
  const deadline = nextDay(
    file.dates?.deadline ?? file.route?.find((stage) => stage.deadline !== undefined)?.deadline,
    today,
  );
  const opens = nextDay(file.dates?.open, today);
  return { opens: opens !== null && (deadline === null || opens <= deadline) ? opens : today, deadline };
}

/**
 * When each body should be done, by the id of its stage: the next day of the file's date once the round is open.
 * A body decides no more after it (R-002-3-26).
 */
export function suggestedStageDates(
  file: Pick<ProgrammeFile, 'route'>,
  opens: CivilDate,
): { readonly stage: string; readonly on: CivilDate }[] {
  return (file.route ?? []).flatMap(({ id, deadline }) => {
    const on = nextDay(deadline, opens);
    return on === null ? [] : [{ stage: id, on }];
  });
}

/** Whom to ask, as the document names them: place, person, telephone (R-002-3-28). */
export function suggestedContact(file: Pick<ProgrammeFile, 'document'>, locale: 'zh-CN' | 'en'): string {
  const { place, name, phone } = file.document?.contact ?? {};
  return [place?.[locale], name, phone].filter((part) => part !== undefined).join(' ');
}

/**
 * The earliest day of the next round in a cycle such as "3y": the first of the month in which the last one was
 * opened, so many years or months on. A round a week earlier in the same month of the year is no round too many.
 */
export function cycleDue(lastOpened: CivilDate, every: string): CivilDate {
  const length = Number(every.slice(0, -1));
  if (every.endsWith('d')) return addDays(lastOpened, length);
  return addMonths(`${lastOpened.slice(0, 7)}-01`, every.endsWith('y') ? 12 * length : length);
}

/** Places in all: the total, or what the file gives one unit of the organiser's own level (8 per school). */
export function suggestedPlaces(file: Pick<SettledFile, 'quota' | 'scope'>): number | null {
  const { quota, scope } = file;
  if (quota?.total !== undefined) return quota.total;
  const own = quota?.limits?.find(({ per }) => per === scope);
  return own?.exactly ?? own?.max ?? null;
}
