import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { type Entry, entryOf, type Origin } from '../rules.ts';

/** An entry as it stands, with its links and, until it is erased, from where it came. */
export interface Link {
  readonly entry: Entry;
  readonly previousHash: string;
  readonly hash: string;
  readonly from: Origin | null;
}

export const FIRST_PREVIOUS = '0'.repeat(64);

const links = (db: Db) =>
  db
    .selectFrom('audit')
    .leftJoin('audit_origin', 'audit_origin.seq', 'audit.seq')
    .selectAll('audit')
    .select(['audit_origin.salt', 'audit_origin.address', 'audit_origin.device']);

type Row = Awaited<ReturnType<ReturnType<typeof links>['executeTakeFirstOrThrow']>>;

const linkOf = (row: Row): Link => ({
  entry: entryOf(row),
  previousHash: row.previous_hash,
  hash: row.hash,
  from: row.salt === null ? null : { salt: row.salt, address: row.address, device: row.device },
});

/** The next entries after one, in order, at most `limit`. */
export async function nextLinks(db: Db, after: number, limit: number): Promise<Link[]> {
  return (await links(db).where('audit.seq', '>', after).orderBy('audit.seq').limit(limit).execute()).map(
    linkOf,
  );
}

/** The entries of these numbers. */
export async function selectLinks(db: Db, seqs: readonly number[]): Promise<Link[]> {
  if (seqs.length === 0) return [];
  return (
    await links(db)
      .where('audit.seq', 'in', [...seqs])
      .orderBy('audit.seq')
      .execute()
  ).map(linkOf);
}

/** The numbers of the entries about one thing, oldest first. */
export async function seqsAbout(db: Db, subjectId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('audit')
    .select('seq')
    .where('subject_id', '=', subjectId)
    .orderBy('seq')
    .limit(1000)
    .execute();
  return rows.map(({ seq }) => seq);
}

export async function selectHead(db: Db): Promise<{ seq: number; hash: string }> {
  return db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow();
}

export interface CheckRow {
  readonly at: Date;
  readonly entries: number;
  readonly brokenAt: number | null;
  readonly fault: string | null;
}

/** What the latest walk along the chain found. */
export async function selectLatestCheck(db: Db): Promise<CheckRow | null> {
  const row = await db
    .selectFrom('audit_check')
    .select(['at', 'entries', 'broken_at as brokenAt', 'fault'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertCheck(db: Db, id: string, check: CheckRow): Promise<void> {
  await db
    .insertInto('audit_check')
    .values({ id, at: check.at, entries: check.entries, broken_at: check.brokenAt, fault: check.fault })
    .execute();
}

/** Of how many entries older than the instant it is still known from where they came. */
export async function countOrigins(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM audit_origin o JOIN audit a ON a.seq = o.seq WHERE a.at < ${before}`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** Erase from where entries came that are older than the instant; how many. In steps, so that no lock is held long. */
export async function eraseOrigins(db: Db, before: Date): Promise<number> {
  let erased = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM audit_origin WHERE seq IN (
        SELECT o.seq FROM audit_origin o JOIN audit a ON a.seq = o.seq
         WHERE o.seq <= (SELECT coalesce(min(seq), 0) + 5000 FROM audit_origin) AND a.at < ${before})`.execute(
      db,
    );
    erased += Number(numAffectedRows);
    if (numAffectedRows === 0n) return erased;
  }
}
