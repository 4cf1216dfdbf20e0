import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';

/* What was written and never came to a decision, and who objected, is not kept for ever (retention). */

/** Applications never submitted, or taken back, of rounds that closed before then. */
const old = (before: Date): RawBuilder<unknown> => sql`
  application.erased_at IS NULL AND application.state IN ('draft', 'withdrawn') AND EXISTS (
    SELECT 1 FROM round WHERE round.id = application.round_id AND round.closes_at < ${before})`;

export async function countOldDrafts(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM application WHERE ${old(before)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Erases what was written and attached, and what judges were given of it; that there was an application stays. Returns whose and which files. */
export async function eraseOldDrafts(
  db: Db,
  before: Date,
  at: Date,
): Promise<{ readonly applications: number; readonly files: readonly string[] }> {
  const { rows } = await sql<{ applications: number; files: string[] }>`
    WITH old AS (
      UPDATE application SET erased_at = ${at}, form = '{}', findings = NULL, revision = revision + 1
       WHERE ${old(before)} RETURNING id
    ), attached AS (
      UPDATE application_attachment
         SET erased_at = ${at}, withdrawn_at = coalesce(withdrawn_at, ${at}), file_name = ''
       WHERE application_id IN (SELECT id FROM old) AND erased_at IS NULL RETURNING sha256
    ), copied AS (
      DELETE FROM panel_material USING panel_code code JOIN panel_entry entry ON entry.id = code.entry_id
       WHERE code.candidate = panel_material.candidate AND entry.application_id IN (SELECT id FROM old)
      RETURNING sha256
    )
    SELECT (SELECT count(*) FROM old)::int AS applications,
           (SELECT coalesce(array_agg(sha256), '{}') FROM attached)
           || (SELECT coalesce(array_agg(sha256) FILTER (WHERE sha256 IS NOT NULL), '{}') FROM copied) AS files`.execute(
    db,
  );
  return rows[0] ?? { applications: 0, files: [] };
}

/** Which of these files judges of a panel were given. */
export async function judgesFiles(db: Db, hashes: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('panel_material')
    .select('sha256')
    .distinct()
    .where('sha256', '=', sql<string>`ANY(${[...hashes]}::text[])`)
    .execute();
  return rows.flatMap(({ sha256 }) => sha256 ?? []);
}

/** Which of these files papers of applications that were not erased name. */
export async function namedFiles(db: Db, hashes: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('application_attachment')
    .select('sha256')
    .distinct()
    .where('sha256', '=', sql<string>`ANY(${[...hashes]}::text[])`)
    .where('erased_at', 'is', null)
    .execute();
  return rows.flatMap(({ sha256 }) => sha256 ?? []);
}

/** Objections that were answered before then and still say who objected. */
const named = (before: Date): RawBuilder<unknown> =>
  sql`erased_at IS NULL AND signed AND answered_at < ${before}`;

export async function countOldObjectors(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM objection WHERE ${named(before)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What was objected and answered stays; who it was goes. A signed objection has a name by rule: a dash. */
export async function eraseOldObjectors(db: Db, before: Date, at: Date): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    UPDATE objection SET erased_at = ${at}, name = '—', contact = '—' WHERE ${named(before)}`.execute(db);
  return Number(numAffectedRows);
}
