import { isDeepStrictEqual } from 'node:util';
import type { Doors } from '../../../platform/doors.ts';
import { Latest } from '../../../shared/latest.ts';
import { OfEach } from '../../../shared/of-each.ts';
import { hashToken } from '../queries.ts';
import type { SessionRow } from './rules.ts';

/*
 * What was last known of each session, to begin a page with while it is asked whether it still holds (`Doubt`). It lets
 * nobody in: no page is answered from here. Of a token only its hash is held, as in the database.
 */

/** Of so many sessions; each is a kilobyte or two. */
const MOST_KNOWN = 5000;
/** By the doors of an authority. */
const known = new OfEach(() => new Latest<SessionRow>(MOST_KNOWN));

interface Of {
  readonly token: string | undefined;
  /** Roles begin and end with a day. */
  readonly today: string;
}
const keyOf = (token: string, today: string): string => `${today} ${hashToken(token)}`;

export const lastKnown = (doors: Doors, { token, today }: Of): SessionRow | undefined =>
  token === undefined ? undefined : known.of(doors).kept(keyOf(token, today));

/** A session that still waits for something, or has ended, is none to begin a page with. */
export function keepKnown(
  doors: Doors,
  { token, today }: Of & { readonly token: string },
  session: SessionRow | null,
): void {
  const sessions = known.of(doors);
  const key = keyOf(token, today);
  if (session === null || session.needs !== null) sessions.forget(key);
  else sessions.keep(key, session);
}

/** In everything but when it was last seen, which no page rests on, and the order in which equal roles come. */
export const isSameSession = (now: SessionRow, before: SessionRow): boolean =>
  isDeepStrictEqual(comparable(now), comparable(before));
const comparable = ({ seenAt: _, actor, ...session }: SessionRow) => ({
  ...session,
  actor: { ...actor, assignments: actor.assignments.map((held) => JSON.stringify(held)).toSorted() },
});
