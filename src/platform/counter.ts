import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * The next number of a named series (receipts of a round, certificates of a year), from 1. It comes from a
 * row, not a sequence: a transaction that is rolled back leaves no gap, and two never get the same.
 */
export async function nextNumber(tx: Db, name: string): Promise<number> {
  const row = await tx
    .insertInto('counter')
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`counter.value + 1` }))
    .returning('value')
    .executeTakeFirstOrThrow();
  return Number(row.value);
}

/**
 * The same as a part of a statement that has more to do (`WITH … AS`): one row with the `value`, or none when
 * `from` has none, and then no number is spent.
 */
export const drawNumber = (name: string, from: RawBuilder<unknown>) => sql<{ value: number }>`
  INSERT INTO counter (name, value) SELECT ${name}, 1 FROM ${from}
  ON CONFLICT (name) DO UPDATE SET value = counter.value + 1
  RETURNING value`;
