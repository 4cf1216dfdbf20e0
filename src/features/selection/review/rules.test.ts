import { describe, expect, test } from 'vitest';
import { inPlace, mostMet, movesOf } from './rules.ts';

test.each([
  [{ count: 3 }, 100, 3],
  [{ percent: 5 }, 99, 4],
  [{ percent: 5 }, 19, 0],
  [{ count: 3, percent: 5 }, 100, 3],
  [{ count: 3, percent: 5 }, 40, 2],
  // As binary fractions 2.8 × 2750 / 100 comes to a little less than 77.
  [{ percent: 2.8 }, 2750, 77],
  [{}, 10, null],
])('of a cap %j among %i applicants a body may find %s met', (cap, applicants, most) => {
  expect(mostMet(cap, applicants)).toBe(most);
});

describe('who may change places with a neighbour', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id, index) => ({ id, place: index + 1 }));
  const both = { up: true, down: true };

  test('everybody but beyond the ends, which the end of a page is not', () => {
    expect([...movesOf(rows, null, false)]).toEqual([
      ['a', { up: false, down: true }],
      ['b', both],
      ['c', both],
      ['d', { up: true, down: false }],
    ]);
    const second = rows.slice(1);
    expect(movesOf(second, null, false).get('b')).toEqual(both);
    expect(movesOf(rows, null, true).get('d')).toEqual(both);
  });

  test('of those whom judges placed only equals, and nobody who has no place here', () => {
    const results = new Map([
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ]);
    expect([...movesOf([...rows, { id: 'e', place: null }], results, false)]).toEqual([
      ['b', { up: false, down: true }],
      ['c', { up: true, down: false }],
    ]);
    expect(inPlace(results)).toEqual(['a', 'b', 'c']);
  });
});
