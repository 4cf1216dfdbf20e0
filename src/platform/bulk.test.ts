import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../tests/support/database.ts';
import { type Ask, fillAlone, fillInBulk } from './bulk.ts';
import { transaction } from './database.ts';
import { newId } from './ids.ts';

const { db, url, schema } = await testDatabase();

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
    const ask: Ask = (text, values) => client.query(text, [...values]);
    const tables = ['person', 'record', 'person_fact', 'account'];
    await fillInBulk(ask, tables, { references: false }, async () => {
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

const connected = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema},extensions` });
  await client.connect();
  return client;
};

describe('a table filled for oneself alone', () => {
  const ROSTER = ['person', 'employment'];
  const insertPerson = (id: string) => ({ id, name: '甲', name_search: 'jia' });

  test('has all its rules again, references too, and its rows', async () => {
    const client = await connected();
    try {
      const before = await rules(client);
      let during: string[] = [];
      const id = newId();
      await transaction(db, (tx) =>
        fillAlone(tx, ROSTER, async () => {
          const { rows } = await sql<{ rule: string }>`
            SELECT c.conname AS rule FROM pg_constraint c WHERE c.connamespace = current_schema()::regnamespace`.execute(
            tx,
          );
          during = rows.map(({ rule }) => rule);
          await tx.insertInto('person').values(insertPerson(id)).execute();
        }),
      );
      expect(during).toContain('person_pk');
      expect(during).not.toContain('employment_person_fk');
      expect(during).not.toContain('employment_main_once');
      expect(await rules(client)).toEqual(before);
      expect(await db.selectFrom('person').select('name').where('id', '=', id).execute()).toHaveLength(1);
    } finally {
      await client.end();
    }
  });

  test('refuses as a whole what breaks one of its rules', async () => {
    const client = await connected();
    try {
      const before = await rules(client);
      const id = newId();
      const period = (from: string) => ({
        id: newId(),
        person_id: id,
        unit_id: newId(),
        kind: 'main' as const,
        during: `[${from},)`,
      });
      const filled = (rows: number) =>
        transaction(db, (tx) =>
          fillAlone(tx, ROSTER, async () => {
            await tx.insertInto('person').values(insertPerson(id)).execute();
            await tx
              .insertInto('employment')
              .values(['2020-01-01', '2021-01-01'].slice(0, rows).map(period))
              .execute();
          }),
        );
      await expect(filled(1)).rejects.toThrow('employment_unit_fk');
      await expect(filled(2)).rejects.toThrow('employment_main_once');
      expect(await db.selectFrom('person').select('id').where('id', '=', id).execute()).toEqual([]);
      expect(await rules(client)).toEqual(before);
    } finally {
      await client.end();
    }
  });

  test('is filled with its rules in place while somebody else is at work on it', async () => {
    const other = await connected();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM person');
      let during: readonly unknown[] = [];
      const id = newId();
      await transaction(db, (tx) =>
        fillAlone(tx, ROSTER, async () => {
          during = (
            await sql`SELECT FROM pg_constraint WHERE conname = 'employment_main_once'
                         AND connamespace = current_schema()::regnamespace`.execute(tx)
          ).rows;
          await tx.insertInto('person').values(insertPerson(id)).execute();
        }),
      );
      expect(during).toHaveLength(1);
      expect(await db.selectFrom('person').select('name').where('id', '=', id).execute()).toHaveLength(1);
    } finally {
      await other.end();
    }
  });
});
