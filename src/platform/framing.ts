/*
 * Where one request ends and which address it is for must be read alike by us and by every proxy before us, or what is
 * one request to them is two to us (request smuggling), or one for somebody else. Node's parser refuses what is wrong
 * by itself; what may be read in two ways is refused here (RFC 9112, 3.2, 6.1 and 11.2).
 */

/** What is looked at of a request: its target as it was written, and its header lines, name and value by turns. */
export interface Framed {
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

export type Ambiguity =
  | 'too-many'
  | 'host-twice'
  | 'no-host'
  | 'other-host'
  | 'no-target'
  | 'length-twice'
  | 'coding'
  | 'type-twice';

/** No browser and no chain of proxies comes near it; past it Node leaves lines out of what it tells. */
export const MOST_LINES = 200;

const A_HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** What two readers may read differently; null for nothing. */
export function ambiguityOf({ url = '', httpVersion, rawHeaders }: Framed): Ambiguity | null {
  if (rawHeaders.length >= MOST_LINES * 2) return 'too-many';
  const [[host, ...further] = [], lengths = [], codings = [], types = []] = valuesOf(
    rawHeaders,
    'host',
    'content-length',
    'transfer-encoding',
    'content-type',
  );
  if (further.length > 0) return 'host-twice';
  // Without one, as HTTP/1.0 alone allows, it is the authority that is found at no other address.
  if (host === undefined ? httpVersion !== '1.0' : !A_HOST.test(host)) return 'no-host';
  if (!url.startsWith('/')) {
    const named = hostOf(url);
    if (named === null) return 'no-target';
    if (named !== host?.toLowerCase()) return 'other-host';
  }
  if (lengths.length + codings.length > 1) return 'length-twice';
  if (codings.some((coding) => coding.toLowerCase() !== 'chunked')) return 'coding';
  return types.length > 1 ? 'type-twice' : null;
}

/** The values of some lines, each as often as it came. */
function valuesOf(rawHeaders: readonly string[], ...names: readonly string[]): (readonly string[])[] {
  const values = new Map(names.map((name) => [name, [] as string[]]));
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    values.get(rawHeaders[at]?.toLowerCase() ?? '')?.push(rawHeaders[at + 1] ?? '');
  return [...values.values()];
}

/** The host a whole address names, with its port if it names one; null when it is none. */
function hostOf(url: string): string | null {
  const [, host] = /^https?:\/\/([^/?#@\\]+)(?:[/?#]|$)/i.exec(url) ?? [];
  return host?.toLowerCase() ?? null;
}
