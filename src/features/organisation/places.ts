import { HttpError } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import type { ActorAsk, Ask, FindPlace } from '../../platform/routing.ts';
import { seenByGuard } from '../../platform/seen.ts';
import { rootsFor } from '../identity/rules.ts';
import {
  type Person,
  selectOptionalPerson,
  selectOptionalPersonPlace,
  selectPerson,
} from './people/queries.ts';
import { findUnits, selectOptionalUnit, selectUnit, type Unit } from './units/queries.ts';

/** The unit that the address names. */
export const unitPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('unit') ?? '';
  if (!isId(id)) return null;
  const unit =
    (await units.look(ask, (own) => selectOptionalUnit(own, id))) ?? (await selectOptionalUnit(ask.db, id));
  return unit === null ? null : { unitPath: unit.path };
};
const units = seenByGuard<Unit>();

/** The unit that the address names, as the guard of its page saw it. Throws 404 when there is no such unit. */
export const seenUnit = async (ask: Ask): Promise<Unit> =>
  units.of(ask) ?? selectUnit(ask.db, ask.c.req.param('unit') ?? '');

/** The person that the address names, where they stand. */
export const personPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('person') ?? '';
  if (!isId(id)) return null;
  const person = await people.look(ask, (own) => selectOptionalPerson(own, id));
  return person === null
    ? selectOptionalPersonPlace(ask.db, id)
    : { unitPath: person.unitPath ?? '', personId: id };
};
const people = seenByGuard<Person>();

/** The person that the address names, as the guard of their page saw them. Throws 404 when there is no such person. */
export const seenPerson = async (ask: Ask): Promise<Person> =>
  people.of(ask) ?? selectPerson(ask.db, ask.c.req.param('person') ?? '');

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
