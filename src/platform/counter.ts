import { sql } from 'kysely';
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
