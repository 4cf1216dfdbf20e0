import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { isBusy, openDatabase, sqlState, transaction } from '../../src/platform/database.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { testDatabase } from '../support/database.ts';
import { temporaryFolder } from './support/faults.ts';

const { db } = await testDatabase();

test('civil dates arrive as written, bigint as numbers, exact decimals and ranges as text', async () => {
  const { rows } = await sql`
    SELECT date '2011-03-31' AS day, ARRAY[date '2011-03-31', NULL] AS days, 9007199254740991::bigint AS big,
      ARRAY[1::bigint, NULL] AS bigs, 12.50::numeric AS amount, daterange('2011-09-01', '2014-09-01') AS term,
      timestamptz '2011-03-31 08:00+08' AS instant`.execute(db);
  expect(rows[0]).toEqual({
    day: '2011-03-31',
    days: ['2011-03-31', null],
    big: 9_007_199_254_740_991,
    bigs: [1, null],
    amount: '12.50',
    term: '[2011-09-01,2014-09-01)',
    instant: new Date('2011-03-31T00:00:00Z'),
  });
});

test('two authorities in one database see their own rows through the same SQL', async () => {
  const server = await startEmbedded({ dataDir: temporaryFolder(), durable: false });
  const open = async (schema: string) => {
    const authority = openDatabase(server.url, { schema });
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(authority);
    await sql`CREATE TABLE plant (name text)`.execute(authority);
    await sql`INSERT INTO plant VALUES (${schema})`.execute(authority);
    return authority;
  };
  const [first, second] = [await open('north'), await open('south')];
  const plants = async (authority: typeof first) =>
    (await sql`SELECT name FROM plant`.execute(authority)).rows;
  expect(await plants(first)).toEqual([{ name: 'north' }]);
  expect(await plants(second)).toEqual([{ name: 'south' }]);
  await Promise.all([first.destroy(), second.destroy()]);
  await server.stop();
});

test('two transactions that lock each other out are both done, one of them on a second try', async () => {
  await sql`INSERT INTO counter (name, value) VALUES ('a', 0), ('b', 0)`.execute(db);
  let runs = 0;
  const bump = (first: string, second: string) =>
    transaction(db, async (trx) => {
      runs += 1;
      await trx.updateTable('counter').set({ value: sql`value + 1` }).where('name', '=', first).execute();
      await sql`SELECT pg_sleep(0.2)`.execute(trx);
      await trx.updateTable('counter').set({ value: sql`value + 1` }).where('name', '=', second).execute();
    });
  await Promise.all([bump('a', 'b'), bump('b', 'a')]);
  expect(await db.selectFrom('counter').select('value').execute()).toEqual([{ value: 2 }, { value: 2 }]);
  expect(runs).toBeGreaterThan(2);
});

test('a transaction within one is part of it: what the outer undoes, the inner has not done', async () => {
  const outer = transaction(db, async (trx) => {
    await transaction(trx, (inner) =>
      inner.insertInto('counter').values({ name: 'inner', value: 1 }).execute(),
    );
    throw new Error('changed our mind');
  });
  await expect(outer).rejects.toThrow('changed our mind');
  expect(await db.selectFrom('counter').selectAll().where('name', '=', 'inner').execute()).toEqual([]);
});

test('a failure that is nobody else’s fault is told at once, with its SQLSTATE', async () => {
  let runs = 0;
  const failing = transaction(db, async (trx) => {
    runs += 1;
    await sql`SELECT 1 / 0`.execute(trx);
  });
  await expect(failing).rejects.toSatisfy((error) => sqlState(error) === '22012');
  expect(runs).toBe(1);
});

test('when the server dies and comes back, so do the connections', async () => {
  const errors: Error[] = [];
  const server = await startEmbedded({ dataDir: temporaryFolder() });
  const own = openDatabase(server.url, { schema: 'public', onError: (error) => errors.push(error) });
  await sql`SELECT 1`.execute(own);
  const killed = server.serverPid();
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => server.serverPid()).not.toBe(killed);
  expect((await sql`SELECT 1 AS one`.execute(own)).rows).toEqual([{ one: 1 }]);
  expect(errors.length).toBeGreaterThan(0);
  await own.destroy();
  await server.stop();
});

test('a statement waits its turn for a connection; only when it has waited too long is the database called busy', async () => {
  const server = await startEmbedded({ dataDir: temporaryFolder(), durable: false });
  const narrow = openDatabase(server.url, { schema: 'public', max: 1, longestWait: 600 });
  const sleep = (seconds: number) => sql`SELECT pg_sleep(${seconds})`.execute(narrow);
  await Promise.all([sleep(0.2), sleep(0.1)]);
  const [first, second] = await Promise.allSettled([sleep(1.2), sleep(0)]);
  expect(first.status).toBe('fulfilled');
  expect(second.status === 'rejected' && isBusy(second.reason)).toBe(true);
  await expect(sql`SELECT nonsense`.execute(narrow).catch(isBusy)).resolves.toBe(false);
  await narrow.destroy();
  await server.stop();
});
