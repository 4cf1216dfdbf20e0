import { HttpError } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import type { ActorAsk, FindPlace } from '../../platform/routing.ts';
import { rootsFor } from '../identity/rules.ts';
import { selectOptionalPersonPlace } from './people/queries.ts';
import { findUnits, selectOptionalUnit, type Unit } from './units/queries.ts';

/** The unit that the address names. */
export const unitPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('unit') ?? '';
  const unit = isId(id) ? await selectOptionalUnit(ask.db, id) : null;
  return unit === null ? null : { unitPath: unit.path };
};

/** The person that the address names, where they stand. */
export const personPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('person') ?? '';
  return isId(id) ? selectOptionalPersonPlace(ask.db, id) : null;
};

/** The same of anybody but the person acting: what a round judges somebody by is never kept by themselves. */
export const otherPersonPlace: FindPlace = async (ask) => {
  const place = await personPlace(ask);
  if (place !== null && place.personId === ask.actor?.personId)
    throw new HttpError(403, 'organisation.person.own');
  return place;
};

/** The one unit of that name or code that the person acting may bring people to. */
export async function selectOptionalUnitNamed(ask: ActorAsk, text: string): Promise<Unit | null> {
  const roots = rootsFor(ask.actor, 'person.change').map(({ unitPath }) => unitPath);
  const found = await findUnits(ask.db, roots, text, { levels: ['city', 'county', 'school'], limit: 20 });
  const exact = found.filter(({ name, code }) => name === text || code === text);
  return (exact.length > 0 ? exact : found).length === 1 ? (exact[0] ?? found[0] ?? null) : null;
}
