import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FORMS, openArrivals, UPLOADS } from '../../src/platform/arrival.ts';
import { listen } from '../../src/platform/listen.ts';
import { openLog } from '../../src/platform/log.ts';

/*
 * What a proxy may read otherwise than we do is refused before the application sees it, and nothing that follows on
 * the same line is taken for a request. Bytes are written to the socket as they stand here.
 */

/** What came through, by method, host, path and what it brought. */
const came: string[] = [];
/** What the log says. */
const lines: string[] = [];
const log = openLog('info', { write: (line) => void lines.push(line) });
const servers: Server[] = [];
let port = 0;
/** Of a server whose address is https. */
let securePort = 0;

async function open(origin: string | null): Promise<number> {
  const note = async (request: Request) => {
    const { host, pathname } = new URL(request.url);
    came.push(`${request.method} ${host} ${pathname} ${await request.text()}`.trim());
    return new Response('ok');
  };
  const [forms, uploads] = [openArrivals(FORMS), openArrivals(UPLOADS)];
  const server = await listen(note, { host: '127.0.0.1', port: 0, origin, log, forms, uploads });
  servers.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  [port, securePort] = await Promise.all([open(null), open('https://a.example')]);
});
beforeEach(() => came.splice(0));
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** All that is said until the server ends the line: each text here ends with a request that asks for that. */
const heard = (text: string, at = port): Promise<string> =>
  new Promise((resolve, reject) => {
    const all: Buffer[] = [];
    connect(at, '127.0.0.1')
      .on('data', (chunk) => all.push(chunk))
      .on('close', () => resolve(Buffer.concat(all).toString()))
      .on('error', reject)
      .write(Buffer.from(text, 'latin1'));
  });

