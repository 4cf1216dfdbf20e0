import type { Finding } from '../../../language/finding.ts';
import type { RuleOf } from '../../../language/grammar/condition.ts';
import { conditionsOf } from '../../../language/walk.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { Actor, Assignment } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import type { NoticeKind } from '../../notices/rules.ts';
import { programmeOf, type ReadyProgramme } from '../../programmes/compiled.ts';
import {
  type ApplicationRow,
  countApplicants,
  lockApplication,
  lockApplications,
  selectApplication,
  updateOutcome,
  updateState,
} from '../applications/queries.ts';
import { type Assessment, assess } from '../dossier/assess.ts';
import {
  listRoundStages,
  type RoundRow,
  releaseSeat,
  selectRound,
  shareRound,
  takeExceptionalSeat,
  takeSeat,
} from '../rounds/queries.ts';
import { nextPosition, type Seat, seatOf } from '../rounds/rules.ts';
import {
  countMet,
  hasReview,
  insertDecision,
  insertRecusal,
  insertReview,
  listOrder,
  listReviews,
  lockReviews,
  markPlaceReleased,
  type ReviewRow,
  recusedOf,
  selectDecisionsOf,
  supersedeReview,
  updateOrder,
} from './queries.ts';
import {
  type ActRefusal,
  type ClauseAnswer,
  type ClauseRefusal,
  clausesWith,
  type Exception,
  judgeAct,
  judgeAnswer,
  judgeException,
  judgeRecommendation,
  judgeTakeBack,
  keyOf,
  type Move,
  moved,
  questionsOf,
  type RecommendRefusal,
  type Relation,
  roleAt,
  type Standing,
  type Step,
  stepAt,
  stepBefore,
  stepsOf,
  type TakeBackRefusal,
} from './rules.ts';

/*
 * What bodies do. Each act is one transaction: the round's reviews are locked, what the act rests on is read
 * afresh, the rules judge, everything is written with its audit entry, or nothing is.
 */

/** A round with its route ready to be followed. */
export interface Route {
  readonly round: RoundRow;
  readonly ready: ReadyProgramme;
  readonly steps: readonly Step[];
}
export async function routeOf(db: Db, round: RoundRow): Promise<Route> {
  const [ready, stages] = await Promise.all([
    programmeOf(db, round.versionId),
    listRoundStages(db, round.id),
  ]);
  return { round, ready, steps: stepsOf(ready.programme.route ?? [], stages) };
}
export const standingOf = async (
  db: Db,
  { round, steps }: Route,
  application: ApplicationRow,
): Promise<Standing> => ({
  applicantId: application.personId,
  unitPath: application.unitPath,
  state: application.state,
  position: application.position,
  roundState: round.state,
  steps,
  recused: await recusedOf(db, round.id, application.personId),
});

/** What the act is refused for, in words' terms; thrown inside a transaction so that nothing stays of it. */
export type Refusal =
  | {
      readonly kind: 'act';
      readonly refusal: ActRefusal;
      readonly waitsFor: Step | null;
      readonly who: string;
    }
  | {
      readonly kind: 'recommend';
      readonly refusal: RecommendRefusal;
      readonly who: string;
      readonly places: number | null;
      readonly clauses: readonly Finding[];
    }
  | { readonly kind: 'take-back'; readonly refusal: TakeBackRefusal; readonly who: string }
  | { readonly kind: 'clause'; readonly refusal: ClauseRefusal }
  | { readonly kind: 'return'; readonly refusal: 'may-not-return' | 'no-body-before' | 'no-reason' }
  | { readonly kind: 'refuse'; readonly refusal: 'no-reason' | 'no-such-clause' };
export type Done = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

