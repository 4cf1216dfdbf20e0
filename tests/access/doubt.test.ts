import { Hono } from 'hono';
import { type RawBuilder, sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recogniser, SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { lastKnown } from '../../src/features/identity/sessions/known.ts';
import { standingOf } from '../../src/features/identity/standing.ts';
import { answerError } from '../../src/platform/answer.ts';
import { civilDateOf } from '../../src/platform/civil-now.ts';
import { transaction } from '../../src/platform/database.ts';
import { Doubt, inDoubt, TooSoon } from '../../src/platform/doubt.ts';
import { type ActorAsk, mount, routeList, signedIn } from '../../src/platform/routing.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { giveRole, makeWorld, type World } from '../support/world.ts';

/* A page is begun for whoever came with this session a moment ago, and given to nobody else (docs/decisions/026). */

const NOW = '2026-11-23T02:00:00Z';
const { db } = await testDatabase();
const city = testApp(db, NOW, { QINGLAN_EXPORTS: '1' });
let world: World;
let token: string;

const headersOf = (more: Readonly<Record<string, string>> = {}) => ({
  cookie: `${SESSION_COOKIE}=${token}`,
  'accept-language': 'zh-CN',
  ...more,
});
const look = (path: string, more: Readonly<Record<string, string>> = {}) =>
  city.app.request(path, { headers: headersOf(more) });
const known = () => {
  const today = civilDateOf(new Date(NOW), city.services.config.timeZone);
  return lastKnown(city.services.doors, { token, today });
};
const readsOf = async () => {
  await city.jobsDone();
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM sensitive_read WHERE reader_id = ${world.cityOffice}`.execute(db);
  return rows[0]?.n ?? 0;
};
const loseRole = () => db.deleteFrom('role_assignment').where('person_id', '=', world.cityOffice).execute();
const gainRole = () => giveRole(db, world.cityOffice, 'city-office', world.city);

/** While `work` is at it nobody can say whose a session is. */
const whileNobodyCanSay = <T>(work: () => Promise<T>): Promise<T> =>
  transaction(db, async (tx) => {
    await sql`LOCK sign_in_setting IN ACCESS EXCLUSIVE MODE`.execute(tx); // Which sessions rest on.
    return work();
  });
const moments = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An application with one page of ours at `/page`. */
function onePage(answer: (ask: ActorAsk) => Response | Promise<Response>): () => Promise<Response> {
  const list = routeList();
  list.get('/page', signedIn, answer);
  const app = new Hono();
  mount(app, [list], recogniser(city.services), async () => undefined);
  app.onError((error, c) => answerError(null, c, error));
  return async () => app.request('/page', { headers: headersOf() });
}
/** Of a session known to be somebody's, which has changed since. */
async function knownAndChanged(): Promise<void> {
  await look('/account');
  expect(known()).toBeDefined();
  await db
    .updateTable('session')
    .set({ proven_at: new Date('2026-11-23T01:00:00Z') })
    .execute();
}

beforeAll(async () => {
  world = await makeWorld(db);
});
beforeEach(async () => {
  token = await insertSession(db, world.cityOffice, new Date(NOW), null);
});
afterEach(async () => {
  await loseRole();
  await gainRole();
});

describe('a page that is begun', () => {
  test('is known to be somebody’s by the page before, and no more once they have signed out', async () => {
    expect(known()).toBeUndefined();
    expect((await look('/people')).status).toBe(200);
    expect(known()?.actor).toMatchObject({ personId: world.cityOffice });
    await db.deleteFrom('session').execute();
    expect((await look('/people')).status).toBe(303);
    expect(known()).toBeUndefined();
  });

  test('is read while nobody can say for whom, and given when it is known', async () => {
    await look('/people');
    let answered = false;
    const page = await whileNobodyCanSay(async () => {
      const { rows } = await sql<{ at: Date }>`SELECT clock_timestamp() AS at`.execute(db);
      const asked = Promise.resolve(look('/people')).finally(() => {
        answered = true;
      });
      await moments(300);
      expect(answered).toBe(false);
      const begun = await sql<{ n: number }>`
        SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query_start > ${rows[0]?.at}
           AND query LIKE '%"person"%'`.execute(db);
      expect(begun.rows[0]?.n, 'the list of people was asked for meanwhile').toBeGreaterThan(0);
      return { asked };
    });
    expect(await (await page.asked).text()).toContain('李华');
  });

  test('is given to nobody who has lost the role or the session since, and nothing is noted as read', async () => {
    const person = `/people/${world.teacher}`;
    expect((await look(person)).status).toBe(200);
    const before = await readsOf();
    expect(before).toBeGreaterThan(0);
    await loseRole();
    const withoutRole = await look(person);
    expect(withoutRole.status).toBe(403);
    expect(await withoutRole.text()).not.toContain('李华');
    await gainRole();
    expect((await look(person)).status).toBe(200);
    await db.deleteFrom('session').execute();
    const signedOut = await look(person);
    expect([signedOut.status, signedOut.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/sign-in/),
    ]);
    expect(await readsOf()).toBe(before + 1);
  });

  test('is done anew for whoever has gained a role since', async () => {
    await loseRole();
    expect((await look('/people')).status).toBe(403);
    await gainRole();
    const page = await look('/people');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('李华');
  });

  test('names nobody where it cannot be said who asks', async () => {
    const name = known()?.actor.name ?? '何平';
    expect(await (await look('/people')).text()).toContain(name);
    await sql`ALTER FUNCTION session_by_token(text, timestamptz, date) RENAME TO session_by_nothing`.execute(
      db,
    );
    try {
      const page = await look('/people');
      expect(page.status).toBe(500);
      const text = await page.text();
      expect(text).not.toContain(name);
      expect(text).not.toContain('李华');
    } finally {
      await sql`ALTER FUNCTION session_by_nothing(text, timestamptz, date) RENAME TO session_by_token`.execute(
        db,
      );
    }
  });

  test('counts what is taken along once, and not for whoever has lost the role since', async () => {
    const taken = '/people?format=csv';
    await look('/people');
    await loseRole();
    expect((await look(taken)).status).toBe(403);
    await gainRole();
    await look('/people');
    expect((await look(taken)).status).toBe(200);
    await look('/people');
    expect((await look(taken)).status).toBe(429);
  });

  test('signs no proof for whoever may no longer ask for one', async () => {
    await giveRole(db, world.cityOffice, 'auditor', world.city);
    const proof = '/audit/entries/1/proof.json';
    await look('/audit');
    await loseRole();
    const heads = async () =>
      (await sql<{ n: number }>`SELECT count(*)::int AS n FROM audit_checkpoint`.execute(db)).rows[0]?.n;
    const before = await heads();
    expect((await look(proof)).status).toBe(403);
    expect(await heads()).toBe(before);
  });
});

describe('of what was begun and is not given', () => {
  test('no header, cookie or status is left', async () => {
    const asked = { 'accept-encoding': 'br' };
    for (const path of ['/people?lang=en', `/people/${world.teacher}`, '/account']) {
      await look(path, asked);
      await loseRole();
      const [again, fresh] = [await look(path, asked), await look(path, asked)];
      for (const answer of [again, fresh]) answer.headers.delete('x-request-id');
      expect([again.status, [...again.headers]]).toEqual([fresh.status, [...fresh.headers]]);
      await gainRole();
    }
  });

  test('a file is closed', async () => {
    const opened: { cancelled: boolean }[] = [];
    const page = onePage(() => {
      const file = { cancelled: false };
      opened.push(file);
      return new Response(
        new ReadableStream({
          cancel: () => {
            file.cancelled = true;
          },
        }),
      );
    });
    await knownAndChanged();
    expect((await page()).status).toBe(200);
    expect(opened).toEqual([{ cancelled: true }, { cancelled: false }]);
  });

  test('nothing is given though somebody caught that it was too soon', async () => {
    let times = 0;
    const page = onePage(async ({ db: asked, actor, services }) => {
      times += 1;
      const write = sql`UPDATE session SET place = 'written' WHERE person_id = ${actor.personId}`;
      const done = await Promise.allSettled([write.execute(asked), services.files.remove('nothing')]);
      await moments(50);
      await sql`SELECT 1`.execute(asked).catch(() => undefined); // By now it may be known; it is too late.
      return new Response(
        done.map(({ status, ...why }) => `${status} ${'reason' in why ? why.reason.name : ''}`).join(),
      );
    });
    await look('/account');
    expect(await (await page()).text()).not.toContain('TooSoon');
    expect(times).toBe(2);
  });
});

describe('while there is a doubt', () => {
  const nothing = sql`SELECT 1 AS one`;
  const doubted = async () => {
    await look('/people');
    const actor = known()?.actor;
    if (actor === undefined) throw new Error('nobody is known');
    const doubt = new Doubt();
    return { doubt, asked: city.services.doors.open(standingOf(actor), doubt) };
  };

  test('the database is only asked', async () => {
    const writes: RawBuilder<unknown>[] = [
      sql`UPDATE unit SET name = '别处' WHERE id = ${world.city.id}`,
      sql`WITH gone AS (DELETE FROM notice RETURNING id) SELECT count(*) FROM gone`,
      sql`SELECT name FROM unit WHERE id = ${world.city.id} FOR NO KEY UPDATE`,
      sql`SELECT name FROM unit FOR SHARE`,
      sql`SELECT pg_advisory_xact_lock(1)`,
      sql`SELECT pg_advisory_lock_shared(1)`,
      sql`SELECT set_config('qinglan.pass', 'guard', false)`,
      sql`SELECT 1 AS one INTO kept`,
      sql`SELECT 1; TRUNCATE notice`,
      sql`TRUNCATE notice`,
    ];
    for (const write of writes) {
      const { asked } = await doubted();
      await expect(write.execute(asked)).rejects.toThrow(TooSoon);
    }
    const { asked } = await doubted();
    await expect(transaction(asked, async (tx) => nothing.execute(tx))).rejects.toThrow(TooSoon);
  });

  test('what was refused once is over, and what was not goes on when the doubt ends', async () => {
    const refused = await doubted();
    await expect(sql`TRUNCATE notice`.execute(refused.asked)).rejects.toThrow(TooSoon);
    refused.doubt.end();
    await expect(nothing.execute(refused.asked)).rejects.toThrow(TooSoon);
    const { doubt, asked } = await doubted();
    expect((await nothing.execute(asked)).rows).toEqual([{ one: 1 }]);
    doubt.end();
    expect((await transaction(asked, async (tx) => nothing.execute(tx))).rows).toEqual([{ one: 1 }]);
  });

  test('no function that a question may call writes, but the one that is known to', async () => {
    const { rows } = await sql<{ name: string }>`
      SELECT proname AS name FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
       WHERE nspname = current_schema() AND provolatile = 'v' AND prorettype <> 'trigger'::regtype
         AND prokind = 'f'`.execute(db);
    expect(rows.map(({ name }) => name)).toEqual(['append_audit']);
    const { asked } = await doubted();
    await expect(sql`SELECT append_audit('{}')`.execute(asked)).rejects.toThrow(TooSoon);
  });

  test('no work, job, file or note is begun', async () => {
    const doubt = new Doubt();
    const { works, jobs, files, reads } = inDoubt(city.services, doubt);
    expect(() => works.open('proof')).toThrow(TooSoon);
    await expect(jobs.ask('roster', 'x')).rejects.toThrow(TooSoon);
    await expect(jobs.runNow('reads')).rejects.toThrow(TooSoon);
    await expect(files.put(new Uint8Array())).rejects.toThrow(TooSoon);
    await expect(files.remove('x')).rejects.toThrow(TooSoon);
    expect(() => reads.note({} as Parameters<typeof reads.note>[0])).toThrow(TooSoon);
  });
});
