import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { countParts } from './once.ts';
import { prepareRepeated } from './prepared.ts';
import type { DB } from './schema.generated.ts';

export type Database = Kysely<DB>;
/** What queries take: the database, or the transaction they are part of. */
export type Db = Kysely<DB> | Transaction<DB>;

/** Shared by all authorities of a database: pg_trgm and btree_gist live here. */
export const extensionSchema = 'extensions';

export interface DatabaseOptions extends PoolOptions {
  /** The authority's schema. It is set on the connection, so that SQL never names it. */
  schema: string;
  /** As whom its connections stand, all their life: see doors.ts. */
  role?: string | null;
  standing?: string;
}

export interface PoolOptions {
  /** Most connections held open at once. */
  max?: number;
  /** Connections that stay open when nobody asks for a while: what they have planned is kept as long as they are. */
  kept?: number;
  /** How long a statement may wait for one of them to be free, in milliseconds. */
  longestWait?: number;
  onError?: (error: Error) => void;
}

/** Where the records of an authority are, and as whom one stands there, for a thread that opens them itself. */
export interface Address {
  readonly url: string;
  readonly schema: string;
  /** Null for whoever signs in. */
  readonly role: string | null;
  /** Empty for nobody. */
  readonly standing: string;
}
type FindAddress = () => Address | Promise<Address>;
const addresses = new WeakMap<Db, FindAddress>();
/** Says where a database is that nobody's request stands in: that of a work, or one without walls. */
export const noteAddress = (db: Database, find: FindAddress): unknown => addresses.set(db, find);
/** Null for a transaction, whose sight nobody else has. */
export const addressOf = async (db: Db): Promise<Address | null> => (await addresses.get(db)?.()) ?? null;

/** Opens the records of one authority. End with `destroy()`. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: openPool(url, options) }) });
  const { schema, role = null, standing = '' } = options;
  noteAddress(db, () => ({ url, schema, role, standing }));
  return db;
}

/** In a rush requests wait in line; a browser gives up after a minute or more, and half of that is for the answer. */
const LONGEST_WAIT_MS = 30_000;

/** Whether something failed only because no connection became free in time: nothing was begun, later it will do. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

/** The connections beneath `openDatabase`, for the few who need one bare (bulk loads, benchmarks). */
export const openPool = (
  url: string,
  { schema, role = null, standing = '', ...options }: DatabaseOptions,
): pg.Pool =>
  makePool(
    url,
    [
      connectionOptions(schema),
      ...(role === null ? [] : [`-c role=${role}`]),
      ...(standing === '' ? [] : [`-c qinglan.standing=${standing}`]),
    ].join(' '),
    options,
  );

/** Connections to a node, for all its authorities: they stand nowhere until they are told (doors.ts). */
export const openNodePool = (url: string, options: PoolOptions): pg.Pool =>
  makePool(url, '-c timezone=UTC', options, true);

function makePool(
  url: string,
  options: string,
  { max = 10, kept = 0, longestWait = LONGEST_WAIT_MS, onError }: PoolOptions,
  pipeline = false,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    min: kept,
    types: valueTypes,
    connectionTimeoutMillis: longestWait,
    idleTimeoutMillis: 60_000,
    application_name: 'qinglan',
    options,
    pipeline, // Where a connection stands goes out together with what it is asked.
  } as pg.PoolConfig);
  pool.on('connect', prepareRepeated);
  // A connection that breaks while somebody holds it, but asks nothing just then: whoever asks next is told. The pool
  // hears only those that nobody holds, and unheard it would end us.
  pool.on('connect', (client) => client.on('error', (error) => onError?.(error)));
  // An idle connection breaks when the server restarts. The pool opens another; unheard, it would end us.
  pool.on('error', (error) => onError?.(error));
  return pool;
}

/** Start-up options of a connection to one authority. The schema's name is plain (see config.ts). */
export function connectionOptions(schema: string): string {
  return `-c search_path=${schema},${extensionSchema} -c timezone=UTC`;
}

const { builtins, getTypeParser } = pg.types;
const textArray: number = 1009;
const dateArray = 1182;
const bigintArray = 1016;
const parseTextArray = getTypeParser(textArray as Parameters<typeof getTypeParser>[0]) as (
  text: string,
) => (string | null)[];

/**
 * How values arrive: civil dates as YYYY-MM-DD, bigint as a number (keys and counters, far below 2^53),
 * instants as Date; numeric and ranges stay exact as text.
 */
const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return getTypeParser(oid, 'binary');
    switch (oid) {
      case builtins.DATE:
        return (text: string) => text;
      case builtins.INT8:
        return Number;
      case dateArray:
        return parseTextArray;
      case bigintArray:
        return (text: string) => parseTextArray(text).map((item) => (item === null ? null : Number(item)));
      default:
        return getTypeParser(oid);
    }
  }) as typeof getTypeParser,
};

/** A text as part of a pattern of LIKE, where it stands for itself. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

const serializationFailure = '40001';
const deadlock = '40P01';
const attempts = 6;

/**
 * Runs `work` in one transaction; within one already, as part of it. When PostgreSQL gives up on it because
 * of others at work (SQLSTATE 40001, 40P01) it is run again from the start, so `work` touches nothing but
 * the database.
 */
export async function transaction<T>(db: Db, work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return await work(db as Transaction<DB>);
  return await retried(() => countParts(() => db.transaction().execute(work)));
}

/** The same for one statement, which is a transaction by itself. */
export const single = <T>(db: Db, statement: () => Promise<T>): Promise<T> =>
  db.isTransaction ? statement() : retried(statement);

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const state = sqlState(error);
      if (attempt === attempts || (state !== serializationFailure && state !== deadlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/** Whether something new was refused because the entry it is about was merged into another at that moment (0037). */
export const isOfMerged = (error: unknown): boolean => sqlState(error) === 'QL001';

/** SQLSTATE of a database error, the only thing to branch on; null for any other error. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}
