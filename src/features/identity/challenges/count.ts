import { HttpError } from '../../../platform/errors.ts';
import type { Ask } from '../../../platform/routing.ts';
import { formatInstant } from '../../../web/words.ts';
import { questionCounters } from '../limits/counters.ts';
import { forgiveAttempt, takeAttempt } from '../limits/queries.ts';
import { selectSettings } from '../settings/queries.ts';

/*
 * A question (sign this with a passkey, go to that provider and come back) is a row that anybody may have us keep for
 * ten minutes. It is counted before it is made, as an attempt is; the right answer takes its count back, so that only
 * questions nobody answers rightly close anything, and then only the asking of further ones: passwords go on.
 */

/** Counts a question of this person's, or from this address when nobody has signed in; throws 429 when there are too many. */
export async function countQuestion(ask: Ask, personId: string | null): Promise<void> {
  const settings = await selectSettings(ask.db);
  const counters = questionCounters(ask, settings, personId);
  const taken = await takeAttempt(ask.db, counters, settings.closedMinutes, ask.now);
  if (taken.ok) return;
  const until = formatInstant(taken.until ?? ask.now, ask.locale, ask.services.config.timeZone);
  throw new HttpError(429, 'identity.challenges.closed', { until });
}

/** It was answered rightly: it no longer counts. */
export async function forgiveQuestion(ask: Ask, personId: string | null): Promise<void> {
  const settings = await selectSettings(ask.db);
  await forgiveAttempt(ask.db, questionCounters(ask, settings, personId), ask.now);
}
