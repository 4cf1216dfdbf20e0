import cluster from 'node:cluster';
import { createServer, type Server } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import { selectHead } from './features/audit/queries.ts';
import type { Config } from './platform/config.ts';
import { diskOf } from './platform/health.ts';
import type { Queue } from './platform/jobs/queue.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Services } from './platform/services.ts';

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
