import { availableParallelism } from 'node:os';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { expect, test } from 'vitest';
import { standingPool, type Whereabouts } from '../../src/platform/connections.ts';
import { type Database, type Db, openNodePool, transaction } from '../../src/platform/database.ts';
import { passing, withPass } from '../../src/platform/doors.ts';
import type { DB } from '../../src/platform/schema.generated.ts';
import { NOBODY, PASSES } from '../../src/platform/standing.ts';
import { doorsOf, testDatabase, worksOf } from '../support/database.ts';

const { db, url, schema } = await testDatabase();
const doors = doorsOf(db);
const asMe = (who: string): Database => doors.open({ pass: null, text: `;me=${who};unit=1.;` });

interface Told {
  readonly pid: number;
  readonly standing: string;
  readonly pass: string;
  /** Set by the transaction of a test, for as long as it lasts. */
  readonly within: string;
}
async function told(asked: Db): Promise<Told> {
  const { rows } = await sql<Told>`
    SELECT pg_backend_pid() AS pid, current_setting('qinglan.standing', true) AS standing,
           current_setting('qinglan.pass', true) AS pass,
           coalesce(current_setting('qinglan.within', true), '') AS within FROM pg_sleep(0.005)`.execute(
    asked,
  );
  if (rows[0] === undefined) throw new Error('one row');
  return rows[0];
}
const connections = (all: readonly Told[]): number => new Set(all.map(({ pid }) => pid)).size;

test('what one request asks at once shares connections when the cores are busy', async () => {
  const mine = asMe('a');
  const all = await Promise.all(Array.from({ length: 20 }, () => told(mine)));
  expect(connections(all)).toBeLessThanOrEqual(Math.min(5, availableParallelism()));
  expect(new Set(all.map(({ standing }) => standing))).toEqual(new Set([';me=a;unit=1.;']));
});

test('each statement stands for whom it is asked, whatever else its connection is asked', async () => {
  const people = ['a', 'b', 'c', 'd'];
  const asked = people.flatMap((who) => {
    const own = asMe(who);
    return Array.from({ length: 12 }, (_, i) => {
      const pass = i % 3 === 0 ? null : (PASSES[i % PASSES.length] ?? null);
      return { who, pass, asked: pass === null ? own : withPass(own, pass) };
    });
  });
  const all = await Promise.all(asked.map(async (one) => ({ ...one, told: await told(one.asked) })));
  for (const one of all)
    expect(one.told).toMatchObject({ standing: `;me=${one.who};unit=1.;`, pass: one.pass ?? '' });
  expect(connections(all.map(({ told: answer }) => answer))).toBeLessThanOrEqual(5);
});

test('a statement that fails leaves those that share its connection as they are', async () => {
  const mine = asMe('a');
  const all = await Promise.allSettled(
    Array.from({ length: 12 }, async (_, i) =>
      i % 2 === 0 ? await told(mine) : await sql`SELECT 1 / ${0}::int, ${i}::int`.execute(mine),
    ),
  );
  expect(all.map(({ status }) => status)).toEqual(
    Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
  );
  expect(await told(mine)).toMatchObject({ standing: ';me=a;unit=1.;', pass: '' });
});

test('a transaction has its connection for itself, though it began in the middle of a request’s questions', async () => {
  const mine = asMe('a');
  const outside: Promise<Told>[] = [];
  const ask = () => outside.push(...Array.from({ length: 6 }, () => told(mine)));
  ask();
  const within = transaction(mine, async (trx) => {
    await sql`SELECT set_config('qinglan.within', 'yes', true)`.execute(trx);
    const all: Told[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      ask();
      all.push(await told(trx));
    }
    return all;
  });
  ask();
  const [inside, others] = [await within, await Promise.all(outside)];
  expect(inside).toHaveLength(4);
  expect(connections(inside)).toBe(1);
  expect(new Set(inside.map((one) => one.within))).toEqual(new Set(['yes']));
  expect(others).toHaveLength(36);
  expect(new Set(others.map((one) => one.within))).toEqual(new Set(['']));
  expect(new Set(others.map(({ standing }) => standing))).toEqual(new Set([';me=a;unit=1.;']));
});

