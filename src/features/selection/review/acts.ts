import type { Finding } from '../../../language/finding.ts';
import { conditionsOf } from '../../../language/walk.ts';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { appendAudit } from '../../audit/queries.ts';
import { type Actor, asHolderOf, partiesOf } from '../../identity/rules.ts';
import {
  type ApplicationRow,
  lockApplication,
  lockApplications,
  selectApplication,
  updateOutcome,
  updateState,
} from '../applications/queries.ts';
import { insertDecision } from '../decisions/queries.ts';
import { selectResultPlaces } from '../panels/entries/queries.ts';
import type { PanelAt } from '../panels/queries.ts';
import { shareRound } from '../rounds/queries.ts';
import { takeExceptionalSeat, takeSeat } from '../rounds/quotas/queries.ts';
import { nextPosition, type Seat } from '../rounds/rules.ts';
import { selectOptionalStake } from '../stake/queries.ts';
import { giveBackPlaces, holdsSeat, undoRecommendation } from './places.ts';
import {
  hasReview,
  insertReview,
  listOrder,
  listReviews,
  lockReviews,
  type ReviewRow,
  updateOrder,
} from './queries.ts';
import {
  assessApplication,
  holdingPanel,
  orderingPanel,
  panelsOf,
  type Route,
  routeOf,
  seatFor,
  standingOf,
} from './route.ts';
import {
  clausesWith,
  type Exception,
  inOrderOf,
  isEqual,
  isLast,
  judgeException,
  judgeRecommendation,
  judgeTakeBack,
  keyOf,
  type Move,
  mayFail,
  maySeeReview,
  moved,
  postOf,
  type RecommendRefusal,
  type Standing,
  stepAt,
  stepBefore,
} from './rules.ts';
import {
  aboutOf,
  allOrNothing,
  type By,
  type Done,
  type Turn,
  takeTurn,
  tell,
  turnOf,
  Undo,
} from './turn.ts';

