import { answerDone } from '../../../platform/answer.ts';
import type { ActorAsk, Ask } from '../../../platform/routing.ts';
import { againPath } from '../needs.ts';
import { isProven } from '../sessions/rules.ts';

/** Was it shown a short while ago that the person at this browser is who the session says? */
export function isProvenNow(ask: Ask): boolean {
  const session = ask.session;
  return session !== null && isProven(session.provenAt, ask.now);
}

export const pathToProve = (next: string): string => `${againPath}?next=${encodeURIComponent(next)}`;

/** For acts that change how one signs in: asked again who it is first, then back to `page`; null when that is known. */
export const askAgain = (ask: ActorAsk, page: string): Response | null =>
  isProvenNow(ask) ? null : answerDone(ask, pathToProve(page));
