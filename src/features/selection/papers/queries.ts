import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';

export interface RecommendedRow {
  readonly applicationId: string;
  readonly personId: string;
  readonly name: string;
  readonly sex: 'female' | 'male' | null;
  readonly birthDate: string | null;
  readonly teachingSince: string | null;
  readonly rank: string | null;
  readonly schoolName: string;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly outcome: string | null;
  readonly place: number | null;
  readonly exceptional: boolean;
}
/** Those whom one body recommended at one stage of a round, in its order. */
export async function listRecommended(
  db: Db,
  roundId: string,
  position: number,
  unitId: string,
): Promise<RecommendedRow[]> {
  return passing(db, 'applicants', (all) =>
    all
      .selectFrom('review')
      .innerJoin('application', 'application.id', 'review.application_id')
      .innerJoin('person', 'person.id', 'application.person_id')
      .innerJoin('unit as school', 'school.id', 'application.school_id')
      .select([
        'application.id as applicationId',
        'person.id as personId',
        'person.name',
        'person.sex',
        'person.birth_date as birthDate',
        'person.teaching_since as teachingSince',
        'person.rank',
        'school.name as schoolName',
        'application.subject',
        'application.stage',
        'application.outcome',
        'review.place',
        'review.exceptional',
      ])
      .where('review.round_id', '=', roundId)
      .where('review.position', '=', position)
      .where('review.unit_id', '=', unitId)
      .where('review.decision', '=', 'recommend')
      .where('review.superseded_at', 'is', null)
      .where('application.state', 'not in', ['refused', 'withdrawn'])
      .orderBy('review.place')
      .orderBy('school.name')
      .orderBy('person.name')
      .orderBy('application.id')
      .limit(20_000)
      .execute(),
  );
}

/** The number of an applicant, wherever they are by now. */
export async function selectStaffNumber(db: Db, personId: string): Promise<string | null> {
  const row = await passing(db, 'applicants', (all) =>
    all.selectFrom('person').select('staff_number').where('id', '=', personId).executeTakeFirst(),
  );
  return row?.staff_number ?? null;
}
