import { transaction } from '../../platform/database.ts';
import { noteRefusal } from '../../platform/refusals.ts';
import type { Ask } from '../../platform/routing.ts';
import { appendAudit } from '../audit/queries.ts';
import { ownCounters, signInCounters } from './limits/counters.ts';
import { type Counter, forgiveAttempt, takeAttempt } from './limits/queries.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import { type Account, replacePassword } from './queries.ts';
import type { SignInRefusal } from './rules.ts';
import { selectSettings } from './settings/queries.ts';
import { noteWrongTry } from './wrong-tries/note.ts';

export type Tried =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly reason: Exclude<SignInRefusal, 'closed'> }
  | { readonly ok: false; readonly reason: 'closed'; readonly until: Date };

/**
 * Tries a password or a sign-in code on the account of a typed name. A name nobody has takes as long as a wrong
 * password, is counted like one, and says the same.
 */
export async function trySignIn(
  ask: Ask,
  typed: string,
  account: Account | null,
  password: string,
): Promise<Tried> {
  const settings = await selectSettings(ask.db);
  const counters = signInCounters(ask, settings, typed, account);
  return tryCounted(ask, counters, settings.closedMinutes, account, password);
}

/** Tries the password of somebody who is signed in, counted by the person alone. */
export async function tryOwnPassword(ask: Ask, account: Account, password: string): Promise<Tried> {
  const settings = await selectSettings(ask.db);
  const counters = ownCounters(ask, settings, 'own-password', account.personId);
  return tryCounted(ask, counters, settings.closedMinutes, account, password);
}

async function tryCounted(
  ask: Ask,
  counters: readonly Counter[],
  minutes: number,
  account: Account | null,
  password: string,
): Promise<Tried> {
  const taken = await takeAttempt(ask.db, counters, minutes, ask.now);
  if (!taken.ok && taken.until !== null) {
    noteRefusal(ask.c, ask.services, 'closed', account?.personId ?? null);
    return { ok: false, reason: 'closed', until: taken.until };
  }
  const right = await verifyPassword(ask.services.config, password, account?.passwordHash ?? null);
  // Closed under another of its names: it takes as long as a wrong password, and says the same.
  if (!taken.ok || account === null || !right) await noteWrongTry(ask, 'password', account?.personId ?? null);
  if (!taken.ok || account === null) return { ok: false, reason: 'unknown' };
  if (!right) {
    if (taken.closes !== null) await noteClosing(ask, account, taken.closes);
    return { ok: false, reason: 'unknown' };
  }
  await forgiveAttempt(ask.db, counters, ask.now);
  if (account.codeExpiresAt !== null && account.codeExpiresAt <= ask.now) {
    return { ok: false, reason: 'code-expired' };
  }
  return { ok: true, account: await keptAsNow(ask, account, password) };
}

/** A password that is kept as it was once is kept anew, now that it is known; somebody who changed it meanwhile is first. */
async function keptAsNow(ask: Ask, account: Account, password: string): Promise<Account> {
  const { personId, passwordHash: before } = account;
  if (!isOutdated(before)) return account;
  const passwordHash = await hashPassword(password);
  return (await replacePassword(ask.db, personId, before, passwordHash))
    ? { ...account, passwordHash }
    : account;
}

const noteClosing = (ask: Ask, account: Account, until: Date) =>
  transaction(ask.db, (tx) =>
    appendAudit(tx, null, ask.now, {
      action: 'account.closed',
      subjectType: 'person',
      subjectId: account.personId,
      personId: account.personId,
      after: { until: until.toISOString() },
    }),
  );
