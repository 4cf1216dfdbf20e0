import { type Expression, type RawBuilder, sql } from 'kysely';
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

export const optionalInstant = (value: Date | string | null): Date | null =>
  value === null ? null : new Date(value);

/**
 * Several queries in one statement. A look-up by key costs less than the way to the database and back, for us and for
 * it: what a page reads by keys it knows is better asked at once. Each query's rows come in its order, as JSON: let
 * none of them select a `numeric`, which would lose its exactness.
 */
export async function selectTogether<Q extends Readonly<Record<string, Expression<unknown>>>>(
  db: Db,
  queries: Q,
): Promise<{ [K in keyof Q]: Rows<Q[K]> }> {
  const parts = Object.entries(queries).map(
    ([name, query]) =>
      sql`(SELECT coalesce(json_agg(part), '[]') FROM (${query}) AS part) AS ${sql.id(name)}`,
  );
  const { rows } = await sql<{ [K in keyof Q]: Rows<Q[K]> }>`SELECT ${sql.join(parts)}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a SELECT without FROM has one row');
  return row;
}

/**
 * "is one of these". Of a list whose length it cannot see, PostgreSQL believes that it has ten; for one person it
 * would then plan anew each time instead of keeping the plan.
 */
export const among = (ids: readonly string[]): RawBuilder<unknown> =>
  ids.length === 1 ? sql`= ${ids[0]}::uuid` : sql`= ANY(${ids}::uuid[])`;
