import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type HttpBindings, serve } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Arrivals, Came, Incoming } from './arrival.ts';
import { bareText } from './bare-text.ts';
import type { Config } from './config.ts';
import { ambiguityOf, MOST_LINES } from './framing.ts';

/*
 * The one place where requests come in from outside. What one brings is taken in first, whole (arrival.ts); then the
 * application is asked, and told how it came.
 */

/** What the application is told of a request beside the request itself. */
export interface FromOutside extends HttpBindings {
  /** Absent for those that bring nothing. */
  readonly came?: Came;
}

export interface ListenOptions extends Pick<Config, 'origin'> {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  readonly forms: Arrivals;
  readonly uploads: Arrivals;
}

/** Longer than any proxy keeps a connection it may send a request on: otherwise one is lost now and then. */
const KEEP_ALIVE_MS = 75_000;

const TIMES = {
  /** Whoever takes longer over the first lines is closed out (408); they hold nothing but their connection. */
  headersTimeout: 20_000,
  /** Above the longest an upload may take (arrival.ts), which is answered with words. */
  requestTimeout: 330_000,
  connectionsCheckingInterval: 5000,
};

/**
 * Whatever `NODE_OPTIONS` say: one way of reading a request, and no more of its first lines than this many bytes. A
 * missing host is refused below, where what follows it is not read either.
 */
const READING = { insecureHTTPParser: false, requireHostHeader: false, maxHeaderSize: 16 * 1024 };

/** Resolves when it listens. */
export async function listen(
  fetch: (request: Request, from: FromOutside) => Response | Promise<Response>,
  { host, port, origin, log, forms, uploads }: ListenOptions,
): Promise<Server> {
  const unread: Unread = { log, plain: { connection: 'close', ...bareText({ origin }) } };
  const server = serve({
    fetch: (request, from) => {
      const { incoming } = from as HttpBindings;
      const { method, headers } = incoming;
      if (method === 'GET' || method === 'HEAD') return fetch(request, from as HttpBindings);
      if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
        return fetch(request, from as HttpBindings);
      const brings = headers['content-type']?.startsWith('multipart/form-data') === true ? uploads : forms;
      return takeIn(brings, request, from as HttpBindings);
    },
    hostname: host,
    port,
    createServer: ((options: ServerOptions, answer: RequestListener) =>
      createServer(options, unambiguous(answer, unread))) as typeof createServer,
    serverOptions: { ...TIMES, ...READING },
  }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnread(error, socket, unread));
  server.maxHeadersCount = MOST_LINES;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return server;

  async function takeIn(arrivals: Arrivals, request: Request, from: HttpBindings): Promise<Response> {
    const incoming: Incoming & { rawBody?: Buffer } = from.incoming;
    const { came, body, leave } = await arrivals.take(incoming);
    if (came === 'gone') return new Response(null, { status: 400 }); // Nobody is there to read it.
    // Where the server's adapter looks before it reads the connection.
    if (came === 'whole') incoming.rawBody = body;
    try {
      return await fetch(request, { ...from, came });
    } finally {
      leave();
    }
  }
}

/** Nobody's language is known yet. */
const TOO_LARGE =
  '请求的地址或头部太大、太多行，没有收下。多半是浏览器为本站存的 Cookie 过多：请清除本站的 Cookie，再从首页进入。\n' +
  'The address or the header lines of this request are too large or too many, and nothing of it was taken. Most likely ' +
  'the browser keeps too many cookies of this site: clear them and begin at the home page.';
const TOO_SLOW =
  '请求没有及时传完，没有收下，请再试一次。\nThis request did not arrive in time, and nothing of it was taken. Please try again.';
const UNREADABLE = '这不是完整的 HTTP 请求。\nThis is no HTTP request that can be read.';
const TWO_WAYS = '这个请求可以有不止一种读法，没有收下。\nThis request can be read in more than one way.';

/** How such a request is answered, and where it is noted: by what was wrong with it, for nothing else of it is known. */
interface Unread {
  readonly log: Logger;
  readonly plain: Readonly<Record<string, string>>;
}

/** Answers to be given on a line, the next first. */
const answering = new WeakMap<Duplex, Set<ServerResponse>>();

function noteAnswer(socket: Duplex, outgoing: ServerResponse): void {
  const waiting = answering.get(socket) ?? new Set();
  answering.set(socket, waiting.add(outgoing));
  outgoing.once('close', () => waiting.delete(outgoing));
}

/** What Node's parser does not take is told why, unless the answer to what came before it has begun on the same line. */
function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex, { log, plain }: Unread): void {
  const begun = [...(answering.get(socket) ?? [])].some(({ headersSent }) => headersSent);
  if (!socket.writable || begun) return void socket.destroy();
  const [status, words] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', TOO_LARGE]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', TOO_SLOW]
        : ['400 Bad Request', UNREADABLE];
  if (error.code?.startsWith('HPE_')) log.warn({ refused: 'unreadable', how: error.code }, 'refused');
  const body = `${words}\n`;
  const lines = Object.entries({ ...plain, 'content-length': Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`, () => socket.destroy());
}

/**
 * Answers what can be read in one way. Anything else is refused, and with it whatever follows on that line: it may have
 * come along with the first bytes, and nobody knows any more where it begins.
 */
function unambiguous(answer: RequestListener, { log, plain }: Unread): RequestListener {
  const given = new WeakSet<Socket>();
  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { socket } = incoming;
    if (given.has(socket)) return;
    const ambiguity = ambiguityOf(incoming);
    noteAnswer(socket, outgoing);
    if (ambiguity === null) return answer(incoming, outgoing);
    given.add(socket);
    log.warn({ refused: 'two-ways', how: ambiguity }, 'refused');
    outgoing.writeHead(ambiguity === 'too-many' ? 431 : 400, plain);
    outgoing.end(`${ambiguity === 'too-many' ? TOO_LARGE : TWO_WAYS}\n`, () => socket.destroySoon());
  };
}
