import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { under } from '../../organisation/units/queries.ts';

export interface ListedApplication {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly schoolId: string;
  readonly schoolName: string;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly state: string;
  readonly position: number | null;
  readonly outcome: string | null;
  readonly receipt: string | null;
  readonly submittedAt: Date | null;
}
/** Submitted applications of a round below the roots but for those the person stands aside for, and one's own, in the order of their ids (which is that of time). */
export async function listApplicationsUnder(
  db: Db,
  roundId: string,
  of: { readonly roots: readonly string[]; readonly personId: string; readonly state: string | null },
  limit: number,
  after: string | null,
): Promise<ListedApplication[]> {
  let query = db
    .selectFrom('application')
    .innerJoin('unit as school', 'school.id', 'application.school_id')
    .select([
      'application.id',
      'application.person_id as personId',
      nameOf('application.person_id').as('name'),
      'application.school_id as schoolId',
      'school.name as schoolName',
      'application.subject',
      'application.stage',
      'application.state',
      'application.position',
      'application.outcome',
      'application.receipt',
      'application.submitted_at as submittedAt',
    ])
    .where('application.round_id', '=', roundId)
    .where((where) =>
      where.or([
        where('application.person_id', '=', of.personId),
        where.and([
          where('application.submitted_at', 'is not', null),
          under('application.unit_path', of.roots),
          sql<boolean>`NOT EXISTS (SELECT 1 FROM recusal aside
             WHERE aside.round_id = ${roundId} AND aside.applicant_id = application.person_id
               AND aside.person_id = ${of.personId})`,
        ]),
      ]),
    );
  if (of.state !== null) query = query.where('application.state', '=', of.state as 'granted');
  if (after !== null) query = query.where('application.id', '>', after);
  return query.orderBy('application.id').limit(limit).execute();
}
