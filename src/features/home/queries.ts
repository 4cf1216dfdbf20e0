import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { under } from '../../platform/paths.ts';
import { onePlan } from '../../platform/prepared.ts';
import { madeOnce } from '../../platform/together.ts';
import { type Actor, type Role, reaches } from '../identity/rules.ts';
import { type OwnSeat, seatsOf } from '../selection/panels/judging/queries.ts';
import type { RecordCounts, RoundLine, Waiting } from './rules.ts';

/* The first page reads from every feature and writes nothing. Each statement is indexed. */

/** Counting stops here: beyond it the page says "more than". */
const COUNTED_AT_MOST = 1000;

/** The body each role acts as on a programme's route. */
const BODY_OF_ROLE: Partial<Record<Role, string>> = {
  'group-leader': 'group',
  'school-office': 'school-office',
  'school-leader': 'school-leading-group',
  'county-office': 'county',
  'city-office': 'city',
};

/** Applications in review at a stage whose body the actor stands for, by round. */
export async function selectQueues(db: Db, actor: Actor): Promise<Waiting[]> {
  const parts = actor.assignments.flatMap((held) => {
    const body = BODY_OF_ROLE[held.role];
    return body === undefined || !reaches(held, 'application.review')
      ? []
      : [sql`(s.body = ${body} AND ${under('a.unit_path', [held.unitPath])})`];
  });
  if (parts.length === 0) return [];
  const { rows } = await sql<Waiting>`
    SELECT r.id AS "roundId", r.name AS "roundName", count(*)::int AS n
      FROM round r
      JOIN round_stage s ON s.round_id = r.id
      JOIN application a ON a.round_id = r.id AND a.position = s.position AND a.state = 'in-review'
     WHERE r.state = 'open' AND (${sql.join(parts, sql` OR `)})
     GROUP BY r.id, r.name, r.closes_at
     ORDER BY r.closes_at
     LIMIT 20`.execute(db);
  return rows;
}

/** Records that wait for the school offices the actor stands for. */
export async function countToVerify(db: Db, actor: Actor): Promise<number> {
  const offices = actor.assignments.filter(
    (held) => held.role === 'school-office' && reaches(held, 'record.confirm'),
  );
  if (offices.length === 0) return 0;
  const where = sql.join(
    offices.map(({ unitPath }) => under('unit_path', [unitPath])),
    sql` OR `,
  );
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM (
      SELECT 1 FROM record WHERE state = 'submitted' AND person_id <> ${actor.personId} AND (${where}) LIMIT ${COUNTED_AT_MOST}) AS waiting`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

/** Objections not yet answered in rounds that the actor's offices hold. */
export async function selectOpenObjections(db: Db, actor: Actor): Promise<Waiting[]> {
  const offices = actor.assignments.filter(
    (held) =>
      ['school-leader', 'county-office', 'city-office'].includes(held.role) && reaches(held, 'round.decide'),
  );
  if (offices.length === 0) return [];
  const { rows } = await sql<Waiting>`
    SELECT r.id AS "roundId", r.name AS "roundName", count(*)::int AS n
      FROM round r JOIN publicity p ON p.round_id = r.id JOIN objection o ON o.publicity_id = p.id
     WHERE o.state IN ('received', 'investigating') AND r.unit_id IN (${sql.join(offices.map(({ unitId }) => unitId))})
     GROUP BY r.id, r.name
     LIMIT 20`.execute(db);
  return rows;
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