test('two transactions and many questions of one request at once all end', async () => {
  const mine = asMe('a');
  const add = async (n: number) =>
    await transaction(mine, async (trx) => {
      await sql`SELECT pg_sleep(0.01)`.execute(trx);
      return n;
    });
  const all = await Promise.all([
    ...Array.from({ length: 10 }, () => told(mine)),
    ...Array.from({ length: 8 }, (_, n) => add(n)),
    ...Array.from({ length: 10 }, () => told(mine)),
  ]);
  expect(all).toHaveLength(28);
});

test('a transaction that got no connection of its own gives back none that others are asking', async () => {
  const pool = openNodePool(url, { max: 1 });
  const place: Whereabouts = { pool, schema, role: null };
  const mine = new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: standingPool(() => place, NOBODY, { leases: new Set(), doubt: null }),
    }),
  });
  await told(mine);
  let released = 0;
  pool.on('release', () => {
    released += 1;
  });
  const lock = 4711;
  await transaction(db, async (holding) => {
    await sql`SELECT pg_advisory_xact_lock(${lock})`.execute(holding);
    const waiting = [1, 2].map(() => sql`SELECT pg_advisory_xact_lock_shared(${lock})`.execute(mine));
    pool.options.connectionTimeoutMillis = 50; // The only connection is waiting for us.
    await expect(transaction(mine, async () => 'begun')).rejects.toThrow('timeout exceeded');
    expect(released).toBe(0);
    pool.options.connectionTimeoutMillis = 0;
    return waiting;
  }).then((waiting) => Promise.all(waiting));
  expect(released).toBe(1);
  expect(await transaction(mine, async () => 'begun')).toBe('begun');
  await pool.end();
});

test('what a transaction still asks when it has failed is neither done nor asked of whoever comes next', async () => {
  const mine = asMe('a');
  const late: Promise<string>[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const given = transaction(mine, async (trx) => {
      const fails = sql`SELECT 1 / ${0}::int`.execute(trx);
      for (let n = 0; n < 4; n += 1)
        late.push(
          sql`SELECT set_config('qinglan.within', 'late', false)`.execute(trx).then(
            () => 'done',
            () => 'refused',
          ),
        );
      await fails;
    });
    await expect(given).rejects.toThrow('division by zero');
    expect(new Set(await Promise.all(late))).toEqual(new Set(['refused']));
    expect((await told(mine)).within).toBe('');
  }
});

test('a pass within a transaction is over with its question, and leaves those around it as they were', async () => {
  const pass = async (asked: Db): Promise<string> => (await told(asked)).pass;
  const [own, around, inner, aroundAgain, failed, after] = await transaction(
    withPass(asMe('a'), 'sign-in'),
    async (trx) => [
      await pass(trx),
      ...(await passing(trx, 'applicants', async (all) => [
        await pass(all),
        await passing(all, 'guard', pass),
        await pass(all),
      ])),
      await passing(trx, 'guard', () => Promise.reject(new Error('not found'))).catch(() => pass(trx)),
      await pass(trx),
    ],
  );
  expect({ own, around, inner, aroundAgain, failed, after }).toEqual({
    own: 'sign-in',
    around: 'applicants',
    inner: 'guard',
    aroundAgain: 'applicants',
    failed: 'sign-in',
    after: 'sign-in',
  });
  const both = await transaction(asMe('a'), async (trx) => {
    const long = passing(trx, 'guard', async (all) => [await pass(all), await pass(all), await pass(all)]);
    await Promise.all([long, passing(trx, 'similar', pass)]);
    return await pass(trx);
  });
  expect(both).toBe('');
});

test('jobs have a connection for each statement: a long one holds up no other', async () => {
  const work = worksOf(db).open('faults');
  const all = await Promise.all(Array.from({ length: 4 }, () => told(work)));
  expect(connections(all)).toBe(4);
});

test('nobody’s connections stand for nobody', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => told(doors.open(NOBODY))));
  expect(new Set(all.map(({ standing }) => standing))).toEqual(new Set(['']));
});
