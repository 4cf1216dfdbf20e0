import type { Writable } from 'node:stream';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { type Database, type Db, extensionSchema, noteAddress } from './database.ts';
import { forgetPrepared, nameFor } from './prepared.ts';
import type { DB } from './schema.generated.ts';
import { NOBODY, type Pass, type Standing, withPerson, workStanding } from './standing.ts';

/*
 * The way into an authority's records. Pools belong to a node and are shared by its authorities; a connection is told
 * where and as whom it stands when it is taken, and only what has changed since it was taken last.
 */

/** Where an authority is now. It may be elsewhere the next time: ask again for each connection. */
export interface Whereabouts {
  readonly pool: pg.Pool;
  readonly schema: string;
  /** The role to stand in; null to stay who the connection signed in as. */
  readonly role: string | null;
}

/** The place of jobs, and how to come there. */
export interface JobsPlace extends Whereabouts {
  readonly url: string;
  readonly role: string;
}

/** The owner's own place, and how to come there. */
export interface OwnersPlace extends Whereabouts {
  readonly url: string;
  readonly role: null;
}

export interface Doors {
  /** The authority's records as this standing may see and change them. Cheap: one for each request. */
  open(standing: Standing): Database;
}

interface Opened {
  readonly doors: Doors;
  readonly find: () => Whereabouts | Promise<Whereabouts>;
  readonly standing: Standing;
}
const opened = new WeakMap<object, Opened>();

export function openDoors(find: () => Whereabouts | Promise<Whereabouts>): Doors {
  const doors: Doors = {
    open(standing) {
      const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: standingPool(find, standing) }) });
      opened.set(db, { doors, find, standing });
      return db;
    },
  };
  return doors;
}

/**
 * The same database with one of the named passes. One that has no walls (that of jobs and commands) needs none and is
 * handed back as it is.
 */
export function withPass(db: Database, pass: Pass): Database {
  const known = opened.get(db);
  return known === undefined ? db : known.doors.open({ ...known.standing, pass });
}

/** What all databases of one authority have in common, to keep by it what holds for whoever asks. */
export const behind = (db: Db): object => opened.get(db)?.doors ?? db;

/** The same database for a request about somebody's things, whose guard has let it pass for this act. */
export function aboutPerson(db: Database, act: string, personId: string): Database {
  const known = opened.get(db);
  if (known === undefined) return db;
  return known.doors.open({ ...known.standing, text: withPerson(known.standing.text, act, personId) });
}

/** One question with a pass; when `db` is a transaction, as part of it. */
export async function passing<T>(db: Db, pass: Pass, work: (db: Db) => Promise<T>): Promise<T> {
  if (!db.isTransaction) return await work(withPass(db, pass));
  await sql`SELECT set_config('qinglan.pass', ${pass}, true)`.execute(db);
  const done = await work(db); // When it fails the transaction is over, and the pass with it.
  await sql`SELECT set_config('qinglan.pass', '', true)`.execute(db);
  return done;
}

/** What runs as the owner and reads as it, whoever the connection stands for. */
export type OwnersFunction = 'session_by_token';

/**
 * What one of these functions returns. The connection is asked as it stands, whomever it stood for last: nothing else is
 * asked with it, so that nobody's standing has to be told first.
 */
export async function callOwners(db: Db, name: OwnersFunction, values: readonly unknown[]): Promise<unknown> {
  const known = db.isTransaction ? undefined : opened.get(db);
  if (known === undefined) {
    const call = sql`${sql.raw(name)}(${sql.join(values)})`;
    const { rows } = await sql<{ answer: unknown }>`SELECT ${call} AS answer`.execute(db);
    return rows[0]?.answer;
  }
  const place = await known.find();
  const client = await place.pool.connect();
  let broken = true;
  try {
    const before = stood.get(client);
    const there = before?.schema === place.schema && before.role === place.role;
    if (!there) await stand(client, place, NOBODY);
    const given = values.map((_, index) => `$${index + 1}`).join(', ');
    const { rows } = await client.query<{ answer: unknown }>(`SELECT ${name}(${given}) AS answer`, [
      ...values,
    ]);
    broken = false;
    return rows[0]?.answer;
  } finally {
    client.release(broken);
  }
}

/** What Kysely takes for a pool: each connection it is given stands where it should. */
function standingPool(
  find: () => Whereabouts | Promise<Whereabouts>,
  standing: Standing,
): { connect(): Promise<pg.PoolClient>; end(): Promise<void>; options: object } {
  return {
    options: {},
    end: async () => undefined,
    async connect() {
      const place = await find();
      const client = await place.pool.connect();
      try {
        await stand(client, place, standing);
        return client;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
  };
}

interface Stood {
  readonly schema: string;
  readonly role: string | null;
  readonly pass: Pass | null;
  readonly text: string;
}
const stood = new WeakMap<pg.ClientBase, Stood>();

/**
 * The one helper that says where and as whom a connection stands. What changes only the person goes out together with
 * the statement that follows it; it cannot fail but with the connection. Where it stands is waited for: a statement
 * must never reach another authority because that failed.
 */
async function stand(client: pg.PoolClient, place: Whereabouts, standing: Standing): Promise<void> {
  const before = stood.get(client);
  const elsewhere = before === undefined || before.schema !== place.schema || before.role !== place.role;
  let text = '';
  if (elsewhere) {
    if (place.role !== null) text += `SET ROLE ${client.escapeIdentifier(place.role)};`;
    text += `SET search_path TO ${client.escapeIdentifier(place.schema)}, ${extensionSchema};`;
    text += forgetPrepared(client) ? 'DEALLOCATE ALL;' : '';
  }
  if (before === undefined || before.pass !== standing.pass)
    text += `SET qinglan.pass TO ${client.escapeLiteral(standing.pass ?? '')};`;
  if (before === undefined || before.text !== standing.text)
    text += `SET qinglan.standing TO ${client.escapeLiteral(standing.text)};`;
  if (text === '') return;
  stood.delete(client);
  inOneWrite(client);
  const told = client.query(text);
  if (elsewhere) {
    await told;
    nameFor(client, place.schema);
  } else {
    told.catch(() => stood.delete(client));
  }
  stood.set(client, { schema: place.schema, role: place.role, pass: standing.pass, text: standing.text });
}

/**
 * What is sent from here on goes out in one piece once the microtasks under way are done, which is when the statement
 * that follows has been sent too: each write by itself would wake the server, and cost us as much as the answer.
 */
function inOneWrite(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

export interface Works {
  /** The authority's records as one work reaches them (walls/works.ts). */
  open(work: string): Database;
}

/** For what is done on nobody's behalf. */
export function openWorks(find: () => JobsPlace | Promise<JobsPlace>): Works {
  const doors = openDoors(find);
  return {
    open(work) {
      const standing = workStanding(work);
      const db = doors.open(standing);
      noteAddress(db, async () => {
        const { url, schema, role } = await find();
        return { url, schema, role, standing: standing.text };
      });
      return db;
    },
  };
}

/** For those who have no walls: the database's owner, at an authority. */
export function openOwner(find: () => OwnersPlace | Promise<OwnersPlace>): Database {
  const db = openDoors(find).open(NOBODY);
  noteAddress(db, async () => {
    const { url, schema, role } = await find();
    return { url, schema, role, standing: '' };
  });
  return db;
}
