import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { root } from '../../src/platform/root.ts';
import type { Route } from '../../src/platform/routing.ts';
import type { FoundForm } from '../support/forms.ts';
import { ODD_HEADERS, ODD_NAMES, type OddFile, oddFile, oddText } from './values.ts';

/** A request as it is sent, by whom. */
export interface Sent {
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Body;
  /** With the token of the session, as a page's form carries it. */
  readonly token: boolean;
}

export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'form' | 'multipart'; readonly fields: readonly (readonly [string, string | OddFile])[] }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly type: string; readonly bytes: Uint8Array };

/** One call of the OpenAPI document: its path with {names}, and the queries it takes with a value each may have. */
export interface ApiCall {
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
}

export interface Known {
  readonly routes: readonly Route[];
  readonly calls: readonly ApiCall[];
  /** Forms by who was shown them. */
  readonly forms: ReadonlyMap<string, readonly FoundForm[]>;
  readonly people: readonly string[];
  /** Values of the parameters of routes, by name. */
  readonly things: Readonly<Record<string, string>>;
  /** Ids of everything there is. */
  readonly ids: readonly string[];
}

/** Every name of a field, file or query that the source asks a request for. */
export function namesInSource(): string[] {
  const names = new Set<string>();
  const folder = join(root, 'src');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || file.includes('.test.')) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    const asked =
      /(?:values|all|files)\??\.(\w+)|(?:values|all|files)\[['"](\w+)['"]\]|req\.quer(?:y|ies)\('(\w+)'\)|searchParams\.get\('(\w+)'\)/g;
    for (const match of text.matchAll(asked)) names.add(match.slice(1).find(Boolean) ?? '');
    for (const [, keys = ''] of text.matchAll(/z\s*\.object\(\{([\s\S]*?)\}\)/g))
      for (const [, key = ''] of keys.matchAll(/(?:^|[,{\n])\s*(\w+)\s*[:,}]/g)) names.add(key);
  }
  names.delete('');
  return [...names].sort();
}

const pairs = <A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>, maxLength: number) =>
  fc.array(fc.tuple(a, b), { maxLength });

export interface Requests {
  /** Whatever may be sent to any route, form or call, and to addresses that are none. */
  readonly anywhere: fc.Arbitrary<Sent>;
  /** Whatever may be sent to one route. */
  to(route: Route): fc.Arbitrary<Sent>;
  /** What is near to a form that would be accepted: some fields changed, left out or said twice; by its owner mostly. */
  around(owner: string, form: FoundForm): fc.Arbitrary<Sent>;
  /** A page that is there, asked for with queries and headers nobody means to send. */
  aroundPage(owner: string, address: string): fc.Arbitrary<Sent>;
}

