import { randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { chooseLocale, isLocale, type Locale, words } from '../web/words.ts';
import { type Gate, isSentAway } from './gate.ts';
import type { Metrics } from './metrics.ts';

/*
 * What stands around every request: its number, its turn, its line in the log and its place in the figures.
 * A request is named by the pattern of its address (`/people/:person`), never by the address, which names people.
 */

/** The number a person can tell an administrator, who finds it in the log. */
export const requestOf = (c: Context): string => c.get('request') ?? '';
export const routeOf = (c: Context): string => c.get('route') ?? 'none';

/** Numbers each request and writes it down when it is answered. */
export const noteRequests =
  ({ log, metrics }: { readonly log: Logger; readonly metrics?: Metrics }): MiddlewareHandler =>
  async (c, next) => {
    const request = randomBytes(9).toString('base64url');
    c.set('request', request);
    const began = performance.now();
    await next();
    const took = performance.now() - began;
    const { method } = c.req;
    const route = routeOf(c);
    const { status } = c.res;
    c.res.headers.set('x-request-id', request);
    metrics?.answered(method, route, status, took / 1000);
    log.info({ request, method, route, status, ms: Math.round(took * 10) / 10 }, 'answered');
  };

/** Small enough to have come whole; a large upload on a slow line must not hold a place while it comes. */
const QUICK_BYTES = 64 * 1024;

/** Lets requests in one after another when there are too many; see gate.ts. */
export const takeTurns =
  (gate: Gate, metrics?: Metrics): MiddlewareHandler =>
  async (c, next) => {
    const brings = c.req.method !== 'GET' && c.req.method !== 'HEAD';
    if (brings && !(Number(c.req.header('content-length') ?? Number.POSITIVE_INFINITY) <= QUICK_BYTES))
      return next();
    const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { destroyed?: boolean } } };
    const answer = await gate.enter(brings, () => incoming?.socket?.destroyed === true);
    if (isSentAway(answer)) {
      c.set('route', 'sent-away');
      metrics?.sentAway();
      return comeAgain(c, answer.before, answer.seconds, brings);
    }
    try {
      await next();
    } finally {
      answer();
    }
  };

const localeOf = (c: Context): Locale => {
  const kept = /(?:^|; *)qinglan_lang=([\w-]+)/.exec(c.req.header('cookie') ?? '')?.[1];
  return chooseLocale({
    cookie: isLocale(kept) ? kept : undefined,
    acceptLanguage: c.req.header('accept-language'),
  });
};

/** The shortest page there is: it is sent when there is no time for more. It comes back by itself. */
function comeAgain(c: Context, before: number, seconds: number, brings: boolean): Response {
  const locale = localeOf(c);
  const t = words(locale);
  const said = brings ? t('error.line.brings') : t('error.line.looks', { before: roughly(before), seconds });
  c.header('retry-after', String(seconds));
  c.header('cache-control', 'no-store');
  if (c.req.path.startsWith('/api/')) {
    return c.json({ type: 'about:blank', title: 'error.line', status: 503, detail: said }, 503, {
      'content-type': 'application/problem+json',
    });
  }
  if (!brings) c.header('refresh', String(seconds));
  const page = `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${t('error.line.title')}</title><h1>${t('error.line.title')}</h1><p>${said}</p></html>`;
  c.header('content-length', String(Buffer.byteLength(page))); // Too short to be worth packing.
  return c.html(page, 503);
}

/** Nobody counts a line exactly while standing in it. */
const roughly = (n: number): number => (n < 20 ? n : Math.round(n / 10) * 10);
