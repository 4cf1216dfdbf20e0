import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type Db, transaction } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { newId } from '../../../platform/ids.ts';
import { nameOf, unitNameOf } from '../../../platform/names.ts';
import { under } from '../../../platform/paths.ts';
import { appendAudit } from '../queries.ts';
import { canonical } from '../rules.ts';
import { READ_KINDS, type ReadKind, type SensitiveRead } from './rules.ts';

/** Keeps what was read, in one statement, under the day of its writing. */
export async function insertReads(db: Db, day: string, reads: readonly SensitiveRead[]): Promise<void> {
  const column = <T>(of: (read: SensitiveRead) => T): T[] => reads.map(of);
  await sql`
    INSERT INTO sensitive_read (id, day, at, reader_id, on_behalf_of, kind, person_id, unit_path, subject, origin)
    SELECT id, ${day}::date, at, reader_id, on_behalf_of, kind, person_id, unit_path, subject, origin
      FROM unnest(${reads.map(() => newId())}::uuid[], ${column(({ at }) => at)}::timestamptz[],
                  ${column(({ readerId }) => readerId)}::uuid[], ${column(({ onBehalfOf }) => onBehalfOf)}::uuid[],
                  ${column(({ kind }) => kind)}::text[], ${column(({ personId }) => personId)}::uuid[],
                  ${column(({ unitPath }) => unitPath)}::text[], ${column(({ subject }) => subject)}::text[],
                  ${column(({ origin }) => origin)}::text[])
        AS read (id, at, reader_id, on_behalf_of, kind, person_id, unit_path, subject, origin)`.execute(db);
}

export interface ReadRow {
  readonly id: string;
  readonly at: Date;
  readonly readerName: string | null;
  readonly forName: string | null;
  readonly readerUnit: string | null;
  readonly personName: string | null;
  readonly kind: ReadKind;
  readonly subject: string;
}

/**
 * Who read what of whom, newest first, before an instant; of one person with the entries merged into theirs, by one
 * reader, or under some units.
 */
export const listReads: typeof listOfReads = (db, about, page) =>
  about.personId === undefined
    ? listOfReads(db, about, page)
    : passing(db, 'merged', (all) => listOfReads(all, about, page));

async function listOfReads(
  db: Db,
  about: {
    readonly personId?: string;
    readonly people?: readonly string[];
    readonly roots?: readonly string[];
  },
  page: { readonly before: Date | null; readonly limit: number },
): Promise<ReadRow[]> {
  let query = db
    .selectFrom('sensitive_read as read')
    .select([
      'read.id',
      'read.at',
      nameOf<string | null>('read.reader_id').as('readerName'),
      nameOf<string | null>('read.on_behalf_of').as('forName'),
      unitNameOf('read.reader_id').as('readerUnit'),
      nameOf<string | null>('read.person_id').as('personName'),
      'read.kind',
      'read.subject',
    ])
    .orderBy('read.at', 'desc')
    .orderBy('read.id', 'desc')
    .limit(page.limit);
  const { personId, people, roots } = about;
  const stands = roots === undefined ? sql<boolean>`true` : standsUnder(roots);
  if (personId !== undefined) query = query.where('read.person_id', 'in', await entriesOf(db, personId));
  if (people !== undefined) query = query.where('read.id', 'in', newest(people, stands, page));
  else query = query.where(stands);
  if (page.before !== null) query = query.where('read.at', '<', page.before);
  const rows = await query.execute();
  return rows.flatMap((row) => {
    const kind = READ_KINDS.find((one) => one === row.kind);
    return kind === undefined ? [] : [{ ...row, kind }];
  });
}

/** What has no place is shown to those who answer for a whole authority. */
const standsUnder = (roots: readonly string[]): RawBuilder<boolean> => {
  const placeless = roots.some((root) => /^\d+\.$/.test(root)) ? sql`read.unit_path IS NULL` : sql`false`;
  return sql<boolean>`(${under('read.unit_path', roots)} OR ${placeless})`;
};

/**
 * The newest of each of these people's, by them and about them, along the indexes they stand in; asked for together,
 * the database would read all of them before it shows a page.
 */
function newest(
  people: readonly string[],
  stands: RawBuilder<boolean>,
  { before, limit }: { readonly before: Date | null; readonly limit: number },
): RawBuilder<string> {
  const parts = ['person_id', 'reader_id'].map(
    (column) => sql`
      SELECT found.id, found.at FROM unnest(${[...people]}::uuid[]) AS one, LATERAL (
        SELECT read.id, read.at FROM sensitive_read read WHERE ${sql.ref(`read.${column}`)} = one AND ${stands}
           ${before === null ? sql`` : sql`AND read.at < ${before}`}
         ORDER BY read.at DESC, read.id DESC LIMIT ${limit}) found`,
  );
  return sql<string>`(SELECT id FROM (${sql.join(parts, sql` UNION `)}) AS any_of ORDER BY at DESC, id DESC LIMIT ${limit})`;
}

/** A person's own entry and those that were found to be the same person. */
async function entriesOf(db: Db, personId: string): Promise<string[]> {
  const merged = await db.selectFrom('person').select('id').where('merged_into', '=', personId).execute();
  return [personId, ...merged.map(({ id }) => id)];
}

/** How many reads a day holds, and the SHA-256 over them in the order of their ids. */
export async function digestOfDay(db: Db, day: string): Promise<{ count: number; digest: string }> {
  const hash = createHash('sha256');
  let [count, last] = [0, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const rows = await db
      .selectFrom('sensitive_read')
      .selectAll()
      .where('day', '=', day)
      .where('id', '>', last)
      .orderBy('id')
      .limit(5000)
      .execute();
    for (const row of rows) hash.update(`${canonical(row)}\n`);
    count += rows.length;
    const next = rows.at(-1);
    if (next === undefined) return { count, digest: hash.digest('hex') };
    last = next.id;
  }
}

/** Days before this one that hold reads and were not sealed, oldest first. */
export async function unsealedDays(db: Db, before: string): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    WITH sealed AS (SELECT max(("after"->>'day')::date) AS day FROM audit WHERE action = 'reads.day-closed')
    SELECT DISTINCT read.day FROM sensitive_read read, sealed
     WHERE read.day < ${before}::date AND read.day > coalesce(sealed.day, '-infinity'::date) ORDER BY 1`.execute(
    db,
  );
  return rows.map(({ day }) => day);
}

/** Seal every day before this one: its count and digest enter the chain. */
export async function sealReads(db: Db, at: Date, before: string): Promise<number> {
  const days = await unsealedDays(db, before);
  for (const day of days) {
    const { count, digest } = await digestOfDay(db, day);
    await transaction(db, async (tx) => {
      await appendAudit(tx, null, at, {
        action: 'reads.day-closed',
        subjectType: 'reads',
        subjectId: null,
        after: { day, count, digest },
      });
    });
  }
  return days.length;
}

/** How many reads stand before a day. */
export async function countReads(db: Db, before: string): Promise<number> {
  const { count } = await db
    .selectFrom('sensitive_read')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('day', '<', before)
    .executeTakeFirstOrThrow();
  return count;
}

/** Erase whole days of reads before a day; how many rows. */
export async function eraseReads(db: Db, before: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sensitive_read')
    .where('day', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
