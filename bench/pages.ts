import {
  listChanged,
  listWithoutSheet,
  makeSheets,
} from '../src/features/selection/dossier/sheets/queries.ts';
import type { Database } from '../src/platform/database.ts';
import { cpuSeconds, ownSeconds } from './cpu.ts';
import { serve, Visitor } from './http.ts';
import { benchCity, benchFolder, figures, line, option, timed } from './lib.ts';
import { Line } from './load/line.ts';

/**
 * Every page a kind of person reaches from their first page, one by one and four at once, at 150,000
 * teachers: `npm run bench -- pages --teachers 150000`; `--processes 2` as several serve (statements are then those of the
 * first, which answers nothing). All of them are walked `--warm 10` times before anything is measured, as a server that has
 * been up for some minutes has answered; `--warm 0` shows the first visits of a fresh start.
 * Goal: p50 ≤ 10 ms, p95 ≤ 25 ms, ≥ 300 pages/s.
 */
const teachers = option('teachers', 20_000);
const each = option('each', 60);
const processes = option('processes', 1);
const warm = option('warm', 10);
process.env.QINGLAN_PROCESSES = String(processes);
const folder = benchFolder();
const city = await benchCity(teachers, true, folder.path);
await haveSheets(city.services.db);
await city.close();
const server = await serve(folder.path, 18_080);
try {
  const worst: number[] = [];
  const medians: number[] = [];
  const all: string[] = [];
  const pages: { kind: string; path: string; visitor: Visitor }[] = [];
  for (const kind of ['teacher', 'group-leader', 'school-office', 'county-office', 'city-office']) {
    const visitor = await new Visitor(server.address).signIn(kind);
    for (const path of await reachable(visitor)) {
      pages.push({ kind, path, visitor });
      all.push(visitor.head(path));
    }
  }
  for (let walk = 0; walk < warm; walk += 1) for (const { visitor, path } of pages) await visitor.get(path);
  for (const { kind, path, visitor } of pages) {
    const visit = () => visitor.get(path);
    const [before, cpu] = [await server.counts(), cpuSeconds(server.pid)];
    const result = await timed(each, async () => {
      const answer = await visit();
      if (answer.status !== 200) throw new Error(`${kind} ${path}: ${answer.status}`);
    });
    const after = await server.counts();
    const visits = each + Math.ceil(each / 10);
    worst.push(result.p95);
    medians.push(result.p50);
    const name = `${kind} ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')}`;
    const counts = [
      `cpu ${(((cpuSeconds(server.pid) - cpu) * 1000) / visits).toFixed(1)} ms`,
      `statements ${((after.statements - before.statements) / visits).toFixed(0)}`,
      `rows ${((after.rows - before.rows) / visits).toFixed(0)}`,
    ];
    console.log(`${line(name, result)}  ${counts.join('  ')}`);
  }
  const within = (times: readonly number[], limit: number) => times.filter((time) => time <= limit).length;
  console.log(
    `pages: ${all.length}; p50 within 10 ms: ${within(medians, 10)}, p95 within 25 ms: ${within(worst, 25)}; slowest p95 ${Math.max(...worst).toFixed(1)} ms`,
  );
  const [start, cpuStart, ownStart] = [performance.now(), cpuSeconds(server.pid), ownSeconds(server.pid)];
  const client = process.cpuUsage();
  const times: number[] = [];
  let next = 0;
  const count = all.length * 20;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const wire = new Line(server.address);
      while (next < count) {
        const head = all[next++ % all.length] ?? '';
        const began = performance.now();
        const { status } = await wire.ask(head);
        if (status !== 200) throw new Error(`${status} for ${head.split('\r\n')[0]}`);
        times.push(performance.now() - began);
      }
      wire.end();
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const perPage = (used: number) => `${((used * 1000) / count).toFixed(2)} ms`;
  const [used, own] = [cpuSeconds(server.pid) - cpuStart, ownSeconds(server.pid) - ownStart];
  const { user, system } = process.cpuUsage(client);
  console.log(line('four at once', figures(times)));
  console.log(
    `${(count / seconds).toFixed(0)} pages/s with 4 at once (client, server and database on the same cores); ${perPage(used)} of processor time a page (ours ${perPage(own)}, the database's ${perPage(used - own)}), and the client's ${perPage((user + system) / 1e6)}`,
  );
} finally {
  await server.stop();
  folder.remove();
}

/** A server makes the sheets of a new city in its first minutes, resting between; here they are made at once. */
async function haveSheets(db: Database): Promise<void> {
  const most = 500;
  let people: string[];
  do {
    people = await listWithoutSheet(db, null, most);
    if (people.length > 0) await makeSheets(db, people);
  } while (people.length === most);
  do {
    people = await listChanged(db, most);
    if (people.length > 0) await makeSheets(db, people);
  } while (people.length === most);
}

/** Links of the navigation, and one step further from each list: the first round, person and unit. */
async function reachable(visitor: Visitor): Promise<string[]> {
  const found = new Set<string>(['/']);
  const links = async (path: string) =>
    [...(await visitor.get(path)).text().matchAll(/<a [^>]*href="(\/[^"#]*)"/g)]
      .map((match) => (match[1] ?? '').replaceAll('&amp;', '&'))
      .filter(
        (href) => !/[?&](lang|theme|format)=|\.(pdf|xlsx|csv|zip|yaml|json)|^\/(assets|sign-|api)/.test(href),
      );
  const shapes = new Set<string>();
  const queue = ['/'];
  for (let path = queue.shift(); path !== undefined && found.size < 40; path = queue.shift()) {
    for (const href of await links(path)) {
      const shape = href.split('?')[0]?.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '*') ?? '';
      if (shapes.has(shape)) continue;
      shapes.add(shape);
      if ((await visitor.get(href)).status !== 200) continue;
      found.add(href);
      queue.push(href);
    }
  }
  return [...found];
}
