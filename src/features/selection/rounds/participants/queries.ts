import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { under } from '../../../organisation/units/queries.ts';
import type { ApplicationState } from '../rules.ts';

export interface Settled {
  readonly applicationId: string;
  readonly personId: string;
}
/** Who stands behind an application; null for none. */
export async function applicantOf(db: Db, applicationId: string | null): Promise<Settled | null> {
  if (applicationId === null) return null;
  const row = await db
    .selectFrom('application')
    .select(['id as applicationId', 'person_id as personId'])
    .where('id', '=', applicationId)
    .executeTakeFirst();
  return row ?? null;
}

/** Everyone who takes part in a round, drafts included; who has withdrawn no longer does. */
export async function listParticipants(db: Db, roundId: string): Promise<Settled[]> {
  return passing(db, 'participants', (all) =>
    all
      .selectFrom('application')
      .select(['id as applicationId', 'person_id as personId'])
      .where('round_id', '=', roundId)
      .where('state', '<>', 'withdrawn')
      .execute(),
  );
}

/** How many applications stand where, for the whole round or below one unit. */
export interface StateCount {
  readonly state: ApplicationState;
  readonly position: number | null;
  readonly n: number;
}
export async function countByState(db: Db, roundId: string, root: string | null): Promise<StateCount[]> {
  return passing(db, 'participants', (all) => {
    let query = all
      .selectFrom('application')
      .select(['state', 'position', sql<number>`count(*)::int`.as('n')])
      .where('round_id', '=', roundId);
    if (root !== null) query = query.where(under('unit_path', [root]));
    return query.groupBy(['state', 'position']).execute();
  });
}

export interface OwnApplication {
  readonly id: string;
  readonly state: string;
  readonly receipt: string | null;
}
export const ownApplication = (db: Db, roundId: string, personId: string) =>
  db
    .selectFrom('application')
    .select(['id', 'state', 'receipt'])
    .where('round_id', '=', roundId)
    .where('person_id', '=', personId);