class Undo extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused: ${refusal.kind} ${refusal.refusal}`);
    this.refusal = refusal;
  }
}

async function allOrNothing(db: Db, work: (tx: Db) => Promise<void>): Promise<Done> {
  try {
    await transaction(db, work);
    return { ok: true };
  } catch (error) {
    if (error instanceof Undo) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Who acts, when, and the id their form gave this act. */
export interface By {
  readonly actor: Actor;
  readonly now: Date;
  readonly submission: string;
}

interface Turn {
  readonly route: Route;
  readonly application: ApplicationRow;
  readonly step: Step;
  readonly post: Assignment;
}

/** Lock the application and find the body whose turn it is; throws the refusal when it is not the actor's. */
async function takeTurn(tx: Db, id: string, { actor, now }: By): Promise<Turn> {
  const { roundId } = await selectApplication(tx, id);
  await lockReviews(tx, roundId);
  const route = await routeOf(tx, await shareRound(tx, roundId));
  const application = await lockApplication(tx, id);
  return turnOf(tx, route, application, actor, now);
}
async function turnOf(
  tx: Db,
  route: Route,
  application: ApplicationRow,
  actor: Actor,
  now: Date,
): Promise<Turn> {
  const verdict = judgeAct(actor, await standingOf(tx, route, application), now);
  if (!verdict.ok) {
    const { refusal, waitsFor } = verdict;
    throw new Undo({ kind: 'act', refusal, waitsFor, who: application.personName });
  }
  return { route, application, step: verdict.step, post: verdict.post };
}

const aboutOf = ({ id, personId, roundId, unitPath }: ApplicationRow) => ({
  subjectType: 'application',
  subjectId: id,
  personId,
  roundId,
  unitPath,
});

const tell = (
  tx: Db,
  now: Date,
  kind: NoticeKind,
  application: ApplicationRow,
  detail: Record<string, string>,
) =>
  insertNotices(tx, now, [
    { personId: application.personId, kind, detail, href: `/applications/${application.id}` },
  ]);

export const seatFor = (
  { round, ready }: Pick<Route, 'round' | 'ready'>,
  step: Step,
  body: { readonly id: string; readonly path: string },
  application: Pick<ApplicationRow, 'subject' | 'stage'>,
): Seat => seatOf(ready.programme.quota, step.stage, body, application, round.places);

/** The assessment with the decisions on record; an applicant always exists. */
export async function assessApplication(
  db: Db,
  round: RoundRow,
  application: ApplicationRow,
): Promise<Assessment> {
  const decisions = await selectDecisionsOf(db, application.id);
  const assessment = await assess(db, round, application.personId, decisions);
  if (assessment === null) throw new Error(`application ${application.id} has no applicant`);
  return assessment;
}

// --- Recommending -------------------------------------------------------------------------------------

/**
 * Recommend one or several at a step, all or none, each within the places of the body. Beyond a number that holds in
 * principle an exception is recorded with who decided and why (SC12); it is for one application at a time.
 */
export async function recommend(
  db: Db,
  roundId: string,
  position: number,
  ids: readonly string[],
  exception: Exception | null,
  by: By,
): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    await lockReviews(tx, roundId);
    const route = await routeOf(tx, await shareRound(tx, roundId));
    for (const application of await lockApplications(tx, ids)) {
      if (application.roundId !== roundId) continue;
      if (
        application.position !== position &&
        (await isRecommendedBy(tx, application.id, position, by.actor))
      )
        continue;
      await recommendOne(tx, await turnOf(tx, route, application, by.actor, by.now), exception, by);
    }
  });
}

/** The same click twice: the actor's body has recommended it at this step already. */
async function isRecommendedBy(tx: Db, id: string, position: number, actor: Actor): Promise<boolean> {
  const units = new Set(actor.assignments.map(({ unitId }) => unitId));
  return (await listReviews(tx, id)).some(
    (review) =>
      review.current &&
      review.position === position &&
      review.decision === 'recommend' &&
      units.has(review.unitId),
  );
}

async function recommendOne(
  tx: Db,
  turn: Turn,
  exception: Exception | null,
  { actor, now }: By,
): Promise<void> {
  const { route, application, step, post } = turn;
  const { round, ready, steps } = route;
  const no = (refusal: RecommendRefusal, places: number | null = null, clauses: readonly Finding[] = []) =>
    new Undo({ kind: 'recommend', refusal, who: application.personName, places, clauses });
  const { findings } = await assessApplication(tx, round, application);
  const refused = judgeRecommendation(findings.outcome, step, steps);
  if (refused !== null) throw no(refused, null, clausesWith(findings.root, findings.outcome));
  const seat = seatFor(route, step, { id: post.unitId, path: post.unitPath }, application);
  const taken = await takeSeat(tx, round.id, seat);
  if (!taken.ok) {
    if (taken.reason === 'no-quota') throw no('no-quota');
    if (exception === null) throw no(taken.soft ? 'quota-full-soft' : 'quota-full', taken.places);
    const unfit = judgeException(taken.soft, exception);
    if (unfit !== null) throw no(unfit, taken.places);
    await insertDecision(tx, {
      id: newId(),
      roundId: round.id,
      applicationId: application.id,
      unitId: post.unitId,
      kind: 'exception',
      clause: seat.limit,
      outcome: 'nominated',
      attendees: exception.attendees,
      reason: exception.reason,
      decidedBy: actor.personId,
      at: now,
    });
    await takeExceptionalSeat(tx, round.id, seat, exception.reason);
  }
  const exceptional = !taken.ok;
  const order = await listOrder(tx, round.id, step.position, post.unitId);
  await insertReview(tx, {
    id: newId(),
    applicationId: application.id,
    roundId: round.id,
    position: step.position,
    unitId: post.unitId,
    decision: 'recommend',
    place: order.length + 1,
    clause: null,
    reason: exceptional ? (exception?.reason ?? null) : null,
    exceptional,
    tookPlace: true,
    decidedBy: actor.personId,
    at: now,
  });
  const next = nextPosition(ready.programme.route ?? [], step.position);
  await updateState(tx, application.id, 'in-review', next);
  await updateOutcome(tx, application.id, findings.outcome);
  await tell(tx, now, 'application-recommended', application, { round: round.name, body: post.unitName });
  await appendAudit(tx, actor.personId, now, {
    ...aboutOf(application),
    action: exceptional ? 'application.recommend-exceptionally' : 'application.recommend',
    after: { stage: step.stage.id, unit: post.unitId, place: order.length + 1, next },
    reason: exceptional ? (exception?.reason ?? null) : null,
  });
}

// --- Giving places back -------------------------------------------------------------------------------

async function giveBack(tx: Db, route: Route, application: ApplicationRow, review: ReviewRow): Promise<void> {
  if (!review.tookPlace || review.decision !== 'recommend') return;
  const step = stepAt(route.steps, review.position);
  if (step === null) return;
  const seat = seatFor(route, step, { id: review.unitId, path: review.unitPath }, application);
  await releaseSeat(tx, route.round.id, seat, review.exceptional);
  await markPlaceReleased(tx, review.id);
}

/** Every place the bodies gave this application is free again: it was withdrawn or refused. */
export async function giveBackPlaces(tx: Db, round: RoundRow, application: ApplicationRow): Promise<void> {
  const route = await routeOf(tx, round);
  for (const review of await listReviews(tx, application.id)) {
    if (!review.current || review.decision !== 'recommend') continue;
    await giveBack(tx, route, application, review);
    await closeGap(tx, round.id, review, application.id);
  }
}

/** Those after one that leaves move up a place. */
async function closeGap(tx: Db, roundId: string, review: ReviewRow, applicationId: string): Promise<void> {
  const order = await listOrder(tx, roundId, review.position, review.unitId);
  await updateOrder(
    tx,
    roundId,
    review.position,
    order.filter((id) => id !== applicationId),
  );
}

async function undoRecommendation(
  tx: Db,
  route: Route,
  application: ApplicationRow,
  review: ReviewRow,
  now: Date,
) {
  await giveBack(tx, route, application, review);
  await supersedeReview(tx, application.id, review.position, now);
  await closeGap(tx, route.round.id, review, application.id);
}

/** A body takes its recommendation back before the next one has decided; the place is free for another. */
export async function takeBack(db: Db, id: string, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { roundId } = await selectApplication(tx, id);
    await lockReviews(tx, roundId);
    const route = await routeOf(tx, await shareRound(tx, roundId));
    const application = await lockApplication(tx, id);
    const who = application.personName;
    const standing = await standingOf(tx, route, application);
    if (standing.applicantId === by.actor.personId || standing.recused.has(by.actor.personId)) {
      const refusal = standing.applicantId === by.actor.personId ? 'own-application' : 'recused';
      throw new Undo({ kind: 'act', refusal, waitsFor: null, who });
    }
    const reviews = await listReviews(tx, id);
    const review = reviews.findLast(
      (one) => one.current && one.decision === 'recommend' && actsFor(by.actor, route.steps, one),
    );
    const step = review === undefined ? null : stepAt(route.steps, review.position);
    if (review === undefined || step === null)
      throw new Undo({ kind: 'take-back', refusal: 'not-recommended', who });
    const refusal = judgeTakeBack(standing, route.ready.programme.route ?? [], step, true, by.now);
    if (refusal !== null) throw new Undo({ kind: 'take-back', refusal, who });
    await undoRecommendation(tx, route, application, review, by.now);
    await updateState(tx, id, 'in-review', step.position);
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: 'application.take-back',
      before: { stage: step.stage.id, unit: review.unitId, place: review.place },
    });
  });
}

const actsFor = (actor: Actor, steps: readonly Step[], review: ReviewRow): boolean => {
  const step = stepAt(steps, review.position);
  return actor.assignments.some(
    (held) => held.unitId === review.unitId && step !== null && held.role === roleAt(step),
  );
};

// --- Order --------------------------------------------------------------------------------------------

/** Move a recommended candidate one place up or down in the body's order; outside the list nothing happens. */
export async function reorder(db: Db, id: string, move: Move, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { roundId } = await selectApplication(tx, id);
    await lockReviews(tx, roundId);
    const route = await routeOf(tx, await shareRound(tx, roundId));
    const application = await lockApplication(tx, id);
    const review = (await listReviews(tx, id)).findLast(
      (one) => one.current && one.decision === 'recommend' && actsFor(by.actor, route.steps, one),
    );
    const step = review === undefined ? null : stepAt(route.steps, review.position);
    const who = application.personName;
    if (review === undefined || step === null)
      throw new Undo({ kind: 'take-back', refusal: 'not-recommended', who });
    if (route.round.state !== 'open') throw new Undo({ kind: 'take-back', refusal: 'round-not-open', who });
    if (step.closesAt !== null && by.now > step.closesAt) {
      throw new Undo({ kind: 'take-back', refusal: 'after-deadline', who });
    }
    const order = await listOrder(tx, roundId, review.position, review.unitId);
    const next = moved(order, id, move);
    await updateOrder(tx, roundId, review.position, next);
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: 'application.reorder',
      before: { place: order.indexOf(id) + 1 },
      after: { place: next.indexOf(id) + 1 },
    });
  });
}

// --- Returning and refusing ---------------------------------------------------------------------------

/** Hand it back, with the reason: to its applicant to mend, or to the body before, whose place is freed. */
export async function handBack(
  db: Db,
  id: string,
  to: 'applicant' | 'body-before',
  reason: string,
  by: By,
): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    if (await hasReview(tx, by.submission)) return;
    const { route, application, step, post } = await takeTurn(tx, id, by);
    if (reason.trim() === '') throw new Undo({ kind: 'return', refusal: 'no-reason' });
    if (step.stage.mayReturn === false) throw new Undo({ kind: 'return', refusal: 'may-not-return' });
    const before = stepBefore(route.steps, step.position);
    if (to === 'body-before') {
      if (before === null) throw new Undo({ kind: 'return', refusal: 'no-body-before' });
      const review = (await listReviews(tx, id)).findLast(
        (one) => one.current && one.position === before.position,
      );
      if (review !== undefined) await undoRecommendation(tx, route, application, review, by.now);
    }
    await insertReview(tx, reviewOf(application, step, post, by, 'return', null, reason));
    const back = to === 'body-before' && before !== null;
    await updateState(tx, id, back ? 'in-review' : 'returned', back ? before.position : step.position);
    if (!back) {
      await tell(tx, by.now, 'application-returned', application, {
        round: route.round.name,
        body: post.unitName,
        reason,
      });
    }
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: back ? 'application.hand-back' : 'application.return',
      after: { stage: step.stage.id, to: back ? before.stage.id : 'applicant' },
      reason,
    });
  });
}

/** A refusal for want of places cites this instead of a clause of the file. */
export const NO_PLACE = 'places';

/** Refuse, citing the clause, with the reason; places given on the way are free again. */
export async function refuse(db: Db, id: string, clause: string, reason: string, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    if (await hasReview(tx, by.submission)) return;
    const { route, application, step, post } = await takeTurn(tx, id, by);
    const clauses = new Set([...conditionsOf(route.ready.programme)].map(keyOf));
    if (clause !== NO_PLACE && !clauses.has(clause))
      throw new Undo({ kind: 'refuse', refusal: 'no-such-clause' });
    if (reason.trim() === '') throw new Undo({ kind: 'refuse', refusal: 'no-reason' });
    await giveBackPlaces(tx, route.round, application);
    await insertReview(tx, reviewOf(application, step, post, by, 'refuse', clause, reason));
    await updateState(tx, id, 'refused', step.position);
    await tell(tx, by.now, 'application-refused', application, {
      round: route.round.name,
      body: post.unitName,
      reason,
    });
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: 'application.refuse',
      after: { stage: step.stage.id, clause },
      reason,
    });
  });
}

const reviewOf = (
  application: ApplicationRow,
  step: Step,
  post: Assignment,
  { actor, now, submission }: By,
  decision: 'return' | 'refuse',
  clause: string | null,
  reason: string,
) => ({
  id: submission,
  applicationId: application.id,
  roundId: application.roundId,
  position: step.position,
  unitId: post.unitId,
  decision,
  place: null,
  clause,
  reason,
  exceptional: false,
  tookPlace: false,
  decidedBy: actor.personId,
  at: now,
});

// --- Questions and recusal ----------------------------------------------------------------------------

/** Answer a question the file gives to a body, with the reason; the findings follow from then on. */
export async function answerClause(db: Db, id: string, answer: ClauseAnswer, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { route, application, post } = await takeTurn(tx, id, by);
    const { findings } = await assessApplication(tx, route.round, application);
    const asked = questionsOf(findings.root).find((finding) => keyOf(finding) === answer.clause);
    const decide = asked === undefined ? undefined : decideOf(route.ready, answer.clause);
    const cap = decide?.cap === undefined ? null : await capOf(tx, route.round.id, post.unitPath, decide.cap);
    const question =
      asked === undefined
        ? null
        : {
            needs: decide?.needs ?? [],
            cap,
            usedOfCap: cap === null ? 0 : await countMet(tx, route.round.id, post.unitId, answer.clause, id),
          };
    const refusal = judgeAnswer(question, answer);
    if (refusal !== null) throw new Undo({ kind: 'clause', refusal });
    const fresh = await insertDecision(tx, {
      id: by.submission,
      roundId: route.round.id,
      applicationId: id,
      unitId: post.unitId,
      kind: 'clause',
      clause: answer.clause,
      outcome: answer.outcome,
      attendees: answer.attendees,
      reason: answer.reason,
      decidedBy: by.actor.personId,
      at: by.now,
    });
    if (!fresh) return;
    const { findings: now } = await assessApplication(tx, route.round, application);
    await updateOutcome(tx, id, now.outcome);
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: 'application.decide-clause',
      after: { clause: answer.clause, outcome: answer.outcome, attendees: answer.attendees },
      reason: answer.reason,
    });
  });
}

/** The `decide` node of a clause; undefined for a clause that holds in principle or at discretion. */
export function decideOf(ready: ReadyProgramme, clause: string): RuleOf<'decide'> | undefined {
  for (const node of conditionsOf(ready.programme)) {
    if (keyOf(node) === clause && node.rule.op === 'decide') return node.rule.arg;
  }
  return undefined;
}

async function capOf(
  tx: Db,
  roundId: string,
  unitPath: string,
  { count, percent }: NonNullable<RuleOf<'decide'>['cap']>,
): Promise<number | null> {
  if (count !== undefined) return count;
  if (percent === undefined) return null;
  return Math.floor((percent * (await countApplicants(tx, roundId, unitPath))) / 100);
}

/** Someone stands aside for an applicant: declared by themselves, or by an office for them. */
export async function recuse(
  db: Db,
  id: string,
  personId: string,
  relation: Relation,
  by: By,
): Promise<void> {
  await transaction(db, async (tx) => {
    const application = await selectApplication(tx, id);
    const fresh = await insertRecusal(tx, {
      id: by.submission,
      roundId: application.roundId,
      personId,
      applicantId: application.personId,
      relation,
      declaredBy: by.actor.personId,
      at: by.now,
    });
    if (!fresh) return;
    await appendAudit(tx, by.actor.personId, by.now, {
      ...aboutOf(application),
      action: 'application.recuse',
      after: { person: personId, relation },
    });
  });
}

export const roundOfApplication = async (db: Db, application: ApplicationRow): Promise<Route> =>
  routeOf(db, await selectRound(db, application.roundId));
