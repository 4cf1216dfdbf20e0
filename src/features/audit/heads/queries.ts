import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';

export interface CheckpointRow {
  readonly size: number;
  readonly root: string;
  readonly chainHash: string;
  readonly note: string;
  readonly signedAt: Date;
}

const checkpoints = (db: Db) =>
  db
    .selectFrom('audit_checkpoint')
    .select(['size', 'root', 'chain_hash as chainHash', 'note', 'signed_at as signedAt']);

/** Signed heads, newest first, at most `limit`, before one of them. */
export async function listCheckpoints(
  db: Db,
  limit: number,
  before: number | null = null,
): Promise<CheckpointRow[]> {
  const query = checkpoints(db).orderBy('size', 'desc').limit(limit);
  return await (before === null ? query : query.where('size', '<', before)).execute();
}

export const selectOptionalCheckpoint = async (db: Db, size: number): Promise<CheckpointRow | null> =>
  (await checkpoints(db).where('size', '=', size).executeTakeFirst()) ?? null;

/** Keeps a signed head; of two that signed the same length at once the first is kept. */
export async function insertCheckpoint(db: Db, row: CheckpointRow): Promise<void> {
  await db
    .insertInto('audit_checkpoint')
    .values({
      size: row.size,
      root: row.root,
      chain_hash: row.chainHash,
      note: row.note,
      signed_at: row.signedAt,
    })
    .onConflict((conflict) => conflict.column('size').doNothing())
    .execute();
}

export async function selectHashAt(db: Db, seq: number): Promise<string> {
  return (await db.selectFrom('audit').select('hash').where('seq', '=', seq).executeTakeFirstOrThrow()).hash;
}

export interface KnownKey {
  readonly seq: number;
  readonly at: Date;
  /** The key as checkers of signed notes take it. */
  readonly verifier: string;
}

/** The keys that were ever made, newest first: each making is an entry of the chain. */
export async function listKnownKeys(db: Db): Promise<KnownKey[]> {
  return await db
    .selectFrom('audit')
    .select(['seq', 'at', sql<string>`"after"->>'key'`.as('verifier')])
    .where('action', '=', 'audit.key-made')
    .orderBy('seq', 'desc')
    .limit(100)
    .execute();
}
