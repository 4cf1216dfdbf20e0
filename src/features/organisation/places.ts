import { isId } from '../../platform/ids.ts';
import type { FindPlace } from '../../platform/routing.ts';
import { selectOptionalPersonPlace } from './people/queries.ts';
import { selectOptionalUnit } from './units/queries.ts';

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
