import type { Judging } from '../../../language/grammar/judging.ts';
import type { Stage } from '../../../language/grammar/round.ts';
import { gather, judgeMark, type MarkFault, type Sheet } from '../../../language/work/judging.ts';
import { rank } from '../../../methods/rank/rank.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { compare, formatExact } from '../../../shared/decimal.ts';
import { type Actor, allows, standsUnder } from '../../identity/rules.ts';
import {
  isReview,
  LEVEL_OF_ACTOR,
  type RoundState,
  reviewSteps,
  selectionPosition,
} from '../rounds/rules.ts';

/**
 * A panel of judges at a stage of a round: who may sit, for whom a judge stands aside, when judging may
 * open and close, what the marks come to. A seat is no role: it opens the sheets of its panel and nothing else.
 */

export type PanelState = 'forming' | 'judging' | 'closed' | 'cancelled';
export type SheetState = 'open' | 'submitted' | 'aside';

/** A stage of the route that is judged. */
export interface JudgedStage {
  readonly position: number;
  readonly stage: Stage;
  readonly judging: Judging;
}
export const judgedStages = (route: readonly Stage[]): JudgedStage[] =>
  route.flatMap((stage, index) =>
    stage.judging === undefined ? [] : [{ position: index + 1, stage, judging: stage.judging }],
  );
export const judgedAt = (route: readonly Stage[], position: number): JudgedStage | null =>
  judgedStages(route).find((one) => one.position === position) ?? null;

/** Where applications stand while they are judged: at the stage itself, or before the body that acts next. */
export function waitingAt(route: readonly Stage[], { position, stage }: JudgedStage): number {
  if (isReview(stage) && LEVEL_OF_ACTOR[stage.actor] !== null) return position;
  return reviewSteps(route).find((step) => step.position > position)?.position ?? selectionPosition(route);
}

/** Of the panels of a round, the one that judges what waits at a position of a unit; one given up judges nothing. */
export const panelOver = <
  P extends { readonly position: number; readonly unitPath: string; readonly state: PanelState },
>(
  route: readonly Stage[],
  panels: readonly P[],
  position: number,
  unitPath: string,
): P | null =>
  panels.find((panel) => {
    const judged = panel.state === 'cancelled' ? null : judgedAt(route, panel.position);
    return judged !== null && waitingAt(route, judged) === position && standsUnder(unitPath, panel.unitPath);
  }) ?? null;
/** Does the last body before the list go by the results of judges? */
export function isLastByResults(route: readonly Stage[]): boolean {
  const last = reviewSteps(route).at(-1);
  return (
    last?.stage.ranking === 'scored' &&
    judgedStages(route).some((judged) => waitingAt(route, judged) === last.position)
  );
}

/** What a panel judges waits for its end. */
export const stillJudges = ({ state }: { readonly state: PanelState }): boolean =>
  state === 'forming' || state === 'judging';

/** May a unit of this level hold the panel? That of whoever acts; any, where the panel itself acts. */
export const heldAtLevel = ({ stage }: JudgedStage, level: string): boolean => {
  const own = LEVEL_OF_ACTOR[stage.actor];
  return own === null || own === 'group' || own === level;
};

// --- Who may sit --------------------------------------------------------------------------------------

/** Somebody who may be asked to judge, as they stand today. */
export interface Judge extends Pick<Actor, 'personId' | 'unitId' | 'unitPath' | 'assignments'> {
  readonly serving: boolean;
}
/** Somebody who is judged. */
export interface Judged {
  readonly personId: string;
  readonly unitPath: string;
  readonly schoolId: string;
}

export type AsideReason = 'self' | 'sees' | 'related' | 'same-school';
/**
 * Why this judge gets no sheet for the candidate. Whoever may open the application would read who it is; who is related
 * stands aside as in any review.
 */
