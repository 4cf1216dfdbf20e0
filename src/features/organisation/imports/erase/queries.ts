import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';

/* The rows of a file that was brought in hold a whole roster again; they are not kept for ever (retention, `imports`). */

/** Imports that nobody works on, the last of which was done before then. One at work is let be. */
const old = (before: Date): RawBuilder<unknown> => sql`
  erased_at IS NULL AND state NOT IN ('previewing', 'confirming') AND coalesce(finished_at, created_at) < ${before}`;

export async function countOldImports(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM import_job WHERE ${old(before)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Erases their rows and what is shown of their sheets; the job itself stays with its figures. One that was never
 * confirmed is given up. Returns which, with the file each came as.
 */
export async function eraseOldImports(
  db: Db,
  before: Date,
  at: Date,
): Promise<{ readonly id: string; readonly sha256: string }[]> {
  const { rows } = await sql<{ id: string; sha256: string }>`
    WITH old AS (
      UPDATE import_job
         SET erased_at = ${at},
             finished_at = coalesce(finished_at, ${at}),
             state = CASE WHEN state IN ('done', 'failed', 'abandoned') THEN state ELSE 'abandoned' END,
             summary = CASE WHEN summary ? 'outline' THEN jsonb_set(summary, '{outline}', '[]') ELSE summary END
       WHERE ${old(before)} RETURNING id, file_sha256
    ), gone AS (DELETE FROM import_row WHERE job_id IN (SELECT id FROM old))
    SELECT id, file_sha256 AS sha256 FROM old`.execute(db);
  return rows;
}

/** Which of these files an import that was not erased names. */
export async function namedFiles(db: Db, hashes: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('import_job')
    .select('file_sha256 as sha256')
    .distinct()
    .where('file_sha256', '=', sql<string>`ANY(${[...hashes]}::text[])`)
    .where('erased_at', 'is', null)
    .execute();
  return rows.flatMap(({ sha256 }) => sha256 ?? []);
}

/** Those of these imports whose upload is still to be read. */
export async function idsWithUpload(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('import_job')
    .select('id')
    .where('id', '=', sql<string>`ANY(${[...ids]}::uuid[])`)
    .where('state', 'not in', ['done', 'abandoned'])
    .where('erased_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}
