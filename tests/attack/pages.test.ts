import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../src/platform/root.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { everybody } from '../access/people.ts';
import { placesOf, type Things } from '../access/things.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { faultsOfPage, leadsHome } from '../support/page-faults.ts';
import { changes, snapshot } from '../support/snapshot.ts';
import { makeWorld, type World } from '../support/world.ts';
import { addressOf, formsShown, pagesShown, routes } from './kit.ts';

/*
 * What an attacker's page or link can do in the browser of someone who is signed in: run a script in ours, send our
 * forms, frame us, lead away from us. Asked of every page, route and form there is.
 */

const { db } = await testDatabase();
const kept = testApp(db);
const PEOPLE = [
  'teacher',
  'schoolOffice',
  'cityOffice',
  'administrator',
] as const satisfies readonly (keyof World)[];
let world: World;
let things: Things;
/** Ids in the order of the matrix's columns. */
let everyone: readonly (string | null)[];

beforeAll(async () => {
  world = await makeWorld(db);
  things = await placesOf(db, world);
  everyone = [...(await everybody(db, world)).values()];
});

const ELSEWHERE = [
  '//evil.example/',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/\t/evil.example',
  ' //evil.example',
  '\\\\evil.example',
];
/** Names under which an address to go on to is asked for, anywhere in the source. */
const ONWARD = ['next', 'back', 'return', 'returnTo', 'redirect', 'to', 'from', 'url', 'done', 'path'];

describe('every page', () => {
  test('has no script, style or handler of its own, may be framed by nobody and runs nothing from elsewhere', async () => {
    const faults: string[] = [];
    let seen = 0;
    for (const who of [...PEOPLE, null]) {
      const browser = await kept.as(who === null ? null : world[who]);
      for await (const { address, answer, html } of pagesShown(browser, things)) {
        seen += 1;
        faults.push(...[...faultsOfPage(html)].map((fault) => `${address} as ${who}: ${fault}`));
        const policy = answer.headers.get('content-security-policy') ?? '';
        for (const part of [
          "default-src 'self'",
          "script-src 'self'",
          "style-src 'self'",
          "object-src 'none'",
          "base-uri 'none'",
          "form-action 'self'",
          "frame-ancestors 'none'",
        ])
          if (!policy.split('; ').includes(part)) faults.push(`${address}: no ${part}`);
        if (/unsafe-|\*|https?:/.test(policy)) faults.push(`${address}: ${policy}`);
        if (answer.headers.get('x-frame-options') !== 'DENY') faults.push(`${address}: may be framed`);
        if (answer.headers.get('x-content-type-options') !== 'nosniff')
          faults.push(`${address}: may be guessed`);
        if (who !== null && answer.headers.get('cache-control') !== 'no-store')
          faults.push(`${address}: may be cached`);
      }
    }
    expect(faults).toEqual([]);
    expect(seen).toBeGreaterThan(150);
  }, 300_000);

  test('leads nowhere else, whatever address is asked for to go on to', async () => {
    const faults: string[] = [];
    for (const evil of ELSEWHERE.slice(0, 4)) {
      const query = ONWARD.map((name) => `${name}=${encodeURIComponent(evil)}`).join('&');
      const browser = await kept.as(world.teacher);
      for await (const { address, html } of pagesShown(browser, things, query))
        faults.push(...[...faultsOfPage(html)].map((fault) => `${address}: ${fault}`));
    }
    expect(faults).toEqual([]);
  }, 300_000);

  test('that is not found is no link elsewhere, though its address begins like another host', async () => {
    for (const path of ['//evil.example/', '//evil.example/%2e%2e', '/%5cevil.example/', '///evil.example']) {
      const answer = await kept.app.request(`http://localhost${path}`);
      expect(answer.status).toBe(404);
      expect([...faultsOfPage(await answer.text())]).toEqual([]);
    }
  });
});

test('after signing in and after every form, one stays here', async () => {
  const away: string[] = [];
  const look = (what: string, answer: Response) => {
    const location = answer.headers.get('location');
    if (location !== null && !leadsHome(location)) away.push(`${what}: ${location}`);
  };
  const browser = await kept.as(world.teacher);
  const nobody = await kept.as(null);
  const forms = await formsShown(browser, things);
  for (const evil of ELSEWHERE) {
    look('signed in already', await browser.get(`/sign-in?next=${encodeURIComponent(evil)}`));
    look('signing in', await nobody.post('/sign-in/demo', { person: world.teacher, next: evil }));
    look('a page that needs it', await nobody.get(`/records?next=${encodeURIComponent(evil)}`));
    const onward = Object.fromEntries(ONWARD.map((name) => [name, evil]));
    for (const { action, fields } of forms) {
      if (action.startsWith('/password')) continue;
      look(action, await browser.post(action, { ...fields, ...onward }));
    }
  }
  expect(away).toEqual([]);
  expect(forms.length).toBeGreaterThan(5);
}, 300_000);

