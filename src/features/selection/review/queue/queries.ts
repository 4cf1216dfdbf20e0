import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Outcome } from '../../../../language/outcome.ts';
import type { Db } from '../../../../platform/database.ts';
import { under } from '../../../organisation/units/queries.ts';
import type { ApplicationState } from '../../rounds/rules.ts';

export const QUEUE_TABS = ['waiting', 'coming', 'recommended', 'returned', 'refused'] as const;
export type QueueTab = (typeof QUEUE_TABS)[number];
export const QUEUE_SORTS = ['submitted', 'name', 'school', 'subject', 'outcome', 'place'] as const;
export type QueueSort = (typeof QUEUE_SORTS)[number];

export interface QueueFilter {
  readonly roundId: string;
  readonly position: number;
  readonly unitPath: string;
  readonly tab: QueueTab;
  readonly outcome: Outcome | null;
  readonly subject: string | null;
  /** Path of a unit below the body's own. */
  readonly under: string | null;
  /** Who looks: their own application and those they stand aside for are not shown. */
  readonly readers: readonly string[];
}
export interface QueueRow {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly schoolName: string;
  readonly groupName: string | null;
  readonly subject: string | null;
  readonly state: ApplicationState;
  readonly position: number | null;
  readonly outcome: Outcome | null;
  readonly submittedAt: Date | null;
  readonly place: number | null;
  readonly reason: string | null;
  readonly exceptional: boolean;
}

const inTab: Readonly<Record<QueueTab, (position: number) => RawBuilder<SqlBool>>> = {
  waiting: (position) => sql`a.position = ${position} AND a.state = 'in-review'`,
  coming: (position) => sql`a.position < ${position} AND a.state = 'in-review'`,
  recommended: () => sql`r.decision = 'recommend' AND a.state NOT IN ('refused', 'withdrawn', 'draft')`,
  returned: () => sql`r.decision = 'return'`,
  refused: () => sql`r.decision = 'refuse'`,
};
/*
 * Names are looked up row by row: joined, the database takes 4 ms to think of the order in which it might join them,
 * and here they are looked up for the rows of a page alone unless they are what it is sorted by.
 */
const nameOf = sql`(SELECT name FROM named WHERE id = a.person_id)`;
const schoolOf = sql`(SELECT name FROM unit WHERE id = a.school_id)`;
const groupOf = sql`(SELECT name FROM unit WHERE id = a.group_id)`;

const orders: Readonly<Record<QueueSort, RawBuilder<unknown>>> = {
  submitted: sql`a.submitted_at, a.id`,
  name: sql`${nameOf}, a.id`,
  school: sql`${schoolOf}, ${nameOf}, a.id`,
  subject: sql`a.subject, ${nameOf}, a.id`,
  outcome: sql`a.outcome, ${nameOf}, a.id`,
  place: sql`r.place NULLS LAST, a.id`,
};

const fromQueue = (filter: QueueFilter) => sql`
  FROM application a
  LEFT JOIN review r ON r.application_id = a.id AND r.position = ${filter.position} AND r.superseded_at IS NULL
 WHERE a.round_id = ${filter.roundId} AND ${under('a.unit_path', [filter.unitPath])}
   ${filter.under === null ? sql`` : sql`AND ${under('a.unit_path', [filter.under])}`}
   AND a.person_id <> ALL(${[...filter.readers]}::uuid[])
   AND NOT EXISTS (SELECT 1 FROM recusal c WHERE c.round_id = a.round_id AND c.applicant_id = a.person_id
                                             AND c.person_id = ANY(${[...filter.readers]}::uuid[]))
   ${filter.outcome === null ? sql`` : sql`AND a.outcome = ${filter.outcome}`}
   ${filter.subject === null ? sql`` : sql`AND a.subject = ${filter.subject}`}`;

/** A page of a body's queue, in the order asked. */
export async function listQueue(
  db: Db,
  filter: QueueFilter,
  order: { readonly sort: QueueSort; readonly descending: boolean },
  page: { readonly limit: number; readonly offset: number },
): Promise<QueueRow[]> {
  const { rows } = await sql<QueueRow>`
    SELECT a.id, a.person_id AS "personId", ${nameOf} AS name, ${schoolOf} AS "schoolName", ${groupOf} AS "groupName", a.subject, a.state,
           a.position, a.outcome, a.submitted_at AS "submittedAt", r.place, r.reason,
           coalesce(r.exceptional, false) AS exceptional
    ${fromQueue(filter)} AND ${inTab[filter.tab](filter.position)}
     ORDER BY ${order.descending ? descending(order.sort) : orders[order.sort]}
     LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}

function descending(sort: QueueSort): RawBuilder<unknown> {
  switch (sort) {
    case 'submitted':
      return sql`a.submitted_at DESC, a.id DESC`;
    case 'name':
      return sql`${nameOf} DESC, a.id DESC`;
    case 'school':
      return sql`${schoolOf} DESC, ${nameOf}, a.id`;
    case 'subject':
      return sql`a.subject DESC, ${nameOf}, a.id`;
    case 'outcome':
      return sql`a.outcome DESC, ${nameOf}, a.id`;
    case 'place':
      return sql`r.place DESC NULLS LAST, a.id`;
  }
}

/** How many stand in each tab of a body's queue, with the same filters. */
export async function countQueue(db: Db, filter: QueueFilter): Promise<Record<QueueTab, number>> {
  const { rows } = await sql<Record<QueueTab, number>>`
    SELECT ${sql.join(
      QUEUE_TABS.map(
        (tab) => sql`count(*) FILTER (WHERE ${inTab[tab](filter.position)})::int AS ${sql.ref(tab)}`,
      ),
    )} ${fromQueue(filter)}`.execute(db);
  return rows[0] ?? { waiting: 0, coming: 0, recommended: 0, returned: 0, refused: 0 };
}

/** Subjects among the applications of a body, for its filter. */
export async function listQueueSubjects(db: Db, roundId: string, unitPath: string): Promise<string[]> {
  const rows = await db
    .selectFrom('application')
    .select('subject')
    .distinct()
    .where('round_id', '=', roundId)
    .where(under('unit_path', [unitPath]))
    .where('subject', 'is not', null)
    .orderBy('subject')
    .limit(100)
    .execute();
  return rows.flatMap(({ subject }) => (subject === null ? [] : [subject]));
}

/** Units with applications right below a body, for its filter. */
export async function listQueueUnits(
  db: Db,
  roundId: string,
  unitPath: string,
): Promise<{ id: string; path: string; name: string; count: number }[]> {
  // The unit right below is named by the next key of the path: each application is read once.
  const { rows } = await sql<{ id: string; path: string; name: string; count: number }>`
    SELECT u.id, u.path, u.name, below.count
      FROM (SELECT ${unitPath} || split_part(substr(unit_path, length(${unitPath}) + 1), '.', 1) || '.' AS path,
                   count(*)::int AS count
              FROM application
             WHERE round_id = ${roundId} AND state <> 'draft' AND ${under('unit_path', [unitPath])}
             GROUP BY 1) below
      JOIN unit u ON u.path = below.path
     ORDER BY u.name LIMIT 500`.execute(db);
  return rows;
}
