import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { beforeAll, describe, expect, test } from 'vitest';
import { features } from '../../src/app.ts';
import { askFor, SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { answerError } from '../../src/platform/answer.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { root } from '../../src/platform/root.ts';
import { mount, type Route } from '../../src/platform/routing.ts';
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

const { db, url } = await testDatabase();
const file = join(root, 'tests/access/matrix.txt');
const kept = testApp(db);
let things: Things;
const guards = new Hono();
mount(
  guards,
  features.map((list) => ({
    ...list,
    routes: list.routes.map((route) => ({ ...route, answer: () => new Response('passed') })),
  })),
  (c) => askFor(c, kept.services),
);
guards.onError((error, c) => answerError(null, c, error));

const routes: Route[] = features.flatMap((list) => list.routes);
/** Routes whose guard itself finds the thing; the others list only what lies under the asker's own units. */
const aboutOneThing = routes.filter(
  ({ guard, path }) => guard.kind === 'may' && guard.place !== null && path.includes(':'),
);
const name = (route: Route) => `${route.method.toUpperCase()} ${route.path}`;

/** The city office of another authority in the same database, with the session it has there. */
const OTHER_AUTHORITY = 'of another authority';
type Asker = Person | typeof OTHER_AUTHORITY;

const cookies = new Map<Asker, string>();

beforeAll(async () => {
  const world = await makeWorld(db);
  things = await placesOf(db, world);
  for (const [asker, id] of await everybody(db, world)) {
    cookies.set(asker, id === null ? '' : await kept.cookie(id));
  }
  await migrate(url, { schema: 'elsewhere' });
  const elsewhere = openDatabase(url, { schema: 'elsewhere', max: 1 });
  const { cityOffice } = await makeWorld(elsewhere);
  const token = await insertSession(elsewhere, cityOffice, kept.services.clock(), null);
  cookies.set(OTHER_AUTHORITY, `${SESSION_COOKIE}=${token}`);
  await elsewhere.destroy();
});

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

async function ask(route: Route, asker: Asker): Promise<'yes' | 'sign in' | 'no' | 'nothing'> {
  const answer = await guards.request(addressOf(route), {
    method: route.method.toUpperCase(),
    headers: { cookie: cookies.get(asker) ?? '', 'sec-fetch-site': 'same-origin' },
  });
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
  const askers = Object.keys(PEOPLE) as Person[];
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
  }, 120_000);

  test('whoever is signed in at another authority of the same database is a stranger here', async () => {
    for (const route of routes) {
      expect(`${name(route)} ${await ask(route, OTHER_AUTHORITY)}`).toBe(
        `${name(route)} ${await ask(route, 'signed out')}`,
      );
    }
  }, 120_000);

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