/** Recommend, take back, order, hand back, refuse. */

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
    const panels = await panelsOf(tx, route);
    const applications = await lockApplications(tx, ids);
    if (applications.length < new Set(ids).size) {
      throw new Undo({ kind: 'act', refusal: 'other-unit', waitsFor: null, who: '—' }); // Beyond reach, and so unnamed.
    }
    const taken: Seat[] = [];
    for (const [index, application] of applications.entries()) {
      if (application.roundId !== roundId) continue;
      if (
        application.position !== position &&
        (await isRecommendedBy(tx, application.id, position, by.actor))
      )
        continue;
      const turn = await turnOf(tx, route, application, by.actor, by.now);
      const seats = { taken, waiting: applications.slice(index) };
      await recommendOne(tx, turn, panels, seats, exception, by);
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

/** Those recommended together: the places taken for them so far, and those whose turn it is now or later. */
interface Together {
  readonly taken: Seat[];
  readonly waiting: readonly ApplicationRow[];
}

async function recommendOne(
  tx: Db,
  turn: Turn,
  panels: readonly PanelAt[],
  { taken: before, waiting }: Together,
  exception: Exception | null,
  { now }: By,
): Promise<void> {
  const { route, application, step, post, actor } = turn;
  const { round, ready, steps } = route;
  const stages = ready.programme.route ?? [];
  const no = (refusal: RecommendRefusal, places: number | null = null, clauses: readonly Finding[] = []) =>
    new Undo({ kind: 'recommend', refusal, who: application.personName, places, clauses });
  const judges = holdingPanel(route, panels, step.position, application.unitPath);
  if (judges !== null) {
    const others = waiting.filter(
      (one) =>
        one.id !== application.id &&
        one.roundId === round.id &&
        one.position === step.position &&
        holdingPanel(route, panels, step.position, one.unitPath) !== null,
    ).length;
    const who = application.personName;
    throw new Undo({ kind: 'panel', refusal: judges.state, panel: judges, who, others });
  }
  const { findings } = await assessApplication(tx, round, application);
  const refused = judgeRecommendation(findings.outcome, step, steps);
  if (refused !== null) throw no(refused, null, clausesWith(findings.root, findings.outcome));
  const body = { id: post.unitId, path: post.unitPath };
  const seat = seatFor(route, step, body, application);
  const held = holdsSeat(route, application, await listReviews(tx, application.id), seat);
  const taken = held ? ({ ok: true, counted: false } as const) : await takeSeat(tx, round.id, seat);
  if (!taken.ok) {
    if (taken.reason === 'no-quota') throw no('no-quota');
    if (exception === null) {
      const full = no(taken.soft ? 'quota-full-soft' : 'quota-full', taken.places);
      const free = before.filter(({ part }) => part === seat.part).length;
      const left = waiting.filter(
        (one) =>
          one.roundId === round.id &&
          one.position === step.position &&
          seatFor(route, step, body, one).part === seat.part,
      ).length;
      if (free + left === 1 || full.refusal.kind !== 'recommend') throw full;
      throw new Undo({ ...full.refusal, several: { wanted: free + left, free } });
    }
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
      detail: { attendees: exception.attendees },
      reason: exception.reason,
      by: actor,
      at: now,
    });
    await takeExceptionalSeat(tx, round.id, seat, exception.reason);
  }
  if (taken.ok && taken.counted) before.push(seat);
  const exceptional = !taken.ok;
  // A body that ranks nobody leaves the order to the bodies before it and to the file's keys.
  const ranks = step.stage.ranking !== 'none';
  const order = ranks ? [...(await listOrder(tx, round.id, step.position, post.unitId)), application.id] : [];
  await insertReview(tx, {
    id: newId(),
    applicationId: application.id,
    roundId: round.id,
    position: step.position,
    unitId: post.unitId,
    decision: 'recommend',
    place: ranks ? order.length : null,
    clause: null,
    reason: exceptional ? (exception?.reason ?? null) : null,
    exceptional,
    tookPlace: !taken.ok || taken.counted,
    by: actor,
    at: now,
  });
  const panel = orderingPanel(route, panels, step, post.unitPath);
  const sorted = panel === null ? order : inOrderOf(order, await selectResultPlaces(tx, panel.id));
  if (panel !== null) await updateOrder(tx, round.id, step.position, sorted);
  const place = ranks ? sorted.indexOf(application.id) + 1 : null;
  const next = nextPosition(stages, step.position);
  await updateState(tx, application.id, 'in-review', next);
  await updateOutcome(tx, application.id, findings.outcome);
  await tell(tx, now, 'application-recommended', turn, {
    next: isLast(steps, step.position) ? 'list' : 'body',
  });
  await appendAudit(tx, actor, now, {
    ...aboutOf(application),
    action: exceptional ? 'application.recommend-exceptionally' : 'application.recommend',
    after: { step: step.stage.names, unit: post.unitName, place, next },
    reason: exceptional ? (exception?.reason ?? null) : null,
  });
}

// --- Taking back ---------------------------------------------------------------------------------------

/** A body takes its recommendation back before the next one has decided; the place is free for another. */
export async function takeBack(db: Db, id: string, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { roundId } = await selectApplication(tx, id);
    await lockReviews(tx, roundId);
    const route = await routeOf(tx, await shareRound(tx, roundId));
    const application = await lockApplication(tx, id);
    const who = application.personName;
    const standing = await standingOf(tx, route, application);
    const { review, actor } = await recommendationOf(tx, route, id, by.actor);
    mustBeImpartial(actor, standing, who);
    const step = review === undefined ? null : stepAt(route.steps, review.position);
    if (review === undefined || step === null)
      throw new Undo({ kind: 'take-back', refusal: 'not-recommended', who });
    const refusal = judgeTakeBack(standing, route.ready.programme.route ?? [], step, true, by.now);
    if (refusal !== null) throw new Undo({ kind: 'take-back', refusal, who });
    await undoRecommendation(tx, route, application, review, by.now);
    await updateState(tx, id, 'in-review', step.position);
    await tell(tx, by.now, 'application-taken-back', { route, application, step, post: review });
    await appendAudit(tx, actor, by.now, {
      ...aboutOf(application),
      action: 'application.take-back',
      before: { step: step.stage.names, unit: review.unitName, place: review.place },
    });
  });
}

/** Neither one's own application nor that of somebody one stands aside for. */
function mustBeImpartial(actor: Actor, standing: Standing, who: string): void {
  if (maySeeReview(partiesOf(actor), standing)) return;
  const own = standing.applicantId === actor.personId;
  const refusal = own
    ? 'own-application'
    : standing.recused.has(actor.personId)
      ? 'recused'
      : 'principal-aside';
  throw new Undo({ kind: 'act', refusal, waitsFor: null, who });
}

