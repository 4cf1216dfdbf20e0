import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../src/platform/root.ts';
import { csrfField } from '../src/web/viewer.ts';
import type { StatementCounts } from './statements.ts';

/** The built server in a process of its own on a data folder, as people run it. */
export interface BenchServer {
  readonly address: string;
  readonly pid: number;
  /** Statements it has sent to the database since it started, and rows that came back. */
  counts(): Promise<StatementCounts>;
  stop(): Promise<void>;
}

export async function serve(dataDir: string, port: number): Promise<BenchServer> {
  const counting = pathToFileURL(join(root, 'bench/statements.ts')).href;
  const child: ChildProcess = spawn(process.execPath, ['--import', counting, join(root, 'dist/main.js')], {
    env: {
      ...process.env,
      QINGLAN_DATA: dataDir,
      QINGLAN_DEMO: '1',
      PORT: String(port),
      QINGLAN_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
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
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Someone with a browser: keeps the session's cookie and the form token of the last page. */
export class Visitor {
  readonly #address: string;
  #cookie = '';
  csrf = '';

  constructor(address: string) {
    this.#address = address;
  }

  async signIn(kind: string): Promise<this> {
    const answer = await fetch(`${this.#address}/sign-in/demo`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ kind }),
    });
    this.#cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    if (answer.status !== 303) throw new Error(`sign-in as ${kind}: ${answer.status}`);
    this.csrf =
      new RegExp(`name="${csrfField}" value="([^"]+)"`).exec(await (await this.get('/')).text())?.[1] ?? '';
    return this;
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.#address}${path}`, {
      redirect: 'manual',
      headers: { cookie: this.#cookie, 'accept-language': 'zh-CN', 'accept-encoding': 'gzip' },
    });
  }

  post(path: string, fields: Record<string, string>): Promise<Response> {
    return fetch(`${this.#address}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: this.#cookie, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ [csrfField]: this.csrf, ...fields }),
    });
  }
}
