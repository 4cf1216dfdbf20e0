import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { inRange, type Ranges, ranges, rangesOf, unseen } from '../../platform/paths.ts';
import { onePlan } from '../../platform/prepared.ts';
import { madeOnce } from '../../platform/together.ts';
import { type Act, type Actor, type Assignment, type Role, reaches, rootsFor } from '../identity/rules.ts';
import { openCorrections } from '../privacy/corrections/queries.ts';
import { type OwnSeat, seatsOf } from '../selection/panels/judging/queries.ts';
import { impartial } from '../selection/review/queue/queries.ts';
import { bodiesOf } from '../selection/review/rules.ts';
import type { RecordCounts, RoundLine, Waiting, WaitingQueue } from './rules.ts';

/* The first page reads from every feature and writes nothing. Each statement is indexed. */

/** Counting stops here: beyond it the page says "more than". */
const COUNTED_AT_MOST = 1000;

/** What waits for the offices that somebody stands for. */
export interface OfficeNews {
  /** Records that wait for their school offices; from `COUNTED_AT_MOST` on there may be more. */
  readonly toVerify: number;
  /** Applications in review at a stage whose body they are, by round. */
  readonly queues: readonly WaitingQueue[];
  /** Objections not yet answered in rounds that they hold. */
  readonly objections: readonly Waiting[];
  /** What people ask them to put right. */
  readonly corrections: number;
}

interface Offices {
  readonly personId: string;
  /** Of the school offices that confirm records; none stands below another, here and in `correcting`. */
  readonly confirming: Ranges['roots'];
  readonly confirmingEnds: Ranges['ends'];
  /** Bodies of routes, and who acts as each. */
  readonly bodies: readonly string[];
  readonly acting: Ranges['roots'];
  readonly actingEnds: Ranges['ends'];
  /** In whose stead they act so; themselves where it is nobody's. */
  readonly principals: readonly string[];
  /** Units whose rounds they decide. */
  readonly deciding: readonly string[];
  readonly correcting: Ranges['roots'];
  readonly correctingEnds: Ranges['ends'];
}
const officeNews = madeOnce((_, offices: Offices) => ({
  toVerify: sql<{ n: number }>`
    SELECT count(*)::int AS n FROM (
      SELECT FROM ${ranges({ roots: offices.confirming, ends: offices.confirmingEnds })}
        JOIN record ON state = 'submitted' AND ${inRange('record.unit_path')}
       WHERE ${onePlan} person_id <> ${offices.personId} LIMIT ${sql.lit(COUNTED_AT_MOST)}) AS waiting`,
  // The first body is that of the earliest stage, as the queue has them.
  queues: sql<Waiting & { readonly first: readonly [position: number, nth: number] }>`
    SELECT r.id AS "roundId", r.name AS "roundName", count(DISTINCT a.id)::int AS n,
           min(ARRAY[s.position, range.nth::int]) AS first
      FROM unnest(${unseen(offices.bodies)}, ${unseen(offices.acting)}, ${unseen(offices.actingEnds)}, ${unseen(offices.principals, 'uuid')})
           WITH ORDINALITY AS range(body, root, past, principal, nth)
      JOIN round_stage s ON s.body = range.body
      JOIN round r ON r.id = s.round_id AND r.state = 'open'
      JOIN application a ON a.round_id = r.id AND a.position = s.position AND a.state = 'in-review'
                        AND ${inRange('a.unit_path')}
     WHERE ${impartial(sql`ARRAY[${offices.personId}::uuid, range.principal]`)}
     GROUP BY r.id, r.name, r.closes_at
     ORDER BY r.closes_at
     LIMIT 20`,
  objections: sql<Waiting>`
    SELECT r.id AS "roundId", r.name AS "roundName", count(*)::int AS n
      FROM round r JOIN publicity p ON p.round_id = r.id JOIN objection o ON o.publicity_id = p.id
     WHERE o.state IN ('received', 'investigating') AND r.unit_id = ANY(${unseen(offices.deciding, 'uuid')})
     GROUP BY r.id, r.name
     LIMIT 20`,
  corrections: openCorrections({ roots: offices.correcting, ends: offices.correctingEnds }, offices.personId),
}));

