import { transaction } from '../../../platform/database.ts';
import type { Ask } from '../../../platform/routing.ts';
import { mark } from '../../../platform/seal.ts';
import { keepToken, tokenOf } from '../ask.ts';
import { selectSettings } from '../settings/queries.ts';
import { renewToken } from './queries.ts';

/** Whoever is at this browser has just shown again who they are: their session goes on, proven, under a new token. */
export const provenAnew = (ask: Ask): Promise<void> => renew(ask, true);

/** They have just shut everybody else out: it goes on under a new token, for others may have this one as well. */
export const knownAnew = (ask: Ask): Promise<void> => renew(ask, false);

/**
 * The new token is made of the old one and the install's secret, so that a form sent twice at one moment comes to the
 * same token, whichever answer the browser reads last; nobody makes it who knows the old one alone.
 */
async function renew(ask: Ask, shown: boolean): Promise<void> {
  const { sessionHours } = await selectSettings(ask.db);
  const before = tokenOf(ask);
  const fresh = mark(ask.services.config, 'session', before);
  if (await transaction(ask.db, (tx) => renewToken(tx, { before, fresh, shown }, ask.now)))
    keepToken(ask, fresh, sessionHours);
}