export function standsAside(
  judge: Judge,
  candidate: Judged,
  related: ReadonlySet<string>,
  sameSchool: boolean,
): AsideReason | null {
  if (judge.personId === candidate.personId) return 'self';
  const actor: Actor = { ...judge, name: '', unitName: null };
  if (allows(actor, 'application.see', candidate)) return 'sees';
  if (related.has(candidate.personId)) return 'related';
  return sameSchool && judge.unitId === candidate.schoolId ? 'same-school' : null;
}

export const SEAT_REFUSALS = [
  'nobody-known',
  'not-serving',
  'seated',
  'applicant',
  'aside-for-all',
  'too-many',
  'too-late',
] as const;
export type SeatRefusal = (typeof SEAT_REFUSALS)[number];
/** May this person be given a seat? An applicant of the round judges nobody in it. */
export function judgeSeat(
  judge: Judge,
  panel: {
    readonly state: PanelState;
    readonly seated: readonly string[];
    readonly most: number | null;
    readonly applicants: ReadonlySet<string>;
    readonly candidates: readonly Judged[];
  },
  asideFor: (candidate: Judged) => AsideReason | null,
): SeatRefusal | null {
  if (panel.state !== 'forming' && panel.state !== 'judging') return 'too-late';
  if (!judge.serving) return 'not-serving';
  if (panel.seated.includes(judge.personId)) return 'seated';
  if (panel.applicants.has(judge.personId)) return 'applicant';
  if (panel.most !== null && panel.seated.length >= panel.most) return 'too-many';
  return panel.candidates.length > 0 && panel.candidates.every((one) => asideFor(one) !== null)
    ? 'aside-for-all'
    : null;
}

// --- Opening and closing ------------------------------------------------------------------------------

export type OpenRefusal =
  | 'not-forming'
  | 'round-not-open'
  | 'no-dates'
  | 'nobody'
  | 'not-looked-through'
  | 'too-few-judges';
/** A candidate as far as opening goes: `judges` are those who do not stand aside for them. */
export interface Prepared {
  readonly looked: boolean;
  readonly judges: number;
}
export const leastJudges = ({ judges }: Judging): number => judges?.least ?? 1;

/** For how many candidates something is still to be done before judging opens; null where it is not asked. */
export const leftToDo = (
  judging: Judging,
  candidates: readonly Prepared[],
): { readonly look: number | null; readonly judges: number } => ({
  look: judging.blind === undefined ? null : candidates.filter(({ looked }) => !looked).length,
  judges: candidates.filter((one) => one.judges < leastJudges(judging)).length,
});

/** May judging open? */
export function judgeOpening(
  panel: { readonly state: PanelState; readonly dated: boolean },
  round: RoundState,
  judging: Judging,
  candidates: readonly Prepared[],
): OpenRefusal | null {
  if (panel.state !== 'forming') return 'not-forming';
  if (round !== 'open') return 'round-not-open';
  if (!panel.dated) return 'no-dates';
  if (candidates.length === 0) return 'nobody';
  const left = leftToDo(judging, candidates);
  if (left.look !== null && left.look > 0) return 'not-looked-through';
  return left.judges > 0 ? 'too-few-judges' : null;
}

export type CloseRefusal = 'not-judging' | 'still-judging' | 'no-conclusion';
/** May judging be closed? When every sheet is done with, or its last day is over. */
export function judgeClosing(
  panel: { readonly state: PanelState; readonly closesOn: CivilDate | null },
  open: number,
  conclusion: string,
  today: CivilDate,
): CloseRefusal | null {
  if (panel.state !== 'judging') return 'not-judging';
  if (open > 0 && panel.closesOn !== null && today <= panel.closesOn) return 'still-judging';
  return conclusion.trim() === '' ? 'no-conclusion' : null;
}

