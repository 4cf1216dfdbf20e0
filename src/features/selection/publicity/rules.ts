import type { Stage } from '../../../language/grammar/round.ts';
import { addWorkingDays, type Calendar, workingDaysBetween } from '../../../shared/calendar.ts';
import { addDays, type CivilDate } from '../../../shared/civil-date.ts';

import type { Drawn } from './drawing/rules.ts';
export type ClockVerdict =
  | { readonly ok: true; readonly closesOn: CivilDate; readonly days: number; readonly working: boolean }
  | { readonly ok: false; readonly reason: 'year-not-in-calendar'; readonly year: number };
/** The last day of a publicity period posted on `postedOn`; the day of posting is not counted. */
export function publicityClock(stage: Stage | null, calendar: Calendar, postedOn: CivilDate): ClockVerdict {
  const given = stage?.publicity?.days ?? { working: 5 };
  const days = typeof given === 'number' ? given : (given.working ?? given.calendar ?? 5);
  const working = typeof given === 'number' || given.working !== undefined;
  if (!working) return { ok: true, closesOn: addDays(postedOn, days), days, working };
  const end = addWorkingDays(calendar, postedOn, days);
  if (!end.ok) return { ok: false, reason: end.reason, year: end.year };
  return { ok: true, closesOn: end.date, days, working };
}

/** Working days left, today not counted; null when the calendar does not know the year. */
export function daysLeft(calendar: Calendar, today: CivilDate, closesOn: CivilDate): number | null {
  const left = workingDaysBetween(calendar, today, closesOn);
  return left.ok ? left.days : null;
}

/** How a clause is named in a decision: by its id in the file, or its path when it has none. */
export const clauseKey = ({ id, path }: { readonly id?: string; readonly path: string }): string =>
  id ?? path;
/** A decision to keep somebody covers the clauses it was taken about and no others. */
export const isKept = (failing: readonly string[], kept: readonly string[]): boolean =>
  failing.every((clause) => kept.includes(clause));

export const UNFIT_OUTCOMES = ['kept', 'removed'] as const;
export type UnfitOutcome = (typeof UNFIT_OUTCOMES)[number];
export type UnfitRefusal = 'not-running' | 'not-unfit' | 'not-posted';
/**
 * May this be decided about somebody who no longer meets the conditions? Off the list is taken only who is on one
 * that was made public: before that the bodies return or refuse the application.
 */
export function unfitVerdict(
  roundState: string,
  isUnfit: boolean,
  outcome: UnfitOutcome,
): { readonly ok: true } | { readonly ok: false; readonly reason: UnfitRefusal } {
  if (roundState !== 'open' && roundState !== 'publicity') return { ok: false, reason: 'not-running' };
  if (!isUnfit) return { ok: false, reason: 'not-unfit' };
  return outcome === 'removed' && roundState !== 'publicity'
    ? { ok: false, reason: 'not-posted' }
    : { ok: true };
}

export type PostRefusal =
  | 'not-open'
  | 'still-taking'
  | 'reviews-open'
  | 'nobody'
  | 'tie-unresolved'
  | 'no-longer-met';
/**
 * May the list be made public? Only after the deadline, when every body is done, no tie is left, and everyone on it
 * meets the conditions still (`unfit` counts those who do not).
 */
export function postVerdict(
  round: { readonly state: string; readonly closesAt: Date },
  openReviews: number,
  drawn: Drawn,
  unfit: number,
  now: Date,
): { readonly ok: true } | { readonly ok: false; readonly reasons: readonly PostRefusal[] } {
  if (round.state !== 'open') return { ok: false, reasons: ['not-open'] };
  const reasons: PostRefusal[] = [];
  if (now <= round.closesAt) reasons.push('still-taking');
  if (openReviews > 0) reasons.push('reviews-open');
  if (drawn.selected.length === 0 && drawn.tie === null) reasons.push('nobody');
  if (drawn.tie !== null) reasons.push('tie-unresolved');
  if (unfit > 0) reasons.push('no-longer-met');
  return reasons.length === 0 ? { ok: true } : { ok: false, reasons };
}

export type DecideRefusal =
  | 'not-in-publicity'
  | 'period-running'
  | 'objections-open'
  | 'no-longer-met'
  | 'title-unclear';
/**
 * May the round be decided? Not before the period's last day is over and every objection is answered, nor with
 * unfit people, nor while it is open which title somebody would be granted.
 */
export function decideVerdict(
  round: { readonly state: string },
  publicity: { readonly closesOn: CivilDate } | null,
  openObjections: number,
  unfit: number,
  unclear: number,
  today: CivilDate,
): { readonly ok: true } | { readonly ok: false; readonly reasons: readonly DecideRefusal[] } {
  if (round.state !== 'publicity' || publicity === null) return { ok: false, reasons: ['not-in-publicity'] };
  const reasons: DecideRefusal[] = [];
  if (today <= publicity.closesOn) reasons.push('period-running');
  if (openObjections > 0) reasons.push('objections-open');
  if (unfit > 0) reasons.push('no-longer-met');
  if (unclear > 0) reasons.push('title-unclear');
  return reasons.length === 0 ? { ok: true } : { ok: false, reasons };
}
