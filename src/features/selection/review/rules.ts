import type { Finding } from '../../../language/finding.ts';
import type { RuleOf } from '../../../language/grammar/condition.ts';
import type { Stage } from '../../../language/grammar/round.ts';
import type { Strength } from '../../../language/grammar/selection.ts';
import type { Outcome } from '../../../language/outcome.ts';
import { exactNumber, multiply, ratio, round } from '../../../shared/decimal.ts';
import { type Actor, type Assignment, type Role, reaches, standsUnder } from '../../identity/rules.ts';
import { type ApplicationState, nextPosition, type RoundState, reviewSteps } from '../rounds/rules.ts';

/**
 * The route of review: which body has an application now, who may act for it, and what it may decide. The
 * order of the bodies and their numbers come from the programme file (R-002-3-25, R-002-4-13, R-002-5-16).
 */

/** Who acts for a body in a round; null where none does. */
const ROLE_OF_BODY: Readonly<Record<Stage['actor'], Role | null>> = {
  applicant: null,
  group: 'group-leader',
  'school-office': 'school-office',
  'school-leading-group': 'school-leader',
  county: 'county-office',
  city: 'city-office',
  province: 'city-office',
  // Their part in a round is not acted in the application.
  'staff-meeting': null,
  nation: null,
  panel: null,
  provider: null,
  mentor: null,
  public: null,
};

/** The bodies that somebody acts for by a role, as a file and a round name them. */
export const bodiesOf = (role: Role): string[] =>
  Object.entries(ROLE_OF_BODY).flatMap(([body, acts]) => (acts === role ? [body] : []));

/** A stage of a round as its bodies meet it: the file's words, the round's deadline. */
export interface Step {
  readonly position: number;
  readonly stage: Stage;
  readonly closesAt: Date | null;
}

/** The bodies that review, in order, each with the deadline this round gives it. */
export function stepsOf(
  route: readonly Stage[],
  deadlines: readonly { readonly position: number; readonly closesAt: Date | null }[],
): Step[] {
  const closes = new Map(deadlines.map(({ position, closesAt }) => [position, closesAt]));
  return reviewSteps(route).map((step) => ({ ...step, closesAt: closes.get(step.position) ?? null }));
}

export const stepAt = (steps: readonly Step[], position: number | null): Step | null =>
  steps.find((step) => step.position === position) ?? null;
/** The body before, to which an application may be handed back; null for the first one. */
export const stepBefore = (steps: readonly Step[], position: number): Step | null =>
  steps.filter((step) => step.position < position).at(-1) ?? null;
export const isLast = (steps: readonly Step[], position: number): boolean =>
  steps.at(-1)?.position === position;

/** The role that acts for the body of a step. */
export const roleAt = (step: Step): Role | null => ROLE_OF_BODY[step.stage.actor];

/** What an actor holds that acts at a step, wherever: the role of its body, or what was handed over of it. */
const holdingsAt = (actor: Actor, step: Step): Assignment[] =>
  actor.assignments.filter(
    (held) => held.role === ROLE_OF_BODY[step.stage.actor] && reaches(held, 'application.review'),
  );

/** The post in which an actor would act at a step on something at `unitPath`; one's own before another's. */
export function postAt(
  actor: Actor,
  step: Step,
  unitPath: string,
  barred: (held: Assignment) => boolean = () => false,
): Assignment | null {
  const posts = holdingsAt(actor, step).filter(
    (held) => standsUnder(unitPath, held.unitPath) && !barred(held),
  );
  return posts.find((held) => !held.for) ?? posts[0] ?? null;
}

/** What an actor holds of the body that gave a review. */
export function postOf(
  actor: Actor,
  steps: readonly Step[],
  review: { readonly position: number; readonly unitId: string },
): Assignment | null {
  const step = stepAt(steps, review.position);
  const posts = step === null ? [] : holdingsAt(actor, step).filter(({ unitId }) => unitId === review.unitId);
  return posts.find((held) => !held.for) ?? posts[0] ?? null;
}

