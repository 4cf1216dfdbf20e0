import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';

/* Files of records that count for nothing are not kept for ever (retention, `evidence`). */

/**
 * Files that were taken back, that never came to a record, or whose record was returned or taken back; and nothing was
 * done with it since then.
 */
const old = (before: Date): RawBuilder<unknown> => sql`
  evidence.erased_at IS NULL AND evidence.uploaded_at < ${before}
  AND (evidence.withdrawn_at < ${before} OR evidence.record_id IS NULL OR EXISTS (
    SELECT 1 FROM record WHERE record.id = evidence.record_id AND record.state IN ('returned', 'withdrawn')
       AND coalesce((SELECT max(at) FROM audit WHERE audit.subject_id = record.id), record.decided_at, record.entered_at) < ${before}))`;

export async function countOldEvidence(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM evidence WHERE ${old(before)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The row stays, with neither name nor file. Returns which files these were. */
export async function eraseOldEvidence(db: Db, before: Date, at: Date): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    WITH old AS (
      UPDATE evidence SET erased_at = ${at}, withdrawn_at = coalesce(withdrawn_at, ${at}), file_name = ''
       WHERE ${old(before)} RETURNING id, record_id, sha256
    ), counted AS (
      UPDATE record SET evidence_count =
        (SELECT count(*) FROM evidence left_over WHERE left_over.record_id = record.id AND left_over.withdrawn_at IS NULL
            AND left_over.id NOT IN (SELECT id FROM old))
       WHERE id IN (SELECT record_id FROM old)
    )
    SELECT sha256 FROM old`.execute(db);
  return rows.map(({ sha256 }) => sha256);
}

/** Which of these files evidence that was not erased names. */
export async function namedFiles(db: Db, hashes: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('evidence')
    .select('sha256')
    .distinct()
    .where('sha256', '=', sql<string>`ANY(${[...hashes]}::text[])`)
    .where('erased_at', 'is', null)
    .execute();
  return rows.flatMap(({ sha256 }) => sha256 ?? []);
}
