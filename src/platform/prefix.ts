/*
 * An authority that is found under a part of the path (`/lanjiang/…`) is served by the same pages as one that has a
 * host name of its own: what comes in loses the part, and every address on what goes out gets it.
 */

/** The request as the authority's own pages know it. Its answer comes unpacked, to be changed. */
export function withoutPrefix(request: Request, prefix: string): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length) || '/';
  const headers = new Headers(request.headers);
  headers.delete('accept-encoding');
  const { method, body, signal } = request;
  const init = { method, headers, signal, redirect: 'manual' as const };
  return new Request(url, body === null ? init : ({ ...init, body, duplex: 'half' } as RequestInit));
}

const ADDRESSES = / (href|action|formaction|src|poster|data-[a-z-]+)="\/(?!\/)/g;

/** The answer with the prefix on every address of our own: links, forms, redirects and cookies. */
export async function underPrefix(response: Response, prefix: string): Promise<Response> {
  const headers = new Headers(response.headers);
  const location = headers.get('location');
  if (location?.startsWith('/') === true) headers.set('location', prefix + location);
  headers.delete('set-cookie');
  for (const cookie of response.headers.getSetCookie())
    headers.append('set-cookie', cookie.replace(/; Path=\//i, `; Path=${prefix}/`));
  const { status } = response;
  if (headers.get('content-type')?.startsWith('text/html') !== true || response.body === null)
    return new Response(response.body, { status, headers });
  const html = (await response.text()).replaceAll(ADDRESSES, ` $1="${prefix}/`);
  headers.delete('content-length');
  return new Response(html, { status, headers });
}
