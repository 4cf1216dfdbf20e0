import { Kysely, PostgresAdapter, PostgresDialect, PostgresQueryCompiler, sql } from 'kysely';
import { arrive, isCrowded, type Party, standingPool, type Whereabouts } from './connections.ts';
import { type Database, type Db, noteAddress } from './database.ts';
import type { Doubt } from './doubt.ts';
import type { DB } from './schema.generated.ts';
import { NOBODY, type Pass, type Standing, withPerson, workStanding } from './standing.ts';

/*
 * The way into an authority's records. How a connection stands where and for whom it should: connections.ts.
 */

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
  /**
   * The authority's records as this standing may see and change them; only see, as long as there is a doubt. Cheap: one
   * for each request.
   */
  open(standing: Standing, doubt?: Doubt): Database;
  /** Whether a core is idle, so that what is asked beside something else is answered beside it. */
  haveTime(): Promise<boolean>;
}

interface Opened {
  readonly doors: Doors;
  readonly find: () => Whereabouts | Promise<Whereabouts>;
  readonly standing: Standing;
  readonly party: Party | null;
  readonly open: (standing: Standing, party: Party | null) => Database;
}
const opened = new WeakMap<object, Opened>();

/** Each request opens a few databases. What makes their texts knows none of them, and makes one at a time. */
class Dialect extends PostgresDialect {
  static readonly #compiler = new PostgresQueryCompiler();
  static readonly #adapter = new PostgresAdapter();
  override createQueryCompiler = () => Dialect.#compiler;
  override createAdapter = () => Dialect.#adapter;
}

/** For requests: what each asks at the same time may share a connection. */
export const openDoors = (find: () => Whereabouts | Promise<Whereabouts>): Doors => doorsTo(find, true);

function doorsTo(find: () => Whereabouts | Promise<Whereabouts>, together: boolean): Doors {
  const open = (standing: Standing, party: Party | null): Database => {
    const pool = standingPool(find, standing, party);
    const db = new Kysely<DB>({ dialect: new Dialect({ pool }) });
    opened.set(db, { doors, find, standing, party, open });
    return db;
  };
  const doors: Doors = {
    open: (standing, doubt) => open(standing, together ? { leases: new Set(), doubt: doubt ?? null } : null),
    haveTime: async () => !isCrowded((await find()).pool),
  };
  return doors;
}

/**
 * The same database with one of the named passes. One that has no walls (that of jobs and commands) needs none and is
 * handed back as it is.
 */
export function withPass(db: Database, pass: Pass): Database {
  const known = opened.get(db);
  return known === undefined ? db : known.open({ ...known.standing, pass }, known.party);
}

/** What all databases of one authority have in common, to keep by it what holds for whoever asks. */
export const behind = (db: Db): object => opened.get(db)?.doors ?? db;

/** The same database for a request about somebody's things, whose guard has let it pass for this act. */
export function aboutPerson(db: Database, act: string, personId: string): Database {
  const known = opened.get(db);
  if (known === undefined) return db;
  return known.open({ ...known.standing, text: withPerson(known.standing.text, act, personId) }, known.party);
}

/** What a transaction may pass by just now: its own pass first, and those it was given since. */
const passes = new WeakMap<Db, string[]>();

/** One question with a pass; when `db` is a transaction, as part of it. One within another leaves that one as it was. */
export async function passing<T>(db: Db, pass: Pass, work: (db: Db) => Promise<T>): Promise<T> {
  if (!db.isTransaction) return await work(withPass(db, pass));
  const { rows } = await sql<{ before: string | null }>`
    WITH own AS MATERIALIZED (SELECT current_setting('qinglan.pass', true) AS before)
    SELECT before, set_config('qinglan.pass', ${pass}, true) FROM own`.execute(db);
  const now = passes.get(db) ?? [rows[0]?.before ?? ''];
  passes.set(db, now);
  now.push(pass);
  const over = async (): Promise<void> => {
    now.splice(now.lastIndexOf(pass), 1);
    await sql`SELECT set_config('qinglan.pass', ${now.at(-1) ?? ''}, true)`.execute(db);
  };
  let done: T;
  try {
    done = await work(db);
  } catch (error) {
    // Mostly the transaction is over, and all passes with it; whoever goes on in it has this one no longer.
    await over().catch(() => undefined);
    throw error;
  }
  await over();
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
    await arrive(client, place, NOBODY);
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

export interface Works {
  /** The authority's records as one work reaches them (walls/works.ts). */
  open(work: string): Database;
}

/** For what is done on nobody's behalf. */
export function openWorks(find: () => JobsPlace | Promise<JobsPlace>): Works {
  const doors = doorsTo(find, false);
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
  const db = doorsTo(find, false).open(NOBODY);
  noteAddress(db, async () => {
    const { url, schema, role } = await find();
    return { url, schema, role, standing: '' };
  });
  return db;
}
