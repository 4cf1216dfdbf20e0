import type { Hono } from 'hono';
import { createApp } from '../src/app.ts';
import { SESSION_COOKIE } from '../src/features/identity/ask.ts';
import { insertSession, selectPersonas } from '../src/features/identity/queries.ts';
import { openDoors } from '../src/platform/doors.ts';
import { openNode, ownerAt, webAt } from '../src/platform/nodes.ts';
import { benchCity, option } from './lib.ts';

/**
 * What the walls cost a page: the same request through the walls and as the owner, whom they do not bind, in turns, so
 * that what else the machine does meets both. `npm run bench -- walls --teachers 20000 --times 200`. Goal ≤ 0.3 ms.
 */
const PAGES = ['/', '/records', '/rounds', '/people?q=li', '/units', '/notices'];
const city = await benchCity(option('teachers', 20_000), true);
const node = openNode(city.url);
const { schema } = city.services.config;
try {
  const walled = createApp({ ...city.services, doors: openDoors(() => webAt(node, schema)) });
  const open = createApp({ ...city.services, doors: openDoors(() => ownerAt(node, schema)) });
  const kinds = ['teacher', 'school-office', 'county-office', 'city-office'];
  const personas = (await selectPersonas(city.services.db)).filter(({ kind }) => kinds.includes(kind));
  console.log('page                     as              walls     open      more (ms, medians)');
  for (const { kind, personId } of personas) {
    const token = await insertSession(city.services.db, personId, new Date(), null);
    const cookie = `${SESSION_COOKIE}=${token}`;
    for (const page of PAGES) {
      const times: [number[], number[]] = [[], []];
      let status = 0;
      for (let turn = 0; turn < option('times', 200) + 20; turn += 1) {
        const order = turn % 2 === 0 ? [0, 1] : [1, 0];
        for (const which of order) {
          const [time, answer] = await timed(which === 0 ? walled : open, page, cookie);
          status = answer;
          if (turn >= 20) times[which === 0 ? 0 : 1].push(time);
        }
      }
      if (status !== 200) continue;
      const [a, b] = [median(times[0]), median(times[1])];
      const differences = times[0].map((time, at) => time - (times[1][at] ?? 0));
      console.log(
        `${page.padEnd(24)} ${kind.padEnd(15)} ${a.toFixed(2).padStart(6)} ${b.toFixed(2).padStart(8)} ${median(differences).toFixed(2).padStart(9)}`,
      );
    }
  }
} finally {
  await node.close();
  await city.close();
}

async function timed(app: Hono, page: string, cookie: string): Promise<[number, number]> {
  const began = performance.now();
  const answer = await app.request(page, { headers: { cookie } });
  await answer.text();
  return [performance.now() - began, answer.status];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
