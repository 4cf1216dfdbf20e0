import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { features } from '../../src/app.ts';
import { recogniser, SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { openHouse } from '../../src/house.ts';
import { answerError } from '../../src/platform/answer.ts';
import { FIRST_NODE, openDirectory, withDirectory } from '../../src/platform/directory.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { openNode } from '../../src/platform/nodes.ts';
import { root } from '../../src/platform/root.ts';
import { mount, type Route } from '../../src/platform/routing.ts';
import type { Services } from '../../src/platform/services.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeWorld } from '../support/world.ts';
import { everybody, PEOPLE, type Person } from './people.ts';
import { placesOf, type Things } from './things.ts';

/*
 * Role × route × place. Every route's real guard is asked by every kind of person about a thing of their own
 * place and of others; the answers are kept in `matrix.txt` for people to review, and a route that is not in
 * it fails. `UPDATE_MATRIX=1` writes it anew.
 */

const { db, url, schema } = await testDatabase();
const file = join(root, 'tests/access/matrix.txt');
const kept = testApp(db);
let things: Things;

/** Every route's guard over these services, with nothing behind it. */
function guardsOf(services: Services): Hono {
  const app = new Hono();
  mount(
    app,
    features.map((list) => ({
      ...list,
      routes: list.routes.map((route) => ({ ...route, answer: () => new Response('passed') })),
    })),
    recogniser(services),
    async () => undefined, // How many files were taken along is no matter of whose they are.
  );
  app.onError((error, c) => answerError(null, c, error));
  return app;
}
const guards = guardsOf(kept.services);

const routes: Route[] = features.flatMap((list) => list.routes);
/** Routes whose guard itself finds the thing; the others list only what lies under the asker's own units. */
const aboutOneThing = routes.filter(
  ({ guard, path }) => guard.kind === 'may' && guard.place !== null && path.includes(':'),
);
const name = (route: Route) => `${route.method.toUpperCase()} ${route.path}`;

/** The city office of another authority in the same database, signed in there, at the address of this one. */
const OTHER_AUTHORITY = 'city office of another authority';
type Asker = Person | typeof OTHER_AUTHORITY;

const cookies = new Map<Asker, string>();

/** Both authorities in one house, each at its own address. */
const [HERE, ELSEWHERE] = ['here.example.org', 'elsewhere'];
let atAddress: (request: Request) => Response | Promise<Response>;
let closing: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  const world = await makeWorld(db);
  things = await placesOf(db, world);
  for (const [asker, id] of await everybody(db, world)) {
    cookies.set(asker, id === null ? '' : await kept.cookie(id));
  }
  await migrate(url, { schema: ELSEWHERE });
  await withDirectory(url, async (records) => {
    await records.insert({ name: schema, schema, hosts: [HERE], path: null, node: FIRST_NODE });
    await records.insert({
      name: ELSEWHERE,
      schema: ELSEWHERE,
      hosts: [],
      path: ELSEWHERE,
      node: FIRST_NODE,
    });
  });
  const directory = await openDirectory(url, { onError: () => undefined });
  const node = openNode(url, { max: 4, ownerMax: 2 });
  const { config, log, clock } = kept.services;
  const house = openHouse({
    config,
    directory,
    nodes: new Map([[FIRST_NODE, node]]),
    log,
    jobsOf: () => ({ ask: async () => undefined, runNow: async () => undefined }),
    clock,
  });
  closing = async () => {
    await directory.close();
    await node.close();
  };
  atAddress = house.serve(guardsOf);
  const { db: elsewhere } = house.of(ELSEWHERE);
  const { cityOffice } = await makeWorld(elsewhere);
  const token = await insertSession(elsewhere, cityOffice, clock(), null);
  cookies.set(OTHER_AUTHORITY, `${SESSION_COOKIE}=${token}`);
});
afterAll(() => closing());

/** The address of a route about the teacher's things. A parameter nobody knows fails the test. */
function addressOf(route: Route): string {
  return route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_, parameter: string) => {
    const value =
      route.path.startsWith('/records/imports/') && parameter === 'job'
        ? things.recordsJob
        : things[parameter];
    if (value === undefined) throw new Error(`${name(route)}: tests/access/things.ts makes no :${parameter}`);
    return value;
  });
}

