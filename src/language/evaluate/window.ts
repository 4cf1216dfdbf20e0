import { addDays, addMonths, type CivilDate } from '../../shared/civil-date.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Window } from '../grammar/condition.ts';
import { byDay, resolveDay } from './compare.ts';

/** Days `after < d <= to`; `after` null means since ever. */
export interface Days {
  readonly after: CivilDate | null;
  readonly to: CivilDate;
}

/** The day so long before: years and months by the calendar, days by count. */
export function before(day: CivilDate, duration: string): CivilDate {
  const length = Number(duration.slice(0, -1));
  const unit = duration.at(-1);
  return unit === 'd' ? addDays(day, -length) : addMonths(day, -length * (unit === 'y' ? 12 : 1));
}

export function daysOf(window: Window | undefined, asOfSpec: string | undefined, asOf: CivilDate): Days {
  const to = resolveDay(asOfSpec, asOf);
  if (window === undefined) return { after: null, to };
  if (typeof window === 'string') return { after: before(to, window), to };
  const days = { after: addDays(window.from, -1), to };
  return window.to < to ? { ...days, to: window.to } : days;
}

/** The days a clause looks at; a duty's period stands in where the clause names no window. */
export function compileWindow(window: Window | undefined, asOfSpec: string | undefined) {
  const days = byDay((asOf) => daysOf(window, asOfSpec, asOf));
  return ({ asOf, period }: EvaluationContext): Days =>
    period && window === undefined ? { after: addDays(period.from, -1), to: period.to } : days(asOf);
}
