import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { features } from '../../src/app.ts';
import type { Database } from '../../src/platform/database.ts';
import { placesOf, type Things } from '../access/things.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { type FoundForm, formsOf } from '../support/forms.ts';
import { makeWorld, type World } from '../support/world.ts';
import { coverageOf } from './coverage.ts';
import { type ApiCall, type Known, PARAMETER, requests, type Sent, thingFor } from './requests.ts';
import { type Documented, send } from './send.ts';

/*
 * Requests nobody means to send, made up by fast-check for every route, every form that is shown and every call of the
 * OpenAPI document, by each kind of person. `npm run fuzz -- --requests 50000` sends more; each 5,000 meet a new
 * small world, for some of what is sent is done: people leave and roles end.
 */

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1200);
const SEED = Number(process.env.FUZZ_SEED ?? 20261126);
const A_WORLD = 5000;
const BATCH = 200;

const MANY = [
  'teacher',
  'schoolOffice',
  'cityOffice',
  'administrator',
  'groupLeader',
  'countyOffice',
  'auditor',
] as const satisfies readonly (keyof World)[];
/** A small run asks as fewer people: finding the forms each is shown takes its time. */
const PEOPLE = REQUESTS < 1000 ? MANY.slice(0, 3) : MANY;
const NOBODY = 'nobody';
const worlds = Array.from({ length: Math.ceil(REQUESTS / A_WORLD) }, (_, at) => ({
  world: at + 1,
  most: Math.min(A_WORLD, REQUESTS - at * A_WORLD),
}));

const routes = features.flatMap((list) => list.routes);
/** This part of the requests is shared out among the routes, at least three each, for one may be an address of none; the others go wherever they go. */
const SHARED_OUT = 0.2;
const coverage = coverageOf(routes);
/** Figures are for whoever asked for a run. */
const say = (text: string) => void (process.env.FUZZ_REQUESTS !== undefined && console.log(text));
const personOf = (world: World, who: string) =>
  PEOPLE.find((one) => one === who && world[one] !== '') ?? null;

