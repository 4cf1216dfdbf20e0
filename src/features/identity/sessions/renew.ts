import { transaction } from '../../../platform/database.ts';
import type { Ask } from '../../../platform/routing.ts';
import { mark } from '../../../platform/seal.ts';
import { keepToken, tokenOf } from '../ask.ts';
import { selectSettings } from '../settings/queries.ts';
import { renewToken } from './queries.ts';

/**
 * Whoever is at this browser has just shown again who they are: their session goes on, proven, under a new token. The new
 * one is made of the old one and the install's secret, so that a form sent twice at one moment comes to the same
 * token, whichever answer the browser reads last; nobody makes it who knows the old one alone.
 */
export async function renewSession(ask: Ask): Promise<void> {
  const { sessionHours } = await selectSettings(ask.db);
  const before = tokenOf(ask);
  const fresh = mark(ask.services.config, 'session', before);
  if (await transaction(ask.db, (tx) => renewToken(tx, before, fresh, ask.now)))
    keepToken(ask, fresh, sessionHours);
}
