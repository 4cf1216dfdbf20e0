/**
 * The life of a round: draft → open → publicity → decided, or cancelled on the way. Each step names what it
 * still lacks. Quotas bind where the programme's route says so.
 */
import type { Quota, Stage } from '../../../language/grammar/round.ts';
import { type Calendar, dayKind } from '../../../shared/calendar.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';

export const ROUND_STATES = ['draft', 'open', 'publicity', 'decided', 'cancelled'] as const;
export type RoundState = (typeof ROUND_STATES)[number];

/** How a round stands to the clock; a closed one no longer takes applications but is still being reviewed. */
export type RoundPhase = 'draft' | 'waiting' | 'taking' | 'reviewing' | 'publicity' | 'decided' | 'cancelled';

export function phaseOf(
  round: { readonly state: RoundState; readonly opensAt: Date; readonly closesAt: Date },
  now: Date,
): RoundPhase {
  if (round.state !== 'open') return round.state;
  if (now < round.opensAt) return 'waiting';
  return now <= round.closesAt ? 'taking' : 'reviewing';
}

/** Late is late by the server's clock: the last instant of the deadline still counts. */
export type Timeliness =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'not-open' | 'not-yet' | 'late' };
export function timeliness(
  round: { readonly state: RoundState; readonly opensAt: Date; readonly closesAt: Date },
  now: Date,
): Timeliness {
  const phase = phaseOf(round, now);
  if (phase === 'taking') return { ok: true };
  return { ok: false, reason: phase === 'waiting' ? 'not-yet' : phase === 'reviewing' ? 'late' : 'not-open' };
}

export interface RoundDates {
  readonly opensOn: CivilDate;
  readonly deadline: CivilDate;
  readonly asOf: CivilDate;
}
export type DateFault = 'deadline-before-opening' | 'deadline-passed' | 'as-of-after-deadline';
/** Dates that cannot stand. */
export function dateFaults(dates: RoundDates, today: CivilDate): DateFault[] {
  const faults: DateFault[] = [];
  if (dates.deadline < dates.opensOn) faults.push('deadline-before-opening');
  if (dates.deadline < today) faults.push('deadline-passed');
  if (dates.asOf > dates.deadline) faults.push('as-of-after-deadline');
  return faults;
}

/** A body that would have to be done before those it waits for: what comes in time could not be reviewed any more. */
export interface StageFault {
  readonly stage: string;
  readonly closesAt: Date;
  /** The stage it would be done before; null for the applicants. */
  readonly before: string | null;
}
/** Bodies whose last day lies before the applicants' or before that of a body ahead of them. */
export function stageFaults(
  route: readonly Stage[],
  stages: readonly StageDeadline[],
  deadline: Date,
): StageFault[] {
  const closes = new Map(stages.map(({ stage, closesAt }) => [stage, closesAt]));
  const faults: StageFault[] = [];
  let last: StageDeadline | null = null;
  for (const { id, actor } of route) {
    const closesAt = closes.get(id);
    // The applicants' own stage has the deadline of the round.
    if (actor === 'applicant' || closesAt === undefined) continue;
    if (closesAt < deadline) faults.push({ stage: id, closesAt, before: null });
    else if (last !== null && closesAt < last.closesAt)
      faults.push({ stage: id, closesAt, before: last.stage });
    else last = { stage: id, closesAt };
  }
  return faults;
}

export type DateRemark =
  | { readonly kind: 'deadline-not-working-day'; readonly because: string }
  | { readonly kind: 'year-not-in-calendar'; readonly year: number };
/** What an office should know about a deadline before it is announced; nothing here forbids it. */
export function deadlineRemark(calendar: Calendar, deadline: CivilDate): DateRemark | null {
  const day = dayKind(calendar, deadline);
  if (!day.ok) return { kind: 'year-not-in-calendar', year: day.year };
  if (day.working) return null;
  return { kind: 'deadline-not-working-day', because: day.because === 'holiday' ? day.name : '' };
}

