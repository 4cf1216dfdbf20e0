import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from '../tests/support/database.ts';
import { fillInBulk } from './bulk.ts';

const { url, schema } = await testDatabase();

async function rules(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ rule: string }>(`
    SELECT c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) AS rule
      FROM pg_constraint c WHERE c.connamespace = '${schema}'::regnamespace
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}'
    ORDER BY rule`);
  return rows.map(({ rule }) => rule);
}

test('after a load in bulk every table has all its rules again, and while it runs only the dear ones are gone', async () => {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema},extensions` });
  await client.connect();
  try {
    const before = await rules(client);
    await client.query('BEGIN');
    let during: string[] = [];
    await fillInBulk(client, ['person', 'record', 'person_fact', 'account'], async () => {
      during = await rules(client);
    });
    await client.query('COMMIT');
    expect(await rules(client)).toEqual(before);
    const gone = before.filter((rule) => !during.includes(rule)).join('\n');
    expect(gone).toContain('person_fact_one_value');
    expect(gone).toContain('record_pk');
    expect(gone).toContain('person_name_trigram');
    expect(gone).not.toContain('person_pk');
    expect(gone).not.toContain('CHECK');
  } finally {
    await client.end();
  }
});
