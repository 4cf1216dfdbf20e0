import { type RawBuilder, sql } from 'kysely';
import { expect, test } from 'vitest';
import { transaction } from '../../src/platform/database.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();

/** Whether a connection that was asked this many times has prepared a statement with that word in it. */
const isPrepared = (
  times: number,
  ask: (use: number) => RawBuilder<unknown>,
  word: string,
): Promise<boolean> =>
  transaction(db, async (tx) => {
    for (let use = 0; use < times; use += 1) await ask(use).execute(tx);
    const { rows } = await sql`
      SELECT 1 FROM pg_prepared_statements WHERE position(${word} IN statement) > 0`.execute(tx);
    return rows.length > 0;
  });

test('a look-up by key that comes again is planned once for a connection, whatever the key', async () => {
  expect(await isPrepared(3, (use) => sql`SELECT ${use}::int AS again`, 'again')).toBe(true);
});

test('a statement asked once or twice is not prepared', async () => {
  expect(await isPrepared(2, (use) => sql`SELECT ${use}::int AS twice`, 'twice')).toBe(false);
});

test('what lies under a unit is planned for that unit each time', async () => {
  const below = (use: number) => sql`SELECT 1 AS below FROM person WHERE unit_path LIKE ${`${use}.%`}`;
  expect(await isPrepared(5, below, 'below')).toBe(false);
  const range = (use: number) =>
    sql`SELECT 1 AS ranged FROM person WHERE unit_path >= ${`${use}.`} AND unit_path < ${`${use}/`}`;
  expect(await isPrepared(5, range, 'ranged')).toBe(false);
});

test('a look-up by key with a limit is prepared too', async () => {
  const limited = (use: number) =>
    sql`SELECT 1 AS limited FROM notice WHERE person_id = ${'00000000-0000-7000-8000-000000000000'} LIMIT ${use + 1}`;
  expect(await isPrepared(5, limited, 'limited')).toBe(true);
});