export interface BodyPost {
  readonly step: Step;
  readonly post: Assignment;
}
/** The bodies an actor can act for in a round of the unit at `roundPath`. */
export const postsIn = (actor: Actor, steps: readonly Step[], roundPath: string): BodyPost[] =>
  steps.flatMap((step) =>
    holdingsAt(actor, step)
      .filter((held) => standsUnder(held.unitPath, roundPath) || standsUnder(roundPath, held.unitPath))
      .map((post) => ({ step, post })),
  );

/** Is there a body of the round, named as its stages name them, that the actor acts for? */
export const sitsIn = (actor: Actor, bodies: readonly string[], roundPath: string): boolean =>
  actor.assignments.some(
    (held) =>
      bodies.some((body) => body in ROLE_OF_BODY && ROLE_OF_BODY[body as Stage['actor']] === held.role) &&
      reaches(held, 'application.review') &&
      (standsUnder(held.unitPath, roundPath) || standsUnder(roundPath, held.unitPath)),
  );

/** What a decision on an application depends on. */
export interface Standing {
  readonly applicantId: string;
  readonly unitPath: string;
  readonly state: ApplicationState;
  readonly position: number | null;
  readonly roundState: RoundState;
  readonly steps: readonly Step[];
  /** People who stand aside for this applicant. */
  readonly recused: ReadonlySet<string>;
}

export const ACT_REFUSALS = [
  'own-application',
  'recused',
  'principal-aside',
  'stake-in-order',
  'by-results',
  'other-unit',
  'not-in-review',
  'not-yet',
  'already-passed',
  'after-deadline',
  'round-not-open',
] as const;
export type ActRefusal = (typeof ACT_REFUSALS)[number];

export type ActVerdict =
  | { readonly ok: true; readonly step: Step; readonly post: Assignment }
  | { readonly ok: false; readonly refusal: ActRefusal; readonly waitsFor: Step | null };

/**
 * May this actor decide on the application now, and for which body? SC13: a body whose turn has not come is
 * told which one the application waits for. Nobody reviews their own application; who is related stands aside,
 * and so does whoever would act in the stead of either.
 */
export function judgeAct(actor: Actor, standing: Standing, now: Date): ActVerdict {
  const current = standing.state === 'in-review' ? stepAt(standing.steps, standing.position) : null;
  const no = (refusal: ActRefusal): ActVerdict => ({ ok: false, refusal, waitsFor: current });
  if (standing.applicantId === actor.personId) return no('own-application');
  if (standing.recused.has(actor.personId)) return no('recused');
  const barred = ({ for: principal }: Assignment) =>
    principal != null && !maySeeReview([principal.personId], standing);
  const held = (is: (held: Assignment) => boolean) =>
    standing.steps.flatMap((step) => {
      const post = postAt(actor, step, standing.unitPath, is);
      return post === null ? [] : [{ step, post }];
    });
  const mine = held(barred);
  if (mine.length === 0) return no(held(() => false).length === 0 ? 'other-unit' : 'principal-aside');
  if (standing.roundState !== 'open') return no('round-not-open');
  const { position } = standing;
  if (position === null || standing.state !== 'in-review') return no('not-in-review');
  const turn = mine.find(({ step }) => step.position === position);
  if (turn === undefined) {
    return no(mine.some(({ step }) => step.position > position) ? 'not-yet' : 'already-passed');
  }
  const { closesAt } = turn.step;
  return closesAt !== null && now > closesAt ? no('after-deadline') : { ok: true, ...turn };
}

/**
 * May these people – somebody, and the one in whose stead they look – read findings, evidence and reviews? The recused
 * may not; an applicant has their own page.
 */
export const maySeeReview = (
  people: readonly string[],
  { applicantId, recused }: Pick<Standing, 'applicantId' | 'recused'>,
): boolean => people.every((personId) => applicantId !== personId && !recused.has(personId));

// --- Recommending -------------------------------------------------------------------------------------

export const RECOMMEND_REFUSALS = [
  'clause-unmet',
  'evidence-missing',
  'decision-missing',
  'quota-full',
  'quota-full-soft',
  'no-quota',
  'exception-not-needed',
  'exception-not-allowed',
  'exception-needs-reason',
  'exception-needs-attendees',
] as const;
export type RecommendRefusal = (typeof RECOMMEND_REFUSALS)[number];

