/**
 * From the bodies' recommendations to the list: rank, cut, ties; the publicity period and its objections;
 * what a decision still lacks. Ties at the cut are never settled by accident (SC20): by the declared keys,
 * else as the file says, else by a recorded decision.
 */
import type { Fact } from '../../../language/dossier.ts';
import { type Granted, settledGrant } from '../../../language/evaluate/grants.ts';
import type { SettledFile } from '../../../language/given.ts';
import type { Grant, ProgrammeFile } from '../../../language/grammar/programme.ts';
import type { LimitKind, Quota, Stage } from '../../../language/grammar/round.ts';
import { comparableFact } from '../../../language/population/order.ts';
import type { Names } from '../../../language/problem.ts';
import type { Programme } from '../../../language/programme.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import {
  chooseWithin,
  decidedOrder,
  highFirst,
  type Limit,
  lowFirst,
  type Ranked,
  type RankKey,
  rank,
} from '../../../methods/rank/rank.ts';
import { addWorkingDays, type Calendar, workingDaysBetween } from '../../../shared/calendar.ts';
import { addDays, type CivilDate } from '../../../shared/civil-date.ts';
import { parseExact } from '../../../shared/decimal.ts';

export interface Candidate {
  readonly applicationId: string;
  readonly personId: string;
  readonly name: string;
  readonly schoolId: string;
  readonly schoolName: string;
  readonly schoolPath: string;
  readonly countyId: string | null;
  readonly countyName: string | null;
  readonly cityId: string | null;
  readonly groupId: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  /** The order in which the last body put them; null when it did not rank. */
  readonly place: number | null;
  /** The order of the latest body that ranked at all: the declared tie key `recommendation-order`. */
  readonly recommended: number | null;
  /** What a panel of judges gave, as decimal text, where one panel judged all who have a result. */
  readonly score?: string | null;
  /** What declared tie keys may ask of the person. */
  readonly person: Readonly<Record<string, Fact>>;
  /** Of the clauses that tie keys name, those the person meets. */
  readonly meets: ReadonlySet<string>;
}

/** A recorded order among equals: application ids, first taken first. */
export interface TieDecision {
  readonly order: readonly string[];
  readonly reason: string;
}

export interface Drawn {
  readonly ranking: readonly Ranked<Candidate>[];
  readonly selected: readonly Candidate[];
  readonly notSelected: readonly {
    readonly candidate: Candidate;
    readonly because: 'total' | 'limit';
    readonly limit?: string;
    readonly kind?: string;
  }[];
  /** Equals competing for the last places, whom only a recorded decision can separate. */
  readonly tie: { readonly candidates: readonly Candidate[]; readonly places: number } | null;
  readonly places: number | null;
  /** Declared tie keys of which nobody has a value: a score where no panel judged. They separate nobody. */
  readonly idle: readonly string[];
}

/**
 * Draw the list: everyone recommended when no number binds, else the first `places` within the joint limits. Where
 * units have set numbers of their own, `quotaAt` has the quota as it is under a path; `unitPath` is of who draws it.
 */