export function requests(known: Known): Requests {
  const names = namesInSource();
  const text = oddText([...known.ids, ...Object.values(known.things)]);
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
  );
  const query = pairs(name, text, 3);
  const headers = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray([...ODD_HEADERS], { maxLength: 3 }) },
  );
  const who = fc.constantFrom(...known.people);
  const token = fc.oneof(
    { weight: 19, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  );
  const value = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: oddFile });
  const body: fc.Arbitrary<Body> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('form', 'multipart'), fields: pairs(name, value, 6) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('json' as const), value: fc.jsonValue() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('bytes' as const),
        type: fc.constantFrom(
          'multipart/form-data',
          'multipart/form-data; boundary=x',
          'multipart/form-data; boundary=""',
          'application/x-www-form-urlencoded',
          'application/x-www-form-urlencoded; charset=utf-16',
          'application/xml',
          'text/plain',
          'x',
        ),
        bytes: fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.constant(
            new TextEncoder().encode(
              '--x\r\nContent-Disposition: form-data; name="a"; filename*=utf-8\'\'%ff\r\n\r\n\r\n--x--',
            ),
          ),
        ),
      }),
    },
  );
  const parameter = (path: string, parameter: string) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(thingFor(known.things, path, parameter)) },
      { weight: 2, arbitrary: fc.constantFrom(...known.ids) },
      { weight: 2, arbitrary: text },
    );
  const addressOf = (path: string): fc.Arbitrary<string> =>
    fc.tuple(...[...path.matchAll(PARAMETER)].map(([, one = '']) => parameter(path, one))).map((values) => {
      let at = 0;
      return path.replaceAll(PARAMETER, () => encode(values[at++] ?? ''));
    });
  const oddMethod: fc.Arbitrary<string | null> = fc.oneof(
    { weight: 19, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'GET', 'POST') },
  );
  const to = (route: Route) =>
    fc.record<Sent>({
      who,
      token,
      method: fc.constant(route.method.toUpperCase()),
      path: addressOf(route.path),
      query,
      headers,
      body: route.method === 'get' ? fc.constant<Body>({ kind: 'none' }) : body,
    });
  const shown = [...known.forms].flatMap(([owner, forms]) => forms.map((form) => ({ owner, form })));
  const around = (owner: string, form: FoundForm): fc.Arbitrary<Sent> => {
    const own = [...Object.keys(form.fields), ...form.files];
    const changed =
      own.length === 0
        ? name
        : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...own) }, { weight: 1, arbitrary: name });
    return fc.record<Sent>({
      who: fc.oneof({ weight: 9, arbitrary: fc.constant(owner) }, { weight: 1, arbitrary: who }),
      token,
      method: fc.constant('POST'),
      path: fc.constant(form.action),
      query: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: query }),
      headers,
      body: fc
        .record({
          kind:
            form.files.length > 0 ? fc.constant('multipart' as const) : fc.constantFrom('form', 'multipart'),
          changes: pairs(changed, value, 3),
          repeated: fc.subarray(own, { maxLength: Math.min(own.length, 1) }),
          left: fc.oneof(
            { weight: 4, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.subarray(own) },
          ),
          files: fc.tuple(...form.files.map((field) => oddFile.map((file) => [field, file] as const))),
        })
        .map(({ kind, changes, repeated, left, files }): Body => {
          const gone = new Set([...changes.map(([field]) => field), ...left]);
          const kept = Object.entries(form.fields).filter(([field]) => !gone.has(field));
          return {
            kind,
            fields: [
              ...kept,
              ...files.filter(([field]) => !gone.has(field)),
              ...changes,
              ...kept.filter(([field]) => repeated.includes(field)),
            ],
          };
        }),
    });
  };
  const anyRoute = fc.constantFrom(...known.routes).chain(to);
  const toForms =
    shown.length === 0 ? anyRoute : fc.constantFrom(...shown).chain(({ owner, form }) => around(owner, form));
  const aroundPage = (owner: string, address: string): fc.Arbitrary<Sent> =>
    fc.record<Sent>({
      who: fc.oneof({ weight: 9, arbitrary: fc.constant(owner) }, { weight: 1, arbitrary: who }),
      token: fc.constant(false),
      method: fc.constant('GET'),
      path: fc.constant(address),
      query,
      headers,
      body: fc.constant<Body>({ kind: 'none' }),
    });
  const calls = (call: ApiCall) =>
    fc.record<Sent>({
      who,
      token: fc.constant(false),
      method: fc.constant('GET'),
      path: addressOf(call.path.replaceAll(/\{(\w+)\}/g, ':$1')),
      query: fc
        .tuple(
          ...Object.entries(call.query).map(([field, good]) =>
            fc.oneof(fc.constantFrom(...good), text).chain((one) => fc.subarray([[field, one] as const])),
          ),
          query,
        )
        .map((all) => all.flat()),
      headers,
      body: fc.constant<Body>({ kind: 'none' }),
    });
  const toCalls = known.calls.length === 0 ? anyRoute : fc.constantFrom(...known.calls).chain(calls);
  const nowhere = fc.record<Sent>({
    who,
    token,
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'),
    path: fc.oneof(
      text.map((odd) => `/${encode(odd)}`),
      fc.constantFrom(
        '//evil.example/',
        '/%',
        '/%ff',
        '/..%2f..%2fetc/passwd',
        '/assets/..%2f..%2fpackage.json',
        '/assets/%00',
        '/assets/__proto__',
        '/.env',
        '/sign-in/',
        '/SIGN-IN',
      ),
    ),
    query,
    headers,
    body: fc.constant<Body>({ kind: 'none' }),
  });
  const anywhere = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom(...known.routes).chain(to), oddMethod)
        .map(([sent, method]) => (method === null ? sent : { ...sent, method })),
    },
    { weight: 10, arbitrary: toForms },
    { weight: 3, arbitrary: toCalls },
    { weight: 1, arbitrary: nowhere },
  );
  return { anywhere, to, around, aroundPage };
}

export const PARAMETER = /:(\w+)(?:\{[^}]*\})?/g;

/** What a parameter of a route is for the teacher of the small world. */
export const thingFor = (things: Readonly<Record<string, string>>, path: string, parameter: string): string =>
  (path.startsWith('/records/imports/') && parameter === 'job' ? things.recordsJob : things[parameter]) ??
  'none';

/** Percent-encoded, a lone surrogate too: as U+FFFD, which is what a client sends for it. */
export const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