/**
 * May the body recommend, places apart? An unmet clause that binds never passes. Only a group may go ahead of
 * the school's confirmation of records; only the last body must have every question answered.
 */
export function judgeRecommendation(
  outcome: Outcome,
  step: Step,
  steps: readonly Step[],
): RecommendRefusal | null {
  const last = isLast(steps, step.position);
  switch (outcome) {
    case 'met':
      return null;
    case 'unmet':
      return 'clause-unmet';
    case 'missing':
      return step.stage.actor === 'group' && !last ? null : 'evidence-missing';
    case 'needs-decision':
      return last ? 'decision-missing' : null;
  }
}

export interface Exception {
  readonly reason: string;
  readonly attendees: string;
}
/** SC12: beyond a number that holds in principle, only by a decision on record: who decided, and why. */
export function judgeException(soft: boolean, { reason, attendees }: Exception): RecommendRefusal | null {
  if (!soft) return 'exception-not-allowed';
  if (reason.trim() === '') return 'exception-needs-reason';
  return attendees.trim() === '' ? 'exception-needs-attendees' : null;
}

/** A body's order by the places its judges gave; who has none stays behind, and equals as they stood. */
export const inOrderOf = (order: readonly string[], places: ReadonlyMap<string, number>): string[] =>
  order.toSorted((a, b) => (places.get(a) ?? Infinity) - (places.get(b) ?? Infinity) || 0);

/** Do results place two alike? So do they two who have none. */
export const isEqual = (places: ReadonlyMap<string, number>, one: string, other: string): boolean =>
  places.get(one) === places.get(other);

/** Those whom results place, in their order. */
export const inPlace = (places: ReadonlyMap<string, number>): string[] =>
  [...places].toSorted(([, a], [, b]) => a - b).map(([id]) => id);

export interface Moves {
  readonly up: boolean;
  readonly down: boolean;
}
/**
 * Which of the rows of a page may change places with a neighbour of theirs: whichever has one, and where judges place them
 * only with one whom they place alike. `more` stand behind this page, and a neighbour may be among them.
 */
export function movesOf(
  rows: readonly { readonly id: string; readonly place: number | null }[],
  results: ReadonlyMap<string, number> | null,
  more: boolean,
): Map<string, Moves> {
  const at = new Map(rows.flatMap(({ id, place }) => (place === null ? [] : [[place, id] as const])));
  const may = (id: string, place: number): boolean => {
    const neighbour = at.get(place);
    return place > 0 && (neighbour === undefined || results === null || isEqual(results, neighbour, id));
  };
  const last = Math.max(0, ...at.keys());
  return new Map(
    rows.flatMap(({ id, place }) => {
      if (place === null) return [];
      const moves = { up: may(id, place - 1), down: may(id, place + 1) && (place < last || more) };
      return moves.up || moves.down ? [[id, moves] as const] : [];
    }),
  );
}
export const TAKE_BACK_REFUSALS = [
  'not-recommended',
  'next-body-decided',
  'after-deadline',
  'round-not-open',
] as const;
export type TakeBackRefusal = (typeof TAKE_BACK_REFUSALS)[number];

/** A body may take its recommendation back until the next body has decided or its own time is over. */
export function judgeTakeBack(
  standing: Pick<Standing, 'state' | 'position' | 'roundState'>,
  route: readonly Stage[],
  step: Step,
  recommended: boolean,
  now: Date,
): TakeBackRefusal | null {
  if (!recommended) return 'not-recommended';
  if (standing.roundState !== 'open') return 'round-not-open';
  if (step.closesAt !== null && now > step.closesAt) return 'after-deadline';
  return standing.state === 'in-review' && standing.position === nextPosition(route, step.position)
    ? null
    : 'next-body-decided';
}

export type Move = 'up' | 'down';
/** The order of recommendation after one candidate moves a place; the rest keep theirs. */
export function moved<T>(order: readonly T[], one: T, move: Move): T[] {
  const from = order.indexOf(one);
  const to = from + (move === 'up' ? -1 : 1);
  const next = [...order];
  const other = next[to];
  if (from < 0 || other === undefined) return next;
  next[to] = one;
  next[from] = other;
  return next;
}