export function draw(
  candidates: readonly Candidate[],
  places: number | null,
  file: Pick<SettledFile, 'quota' | 'ties'>,
  vocabulary: Vocabulary,
  decisions: readonly TieDecision[],
  quotaAt: (path: string) => Quota | undefined = () => file.quota,
  unitPath = '',
): Drawn {
  const byId = new Map(candidates.map((candidate) => [candidate.applicationId, candidate]));
  const keys: RankKey<Candidate>[] = [
    lowFirst<Candidate>('last-body', ({ place }) => place ?? undefined),
    ...(file.ties?.keys ?? []).map((key) => tieKey(key, vocabulary)),
    ...decisions.map(({ order }) =>
      decidedOrder<Candidate>(
        'decision',
        order.flatMap((id) => byId.get(id) ?? []),
      ),
    ),
  ];
  const ranking = rank(candidates, keys);
  const idle = (file.ties?.keys ?? [])
    .filter(
      (key) =>
        candidates.length > 0 &&
        candidates.every((candidate) => valueBy(key, candidate, vocabulary) === undefined),
    )
    .map(nameOfKey);
  const limits = hardLimits(file.quota, candidates, quotaAt, unitPath);
  const total = places ?? candidates.length;
  const choice = chooseWithin(ranking, total, limits);
  const passed = choice.passedOver.map(({ candidate, because }) =>
    typeof because === 'string'
      ? { candidate, because: 'total' as const }
      : { candidate, because: 'limit' as const, limit: because.limit, kind: because.kind },
  );
  if (choice.unresolved === undefined) {
    return { ranking, selected: choice.selected, notSelected: passed, tie: null, places, idle };
  }
  const settled = file.ties?.otherwise ?? 'decision';
  const { candidates: equals, places: left } = choice.unresolved;
  const below = ranking
    .map(({ candidate }) => candidate)
    .filter(
      (candidate) =>
        !choice.selected.includes(candidate) &&
        !equals.includes(candidate) &&
        !passed.some((row) => row.candidate === candidate),
    );
  const out = below.map((candidate) => ({ candidate, because: 'total' as const }));
  if (settled === 'enlarge') {
    return {
      ranking,
      selected: [...choice.selected, ...equals],
      notSelected: [...passed, ...out],
      tie: null,
      places,
      idle,
    };
  }
  if (settled === 'vacant') {
    const vacant = equals.map((candidate) => ({ candidate, because: 'total' as const }));
    return {
      ranking,
      selected: choice.selected,
      notSelected: [...passed, ...vacant, ...out],
      tie: null,
      places,
      idle,
    };
  }
  return {
    ranking,
    selected: choice.selected,
    notSelected: [...passed, ...out],
    tie: { candidates: equals, places: left },
    places,
    idle,
  };
}

type TieKey = NonNullable<NonNullable<ProgrammeFile['ties']>['keys']>[number];
/** A clause stands for itself, whatever else is of its name. */
const nameOfKey = (key: TieKey): string => ('clause' in key ? `clause:${key.clause}` : key.by);

function tieKey(key: TieKey, vocabulary: Vocabulary): RankKey<Candidate> {
  const order = 'clause' in key || key.prefer === 'higher' ? highFirst<Candidate> : lowFirst<Candidate>;
  return order(nameOfKey(key), (candidate) => valueBy(key, candidate, vocabulary));
}

/** What a key compares of a candidate; undefined where there is nothing, which leaves equals to the next key. */
function valueBy(key: TieKey, candidate: Candidate, vocabulary: Vocabulary): number | bigint | undefined {
  if ('clause' in key) return candidate.meets.has(key.clause) ? 1 : 0;
  if (key.by === 'recommendation-order') return candidate.recommended ?? undefined;
  if (key.by === 'score') return scoreOf(candidate);
  return comparableFact(key.by, candidate.person, vocabulary);
}

/** In millionths, whole: results are kept to six places and never compared as binary fractions. */
function scoreOf({ score }: Candidate): bigint | undefined {
  const exact = parseExact(score ?? '');
  return exact === null ? undefined : (exact.n * 1_000_000n) / exact.d;
}

/** The maximums that bind the final list; numbers "in principle" are the bodies' to exceed by decision. */
function hardLimits(
  quota: Quota | undefined,
  candidates: readonly Candidate[],
  quotaAt: (path: string) => Quota | undefined,
  unitPath: string,
): Limit<Candidate>[] {
  return (quota?.limits ?? []).flatMap((limit, at) => {
    const { strength, max, exactly } = limit;
    if ((strength !== undefined && strength !== 'must') || (max ?? exactly) === undefined) return [];
    // The same limit as it is under a path: numbers change, neither the limits nor their order.
    const maxFor = (candidate: Candidate) => {
      const own = quotaAt(numberPath(limit.per, candidate, unitPath))?.limits?.[at] ?? limit;
      return own.exactly ?? own.max ?? 0;
    };
    return [...new Set(candidates.map(maxFor))].map((most) => ({
      name: limit.id,
      of: (candidate: Candidate) =>
        maxFor(candidate) === most ? (kindOf(limit.per, candidate) ?? undefined) : undefined,
      max: most,
    }));
  });
}
/**
 * By whose number a limit goes. What is limited within a unit goes by that unit's. What is counted across units
 * (subjects, stages, the whole) goes by that of the unit that draws the list: counties that set different numbers share
 * one list, and each of theirs has bound what it recommended.
 */
