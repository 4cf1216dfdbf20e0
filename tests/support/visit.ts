import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { selectOptionalSession } from '../../src/features/identity/queries.ts';
import { civilDateOf } from '../../src/platform/civil-now.ts';
import { csrfField } from '../../src/web/viewer.ts';
import type { TestApp } from './app.ts';

/** A browser that keeps cookies as browsers do, at an address of its own: for all that happens around signing in. */
export interface Visit {
  readonly cookies: ReadonlyMap<string, string>;
  /** As an address that was typed; or as the headers say that it came. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The text of a page. */
  read(path: string): Promise<string>;
  post(path: string, fields?: Record<string, string | readonly string[]>): Promise<Response>;
  signIn(name: string, password: string, next?: string): Promise<Response>;
}

export function visit(
  city: TestApp,
  {
    address = '192.0.2.1',
    agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  } = {},
): Visit {
  const cookies = new Map<string, string>();
  const env = { incoming: { socket: { remoteAddress: address } } };
  const headers = () => ({
    'accept-language': 'zh-CN',
    'user-agent': agent,
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  });
  const keep = (answer: Response): Response => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const get: Visit['get'] = async (path, came = { 'sec-fetch-site': 'none' }) =>
    keep(await city.app.request(path, { headers: { ...headers(), ...came } }, env));
  const csrf = async (): Promise<string> => {
    const { db, clock, config } = city.services;
    const token = cookies.get(SESSION_COOKIE);
    if (token === undefined) return '';
    const session = await selectOptionalSession(db, token, clock(), civilDateOf(clock(), config.timeZone));
    return session?.csrf ?? '';
  };
  const post: Visit['post'] = async (path, fields = {}) => {
    const body = new URLSearchParams({ [csrfField]: await csrf() });
    for (const [name, value] of Object.entries(fields)) {
      for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
    }
    return keep(
      await city.app.request(
        path,
        { method: 'POST', body, headers: { ...headers(), 'sec-fetch-site': 'same-origin' } },
        env,
      ),
    );
  };
  return {
    cookies,
    get,
    read: async (path) => (await get(path)).text(),
    post,
    signIn: (name, password, next = '') => post('/sign-in', { name, password, next }),
  };
}
