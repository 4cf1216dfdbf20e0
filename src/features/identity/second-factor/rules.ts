import type { Role } from '../rules.ts';
import { asksSecondFactor, type SignInSettings } from '../settings/rules.ts';

/** What somebody has beside a password, and what they act as. */
export interface Factors {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodes: number;
  readonly roles: readonly Role[];
}

/** After a password, is a second factor asked? Whoever set one-time codes up is asked; others when their role must. */
export const asksSecond = (factors: Factors, settings: Pick<SignInSettings, 'secondFactorRoles'>): boolean =>
  factors.totp || (factors.passkeys > 0 && asksSecondFactor(settings, factors.roles));

export const STEP_SECONDS = 30;
export const DIGITS = 6;
/** A code of the step before or after is good too: clocks of phones differ, and people type slowly. */
export const STEPS_AROUND = 1;
export const RECOVERY_CODES = 10;

/** Digits of a code as people type them: with spaces, in full width. */
export const plainCode = (typed: string): string => typed.normalize('NFKC').replaceAll(/[\s-]/g, '');
export const isTotpCode = (typed: string): boolean => new RegExp(`^\\d{${DIGITS}}$`).test(plainCode(typed));

/** May the last second factor go? Not when the person's role must have one. */
export const mayRemove = (
  factors: Factors,
  settings: Pick<SignInSettings, 'secondFactorRoles'>,
  remove: 'totp' | 'passkey',
): boolean => {
  if (!asksSecondFactor(settings, factors.roles)) return true;
  return remove === 'totp' ? factors.passkeys > 0 : factors.totp || factors.passkeys > 1;
};
