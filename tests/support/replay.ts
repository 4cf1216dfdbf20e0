import { appendFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { features } from '../../src/app.ts';
import type { Database } from '../../src/platform/database.ts';
import { coverageOf } from '../fuzz/coverage.ts';

/*
 * With REPLAY=1 every form that a test of the routes sends, and that is accepted, is sent again as it was, by an
 * application started anew on the same database; then nothing in the database may be another. So every test of a
 * route is a test of what a double click, a retry or a copy from an offline device does (`npm run replay`, which counts
 * them by the file named in REPLAY_LOG).
 */
export const replaying = process.env.REPLAY === '1';
const { routeOf } = coverageOf(features.flatMap((list) => list.routes));
/** Only of one that nothing else was under way beside is there anything to say. */
function note(path: string): void {
  if (process.env.REPLAY_LOG !== undefined)
    appendFileSync(process.env.REPLAY_LOG, `${routeOf('POST', path) ?? path}\n`);
}

/** Acts that are meant to happen as often as they are asked for, and why. */
const EACH_COUNTS: readonly (readonly [RegExp, string])[] = [
  [/^\/sign-in/, 'each sign-in is one: it is audited, and opens a session'],
  [
    /\/imports\/[^/]+\/(map|columns)$/,
    'a preview is made again as often as it is asked for; nothing of record is written',
  ],
  [/^\/sign-out$/, 'the second finds nobody signed in'],
];

/** What may differ: who is signed in, what is made again from the records, and who looked at what when. */
const NOT_LOOKED_AT = [
  'session',
  'fact_sheet',
  'fact_kind',
  'fact_change',
  'migration',
  'done_act',
  'sensitive_read',
];

let underWay = 0;

export async function sendAndReplay(
  db: Database,
  path: string,
  send: () => Promise<Response>,
  sendAnew: () => Promise<Response>,
  jobsDone: () => Promise<void>,
): Promise<Response> {
  underWay += 1;
  try {
    const answer = await send();
    const settled = answer.status === 303 || answer.status === 204 || answer.status === 200;
    // While others write there is no telling who changed what.
    if (!settled || underWay > 1 || EACH_COUNTS.some(([which]) => which.test(path))) return answer;
    await jobsDone();
    const once = await digests(db);
    const again = await sendAnew();
    await again.arrayBuffer();
    await jobsDone();
    const twice = await digests(db);
    if (underWay === 1) {
      note(path);
      expect(changed(once, twice), `sent again: POST ${path} (${again.status})`).toEqual([]);
    }
    expect(again.status, `sent again: POST ${path}`).toBeLessThan(500);
    return answer;
  } finally {
    underWay -= 1;
  }
}

const changed = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  [...b].filter(([table, digest]) => a.get(table) !== digest).map(([table]) => table);

/** Every table's rows, as one digest each. */
async function digests(db: Database): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> ALL(${NOT_LOOKED_AT})`.execute(
    db,
  );
  const parts = tables.rows.map(
    ({ name }) =>
      sql`SELECT ${sql.lit(name)}::text AS name, (SELECT md5(coalesce(string_agg(t::text, E'\n' ORDER BY t::text), '')) FROM ${sql.id(name)} t) AS digest`,
  );
  const { rows } = await sql<{ name: string; digest: string }>`${sql.join(parts, sql` UNION ALL `)}`.execute(
    db,
  );
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}
