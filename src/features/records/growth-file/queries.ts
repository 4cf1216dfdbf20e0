import { type ExpressionBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import type { DB } from '../../../platform/schema.generated.ts';
import { madeOnce } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { personById } from '../../organisation/people/queries.ts';
import { holdingsOf } from '../../titles/queries.ts';
import type { FieldValue, RecordState } from '../rules.ts';
import type { Similarity } from '../similarity/rules.ts';

export interface RecordRow {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly unitPath: string;
  readonly type: string;
  readonly title: string;
  readonly happenedOn: CivilDate | null;
  readonly level: string | null;
  readonly grade: string | null;
  readonly authorOrder: number | null;
  readonly event: string | null;
  readonly certificate: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly state: RecordState;
  readonly late: boolean;
  /** When its owner last changed what it says; null when it says what it said at first. */
  readonly correctedAt: Date | null;
  readonly similarTo: string | null;
  readonly similarBecause: Similarity | null;
  readonly evidenceCount: number;
  readonly enteredBy: string;
  readonly enteredByName: string;
  readonly enteredAt: Date;
  readonly decidedByName: string | null;
  /** In whose stead. */
  readonly decidedForName: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  readonly revision: number;
}

const recordRows = (db: Db) =>
  db
    .selectFrom('record')
    .select([
      'record.id',
      'record.person_id as personId',
      nameOf('record.person_id').as('personName'),
      'record.unit_path as unitPath',
      'record.type',
      'record.title',
      'record.happened_on as happenedOn',
      'record.level',
      'record.grade',
      'record.author_order as authorOrder',
      'record.event',
      'record.certificate',
      sql<Record<string, FieldValue>>`record.fields`.as('fields'),
      'record.state',
      'record.late',
      'record.corrected_at as correctedAt',
      'record.similar_to as similarTo',
      'record.similar_because as similarBecause',
      'record.evidence_count as evidenceCount',
      'record.entered_by as enteredBy',
      nameOf('record.entered_by').as('enteredByName'),
      'record.entered_at as enteredAt',
      nameOf<string | null>('record.decided_by').as('decidedByName'),
      nameOf<string | null>('record.decided_for').as('decidedForName'),
      'record.decided_at as decidedAt',
      'record.reason',
      'record.revision',
    ]);

export const selectOptionalRecord = async (db: Db, id: string): Promise<RecordRow | null> =>
  (await recordRows(db).where('record.id', '=', id).executeTakeFirst()) ?? null;

/** The records of these ids, in no order; ids that are not there are left out. */
export const selectRecords = async (db: Db, ids: readonly string[]): Promise<RecordRow[]> =>
  ids.length === 0
    ? []
    : recordRows(db)
        .where('record.id', 'in', [...ids])
        .execute();

export interface RecordFilters {
  readonly type?: string | undefined;
  readonly year?: number | undefined;
  readonly state?: RecordState | undefined;
}

export type RecordOrder = 'year' | 'type';

const matching =
  (personId: string, { type, year, state }: RecordFilters) =>
  (eb: ExpressionBuilder<DB, 'record'>) =>
    eb.and([
      eb('record.person_id', '=', personId),
      ...(type === undefined ? [] : [eb('record.type', '=', type)]),
      ...(state === undefined ? [] : [eb('record.state', '=', state)]),
      ...(year === undefined
        ? []
        : [eb('record.happened_on', '>=', `${year}-01-01`), eb('record.happened_on', '<=', `${year}-12-31`)]),
    ]);

export interface RecordPage {
  readonly limit: number;
  readonly offset: number;
  readonly order?: RecordOrder;
}

/** A page of a person's growth file, newest first, in one run or type by type. */
export async function pageRecords(
  db: Db,
  personId: string,
  filters: RecordFilters,
  page: RecordPage,
): Promise<RecordRow[]> {
  const where = matching(personId, filters);
  return recordRows(db)
    .where((eb) => where(eb as unknown as ExpressionBuilder<DB, 'record'>))
    .$if(page.order === 'type', (query) => query.orderBy('record.type'))
    .orderBy('record.happened_on', (order) => order.desc().nullsLast())
    .orderBy('record.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
}

/** The same with how many match. */
export async function listRecords(
  db: Db,
  personId: string,
  filters: RecordFilters,
  page: RecordPage,
): Promise<{ rows: RecordRow[]; total: number }> {
  const [rows, tallies] = await Promise.all([
    pageRecords(db, personId, filters, page),
    countRecords(db, personId),
  ]);
  return { rows, total: totalOf(tallies, filters) };
}

export interface RecordTally {
  readonly type: string;
  readonly year: number | null;
  readonly state: RecordState;
  readonly count: number;
}

/** How many of the records counted match the filters. */
export const totalOf = (tallies: readonly RecordTally[], { type, year, state }: RecordFilters): number =>
  tallies
    .filter(
      (tally) =>
        (type === undefined || tally.type === type) &&
        (year === undefined || tally.year === year) &&
        (state === undefined || tally.state === state),
    )
    .reduce((sum, { count }) => sum + count, 0);

const talliesOf = (db: Db, personId: string) => {
  const year = sql<number | null>`extract(year FROM happened_on)::int`;
  return db
    .selectFrom('record')
    .select(['type', year.as('year'), 'state', sql<number>`count(*)::int`.as('count')])
    .where('person_id', '=', personId)
    .groupBy(['type', year, 'state']);
};
/** How many records of each type, year and state a person has. */
export const countRecords = (db: Db, personId: string): Promise<RecordTally[]> =>
  talliesOf(db, personId).execute();

/** Whose growth file it is, with how many records of each type, year and state, and the titles, newest first. */
export const selectOwner = madeOnce((db: Db, { personId }: { readonly personId: string }) => ({
  people: personById(db, personId),
  tallies: talliesOf(db, personId),
  holdings: holdingsOf([personId]),
}));

/** A person's records of these types that were not withdrawn, oldest first; of one day in the order they were entered. */
export async function listOfTypes(db: Db, personId: string, types: readonly string[]): Promise<RecordRow[]> {
  if (types.length === 0) return [];
  return recordRows(db)
    .where('record.person_id', '=', personId)
    .where('record.type', 'in', [...types])
    .where('record.state', '<>', 'withdrawn')
    .orderBy('record.happened_on')
    .orderBy('record.id')
    .execute();
}
