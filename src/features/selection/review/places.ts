import type { Db } from '../../../platform/database.ts';
import type { ApplicationRow } from '../applications/queries.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { releaseSeat } from '../rounds/quotas/queries.ts';
import type { Seat } from '../rounds/rules.ts';
import {
  listOrder,
  listReviews,
  markPlaceReleased,
  type ReviewRow,
  supersedeReview,
  updateOrder,
} from './queries.ts';
import { type Route, routeOf, seatFor } from './route.ts';
import { stepAt } from './rules.ts';

/** Places of the quota: taken once for an application, free again when its recommendation ends. */

/**
 * A place is taken once: the office and the leading group of a school draw on the same number per subject, so
 * an application that holds the seat already needs no second one.
 */
export function holdsSeat(
  route: Route,
  application: ApplicationRow,
  reviews: readonly ReviewRow[],
  seat: Seat,
): boolean {
  return reviews.some((review) => {
    const step = review.current && review.tookPlace ? stepAt(route.steps, review.position) : null;
    if (step === null) return false;
    const held = seatFor(route, step, { id: review.unitId, path: review.unitPath }, application);
    return held.unitId === seat.unitId && held.part === seat.part;
  });
}

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

/** The body's recommendation ends, its place is free, those after it move up. */
export async function undoRecommendation(
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
