import { type CompiledQuery, type Expression, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';

/** A row that may have come back in JSON, where instants are texts; civil dates and numbers are as always. */
export type InJson<Row> = {
  readonly [K in keyof Row]: Row[K] extends Date
    ? Date | string
    : Row[K] extends Date | null
      ? Date | string | null
      : Row[K];
};
type Rows<Q> = Q extends Expression<infer Row> ? InJson<Row>[] : never;

type Queries = Readonly<Record<string, Expression<unknown>>>;
type Together<Q> = { [K in keyof Q]: Rows<Q[K]> };

export const optionalInstant = (value: Date | string | null): Date | null =>
  value === null ? null : new Date(value);

/** Stands in a statement for a value that is given each time it is asked; there is nothing in it to reckon with. */
class Given {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  [Symbol.toPrimitive](): never {
    throw new Error(`${this.name} is not there yet: the text of a statement may not depend on it`);
  }
}

/**
 * Several queries in one statement. A look-up by key costs less than the way to the database and back, for us and for
 * it: what a page reads by keys it knows is better asked at once. Each query's rows come in its order, as JSON: let
 * none of them select a `numeric`, which would lose its exactness.
 *
 * The statement's text is made once, which for the larger ones takes longer than to ask them. What `queries` is given it
 * may only pass on to the statement; whatever changes the text belongs to another function made by this one.
 */
export function madeOnce<Values extends object, Q extends Queries>(
  queries: (db: Db, given: Values) => Q,
): (db: Db, values: Values) => Promise<Together<Q>> {
  let made: CompiledQuery<Together<Q>> | null = null;
  return async (db, values) => {
    made ??= statementOf(queries(db, allGiven<Values>())).compile(db);
    return only(await db.executeQuery(withValues(made, values)));
  };
}

/** What makes the text of one query. */
interface Made<Row> {
  compile(db: Db): CompiledQuery<Row>;
}

/** `madeOnce` for a single query: its rows come as the database gives them, and may hold anything. */
export function oneMadeOnce<Values extends object, Row>(
  query: (db: Db, given: Values) => Made<Row>,
): (db: Db, values: Values) => Promise<Row[]> {
  let made: CompiledQuery<Row> | null = null;
  return async (db, values) => {
    made ??= query(db, allGiven<Values>()).compile(db);
    return (await db.executeQuery(withValues(made, values))).rows;
  };
}

const withValues = <Row>(made: CompiledQuery<Row>, values: object): CompiledQuery<Row> => ({
  ...made,
  parameters: made.parameters.map((one) => given(one, values as Readonly<Record<string, unknown>>)),
});

/** Also where it is one of a list. */
function given(one: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (one instanceof Given) return values[one.name];
  return Array.isArray(one) ? one.map((part) => given(part, values)) : one;
}

/** `madeOnce` for each of some things that decide the text, such as programmes; kept as long as they are. */
export function madeOnceFor<Key extends object, Values extends object, Q extends Queries>(
  queries: (db: Db, given: Values, key: Key) => Q,
): (db: Db, key: Key, values: Values) => Promise<Together<Q>> {
  const made = new WeakMap<Key, (db: Db, values: Values) => Promise<Together<Q>>>();
  return (db, key, values) => {
    const asked = made.get(key) ?? madeOnce<Values, Q>((any, given) => queries(any, given, key));
    made.set(key, asked);
    return asked(db, values);
  };
}

const allGiven = <Values extends object>(): Values =>
  new Proxy({} as Values, { get: (_, name) => new Given(String(name)) });

const statementOf = <Q extends Queries>(queries: Q) => {
  const parts = Object.entries(queries).map(
    ([name, query]) =>
      sql`(SELECT coalesce(json_agg("each row"), '[]') FROM (${query}) AS "each row") AS ${sql.id(name)}`, // As no column is called.
  );
  return sql<Together<Q>>`SELECT ${sql.join(parts)}`;
};

function only<T>({ rows: [row] }: QueryResult<T>): T {
  if (row === undefined) throw new Error('a SELECT without FROM has one row');
  return row;
}

/**
 * "is one of these". Of a list whose length it cannot see, PostgreSQL believes that it has ten; for one person it
 * would then plan anew each time instead of keeping the plan. A list that is given later (`madeOnce`) may have any length.
 */
export const among = (ids: readonly string[]): RawBuilder<unknown> =>
  Array.isArray(ids) && ids.length === 1 ? sql`= ${ids[0]}::uuid` : sql`= ANY(${ids}::uuid[])`;
