import { type BlockList, isIP } from 'node:net';
import type { Context } from 'hono';

/**
 * The address a request came from. What proxies say (`X-Forwarded-For`) counts only as far back as those who say it
 * are the proxies of the settings: anyone can write the header. Null when there is no connection, as in tests.
 */
export function clientAddress(c: Context, proxies: BlockList): string | null {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  const peer = env?.incoming?.socket?.remoteAddress;
  if (peer === undefined) return null;
  return claimedAddress(plain(peer), c.req.header('x-forwarded-for'), proxies);
}

export function claimedAddress(peer: string, forwarded: string | undefined, proxies: BlockList): string {
  let known = peer;
  for (const said of (forwarded ?? '').split(',').toReversed()) {
    if (!trusted(known, proxies)) break;
    const address = plain(said.trim());
    if (isIP(address) === 0) break;
    known = address;
  }
  return known;
}

const trusted = (address: string, proxies: BlockList): boolean =>
  isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An IPv4 address as an IPv6 socket writes it is that IPv4 address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
