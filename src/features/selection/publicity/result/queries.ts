import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { under } from '../../../organisation/units/queries.ts';
import type { Settled } from '../../rounds/participants/queries.ts';

/** Take someone off the list; false when the application is not on it. */
export async function markRemoved(tx: Db, roundId: string, applicationId: string): Promise<boolean> {
  const done = await tx
    .updateTable('application')
    .set({ state: 'removed', revision: sql`revision + 1` })
    .where('round_id', '=', roundId)
    .where('id', '=', applicationId)
    .where('state', '=', 'listed')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The decision itself: who is listed is granted; whoever was still in review or sent back is not selected. */
export async function settleApplications(
  tx: Db,
  roundId: string,
): Promise<{ granted: Settled[]; notSelected: Settled[] }> {
  const settle = (from: ('listed' | 'in-review' | 'returned')[], to: 'granted' | 'not-selected') =>
    tx
      .updateTable('application')
      .set({ state: to, revision: sql`revision + 1` })
      .where('round_id', '=', roundId)
      .where('state', 'in', from)
      .returning(['id as applicationId', 'person_id as personId'])
      .execute();
  const granted = await settle(['listed'], 'granted');
  const notSelected = await settle(['in-review', 'returned'], 'not-selected');
  return { granted, notSelected };
}

export interface NamedRow {
  readonly applicationId: string;
  readonly personId: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly sex: 'female' | 'male' | null;
  readonly countyName: string | null;
  readonly schoolName: string;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly rank: string | null;
  readonly state: string;
}
export interface NamedFilter {
  readonly states: readonly ('listed' | 'granted' | 'removed')[];
  readonly name?: string | undefined;
  readonly subject?: string | undefined;
  readonly countyId?: string | undefined;
  readonly root?: string | undefined;
  /** These applications alone. */
  readonly applications?: readonly string[] | undefined;
}
const namedRows = (db: Db, roundId: string, filter: NamedFilter) => {
  let query = db
    .selectFrom('application')
    .innerJoin('person', 'person.id', 'application.person_id')
    .innerJoin('unit as school', 'school.id', 'application.school_id')
    .leftJoin('unit as county', 'county.id', 'school.parent_id')
    .where('application.round_id', '=', roundId)
    .where(sql<boolean>`application.state = ANY(${[...filter.states]})`);
  if (filter.name !== undefined)
    query = query.where('person.name', 'like', `%${filter.name.replaceAll(/[%_\\]/g, '\\$&')}%`);
  if (filter.subject !== undefined) query = query.where('application.subject', '=', filter.subject);
  if (filter.countyId !== undefined) query = query.where('county.id', '=', filter.countyId);
  if (filter.applications !== undefined)
    query = query.where(sql<boolean>`application.id = ANY(${[...filter.applications]}::uuid[])`);
  if (filter.root !== undefined) query = query.where(under('application.unit_path', [filter.root]));
  return query;
};
/**
 * Where each stands on the published list. The places are read once and looked up by key, whatever is planned: joined,
 * they would be gone through for each of a list that no statistics know of yet.
 */
const postedPlace = (roundId: string) =>
  sql`((SELECT jsonb_object_agg(one.id, one.place) FROM publicity
    CROSS JOIN LATERAL unnest(publicity.applications) WITH ORDINALITY AS one(id, place)
    WHERE publicity.round_id = ${roundId}) -> application.id::text)::int`;

/** The named list in the order in which it was made public: all of it, or so many from one on. */
export async function listNamed(
  db: Db,
  roundId: string,
  filter: NamedFilter,
  part: { readonly limit: number; readonly offset: number } | null = null,
): Promise<NamedRow[]> {
  return passing(db, 'result', (all) => {
    const rows = namedRows(all, roundId, filter)
      .select([
        'application.id as applicationId',
        'application.person_id as personId',
        'person.name',
        'person.staff_number as staffNumber',
        'person.sex',
        'county.name as countyName',
        'school.name as schoolName',
        'application.subject',
        'application.stage',
        'person.rank',
        'application.state',
      ])
      .orderBy(postedPlace(roundId))
      .orderBy('application.id');
    return (part === null ? rows : rows.limit(part.limit).offset(part.offset)).execute();
  });
}
export async function countNamed(db: Db, roundId: string, filter: NamedFilter): Promise<number> {
  const row = await passing(db, 'result', (all) =>
    namedRows(all, roundId, filter).select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow(),
  );
  return row.n;
}
