import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds } from './cpu.ts';
import { serve } from './http.ts';
import { benchFolder, figures, line, option } from './lib.ts';
import { prepare } from './load/crowd.ts';
import { type Answer, Line } from './load/line.ts';
import { memoryOf, ourSeconds } from './load/processes.ts';
import { pick, READING, STEPS, type Visitor } from './load/steps.ts';

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
/** So long does it take until what these people do has been compiled in each process; a server runs for weeks. */
const WARM_SECONDS = 90;

const all = await prepare(burst > 0 ? people * 10 : people, drafts, folder.path);
process.env.QINGLAN_PROCESSES = String(processes);
const server = await serve(folder.path, 18_082);
try {
  await visit('warming up', all.slice(0, people), Math.min(WARM_SECONDS, seconds));
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
    ourSeconds(server.pid),
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
  const [whole, ours] = [cpuSeconds(server.pid) - cpu, ourSeconds(server.pid) - own];
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
