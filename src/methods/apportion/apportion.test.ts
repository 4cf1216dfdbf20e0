import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApportionInput, apportion, apportionMethods, compareMethods } from './apportion.ts';

// Permanent residents of the eleven districts of Guangzhou, census of 2020, Baiyun first, Conghua last.
const districts = [
  3742991, 2658397, 2241826, 1819037, 1642360, 1466331, 1264447, 1238305, 1038643, 846584, 717684,
];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const seats = (input: ApportionInput) => apportion(input).seats;

describe('406 places over eleven districts', () => {
  it('come out the same under Hamilton, Webster, Huntington-Hill and Dean', () => {
    const expected = [81, 58, 49, 39, 36, 32, 27, 27, 23, 18, 16];
    for (const method of ['hamilton', 'webster', 'huntington-hill', 'dean'] as const) {
      expect(seats({ method, total: 406, weights: districts })).toEqual(expected);
    }
  });

  it("favour the large districts under D'Hondt and the small ones under Adams", () => {
    const { rows } = compareMethods({ total: 406, weights: districts });
    const dhondt = rows.find(({ result }) => result.method === 'dhondt');
    const adams = rows.find(({ result }) => result.method === 'adams');
    expect(dhondt?.gains).toEqual([
      { index: 0, by: 1 },
      { index: 3, by: 1 },
    ]);
    expect(dhondt?.losses).toEqual([
      { index: 8, by: 1 },
      { index: 10, by: 1 },
    ]);
    expect(adams?.gains).toEqual([
      { index: 6, by: 1 },
      { index: 9, by: 1 },
    ]);
    expect(adams?.losses).toEqual([
      { index: 1, by: 1 },
      { index: 2, by: 1 },
    ]);
  });

  it('keep at least 28 in each rural district and at most 70 anywhere', () => {
    const rural = [4, 5, 9, 10];
    const result = apportion({
      method: 'webster',
      total: 406,
      weights: districts,
      min: districts.map((_, index) => (rural.includes(index) ? 28 : 0)),
      max: districts.map(() => 70),
    });
    expect(result.seats).toEqual([70, 56, 47, 38, 34, 31, 26, 26, 22, 28, 28]);
    expect(result).toMatchObject({ ties: [], unallocated: 0 });
  });

  it('show each district its exact share as a fraction', () => {
    expect(apportion({ method: 'webster', total: 4, weights: [1, 2, 3] }).quotas).toEqual([
      '2/3',
      '4/3',
      '2',
    ]);
  });
});

describe('a tie at the cut', () => {
  const tied = { method: 'webster', total: 3, weights: [100, 100] } as const;

  it('is reported and its place stays open', () => {
    expect(apportion(tied)).toMatchObject({
      seats: [1, 1],
      ties: [{ candidates: [0, 1], places: 1 }],
      unallocated: 1,
    });
  });

  it('is settled by a recorded lot, which the result names', () => {
    expect(apportion({ ...tied, tieOrder: [1, 0] })).toMatchObject({
      seats: [1, 2],
      ties: [{ candidates: [0, 1], places: 1, settledFor: [1] }],
      unallocated: 0,
    });
  });

  it('stays open when the lot does not rank enough of the tied units', () => {
    const input = { method: 'hamilton', total: 5, weights: [1, 1, 1], tieOrder: [2] } as const;
    expect(apportion(input)).toMatchObject({
      seats: [1, 1, 1],
      ties: [{ candidates: [0, 1, 2], places: 2 }],
      unallocated: 2,
    });
  });

  it('does not exist when the equal units all receive a place', () => {
    expect(apportion({ method: 'dhondt', total: 4, weights: [50, 50] })).toMatchObject({
      seats: [2, 2],
      ties: [],
    });
  });

  it('is found among weights far beyond the exactness of floating numbers', () => {
    const big = 10n ** 40n;
    const equal = { method: 'huntington-hill', total: 3, weights: [big, big] } as const;
    expect(apportion(equal).ties).toHaveLength(1);
    expect(apportion({ ...equal, weights: [big, big + 1n] })).toMatchObject({ seats: [1, 2], ties: [] });
  });
});

