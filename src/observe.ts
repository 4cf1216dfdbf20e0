import cluster from 'node:cluster';
import { createServer, type Server } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import { selectHead } from './features/audit/chain/queries.ts';
import { listBackups } from './platform/backup/read.ts';
import { placeOf } from './platform/backup/settings.ts';
import type { Config } from './platform/config.ts';
import { diskOf } from './platform/health.ts';
import type { Queue } from './platform/jobs/queue.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Services } from './platform/services.ts';

/** The place of backups may be far away, and a figure is asked for every few seconds. */
const LOOK_AGAIN_MS = 300_000;

/** What every process could tell and one is enough for. */
export function observe(metrics: Metrics, { config, db }: Services, queue: Queue): void {
  metrics.shared(
    'qinglan_audit_head',
    "Number of the audit chain's last entry",
    async () => (await selectHead(db)).seq,
  );
  metrics.shared(
    'qinglan_disk_free_bytes',
    'Room left where the data folder is',
    async () => (await diskOf(config)).free,
  );
  let known = { at: 0, taken: null as Date | null };
  metrics.shared('qinglan_backup_age_seconds', 'Since the last backup was made', async () => {
    const { place } = config.backup;
    if (place === null) return null;
    if (Date.now() - known.at > LOOK_AGAIN_MS) {
      const backups = await listBackups(placeOf(place, config.schema));
      known = { at: Date.now(), taken: backups.toSorted((a, b) => +b.at - +a.at)[0]?.at ?? null };
    }
    return known.taken === null ? null : (Date.now() - known.taken.getTime()) / 1000;
  });
  for (const state of ['waiting', 'active', 'failed'] as const) {
    metrics.sharedBy(
      `qinglan_jobs_${state}`,
      `Jobs in the queue that are ${state}, by kind`,
      'kind',
      async () => new Map((await queue.counts()).map((count) => [count.kind, count[state]])),
    );
  }
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries([metrics.registry]);
    new AggregatorRegistry();
  }
}

/** Serves figures at /metrics: those of this process, or with several those of all, added up. */
export async function serveMetrics(
  { host, port }: NonNullable<Config['metrics']>,
  read: () => Promise<string>,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    read().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  return server;
}
