import { randomBytes, timingSafeEqual } from 'node:crypto';
import { keepCookie, readCookie } from '../../../platform/cookies.ts';
import type { Ask } from '../../../platform/routing.ts';
import { mark } from '../../../platform/seal.ts';

/*
 * A device that signed in once carries a proof of it, for the last few who did. It opens nothing; it only keeps
 * those who guess from elsewhere from closing the account to its owner.
 */

const DEVICE_COOKIE = 'qinglan_device';
const PEOPLE_ON_A_DEVICE = 8;
const YEAR_SECONDS = 365 * 24 * 3600;

const readProofs = (ask: Ask): { id: string; proofs: readonly string[] } | null => {
  const [id, ...proofs] = (readCookie(ask.c, ask.services.config, DEVICE_COOKIE) ?? '').split('.');
  return id !== undefined && /^[\w-]{22}$/.test(id) ? { id, proofs } : null;
};
const proofOf = (ask: Ask, id: string, personId: string): string =>
  mark(ask.services.config, 'device', `${id} ${personId}`).slice(0, 22);
const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The device's id when this person signed in on it before; else null. */
export function isKnownDevice(ask: Ask, personId: string): string | null {
  const cookie = readProofs(ask);
  if (cookie === null) return null;
  const proof = proofOf(ask, cookie.id, personId);
  return cookie.proofs.slice(0, PEOPLE_ON_A_DEVICE).some((one) => same(one, proof)) ? cookie.id : null;
}

export function rememberDevice(ask: Ask, personId: string): void {
  const cookie = readProofs(ask) ?? { id: randomBytes(16).toString('base64url'), proofs: [] };
  const proof = proofOf(ask, cookie.id, personId);
  const proofs = [proof, ...cookie.proofs.filter((one) => one !== proof)].slice(0, PEOPLE_ON_A_DEVICE);
  const value = [cookie.id, ...proofs].join('.');
  keepCookie(ask.c, ask.services.config, DEVICE_COOKIE, value, { path: '/sign-in', seconds: YEAR_SECONDS });
}
