import { accountPath, passwordPath, signInPath, signOutPath } from '../../web/viewer.ts';
import type { SessionNeed } from './sessions/rules.ts';

export const secondPath = `${signInPath}/second`;
export const secondFactorPath = `${accountPath}/second-factor`;
export const passkeysPath = `${accountPath}/passkeys`;
export const againPath = `${accountPath}/again`;
export const linksPath = `${accountPath}/links`;
export const sessionsPath = `${accountPath}/sessions`;

const ALWAYS = [signInPath, signOutPath];
const OPEN: Readonly<Record<SessionNeed, readonly string[]>> = {
  'second-factor': [...ALWAYS, secondPath, `${secondPath}/passkey`, `${signInPath}/passkey/challenge`],
  password: [...ALWAYS, passwordPath],
  enrolment: [
    ...ALWAYS,
    secondFactorPath,
    `${secondFactorPath}/codes`,
    passkeysPath,
    `${passkeysPath}/challenge`,
    againPath,
    `${againPath}/passkey`,
    `${signInPath}/passkey/challenge`,
  ],
};

/** The pages that give what a session waits for. */
export const isOpenTo = (need: SessionNeed, path: string): boolean => OPEN[need].includes(path);

/** Where a session goes that waits for something, and from there to `next`. */
export function pathOfNeed(need: SessionNeed | null, next: string): string {
  if (need === null) return next;
  const page = { 'second-factor': secondPath, password: passwordPath, enrolment: secondFactorPath }[need];
  return `${page}?next=${encodeURIComponent(next)}`;
}