type Heard = 'yes' | 'sign in' | 'no' | 'nothing';

async function ask(route: Route, asker: Asker, under = `http://${HERE}`): Promise<Heard> {
  const init = {
    method: route.method.toUpperCase(),
    headers: { cookie: cookies.get(asker) ?? '', 'sec-fetch-site': 'same-origin' },
  };
  // Whoever comes from elsewhere comes through the door of the house; for the others there is no other authority.
  const answer =
    asker === OTHER_AUTHORITY
      ? await atAddress(new Request(`${under}${addressOf(route)}`, init))
      : await guards.request(addressOf(route), init);
  switch (answer.status) {
    case 200:
      return 'yes';
    case 303:
    case 401:
      return 'sign in';
    case 403:
      return 'no';
    case 404:
      return 'nothing';
    default:
      throw new Error(`${name(route)} as ${asker}: ${answer.status}`);
  }
}

async function matrix(): Promise<string> {
  const askers: Asker[] = [...(Object.keys(PEOPLE) as Person[]), OTHER_AUTHORITY];
  const lines = [
    `# ${askers.map((asker, index) => `${index} ${asker}`).join(' · ')}`,
    '# y yes, s sign in first, . no',
  ];
  for (const route of [...routes].sort(
    (a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'),
  )) {
    const marks = await Promise.all(
      askers.map(async (asker) => {
        const answer = await ask(route, asker);
        if (answer === 'nothing')
          throw new Error(`${name(route)} as ${asker}: the thing in tests/access/things.ts is not found`);
        return { yes: 'y', 'sign in': 's', no: '.' }[answer];
      }),
    );
    lines.push(`${marks.join('')}  ${name(route)}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('nobody sees or does what their place does not allow', () => {
  test('every route answers every kind of person as the reviewed matrix says', async () => {
    const found = await matrix();
    if (process.env.UPDATE_MATRIX === '1' || !existsSync(file)) writeFileSync(file, found);
    expect(found).toBe(readFileSync(file, 'utf8'));
  });

  test('whoever is signed in at another authority is a stranger at the address of this one', async () => {
    for (const route of routes) {
      expect(`${name(route)} ${await ask(route, OTHER_AUTHORITY)}`).toBe(
        `${name(route)} ${await ask(route, 'signed out')}`,
      );
    }
  });

  test('and at the address of their own they are somebody, but find no thing of this one', async () => {
    const own = `http://${HERE.replace('here', 'any')}/${ELSEWHERE}`;
    const heard = new Map<string, Heard>();
    for (const route of routes) heard.set(name(route), await ask(route, OTHER_AUTHORITY, own));
    expect(heard.get('GET /account')).toBe('yes');
    const found = aboutOneThing.filter((route) => heard.get(name(route)) === 'yes');
    expect(found.map(name)).toEqual([]);
  });

  test('someone signed out reaches only what is open to the public', async () => {
    for (const route of routes) {
      expect(`${name(route)} ${await ask(route, 'signed out')}`).toBe(
        `${name(route)} ${route.guard.kind === 'anyone' ? 'yes' : 'sign in'}`,
      );
    }
  });

  test('offices of another county and teachers elsewhere reach nothing that has a place in this one, but for what is above both', async () => {
    const shared = /\/(rounds|programmes)\//;
    for (const route of aboutOneThing.filter(({ path }) => !shared.test(path))) {
      for (const asker of [
        'another county office',
        'another school office',
        'a teacher elsewhere',
      ] as const) {
        expect(`${name(route)} ${await ask(route, asker)}`).toBe(`${name(route)} no`);
      }
    }
  });

  test('a thing that does not exist is not found, for those who might see it', async () => {
    const missing = '0199a1b2-0000-7000-8000-000000000000';
    for (const route of aboutOneThing) {
      const address = route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, missing);
      const answer = await guards.request(address, {
        method: route.method.toUpperCase(),
        headers: { cookie: cookies.get('city office') ?? '', 'sec-fetch-site': 'same-origin' },
      });
      expect([403, 404], `${name(route)}: ${answer.status}`).toContain(answer.status);
    }
  });
});
