/*
 * Where one request ends and which address it is for must be read alike by us and by every proxy before us, or what is
 * one request to them is two to us (request smuggling), or one for somebody else. Node's parser refuses what is wrong
 * by itself; what may be read in two ways is refused here (RFC 9112, 3.2, 6.1 and 11.2).
 */

/** What is looked at of a request: its target as it was written, and its header lines, name and value by turns. */
export interface Framed {
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

export type Ambiguity = 'host-twice' | 'no-host' | 'other-host' | 'length-twice' | 'coding' | 'type-twice';

/** What two readers may read differently; null for nothing. */
export function ambiguityOf({ url = '', rawHeaders }: Framed): Ambiguity | null {
  const values = (wanted: string): string[] =>
    rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted);
  const hosts = values('host');
  if (hosts.length > 1) return 'host-twice';
  if (hosts[0] === '') return 'no-host';
  if (!url.startsWith('/') && url !== '*' && hostOf(url) !== hosts[0]?.toLowerCase()) return 'other-host';
  const codings = values('transfer-encoding');
  const lengths = values('content-length');
  if (lengths.length + codings.length > 1) return 'length-twice';
  if (codings.some((coding) => coding.toLowerCase() !== 'chunked')) return 'coding';
  return values('content-type').length > 1 ? 'type-twice' : null;
}

/** The host a whole address names, with its port if it names one; null when it is none. */
function hostOf(url: string): string | null {
  const [, host] = /^https?:\/\/([^/?#@\\]+)(?:[/?#]|$)/i.exec(url) ?? [];
  return host?.toLowerCase() ?? null;
}
