import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isHttps } from './bare-text.ts';
import type { Config } from './config.ts';

/*
 * Every cookie is out of reach of scripts and of forms elsewhere. Where the address is https it is for https alone and
 * says so in its name, which a browser takes from nobody else (RFC 6265bis, 4.1.3): a page of the same host on plain http, or
 * whoever stands between, cannot put one in its place. `__Host-` would say more, and is not for an authority that is
 * found under a part of the path, whose cookies are for that part.
 */

type Where = Pick<Config, 'origin'>;
const isSecure = ({ origin }: Where): boolean => isHttps(origin);

export const cookieName = (where: Where, name: string): string =>
  isSecure(where) ? `__Secure-${name}` : name;

/** What a request brought, read once. */
const brought = new WeakMap<Context, Readonly<Record<string, string>>>();

export function readCookie(c: Context, where: Where, name: string): string | undefined {
  const cookies = brought.get(c) ?? getCookie(c);
  brought.set(c, cookies);
  return cookies[cookieName(where, name)];
}

export function keepCookie(
  c: Context,
  where: Where,
  name: string,
  value: string,
  { path, seconds }: { readonly path: string; readonly seconds: number },
): void {
  const secure = isSecure(where);
  setCookie(c, cookieName(where, name), value, {
    path,
    maxAge: seconds,
    httpOnly: true,
    sameSite: 'Lax',
    secure,
  });
}

export const dropCookie = (c: Context, where: Where, name: string): unknown =>
  deleteCookie(c, cookieName(where, name), { path: '/', secure: isSecure(where) });
