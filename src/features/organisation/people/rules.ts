import { addYears, type CivilDate } from '../../../shared/civil-date.ts';
import { employs, type UnitLevel } from '../units/rules.ts';

/**
 * A stretch of days: from the first day it holds, until the first day it no longer does. Null is open: "as far
 * back as we know", "still".
 */
export interface Period {
  readonly from: CivilDate | null;
  readonly until: CivilDate | null;
}

export const contains = (period: Period, day: CivilDate): boolean =>
  (period.from === null || period.from <= day) && (period.until === null || day < period.until);

export const overlap = (a: Period, b: Period): boolean =>
  (a.until === null || b.from === null || b.from < a.until) &&
  (b.until === null || a.from === null || a.from < b.until);

/** PostgreSQL's text of the period. */
export const rangeText = (period: Period): string => `[${period.from ?? ''},${period.until ?? ''})`;

/** Younger nobody teaches: an earlier day is a slip of the pen, in a file as in a form. */
const YOUNGEST_TEACHER = 15;
export const beganTooYoung = (birthDate: CivilDate | null, teachingSince: CivilDate | null): boolean =>
  birthDate !== null && teachingSince !== null && teachingSince < addYears(birthDate, YOUNGEST_TEACHER);

// --- Moving -----------------------------------------------------------------------------------------

export type MoveRefusal =
  | 'same-unit'
  | 'before-current'
  | 'in-future'
  | 'unit-ended'
  | 'not-an-employer'
  | 'not-serving';

export interface MoveQuestion {
  readonly state: 'serving' | 'left' | 'retired' | 'merged';
  /** The employment that runs, if one does. */
  readonly current: { readonly unitId: string; readonly from: CivilDate | null } | null;
  readonly to: { readonly unitId: string; readonly level: UnitLevel; readonly endsOn: CivilDate | null };
  readonly on: CivilDate;
  readonly today: CivilDate;
}

/**
 * May the person work for another unit from a day on? The old employment then ends the day before. A move on
 * the very day the old one began corrects it: nobody worked there.
 */
export function judgeMove(
  question: MoveQuestion,
):
  | { readonly ok: true; readonly how: 'start' | 'follow' | 'correct' }
  | { readonly ok: false; readonly reason: MoveRefusal } {
  const { current, to, on, today } = question;
  const refuse = (reason: MoveRefusal) => ({ ok: false as const, reason });
  if (question.state === 'merged') return refuse('not-serving');
  if (!employs(to.level)) return refuse('not-an-employer');
  if (to.endsOn !== null && to.endsOn <= on) return refuse('unit-ended');
  if (on > today) return refuse('in-future');
  if (current === null) return { ok: true, how: 'start' };
  if (current.unitId === to.unitId) return refuse('same-unit');
  if (current.from !== null && on < current.from) return refuse('before-current');
  return { ok: true, how: current.from === on ? 'correct' : 'follow' };
}

// --- Attributes in time -----------------------------------------------------------------------------

/** What changes in a career, by the id the programmes' vocabulary knows it by. */
export const FACTS = [
  'subject',
  'stage',
  'rank',
  'education',
  'post',
  'frontLine',
  'qualified',
  'specialPost',
] as const;
export type FactName = (typeof FACTS)[number];
export const RANKS = ['none', 'third', 'second', 'first', 'senior', 'full-senior'] as const;
export type Rank = (typeof RANKS)[number];
export const EDUCATIONS = ['secondary', 'college', 'bachelor', 'master', 'doctor'] as const;
export type Education = (typeof EDUCATIONS)[number];

export interface FactPeriod extends Period {
  readonly value: string | null;
}

/**
 * The history of one attribute with a value from a day on, up to the next change already known. Without any
 * history the present value is taken to have held as far back as we know. Saying since when the value has held
 * makes an open beginning known. The same day again corrects.
 */
export function withFact(
  history: readonly FactPeriod[],
  present: string | null,
  value: string | null,
  since: CivilDate,
): FactPeriod[] {
  const known =
    history.length > 0 ? history : present === null ? [] : [{ from: null, until: null, value: present }];
  const earlier = known
    .filter((period) => period.from === null || period.from < since)
    .filter((period) => !(period.from === null && period.value === value && contains(period, since)))
    .map((period) => (period.until === null || period.until > since ? { ...period, until: since } : period));
  const later = known.filter((period) => period.from !== null && period.from > since);
  const next =
    later
      .map(({ from }) => from)
      .filter((from) => from !== null)
      .sort()[0] ?? null;
  return joinEqual([...earlier, { from: since, until: next, value }, ...later]);
}

/** Neighbours that touch and say the same are one period. */
function joinEqual(periods: readonly FactPeriod[]): FactPeriod[] {
  const sorted = periods.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? ''));
  const joined: FactPeriod[] = [];
  for (const period of sorted) {
    const last = joined.at(-1);
    if (last && last.value === period.value && last.until !== null && last.until === period.from) {
      joined[joined.length - 1] = { ...last, until: period.until };
    } else {
      joined.push(period);
    }
  }
  return joined;
}

/** What an attribute was on a day: its history's word where there is one, else the present value. */
export function factOn(
  history: readonly FactPeriod[],
  present: string | null,
  day: CivilDate,
): string | null {
  if (history.length === 0) return present;
  return history.find((period) => contains(period, day))?.value ?? null;
}

/** Headmasters, principals and party secretaries lead a school; deputies too. */
export const leadsSchool = (post: string | null): boolean => post !== null && /校长|园长|书记/.test(post);

// --- The same person twice --------------------------------------------------------------------------

export interface Likeness {
  readonly name: string;
  readonly staffNumber: string | null;
  readonly birthDate: CivilDate | null;
  readonly phone: string | null;
  readonly unitId: string | null;
}

export const SUSPICIONS = ['staff-number-form', 'name-birth', 'name-phone', 'name-unit'] as const;
export type Suspicion = (typeof SUSPICIONS)[number];

/** A staff number as it is kept: in capitals of the usual width, without blanks. */
export const staffNumberOf = (text: string): string =>
  text.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase();
export const isStaffNumber = (number: string): boolean => /^[0-9A-Z_./-]{1,40}$/.test(number);

/** A staff number without what people vary in writing it: width, case, spaces, hyphens, leading zeros. */
export const staffNumberForm = (staffNumber: string): string =>
  staffNumber
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replace(/^0+/, '');

/** Why two entries may be one person; null when nothing says so. A different birth date speaks against it. */
export function suspect(a: Likeness, b: Likeness): Suspicion | null {
  if (a.staffNumber !== null && b.staffNumber !== null && staffNumberForm(a.staffNumber) !== '') {
    if (staffNumberForm(a.staffNumber) === staffNumberForm(b.staffNumber)) return 'staff-number-form';
  }
  if (a.name !== b.name) return null;
  if (a.birthDate !== null && b.birthDate !== null) return a.birthDate === b.birthDate ? 'name-birth' : null;
  if (a.phone !== null && a.phone === b.phone) return 'name-phone';
  return a.unitId !== null && a.unitId === b.unitId ? 'name-unit' : null;
}

/** Counting stops here: a longer list is "more than". */
export const COUNTED_AT_MOST = 10_000;