/** How the quotas stand against the places of the round. SC09: 150 + 140 + 110 leaves 6 of 406 unallocated. */
export interface QuotaSum {
  readonly total: number | null;
  readonly sum: number;
  /** Places given to nobody; 0 when the quotas fill or exceed the total. */
  readonly unallocated: number;
  /** Places promised beyond the total. */
  readonly excess: number;
}
export function quotaSum(total: number | null, places: readonly number[]): QuotaSum {
  const sum = places.reduce((all, one) => all + one, 0);
  if (total === null) return { total, sum, unallocated: 0, excess: 0 };
  return { total, sum, unallocated: Math.max(0, total - sum), excess: Math.max(0, sum - total) };
}

export type OpenRefusal =
  | { readonly reason: 'not-draft' }
  | { readonly reason: 'no-route' }
  | { readonly reason: 'version-not-published' }
  | { readonly reason: 'version-not-effective'; readonly on: CivilDate }
  | { readonly reason: 'deadline-passed' }
  | { readonly reason: 'stages-too-early'; readonly n: number }
  | { readonly reason: 'no-quotas' }
  | ({ readonly reason: 'before-cycle' } & Early)
  | { readonly reason: 'quota-exceeds-total'; readonly sum: number; readonly total: number }
  | {
      readonly reason: 'quota-unallocated';
      readonly sum: number;
      readonly total: number;
      readonly unallocated: number;
    };
export type OpenVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusals: readonly OpenRefusal[] };

/** The round begins before the programme's cycle since the last one is over. */
export interface Early {
  /** When the last round of the programme was opened for the same unit. */
  readonly last: CivilDate;
  /** From which day the cycle allows the next. */
  readonly due: CivilDate;
}

/** Reasons the office gives for opening a round although something speaks against it; both are kept. */
export interface OpeningReasons {
  readonly quota: string | null;
  readonly early: string | null;
}

export interface OpeningRound {
  readonly state: RoundState;
  readonly closesAt: Date;
  readonly stages: number;
  readonly stageFaults: readonly StageFault[];
  readonly versionState: 'draft' | 'published' | 'retired';
  readonly effectiveOn: CivilDate | null;
  readonly opensOn: CivilDate;
  /** The programme divides its places among units. */
  readonly split: boolean;
  readonly quotas: QuotaSum;
  readonly quotaRows: number;
  /** Null when the programme has no cycle, or it is over. */
  readonly early: Early | null;
}
/**
 * May the round be opened? Quotas above the total are always refused; places left unallocated need a
 * recorded reason, so that nobody loses six places by a slip of the pen; so does a round before its cycle
 * is over (R-002-4-14, R-002-5-23).
 */
export function openVerdict(round: OpeningRound, now: Date, reasons: OpeningReasons): OpenVerdict {
  const refusals: OpenRefusal[] = [];
  if (round.state !== 'draft') return { ok: false, refusals: [{ reason: 'not-draft' }] };
  if (round.versionState !== 'published') refusals.push({ reason: 'version-not-published' });
  else if (round.effectiveOn !== null && round.effectiveOn > round.opensOn) {
    refusals.push({ reason: 'version-not-effective', on: round.effectiveOn });
  }
  if (round.stages === 0) refusals.push({ reason: 'no-route' });
  if (round.closesAt < now) refusals.push({ reason: 'deadline-passed' });
  if (round.stageFaults.length > 0)
    refusals.push({ reason: 'stages-too-early', n: round.stageFaults.length });
  const { total, sum, unallocated, excess } = round.quotas;
  if (round.split && round.quotaRows === 0) refusals.push({ reason: 'no-quotas' });
  else if (round.split && total !== null && excess > 0)
    refusals.push({ reason: 'quota-exceeds-total', sum, total });
  else if (round.split && total !== null && unallocated > 0 && reasons.quota === null) {
    refusals.push({ reason: 'quota-unallocated', sum, total, unallocated });
  }
  if (round.early !== null && reasons.early === null)
    refusals.push({ reason: 'before-cycle', ...round.early });
  return refusals.length === 0 ? { ok: true } : { ok: false, refusals };
}

export type ChangeRefusal = 'not-open' | 'not-later' | 'no-change' | 'already-finished' | 'no-reason';
export interface StageDeadline {
  readonly stage: string;
  readonly closesAt: Date;
}
/** The stages that have a deadline. */
export const stageDeadlines = (
  stages: readonly { readonly stage: string; readonly closesAt: Date | null }[],
): StageDeadline[] =>
  stages.flatMap(({ stage, closesAt }) => (closesAt === null ? [] : [{ stage, closesAt }]));
