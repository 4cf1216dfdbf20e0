import { addDays, addMonths, type CivilDate, isCivilDate } from '../../shared/civil-date.ts';
import { type Dossier, type Fact, isDay } from '../dossier.ts';
import type { EvaluationContext } from '../finding.ts';
import type { DayOfTitle, Window } from '../grammar/selection.ts';
import { daysOfPeriod, periodOf, type Reckoning } from '../periods.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { byDay, resolveDay } from './compare.ts';
import { compileTitleDay } from './title.ts';

/** Days `after < d <= to`; `after` null means since ever. */
export interface Days {
  readonly after: CivilDate | null;
  readonly to: CivilDate;
}

/** The day so long before: years and months by the calendar, days by count. */
export const before = (day: CivilDate, duration: string): CivilDate => moved(day, duration, -1);

/** The first day after so long a time from a day. */
export const after = (day: CivilDate, duration: string): CivilDate => moved(day, duration, 1);

function moved(day: CivilDate, duration: string, direction: 1 | -1): CivilDate {
  const length = Number(duration.slice(0, -1)) * direction;
  const unit = duration.at(-1);
  return unit === 'd' ? addDays(day, length) : addMonths(day, length * (unit === 'y' ? 12 : 1));
}

/** The days of a window that hangs on no fact; `from` an attribute or a title counts as since ever. */
export function daysOf(
  window: Window | undefined,
  asOfSpec: string | undefined,
  asOf: CivilDate,
  reckoning: Reckoning,
): Days {
  const to = resolveDay(asOfSpec, asOf);
  if (window === undefined) return { after: null, to };
  if (typeof window === 'string') return { after: before(to, window), to };
  if ('last' in window) {
    const now = periodOf(window.of, to, reckoning);
    const running = window.current !== 'exclude';
    const first = daysOfPeriod(window.of, now - window.last + (running ? 1 : 0), reckoning).from;
    return { after: addDays(first, -1), to: running ? to : daysOfPeriod(window.of, now - 1, reckoning).to };
  }
  const { from, to: last } = window;
  const after = typeof from === 'string' && isCivilDate(from) ? addDays(from, -1) : null;
  const end = typeof last === 'string' && isCivilDate(last) && last < to ? last : to;
  return { after, to: end };
}

type End = string | DayOfTitle;
const endsOf = (window: Window | undefined): readonly End[] => {
  if (typeof window !== 'object' || 'last' in window) return [];
  return [window.from, ...(window.to === undefined ? [] : [window.to])];
};

/** Attributes that bound a window. */
export const attributesOf = (window: Window | undefined): string[] =>
  endsOf(window).filter((end) => typeof end === 'string' && !isCivilDate(end)) as string[];

/** Whether the grant of a title bounds it. */
export const titleBounds = (window: Window | undefined): boolean =>
  endsOf(window).some((end) => typeof end === 'object');

/**
 * The days a clause looks at; a duty's period stands in where the clause names no window. Undefined where the
 * window begins or ends on a day of the person's that nobody has documented, a title's grant among them.
 */
export function compileWindow(
  window: Window | undefined,
  asOfSpec: string | undefined,
  { vocabulary, reckoning }: { readonly vocabulary: Vocabulary; readonly reckoning: Reckoning },
): (dossier: Dossier, run: EvaluationContext) => Days | undefined {
  const days = byDay((asOf) => daysOf(window, asOfSpec, asOf, reckoning));
  if (window === undefined) {
    const eve = byDay((day) => addDays(day, -1));
    return (_, { asOf, period }) => (period ? { after: eve(period.from), to: period.to } : days(asOf));
  }
  if (attributesOf(window).length === 0 && !titleBounds(window)) return (_, { asOf }) => days(asOf);
  const dayOf = (end: End): ((dossier: Dossier, to: CivilDate) => Fact | undefined) => {
    if (typeof end === 'object') return compileTitleDay(end, vocabulary);
    return isCivilDate(end) ? () => end : ({ person }) => person[end];
  };
  const [from, to] = endsOf(window).map(dayOf);
  return (dossier, { asOf }) => {
    const end = days(asOf).to;
    const [first, last] = [from?.(dossier, end), to?.(dossier, end)];
    if (!isDay(first) || (to !== undefined && !isDay(last))) return undefined;
    return { after: addDays(first, -1), to: isDay(last) && last < end ? last : end };
  };
}
