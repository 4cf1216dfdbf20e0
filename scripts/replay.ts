import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run replay [FILES]`: every write that a test of the routes or the walk through the city is answered yes to is sent
 * again (tests/support/replay.ts); says how many were, and at how many routes.
 */
const given = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'qinglan-replay-'));
const log = join(folder, 'log');
writeFileSync(log, '');
const { status } = spawnSync(
  'vitest',
  ['run', ...(given.length > 0 ? given : ['src/features', 'tests/fuzz/city.test.ts'])],
  { stdio: 'inherit', env: { ...process.env, REPLAY: '1', REPLAY_LOG: log, FUZZ_CITY_REQUESTS: '0' } },
);
const written = readFileSync(log, 'utf8').split('\n').filter(Boolean);
rmSync(folder, { recursive: true });
const routes = new Map<string, number>();
for (const route of written) routes.set(route, (routes.get(route) ?? 0) + 1);
for (const [route, times] of [...routes].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${times}\t${route}`);
console.log(`${written.length} writes sent again, at ${routes.size} routes`);
process.exit(status ?? 1);
