import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Outcome } from '../../../../language/outcome.ts';
import type { Db } from '../../../../platform/database.ts';
import { inRange, pathEnd, rangesOf } from '../../../../platform/paths.ts';
import { onePlan } from '../../../../platform/prepared.ts';
import { madeOnce, optionalInstant } from '../../../../platform/together.ts';
import type { Actor } from '../../../identity/rules.ts';
import { type QuotaRow, quotaOf, unitQuotaRows } from '../../rounds/quotas/queries.ts';
import type { ApplicationState } from '../../rounds/rules.ts';
import type { BodyPost } from '../rules.ts';

export const QUEUE_TABS = ['waiting', 'coming', 'recommended', 'returned', 'refused'] as const;
export type QueueTab = (typeof QUEUE_TABS)[number];
export const QUEUE_SORTS = ['submitted', 'name', 'school', 'subject', 'outcome', 'place', 'result'] as const;
export type QueueSort = (typeof QUEUE_SORTS)[number];

export interface QueueFilter {
  readonly roundId: string;
  readonly position: number;
  readonly unitPath: string;
  readonly tab: QueueTab;
  readonly outcome: Outcome | null;
  readonly subject: string | null;
  /** A unit below the body's own. */
  readonly under: string | null;
  /** Who looks: their own application and those they stand aside for are not shown. */
  readonly readers: readonly string[];
}
export interface QueueRow {
  readonly id: string;
  readonly unitPath: string;
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
  // Who has come back waits again.
  returned: (position) =>
    sql`r.decision = 'return' AND (a.position IS DISTINCT FROM ${position} OR a.state <> 'in-review')`,
  refused: () => sql`r.decision = 'refuse'`,
};
/*
 * Names are looked up row by row: joined, the database takes 4 ms to think of the order in which it might join them,
 * and here they are looked up for the rows of a page alone unless they are what it is sorted by. Who has moved away is
 * named by id.
 */
const nameOf = sql`coalesce((SELECT name FROM named WHERE id = a.person_id), name_of(a.person_id))`;
const schoolOf = sql`(SELECT name FROM unit WHERE id = a.school_id)`;
const groupOf = sql`(SELECT name FROM unit WHERE id = a.group_id)`;

const orders: Readonly<Record<Exclude<QueueSort, 'result'>, RawBuilder<unknown>>> = {
  submitted: sql`a.submitted_at, a.id`,
  name: sql`${nameOf}, a.id`,
  school: sql`${schoolOf}, ${nameOf}, a.id`,
  subject: sql`a.subject, ${nameOf}, a.id`,
  outcome: sql`a.outcome, ${nameOf}, a.id`,
  place: sql`r.place NULLS LAST, a.id`,
};

export interface QueueOrder {
  readonly sort: QueueSort;
  readonly descending: boolean;
  /** Applications in the order of judges' results, which `result` sorts by; who has none stands behind. */
  readonly ranked: readonly string[];
}
/** Which rows of it. */
export interface QueuePart {
  readonly limit: number;
  readonly offset: number;
}
/** What a page of a queue is asked with. The filter's `tab` and which of its fields are null are the statement's shape. */
interface Asked extends QueueFilter, QueuePart {
  readonly ranked: readonly string[];
  readonly pathEnd: string;
  readonly unitId: string;
}

function orderOf({ sort, descending: down }: QueueOrder, { ranked }: Asked): RawBuilder<unknown> {
  if (sort !== 'result') return down ? descending(sort) : orders[sort];
  return sql`array_position(${ranked}::uuid[], a.id) ${sql.raw(down ? 'DESC' : 'ASC')} NULLS LAST, a.submitted_at, a.id`;
}

const belowBody = (column: string, { unitPath, pathEnd: end }: Asked) =>
  sql<SqlBool>`${sql.ref(column)} >= ${unitPath} AND ${sql.ref(column)} < ${end}`;

/** Application `a` is none of these people's – a list of ids – nor of anybody for whom one of them stands aside. */
export const impartial = (readers: RawBuilder<unknown>): RawBuilder<SqlBool> => sql<SqlBool>`
       a.person_id <> ALL(${readers})
   AND NOT EXISTS (SELECT 1 FROM recusal c WHERE c.round_id = a.round_id AND c.applicant_id = a.person_id
                                             AND c.person_id = ANY(${readers}))`;

/** Of the applications of a body those that its filters ask for, with what it has decided of them. */
const asFiltered = (asked: Asked, { outcome, subject, under }: QueueFilter) => sql`
  LEFT JOIN review r ON r.application_id = a.id AND r.position = ${asked.position} AND r.superseded_at IS NULL
 WHERE ${impartial(sql`${asked.readers}::uuid[]`)}
   ${
     under === null
       ? sql``
       : sql`AND a.unit_path >= (SELECT path FROM unit WHERE id = ${asked.under})
             AND a.unit_path < (SELECT left(path, -1) || '/' FROM unit WHERE id = ${asked.under})`
   }
   ${outcome === null ? sql`` : sql`AND a.outcome = ${asked.outcome}`}
   ${subject === null ? sql`` : sql`AND a.subject = ${asked.subject}`}`;

/** What was never sent is nobody's but its own; said first, the walls need not look at it. */
const ofBody = (asked: Asked) =>
  sql<SqlBool>`${onePlan} a.submitted_at IS NOT NULL AND a.round_id = ${asked.roundId} AND ${belowBody('a.unit_path', asked)}`;

