import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTables, renderPage, renderTypes } from '../scripts/describe-schema.ts';
import { root } from '../src/platform/root.ts';
import { testDatabase } from './support/database.ts';

const { db } = await testDatabase();
const tables = await readTables(db);
const written = (path: string) => readFileSync(join(root, path), 'utf8');

test('the types of the tables are those of the migrated database (else run "npm run schema")', () => {
  expect(written('src/platform/schema.generated.ts')).toBe(renderTypes(tables));
});

test('docs/schema.md describes the migrated database (else run "npm run schema")', () => {
  expect(written('docs/schema.md')).toBe(renderPage(tables));
});

test('every table has a primary key', () => {
  const without = tables.filter(({ constraints }) => !constraints.some(({ kind }) => kind === 'p'));
  expect(without.map(({ name }) => name)).toEqual([]);
});

test('every constraint has a name that was chosen, beginning with its table', () => {
  const unnamed = tables.flatMap(({ name, constraints }) =>
    constraints
      .filter((constraint) => !constraint.name.startsWith(`${name}_`))
      .map((constraint) => constraint.name),
  );
  const automatic = /_(pkey|fkey\d*|key\d*|check\d*|excl\d*)$/;
  const left = tables.flatMap(({ constraints }) =>
    constraints.map(({ name }) => name).filter((n) => automatic.test(n)),
  );
  expect([...unnamed, ...left]).toEqual([]);
});
