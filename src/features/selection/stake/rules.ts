import type { ApplicationState } from '../rounds/rules.ts';

/**
 * Whose hands are off a round although their post would allow the act: whoever applied in it, and whoever stands
 * aside for somebody on its way to the list. They change no quota, settle nothing, publish, answer, grant and
 * cancel nothing; another holder of the post, or the office above, does (R-001-1-14, R-002-4-19).
 */

export type Stake = 'own' | 'related';

/** One's own application counts from the day it is handed in, and is over only when it is withdrawn. */
const OWN_IS_NONE: readonly ApplicationState[] = ['draft', 'withdrawn'];
/** That of a relative counts as long as the round may still make something of it. */
const RELATED_IS_NONE: readonly ApplicationState[] = ['draft', 'withdrawn', 'refused', 'not-selected'];

/** `own` is null for somebody who has no application; `related` are those of the people they stand aside for. */
export function stakeIn(own: ApplicationState | null, related: readonly ApplicationState[]): Stake | null {
  if (own !== null && !OWN_IS_NONE.includes(own)) return 'own';
  return related.some((state) => !RELATED_IS_NONE.includes(state)) ? 'related' : null;
}