/** The recommendation of a body the actor acts for, and the actor as they act for it. */
async function recommendationOf(
  tx: Db,
  route: Route,
  id: string,
  actor: Actor,
): Promise<{ review: ReviewRow | undefined; actor: Actor }> {
  const review = (await listReviews(tx, id)).findLast(
    (one) => one.current && one.decision === 'recommend' && postOf(actor, route.steps, one) !== null,
  );
  const post = review === undefined ? null : postOf(actor, route.steps, review);
  return { review, actor: post === null ? actor : asHolderOf(actor, post) };
}

// --- Order --------------------------------------------------------------------------------------------

/** Move a recommended candidate one place up or down in the body's order; outside the list nothing happens. */
export async function reorder(db: Db, id: string, move: Move, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { roundId } = await selectApplication(tx, id);
    await lockReviews(tx, roundId);
    const route = await routeOf(tx, await shareRound(tx, roundId));
    const application = await lockApplication(tx, id);
    const { review, actor } = await recommendationOf(tx, route, id, by.actor);
    mustBeImpartial(actor, await standingOf(tx, route, application), application.personName);
    const step = review === undefined ? null : stepAt(route.steps, review.position);
    const who = application.personName;
    if (review === undefined || step === null)
      throw new Undo({ kind: 'take-back', refusal: 'not-recommended', who });
    if (route.round.state !== 'open') throw new Undo({ kind: 'take-back', refusal: 'round-not-open', who });
    if (step.closesAt !== null && by.now > step.closesAt) {
      throw new Undo({ kind: 'take-back', refusal: 'after-deadline', who });
    }
    const panel = orderingPanel(route, await panelsOf(tx, route), step, review.unitPath);
    const order = await listOrder(tx, roundId, review.position, review.unitId);
    // Moving a neighbour moves one's own place too.
    if ((await selectOptionalStake(tx, roundId, partiesOf(actor), order)) !== null)
      throw new Undo({ kind: 'act', refusal: 'stake-in-order', waitsFor: null, who });
    const next = moved(order, id, move);
    const passed = order[next.indexOf(id)] ?? id;
    if (passed === id) return; // There is nobody beyond the first and the last.
    // Judges who gave two people the same leave their order to the body, as any other.
    if (panel !== null && !isEqual(await selectResultPlaces(tx, panel.id), id, passed))
      throw new Undo({ kind: 'act', refusal: 'by-results', waitsFor: null, who });
    await updateOrder(tx, roundId, review.position, next);
    await appendAudit(tx, actor, by.now, {
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
    const turn = await takeTurn(tx, id, by);
    const { route, application, step, actor } = turn;
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
    await insertReview(tx, reviewOf(turn, by, 'return', null, reason));
    const back = to === 'body-before' && before !== null;
    await updateState(tx, id, back ? 'in-review' : 'returned', back ? before.position : step.position);
    if (!back) {
      await tell(tx, by.now, 'application-returned', turn, { reason });
    }
    await appendAudit(tx, actor, by.now, {
      ...aboutOf(application),
      action: back ? 'application.hand-back' : 'application.return',
      after: { step: step.stage.names, to: back ? before.stage.names : 'applicant' },
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
    const turn = await takeTurn(tx, id, by);
    const { route, application, step, actor } = turn;
    const clauses = new Set(conditionsOf(route.ready.programme).filter(mayFail).map(keyOf));
    if (clause !== NO_PLACE && !clauses.has(clause))
      throw new Undo({ kind: 'refuse', refusal: 'no-such-clause' });
    if (reason.trim() === '') throw new Undo({ kind: 'refuse', refusal: 'no-reason' });
    await giveBackPlaces(tx, route.round, application);
    await insertReview(tx, reviewOf(turn, by, 'refuse', clause, reason));
    await updateState(tx, id, 'refused', step.position);
    await tell(tx, by.now, 'application-refused', turn, { reason });
    await appendAudit(tx, actor, by.now, {
      ...aboutOf(application),
      action: 'application.refuse',
      after: { step: step.stage.names, clause },
      reason,
    });
  });
}

const reviewOf = (
  { application, step, post, actor }: Turn,
  { now, submission }: By,
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
  by: actor,
  at: now,
});