/** What is asked for: the applicants' new deadline, and new deadlines of bodies by their stage. */
export interface Extension {
  readonly closesAt: Date | null;
  readonly stages: ReadonlyMap<string, Date>;
}
export type ExtendVerdict =
  | {
      readonly ok: true;
      readonly closesAt: Date;
      /** Those that move. */
      readonly stages: readonly StageDeadline[];
    }
  /** `stage` is null where the applicants' own deadline is meant. */
  | { readonly ok: false; readonly reason: ChangeRefusal; readonly stage: string | null };
/**
 * A deadline is only ever moved later while the round is open, and the reason is kept. Where the applicants get
 * more time, so does every body that would have to be done before them; and so with a body and those after it.
 * `stages` are in the order of the route.
 */
export function extendVerdict(
  round: { readonly state: RoundState; readonly closesAt: Date },
  stages: readonly StageDeadline[],
  asked: Extension,
  now: Date,
): ExtendVerdict {
  const no = (reason: ChangeRefusal, stage: string | null = null) => ({ ok: false, reason, stage }) as const;
  if (round.state !== 'open') return no('not-open');
  const later = (from: Date, to: Date) => to > from && to > now;
  if (asked.closesAt !== null && !later(round.closesAt, asked.closesAt)) return no('not-later');
  const moved: StageDeadline[] = [];
  let least = asked.closesAt;
  for (const { stage, closesAt } of stages) {
    const wanted = asked.stages.get(stage);
    if (wanted !== undefined && !later(closesAt, wanted)) return no('not-later', stage);
    const own = wanted ?? closesAt;
    const to = least !== null && own < least ? least : own;
    if (wanted !== undefined && (least === null || to > least)) least = to;
    if (to > closesAt) moved.push({ stage, closesAt: to });
  }
  if (asked.closesAt === null && moved.length === 0) return no('no-change');
  return { ok: true, closesAt: asked.closesAt ?? round.closesAt, stages: moved };
}
export function cancelVerdict(
  state: RoundState,
): { readonly ok: true } | { readonly ok: false; readonly reason: ChangeRefusal } {
  return state === 'decided' || state === 'cancelled'
    ? { ok: false, reason: 'already-finished' }
    : { ok: true };
}

/** The bodies that review on a route, in order; the applicant declares and the public only watches. */
const REVIEWS: readonly Stage['does'][] = ['recommend', 'review', 'examine', 'approve'];
export const isReview = (stage: Stage): boolean =>
  REVIEWS.includes(stage.does) && stage.actor !== 'applicant' && stage.actor !== 'public';

export interface RouteStep {
  /** 1-based place in the programme's route; `round_stage.position` and `application.position`. */
  readonly position: number;
  readonly stage: Stage;
}
export const routeSteps = (route: readonly Stage[]): RouteStep[] =>
  route.map((stage, index) => ({ position: index + 1, stage }));
export const reviewSteps = (route: readonly Stage[]): RouteStep[] =>
  routeSteps(route).filter(({ stage }) => isReview(stage));
/** Where an application goes when it is submitted; null when nobody reviews. */
export const firstReview = (route: readonly Stage[]): number | null =>
  reviewSteps(route)[0]?.position ?? null;
/**
 * Where an application goes when the body at `position` has recommended it: the next body, or one past the
 * last review, where it waits for the selection (`awaitsSelection`).
 */
export function nextPosition(route: readonly Stage[], position: number): number {
  const next = reviewSteps(route).find((step) => step.position > position);
  return next?.position ?? selectionPosition(route);
}
/** The position at which all bodies have had their say and the final list is drawn. */
export const selectionPosition = (route: readonly Stage[]): number =>
  (reviewSteps(route).at(-1)?.position ?? 0) + 1;
export const awaitsSelection = (route: readonly Stage[], position: number | null): boolean =>
  position !== null && position >= selectionPosition(route);
export const publicityStage = (route: readonly Stage[]): Stage | null =>
  route.find(({ does }) => does === 'publicise') ?? null;

/** The body that acts at a stage: which level of unit stands for it. */
export const LEVEL_OF_ACTOR: Readonly<
  Record<Stage['actor'], 'group' | 'school' | 'county' | 'city' | 'province' | null>
