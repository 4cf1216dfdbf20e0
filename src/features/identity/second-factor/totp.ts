import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';
import type { Config } from '../../../platform/config.ts';
import { seal, unseal } from '../../../platform/seal.ts';
import { DIGITS, isTotpCode, plainCode, STEP_SECONDS, STEPS_AROUND } from './rules.ts';

export const TOTP_PURPOSE = 'totp';
const secretBytes = 20; // RFC 4226 asks for 160 bits.

/** A new secret, sealed: only this install can read it again, and only for this person. */
export const makeTotpSecret = (config: Config, personId: string): string =>
  seal(config, TOTP_PURPOSE, personId, new Secret({ size: secretBytes }).base32);

/** The secret as an authenticator takes it (base32); null when it was sealed with another install's secret. */
export const readTotpSecret = (config: Config, personId: string, sealed: string): string | null =>
  unseal(config, TOTP_PURPOSE, personId, sealed);

const totpOf = (secret: string, label = '', issuer = '') =>
  new TOTP({
    issuer,
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1', // What every authenticator app knows.
    digits: DIGITS,
    period: STEP_SECONDS,
  });

/** The step a code belongs to; null when it is none of now, the step before or after. */
export function stepOfCode(secret: string, typed: string, now: Date): number | null {
  // The library compares bytes and fails on six signs that are more bytes than six digits.
  if (!isTotpCode(typed)) return null;
  const delta = totpOf(secret).validate({
    token: plainCode(typed),
    timestamp: now.getTime(),
    window: STEPS_AROUND,
  });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / STEP_SECONDS) + delta;
}

/**
 * Every reader takes each of the eight masks (ISO/IEC 18004, 7.8). Which of them prints best is found by drawing all eight,
 * ten times the work, and this picture is read from a screen.
 */
const MASK = 0;

/** What an authenticator app reads: the address, and the same as a picture (an address within the page). */
export function enrolmentOf(
  secret: string,
  label: string,
  issuer: string,
): { address: string; picture: string } {
  const address = totpOf(secret, label, issuer).toString();
  const drawn = renderSVG(address, { ecc: 'M', border: 4, pixelSize: 4, maskPattern: MASK });
  return { address, picture: `data:image/svg+xml;base64,${Buffer.from(drawn).toString('base64')}` };
}

/** The secret in groups of four, for those who type it. */
export const spelled = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
