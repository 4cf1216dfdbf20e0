import type { Hono } from 'hono';
import { problem } from '../../src/features/selection/api/describe.ts';
import { newId } from '../../src/platform/ids.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { faultsOfPage, leadsHome } from '../support/page-faults.ts';
import { unpackedText } from '../support/unpack.ts';
import { type Body, encode, type Sent } from './requests.ts';
import { CANARY, type OddFile } from './values.ts';

/** Processor time one answer may take, and how long it may be waited for. */
const MOST_CPU_MS = 2000;
const MOST_WAIT_MS = 60_000;

export interface Session {
  readonly cookie: string;
  readonly csrf: string | null;
}

/** Statuses each call of the API names in its document, by the pattern of its path. */
export type Documented = readonly (readonly [RegExp, ReadonlySet<number>])[];

export interface Seen {
  readonly status: number;
  readonly cpuMs: number;
  /** What is wrong with the answer, in words; empty when nothing is. */
  readonly faults: readonly string[];
}

/** Send one request to the application and look at every rule an answer keeps. */
export async function send(
  app: Hono,
  sent: Sent,
  session: Session | null,
  documented: Documented,
): Promise<Seen> {
  const request = asRequest(sent, session);
  const before = process.cpuUsage();
  const answer = await Promise.race([app.request(request), hang()]);
  if (answer === null) return { status: 0, cpuMs: 0, faults: [`no answer in ${MOST_WAIT_MS} ms`] };
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  const faults = [...faultsOf(sent, answer, bytes, documented)];
  if (cpuMs > MOST_CPU_MS) faults.push(`took ${Math.round(cpuMs)} ms of processor time`);
  return { status: answer.status, cpuMs, faults };
}

const hang = () => new Promise<null>((resolve) => setTimeout(resolve, MOST_WAIT_MS, null).unref());

/** To the provider that an errand of this test set up, on the way there alone. */
const isToProvider = ({ path }: Sent, location: string): boolean =>
  /^\/(?:sign-in\/with|account\/links)\//.test(path) && location.startsWith('http://127.0.0.1:');

function* faultsOf(
  sent: Sent,
  answer: Response,
  bytes: Uint8Array,
  documented: Documented,
): Generator<string> {
  const { status, headers } = answer;
  if (status >= 500) yield `answered ${status}`;
  if (headers.get('content-security-policy') === null) yield 'no content security policy';
  if (headers.get('x-content-type-options') !== 'nosniff') yield 'its type may be guessed';
  const location = headers.get('location');
  if (location !== null && !leadsHome(location) && !isToProvider(sent, location))
    yield `leads elsewhere: ${location}`;
  const type = headers.get('content-type') ?? '';
  const text =
    type.startsWith('text/html') || type.includes('json')
      ? unpackedText(bytes, headers.get('content-encoding'))
      : null;
  if (text !== null && type.startsWith('text/html') && text !== '') {
    if (text.includes(CANARY)) yield 'a tag that was sent stands in the page';
    yield* faultsOfPage(text);
  }
  if (status < 400 || sent.method === 'HEAD') return;
  const { pathname } = new URL(answerUrl(sent));
  if (pathname.startsWith('/api/')) yield* faultsOfProblem(sent, pathname, status, type, text, documented);
  // The script that saves while one types shows the words it is told, and no page.
  else if (sent.headers.some(([name]) => name === 'x-autosave') && type.startsWith('text/plain')) {
    if (bytes.length === 0) yield `${status} without words`;
  } else if (text === null || !/<h1[^>]*>[^<]/.test(text) || !text.includes('</html>'))
    yield `${status} is no page with words`;
}

function* faultsOfProblem(
  sent: Sent,
  pathname: string,
  status: number,
  type: string,
  text: string | null,
  documented: Documented,
): Generator<string> {
  const body = problem.safeParse(text === null ? null : readJson(text));
  if (type !== 'application/problem+json' || !body.success) yield `${status} is no problem body but ${type}`;
  else if (body.data.status !== status) yield `${status} says of itself ${body.data.status}`;
  const named = documented.find(([pattern]) => sent.method === 'GET' && pattern.test(pathname))?.[1];
  if (named !== undefined && !named.has(status)) yield `${status} is not in the document`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function answerUrl({ path, query }: Sent): string {
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const separator = path.includes('?') ? '&' : '?';
  return `http://localhost${path}${search === '' ? '' : separator + search}`;
}

function asRequest(sent: Sent, session: Session | null): Request {
  const headers = new Headers({ 'sec-fetch-site': 'same-origin' });
  if (session !== null) headers.set('cookie', session.cookie);
  for (const [name, value] of sent.headers) headers.set(name, value);
  const own: [string, string][] = sent.token
    ? [
        [csrfField, session?.csrf ?? ''],
        [submissionField, newId()],
      ]
    : [];
  const made = sent.method === 'GET' || sent.method === 'HEAD' ? null : bodyOf(sent.body, own);
  if (made !== null) headers.set('content-type', made.type);
  return new Request(answerUrl(sent), {
    method: sent.method,
    headers,
    ...(made === null ? {} : { body: made.bytes }),
  });
}

type Made = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
const utf8 = (text: string) => new TextEncoder().encode(text);

function bodyOf(body: Body, own: readonly (readonly [string, string])[]): Made | null {
  switch (body.kind) {
    case 'none':
      return own.length === 0 ? null : bodyOf({ kind: 'form', fields: [] }, own);
    case 'json':
      return { type: 'application/json', bytes: utf8(JSON.stringify(body.value)) };
    case 'bytes':
      return { type: body.type, bytes: new Uint8Array(body.bytes) };
    case 'form': {
      const fields = [...own, ...body.fields].map(
        ([name, value]) => `${encode(name)}=${encode(typeof value === 'string' ? value : value.name)}`,
      );
      return { type: 'application/x-www-form-urlencoded', bytes: utf8(fields.join('&')) };
    }
    case 'multipart':
      return { type: `multipart/form-data; boundary=${BOUNDARY}`, bytes: parts([...own, ...body.fields]) };
  }
}

const BOUNDARY = '----q9boundary';

/** Parts with names as they are: no client of ours escapes them, so that what is odd about them arrives. */
function parts(fields: readonly (readonly [string, string | OddFile])[]): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  for (const [name, value] of fields) {
    const [head, content] =
      typeof value === 'string'
        ? [`name="${name}"\r\n`, utf8(value)]
        : [`name="${name}"; filename="${value.name}"\r\nContent-Type: ${value.type}\r\n`, value.content];
    chunks.push(utf8(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n`), content, utf8('\r\n'));
  }
  return new Uint8Array(Buffer.concat([...chunks, utf8(`--${BOUNDARY}--\r\n`)]));
}
