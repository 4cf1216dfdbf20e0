import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SESSION_COOKIE } from '../src/features/identity/ask.ts';
import { root } from '../src/platform/root.ts';
import { csrfField } from '../src/web/viewer.ts';
import { unpackedText } from '../tests/support/unpack.ts';
import type { StatementCounts } from './statements.ts';

/** The built server in a process of its own on a data folder, as people run it. */
export interface BenchServer {
  readonly address: string;
  readonly pid: number;
  /** Statements it has sent to the database since it started, and rows that came back. */
  counts(): Promise<StatementCounts>;
  /** What it holds once all that it does not need is collected: growth of this is a leak. With several processes, the first one's. */
  held(): Promise<NodeJS.MemoryUsage>;
  stop(): Promise<void>;
}

export async function serve(dataDir: string, port: number): Promise<BenchServer> {
  const counting = pathToFileURL(join(root, 'bench/statements.ts')).href;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--expose-gc', '--import', counting, join(root, 'dist/main.js')],
    {
      env: {
        ...process.env,
        QINGLAN_DATA: dataDir,
        QINGLAN_DEMO: '1',
        PORT: String(port),
        QINGLAN_LOG: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /serves (http:\S+)/.exec(text);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.once('exit', () => reject(new Error(`the server ended before it served:\n${text}`)));
  });
  return {
    address,
    pid: child.pid ?? 0,
    async counts() {
      const answer = once(child, 'message');
      child.send('counts');
      return (await answer)[0] as StatementCounts;
    },
    async held() {
      const answer = once(child, 'message');
      child.send('held');
      return (await answer)[0] as NodeJS.MemoryUsage;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Connections are kept, as browsers keep them; the client should cost little beside the server it measures. */
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly bytes: Buffer;
  text(): string;
}

/** What browsers say they take of an address with https. */
export const TAKEN = 'gzip, deflate, br, zstd';

function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          bytes,
          text: () => unpackedText(bytes, answer.headers['content-encoding'] ?? null) ?? '',
        });
      });
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Someone with a browser: keeps the session's cookie and the form token. */
export class Visitor {
  readonly #address: string;
  #cookie: string;
  csrf: string;

  constructor(address: string, session?: { readonly token: string; readonly csrf: string }) {
    this.#address = address;
    this.#cookie = session === undefined ? '' : `${SESSION_COOKIE}=${session.token}`;
    this.csrf = session?.csrf ?? '';
  }

  async signIn(kind: string): Promise<this> {
    const answer = await this.post('/sign-in/demo', { kind });
    if (answer.status !== 303) throw new Error(`sign-in as ${kind}: ${answer.status}`);
    this.#cookie = (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
    this.csrf =
      new RegExp(`name="${csrfField}" value="([^"]+)"`).exec((await this.get('/')).text())?.[1] ?? '';
    return this;
  }

  get(path: string): Promise<Reply> {
    return send('GET', `${this.#address}${path}`, this.#headers());
  }

  /** The same request as it goes over the wire. */
  head(path: string): string {
    const lines = Object.entries({ host: new URL(this.#address).host, ...this.#headers() });
    return `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  }

  #headers(): Record<string, string> {
    return { cookie: this.#cookie, 'accept-language': 'zh-CN', 'accept-encoding': TAKEN };
  }

  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const body = new URLSearchParams({ [csrfField]: this.csrf, ...fields }).toString();
    const headers = {
      cookie: this.#cookie,
      'accept-language': 'zh-CN',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'sec-fetch-site': 'same-origin',
      ...more,
    };
    return send('POST', `${this.#address}${path}`, headers, body);
  }
}