export type MarkingTime = 'not-yet' | 'now' | 'over';
/** May a judge mark today? */
export function markingTime(
  panel: {
    readonly state: PanelState;
    readonly opensOn: CivilDate | null;
    readonly closesOn: CivilDate | null;
  },
  today: CivilDate,
): MarkingTime {
  if (panel.state === 'forming' || (panel.state === 'judging' && today < (panel.opensOn ?? today)))
    return 'not-yet';
  return panel.state === 'judging' && today <= (panel.closesOn ?? today) ? 'now' : 'over';
}

// --- Marking ------------------------------------------------------------------------------------------

export interface WrittenMark {
  readonly mark: string;
  readonly reason: string;
}
export type WrittenMarks = Readonly<Record<string, WrittenMark>>;

export const REASON_MAX = 1000;
const MARK_MAX = 12;
/** Only the panel's own criteria are kept, each no longer than it can be. */
export function readMarks({ criteria }: Judging, typed: Readonly<Record<string, string>>): WrittenMarks {
  return Object.fromEntries(
    criteria.flatMap(({ id }) => {
      const [mark, reason] = [typed[`mark.${id}`], typed[`reason.${id}`]];
      if (mark === undefined && reason === undefined) return [];
      return [
        [
          id,
          {
            mark: (mark ?? '').trim().slice(0, MARK_MAX),
            reason: (reason ?? '').trim().slice(0, REASON_MAX),
          },
        ],
      ];
    }),
  );
}

/** What keeps a sheet from being handed in, by criterion. */
export const sheetFaults = ({ criteria }: Judging, marks: WrittenMarks): Record<string, MarkFault> =>
  Object.fromEntries(
    criteria.flatMap((one) => {
      const fault = judgeMark(one, marks[one.id]?.mark ?? '', marks[one.id]?.reason ?? '');
      return fault === null ? [] : [[one.id, fault]];
    }),
  );

// --- What it comes to ---------------------------------------------------------------------------------

export interface CandidateResult {
  readonly candidate: string;
  /** As decimal text; null where fewer judges marked than the programme asks for. */
  readonly result: string | null;
  /** Equal results share a place. */
  readonly place: number | null;
  readonly markedBy: number;
}
/** Results and places of all, by what was handed in. */
export function resultsOf(
  judging: Judging,
  sheets: ReadonlyMap<string, readonly Sheet[]>,
): CandidateResult[] {
  const all = [...sheets].map(([candidate, given]) => {
    const { result } = gather(judging, given);
    return { candidate, result, markedBy: given.length };
  });
  const judged = all.flatMap((one) => (one.result === undefined ? [] : [{ ...one, value: one.result }]));
  const places = new Map(
    rank(judged, [{ name: 'result', compare: (a, b) => compare(b.value, a.value) }]).map(
      ({ candidate: { candidate }, rank: place }) => [candidate, place],
    ),
  );
  return all.map(({ candidate, result, markedBy }) => ({
    candidate,
    result: result === undefined ? null : formatExact(result),
    place: places.get(candidate) ?? null,
    markedBy,
  }));
}

// --- Codes --------------------------------------------------------------------------------------------

/** Letters and digits that nobody takes for another; no vowels, so that no word comes out. */
const SIGNS = 'BCDFGHJKMNPQRSTVWXZ23456789';
/**
 * So many different codes, `K7-Q3`, from a source of chance that gives a whole number below its bound. They follow from
 * nothing else.
 */
export function drawCodes(n: number, chance: (below: number) => number): string[] {
  const codes = new Set<string>();
  while (codes.size < n) {
    const signs = Array.from({ length: 4 }, () => SIGNS[chance(SIGNS.length)] ?? '');
    codes.add(`${signs.slice(0, 2).join('')}-${signs.slice(2).join('')}`);
  }
  return [...codes];
}

/** All in an order of chance: of ids that stand beside one another nothing can be read. */
export function shuffled<T>(all: readonly T[], chance: (below: number) => number): T[] {
  const left = [...all];
  return Array.from({ length: all.length }, () => left.splice(chance(left.length), 1)).flat();
}