> = {
  applicant: null,
  public: null,
  group: 'group',
  'school-office': 'school',
  'school-leading-group': 'school',
  county: 'county',
  city: 'city',
  province: 'province',
  'staff-meeting': null,
  nation: null,
  panel: null,
  provider: null,
  mentor: null,
};

/** What one recommendation draws on. */
export interface Seat {
  readonly unitId: string;
  readonly unitPath: string;
  /** A subject or a stage of schooling; empty for the unit as a whole. */
  readonly part: string;
  /** The number the file itself gives (2 per group, 8 per school, 3 per subject); null when quotas are set by table or hand. */
  readonly most: number | null;
  /** Without a quota row nobody may be recommended. */
  readonly required: boolean;
  /** A number "in principle": one more is possible by recorded decision (SC12). */
  readonly soft: boolean;
  readonly limit: string | null;
}

/**
 * The seat a body takes when it recommends at a stage. Null when no number binds there and the body has no
 * quota of its own: `takeSeat` still honours a quota row that a higher office gave it.
 */
export function seatOf(
  quota: Quota | undefined,
  stage: Stage,
  body: { readonly id: string; readonly path: string },
  applicant: { readonly subject: string | null; readonly stage: string | null },
  places: number | null,
): Seat {
  const free: Seat = {
    unitId: body.id,
    unitPath: body.path,
    part: '',
    most: null,
    required: false,
    soft: false,
    limit: null,
  };
  if (stage.quota === undefined) return free;
  if (stage.quota === 'total') return { ...free, most: places, limit: 'total' };
  if (stage.quota === 'split') return { ...free, required: true, limit: 'split' };
  const limit = quota?.limits?.find(({ id }) => id === stage.quota);
  if (limit === undefined) return free;
  const part =
    limit.per === 'subject'
      ? (applicant.subject ?? '-')
      : limit.per === 'stage'
        ? (applicant.stage ?? '-')
        : '';
  const soft = limit.strength !== undefined && limit.strength !== 'must';
  return { ...free, part, most: limit.exactly ?? limit.max ?? null, soft, limit: limit.id };
}

/** The units among which the organiser divides the places: of the level the file names, else the level below. */
export function dividedAmong(
  quota: Quota | undefined,
  unit: { readonly unitPath: string; readonly unitLevel: string },
): { readonly path: string; readonly level: string } {
  const by = quota?.split?.by;
  return {
    path: unit.unitPath,
    level: by === 'city' || by === 'county' || by === 'school' ? by : levelBelow(unit.unitLevel),
  };
}
/** The level to which a unit hands its places on. */
export function levelBelow(level: string): string {
  if (level === 'school') return 'group';
  return level === 'county' ? 'school' : level === 'city' ? 'county' : 'city';
}

/** Where an application to a round can stand. */
export const APPLICATION_STATES = [
  'draft',
  'in-review',
  'returned',
  'refused',
  'withdrawn',
  'listed',
  'not-selected',
  'granted',
  'removed',
] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];

/** What was handed in, and where each of these stands now; beside them the drafts, which were not. */
export interface RoundFigures {
  readonly submitted: number;
  readonly at: Readonly<Record<ApplicationState, number>>;
}
/** Each application stands in one figure, and those of the submitted ones add up to all that were submitted. */
export function roundFigures(
  counts: readonly { readonly state: ApplicationState; readonly n: number }[],
): RoundFigures {
  const of = (state: ApplicationState) =>
    counts.reduce((sum, count) => (count.state === state ? sum + count.n : sum), 0);
  const at = Object.fromEntries(APPLICATION_STATES.map((state) => [state, of(state)])) as Record<
    ApplicationState,
    number
  >;
  const submitted = APPLICATION_STATES.reduce((sum, state) => (state === 'draft' ? sum : sum + at[state]), 0);
  return { submitted, at };
}

/** Acts that everybody who sees a round may read of. */
export const ROUND_HISTORY = [
  'round.created',
  'round.changed',
  'round.opened',
  'round.extended',
  'round.cancelled',
  'quota.set',
  'tie.decided',
  'unfit.kept',
  'unfit.removed',
  'publicity.posted',
  'objection.received',
  'objection.investigating',
  'objection.upheld',
  'objection.dismissed',
  'round.decided',
] as const;
