import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { SESSION_COOKIE } from '../src/features/identity/ask.ts';
import { insertSession } from '../src/features/identity/queries.ts';
import { openDraft } from '../src/features/selection/applications/acts.ts';
import { newId } from '../src/platform/ids.ts';
import { autosaveHeader, csrfField, submissionField } from '../src/web/viewer.ts';
import { cpuSeconds, ownSeconds } from './cpu.ts';
import { serve } from './http.ts';
import { benchCity, benchFolder, cityRound, figures, line, option } from './lib.ts';

/**
 * Many people at once: `npm run load -- --teachers 150000 --people 500 --seconds 600 --processes 2`. Each signed-in person asks,
 * reads for a while (a second or so, at random) and asks again; teachers, leaders and offices by their numbers,
 * reads and writes by what they do on a working day. Then ten times as many for a minute (`--burst 60`; 0: none).
 * Goal: ≥ 400 requests/s, p99 ≤ 300 ms, flat memory; in the burst no errors, only a place in the line.
 *
 * People, server and database share the machine. What the people cost is measured and said.
 */
const people = option('people', 500);
const seconds = option('seconds', 600);
const burst = option('burst', 60);
const think = option('think', 1150);
const processes = option('processes', 1);
const drafts = option('drafts', 150);
const folder = benchFolder();

interface Visitor {
  readonly role: string;
  readonly cookie: string;
  readonly csrf: string;
  readonly application: string | null;
  /** Of the application, as the server told last. */
  revision: number;
  readonly roundId: string;
}
interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly revision: number;
}
interface Step {
  readonly name: string;
  readonly weight: number;
  readonly request: (visitor: Visitor) => string;
}

const HOST = 'host: qinglan.example.org\r\naccept-encoding: gzip\r\naccept-language: zh-CN\r\n';
const get =
  (path: string | ((visitor: Visitor) => string)) =>
  (visitor: Visitor): string =>
    `GET ${typeof path === 'string' ? path : path(visitor)} HTTP/1.1\r\n${HOST}cookie: ${visitor.cookie}\r\n\r\n`;
