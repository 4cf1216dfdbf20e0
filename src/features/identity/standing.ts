import { type Standing, standingText } from '../../platform/standing.ts';
import { ACTS, type Actor, isOwners, rootsFor } from './rules.ts';

/** What the database's walls are told of somebody who asks: what they may do and where, by the one policy table. */
export const standingOf = (actor: Actor): Standing => ({
  pass: null,
  text: standingText(
    actor.personId,
    actor.unitPath,
    ACTS.map((act) => ({
      act,
      roots: rootsFor(actor, act).map(({ unitPath }) => unitPath),
      people: isOwners(act) ? [actor.personId] : [],
    })),
  ),
});
