import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import { extensionSchema } from './database.ts';
import type { Doubt } from './doubt.ts';
import { forgetPrepared, nameFor } from './prepared.ts';
import type { Standing } from './standing.ts';

/*
 * Connections belong to a node and are shared by its authorities. Each is told where it stands when it is taken, and
 * for whom right before each statement, and only what has changed since.
 */

/** Where an authority is now. It may be elsewhere the next time: ask again for each connection. */
export interface Whereabouts {
  readonly pool: pg.Pool;
  readonly schema: string;
  /** The role to stand in; null to stay who the connection signed in as. */
  readonly role: string | null;
}

interface Stood {
  readonly schema: string;
  readonly role: string | null;
  readonly standing: Standing;
}
const stood = new WeakMap<pg.ClientBase, Stood>();

/**
 * Says where a connection stands, and for whom at first; nothing where it stands there already. It is waited for: a
 * statement must never reach another authority because that failed.
 */
export async function arrive(client: pg.PoolClient, place: Whereabouts, standing: Standing): Promise<void> {
  const before = stood.get(client);
  if (before?.schema === place.schema && before.role === place.role) return;
  let text = place.role === null ? '' : `SET ROLE ${client.escapeIdentifier(place.role)};`;
  text += `SET search_path TO ${client.escapeIdentifier(place.schema)}, ${extensionSchema};`;
  text += forgetPrepared(client) ? 'DEALLOCATE ALL;' : '';
  stood.delete(client);
  await client.query(text + settings(client, standing));
  nameFor(client, place.schema);
  stood.set(client, { schema: place.schema, role: place.role, standing });
}

/**
 * Says for whom a connection stands that has arrived, where that is somebody else than before. It goes out together
 * with the statement that follows it at once, and cannot fail but with the connection.
 */
function tell(client: pg.PoolClient, standing: Standing): void {
  const before = stood.get(client);
  if (before === undefined) throw new Error('A connection is asked that stands nowhere');
  const text = settings(client, standing, before.standing);
  if (text === '') return;
  inOneWrite(client);
  stood.set(client, { ...before, standing });
  client.query(text).catch(() => stood.delete(client));
}

/** A standing is some kilobytes for offices of many units; there is nothing in it to escape one by one. */
const PLAIN = /^[\w.,;=@-]*$/;

function settings(client: pg.PoolClient, { pass, text }: Standing, before?: Standing): string {
  const said = (name: string, value: string): string =>
    `SET qinglan.${name} TO ${PLAIN.test(value) ? `'${value}'` : client.escapeLiteral(value)};`;
  return (
    (before?.pass === pass ? '' : said('pass', pass ?? '')) +
    (before?.text === text ? '' : said('standing', text))
  );
}

/**
 * What is sent from here on goes out in one piece once the microtasks under way are done, which is when the statements
 * that belong to it have been sent too: each write by itself would wake the server, and cost us as much as the answer.
 */
function inOneWrite(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A connection one request holds, and how many of its statements are on it. */
interface Lease {
  readonly place: Whereabouts;
  readonly client: Promise<pg.PoolClient>;
  users: number;
  /** A transaction has it for itself. */
  alone: boolean;
  broken: boolean;
}

/** The connections one request holds just now, and whether it is known for whom. */
export interface Party {
  readonly leases: Set<Lease>;
  readonly doubt: Doubt | null;
}

/** What Kysely takes for a client. */
interface Asked {
  query(...args: unknown[]): Promise<unknown>;
  release(broken?: boolean): void;
}

/** What Kysely takes for a pool: what is asked through it is asked at this place with this standing. */
export interface StandingPool {
  connect(): Promise<pg.PoolClient>;
  end(): Promise<void>;
  readonly options: object;
}

/**
 * The statements of one request that are asked at the same time go out on one connection as soon as all cores have
 * something to do: they are told only once for whom, written and read together, and hold up nobody else's. While there
 * is a core to spare each has a connection of its own. Without a party each always has.
 */
export function standingPool(
  find: () => Whereabouts | Promise<Whereabouts>,
  standing: Standing,
  party: Party | null,
): StandingPool {
  return {
    options: {},
    end: async () => undefined,
    async connect() {
      const place = await find();
      const leases = party?.leases ?? new Set<Lease>();
      const join = async (with_: Lease): Promise<pg.PoolClient> => {
        with_.users += 1;
        try {
          return await with_.client;
        } catch (error) {
          leases.delete(with_);
          throw error;
        }
      };
      const leave = (client: pg.PoolClient, broken: boolean): void => {
        lease.users -= 1;
        lease.broken ||= broken;
        if (lease.users > 0) return;
        leases.delete(lease);
        client.release(lease.broken);
      };
      let lease = shareable(leases, place, party?.doubt ?? null) ?? take(leases, place, standing);
      let client = await join(lease);
      /** What it may be asked: nothing more once it was given back, and within a transaction nothing once that ended. */
      let state: 'open' | 'over' | 'gone' = 'open';
      const asked: Asked = {
        async query(...args) {
          const [begins, ends] = [isOne(BEGINS, args[0]), isOne(ENDS, args[0])];
          party?.doubt?.mayAsk(args[0]);
          if (state === 'gone' || (state === 'over' && !begins && !ends))
            throw new Error('A connection is asked after its end: somebody else may have it by now');
          if (begins) {
            state = 'open';
            // Nobody else's statements may fall into a transaction.
            if (lease.users > 1) {
              leave(client, false);
              state = 'gone'; // Until another is there, if one comes.
              lease = take(leases, place, standing);
              lease.alone = true;
              client = await join(lease);
              state = 'open';
            }
            lease.alone = true;
          }
          if (ends) state = 'over';
          if (lease.users > 1) inOneWrite(client);
          tell(client, standing);
          return await (client.query as (...all: unknown[]) => Promise<unknown>)(...args);
        },
        release(broken = false) {
          if (state === 'gone') return;
          state = 'gone';
          leave(client, broken);
        },
      };
      return asked as unknown as pg.PoolClient;
    },
  };
}

const BEGINS = /^\s*(?:begin|start\s+transaction)\b/i;
const ENDS = /^\s*(?:commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b))\b/i;
const isOne = (of: RegExp, text: unknown): boolean => typeof text === 'string' && of.test(text);

function take(leases: Set<Lease>, place: Whereabouts, standing: Standing): Lease {
  const connect = async (): Promise<pg.PoolClient> => {
    const client = await place.pool.connect();
    try {
      await arrive(client, place, standing);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  const lease: Lease = { place, client: connect(), users: 0, alone: false, broken: false };
  leases.add(lease);
  return lease;
}

/** The one with the fewest statements on it, if any is there and all cores are busy. */
function shareable(leases: Set<Lease>, place: Whereabouts, doubt: Doubt | null): Lease | null {
  // Whose session it is is asked beside all else, and mostly about to be answered: it is not counted.
  const beside = doubt === null || doubt.over ? 0 : 1;
  if (leases.size === 0 || !isCrowded(place.pool, beside)) return null;
  let best: Lease | null = null;
  for (const lease of leases)
    if (!lease.alone && isSame(lease.place, place) && (best === null || lease.users < best.users))
      best = lease;
  return best;
}

const isSame = (one: Whereabouts, other: Whereabouts): boolean =>
  one.pool === other.pool && one.schema === other.schema && one.role === other.role;

/** All cores have something to do for this pool, not counting so many connections. */
export const isCrowded = ({ totalCount, idleCount, waitingCount, options }: pg.Pool, beside = 0): boolean =>
  totalCount - idleCount + waitingCount - beside >= Math.min(CORES, options.max - beside);
const CORES = availableParallelism();
