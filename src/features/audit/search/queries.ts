import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { pathEnd, under } from '../../../platform/paths.ts';
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
  if (roots.length === 0) return [];
  const conditions = [
    sql<boolean>`(${sql.join(
      [
        ...roots.map((root) => under('audit.unit_path', [root])),
        ...(roots.some((root) => /^\d+\.$/.test(root)) ? [sql`audit.unit_path IS NULL`] : []),
      ],
      sql` OR `,
    )})`,
  ];
  if (page.before !== null) conditions.push(sql`audit.seq < ${page.before}`);
  if (action !== null) conditions.push(sql`audit.action = ${action}`);
  if (unitPath !== null) conditions.push(under('audit.unit_path', [unitPath]));
  if (from !== null || until !== null) {
    const span = await spanOf(db, from, until);
    if (span === null) return [];
    conditions.push(sql`audit.seq BETWEEN ${span.first} AND ${span.last}`);
    if (from !== null) conditions.push(sql`audit.at >= ${from}`);
    if (until !== null) conditions.push(sql`audit.at <= ${until}`);
  }
  const asked = { where: sql<boolean>`${sql.join(conditions, sql` AND `)}`, limit: page.limit };
  let query = timelineRows(db)
    .leftJoin('audit_origin as origin', 'origin.seq', 'audit.seq')
    .select([nameOf<string | null>('audit.person_id').as('personName'), 'origin.address', 'origin.device'])
    .orderBy('audit.seq', 'desc')
    .limit(page.limit);
  const places = people === null && unitPath !== null ? await placesUnder(db, unitPath) : null;
  if (people !== null) query = query.where('audit.seq', 'in', newest(ofPeople(people), asked));
  else if (places !== null) query = query.where('audit.seq', 'in', newest([['unit_path', places]], asked));
  else query = query.where(asked.where);
  return known(await query.execute());
}

/** An index in which the entries of one value stand in their order, and the values asked for. */
type Way = readonly [column: 'person_id' | 'actor_id' | 'unit_path', values: readonly string[]];
const ofPeople = (ids: readonly string[]): Way[] => [
  ['person_id', ids],
  ['actor_id', ids],
];

/**
 * The newest numbers of each value, each along its index, and of these as many as the page holds. Asked for together,
 * the database would read all entries of all of them, or the whole chain from its end.
 */
function newest(
  ways: readonly Way[],
  { where, limit }: { readonly where: RawBuilder<boolean>; readonly limit: number },
): RawBuilder<number> {
  const parts = ways.map(([column, values]) => {
    const type = column === 'unit_path' ? sql`text[]` : sql`uuid[]`;
    return sql`
      SELECT found.seq FROM unnest(${[...values]}::${type}) AS one, LATERAL (
        SELECT audit.seq FROM audit WHERE ${sql.ref(`audit.${column}`)} = one AND ${where}
         ORDER BY audit.seq DESC LIMIT ${limit}) found`;
  });
  return sql<number>`(SELECT seq FROM (${sql.join(parts, sql` UNION `)}) AS any_of ORDER BY seq DESC LIMIT ${limit})`;
}

/** A school has a few groups; of more places the chain is read from its end, where they come soon. */
const MOST_PLACES = 48;

/** The places of entries under a unit, those among them that are units no more; null when they are many. */
async function placesUnder(db: Db, unitPath: string): Promise<string[] | null> {
  const next = (after: RawBuilder<unknown>) => sql`
    (SELECT unit_path FROM audit WHERE ${after} AND unit_path < ${pathEnd(unitPath)} ORDER BY unit_path LIMIT 1)`;
  const { rows } = await sql<{ path: string | null }>`
    WITH RECURSIVE place AS (
      SELECT ${next(sql`unit_path >= ${unitPath}`)} AS path
      UNION ALL SELECT ${next(sql`unit_path > place.path`)} FROM place WHERE place.path IS NOT NULL)
    SELECT path FROM place WHERE path IS NOT NULL LIMIT ${MOST_PLACES + 1}`.execute(db);
  return rows.length > MOST_PLACES ? null : rows.flatMap(({ path }) => path ?? []);
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