describe('a form of somebody else', () => {
  /** Who may pass the guard of each route, as the reviewed matrix says. */
  const matrix = readFileSync(join(root, 'tests/access/matrix.txt'), 'utf8').split('\n');
  /** The first of them who may; null when the matrix names nobody. */
  const mayPass = (path: string): string | null =>
    everyone[matrix.find((line) => line.endsWith(`  POST ${path}`))?.indexOf('y', 1) ?? -1] ?? null;

  test('is refused and changes nothing: without its token, with that of another session or of one that is over, from another site', async () => {
    const posts = routes.filter(({ method }) => method === 'post');
    const foreign = await kept.session(world.auditor);
    const taken: string[] = [];
    // Whoever has no session has no token: a wrong invitation sent from our own page is tried, and that is counted.
    const CHANGES = ['session', 'sign_in_limit'];
    await kept.jobsDone(); // What was rightly asked for before.
    const before = await snapshot(db, CHANGES);
    for (const route of posts) {
      const who = mayPass(route.path);
      if (who === null) throw new Error(`${route.path} is passed by nobody`);
      const old = await kept.session(who);
      const { cookie, csrf } = await kept.session(who);
      const ways: Record<string, [token: string | null, headers: Record<string, string>]> = {
        'without a token': [null, { 'sec-fetch-site': 'same-origin' }],
        'with an empty token': ['', { 'sec-fetch-site': 'same-origin' }],
        'with the token of another': [foreign.csrf, { 'sec-fetch-site': 'same-origin' }],
        'with that of a session before': [old.csrf, { 'sec-fetch-site': 'same-origin' }],
        'from another site': [csrf, { 'sec-fetch-site': 'cross-site' }],
        'from a site beside': [csrf, { 'sec-fetch-site': 'same-site' }],
        'from another origin': [csrf, { origin: 'https://evil.example' }],
      };
      for (const [way, [token, headers]] of Object.entries(ways)) {
        const body = new URLSearchParams({
          [submissionField]: things.record ?? '',
          ...(token === null ? {} : { [csrfField]: token }),
        });
        const answer = await kept.app.request(addressOf(route, things), {
          method: 'POST',
          body,
          headers: { cookie, ...headers },
        });
        if (answer.status !== 403 && !(route.guard.kind !== 'may' && isClosed(answer.status)))
          taken.push(`${route.path} as ${who} ${way}: ${answer.status}`);
      }
    }
    expect(taken).toEqual([]);
    expect(changes(before, await snapshot(db, CHANGES))).toEqual([]);
  }, 300_000);

  test('does not sign anybody in from another site', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const answer = await kept.app.request('/sign-in', {
        method: 'POST',
        body: new URLSearchParams({ name: 'T1001', password: 'x' }),
        headers,
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });
});

/** About no record of anybody's, but closed to this one: another's invitation, a demo that is none, a password that is set. */
const isClosed = (status: number): boolean => status === 404 || status === 410;

test('looking changes nothing: no page that is got writes a row', async () => {
  const wrote: string[] = [];
  for (const who of [...PEOPLE, null]) {
    const browser = await kept.as(who === null ? null : world[who]);
    await kept.jobsDone();
    const before = await snapshot(db, ['session']);
    for (const route of routes.filter(({ method }) => method === 'get')) {
      await (await browser.get(addressOf(route, things))).arrayBuffer();
    }
    const after = await snapshot(db, ['session']);
    wrote.push(...changes(before, after).map((change) => `as ${who}: ${change.slice(0, 200)}`));
  }
  expect(wrote.filter((change) => !isAllowed(change))).toEqual([]);
}, 300_000);

/**
 * Looking leaves traces: who read what, that a list was taken along, a code tried, and sheets that are worked out again.
 * A secret for one-time codes is offered and kept until its first code: it opens nothing before.
 */
const isAllowed = (change: string): boolean =>
  /: (?:(audit(_\w+)?|fact_\w+|sensitive_read|sign_in_limit) |totp \+ )/.test(change);
