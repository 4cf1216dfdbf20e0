import type { Ask } from '../../platform/routing.ts';
import { verifyPassword } from './password.ts';
import { type Account, updateFailures } from './queries.ts';
import { lockAfterFailure, type SignInRefusal } from './rules.ts';

export type Tried =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly reason: SignInRefusal };

/**
 * Tries a password or a sign-in code on an account, counting failures. No account takes as long as a wrong
 * password, and says the same.
 */
export async function tryPassword(ask: Ask, account: Account | null, password: string): Promise<Tried> {
  if (account?.lockedUntil && account.lockedUntil > ask.now) return { ok: false, reason: 'locked' };
  const right = await verifyPassword(password, account?.passwordHash ?? null);
  if (account === null) return { ok: false, reason: 'unknown' };
  if (account.passwordHash === null) return { ok: false, reason: 'no-password' };
  if (right && account.codeExpiresAt !== null && account.codeExpiresAt <= ask.now) {
    return { ok: false, reason: 'code-expired' };
  }
  if (right) {
    if (account.failures > 0) await updateFailures(ask.db, account.personId, 0, null);
    return { ok: true, account };
  }
  // A lock that has run out begins a new count.
  const failures = (account.lockedUntil === null ? account.failures : 0) + 1;
  const lockedUntil = lockAfterFailure(failures, ask.now);
  await updateFailures(ask.db, account.personId, failures, lockedUntil);
  return { ok: false, reason: lockedUntil === null ? 'unknown' : 'locked' };
}