describe.for(worlds)('world $world', async ({ world: number, most }) => {
  const { db } = await testDatabase();
  const kept = testApp(db);

  test(`${most} requests nobody means to send are each answered, within limits and in words`, async () => {
    const world = await makeWorld(db);
    const things = await placesOf(db, world);
    const { calls, documented } = await documentedCalls(kept);
    const known: Known = {
      routes,
      calls,
      things,
      people: [...PEOPLE, NOBODY],
      forms: await formsShown(kept, world, things),
      ids: await everyId(),
    };
    const counts = new Map<number, number>();
    const faults: string[] = [];
    const made = requests(known);
    const each = Math.max(3, Math.floor((most * SHARED_OUT) / routes.length));
    const plan = routes.map((route) => ({ to: made.to(route), runs: each }));
    for (let left = most - each * routes.length; left > 0; left -= BATCH)
      plan.push({ to: made.anywhere, runs: Math.min(BATCH, left) });
    let sessions = await sessionsOf(db, kept, world, known.people);
    let since = 0;
    for (const [part, { to, runs }] of plan.entries()) {
      if (since >= BATCH) {
        await kept.jobsDone();
        sessions = await sessionsOf(db, kept, world, known.people);
        since = 0;
      }
      const result = await fc.check(
        fc.asyncProperty(to, async (one: Sent) => {
          const seen = await send(kept.app, one, sessions.get(one.who) ?? null, documented);
          coverage.count(one, seen.status);
          counts.set(seen.status, (counts.get(seen.status) ?? 0) + 1);
          // Some of what is sent ends sessions: whoever was signed out by it signs in again.
          if (seen.status === 401) sessions.set(one.who, await sessionOf(db, kept, world, one.who));
          if (seen.faults.length > 0)
            throw new Error(`${seen.faults.join('; ')}\n${kept.complaints.splice(0).at(-1) ?? ''}`);
        }),
        { numRuns: runs, seed: SEED + number * 1000 + part, interruptAfterTimeLimit: 120_000 },
      );
      since += runs;
      if (result.failed)
        faults.push(
          `${result.errorInstance ?? 'interrupted'}\n${JSON.stringify(result.counterexample, shortly)}`,
        );
    }
    await kept.jobsDone();
    for (const line of kept.complaints) faults.push(line);
    const answered = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const by = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    say(`world ${number}, seed ${SEED}: ${answered} requests, answered ${by.join(', ')}`);
    expect(faults.map((fault) => fault.slice(0, 3000))).toEqual([]);
    expect(answered).toBe(most);
  }, 3_600_000);

  /** Ids of people, units and all else, so that what is another's is asked for. */
  async function everyId(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      SELECT id FROM person UNION ALL SELECT id FROM unit UNION ALL SELECT id FROM role_assignment
      UNION ALL SELECT id FROM round UNION ALL SELECT id FROM record UNION ALL SELECT id FROM application`.execute(
      db,
    );
    return rows.map(({ id }) => id);
  }
});

type Session = Awaited<ReturnType<TestApp['session']>> | null;
async function sessionOf(db: Database, kept: TestApp, world: World, who: string): Promise<Session> {
  const key = personOf(world, who);
  // Once everybody must have a second factor nobody would get any further.
  await db.updateTable('sign_in_setting').set({ second_factor_roles: [] }).execute();
  return key === null ? null : await kept.session(world[key]);
}
async function sessionsOf(db: Database, kept: TestApp, world: World, people: readonly string[]) {
  const sessions = new Map<string, Session>();
  for (const who of people) sessions.set(who, await sessionOf(db, kept, world, who));
  return sessions;
}

const shortly = (_: string, value: unknown) =>
  value instanceof Uint8Array
    ? `${value.length} bytes: ${Buffer.from(value.subarray(0, 60)).toString('latin1')}`
    : typeof value === 'string' && value.length > 200
      ? `${value.slice(0, 60)}… (${value.length})`
      : value;

async function documentedCalls({ app }: TestApp): Promise<{ calls: ApiCall[]; documented: Documented }> {
  const document = (await (await app.request('/api/openapi.json')).json()) as {
    paths: Record<
      string,
      Record<string, { parameters?: { name: string; in: string; schema?: Shape }[]; responses: object }>
    >;
  };
  const entries = Object.entries(document.paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [{ path, get }],
  );
  return {
    calls: entries.map(({ path, get }) => ({
      path,
      query: Object.fromEntries(
        (get.parameters ?? [])
          .filter((one) => one.in === 'query')
          .map(({ name, schema }) => [name, valuesOf(schema)]),
      ),
    })),
    documented: entries.map(({ path, get }) => [
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      new Set(Object.keys(get.responses).map(Number)),
    ]),
  };
}

interface Shape {
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values its schema allows, and those at its edges. */
const valuesOf = (shape: Shape | undefined): string[] => [
  ...(shape?.enum ?? []),
  ...[shape?.minimum, shape?.maximum].flatMap((edge) =>
    edge === undefined ? [] : [String(edge), String(edge - 1), String(edge + 1)],
  ),
  '1',
];

/** Every form each kind of person is shown by some page, about things of the teacher's. */
async function formsShown(kept: TestApp, world: World, things: Things): Promise<Map<string, FoundForm[]>> {
  const shown = new Map<string, FoundForm[]>();
  for (const who of [...PEOPLE, NOBODY]) {
    const key = personOf(world, who);
    const browser = await kept.as(key === null ? null : world[key]);
    const forms = new Map<string, FoundForm>();
    for (const route of routes.filter(({ method }) => method === 'get')) {
      const address = route.path.replaceAll(PARAMETER, (_, one: string) => thingFor(things, route.path, one));
      for (const query of route.path === '/records/new'
        ? ['', '?type=paper']
        : route.path === '/imports/new'
          ? ['?kind=roster']
          : ['']) {
        const answer = await browser.get(address + query);
        const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true;
        for (const form of isPage ? formsOf(await answer.text(), address + query) : [])
          forms.set(`${form.action} ${Object.keys(form.fields)}`, form);
      }
    }
    // Ending one's session or changing one's password would leave the rest of the batch to nobody.
    shown.set(
      who,
      [...forms.values()].filter(({ action }) => action !== '/sign-out' && !action.startsWith('/password')),
    );
  }
  return shown;
}

test('every route got requests', () => {
  say(`requests\tserved\troute\n${coverage.table()}`);
  expect(coverage.leftOut()).toEqual([]);
});