/** A page of a body's queue in its order. */
const listed = (asked: Asked, filter: QueueFilter, order: QueueOrder) => sql<QueueRow>`
  SELECT a.id, a.unit_path AS "unitPath", a.person_id AS "personId", ${nameOf} AS name, ${schoolOf} AS "schoolName", ${groupOf} AS "groupName", a.subject, a.state,
         a.position, a.outcome, a.submitted_at AS "submittedAt", r.place, r.reason,
         coalesce(r.exceptional, false) AS exceptional
    FROM application a ${asFiltered(asked, filter)} AND ${ofBody(asked)} AND ${inTab[filter.tab](asked.position)}
   ORDER BY ${orderOf(order, asked)}
   LIMIT ${asked.limit} OFFSET ${asked.offset}`;

interface Around {
  /** How many stand in each tab with the filters of the list. */
  readonly counts: Readonly<Record<QueueTab, number>>;
  /** What the filters offer: subjects among the applications of the body, and the units right below it that have any. */
  readonly subjects: readonly string[];
  readonly units: readonly QueueUnit[];
}
/**
 * What is counted over all applications of a body, which are read once for all of it. The unit right below is named by
 * the next key of the path.
 */
const around = (asked: Asked, filter: QueueFilter) => sql<Around>`
  WITH here AS MATERIALIZED (
    SELECT a.id, a.round_id, a.person_id, a.unit_path, a.subject, a.outcome, a.state, a.position FROM application a
     WHERE ${ofBody(asked)})
  SELECT (SELECT json_build_object(${sql.join(
    QUEUE_TABS.map((tab) => sql`${sql.lit(tab)}, count(*) FILTER (WHERE ${inTab[tab](asked.position)})`),
  )}) FROM here a ${asFiltered(asked, filter)}) AS counts,
         (SELECT coalesce(json_agg(subject), '[]')
            FROM (SELECT DISTINCT subject FROM here WHERE subject IS NOT NULL ORDER BY subject LIMIT 100) AS one) AS subjects,
         (SELECT coalesce(json_agg(one), '[]') FROM (
            SELECT u.id, u.path, u.name, below.count
              FROM (SELECT ${asked.unitPath} || split_part(substr(unit_path, length(${asked.unitPath}) + 1), '.', 1) || '.' AS path,
                           count(*)::int AS count
                      FROM here WHERE state <> 'draft' GROUP BY 1) below
              JOIN unit u ON u.path = below.path
             ORDER BY u.name LIMIT 500) AS one) AS units`;
export interface QueueUnit {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly count: number;
}

const ask = (filter: QueueFilter, order: QueueOrder) =>
  madeOnce((db, asked: Asked) => ({
    rows: listed(asked, filter, order),
    around: around(asked, filter),
    quotas: unitQuotaRows(db, asked.roundId, asked.unitId),
  }));
const shapes = new Map<string, ReturnType<typeof ask>>();

export interface Queue extends Around {
  readonly rows: readonly QueueRow[];
  /** The places of the body. */
  readonly quotas: readonly QuotaRow[];
}

/** A page of the queue of the body at `unitId`, with all that its page shows beside it, in one statement. */
export async function selectQueue(
  db: Db,
  filter: QueueFilter,
  unitId: string,
  order: QueueOrder,
  page: QueuePart,
): Promise<Queue> {
  const { tab, outcome, subject, under } = filter;
  const shape = [
    tab,
    order.sort,
    order.descending,
    outcome !== null,
    subject !== null,
    under !== null,
  ].join();
  const asked = shapes.get(shape) ?? ask(filter, order);
  shapes.set(shape, asked);
  const read = await asked(db, {
    ...filter,
    readers: [...filter.readers],
    pathEnd: pathEnd(filter.unitPath),
    unitId,
    ranked: [...order.ranked],
    ...page,
  });
  const [counted] = read.around;
  if (counted === undefined) throw new Error('counting always gives a row');
  return {
    rows: read.rows.map((row) => ({ ...row, submittedAt: optionalInstant(row.submittedAt) })),
    ...counted,
    quotas: read.quotas.map(quotaOf),
  };
}

/** How many applications of a round wait for somebody, at whichever of these bodies they act for, and the first of them where any does. */
export async function countWaiting(
  db: Db,
  roundId: string,
  actor: Pick<Actor, 'personId'>,
  bodies: readonly BodyPost[],
): Promise<{ readonly n: number; readonly first: BodyPost | undefined }> {
  const { roots, ends } = rangesOf(bodies.map(({ post }) => post.unitPath));
  const { rows } = await sql<{ n: number; nth: number | null }>`
    SELECT count(DISTINCT a.id)::int AS n, min(range.nth)::int AS nth
      FROM unnest(${bodies.map(({ step }) => step.position)}::int[], ${roots}::text[], ${ends}::text[],
                  ${bodies.map(({ post }) => post.for?.personId ?? actor.personId)}::uuid[])
           WITH ORDINALITY AS range(position, root, past, principal, nth)
      JOIN application a ON a.round_id = ${roundId} AND a.position = range.position AND a.state = 'in-review'
                        AND ${inRange('a.unit_path')}
     WHERE ${impartial(sql`ARRAY[${actor.personId}::uuid, range.principal]`)}`.execute(db);
  const { n, nth } = rows[0] ?? { n: 0, nth: null };
  return { n, first: nth === null ? undefined : bodies[nth - 1] };
}

function descending(sort: Exclude<QueueSort, 'result'>): RawBuilder<unknown> {
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
