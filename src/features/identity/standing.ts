import { type Standing, standingText } from '../../platform/standing.ts';
import { ACTS, type Actor, rootsFor } from './rules.ts';

/** What the database's walls are told of somebody who asks: what they may do, under which units, by the one policy table. */
export const standingOf = (actor: Actor): Standing => ({
  pass: null,
  text: standingText(
    actor.personId,
    ACTS.map((act) => [act, rootsFor(actor, act).map(({ unitPath }) => unitPath)] as const),
  ),
});
