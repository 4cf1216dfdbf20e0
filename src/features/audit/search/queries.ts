import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { under } from '../../../platform/paths.ts';
import { type AuditRow, known, timelineRows } from '../queries.ts';
import type { AuditAction } from '../rules.ts';

/** What an auditor looks for; null asks for nothing. */
export interface AuditFilter {
  /** Who did it or whom it was about. */
  readonly people: readonly string[] | null;
  readonly action: AuditAction | null;
  readonly from: Date | null;
  readonly until: Date | null;
  /** The unit's path: its entries and those below it. */
  readonly unitPath: string | null;
}

export interface FoundEntry extends AuditRow {
  readonly personName: string | null;
  /** From where, until that is erased. */
  readonly address: string | null;
  readonly device: string | null;
}

/**
 * Entries under the given units that match, newest first, before an entry's number. What has no place (a sign-in) is
 * shown to those who answer for a whole authority, whose root has one key. A span of time is turned into one of
 * numbers first: entries stand in the order of commits, which is that of time but for moments.
 */
export async function listAudit(
  db: Db,
  roots: readonly string[],
  filter: AuditFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<FoundEntry[]> {
  const { people, action, from, until, unitPath } = filter;
  let query = timelineRows(db)
    .leftJoin('named as about', 'about.id', 'audit.person_id')
    .leftJoin('audit_origin as origin', 'origin.seq', 'audit.seq')
    .select(['about.name as personName', 'origin.address', 'origin.device'])
    .where((where) =>
      where.or([
        ...roots.map((root) => under('audit.unit_path', [root])),
        ...(roots.some((root) => /^\d+\.$/.test(root)) ? [where('audit.unit_path', 'is', null)] : []),
      ]),
    )
    .orderBy('audit.seq', 'desc')
    .limit(page.limit);
  if (page.before !== null) query = query.where('audit.seq', '<', page.before);
  if (people !== null) {
    const ids = [...people];
    query = query.where((where) =>
      where.or([where('audit.person_id', 'in', ids), where('audit.actor_id', 'in', ids)]),
    );
  }
  if (action !== null) query = query.where('audit.action', '=', action);
  if (unitPath !== null)
    query = query.where('audit.unit_path', '>=', unitPath).where('audit.unit_path', '<', `${unitPath}~`);
  if (from !== null || until !== null) {
    const span = await spanOf(db, from, until);
    if (span === null) return [];
    query = query.where('audit.seq', '>=', span.first).where('audit.seq', '<=', span.last);
    if (from !== null) query = query.where('audit.at', '>=', from);
    if (until !== null) query = query.where('audit.at', '<=', until);
  }
  return known(await query.execute());
}

/**
 * Entries stand in the order of commits, their times in that of requests: by so many places they may differ, and by
 * far fewer they do. What lies within is then looked at by its time.
 */
const SLACK = 10_000;

/** The numbers between which the entries of a span of time lie; null when it has none. */
async function spanOf(
  db: Db,
  from: Date | null,
  until: Date | null,
): Promise<{ first: number; last: number } | null> {
  const [since, to] = [from ?? new Date(0), until ?? new Date('9999-12-31T00:00:00Z')];
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    SELECT (SELECT seq FROM audit WHERE at >= ${since} ORDER BY at, seq LIMIT 1) AS first,
           (SELECT seq FROM audit WHERE at <= ${to} ORDER BY at DESC, seq DESC LIMIT 1) AS last`.execute(db);
  const [row] = rows;
  return row?.first == null || row.last === null
    ? null
    : { first: row.first - SLACK, last: row.last + SLACK };
}

/** Where an entry stands: its unit, or none; null when there is no such entry. */
export async function selectOptionalEntryPlace(
  db: Db,
  seq: number,
): Promise<{ unitPath: string | null } | null> {
  const row = await db
    .selectFrom('audit')
    .select('unit_path as unitPath')
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row ?? null;
}

/** People of exactly this name or staff number, merged entries among them. */
export async function findExactPeople(db: Db, text: string): Promise<string[]> {
  const rows = await db
    .selectFrom('person')
    .select('id')
    .where((where) => where.or([where('name', '=', text), where('staff_number', '=', text)]))
    .limit(200)
    .execute();
  return rows.map(({ id }) => id);
}

/** The path of the unit of exactly this name or code; null when none has it, or several have. */
export async function findExactUnit(db: Db, text: string): Promise<string | null> {
  const rows = await db
    .selectFrom('unit')
    .select('path')
    .where((where) => where.or([where('name', '=', text), where('code', '=', text)]))
    .limit(2)
    .execute();
  return rows.length === 1 ? (rows[0]?.path ?? null) : null;
}
