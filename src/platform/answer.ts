import type { Context } from 'hono';
import { withQuery } from '../web/address.ts';
import { ErrorPage } from '../web/error-page.tsx';
import { renderPage } from '../web/layout.tsx';
import type { Flash } from '../web/ui/notice.tsx';
import { signInPath } from '../web/viewer.ts';
import { findPlainWord, type WordKey, words } from '../web/words.ts';
import { HttpError } from './errors.ts';
import { answerHtml } from './packed.ts';
import type { Ask } from './routing.ts';
import { requestOf } from './watch.ts';

/** What every page is given: who looks, how, where, and what they just did. */
export const pageProps = (ask: Ask) => ({
  viewer: ask.viewer,
  locale: ask.locale,
  theme: ask.theme,
  path: addressOf(ask),
  flash: flashOf(ask),
});

/** The address of most pages: nothing is asked with it, and there is nothing in it to be read. */
const PLAIN = /^https?:\/\/[^/?#]+(\/[\w/-]*)$/;

/** Path and query of the request without what only this answer needs. */
function addressOf(ask: Ask): string {
  const plain = PLAIN.exec(ask.c.req.url)?.[1];
  if (plain !== undefined) return plain;
  const url = new URL(ask.c.req.url);
  for (const name of ['lang', 'theme', 'done']) url.searchParams.delete(name);
  return url.pathname + url.search;
}

function flashOf(ask: Ask): Flash | null {
  const done = ask.c.req.query('done') ?? '';
  const text = saysDone(done) ? findPlainWord(ask.locale, done) : null;
  return text === null ? null : { kind: 'success', text };
}

/** Words that say that something was done, beside those with `done` in their key. */
const ALSO_DONE: readonly WordKey[] = [
  'applications.attachments.removed',
  'applications.statement.saved',
  'identity.signed-out',
  'records.imports.abandoned',
  'review.screening.notified',
  'review.screening.started',
];

/** An address may ask for these words and for no others: a link must not make any sentence a success. */
export const saysDone = (key: string): boolean =>
  /\.done(?:\.[a-z-]+)?$/.test(key) || ALSO_DONE.some((one) => one === key);

/** Answer with a page. */
export function answerPage(ask: Ask, page: unknown, status: 200 | 409 | 422 | 429 = 200): Response {
  keepPrivate(ask.c, ask);
  return answerHtml(ask.c, renderPage(page), status);
}

/** What a signed-in person sees stays in no cache: the next at this computer must not find it with "back". */
function keepPrivate(c: Context, ask: Ask | null): void {
  if (ask !== null && ask.viewer !== null) c.header('cache-control', 'no-store');
}

/** After a form was done: see other; `done` names the words to show there, which take no values. */
export function answerDone(ask: Ask, path: string, done?: WordKey): Response {
  const separator = path.includes('?') ? '&' : '?';
  return ask.c.redirect(
    done === undefined ? path : `${path}${separator}done=${encodeURIComponent(done)}`,
    303,
  );
}

/**
 * Where somebody asked for a page past the end of a list: on to its last page, or to the first where it is not known
 * how many there are. Null when there is something to show, or nothing at all.
 */
export function pastEnd(
  ask: Ask,
  list: { readonly page: number; readonly size: number; readonly shown: number; readonly total?: number },
): Response | null {
  const { page, size, shown, total = 0 } = list;
  const last = Math.max(1, Math.ceil(total / size));
  if (shown > 0 || last >= page || ask.c.req.method !== 'GET') return null;
  // What was done a moment ago is still to be said there.
  const done = ask.c.req.query('done') ?? null;
  return ask.c.redirect(withQuery(addressOf(ask), { page: last === 1 ? null : last, done }), 303);
}

const wantsJson = (c: Context) => c.req.path.startsWith('/api/');

/** The one place where a failure becomes an answer: a page with words, or a problem body (RFC 9457). */
export function answerError(ask: Ask | null, c: Context, error: unknown): Response {
  const known = error instanceof HttpError ? error : null;
  const status = known?.status ?? 500;
  const key = known?.key ?? 'error.ours';
  const t = ask?.t ?? words('zh-CN');
  const detail = t(key, known?.values ?? {});
  if (wantsJson(c)) {
    return c.json({ type: 'about:blank', title: key, status, detail }, status, {
      'content-type': 'application/problem+json',
    });
  }
  if (status === 401 && c.req.method === 'GET') {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`${signInPath}?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  keepPrivate(c, ask);
  return answerHtml(
    c,
    renderPage(
      ErrorPage({
        viewer: ask?.viewer ?? null,
        locale: ask?.locale ?? 'zh-CN',
        status,
        message: detail,
        path: c.req.path,
        ...(known === null ? { request: requestOf(c) } : {}),
      }),
    ),
    status,
  );
}
