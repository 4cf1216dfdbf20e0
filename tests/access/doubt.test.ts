import { type RawBuilder, sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { lastKnown } from '../../src/features/identity/sessions/known.ts';
import { standingOf } from '../../src/features/identity/standing.ts';
import { civilDateOf } from '../../src/platform/civil-now.ts';
import { transaction } from '../../src/platform/database.ts';
import { Doubt, TooSoon } from '../../src/platform/doubt.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { giveRole, makeWorld, type World } from '../support/world.ts';

/* A page is begun for whoever came with this session a moment ago, and given to nobody else (docs/decisions/026). */

const NOW = '2026-11-23T02:00:00Z';
const { db } = await testDatabase();
const city = testApp(db, NOW, { QINGLAN_EXPORTS: '1' });
let world: World;
let token: string;

const look = (path: string) =>
  city.app.request(path, { headers: { cookie: `${SESSION_COOKIE}=${token}`, 'accept-language': 'zh-CN' } });
const known = (of = token) => {
  const today = civilDateOf(new Date(NOW), city.services.config.timeZone);
  return lastKnown(city.services, { token: of, today });
};

const readsOf = async () => {
  await city.jobsDone();
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM sensitive_read WHERE reader_id = ${world.cityOffice}`.execute(db);
  return rows[0]?.n;
};

const loseRole = () => db.deleteFrom('role_assignment').where('person_id', '=', world.cityOffice).execute();

beforeAll(async () => {
  world = await makeWorld(db);
});
beforeEach(async () => {
  token = await insertSession(db, world.cityOffice, new Date(NOW), null);
});
afterEach(async () => {
  await loseRole();
  await giveRole(db, world.cityOffice, 'city-office', world.city);
});

test('what is known of a session is what its last page was answered with, and nothing before that', async () => {
  expect(known()).toBeUndefined();
  expect((await look('/people')).status).toBe(200);
  expect(known()?.actor).toMatchObject({ personId: world.cityOffice });
  expect((await look('/people')).status).toBe(200);
});

test('nothing is given before it is known for whom', async () => {
  expect((await look('/people')).status).toBe(200);
  let answered = false;
  const page = await transaction(db, async (tx) => {
    await sql`LOCK sign_in_setting IN ACCESS EXCLUSIVE MODE`.execute(tx); // Which sessions rest on.
    const asked = Promise.resolve(look('/people')).finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    return { asked };
  });
  expect(await (await page.asked).text()).toContain('李华');
});

test('who has lost the role or the session since is given nothing, and nothing is noted as read', async () => {
  const person = `/people/${world.teacher}`;
  expect((await look(person)).status).toBe(200);
  const before = (await readsOf()) ?? 0;
  expect(before).toBeGreaterThan(0);
  await loseRole();
  const withoutRole = await look(person);
  expect(withoutRole.status).toBe(403);
  expect(await withoutRole.text()).not.toContain('李华');
  await giveRole(db, world.cityOffice, 'city-office', world.city);
  expect((await look(person)).status).toBe(200);
  await db.deleteFrom('session').execute();
  const signedOut = await look(person);
  expect([signedOut.status, signedOut.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/sign-in/),
  ]);
  expect(known()).toBeUndefined();
  expect(await readsOf()).toBe(before + 1);
});

test('who has gained a role since is shown what it opens', async () => {
  await loseRole();
  expect((await look('/people')).status).toBe(403);
  await giveRole(db, world.cityOffice, 'city-office', world.city);
  const page = await look('/people');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('李华');
});

test('what is counted is counted once, and not for whoever has lost the role since', async () => {
  const taken = '/people?format=csv';
  await look('/people');
  await loseRole();
  expect((await look(taken)).status).toBe(403);
  await giveRole(db, world.cityOffice, 'city-office', world.city);
  await look('/people');
  expect((await look(taken)).status).toBe(200);
  await look('/people');
  expect((await look(taken)).status).toBe(429);
});

test('while there is a doubt the database is only asked', async () => {
  await look('/people');
  const { actor } = known() ?? {};
  if (actor === undefined) throw new Error('nobody is known');
  const doubt = new Doubt();
  const doubted = city.services.doors.open(standingOf(actor), doubt);
  const name = sql`SELECT name FROM unit WHERE id = ${world.city.id}`;
  const writes: RawBuilder<unknown>[] = [
    sql`UPDATE unit SET name = '别处' WHERE id = ${world.city.id}`,
    sql`WITH gone AS (DELETE FROM notice RETURNING id) SELECT count(*) FROM gone`,
    sql`SELECT name FROM unit WHERE id = ${world.city.id} FOR NO KEY UPDATE`,
    sql`SELECT pg_advisory_xact_lock(1)`,
    sql`SELECT set_config('qinglan.pass', 'guard', false)`,
    sql`TRUNCATE notice`,
  ];
  for (const write of writes) await expect(write.execute(doubted)).rejects.toThrow(TooSoon);
  await expect(transaction(doubted, async (tx) => name.execute(tx))).rejects.toThrow(TooSoon);
  expect((await name.execute(doubted)).rows).toEqual([{ name: '澜江市教育局' }]);
  doubt.end();
  expect((await transaction(doubted, async (tx) => name.execute(tx))).rows).toHaveLength(1);
});
