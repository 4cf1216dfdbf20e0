import type { Context } from 'hono';
import { renderPage } from '../web/layout.tsx';
import { ErrorPage } from '../web/error-page.tsx';
import { signInPath } from '../web/viewer.ts';
import type { Flash } from '../web/ui/notice.tsx';
import { findPlainWord, type WordKey, words } from '../web/words.ts';
import { HttpError } from './errors.ts';
import type { Ask } from './routing.ts';

/** What every page is given: who looks, how, where, and what they just did. */
export const pageProps = (ask: Ask) => ({
  viewer: ask.viewer,
  locale: ask.locale,
  theme: ask.theme,
  path: addressOf(ask),
  flash: flashOf(ask),
});

/** Path and query of the request without what only this answer needs. */
function addressOf(ask: Ask): string {
  const url = new URL(ask.c.req.url);
  for (const name of ['lang', 'theme', 'done']) url.searchParams.delete(name);
  return url.pathname + url.search;
}

function flashOf(ask: Ask): Flash | null {
  const text = findPlainWord(ask.locale, ask.c.req.query('done') ?? '');
  return text === null ? null : { kind: 'success', text };
}

/** Answer with a page. */
export function answerPage(ask: Ask, page: unknown, status: 200 | 409 | 422 = 200): Response {
  return ask.c.html(renderPage(page), status);
}

/** After a form was done: see other; `done` names the words to show there, which take no values. */
export function answerDone(ask: Ask, path: string, done?: WordKey): Response {
  const separator = path.includes('?') ? '&' : '?';
  return ask.c.redirect(done === undefined ? path : `${path}${separator}done=${encodeURIComponent(done)}`, 303);
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
    return c.json({ type: 'about:blank', title: key, status, detail }, status, { 'content-type': 'application/problem+json' });
  }
  if (status === 401 && c.req.method === 'GET') {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`${signInPath}?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  return c.html(
    renderPage(
      ErrorPage({
        viewer: ask?.viewer ?? null,
        locale: ask?.locale ?? 'zh-CN',
        status,
        message: detail,
        path: c.req.path,
      }),
    ),
    status,
  );
}
