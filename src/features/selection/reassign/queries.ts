import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';

/** Whether both have an application in one round: a person has one, so the two entries cannot become one yet. */
export async function haveRoundInCommon(db: Db, a: string, b: string): Promise<boolean> {
  // Drafts too, which only their owners see.
  const { rows } = await passing(db, 'guard', (all) =>
    sql<{ common: boolean }>`
      SELECT EXISTS (SELECT 1 FROM application mine JOIN application theirs ON theirs.round_id = mine.round_id
                      WHERE mine.person_id = ${a} AND theirs.person_id = ${b}) AS common`.execute(all),
  );
  return rows[0]?.common === true;
}

/**
 * Whether one of the two decided, or had somebody decide in their stead, on an application of the other that has not
 * ended: merged, it would have been decided on by whoever it is of, so somebody else has to decide first.
 */
export async function haveReviewedEachOther(db: Db, a: string, b: string): Promise<boolean> {
  const { rows } = await passing(db, 'guard', (all) =>
    sql<{ reviewed: boolean }>`
      SELECT EXISTS (SELECT 1 FROM application JOIN review ON review.application_id = application.id
                      WHERE review.superseded_at IS NULL
                        AND application.state NOT IN ('refused', 'withdrawn', 'not-selected', 'granted', 'removed')
                        AND ((application.person_id = ${a} AND ${b} IN (review.decided_by, review.decided_for))
                          OR (application.person_id = ${b} AND ${a} IN (review.decided_by, review.decided_for)))) AS reviewed`.execute(
      all,
    ),
  );
  return rows[0]?.reviewed === true;
}

/**
 * Whether `from` sits in a panel that has not ended, or one of the two sits in one that judges the other: what a judge
 * marked stays theirs, so the seat has to be given up, or the panel to end, first.
 */
export async function isJudging(db: Db, from: string, to: string): Promise<boolean> {
  const seats = await passing(db, 'guard', (all) =>
    all
      .selectFrom('panel_seat')
      .innerJoin('panel', 'panel.id', 'panel_seat.panel_id')
      .select(['panel_seat.person_id as personId', 'panel.id as panelId'])
      .where('panel_seat.person_id', 'in', [from, to])
      .where('panel_seat.ended_at', 'is', null)
      .where('panel.state', 'in', ['forming', 'judging'])
      .execute(),
  );
  if (seats.some(({ personId }) => personId === from)) return true;
  if (seats.length === 0) return false;
  const panels = seats.map(({ panelId }) => panelId);
  const judged = await passing(db, 'sealed', (all) =>
    all
      .selectFrom('panel_entry')
      .select('id')
      .where('panel_id', 'in', panels)
      .where('person_id', '=', from)
      .limit(1)
      .execute(),
  );
  return judged.length > 0;
}
