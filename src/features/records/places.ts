import { isId } from '../../platform/ids.ts';
import type { FindPlace } from '../../platform/routing.ts';
import { allows } from '../identity/rules.ts';
import { selectOptionalEvidence } from './evidence/queries.ts';
import { selectRecordPlaces } from './queries.ts';

/* Where records stand, for the guards of this feature's routes. */

/** The one who asks: what they add is their own. Nobody without a unit keeps a growth file. */
export const ownPlace: FindPlace = async ({ actor }) =>
  actor === null || actor.unitPath === null ? null : { unitPath: actor.unitPath, personId: actor.personId };

/**
 * To see a record: from where its owner stands now, or from where they stood when they claimed it, whose
 * office verified it.
 */
export const placeToSee: FindPlace = async (ask) => {
  const id = ask.c.req.param('record') ?? '';
  return isId(id) ? seenFrom(ask, id) : null;
};

async function seenFrom(ask: Parameters<FindPlace>[0], recordId: string) {
  const places = await selectRecordPlaces(ask.db, recordId);
  if (places === null) return null;
  const { personId } = places;
  const claimed = { unitPath: places.claimedAt, personId };
  if (ask.actor !== null && allows(ask.actor, 'record.see', claimed)) return claimed;
  return { unitPath: places.standsAt, personId };
}

/** To confirm a record: the school where it was claimed. */
export const placeToConfirm: FindPlace = async ({ c, db }) => {
  const id = c.req.param('record') ?? '';
  const places = isId(id) ? await selectRecordPlaces(db, id) : null;
  return places && { unitPath: places.claimedAt, personId: places.personId };
};

/** Evidence is seen by those who may see its record; until it has one, by the one who uploaded it. */
export const evidencePlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('evidence') ?? '';
  const file = isId(id) ? await selectOptionalEvidence(ask.db, id) : null;
  if (file === null) return null;
  return file.recordId === null ? { unitPath: '', personId: file.uploadedBy } : seenFrom(ask, file.recordId);
};
