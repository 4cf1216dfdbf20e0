import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { readConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database.ts';
import { openDoors, openWorks } from '../../../src/platform/doors.ts';
import { folderFiles } from '../../../src/platform/files.ts';
import { type JobKind, type Schedule, throwIfStopped } from '../../../src/platform/jobs/kinds.ts';
import { openQueue } from '../../../src/platform/jobs/queue.ts';
import { jobsAt, openNode, webAt } from '../../../src/platform/nodes.ts';
import type { Services } from '../../../src/platform/services.ts';
import { openSystem } from '../../../src/platform/system.ts';

/*
 * A process of Qinglan with its jobs only: works for the database it is given. A job counts its row of `counted` from
 * where it stands to its goal and notes each step with this process's pid.
 */
const [url = '', schema = ''] = process.argv.slice(2);

const counting: JobKind = {
  name: 'counting',
  atOnce: 2,
  async run({ owner: db }, id, signal) {
    await sql`INSERT INTO taken (id, pid) VALUES (${id}, ${process.pid})`.execute(db);
    for (;;) {
      throwIfStopped(signal);
      const { rows } = await sql<{ left: number; trouble: boolean }>`
        SELECT goal - n AS left, trouble FROM counted WHERE id = ${id}`.execute(db);
      const row = rows[0];
      if (row === undefined || row.left <= 0) return;
      if (row.trouble) throw new Error('a trouble that stays');
      await sql`WITH step AS (UPDATE counted SET n = n + 1 WHERE id = ${id} RETURNING id, n)
                INSERT INTO step (id, n, pid) SELECT id, n, ${process.pid} FROM step`.execute(db);
      await wait(50);
    }
  },
  async unfinished(db) {
    const { rows } = await sql<{ id: string }>`SELECT id FROM counted WHERE n < goal AND NOT failed`.execute(
      db,
    );
    return rows.map(({ id }) => id);
  },
  async giveUp({ owner: db }, id) {
    await sql`UPDATE counted SET failed = true WHERE id = ${id}`.execute(db);
  },
};

const nightly: Schedule = {
  name: 'nightly',
  cron: '0 4 1 1 *',
  async run({ owner: db }) {
    await sql`INSERT INTO taken (id, pid) VALUES ('nightly', ${process.pid})`.execute(db);
  },
};

const node = openNode(url, {});
const db = openDatabase(url, { schema, max: 3 });
const queue = openQueue(url, { kinds: [counting], schedules: [nightly], onError: () => undefined });
const services: Services = {
  config: { ...readConfig({}), schema },
  db,
  doors: openDoors(() => webAt(node, schema)),
  works: openWorks(() => jobsAt(node, schema)),
  files: folderFiles('/nowhere'),
  log: pino({ level: 'silent' }),
  reads: { note: () => undefined, flush: async () => undefined },
  jobs: queue.of(schema),
  system: openSystem(() => services),
  clock: () => new Date(),
};
await queue.work([services]);
process.once('SIGTERM', async () => {
  await queue.stop();
  await Promise.all([db.destroy(), node.close()]);
  process.exit(0);
});
// Lives as long as the test that started it.
process.stdin.resume().once('end', () => process.exit(0));
writeSync(1, 'ready\n');
