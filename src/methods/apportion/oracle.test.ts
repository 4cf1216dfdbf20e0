import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ApportionMethod, type Apportionment, apportion } from './apportion.ts';

// Reference answers made outside this project; they lie beside the repository and are not part of it.
const folder = new URL('../../../../shared/oracles/apportionment/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const methodOf = (name: string) => (name === 'hh' ? 'huntington-hill' : name) as ApportionMethod;

/** The reference breaks ties its own way: equal once the tied places go to some of the tied units. */
function expectAgrees(result: Apportionment, expected: number[], tied: boolean) {
  expect(result.ties.length > 0).toBe(tied);
  const open = new Set(result.ties.flatMap(({ candidates }) => candidates));
  const given = result.seats.map((seat, index) => (expected[index] ?? -1) - seat);
  for (const [index, extra] of given.entries()) expect(open.has(index) ? [0, 1] : [0]).toContain(extra);
  expect(given.reduce((a, b) => a + b, 0)).toBe(result.unallocated);
}

describe.runIf(existsSync(folder))('reference answers', () => {
  if (!existsSync(folder)) return;

  type Case = {
    name: string;
    weights: number[];
    total: number;
    min: number[] | null;
    max: number[] | null;
    expected: Record<string, number[]>;
    tie_at_cut: Record<string, boolean>;
  };
  for (const item of JSON.parse(read('cases.json')) as Case[]) {
    it.each(Object.entries(item.expected))(`${item.name} by %s`, (name, expected) => {
      const { weights, total, min, max } = item;
      const bounds = { ...(min && { min }), ...(max && { max }) };
      const result = apportion({ method: methodOf(name), total, weights, ...bounds });
      expectAgrees(result, expected, item.tie_at_cut[name] === true);
    });
  }

  type Random = Pick<Case, 'weights' | 'total'> & {
    min: number[];
    max: number[];
    expected: Record<string, { seats: number[] | null; unique: boolean }> | null;
    feasible?: boolean;
  };
  it('random problems with floors and caps', () => {
    for (const { weights, total, min, max, expected } of JSON.parse(
      read('random_bounded.json'),
    ) as Random[]) {
      if (expected === null) {
        expect(apportion({ method: 'webster', total, weights, min, max }).infeasible).toBeDefined();
        continue;
      }
      for (const [name, { seats, unique }] of Object.entries(expected)) {
        const result = apportion({ method: methodOf(name), total, weights, min, max });
        expectAgrees(result, seats ?? [], !unique);
      }
    }
  });

  it('the 435 seats of the United States House after the census of 2020', () => {
    const rows = read('us_house_2020.csv').trim().split('\n').slice(1);
    const table = rows.map((line) => line.split(',').slice(1).map(Number));
    const column = (at: number) => table.map((row) => row[at] ?? Number.NaN);
    const weights = column(0);
    const least = weights.map(() => 1);
    const solve = (method: ApportionMethod, min?: number[]) =>
      apportion({ method, total: 435, weights, ...(min && { min }) }).seats;
    expect(solve('huntington-hill')).toEqual(column(1));
    expect(solve('hamilton')).toEqual(column(2));
    expect(solve('webster', least)).toEqual(column(3));
    expect(solve('dhondt', least)).toEqual(column(4));
    expect(solve('adams')).toEqual(column(5));
    expect(solve('dean')).toEqual(column(6));
  });
});
