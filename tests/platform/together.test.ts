import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { madeOnce, oneMadeOnce } from '../../src/platform/together.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();

describe('several queries in one statement', () => {
  interface Wanted {
    readonly from: number;
    readonly words: readonly string[];
  }
  const both = madeOnce((_, { from, words }: Wanted) => ({
    numbers: sql<{ n: number }>`SELECT n FROM generate_series(${from}::int, 3) AS n ORDER BY n DESC`,
    places: sql<{ part: string; places: number }>`
      SELECT word AS part, length(word) AS places FROM unnest(${words}::text[]) AS word ORDER BY word`,
  }));

  test('each comes in its order, with what was given this time', async () => {
    expect(await both(db, { from: 2, words: [] })).toEqual({ numbers: [{ n: 3 }, { n: 2 }], places: [] });
    expect((await both(db, { from: 4, words: ['县'] })).numbers).toEqual([]);
  });

  test('whatever its columns are called, a row comes whole', async () => {
    expect((await both(db, { from: 3, words: ['语文', ''] })).places).toEqual([
      { part: '', places: 0 },
      { part: '语文', places: 2 },
    ]);
  });
});

describe('one query whose text is made once', () => {
  test('is made once, and asked with what is given each time', async () => {
    let made = 0;
    const days = oneMadeOnce((_, { day, ids }: { readonly day: string; readonly ids: readonly string[] }) => {
      made += 1;
      return sql<{ at: Date; exact: string; n: number }>`
        SELECT ${day}::timestamptz AS at, 12345678901234567.25 AS exact, cardinality(${ids}::text[]) AS n`;
    });
    const exact = '12345678901234567.25';
    expect(await days(db, { day: '2026-09-01T00:00:00Z', ids: ['a', 'b'] })).toEqual([
      { at: new Date('2026-09-01T00:00:00Z'), exact, n: 2 },
    ]);
    expect(await days(db, { day: '2026-09-02T00:00:00Z', ids: [] })).toEqual([
      { at: new Date('2026-09-02T00:00:00Z'), exact, n: 0 },
    ]);
    expect(made).toBe(1);
  });

  test('its text may not hang on what is given', async () => {
    const wrong = oneMadeOnce(
      (_, { limit }: { readonly limit: number }) => sql`SELECT ${limit + 1}::int AS n`,
    );
    await expect(wrong(db, { limit: 1 })).rejects.toThrow('limit is not there yet');
  });
});
