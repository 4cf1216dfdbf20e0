import { type ExpressionBuilder, sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { onePlan } from '../../../../platform/prepared.ts';
import type { DB } from '../../../../platform/schema.generated.ts';
import type { Candidate, TieDecision } from './rules.ts';

/** The place the last body gave, or the last that gave any. */
const lastPlace = (eb: ExpressionBuilder<DB, 'application'>, ranked: boolean) =>
  eb
    .selectFrom('review')
    .select('review.place')
    .whereRef('review.application_id', '=', 'application.id')
    .where('review.superseded_at', 'is', null)
    .$if(ranked, (query) => query.where('review.place', 'is not', null))
    .orderBy('review.position', 'desc')
    .limit(1);

/** What the last closed panel of judges gave the application of the row. */
const lastResult = (eb: ExpressionBuilder<DB, 'application'>) =>
  eb
    .selectFrom('panel_entry as entry')
    .whereRef('entry.application_id', '=', 'application.id')
    .where('entry.result', 'is not', null)
    .orderBy('entry.position', 'desc')
    .orderBy('entry.closed_at', 'desc')
    .limit(1);

/**
 * Everyone whom all bodies have recommended and about whom nothing final is written yet, with the last body's order and
 * what judges gave: those with one `result` had the same of the same panel.
 */
export async function listCandidates(
  db: Db,
  roundId: string,
  fromPosition: number,
): Promise<(Omit<Candidate, 'meets'> & { readonly result: string | null })[]> {
  // Wherever they are by now: whom the bodies have recommended is on the list.
  const rows = await passing(db, 'applicants', (all) =>
    all
      .selectFrom('application')
      .innerJoin('person', 'person.id', 'application.person_id')
      .innerJoin('unit as school', 'school.id', 'application.school_id')
      .leftJoin('unit as county', 'county.id', 'school.parent_id')
      .leftJoin('unit as above', 'above.id', 'county.parent_id')
      .select([
        'application.id as applicationId',
        'application.person_id as personId',
        'person.name',
        'application.school_id as schoolId',
        'school.name as schoolName',
        'school.path as schoolPath',
        // A school may stand directly under the city: then what is above it is the city itself. A bureau's own people
        // belong to it, not to what is above it.
        sql<string | null>`CASE WHEN school.level IN ('county', 'city') THEN school.id ELSE county.id END`.as(
          'countyId',
        ),
        sql<
          string | null
        >`CASE WHEN school.level IN ('county', 'city') THEN school.name ELSE county.name END`.as(
          'countyName',
        ),
        sql<string | null>`CASE 'city' WHEN school.level THEN school.id WHEN county.level THEN county.id
          WHEN above.level THEN above.id END`.as('cityId'),
        'application.group_id as groupId',
        'application.subject',
        'application.stage',
        'application.setting',
        'person.birth_date as birthDate',
        'person.teaching_since as teachingSince',
        'person.sex',
        'person.rank',
        'person.education',
        (eb) => lastPlace(eb, false).as('place'),
        (eb) => lastPlace(eb, true).as('recommended'),
        (eb) => lastResult(eb).select('entry.result').as('score'),
        (eb) => lastResult(eb).select('entry.panel_id').as('panel'),
      ])
      .where(sql<boolean>`${onePlan} application.round_id = ${roundId}`)
      .where('application.state', '=', 'in-review')
      .where('application.position', '>=', fromPosition)
      .orderBy('application.id')
      .execute(),
  );
  // What two panels gave is not one scale.
  const panels = new Set(rows.flatMap(({ panel }) => panel ?? []));
  return rows.map(({ birthDate, teachingSince, sex, rank, education, setting, score, panel, ...row }) => ({
    ...row,
    result: panel === null || score === null ? null : `${panel} ${score}`,
    score: panels.size === 1 ? score : null,
    person: {
      birthDate,
      teachingSince,
      sex,
      rank,
      education,
      setting,
      subject: row.subject,
      stage: row.stage,
    },
  }));
}

/** Applications that a body still has before it, or that it sent back to be mended. */
export async function countOpenReviews(db: Db, roundId: string, beforePosition: number): Promise<number> {
  const row = await db
    .selectFrom('application')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('round_id', '=', roundId)
    .where('state', 'in', ['in-review', 'returned'])
    .where('position', '<', beforePosition)
    .executeTakeFirstOrThrow();
  return row.n;
}

export async function listTieDecisions(db: Db, roundId: string): Promise<TieDecision[]> {
  const rows = await db
    .selectFrom('decision_record')
    .select(['detail', 'reason'])
    .where('round_id', '=', roundId)
    .where('kind', '=', 'tie')
    .orderBy('decided_at')
    .execute();
  return rows.map(({ detail, reason }) => ({ order: (detail as { order: string[] }).order, reason }));
}

/** The clauses for which a recorded decision keeps somebody on the list though they fail, by application. */
export async function selectKeptClauses(
  db: Db,
  applicationIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const rows = await db
    .selectFrom('decision_record')
    .select(['application_id as id', 'detail'])
    .where(sql<boolean>`application_id = ANY(${[...applicationIds]}::uuid[])`)
    .where('kind', '=', 'clause')
    .where('outcome', '=', 'kept')
    .execute();
  const kept = new Map<string, readonly string[]>();
  for (const { id, detail } of rows) {
    if (id !== null) kept.set(id, [...(kept.get(id) ?? []), ...(detail as { clauses: string[] }).clauses]);
  }
  return kept;
}

/** A form sent twice: its decision stands already. */
export async function isDecided(db: Db, decisionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('decision_record')
    .select('id')
    .where('id', '=', decisionId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function markListed(tx: Db, roundId: string, applicationIds: readonly string[]): Promise<void> {
  for (let start = 0; start < applicationIds.length; start += 1000) {
    await tx
      .updateTable('application')
      .set({ state: 'listed', revision: sql`revision + 1` })
      .where('round_id', '=', roundId)
      .where('id', 'in', applicationIds.slice(start, start + 1000))
      .execute();
  }
}
