import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import { chooseLocale, isLocale, type Locale, words } from '../web/words.ts';
import { LARGEST_FORM, LARGEST_UPLOAD } from './arrival.ts';
import { HttpError } from './errors.ts';
import { type Gate, isSentAway } from './gate.ts';
import type { FromOutside } from './listen.ts';
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
    const request = randomUUID().slice(-12);
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

/** Lets requests in one after another when there are too many; see gate.ts. What they bring is here: see arrival.ts. */
export const takeTurns =
  (gate: Gate, metrics?: Metrics): MiddlewareHandler =>
  async (c, next) => {
    const brings = c.req.method !== 'GET' && c.req.method !== 'HEAD';
    const { incoming } = (c.env ?? {}) as Partial<FromOutside>;
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

/** Whoever finds no place to bring something may come again after so many seconds, not all at once. */
const COME_AGAIN = 5;

/** Sends away what did not come whole, before it takes anything; what is too large is left to `limitSize`. */
export const refuseHalfSent =
  (metrics?: Metrics): MiddlewareHandler =>
  async (c, next) => {
    const { came } = (c.env ?? {}) as Partial<FromOutside>;
    if (came === 'too-slow') {
      c.set('route', 'half-sent');
      return shortPage(c, 408, 'error.slow.title', words(localeOf(c))('error.slow.said'));
    }
    if (came === 'no-place') {
      c.set('route', 'sent-away');
      metrics?.sentAway();
      return comeAgain(c, 0, COME_AGAIN + Math.floor(Math.random() * 10), true);
    }
    return next();
  };

/** Holds what a request brings to the largest there may be. */
export function limitSize(): MiddlewareHandler {
  const tooLarge = (): never => {
    throw new HttpError(413, 'error.too-large');
  };
  // For an application that nothing stands in front of: tests, and whoever asks it without a server.
  const upload = bodyLimit({ maxSize: LARGEST_UPLOAD, onError: tooLarge });
  const form = bodyLimit({ maxSize: LARGEST_FORM, onError: tooLarge });
  return async (c, next) => {
    const { came } = (c.env ?? {}) as Partial<FromOutside>;
    if (came === 'too-large') return tooLarge();
    if (came === 'whole' || c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    return c.req.header('content-type')?.startsWith('multipart/form-data') ? upload(c, next) : form(c, next);
  };
}

const localeOf = (c: Context): Locale => {
  const kept = /(?:^|; *)(?:__Secure-)?qinglan_lang=([\w-]+)/.exec(c.req.header('cookie') ?? '')?.[1];
  return chooseLocale({
    cookie: isLocale(kept) ? kept : undefined,
    acceptLanguage: c.req.header('accept-language'),
  });
};

function comeAgain(c: Context, before: number, seconds: number, brings: boolean): Response {
  const t = words(localeOf(c));
  const said = brings ? t('error.line.brings') : t('error.line.looks', { before: roughly(before), seconds });
  c.header('retry-after', String(seconds));
  if (!brings && !isCall(c)) c.header('refresh', String(seconds)); // It comes back by itself.
  return shortPage(c, 503, 'error.line.title', said);
}

const isCall = (c: Context): boolean => c.req.path.startsWith('/api/');

/** The shortest page there is: it is sent when there is no time for more. */
function shortPage(
  c: Context,
  status: 408 | 503,
  title: 'error.line.title' | 'error.slow.title',
  said: string,
): Response {
  c.header('cache-control', 'no-store');
  if (isCall(c)) {
    const kind = title.replace(/\.title$/, '');
    return c.json({ type: 'about:blank', title: kind, status, detail: said }, status, {
      'content-type': 'application/problem+json',
    });
  }
  const locale = localeOf(c);
  const head = words(locale)(title);
  const page = `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${head}</title><h1>${head}</h1><p>${said}</p></html>`;
  c.header('content-length', String(Buffer.byteLength(page))); // Too short to be worth packing.
  return c.html(page, status);
}

/** Nobody counts a line exactly while standing in it. */
const roughly = (n: number): number => (n < 20 ? n : Math.round(n / 10) * 10);
