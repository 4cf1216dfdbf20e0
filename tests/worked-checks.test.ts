import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { testNames } from '../scripts/lib/requirements.ts';
import { root } from '../src/platform/root.ts';

/**
 * The worked checks of the source policies, computed by hand before there was code: each is a test that names it,
 * or a case beside a programme that says `checks` (tests/library.test.ts runs those).
 */
const LAST = 42;
const checks = Array.from({ length: LAST }, (_, index) => `SC${String(index + 1).padStart(2, '0')}`);
const reference = join(root, '../shared/requirements/worked-checks.md');

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const titles = globSync('{src,tests}/**/*.test.{ts,tsx}', { cwd: root }).flatMap((file) =>
  testNames(read(file)),
);
const cases = globSync('programmes/sources/*/cases.yaml', { cwd: root }).flatMap((file) => {
  const { cases: all } = parse(read(file)) as { cases: readonly { checks?: string | readonly string[] }[] };
  return all.flatMap((one) => one.checks ?? []).flat();
});
const named = new Set([...titles, ...cases].flatMap((text) => text.match(/\bSC\d{2}\b/g) ?? []));

test('every worked check from SC01 to SC42 is a test or a case that names it', () => {
  expect(titles.length).toBeGreaterThan(100);
  expect(cases.length).toBeGreaterThan(20);
  expect(checks.filter((id) => !named.has(id))).toEqual([]);
});

test.runIf(existsSync(reference))('no test and no case names a worked check that was never computed', () => {
  const computed = new Set(readFileSync(reference, 'utf8').match(/\bSC\d{2}\b/g));
  expect(checks.filter((id) => !computed.has(id))).toEqual([]);
  expect([...named].filter((id) => !computed.has(id))).toEqual([]);
});