/** The statuses of that. */
async function answers(text: string): Promise<number[]> {
  return [...(await heard(text)).matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

const HOST = 'Host: a.example\r\n';
const LAST = `GET /last HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;
const get = (lines: string, target = '/') => `GET ${target} HTTP/1.1\r\n${lines}\r\n`;
const post = (lines: string, body: string) => `POST / HTTP/1.1\r\n${HOST}${lines}\r\n${body}`;
const CHUNKS = '3\r\nabc\r\n0\r\n\r\n';
const MANY = 'a:\r\n'.repeat(150);

describe('what can be read in two ways is refused, and the line is closed', () => {
  const refused: Readonly<Record<string, string>> = {
    'two hosts': get(`${HOST}Host: b.example\r\n`),
    'the same host twice': get(HOST + HOST),
    'a second host after many lines': get(`${HOST}${MANY}Host: b.example\r\n`),
    'two hosts, with another request in what it brings': post(
      `${HOST}Content-Length: ${LAST.length}\r\n`,
      LAST,
    ),
    'no host': get(''),
    'an empty host': get('Host:\r\n'),
    'a host that is none': get('Host: a.example/b\r\n'),
    'a host with a name before it': get('Host: x@a.example\r\n'),
    'a whole address of another host': get(HOST, 'http://b.example/'),
    'a whole address of another port': get(HOST, 'http://a.example:81/'),
    'a whole address with a name before the host': get(HOST, 'http://a.example@b.example/'),
    'a whole address of another kind': get(HOST, 'file:///etc/passwd'),
    'no address': get(HOST, '*'),
    'two lengths': post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'),
    'the same length twice': post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'),
    'two lengths in one line': post('Content-Length: 3, 3\r\n', 'abc'),
    'a length with a sign': post('Content-Length: +3\r\n', 'abc'),
    'a length that is not decimal': post('Content-Length: 0x3\r\n', 'abc'),
    'a length and chunks': post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', CHUNKS),
    'chunks and a length': post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', CHUNKS),
    'chunks twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', CHUNKS),
    'chunks that are packed': post('Transfer-Encoding: gzip, chunked\r\n', CHUNKS),
    'chunks, then none': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', CHUNKS),
    'a coding nobody knows': post('Transfer-Encoding: xchunked\r\n', CHUNKS),
    'a space before the colon': post('Transfer-Encoding : chunked\r\n', CHUNKS),
    'line ends of one sign in chunks': post('Transfer-Encoding: chunked\r\n', '3\nabc\n0\n\n'),
    'a chunk of a negative size': post('Transfer-Encoding: chunked\r\n', '-3\r\nabc\r\n0\r\n\r\n'),
    'a header over two lines': get(`${HOST}X-A: b\r\n Transfer-Encoding: chunked\r\n`),
    'a header before the first': get(` X-A: b\r\n${HOST}`),
    'a line end of one sign': `GET / HTTP/1.1\n${HOST}\r\n`,
    'a carriage return within a line': get(`${HOST}X-A: b\rX-B: c\r\n`),
    'a zero byte': get(`${HOST}X-A: b\u0000c\r\n`),
    'a name with a space': get(`${HOST}X A: b\r\n`),
    'a target with a space': get(HOST, '/a b'),
    'a version there is not': `GET / HTTP/1.2\r\n${HOST}\r\n`,
    'two types': post(
      'Content-Type: text/plain\r\nContent-Type: multipart/form-data\r\nContent-Length: 0\r\n',
      '',
    ),
  };

  test.for(Object.entries(refused))('%s', async ([, text]) => {
    lines.length = 0;
    expect(await answers(text + LAST)).toEqual([400]);
    expect(came).toEqual([]);
    // Whoever watches the log sees that somebody tries, and nothing of what they wrote.
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 40,
        time: expect.any(Number),
        pid: expect.any(Number),
        hostname: expect.any(String),
        refused: expect.stringMatching(/^(unreadable|two-ways)$/),
        how: expect.stringMatching(/^[\w-]+$/),
        msg: 'refused',
      },
    ]);
  });

  test.for([
    ['a header of 17,000 bytes', get(`${HOST}X-A: ${'a'.repeat(17_000)}\r\n`)],
    ['a target of 17,000 bytes', get(HOST, `/${'a'.repeat(17_000)}`)],
    ['5,000 lines', get(`${HOST}${'a:\r\n'.repeat(5000)}`)],
    ['300 lines, and a second host', get(`${HOST}${MANY}${MANY}Host: b.example\r\n`)],
  ] as const)('%s is too much (431)', async ([, text]) => {
    const said = await heard(text + LAST);
    expect([...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual(['431']);
    // Whoever has too many cookies is to know what to do, and not that something could be read in two ways.
    expect(said).toContain('请清除本站的 Cookie');
    expect(said).toContain('too large or too many');
    expect(said).not.toContain('more than one way');
    expect(said).toContain('x-content-type-options: nosniff');
    expect(said).toContain("content-security-policy: default-src 'none'");
    expect(came).toEqual([]);
  });
});

test('at https the refusal keeps the browser there too, and on plain http says nothing of it', async () => {
  const kept = 'strict-transport-security: max-age=31536000; includeSubDomains';
  const [twoHosts, unreadable, large] = [
    get(HOST + HOST),
    'no request\r\n\r\n',
    get(`${HOST}X-A: ${'a'.repeat(17_000)}\r\n`),
  ];
  for (const text of [twoHosts, unreadable, large]) {
    expect(await heard(text, securePort)).toContain(kept);
    expect(await heard(text)).not.toContain('strict-transport-security');
  }
  expect(came).toEqual([]);
});

describe('what has one meaning is served, and what follows is the next request', () => {
  test.for([
    ['a length', post('Content-Length: 3\r\n', 'abc'), 'POST a.example / abc'],
    ['chunks', post('Transfer-Encoding: Chunked\r\n', CHUNKS), 'POST a.example / abc'],
    [
      'chunks with a header behind them, which changes nothing',
      post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nHost: b.example\r\n\r\n'),
      'POST a.example / abc',
    ],
    ['a whole address of the same host', get(HOST, 'http://A.example/b'), 'GET a.example /b'],
    [
      'a GET that brings a request',
      get(`${HOST}Content-Length: ${LAST.length}\r\n`) + LAST,
      'GET a.example /',
    ],
    ['many headers', get(HOST + MANY), 'GET a.example /'],
  ] as const)('%s', async ([, text, heard]) => {
    expect(await answers(text + LAST)).toEqual([200, 200]);
    // The second is begun while the first is still being read.
    expect(came.toSorted()).toEqual([heard, 'GET a.example /last'].toSorted());
  });
});
