import { withPass } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { mark } from '../../../platform/seal.ts';
import { formatInstant } from '../../../web/words.ts';
import { takeAttempt } from './queries.ts';

const HOUR_MINUTES = 60;

/**
 * Counts a file with other people's data that somebody takes along, before it is made; throws 429 when there were as many
 * within the hour as the settings allow. Whoever has another's session, or a program at one's own, does not carry the
 * whole authority away in a night. Counted for all processes together, as tries at signing in are.
 */
export async function countExport({ db, actor, services, now, locale }: ActorAsk): Promise<void> {
  const { config } = services;
  const counter = {
    key: mark(config, 'limit', `exports ${actor.personId}`),
    signIn: null,
    most: config.exportsAnHour,
    told: true,
    shared: true,
  };
  const taken = await takeAttempt(withPass(db, 'sign-in'), [counter], HOUR_MINUTES, now);
  if (taken.ok) return;
  const until = formatInstant(taken.until ?? now, locale, config.timeZone);
  throw new HttpError(429, 'error.exports', { most: config.exportsAnHour, until });
}
