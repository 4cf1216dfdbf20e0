import { transaction } from '../../../platform/database.ts';
import { noteRefusal } from '../../../platform/refusals.ts';
import type { Ask } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import { ownCounters } from '../limits/counters.ts';
import { forgiveAttempt, takeAttempt } from '../limits/queries.ts';
import { findRecoveryCode } from '../password.ts';
import { selectSettings } from '../settings/queries.ts';
import { noteWrongTry } from '../wrong-tries/note.ts';
import { listRecoveryCodes, selectOptionalTotp, useRecoveryCode, useStep } from './queries.ts';
import { isTotpCode } from './rules.ts';
import { readTotpSecret, stepOfCode } from './totp.ts';

export type SecondTried =
  | { readonly ok: true; readonly by: 'totp' | 'recovery-code' }
  | { readonly ok: false; readonly reason: 'wrong' }
  | { readonly ok: false; readonly reason: 'closed'; readonly until: Date };

/** Tries a one-time code or a recovery code, counted by the person. Each step and each recovery code opens once. */
export async function trySecond(ask: Ask, personId: string, typed: string): Promise<SecondTried> {
  const settings = await selectSettings(ask.db);
  const counters = ownCounters(ask, settings, 'second', personId);
  const taken = await takeAttempt(ask.db, counters, settings.closedMinutes, ask.now);
  if (!taken.ok) {
    noteRefusal(ask.c, ask.services, 'closed', personId);
    return { ok: false, reason: 'closed', until: taken.until ?? ask.now };
  }
  const by = isTotpCode(typed)
    ? await tryTotp(ask, personId, typed)
    : await tryRecovery(ask, personId, typed);
  if (by === null) {
    await noteWrongTry(ask, 'second', personId);
    return { ok: false, reason: 'wrong' };
  }
  await forgiveAttempt(ask.db, counters, ask.now);
  return { ok: true, by };
}

async function tryTotp(ask: Ask, personId: string, typed: string): Promise<'totp' | null> {
  const totp = await selectOptionalTotp(ask.db, personId);
  if (totp === null || totp.confirmedAt === null) return null;
  const secret = readTotpSecret(ask.services.config, personId, totp.secret);
  const step = secret === null ? null : stepOfCode(secret, typed, ask.now);
  return step !== null && (await useStep(ask.db, personId, step)) ? 'totp' : null;
}

async function tryRecovery(ask: Ask, personId: string, typed: string): Promise<'recovery-code' | null> {
  const hash = await findRecoveryCode(typed, await listRecoveryCodes(ask.db, personId));
  if (hash === null) return null;
  return transaction(ask.db, async (tx) => {
    if (!(await useRecoveryCode(tx, personId, hash, ask.now))) return null;
    await appendAudit(tx, personId, ask.now, {
      action: 'second-factor.recovery-code-used',
      subjectType: 'person',
      subjectId: personId,
      personId,
    });
    return 'recovery-code';
  });
}
