import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { under } from '../../platform/paths.ts';
import { madeOnce, optionalInstant } from '../../platform/together.ts';
import type { NoticeKind } from './rules.ts';

export interface NewNotice {
  readonly personId: string;
  readonly kind: NoticeKind;
  /** The values of the notice's words. */
  readonly detail: Readonly<Record<string, string | number>>;
  readonly href: string | null;
}

/** Put notices into people's inboxes; thousands at once are a few statements. */
export async function insertNotices(tx: Db, at: Date, notices: readonly NewNotice[]): Promise<void> {
  for (let start = 0; start < notices.length; start += 1000) {
    await tx
      .insertInto('notice')
      .values(
        notices.slice(start, start + 1000).map((notice) => ({
          id: newId(),
          person_id: notice.personId,
          kind: notice.kind,
          detail: JSON.stringify(notice.detail),
          href: notice.href,
          created_at: at,
        })),
      )
      .execute();
  }
}

/** One notice as a part of a statement that has more to do (`WITH … AS`), one for each row of `from`. */
export const noticeFrom = (
  at: Date,
  { personId, kind, href }: Omit<NewNotice, 'detail'>,
  detail: RawBuilder<unknown>,
  from: RawBuilder<unknown>,
) => sql`
  INSERT INTO notice (id, person_id, kind, detail, href, created_at)
  SELECT ${newId()}::uuid, ${personId}::uuid, ${kind}, ${detail}, ${href}, ${at}::timestamptz FROM ${from}`;

/** Those of `people` who have a notice of this kind about the same thing already. */
export async function selectTold(
  db: Db,
  kind: NoticeKind,
  href: string,
  people: readonly string[],
): Promise<Set<string>> {
  if (people.length === 0) return new Set();
  const rows = await db
    .selectFrom('notice')
    .select('person_id')
    .where('href', '=', href)
    .where('kind', '=', kind)
    .where('person_id', '=', sql<string>`ANY(${[...people]}::uuid[])`)
    .execute();
  return new Set(rows.map((row) => row.person_id));
}

/** How many people under a unit were told, and how many of them have acknowledged it. */
export async function countTold(
  db: Db,
  kind: NoticeKind,
  href: string,
  unitPath: string,
): Promise<{ told: number; acknowledged: number }> {
  return db
    .selectFrom('notice')
    .innerJoin('person', 'person.id', 'notice.person_id')
    .select([
      sql<number>`count(*)::int`.as('told'),
      sql<number>`count(notice.acknowledged_at)::int`.as('acknowledged'),
    ])
    .where('notice.href', '=', href)
    .where('notice.kind', '=', kind)
    .where(under('person.unit_path', [unitPath]))
    .executeTakeFirstOrThrow();
}

export interface NoticeRow {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly detail: Record<string, string | number>;
  readonly href: string | null;
  readonly createdAt: Date;
  readonly readAt: Date | null;
  readonly acknowledgedAt: Date | null;
}

export interface NoticePage {
  readonly notices: readonly NoticeRow[];
  /** How many there are on all pages. */
  readonly total: number;
}
interface Inbox {
  readonly personId: string;
  readonly limit: number;
  readonly offset: number;
}
const inbox = madeOnce((db: Db, { personId, limit, offset }: Inbox) => ({
  notices: db
    .selectFrom('notice')
    .select([
      'id',
      'kind',
      'detail',
      'href',
      'created_at as createdAt',
      'read_at as readAt',
      'acknowledged_at as acknowledgedAt',
    ])
    .where('person_id', '=', personId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset),
  totals: db
    .selectFrom('notice')
    .select(sql<number>`count(*)::int`.as('total'))
    .where('person_id', '=', personId),
}));

/** A person's inbox, newest first, a page at a time. */
export async function listNotices(
  db: Db,
  personId: string,
  limit: number,
  offset: number,
): Promise<NoticePage> {
  const { notices, totals } = await inbox(db, { personId, limit, offset });
  return {
    notices: notices.map((row) => ({
      ...row,
      kind: row.kind as NoticeKind,
      detail: row.detail as Record<string, string | number>,
      createdAt: new Date(row.createdAt),
      readAt: optionalInstant(row.readAt),
      acknowledgedAt: optionalInstant(row.acknowledgedAt),
    })),
    total: totals[0]?.total ?? 0,
  };
}

export async function markRead(db: Db, personId: string, ids: readonly string[], now: Date): Promise<void> {
  await db
    .updateTable('notice')
    .set({ read_at: now })
    .where('person_id', '=', personId)
    .where('id', 'in', [...ids])
    .where('read_at', 'is', null)
    .execute();
}

/** "I have seen this": kept with its time (R-001-4-09). Doing it twice changes nothing. */
export async function acknowledge(db: Db, personId: string, noticeId: string, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('notice')
    .set({ acknowledged_at: sql`coalesce(acknowledged_at, ${now})` })
    .where('person_id', '=', personId)
    .where('id', '=', noticeId)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** How many notices of before then were read. */
export async function countOldNotices(db: Db, before: Date): Promise<number> {
  const { n } = await db
    .selectFrom('notice')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('created_at', '<', before)
    .where('read_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return n;
}

/** Removes them; how many. */
export async function deleteOldNotices(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('notice')
    .where('created_at', '<', before)
    .where('read_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
