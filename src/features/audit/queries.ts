import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { canonical, chainText, type Entry } from './rules.ts';

export interface Change {
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  /** Whose timeline it belongs to. */
  readonly personId?: string | null;
  readonly roundId?: string | null;
  readonly unitPath?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
}

/**
 * Append one entry to the authority's hash chain. Call it last in the transaction of the change it
 * describes: the chain's head is locked from here to the commit, so entries follow commit order.
 */
export async function appendAudit(tx: Db, actorId: string | null, at: Date, change: Change): Promise<void> {
  const head = await tx
    .selectFrom('audit_head')
    .select(['seq', 'hash'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const entry: Entry = {
    seq: Number(head.seq) + 1,
    at: at.toISOString(),
    actorId,
    action: change.action,
    subjectType: change.subjectType,
    subjectId: change.subjectId,
    personId: change.personId ?? null,
    roundId: change.roundId ?? null,
    unitPath: change.unitPath ?? null,
    before: change.before ?? null,
    after: change.after ?? null,
    reason: change.reason ?? null,
  };
  const hash = hashOf(head.hash, entry);
  await tx
    .insertInto('audit')
    .values({
      seq: entry.seq,
      at,
      actor_id: entry.actorId,
      action: entry.action,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      person_id: entry.personId,
      round_id: entry.roundId,
      unit_path: entry.unitPath,
      before: entry.before === null ? null : canonical(entry.before),
      after: entry.after === null ? null : canonical(entry.after),
      reason: entry.reason,
      previous_hash: head.hash,
      hash,
    })
    .execute();
  await tx.updateTable('audit_head').set({ seq: entry.seq, hash }).execute();
}

const hashOf = (previous: string, entry: Entry): string =>
  createHash('sha256').update(chainText(previous, entry)).digest('hex');

export interface AuditRow {
  readonly seq: number;
  readonly at: Date;
  readonly actorName: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}

/** The newest entries about one thing, one person or one round, newest first, at most `limit`. */
export async function selectTimeline(
  db: Db,
  about: { readonly subjectId?: string; readonly personId?: string; readonly roundId?: string },
  limit = 50,
): Promise<AuditRow[]> {
  let query = db
    .selectFrom('audit')
    .leftJoin('person', 'person.id', 'audit.actor_id')
    .select([
      'audit.seq',
      'audit.at',
      'person.name as actorName',
      'audit.action',
      'audit.subject_type as subjectType',
      'audit.subject_id as subjectId',
      'audit.before',
      'audit.after',
      'audit.reason',
    ])
    .orderBy('audit.seq', 'desc')
    .limit(limit);
  if (about.subjectId !== undefined) query = query.where('audit.subject_id', '=', about.subjectId);
  if (about.personId !== undefined) query = query.where('audit.person_id', '=', about.personId);
  if (about.roundId !== undefined) query = query.where('audit.round_id', '=', about.roundId);
  return query.execute();
}

/** Walk the whole chain; the number of the first broken link, or null when every link holds. */
export async function findBrokenLink(db: Db): Promise<number | null> {
  let previous = '0'.repeat(64);
  let last = 0;
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(5000)
      .execute();
    if (rows.length === 0) break;
    for (const row of rows) {
      const entry: Entry = {
        seq: Number(row.seq),
        at: row.at.toISOString(),
        actorId: row.actor_id,
        action: row.action,
        subjectType: row.subject_type,
        subjectId: row.subject_id,
        personId: row.person_id,
        roundId: row.round_id,
        unitPath: row.unit_path,
        before: row.before,
        after: row.after,
        reason: row.reason,
      };
      if (entry.seq !== last + 1 || row.previous_hash !== previous || row.hash !== hashOf(previous, entry))
        return last + 1;
      previous = row.hash;
      last = entry.seq;
    }
  }
  const head = await db
    .selectFrom('audit_head')
    .select([sql<number>`seq`.as('seq'), 'hash'])
    .executeTakeFirstOrThrow();
  return Number(head.seq) === last && head.hash === previous ? null : last + 1;
}
