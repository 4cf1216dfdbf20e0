import { expect, test } from 'vitest';
import { mostMet } from './rules.ts';

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
