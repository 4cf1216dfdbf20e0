import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { readTables, renderPage, renderTypes } from '../scripts/describe-schema.ts';
import { root } from '../src/platform/root.ts';
import { WALLS } from '../src/platform/walls/tables.ts';
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
  const without = tables.filter(
    ({ view, constraints }) => !view && !constraints.some(({ kind }) => kind === 'p'),
  );
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

test('every table has a wall: what of it a request may read and change', () => {
  const walled = new Set(Object.keys(WALLS));
  expect(tables.filter(({ view, name }) => !view && !walled.has(name)).map(({ name }) => name)).toEqual([]);
});

test('the walls stand: row-level security is on for every table, and no policy names another table', async () => {
  const { rows } = await sql<{ name: string; on: boolean }>`
    SELECT relname AS name, relrowsecurity AS on FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> 'migration'`.execute(
    db,
  );
  expect(rows.filter((row) => !row.on).map(({ name }) => name)).toEqual([]);
  const policies = await sql<{ name: string; text: string }>`
    SELECT policyname AS name, coalesce(qual, '') || coalesce(with_check, '') AS text FROM pg_policies
     WHERE schemaname = current_schema()`.execute(db);
  // A sub-select that reads a table would have a FROM beside that of unnest.
  expect(policies.rows.filter(({ text }) => /\bFROM (?!unnest)/.test(text)).map(({ name }) => name)).toEqual(
    [],
  );
});

/** Where rows of a person are found by something else first: by what, for each. */
const FOUND_OTHERWISE: Readonly<Record<string, string>> = {
  application_attachment: 'its application',
  decision_record: 'its round or application',
  demo_persona: 'a dozen rows',
  draft_answer: 'its draft',
  import_row: 'its file',
  panel_entry: 'its panel or application',
  panel_mark: 'its sheet',
  panel_sheet: 'its panel',
  recusal: 'its round',
  review: 'its application',
  role_request: 'its unit, and few are open',
  sign_in_challenge: 'its hash, and it lives for minutes',
  spent_record: 'its application',
};

test('whatever is of a person is found by that person without reading everybody, or by what leads to it', async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
      JOIN pg_attribute a ON a.attrelid = pg_class.oid AND attname = 'person_id'
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
       AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indkey[0] = attnum)
     ORDER BY name`.execute(db);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(FOUND_OTHERWISE));
});
