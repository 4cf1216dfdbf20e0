import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type pg from 'pg';

/*
 * PostgreSQL spends several times longer on planning a look-up by key than on answering it. Statements that
 * come again are therefore prepared: each connection plans them once.
 */

/** A statement is prepared from this use on; one that is built for a single occasion is not. */
const FROM_USE = 3;
/** Each connection keeps a plan of each of them, some tens of kilobytes. */
const MOST_PREPARED = 200;
const LONGEST = 8000;

/** Each text's uses so far, and its name once it has one. */
const known = new Map<string, { uses: number; name: string | null }>();
let named = 0;

/** The name a text is prepared under; null when it is not. */
export function preparedName(text: string): string | null {
  let found = known.get(text);
  if (found === undefined) {
    if (known.size >= 10 * MOST_PREPARED || text.length > LONGEST || needsValues(text)) return null;
    found = { uses: 0, name: null };
    known.set(text, found);
  }
  found.uses += 1;
  if (found.name === null && found.uses >= FROM_USE && named < MOST_PREPARED) {
    named += 1;
    found.name = `q${named}`;
  }
  return found.name;
}

/**
 * How to answer these depends on the values: "everything under this unit" may be a school or half the country.
 * They are planned each time; not so what lies above a unit, for which there is no index,
 * or a day. A limit is no such value: a plan for any limit is held for dearer than one for a page
 * of a long list, and then PostgreSQL plans for the page by itself.
 */
const needsValues = (text: string): boolean =>
  !text.includes(ONE_PLAN) &&
  (/\blike\b|\bstarts_with\((?!\$)|(?<!_on"?) >= \$\d|path_end/i.test(text) ||
    !/^\s*(select|insert|update|delete|with)\b/i.test(text));

const ONE_PLAN = '/* one plan */';
/**
 * Says in a statement that whatever its values are, one way to answer it is good: a range of places within one round,
 * say, whose applications are found by the round.
 */
export const onePlan: RawBuilder<unknown> = sql.raw(ONE_PLAN);

/**
 * Whether a period holds on a day, asked of rows that something else finds. By itself PostgreSQL, which does not see the
 * day of a prepared statement, takes it for rare and begins with everybody's periods that hold on it: for who acts in a
 * school that is forty times the work.
 */
export const holdsOn = (during: string, day: string): RawBuilder<SqlBool> =>
  sql`(${sql.ref(during)} @> ${day}::date) IS TRUE`;

type Query = (...args: unknown[]) => unknown;

/** A plan is for the tables of one authority: where a connection serves several, each has names of its own. */
interface Kept {
  prefix: string;
  readonly names: Set<string>;
}
const kept = new WeakMap<object, Kept>();

/** From now on what this connection is asked again is prepared. */
export function prepareRepeated(client: pg.ClientBase): void {
  const query = client.query.bind(client) as Query;
  const ours: Kept = { prefix: '', names: new Set() };
  kept.set(client, ours);
  const preparing: Query = (...args) => {
    const [text, values] = args;
    const name =
      args.length === 2 && typeof text === 'string' && Array.isArray(values) ? preparedName(text) : null;
    if (name === null) return query(...args);
    ours.names.add(ours.prefix + name);
    return query({ name: ours.prefix + name, text, values });
  };
  client.query = preparing as typeof client.query;
}

/** The connection stands at this authority from now on. */
export function nameFor(client: pg.ClientBase, schema: string): void {
  const ours = kept.get(client);
  if (ours !== undefined) ours.prefix = `${schema}.`;
}

/**
 * Whether the connection has prepared so much, for several authorities, that it should forget it all (`DEALLOCATE ALL`);
 * asked when it goes from one authority to another.
 */
export function forgetPrepared(client: pg.ClientBase): boolean {
  const ours = kept.get(client);
  if (ours === undefined || ours.names.size < 2 * MOST_PREPARED) return false;
  ours.names.clear();
  // The driver sends a text only once for a name it believes to be prepared.
  const { connection } = client as unknown as { connection: { parsedStatements: Record<string, string> } };
  connection.parsedStatements = {};
  return true;
}
