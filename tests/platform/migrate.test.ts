import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/platform/migrate.ts';
import { testDatabase } from '../support/database.ts';
import { query, temporaryFolder } from './support/faults.ts';

const { url } = await testDatabase();

/** A folder of migrations and a schema of its own to apply them to. */
function setting(files: Record<string, string>) {
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
  for (const [name, sql] of Object.entries(files)) write(name, sql);
  const schema = `m_${randomBytes(6).toString('hex')}`;
  const tables = async () => {
    const rows = await query<{ name: string }>(
      url,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };
  return { folder, write, tables, run: () => migrate(url, { schema, folder }) };
}

const plant = 'CREATE TABLE plant (id integer CONSTRAINT plant_pk PRIMARY KEY);';

test('migrations are applied in order, once', async () => {
  const { run, write, tables } = setting({ '0001_plant.sql': plant });
  expect(await run()).toEqual(['0001_plant.sql']);
  expect(await run()).toEqual([]);
  write('0002_colour.sql', 'ALTER TABLE plant ADD colour text; CREATE TABLE dye ();');
  expect(await run()).toEqual(['0002_colour.sql']);
  expect(await tables()).toEqual(['dye', 'migration', 'plant']);
});

test('of two processes that start at once, one applies and the other waits', async () => {
  const { run } = setting({ '0001_plant.sql': `SELECT pg_sleep(0.3); ${plant}` });
  const applied = await Promise.all([run(), run()]);
  expect(applied.flat()).toEqual(['0001_plant.sql']);
});

test('one that was edited after it had been applied is refused', async () => {
  const { run, write } = setting({ '0001_plant.sql': plant });
  await run();
  write('0001_plant.sql', `${plant} -- indigo`);
  await expect(run()).rejects.toThrow('migrations/0001_plant.sql was changed after it had been applied');
});

test('line ends that a checkout changed are no edit', async () => {
  const { run, write } = setting({ '0001_plant.sql': `${plant}\n-- blue\n` });
  await run();
  write('0001_plant.sql', `${plant}\r\n-- blue\r\n`);
  expect(await run()).toEqual([]);
});

test('one with a mistake names file and line, and leaves nothing behind', async () => {
  const { run, tables } = setting({ '0001_plant.sql': `${plant}\nCREATE TABEL 靛蓝 ();` });
  await expect(run()).rejects.toThrow(/migrations\/0001_plant\.sql:2: syntax error/);
  expect(await tables()).toEqual(['migration']);
});

test('a database that has had newer migrations is refused', async () => {
  const { run, folder } = setting({ '0001_plant.sql': plant, '0002_dye.sql': 'CREATE TABLE dye ();' });
  await run();
  renameSync(join(folder, '0002_dye.sql'), join(folder, '0002_dye.later'));
  await expect(run()).rejects.toThrow(
    'has had migration 0002_dye.sql, which this version of Qinglan does not know',
  );
});

test('one that would come before those applied is refused', async () => {
  const { run, write } = setting({ '0002_plant.sql': plant });
  await run();
  write('0001_seed.sql', 'CREATE TABLE seed ();');
  await expect(run()).rejects.toThrow('migrations/0001_seed.sql comes before 0002_plant.sql');
});

test('a name without a number, and a number used twice, are refused', async () => {
  await expect(setting({ 'plant.sql': plant }).run()).rejects.toThrow('name it NNNN_what_it_does.sql');
  const twice = setting({ '0001_plant.sql': plant, '0001_seed.sql': plant });
  await expect(twice.run()).rejects.toThrow('number 0001 is used twice');
});