function numberPath(
  per: LimitKind,
  { schoolPath, countyId, cityId }: Pick<Candidate, 'schoolPath' | 'countyId' | 'cityId'>,
  unitPath: string,
): string {
  const above = (path: string) => path.replace(/[^.]+\.$/, '');
  switch (per) {
    case 'school':
    case 'unit':
    case 'group':
      return schoolPath;
    case 'county':
      return above(schoolPath);
    case 'city':
      return cityId === countyId ? above(schoolPath) : above(above(schoolPath));
    default:
      return unitPath;
  }
}
function kindOf(per: LimitKind, candidate: Candidate): string | null {
  if (per === 'round') return '';
  if (per === 'unit') return candidate.schoolId;
  if (per === 'subject-and-stage') return `${candidate.subject}|${candidate.stage}`;
  // Not among what stands on a list.
  if (per === 'setting' || per === 'sex' || per === 'title' || per === 'mentor') return null;
  if (per === 'city') return candidate.cityId;
  if (per === 'county') return candidate.countyId;
  if (per === 'school') return candidate.schoolId;
  if (per === 'group') return candidate.groupId;
  return per === 'subject' ? candidate.subject : candidate.stage;
}

/** A decision must put the equals, and only them, in order. */
export type TieRefusal = 'no-tie' | 'not-the-equals' | 'no-reason';
export function tieVerdict(
  drawn: Drawn,
  chosen: readonly string[],
  reason: string | null,
):
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly reason: TieRefusal } {
  if (drawn.tie === null) return { ok: false, reason: 'no-tie' };
  if (reason === null) return { ok: false, reason: 'no-reason' };
  const equals = drawn.tie.candidates.map(({ applicationId }) => applicationId);
  const picked = [...new Set(chosen)];
  if (picked.length !== drawn.tie.places || picked.some((id) => !equals.includes(id))) {
    return { ok: false, reason: 'not-the-equals' };
  }
  return { ok: true, order: [...picked, ...equals.filter((id) => !picked.includes(id))] };
}

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

export type ObjectRefusal = 'period-over' | 'not-in-publicity';
/** Objections are taken to the end of the last day, by the server's clock. */
export function objectVerdict(
  publicity: { readonly closesOn: CivilDate; readonly closedAt: Date | null },
  roundState: string,
  today: CivilDate,
): { readonly ok: true } | { readonly ok: false; readonly reason: ObjectRefusal } {
  if (roundState !== 'publicity' || publicity.closedAt !== null)
    return { ok: false, reason: 'not-in-publicity' };
  return today <= publicity.closesOn ? { ok: true } : { ok: false, reason: 'period-over' };
}

export type ObjectionState = 'received' | 'investigating' | 'upheld' | 'dismissed';
export const OBJECTION_STATES: readonly ObjectionState[] = [
  'received',
  'investigating',
  'upheld',
  'dismissed',
];
export type ObjectionAct = 'investigate' | 'uphold' | 'dismiss';
export function objectionVerdict(
  state: ObjectionState,
  act: ObjectionAct,
):
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'already-settled' | 'already-investigating' } {
  if (state === 'upheld' || state === 'dismissed') return { ok: false, reason: 'already-settled' };
  if (act === 'investigate' && state === 'investigating')
    return { ok: false, reason: 'already-investigating' };
  return { ok: true };
}

/** One line of the published list. Nothing else about a person leaves the office. */
export interface PublicEntry {
  readonly number: number;
  readonly name: string;
  readonly county: string | null;
  readonly school: string;
  readonly subject: string | null;
  readonly stage: string | null;
  /** Where the programme has several: which would be granted by what stood on the day of posting. */
  readonly title?: ListedTitle;
}
/** The names of a title; `none` where its holder would be granted none of them, `unclear` while that is open. */
export type ListedTitle = Names | 'none' | 'unclear';
export interface PublicList {
  readonly round: string;
  readonly unit: string;
  readonly programme: { readonly 'zh-CN': string; readonly en: string };
  readonly documentNumber: string | null;
  readonly contact: string | null;
  readonly entries: readonly PublicEntry[];
}

/** A title as it was published: which, and for how long. */
export type Promised = Pick<Grant, 'title' | 'term'>;
/**
 * What each on a published list is to have, by application: null is none. Who is missing was open when it was posted.
 */
