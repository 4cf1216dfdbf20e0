import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Packing a page of the usual size at once takes 0.1 ms; what is larger goes through a stream (`compress` in app.ts). */
const AT_ONCE = 256 * 1024;
/** What is shorter stays as it is. */
const WORTH_IT = 1024;

/**
 * Brotli's second level is as tight as gzip's first and takes little more than half its time; browsers take it
 * where nobody on the way can look inside (https, this machine). Gzip's first takes half the time of its usual
 * sixth, for a twelfth more bytes at most.
 */
const PACK = {
  br: (page: Buffer) =>
    brotliCompressSync(page, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 1,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: page.length,
      },
    }),
  gzip: (page: Buffer) => gzipSync(page, { level: 1 }),
} as const;
export type Packing = keyof typeof PACK;

/** A page is written here to be packed: no text needs more than three bytes for each of its units. */
const scratch = Buffer.allocUnsafeSlow(3 * AT_ONCE);

const named = (packing: Packing) => new RegExp(`\\b${packing}\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`);
/** The better one first. */
const NAMED = [
  ['br', named('br')],
  ['gzip', named('gzip')],
] as const;

/** The better packing of those a browser says it takes (RFC 9110, 12.5.3); null when it takes none of ours. */
export const packingFor = (accepted = ''): Packing | null =>
  NAMED.find(([, pattern]) => pattern.test(accepted))?.[0] ?? null;

/**
 * Answer with HTML, packed when the browser takes it. Passing a page through a compression stream costs ten times
 * what packing it does: a page is whole before it is sent, so nothing is gained by a stream.
 */
export function answerHtml(c: Context, html: string, status: ContentfulStatusCode): Response {
  if (html.length < WORTH_IT || html.length > AT_ONCE || c.req.method === 'HEAD') return c.html(html, status);
  c.header('vary', 'Accept-Encoding', { append: true });
  const packing = packingFor(c.req.header('accept-encoding'));
  if (packing === null) return c.html(html, status);
  c.header('content-type', 'text/html; charset=UTF-8');
  c.header('content-encoding', packing);
  const written = scratch.subarray(0, scratch.write(html));
  return c.newResponse(PACK[packing](written), status);
}
