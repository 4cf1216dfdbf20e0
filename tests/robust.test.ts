import { beforeAll, describe, expect, test } from 'vitest';
import { features } from '../src/app.ts';
import type { Route } from '../src/platform/routing.ts';
import { placesOf, type Things } from './access/things.ts';
import { type TestBrowser, testApp } from './support/app.ts';
import { testDatabase } from './support/database.ts';
import { type FoundForm, formsOf } from './support/forms.ts';
import { makeWorld, type World } from './support/world.ts';

/*
 * Whatever is sent, the answer is a page that says what is wrong: never a failure of ours. Every route is asked
 * with values nobody types, in its address, its query and its form, by an office and by a teacher; then every
 * form there is gets filled in as a browser would, with one field at a time gone wrong.
 */

const { db } = await testDatabase();
const kept = testApp(db);
/** Signing out would end the asker's session half way. */
const routes: Route[] = features.flatMap((list) => list.routes).filter(({ path }) => path !== '/sign-out');
let world: World;
let things: Things;
let people: ReadonlyMap<'city office' | 'the teacher', TestBrowser>;

beforeAll(async () => {
  world = await makeWorld(db);
  things = await placesOf(db, world);
  people = new Map([
    ['city office', await kept.as(world.cityOffice)],
    ['the teacher', await kept.as(world.teacher)],
  ]);
});

const LONG = '字'.repeat(5000);
const NASTY = [
  'a\u0000b',
  '\ud800',
  "'; DROP TABLE person; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%_\\',
  '-1',
  '1e309',
  '2147483648',
  '99999999999999999999',
  '0000-00-00',
  '2026-02-30T99:99',
  '{"a":[',
  '=HYPERLINK("http://x")',
  LONG,
];
/** Names every object has, and names that reach its prototype. */
const ODD_FIELDS = ['constructor', '__proto__', 'toString', 'a[b]', ''];
const ADDRESSES = [
  'not-an-id',
  '%00',
  '%ff',
  '0199A1B2-0000-7000-8000-000000000000',
  'constructor',
  encodeURIComponent('李'),
];
const QUERY_NAMES =
  'page q unit kind type state sort order after before from to subject stage level group lang theme done next back actor action round verdict show who'.split(
    ' ',
  );

function addressOf(route: Route, otherwise?: string): string {
  return route.path.replaceAll(
    /:(\w+)(\{[^}]*\})?/g,
    (_, parameter: string) =>
      otherwise ??
      (route.path.startsWith('/records/imports/') && parameter === 'job'
        ? things.recordsJob
        : things[parameter]) ??
      'none',
  );
}

/** What failed, by who asked what; empty when nothing did. */
async function failures(
  asks: Iterable<readonly [string, () => Response | Promise<Response>]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [what, ask] of asks) {
    const answer = await ask();
    await answer.arrayBuffer();
    if (answer.status >= 500) found.push(`${answer.status} ${what.slice(0, 200)}`);
  }
  return found;
}

describe('whatever is sent, we do not fail', () => {
  test('an address that names nothing is not found', async () => {
    const asks = [...people].flatMap(([who, browser]) =>
      routes.flatMap((route) =>
        ADDRESSES.map((odd) => {
          const address = addressOf(route, odd);
          return [
            `${route.method} ${address} as ${who}`,
            () => (route.method === 'get' ? browser.get(address) : browser.post(address)),
          ] as const;
        }),
      ),
    );
    expect(await failures(asks)).toEqual([]);
  }, 240_000);

  test('a query nobody meant is read as no query', async () => {
    const asks = [...people].flatMap(([who, browser]) =>
      routes
        .filter(({ method }) => method === 'get')
        .flatMap((route) =>
          ['', ...NASTY.slice(-9), things.unit ?? '', 'constructor'].map((odd) => {
            const query = new URLSearchParams(QUERY_NAMES.map((name): [string, string] => [name, odd]));
            const address = `${addressOf(route)}?${query}`;
            return [
              `get ${route.path} as ${who} with ${JSON.stringify(odd.slice(0, 30))}`,
              () => browser.get(address),
            ] as const;
          }),
        ),
    );
    expect(await failures(asks)).toEqual([]);
  }, 240_000);

  test('a form with one field gone wrong is refused in words, or taken', async () => {
    const found: string[] = [];
    // In this order: an office may let the teacher leave, who then signs in no more.
    const three = {
      'the teacher': world.teacher,
      'school office': world.schoolOffice,
      'city office': world.cityOffice,
    };
    for (const [who, person] of Object.entries(three)) {
      // A session of their own: an act before may have ended the earlier ones.
      const browser = await kept.as(person);
      const forms = new Map<string, FoundForm>();
      for (const route of routes.filter(({ method }) => method === 'get')) {
        for (const query of ['', '?type=paper', '?kind=roster']) {
          const address = addressOf(route) + query;
          const answer = await browser.get(address);
          if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
          for (const form of formsOf(await answer.text(), address)) {
            forms.set(`${form.action} ${Object.keys(form.fields)}`, form);
          }
        }
      }
      forms.delete('/sign-out ');
      expect(forms.size, who).toBeGreaterThan(3);
      for (const form of forms.values()) {
        const file = (name: string, bytes: string) =>
          Object.fromEntries(form.files.map((field) => [field, new File([bytes], name)]));
        const wrongs: Record<string, string | File>[] = [
          ...Object.keys(form.fields).flatMap((field) => NASTY.map((odd) => ({ [field]: odd }))),
          ...ODD_FIELDS.map((field) => ({ [field]: 'x' })),
          ...(form.files.length === 0
            ? []
            : [
                file('<img src=x onerror=alert(1)>".pdf\r\nX: y', '%PDF-1.4'),
                file('名册.csv', '姓名,\u0000\n李\u0000华,"'),
                file('名册.xlsx', 'PK\u0003\u0004 broken'),
                file('空.pdf', ''),
                file(`${LONG}.pdf`, '%PDF-1.4'),
              ]),
        ];
        found.push(
          ...(await failures(
            wrongs.map((wrong) => [
              `post ${form.action} as ${who} with ${JSON.stringify(wrong)}`,
              () => browser.post(form.action, { ...form.fields, ...wrong }),
            ]),
          )),
        );
      }
    }
    expect(found).toEqual([]);
  }, 240_000);

  test('a form that is no form, or says it comes from nowhere, is refused', async () => {
    const cookie = await kept.cookie(world.cityOffice);
    const bodies: [string, string][] = [
      ['multipart/form-data', 'no boundary'],
      ['multipart/form-data; boundary=x', '--y\r\ngarbage'],
      ['application/json', '{"a":'],
      ['application/x-www-form-urlencoded', '%%%=%ff&&=&constructor=1'],
      ['text/plain', 'a'],
    ];
    const asks = routes
      .filter(({ method }) => method === 'post')
      .flatMap((route) =>
        bodies.flatMap(([type, body]) =>
          ['http://localhost', 'nonsense', 'null'].map(
            (origin) =>
              [
                `${route.path} ${type} ${body} from ${origin}`,
                () =>
                  kept.app.request(addressOf(route), {
                    method: 'POST',
                    body,
                    headers: { cookie, origin, 'content-type': type },
                  }),
              ] as const,
          ),
        ),
      );
    expect(await failures(asks)).toEqual([]);
  });
});