function post(visitor: Visitor, path: string, fields: Record<string, string>, more = ''): string {
  const body = new URLSearchParams({
    [csrfField]: visitor.csrf,
    [submissionField]: newId(),
    ...fields,
  }).toString();
  return `POST ${path} HTTP/1.1\r\n${HOST}cookie: ${visitor.cookie}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}

const READING: readonly Step[] = [
  { name: 'home', weight: 25, request: get('/') },
  { name: 'rounds', weight: 8, request: get('/rounds') },
  { name: 'notices', weight: 8, request: get('/notices') },
  { name: 'public notices', weight: 5, request: get('/public') },
  { name: 'programmes', weight: 2, request: get('/programmes') },
];
const STEPS: Readonly<Record<string, readonly Step[]>> = {
  teacher: [
    ...READING,
    { name: 'growth file', weight: 20, request: get('/records') },
    { name: 'eligibility', weight: 8, request: get((v) => `/rounds/${v.roundId}/eligibility`) },
  ],
  applicant: [
    ...READING,
    { name: 'application', weight: 20, request: get((v) => `/applications/${v.application}`) },
    { name: 'check', weight: 8, request: get((v) => `/applications/${v.application}/check`) },
    {
      name: 'save a statement (write)',
      weight: 45,
      request: (v) =>
        post(
          v,
          `/applications/${v.application}/statement`,
          { 'field.statement': `从教以来一直在教学一线。${newId()}`, revision: String(v.revision) },
          `${autosaveHeader}: 1\r\n`,
        ),
    },
  ],
  office: [
    ...READING,
    { name: 'people', weight: 12, request: get('/people') },
    { name: 'units', weight: 6, request: get('/units') },
    { name: 'verification', weight: 12, request: get('/verification') },
  ],
  overseer: [
    ...READING,
    { name: 'people', weight: 12, request: get('/people') },
    { name: 'units', weight: 6, request: get('/units') },
    { name: 'round', weight: 10, request: get((v) => `/rounds/${v.roundId}`) },
  ],
};

/** One person's connection. Answers are counted, not read. */
class Line {
  readonly #socket: ReturnType<typeof connect>;
  #wait: PromiseWithResolvers<Answer> | null = null;
  #head = '';
  #left: number | null = null;
  #answer: Answer = { status: 0, retryAfter: 0, revision: 0 };
  open = true;

  constructor(address: string) {
    const { hostname, port } = new URL(address);
    this.#socket = connect(Number(port), hostname);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    const lost = (error?: Error) => {
      this.open = false;
      this.#wait?.reject(error ?? new Error('closed'));
      this.#wait = null;
    };
    this.#socket.on('error', lost);
    this.#socket.on('close', () => lost());
  }

  ask(text: string): Promise<Answer> {
    this.#wait = Promise.withResolvers();
    this.#socket.write(text);
    return this.#wait.promise;
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let length = chunk.length;
    if (this.#left === null) {
      const before = this.#head.length;
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#head.slice(0, end + 2);
      const status = Number(head.slice(9, 12));
      const number = (pattern: RegExp) => Number(pattern.exec(head)?.[1] ?? 0);
      this.#answer = {
        status,
        retryAfter: number(/\r\nretry-after: (\d+)/i),
        revision: number(/\r\nx-revision: (\d+)/i),
      };
      const size = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      length -= end + 4 - before;
      if (size === undefined && status !== 204 && status !== 304) {
        // In pieces: the last one is empty.
        if (!this.#head.endsWith('\r\n0\r\n\r\n')) return;
        this.#left = length;
      } else {
        this.#left = Number(size ?? 0);
      }
      this.#head = '';
    }
    this.#left -= length;
    if (this.#left > 0) return;
    this.#left = null;
    this.#wait?.resolve(this.#answer);
    this.#wait = null;
  }
}

const all = await prepare(burst > 0 ? people * 10 : people);
process.env.QINGLAN_PROCESSES = String(processes);
const server = await serve(folder.path, 18_082);
try {
  await visit('warming up', all.slice(0, people), Math.min(20, seconds));
  await visit(`${people} people`, all.slice(0, people), seconds);
  if (burst > 0) {
    await visit(`${people * 10} people`, all, burst);
    await visit(`${people} people again`, all.slice(0, people), Math.min(20, seconds));
  }
} finally {
  await server.stop();
  folder.remove();
}

async function visit(name: string, crowd: readonly Visitor[], lasts: number): Promise<void> {
  const times: number[] = [];
  const waited: number[] = [];
  const byName = new Map<string, number[]>();
  const failures = new Map<string, number>();
  const memory: number[] = [];
  let sentAway = 0;
  const { statements: asked } = await server.counts();
  const [began, cpu, own, client] = [
    performance.now(),
    cpuSeconds(server.pid),
    ourSeconds(),
    process.cpuUsage(),
  ];
  const end = began + lasts * 1000;
  const sample = setInterval(() => memory.push(memoryOf(server.pid)), 2000);
  await Promise.all(
    crowd.map(async (visitor) => {
      let line = new Line(server.address);
      const steps = STEPS[visitor.role] ?? READING;
      await wait(Math.random() * think);
      while (performance.now() < end) {
        const step = pick(steps);
        const text = step.request(visitor);
        const start = performance.now();
        for (let turns = 0; ; turns += 1) {
          if (!line.open) line = new Line(server.address);
          const asked = performance.now();
          let answer: Answer;
          try {
            answer = await line.ask(text);
          } catch (error) {
            if (performance.now() < end) note(failures, `${step.name}: ${(error as Error).message}`);
            break;
          }
          if (answer.status === 503 && answer.retryAfter > 0) {
            sentAway += 1;
            const again = answer.retryAfter * 1000;
            if (performance.now() + again > end) break;
            await wait(again);
            continue;
          }
          if (answer.revision > 0) visitor.revision = answer.revision;
          if (answer.status >= 400) note(failures, `${step.name}: ${answer.status}`);
          times.push(performance.now() - asked);
          const list = byName.get(step.name) ?? [];
          list.push(performance.now() - asked);
          byName.set(step.name, list);
          if (turns > 0) waited.push(performance.now() - start);
          break;
        }
        await wait(-Math.log(1 - Math.random()) * think);
      }
      line.end();
    }),
  );
  clearInterval(sample);
  const took = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(client);
  const [whole, ours] = [cpuSeconds(server.pid) - cpu, ourSeconds() - own];
  const cost = (used: number) => `${((used * 1000) / Math.max(1, times.length)).toFixed(2)} ms`;
  console.log(
    `\n${name}: ${(times.length / took).toFixed(0)} requests/s over ${took.toFixed(0)} s, ${sentAway} times told to come again`,
  );
  console.log(line('answered', figures(times)));
  if (waited.length > 0) console.log(line('with the wait of those who came again', figures(waited)));
  for (const [step, list] of [...byName].toSorted((a, b) => b[1].length - a[1].length))
    console.log(line(`  ${step}`, figures(list)));
  const quarter = Math.max(1, Math.floor(memory.length / 4));
  const mean = (list: readonly number[]) =>
    list.reduce((sum, one) => sum + one, 0) / Math.max(1, list.length);
  console.log(
    `memory of the server's processes: ${mean(memory.slice(0, quarter)).toFixed(0)} MB in the first quarter, ${mean(memory.slice(-quarter)).toFixed(0)} MB in the last, at most ${Math.max(0, ...memory).toFixed(0)} MB`,
  );
  if (processes === 1) await tellHeld(asked, times.length);
  console.log(
    `processor time a request: ${cost(whole)} (ours ${cost(ours)}, the database's ${cost(whole - ours)}), and the people's ${cost((user + system) / 1e6)}; of two cores ${(((whole + (user + system) / 1e6) / took / 2) * 100).toFixed(0)} % used`,
  );
  console.log('failures', failures.size === 0 ? 'none' : Object.fromEntries(failures));
}