/** Nothing is asked for those who stand for no office. */
export async function selectOfficeNews(db: Db, actor: Actor): Promise<OfficeNews> {
  if (actor.assignments.length === 0) return { toVerify: 0, queues: [], objections: [], corrections: 0 };
  const reaching = (act: Act, roles: readonly Role[]) =>
    actor.assignments.filter((held) => roles.includes(held.role) && reaches(held, act));
  const bodies = actor.assignments.flatMap((held) =>
    reaches(held, 'application.review') ? bodiesOf(held.role).map((body) => ({ body, ...held })) : [],
  );
  const paths = (held: readonly Assignment[]) => [...new Set(held.map(({ unitPath }) => unitPath))];
  const confirming = rangesOf(paths(reaching('record.confirm', ['school-office'])));
  const acting = rangesOf(bodies.map(({ unitPath }) => unitPath));
  const correcting = rangesOf(paths(rootsFor(actor, 'person.change')));
  const { toVerify, queues, objections, corrections } = await officeNews(db, {
    personId: actor.personId,
    confirming: confirming.roots,
    confirmingEnds: confirming.ends,
    bodies: bodies.map(({ body }) => body),
    acting: acting.roots,
    actingEnds: acting.ends,
    principals: bodies.map((held) => held.for?.personId ?? actor.personId),
    deciding: reaching('round.decide', ['school-leader', 'county-office', 'city-office']).map(
      ({ unitId }) => unitId,
    ),
    correcting: correcting.roots,
    correctingEnds: correcting.ends,
  });
  return {
    toVerify: toVerify[0]?.n ?? 0,
    queues: queues.map(({ first: [position, nth], ...queue }) => ({
      ...queue,
      body: `${position}.${bodies[nth - 1]?.unitId}`,
    })),
    objections,
    corrections: corrections[0]?.n ?? 0,
  };
}

/** What the first page tells everybody. */
export interface OwnNews {
  /** Rounds of the units above the person that run now, with the person's own application if there is one. */
  readonly rounds: readonly RoundLine[];
  /** The person's growth file by state. */
  readonly records: RecordCounts;
  /** The seats the person has among judges, the last given first. */
  readonly seats: readonly OwnSeat[];
}

export async function selectOwnNews(db: Db, actor: Actor, now: Date): Promise<OwnNews> {
  const paths = [actor.unitPath ?? '', ...actor.assignments.map(({ unitPath }) => unitPath)];
  const { rounds, records, seats } = await ownNews(db, {
    personId: actor.personId,
    paths: [...new Set(paths)].filter((path) => path !== ''),
    now,
  });
  return {
    rounds: rounds.map((row) => ({ ...row, closesAt: new Date(row.closesAt) })),
    records: records[0] ?? { confirmed: 0, submitted: 0, returned: 0 },
    seats,
  };
}

interface Asked {
  readonly personId: string;
  readonly paths: readonly string[];
  readonly now: Date;
}
const ownNews = madeOnce((db, { personId, paths, now }: Asked) => ({
  rounds: sql<RoundLine>`
    SELECT r.id, r.name, r.state, r.closes_at AS "closesAt", u.name AS "unitName",
           a.id AS "applicationId", a.state AS "applicationState"
      FROM round r
      JOIN unit u ON u.id = r.unit_id
      LEFT JOIN application a ON a.round_id = r.id AND a.person_id = ${personId}
     WHERE ${onePlan} r.state IN ('open', 'publicity') AND r.opens_at <= ${now}
       AND EXISTS (SELECT FROM unnest(${paths}::text[]) AS path WHERE starts_with(path, r.unit_path))
     ORDER BY r.closes_at DESC
     LIMIT 10`,
  records: sql<RecordCounts>`
    SELECT count(*) FILTER (WHERE state = 'confirmed')::int AS confirmed,
           count(*) FILTER (WHERE state = 'submitted')::int AS submitted,
           count(*) FILTER (WHERE state = 'returned')::int AS returned
      FROM record WHERE person_id = ${personId}`,
  seats: seatsOf(db, personId),
}));
