import type { Context } from 'hono';
import type { WordKey } from '../web/words.ts';
import { clientAddress } from './client.ts';
import type { Config } from './config.ts';
import { HttpError } from './errors.ts';
import { mark } from './seal.ts';
import type { Services } from './services.ts';
import { requestOf, routeOf } from './watch.ts';

/*
 * Who was refused, and what: lines of the log for whoever watches over an install. The log names nobody, for it is
 * copied and read by others than the records are; so who it was and from where stand there as marks that only this
 * install can make. The same person has the same mark in every line, and `qinglan who` says on this machine whose it is.
 */

/** What stands in the log for somebody's id, or for a network address. */
export const logMark = (config: Pick<Config, 'secret' | 'dataDir'>, what: string): string =>
  mark(config, 'log', what).slice(0, 16);

/** A request that was refused for who sent it, where from, or how often; by whom, when that is known. */
export function noteRefusal(
  c: Context,
  { log, config }: Pick<Services, 'log' | 'config'>,
  refused: string,
  personId: string | null,
): void {
  const from = clientAddress(c, config.proxies);
  log.warn(
    {
      request: requestOf(c),
      method: c.req.method,
      route: routeOf(c),
      refused,
      who: personId === null ? null : logMark(config, personId),
      from: from === null ? null : logMark(config, from),
    },
    'refused',
  );
}

/** Answers to somebody who tries to sign in that are refusals of who they are. */
const SIGN_IN: readonly WordKey[] = [
  'identity.passkeys.refused',
  'identity.invitation.gone',
  'identity.providers.refused',
  'identity.providers.stale',
];

/**
 * What of a failure is such a refusal; null for any other. A thing that is not there is one at an address we know: it may
 * be somebody else's, which the walls do not show. An address that nothing is at is none, nor is a page that asks one to
 * sign in.
 */
export function refusalOf(error: unknown, route: string): string | null {
  if (!(error instanceof HttpError)) return null;
  const refused =
    error.status === 403 ||
    error.status === 429 ||
    (error.status === 404 && route !== 'none') ||
    SIGN_IN.includes(error.key);
  return refused ? error.key.replace(/^error\./, '') : null;
}
