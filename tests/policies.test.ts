import { describe, expect, test } from 'vitest';
import { coverageOf, percent } from '../scripts/lib/policies.ts';
import { allEncoded, allProved, leftOut, policies } from './support/policies.ts';

const collection = policies();
const left = leftOut();

describe.skipIf(collection === null)('the real policies are programmes', () => {
  const encoded = allEncoded();
  const { whole, families, missing } = coverageOf(collection ?? [], encoded);

  test('at least 95 % of their clauses are encoded, and no family of constructs is below 85 %', () => {
    expect(percent(whole)).toBeGreaterThanOrEqual(95);
    expect([...families].filter(([, counted]) => percent(counted) < 85)).toEqual([]);
  });

  test('every clause is encoded, or left to people with the reason, and never both', () => {
    const reasons = new Set(left.map(({ clause }) => clause));
    expect(missing.filter((clause) => !reasons.has(clause))).toEqual([]);
    expect([...reasons].filter((clause) => encoded.has(clause))).toEqual([]);
  });

  test('every worked check is a case', () => {
    const proved = allProved();
    const wanted = (collection ?? []).flatMap(({ id, checks }) => checks.map((_, i) => `${id}.${i + 1}`));
    expect(wanted.filter((check) => !proved.has(check))).toEqual([]);
  });
});

test('what is left to people has its reason in both languages', () => {
  expect(left.filter(({ reason }) => !reason['zh-CN'] || !reason.en)).toEqual([]);
});
