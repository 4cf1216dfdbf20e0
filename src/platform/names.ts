import { type RawBuilder, sql } from 'kysely';

/**
 * The name of the person whose id stands in a column the asker may read: whoever decided is named to whoever reads the
 * decision, wherever they are by now. It is the one way to names beyond one's reach: one by one, by an id that only
 * what one may read tells. Looking people up and listing them is for those who may find them (the view `named`).
 */
export const nameOf = <Name extends string | null = string>(column: string): RawBuilder<Name> =>
  sql<Name>`name_of(${sql.ref(column)})`;

/** The name of the unit they are at; not joined, or everybody's would be looked up before a page is cut. */
export const unitNameOf = (column: string): RawBuilder<string | null> =>
  sql<string | null>`(SELECT unit.name FROM unit WHERE unit.id = unit_of(${sql.ref(column)}))`;
