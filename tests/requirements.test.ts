import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  brokenPlaces,
  citedInProgrammes,
  GROUPS,
  readRequirements,
  standingOf,
  testNames,
} from '../scripts/lib/requirements.ts';
import { root } from '../src/platform/root.ts';

const rows = readRequirements();
const cited = citedInProgrammes();

describe('the coverage of the requirements is true', () => {
  test('all 598 rows are there, once each, in the groups of the digest', () => {
    expect(rows).toHaveLength(598);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(598);
    expect([...new Set(rows.map(({ group }) => group))].toSorted()).toEqual(Object.keys(GROUPS));
  });

  test('every place a row names exists: the file, the clause that cites the row, the test of that name', () => {
    expect(brokenPlaces(rows)).toEqual([]);
  });

  test('a test is found by its whole name only', () => {
    const text = `test.each<[string]>([['a']])('each "%s" counts', () => {}); it("one's own", () => {});`;
    expect(testNames(text)).toEqual(['each "%s" counts', "one's own"]);
    const claimed = (place: string) =>
      brokenPlaces(rows.slice(0, 1).map((row) => ({ ...row, works: [place] })));
    const here = 'tests/requirements.test.ts';
    expect(claimed(`${here}#a test is found by its whole name only`)).toEqual([]);
    expect(claimed(`${here}#a test is found`)).toHaveLength(1);
    expect(claimed('src/no-such-file.ts')).toHaveLength(1);
    expect(claimed('programmes/sources/001-6-evidence/cases.yaml#certificate-alone')).toEqual([]);
    expect(claimed('programmes/sources/001-6-evidence/cases.yaml#certificate')).toHaveLength(1);
  });

  test('every row a programme cites is a row', () => {
    const known = new Set(rows.map(({ id }) => id));
    expect([...cited.keys()].filter((id) => !known.has(id))).toEqual([]);
  });

  test('docs/requirements-left.md gives a reason for every executable row of A, B, D, E, F, K that does not work, and for no other', () => {
    const page = readFileSync(join(root, 'docs/requirements-left.md'), 'utf8');
    const listed = page.match(/\bR-\d{3}-\d{1,2}-\d{2}\b/g) ?? [];
    const left = rows.filter(
      (row) => 'ABDEFK'.includes(row.group) && row.class === 'E' && standingOf(row, cited) !== 'works',
    );
    expect(listed.toSorted()).toEqual(left.map(({ id }) => id).toSorted());
  });
});