export type Granting = Readonly<Record<string, Promised | null>>;

export const grantingOf = (
  listed: readonly { readonly applicationId: string; readonly personId: string }[],
  titled: ReadonlyMap<string, Granted>,
): Granting =>
  Object.fromEntries(
    listed.flatMap(({ applicationId, personId }): [string, Promised | null][] => {
      const granted = titled.get(personId);
      if (granted === 'none') return [[applicationId, null]];
      const grant = settledGrant(granted);
      if (grant === null) return [];
      const { title, term } = grant;
      return [[applicationId, { title, ...(term === undefined ? {} : { term }) }]];
    }),
  );

/** What somebody listed is granted when the round is decided: as it was published, else as it stands now. */
export function promisedTo(
  { applicationId, personId }: { readonly applicationId: string; readonly personId: string },
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): Granted {
  const promised = Object.hasOwn(granting, applicationId) ? granting[applicationId] : undefined;
  if (promised === null) return 'none';
  return promised ?? titled.get(personId) ?? 'none';
}

/** The title of each as it was published, of others as it stands now, by person. */
export const asPosted = (
  people: readonly { readonly applicationId: string; readonly personId: string }[],
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): ReadonlyMap<string, Granted> =>
  new Map(people.map((one) => [one.personId, promisedTo(one, granting, titled)]));

/** Of whom the title they would be granted by what stands now is another than was published. */
export interface Moved<L> {
  readonly who: L;
  readonly posted: string | null;
  /** `unclear` where it would be open now. */
  readonly now: string | null | 'unclear';
}
export const movedSince = <L extends { readonly applicationId: string; readonly personId: string }>(
  listed: readonly L[],
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): readonly Moved<L>[] =>
  listed.flatMap((who): Moved<L>[] => {
    if (!Object.hasOwn(granting, who.applicationId)) return [];
    const posted = granting[who.applicationId]?.title ?? null;
    const granted = titled.get(who.personId) ?? 'none';
    const now = granted === 'none' ? null : 'unclear' in granted ? 'unclear' : granted.title;
    return posted === now ? [] : [{ who, posted, now }];
  });

/** What a title is called; null is none. */
export function titleWords(
  { titles }: Pick<Vocabulary, 'titles'>,
  title: string | null | 'unclear',
): ListedTitle {
  if (title === null) return 'none';
  return title === 'unclear' ? title : (titles[title] ?? { 'zh-CN': title, en: title });
}

/** The title each would be granted, by person; null where the programme has but one, or none. */
export function titlesOf(
  { grants = [] }: Pick<Programme, 'grants'>,
  words: Pick<Vocabulary, 'titles'>,
  titled: ReadonlyMap<string, Granted>,
): ReadonlyMap<string, ListedTitle> | null {
  if (grants.length < 2) return null;
  return new Map(
    [...titled].map(([person, granted]): [string, ListedTitle] => {
      const grant = settledGrant(granted);
      if (grant === null) return [person, granted === 'none' ? 'none' : 'unclear'];
      return [person, titleWords(words, grant.title)];
    }),
  );
}

/** The list as the public sees it: by county, school, subject and name, without number, birth or telephone. */
export function publicEntries(
  selected: readonly Candidate[],
  titles: ReadonlyMap<string, ListedTitle> | null = null,
): { entry: PublicEntry; applicationId: string }[] {
  const sorted = [...selected].sort(
    (a, b) =>
      compareText(a.countyName, b.countyName) ||
      compareText(a.schoolName, b.schoolName) ||
      compareText(a.subject, b.subject) ||
      compareText(a.name, b.name) ||
      compareText(a.applicationId, b.applicationId),
  );
  return sorted.map((candidate, index) => ({
    applicationId: candidate.applicationId,
    entry: {
      number: index + 1,
      name: candidate.name,
      county: candidate.countyName,
      school: candidate.schoolName,
      subject: candidate.subject,
      stage: candidate.stage,
      ...(titles === null ? {} : { title: titles.get(candidate.personId) ?? 'unclear' }),
    },
  }));
}
function compareText(a: string | null, b: string | null): number {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** JSON with sorted keys: the same list always has the same digest. */
export function frozenText(list: PublicList): string {
  return JSON.stringify(list, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
