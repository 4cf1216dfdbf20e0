import { type CivilDate, isCivilDate } from '../../shared/civil-date.ts';
import { UNIT_LEVELS, type UnitLevel } from '../organisation/units/rules.ts';

/** The number printed on a title's certificate: the title, the year it was granted, its place in the series. */
export const holdingNumber = (title: string, grantedOn: CivilDate, place: number): string =>
  `${title.toUpperCase()}-${grantedOn.slice(0, 4)}-${String(place).padStart(4, '0')}`;

/** Whether a title is held on a day; both of its days belong to it. */
export const isHeld = (
  holding: { readonly from: CivilDate; readonly until: CivilDate | null },
  on: CivilDate,
): boolean => holding.from <= on && (holding.until === null || on <= holding.until);

export const HOLDING_STATES = ['held', 'ended', 'coming'] as const;
export type HoldingState = (typeof HOLDING_STATES)[number];
/** How a title stands on a day: in force, ended before it, or granted from a later day. */
export function stateOf(
  holding: { readonly from: CivilDate; readonly until: CivilDate | null },
  on: CivilDate,
): HoldingState {
  if (isHeld(holding, on)) return 'held';
  return holding.from > on ? 'coming' : 'ended';
}

export type Rung = 'reached' | 'next' | 'ahead';
/**
 * A person's way along the ladder: what was reached (a later step has the earlier ones behind it), the next step, and
 * what lies ahead. Titles whose term is over were reached all the same.
 */
export function climb(
  ladder: readonly string[],
  titles: readonly string[],
): { readonly title: string; readonly rung: Rung }[] {
  const reached = Math.max(-1, ...titles.map((title) => ladder.indexOf(ladderStep(title))));
  return ladder.map((title, at) => ({
    title,
    rung: at <= reached ? 'reached' : at === reached + 1 ? 'next' : 'ahead',
  }));
}
/** A district stands beside a county; whoever became a candidate of the school has yet to be its backbone. */
const ladderStep = (title: string): string => title.replace(/^district-/, 'county-');

/** Lists are counted so far; beyond it they say "more than". */
export const COUNTED_AT_MOST = 10_000;

export interface TypedHolding {
  readonly title: string;
  readonly from: string;
  readonly until: string;
  readonly document: string;
}
export interface HoldingClaim {
  readonly title: string;
  readonly from: CivilDate;
  readonly until: CivilDate | null;
  readonly document: string | null;
}
export type HoldingProblem =
  | 'missing'
  | 'unknown-title'
  | 'not-a-date'
  | 'in-the-future'
  | 'ends-before-it-begins';
export type HoldingVerdict =
  | { readonly ok: true; readonly holding: HoldingClaim }
  | {
      readonly ok: false;
      readonly problems: readonly { readonly field: keyof TypedHolding; readonly problem: HoldingProblem }[];
    };

/** Is this a title that can have been granted already? */
export function judgeHolding(
  typed: TypedHolding,
  titles: readonly string[],
  today: CivilDate,
): HoldingVerdict {
  const problems: { field: keyof TypedHolding; problem: HoldingProblem }[] = [];
  const { title, from, until, document } = typed;
  if (title === '') problems.push({ field: 'title', problem: 'missing' });
  else if (!titles.includes(title)) problems.push({ field: 'title', problem: 'unknown-title' });
  if (from === '') problems.push({ field: 'from', problem: 'missing' });
  else if (!isCivilDate(from)) problems.push({ field: 'from', problem: 'not-a-date' });
  else if (from > today) problems.push({ field: 'from', problem: 'in-the-future' });
  if (until !== '') {
    if (!isCivilDate(until)) problems.push({ field: 'until', problem: 'not-a-date' });
    else if (isCivilDate(from) && until < from)
      problems.push({ field: 'until', problem: 'ends-before-it-begins' });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, holding: { title, from, until: until || null, document: document || null } };
}

/** The lowest office that can vouch for a title granted earlier; honours of no tier are for the city's. */
export function vouchedBy(title: string): UnitLevel {
  if (title.startsWith('school-')) return 'school';
  return /^(county|district)-/.test(title) ? 'county' : 'city';
}

export type VouchProblem = 'own-title' | 'above-the-office';
/** May this office enter that somebody holds a title already? Nobody does so for themselves. */
export function judgeVouching(
  { title, personId }: { readonly title: string; readonly personId: string },
  office: { readonly level: UnitLevel; readonly personId: string },
): VouchProblem | null {
  if (personId === office.personId) return 'own-title';
  const above = UNIT_LEVELS.indexOf(office.level) > UNIT_LEVELS.indexOf(vouchedBy(title));
  return above ? 'above-the-office' : null;
}
