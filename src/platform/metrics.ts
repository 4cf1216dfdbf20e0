import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Arrivals } from './arrival.ts';

/** What this process counts of itself. Labels are patterns of addresses and kinds of work, never ids or names. */
export interface Metrics {
  readonly registry: Registry;
  answered(method: string, route: string, status: number, seconds: number): void;
  sentAway(): void;
  /** Count the statements of a pool, and how many wait for a connection. */
  watchPool(name: string, pool: pg.Pool): void;
  watchGate(gate: { readonly inside: () => number; readonly waiting: () => number }): void;
  watchArrivals(of: Readonly<Record<string, Pick<Arrivals, 'onTheirWay' | 'held'>>>): void;
  /** A number that is the same whichever process is asked, read when it is asked for; null when it is not known. */
  shared(name: string, help: string, read: () => Promise<number | null>): void;
  sharedBy(name: string, help: string, label: string, read: () => Promise<ReadonlyMap<string, number>>): void;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'qinglan_request_seconds',
    help: 'Time to answer, by pattern of the address',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const away = new Counter({
    name: 'qinglan_sent_away_total',
    help: 'Requests told to come again because too many were in line',
    registers,
  });
  const statements = new Counter({
    name: 'qinglan_statements_total',
    help: 'Statements sent to the database, by pool',
    labelNames: ['pool'],
    registers,
  });
  const pools = new Map<string, pg.Pool>();
  new Gauge({
    name: 'qinglan_pool_connections',
    help: 'Connections to the database, by pool and state; waiting are requests without one',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
        this.set({ pool, state: 'used' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  });
  return {
    registry,
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds),
    sentAway: () => away.inc(),
    watchPool(name, pool) {
      pools.set(name, pool);
      pool.on('connect', (client) => {
        const query = client.query.bind(client) as (...args: unknown[]) => unknown;
        client.query = ((...args: unknown[]) => {
          statements.inc({ pool: name });
          return query(...args);
        }) as typeof client.query;
      });
    },
    watchGate(gate) {
      new Gauge({
        name: 'qinglan_line',
        help: 'Requests being answered and waiting in line',
        labelNames: ['state'],
        registers,
        collect() {
          this.set({ state: 'inside' }, gate.inside());
          this.set({ state: 'waiting' }, gate.waiting());
        },
      });
    },
    watchArrivals(of) {
      const labelNames = ['kind'];
      new Gauge({
        name: 'qinglan_arriving',
        help: 'Requests of which not everything is here yet',
        labelNames,
        registers,
        collect() {
          for (const [kind, arrivals] of Object.entries(of)) this.set({ kind }, arrivals.onTheirWay());
        },
      });
      new Gauge({
        name: 'qinglan_arriving_bytes',
        help: 'What requests brought that are not answered yet',
        labelNames,
        registers,
        collect() {
          for (const [kind, arrivals] of Object.entries(of)) this.set({ kind }, arrivals.held());
        },
      });
    },
    shared(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        aggregator: 'first',
        async collect() {
          const value = await read().catch(() => null);
          if (value === null) this.reset();
          else this.set(value);
        },
      });
    },
    sharedBy(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        aggregator: 'first',
        async collect() {
          this.reset();
          const values = await read().catch(() => new Map<string, number>());
          for (const [key, value] of values) this.set({ [label]: key }, value);
        },
      });
    },
  };
}
