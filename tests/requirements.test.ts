import { describe, expect, test } from 'vitest';
import { brokenPlaces, citedInProgrammes, readRequirements } from '../scripts/lib/requirements.ts';

const rows = readRequirements();

describe('the coverage of the requirements is true', () => {
  test('all 598 rows are there, once each', () => {
    expect(rows).toHaveLength(598);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(598);
  });

  test('every place a row names exists: the file, the clause that cites the row, the test of that name', () => {
    expect(brokenPlaces(rows)).toEqual([]);
  });

  test('every row a programme cites is a row', () => {
    const known = new Set(rows.map(({ id }) => id));
    expect([...citedInProgrammes().keys()].filter((id) => !known.has(id))).toEqual([]);
  });
});
