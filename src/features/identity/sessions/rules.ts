import type { Actor } from '../rules.ts';

/** What a session still waits for: until then only the pages that give it are open. */
export type SessionNeed = 'second-factor' | 'password' | 'enrolment';

/** How a session began. */
export type SessionHow = 'password' | 'code' | 'passkey' | 'provider' | 'demo';

export interface SessionRow {
  readonly id: string;
  readonly actor: Actor;
  readonly how: SessionHow;
  /** What is still to be done before anything else opens; null when nothing is. */
  readonly needs: SessionNeed | null;
  readonly seenAt: Date;
  readonly provenAt: Date;
  readonly csrf: string;
  readonly locale: string | null;
  readonly theme: string | null;
  readonly unread: number;
}

/**
 * In this order: who it is (second factor), then a password of one's own after a sign-in code, then the second factor
 * that one's role must have.
 */
export function sessionNeed(session: {
  readonly how: string;
  readonly awaitsSecond: boolean;
  readonly hasSecond: boolean;
  readonly mustHaveSecond: boolean;
}): SessionNeed | null {
  if (session.awaitsSecond) return 'second-factor';
  if (session.how === 'code') return 'password';
  return session.mustHaveSecond && !session.hasSecond ? 'enrolment' : null;
}

/** Changing how one signs in asks again who it is, unless that was shown a short while ago. */
export const PROVEN_MINUTES = 15;
export const isProven = (provenAt: Date, now: Date): boolean =>
  now.getTime() - provenAt.getTime() <= PROVEN_MINUTES * 60_000;

/** "Last used" is kept to the minute: more would be a write for every page. */
export const SEEN_EVERY_MS = 60_000;