/** Of one process: the first of several answers nothing. */
async function tellHeld(asked: number, answers: number): Promise<void> {
  const { heapUsed, external, rss } = await server.held();
  const { statements } = await server.counts();
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  console.log(
    `of it held once the rest was collected: ${megabytes(heapUsed)} MB of heap, ${megabytes(external)} MB beside it (${megabytes(rss)} MB of memory then); ${((statements - asked) / Math.max(1, answers)).toFixed(1)} statements a request`,
  );
}

function note(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function pick(steps: readonly Step[]): Step {
  let at = Math.random() * steps.reduce((sum, { weight }) => sum + weight, 0);
  for (const step of steps) {
    at -= step.weight;
    if (at < 0) return step;
  }
  throw new Error('no steps');
}

/** The server's own processes: itself and those it has started, without the database. */
function nodesOf(root: number): number[] {
  return [
    root,
    ...readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        const stat = readText(`/proc/${name}/stat`);
        return (
          stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(root) &&
          readText(`/proc/${name}/cmdline`).includes('node')
        );
      })
      .map(Number),
  ];
}
function ourSeconds(): number {
  return nodesOf(server.pid).reduce((sum, pid) => sum + ownSeconds(pid), 0);
}
function memoryOf(root: number): number {
  const pages = (pid: number) => Number(readText(`/proc/${pid}/statm`).split(' ')[1]);
  return nodesOf(root).reduce((sum, pid) => sum + (pages(pid) * 4096) / 1e6, 0);
}
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** People of every kind with a session each; some teachers have begun an application. */
async function prepare(count: number): Promise<Visitor[]> {
  const city = await benchCity(option('teachers', 20_000), true, folder.path);
  try {
    const { db } = city.services;
    const now = new Date();
    const roundId = (await cityRound(db)).id;
    const staff = await sql<{ id: string; role: string }>`
      (SELECT DISTINCT ON (person_id) person_id AS id, CASE WHEN role LIKE 'school%' THEN 'office' ELSE 'overseer' END AS role
         FROM role_assignment WHERE upper_inf(during) AND role IN ('school-office', 'county-office', 'city-office')
        ORDER BY person_id LIMIT ${Math.ceil(count * 0.12)})`.execute(db);
    const teachers = await sql<{ id: string; name: string; unitId: string; unitPath: string }>`
      SELECT id, name, unit_id AS "unitId", unit_path AS "unitPath" FROM person p
       WHERE state = 'serving' AND group_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM role_assignment r WHERE r.person_id = p.id)
       ORDER BY md5(id::text) LIMIT ${count - staff.rows.length}`.execute(db);
    const visitors: Visitor[] = [];
    const add = async (id: string, role: string, application: string | null) => {
      const token = await insertSession(db, id, now, null);
      const { rows } = await sql<{ csrf: string; revision: number }>`
        SELECT csrf, coalesce((SELECT revision FROM application WHERE id = ${application}), 0) AS revision
          FROM session WHERE person_id = ${id} ORDER BY created_at DESC LIMIT 1`.execute(db);
      visitors.push({
        role,
        cookie: `${SESSION_COOKIE}=${token}`,
        csrf: rows[0]?.csrf ?? '',
        application,
        revision: rows[0]?.revision ?? 0,
        roundId,
      });
    };
    for (const { id, role } of staff.rows) await add(id, role, null);
    let begun = 0;
    for (const { id, ...person } of teachers.rows) {
      let application: string | null = null;
      if (begun < drafts) {
        const opened = await openDraft(
          db,
          roundId,
          { personId: id, ...person, unitName: null, assignments: [] },
          newId(),
          now,
        );
        if (opened.ok) {
          application = opened.id;
          begun += 1;
        }
      }
      await add(id, application === null ? 'teacher' : 'applicant', application);
    }
    await sql`ANALYZE session`.execute(db);
    // The first of them are a mixture like all of them.
    const mixed = visitors.map((visitor, index) => ({ visitor, at: (index * 7919) % visitors.length }));
    const ordered = mixed.toSorted((a, b) => a.at - b.at).map(({ visitor }) => visitor);
    const writing = ordered.filter(({ application }) => application !== null);
    console.log(
      `${visitors.length} people, ${begun} with an application begun, ${staff.rows.length} of offices`,
    );
    // Those who write are among the first, so that they are there from the beginning.
    return [...writing, ...ordered.filter((one) => !writing.includes(one))];
  } finally {
    await city.close();
  }
}
