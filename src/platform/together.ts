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

/**
 * Several queries in one statement. A look-up by key costs less than the way to the database and back, for us and for
 * it: what a page reads by keys it knows is better asked at once. Each query's rows come in its order, as JSON: let
 * none of them select a `numeric`, which would lose its exactness.
 */
export async function selectTogether<Q extends Queries>(db: Db, queries: Q): Promise<Together<Q>> {
  return only(await statementOf(queries).execute(db));
}

/**
 * The same for queries whose only value is a key: their text is made once, which for the larger ones takes longer
 * than to ask them.
 */
export function togetherByKey<Q extends Queries>(
  queries: (db: Db, key: string) => Q,
): (db: Db, key: string) => Promise<Together<Q>> {
  let made: CompiledQuery<Together<Q>> | null = null;
  return async (db, key) => {
    made ??= statementOf(queries(db, key)).compile(db);
    return only(await db.executeQuery({ ...made, parameters: made.parameters.map(() => key) }));
  };
}

const statementOf = <Q extends Queries>(queries: Q) => {
  const parts = Object.entries(queries).map(
    ([name, query]) =>
      sql`(SELECT coalesce(json_agg(part), '[]') FROM (${query}) AS part) AS ${sql.id(name)}`,
  );
  return sql<Together<Q>>`SELECT ${sql.join(parts)}`;
};

function only<T>({ rows: [row] }: QueryResult<T>): T {
  if (row === undefined) throw new Error('a SELECT without FROM has one row');
  return row;
}

/**
 * "is one of these". Of a list whose length it cannot see, PostgreSQL believes that it has ten; for one person it
 * would then plan anew each time instead of keeping the plan.
 */
export const among = (ids: readonly string[]): RawBuilder<unknown> =>
  ids.length === 1 ? sql`= ${ids[0]}::uuid` : sql`= ANY(${ids}::uuid[])`;
