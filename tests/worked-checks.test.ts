import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNames } from '../scripts/lib/requirements.ts';
import { root } from '../src/platform/root.ts';

/** The worked checks of the source policies that a selection decides, computed by hand before there was code. */
const FIRST = 3;
const LAST = 20;
const checks = Array.from(
  { length: LAST - FIRST + 1 },
  (_, index) => `SC${String(FIRST + index).padStart(2, '0')}`,
);
const reference = join(root, '../shared/requirements/worked-checks.md');

const titles = globSync('{src,tests}/**/*.test.{ts,tsx}', { cwd: root }).flatMap((file) =>
  testNames(readFileSync(join(root, file), 'utf8')),
);

test('every worked check from SC03 to SC20 is a test that names it', () => {
  expect(titles.length).toBeGreaterThan(100);
  const named = (id: string) => titles.some((title) => new RegExp(`\\b${id}\\b`).test(title));
  expect(checks.filter((id) => !named(id))).toEqual([]);
});

test.runIf(existsSync(reference))('no test names a worked check that was never computed', () => {
  const computed = new Set(readFileSync(reference, 'utf8').match(/\bSC\d{2}\b/g));
  expect(checks.filter((id) => !computed.has(id))).toEqual([]);
  const named = titles.flatMap((title) => title.match(/\bSC\d{2}\b/g) ?? []);
  expect(named.filter((id) => !computed.has(id))).toEqual([]);
});
