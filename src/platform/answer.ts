import type { Context } from 'hono';
import { renderPage } from '../web/layout.tsx';
import { ErrorPage } from '../web/error-page.tsx';
import { signInPath } from '../web/viewer.ts';
import { words } from '../web/words.ts';
import { HttpError } from './errors.ts';
import type { Ask } from './routing.ts';

/** Answer with a page. */
export function answerPage(ask: Ask, page: unknown, status: 200 | 409 | 422 = 200): Response {
  return ask.c.html(renderPage(page), status);
}

/** After a form was done: see other, with the words of a flash as `?done=`. */
export function answerDone(ask: Ask, path: string, done?: string): Response {
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
