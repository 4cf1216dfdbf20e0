import { type SqlBool, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { among, type InJson, madeOnce } from '../../../platform/together.ts';
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
        .where(sql<SqlBool>`record.id ${among(ids)}`)
        .execute();

export interface RecordFilters {
  readonly type?: string | undefined;
  readonly year?: number | undefined;
  readonly state?: RecordState | undefined;
}

export type RecordOrder = 'year' | 'type';

export interface RecordPage {
  readonly limit: number;
  readonly offset: number;
  readonly order?: RecordOrder;
}

/** Whose records, which of them, and in which order; a filter that is null lets everything pass. */
interface Wanted {
  readonly personId: string;
  readonly type: string | null;
  readonly state: RecordState | null;
  readonly first: CivilDate | null;
  readonly last: CivilDate | null;
  readonly byType: boolean;
  readonly limit: number;
  readonly offset: number;
}
const wantedOf = (
  personId: string,
  { type, state, year }: RecordFilters,
  { limit, offset, order }: RecordPage,
): Wanted => ({
  personId,
  type: type ?? null,
  state: state ?? null,
  first: year === undefined ? null : `${year}-01-01`,
  last: year === undefined ? null : `${year}-12-31`,
  byType: order === 'type',
  limit,
  offset,
});

const matches = ({ personId, type, state, first, last }: Wanted) => sql<SqlBool>`
  record.person_id = ${personId}
  AND (${type}::text IS NULL OR record.type = ${type})
  AND (${state}::text IS NULL OR record.state = ${state})
  AND (${first}::date IS NULL OR record.happened_on BETWEEN ${first} AND ${last}::date)`;

/** Newest first, in one run or type by type. */
const inOrder = ({ byType }: Wanted) => sql`
  CASE WHEN ${byType}::boolean THEN record.type END, record.happened_on DESC NULLS LAST, record.id DESC`;

/** A page of a person's growth file, and how many match. */
export async function listRecords(
  db: Db,
  personId: string,
  filters: RecordFilters,
  page: RecordPage,
): Promise<{ rows: RecordRow[]; total: number }> {
  const wanted = wantedOf(personId, filters, page);
  const [rows, tallies] = await Promise.all([
    recordRows(db)
      .where(matches(wanted))
      .orderBy(inOrder(wanted))
      .limit(wanted.limit)
      .offset(wanted.offset)
      .execute(),
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

/** What a growth file shows of each record: it names nobody. */
export type RecordLine = InJson<
  Pick<
    RecordRow,
    | 'id'
    | 'type'
    | 'title'
    | 'happenedOn'
    | 'level'
    | 'grade'
    | 'event'
    | 'state'
    | 'late'
    | 'correctedAt'
    | 'similarBecause'
    | 'evidenceCount'
  >
>;

const growthFile = madeOnce((db: Db, wanted: Wanted) => ({
  people: personById(db, wanted.personId),
  tallies: talliesOf(db, wanted.personId),
  holdings: holdingsOf([wanted.personId]),
  rows: sql<RecordLine>`
    SELECT id, type, title, happened_on AS "happenedOn", level, grade, event, state, late,
           corrected_at AS "correctedAt", similar_because AS "similarBecause", evidence_count AS "evidenceCount"
      FROM record WHERE ${matches(wanted)}
     ORDER BY ${inOrder(wanted)} LIMIT ${wanted.limit} OFFSET ${wanted.offset}`,
}));

/**
 * Whose growth file it is, with how many records of each type, year and state, the titles, newest first, and a page of
 * the records.
 */
export const selectGrowthFile = (db: Db, personId: string, filters: RecordFilters, page: RecordPage) =>
  growthFile(db, wantedOf(personId, filters, page));

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
