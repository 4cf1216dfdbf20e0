import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  divide,
  formatExact,
  multiply,
  parseExact,
  ratio,
  round,
  subtract,
  sumOf,
  whole,
} from './decimal.ts';

const exact = (text: string) => parseExact(text) ?? whole(0);

describe('exact numbers', () => {
  test('add as on paper: 0.1 + 0.2 is 0.3', () => {
    expect(compare(add(exact('0.1'), exact('0.2')), exact('0.3'))).toBe(0);
  });

  test('SC01: the composite of the city training is 85.1', () => {
    const parts: readonly [weight: string, mark: string][] = [
      ['20', '90'],
      ['20', '85'],
      ['20', '80'],
      ['10', '95'],
      ['10', '70'],
      ['20', '88'],
    ];
    const total = sumOf(
      parts.map(([weight, mark]) => divide(multiply(exact(weight), exact(mark)), whole(100))),
    );
    expect(formatExact(total)).toBe('85.1');
  });

  test('round once, in the way the rule says', () => {
    const modes = (text: string, places: number) =>
      (['half-up', 'half-even', 'down', 'up'] as const).map((mode) =>
        formatExact(round(exact(text), places, mode)),
      );
    expect(modes('2.5', 0)).toEqual(['3', '2', '2', '3']);
    expect(modes('-2.5', 0)).toEqual(['-3', '-2', '-2', '-3']);
    expect(modes('1.24', 1)).toEqual(['1.2', '1.2', '1.2', '1.3']);
  });

  test('read only plain decimals, and never divide by zero', () => {
    expect(['1e3', '.5', '5.', '1,000', 'NaN', ''].map(parseExact)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(() => ratio(1n, 0n)).toThrow(RangeError);
  });

  test('what is added can be taken away', () => {
    const some = fc.tuple(fc.bigInt(), fc.bigInt({ min: 1n })).map(([n, d]) => ratio(n, d));
    fc.assert(fc.property(some, some, (a, b) => compare(subtract(add(a, b), b), a) === 0));
    fc.assert(fc.property(some, (a) => a.n === 0n || compare(divide(a, a), whole(1)) === 0));
  });
});