describe('bounds that cannot be met', () => {
  const two = { method: 'webster', total: 10, weights: [1, 1] } as const;

  it('allocate nothing and name the bound', () => {
    expect(apportion({ ...two, min: [6, 5] })).toMatchObject({
      seats: [0, 0],
      unallocated: 10,
      infeasible: { reason: 'floors-exceed-total', sum: 11, total: 10 },
    });
    expect(apportion({ ...two, max: [4, 5] }).infeasible).toEqual({
      reason: 'caps-below-total',
      sum: 9,
      total: 10,
    });
    expect(apportion({ ...two, min: [3, 0], max: [2, 9] }).infeasible).toEqual({
      reason: 'floor-above-cap',
      index: 0,
      floor: 3,
      cap: 2,
    });
  });

  it('leave places unallocated when only units without weight have room', () => {
    for (const method of apportionMethods) {
      expect(apportion({ method, total: 10, weights: [5, 0], max: [4, undefined] })).toMatchObject({
        seats: [4, 0],
        unallocated: 6,
      });
    }
  });
});

describe('any apportionment', () => {
  const problem = fc
    .array(fc.record({ weight: fc.integer({ min: 1, max: 5000 }), min: fc.nat(4), room: fc.nat(40) }), {
      minLength: 1,
      maxLength: 12,
    })
    .chain((units) => {
      const min = units.map((unit) => unit.min);
      const max = units.map((unit) => unit.min + unit.room);
      return fc.record({
        method: fc.constantFrom(...apportionMethods),
        total: fc.integer({ min: sum(min), max: sum(max) }),
        weights: fc.constant(units.map(({ weight }) => weight)),
        min: fc.constant(min),
        max: fc.constant(max),
      });
    });

  it('keeps its bounds and accounts for every place', () => {
    fc.assert(
      fc.property(problem, (input) => {
        const result = apportion(input);
        expect(sum(result.seats) + result.unallocated).toBe(input.total);
        expect(result.unallocated).toBe(sum(result.ties.map(({ places }) => places)));
        for (const [index, seat] of result.seats.entries()) {
          expect(seat).toBeGreaterThanOrEqual(input.min[index] ?? 0);
          expect(seat).toBeLessThanOrEqual(input.max[index] ?? 0);
        }
      }),
    );
  });

  it('does not depend on the unit in which weights are counted', () => {
    fc.assert(
      fc.property(problem, (input) => {
        const scaled = input.weights.map((weight) => BigInt(weight) * 7n);
        expect(seats({ ...input, weights: scaled })).toEqual(seats(input));
      }),
    );
  });

  it('gives the heavier of two units with equal bounds no fewer places', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...apportionMethods),
        fc.nat(300),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 9 }),
        (method, total, weights) => {
          const sorted = weights.toSorted((a, b) => a - b);
          const result = seats({ method, total, weights: sorted });
          expect(result).toEqual(result.toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('never takes a place back when a divisor method has one more to give', () => {
    fc.assert(
      fc.property(problem, (input) => {
        fc.pre(input.method !== 'hamilton' && input.total < sum(input.max));
        const more = seats({ ...input, total: input.total + 1 });
        for (const [index, seat] of seats(input).entries()) expect(more[index]).toBeGreaterThanOrEqual(seat);
      }),
    );
  });
});

it('Hamilton shows the Alabama paradox, which is why it is not the default', () => {
  const weights = [6, 6, 2];
  expect(seats({ method: 'hamilton', total: 10, weights })).toEqual([4, 4, 2]);
  expect(seats({ method: 'hamilton', total: 11, weights })).toEqual([5, 5, 1]);
});

it('refuses weights that are not whole', () => {
  expect(() => apportion({ method: 'webster', total: 1, weights: [1.5] })).toThrow(RangeError);
});
