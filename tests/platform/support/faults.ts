import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll } from 'vitest';

const folders: string[] = [];
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) await end(child, 'SIGTERM');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder under the system's temporary one, open for passing through; removed when the file is done. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'qinglan-fault-')));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

export interface EmbeddedChild {
  url: string;
  /** Pid of the database server. */
  serverPid: number;
  /** The last row it told to be committed. */
  committed(): number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

interface ChildOptions {
  mode?: 'write';
  /** User and group to run as. */
  account?: { uid: number; gid: number };
}

/** Starts another Qinglan on the folder. Rejects with its message when it refuses. */
export function startChild(dataDir: string, { mode, account }: ChildOptions = {}): Promise<EmbeddedChild> {
  const script = fileURLToPath(new URL('embedded-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir, ...(mode === undefined ? [] : [mode])], {
    ...account,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  let committed = 0;
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`ended early: ${code ?? signal}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const fact = JSON.parse(line) as {
        url?: string;
        serverPid?: number;
        committed?: number;
        error?: string;
      };
      if (fact.committed !== undefined) committed = fact.committed;
      if (fact.error !== undefined) reject(new Error(fact.error));
      if (fact.url !== undefined && fact.serverPid !== undefined) {
        const { url, serverPid } = fact;
        resolve({ url, serverPid, committed: () => committed, kill: (signal) => end(child, signal) });
      }
    });
  });
}

/** Pids of living processes whose command line holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, 'cmdline').replaceAll('\0', ' ').includes(text));
}

/** Effective user of a process. */
export function userOf(pid: number): number {
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1]);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  milliseconds = 20_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms`);
    await wait(20);
  }
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