// --- Questions the file gives to people ---------------------------------------------------------------

export const keyOf = (finding: Pick<Finding, 'id' | 'path'>): string => finding.id ?? finding.path;

/**
 * Clauses a body is to judge: `decide` nodes, and clauses that hold in principle (`should`) or at discretion
 * and were not met. Answered ones stay in the list, so that the page shows what was decided.
 */
export function questionsOf(finding: Finding): Finding[] {
  if (!finding.inForce) return [];
  const asks =
    finding.op === 'decide' ||
    (finding.strength === 'should' && finding.outcome === 'unmet') ||
    (finding.strength === 'discretion' && finding.outcome !== 'met');
  return [...(asks ? [finding] : []), ...finding.children.flatMap(questionsOf)];
}

/**
 * The clauses that make the whole come out so: what a refusal may cite and what an applicant has to mend. Where
 * every part must hold, the parts are named; alternatives are named as one.
 */
export function clausesWith(finding: Finding, effect: Outcome): Finding[] {
  if (finding.effect !== effect) return [];
  const below = finding.op === 'all' ? finding.children.flatMap((child) => clausesWith(child, effect)) : [];
  return below.length === 0 ? [finding] : below;
}

/** Can somebody be refused for it? A clause that only prefers has nobody fail. */
export const mayFail = (clause: {
  readonly strength?: Strength;
  readonly children?: readonly Finding[];
}): boolean =>
  clause.strength !== 'prefer' &&
  (clause.children === undefined || clause.children.length === 0 || clause.children.some(mayFail));

export const CLAUSE_REFUSALS = [
  'no-such-question',
  'other-body',
  'no-reason',
  'no-minutes',
  'no-evidence',
  'cap-reached',
] as const;
export type ClauseRefusal = (typeof CLAUSE_REFUSALS)[number];

export interface ClauseAnswer {
  readonly clause: string;
  readonly outcome: 'met' | 'unmet';
  readonly reason: string;
  readonly attendees: string;
  /** Ids of the records the body relies on. */
  readonly records: readonly string[];
}
export interface Question {
  readonly needs: readonly ('reason' | 'minutes' | 'evidence' | 'vote')[];
  /** The file gives the question to the body that acts now, or to none in particular. */
  readonly forThisBody: boolean;
  /** How many may be answered "met"; null when the file sets no cap. */
  readonly cap: number | null;
  readonly usedOfCap: number;
  /** Ids of the applicant's confirmed records of the kinds the file names. */
  readonly records: ReadonlySet<string>;
}
/** How many a body may find met among its applicants: so many people, such a share of them, or whichever is less. */
export function mostMet(
  { count, percent }: NonNullable<RuleOf<'decide'>['cap']>,
  applicants: number,
): number | null {
  const share =
    percent === undefined ? undefined : multiply(exactNumber(percent), ratio(BigInt(applicants), 100n));
  const all = [
    ...(count === undefined ? [] : [count]),
    ...(share === undefined ? [] : [Number(round(share, 0, 'down').n)]),
  ];
  return all.length === 0 ? null : Math.min(...all);
}

export function judgeAnswer(question: Question | null, answer: ClauseAnswer): ClauseRefusal | null {
  if (question === null) return 'no-such-question';
  if (!question.forThisBody) return 'other-body';
  if (answer.reason.trim() === '') return 'no-reason';
  const minuted = question.needs.includes('minutes') || question.needs.includes('vote');
  if (minuted && answer.attendees.trim() === '') return 'no-minutes';
  // R-002-5-13, 17, 18: influence and standing are found met only on records that can be named.
  const relied = answer.records.some((id) => question.records.has(id));
  if (answer.outcome === 'met' && question.needs.includes('evidence') && !relied) return 'no-evidence';
  return answer.outcome === 'met' && question.cap !== null && question.usedOfCap >= question.cap
    ? 'cap-reached'
    : null;
}

// --- Recusal ------------------------------------------------------------------------------------------

export const RELATIONS = [
  'spouse',
  'lineal-kin',
  'collateral-kin',
  'in-law',
  'mentor',
  'interest',
  'other',
] as const;
export type Relation = (typeof RELATIONS)[number];
