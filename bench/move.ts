import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../src/platform/database.ts';
import { startEmbedded } from '../src/platform/postgres/supervisor.ts';
import { moveWhileWriting } from '../tests/support/moving.ts';
import { benchFolder, option, stopwatch } from './lib.ts';

/**
 * An authority with `--rows 200000` notices moves between two embedded servers, both with the durability of production,
 * while `--writers 8` write without a pause. Goal: nothing lost, requests wait ≤ 100 ms.
 */
const folder = benchFolder();
const server = async (name: string) => {
  const dataDir = join(folder.path, name);
  mkdirSync(dataDir, { recursive: true });
  chmodSync(folder.path, 0o711);
  return await startEmbedded({ dataDir });
};
const [from, to] = [await server('from'), await server('to')];
try {
  const done = stopwatch();
  const report = await moveWhileWriting({
    from: from.url,
    to: to.url,
    writers: option('writers', 8),
    around: 2000,
    async prepare(schema) {
      const db = openDatabase(from.url, { schema, max: 1 });
      await sql`INSERT INTO counter (name, value)
                SELECT 'row ' || n, n FROM generate_series(1, ${option('rows', 200_000)}::int) n`.execute(db);
      await db.destroy();
    },
  });
  console.log(
    `${report.tables} tables, ${option('rows', 200_000)} rows before, moved and written to in ${done()}`,
  );
  console.log(
    `requests waited ${report.pauseMs.toFixed(1)} ms; the longest write took ${report.longestWriteMs.toFixed(1)} ms`,
  );
  console.log(
    `acknowledged ${report.acknowledged}, on the target ${report.counter} numbers and ${report.entries} audit entries, failed ${report.failed}, chain ${report.broken === null ? 'holds' : 'BROKEN'}`,
  );
} finally {
  await from.stop();
  await to.stop();
  folder.remove();
}
