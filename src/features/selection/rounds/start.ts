/** A new round as its programme suggests it. */
import type { ProgrammeFile } from '../../../language/grammar/programme.ts';
import { type CivilDate, onMonthDay, yearOf } from '../../../shared/civil-date.ts';

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

/** Places in all: the total, or what the file gives one unit of the organiser's own level (8 per school). */
export function suggestedPlaces(file: Pick<ProgrammeFile, 'quota' | 'scope'>): number | null {
  const { quota, scope } = file;
  if (quota?.total !== undefined) return quota.total;
  const own = quota?.limits?.find(({ per }) => per === scope);
  return own?.exactly ?? own?.max ?? null;
}
