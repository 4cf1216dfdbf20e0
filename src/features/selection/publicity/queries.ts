import { createHash, randomBytes } from 'node:crypto';
import { type ExpressionBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { DB } from '../../../platform/schema.generated.ts';
import { under } from '../../organisation/units/queries.ts';

import {
  type Candidate,
  frozenText,
  type ObjectionState,
  type PublicList,
  type TieDecision,
} from './rules.ts';

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

/** Everyone whom all bodies have recommended and about whom nothing final is written yet, with the last body's order. */
export async function listCandidates(
  db: Db,
  roundId: string,
  fromPosition: number,
): Promise<Omit<Candidate, 'meets'>[]> {
  // Wherever they are by now: whom the bodies have recommended is on the list.
  const rows = await passing(db, 'applicants', (all) =>
    all
      .selectFrom('application')
      .innerJoin('person', 'person.id', 'application.person_id')
      .innerJoin('unit as school', 'school.id', 'application.school_id')
      .leftJoin('unit as county', 'county.id', 'school.parent_id')
      .select([
        'application.id as applicationId',
        'application.person_id as personId',
        'person.name',
        'application.school_id as schoolId',
        'school.name as schoolName',
        'county.id as countyId',
        'county.name as countyName',
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
      .where('application.round_id', '=', roundId)
      .where('application.state', '=', 'in-review')
      .where('application.position', '>=', fromPosition)
      .orderBy('application.id')
      .execute(),
  );
  // What two panels gave is not one scale.
  const panels = new Set(rows.flatMap(({ panel }) => panel ?? []));
  return rows.map(({ birthDate, teachingSince, sex, rank, education, setting, score, panel: _, ...row }) => ({
    ...row,
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

export interface PublicityRow {
  readonly id: string;
  readonly roundId: string;
  readonly roundState: 'draft' | 'open' | 'publicity' | 'decided' | 'cancelled';
  readonly roundName: string;
  readonly unitPath: string;
  readonly unitName: string;
  readonly postedAt: Date;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly workingDays: number;
  readonly list: PublicList;
  readonly digest: string;
  readonly closedAt: Date | null;
}
const publicityRows = (db: Db) =>
  db
    .selectFrom('publicity')
    .innerJoin('round', 'round.id', 'publicity.round_id')
    .innerJoin('unit', 'unit.id', 'round.unit_id')
    .select([
      'publicity.id',
      'publicity.round_id as roundId',
      'round.state as roundState',
      'round.name as roundName',
      'round.unit_path as unitPath',
      'unit.name as unitName',
      'publicity.posted_at as postedAt',
      'publicity.posted_on as postedOn',
      'publicity.closes_on as closesOn',
      'publicity.working_days as workingDays',
      'publicity.list',
      'publicity.digest',
      'publicity.closed_at as closedAt',
    ]);

export async function selectOptionalPublicity(
  db: Db,
  by: { readonly id: string } | { readonly roundId: string },
): Promise<PublicityRow | null> {
  const query =
    'id' in by
      ? publicityRows(db).where('publicity.id', '=', by.id)
      : publicityRows(db).where('publicity.round_id', '=', by.roundId);
  const row = await query.executeTakeFirst();
  return row ? { ...row, list: row.list as PublicList } : null;
}

export interface NoticeLine {
  readonly id: string;
  readonly roundName: string;
  readonly unitName: string;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly roundState: PublicityRow['roundState'];
  readonly entries: number;
}
/** Notices for the board, those still running or those past, newest first. */
export async function listPublicity(
  db: Db,
  running: boolean,
  today: string,
  limit: number,
  offset: number,
): Promise<NoticeLine[]> {
  let query = db
    .selectFrom('publicity')
    .innerJoin('round', 'round.id', 'publicity.round_id')
    .innerJoin('unit', 'unit.id', 'round.unit_id')
    .select([
      'publicity.id',
      'round.name as roundName',
      'unit.name as unitName',
      'publicity.posted_on as postedOn',
      'publicity.closes_on as closesOn',
      'round.state as roundState',
      sql<number>`jsonb_array_length(publicity.list->'entries')`.as('entries'),
    ]);
  query = running
    ? query.where('round.state', '=', 'publicity').where('publicity.closes_on', '>=', today)
    : query.where((where) =>
        where.or([where('round.state', '<>', 'publicity'), where('publicity.closes_on', '<', today)]),
      );
  return query.orderBy('publicity.posted_at', 'desc').limit(limit).offset(offset).execute();
}

export interface NewPublicity {
  readonly id: string;
  readonly roundId: string;
  readonly postedAt: Date;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly workingDays: number;
  readonly list: PublicList;
  /** Application ids in the order of the list. */
  readonly applications: readonly string[];
  readonly postedBy: string;
}
/** Freeze the list. Returns its digest: SHA-256 over the list as it was shown, keys in order. */
export async function insertPublicity(tx: Db, publicity: NewPublicity): Promise<string> {
  const text = frozenText(publicity.list);
  const digest = createHash('sha256').update(text).digest('hex');
  await tx
    .insertInto('publicity')
    .values({
      id: publicity.id,
      round_id: publicity.roundId,
      posted_at: publicity.postedAt,
      posted_on: publicity.postedOn,
      closes_on: publicity.closesOn,
      working_days: publicity.workingDays,
      list: text,
      applications: [...publicity.applications],
      digest,
      posted_by: publicity.postedBy,
    })
    .execute();
  return digest;
}

export async function closePublicity(tx: Db, id: string, at: Date): Promise<void> {
  await tx.updateTable('publicity').set({ closed_at: at }).where('id', '=', id).execute();
}

/** 32 letters that nobody mistakes for another when reading a receipt aloud. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Hard to guess (50 bits): whoever holds it may read the answer, so it is the only key an anonymous objector has. */
const newReceipt = (year: string): string =>
  `YY${year}-${[...randomBytes(10)].map((byte) => LETTERS[byte % 32]).join('')}`;

export interface NewObjection {
  readonly id: string;
  readonly publicityId: string;
  readonly applicationId: string | null;
  readonly signed: boolean;
  readonly name: string | null;
  readonly contact: string | null;
  readonly statement: string;
  readonly receivedAt: Date;
}
/** Keep an objection; sent twice it is one, with one receipt. */
export async function insertObjection(
  tx: Db,
  objection: NewObjection,
): Promise<{ receipt: string; isNew: boolean }> {
  const kept = await tx
    .insertInto('objection')
    .values({
      id: objection.id,
      publicity_id: objection.publicityId,
      application_id: objection.applicationId,
      receipt: newReceipt(String(objection.receivedAt.getUTCFullYear())),
      signed: objection.signed,
      name: objection.name,
      contact: objection.contact,
      statement: objection.statement,
      received_at: objection.receivedAt,
      state: 'received',
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('receipt')
    .executeTakeFirst();
  if (kept !== undefined) return { receipt: kept.receipt, isNew: true };
  const earlier = await tx
    .selectFrom('objection')
    .select('receipt')
    .where('id', '=', objection.id)
    .executeTakeFirstOrThrow();
  return { receipt: earlier.receipt, isNew: false };
}

export interface ObjectionRow {
  readonly id: string;
  readonly publicityId: string;
  readonly roundId: string;
  readonly applicationId: string | null;
  readonly concernsName: string | null;
  readonly receipt: string;
  readonly signed: boolean;
  readonly name: string | null;
  readonly contact: string | null;
  readonly statement: string;
  readonly receivedAt: Date;
  readonly state: ObjectionState;
  readonly investigation: string | null;
  readonly answer: string | null;
  readonly answeredAt: Date | null;
}
const objectionRows = (db: Db) =>
  db
    .selectFrom('objection')
    .innerJoin('publicity', 'publicity.id', 'objection.publicity_id')
    .leftJoin('application', 'application.id', 'objection.application_id')
    .leftJoin('named as concerned', 'concerned.id', 'application.person_id')
    .select([
      'objection.id',
      'objection.publicity_id as publicityId',
      'publicity.round_id as roundId',
      'objection.application_id as applicationId',
      'concerned.name as concernsName',
      'objection.receipt',
      'objection.signed',
      'objection.name',
      'objection.contact',
      'objection.statement',
      'objection.received_at as receivedAt',
      'objection.state',
      'objection.investigation',
      'objection.answer',
      'objection.answered_at as answeredAt',
    ]);

export async function listObjections(db: Db, roundId: string): Promise<ObjectionRow[]> {
  return objectionRows(db)
    .where('publicity.round_id', '=', roundId)
    .orderBy('objection.received_at')
    .limit(500)
    .execute();
}
export async function selectOptionalObjection(
  db: Db,
  by: { readonly receipt: string } | { readonly id: string },
): Promise<ObjectionRow | null> {
  const query =
    'receipt' in by
      ? objectionRows(db).where('objection.receipt', '=', by.receipt)
      : objectionRows(db).where('objection.id', '=', by.id);
  return (await query.executeTakeFirst()) ?? null;
}
/** Throws 404 when there is no such objection. The row stays locked to the commit. */
export async function lockObjection(tx: Db, id: string): Promise<ObjectionRow> {
  await tx.selectFrom('objection').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  const objection = await selectOptionalObjection(tx, { id });
  if (objection === null) throw new HttpError(404, 'error.not-found');
  return objection;
}
export interface ObjectionChange {
  readonly state: ObjectionState;
  readonly investigation?: string | null;
  readonly answer?: string;
  readonly answeredBy?: string;
  readonly answeredAt?: Date;
}
export async function updateObjection(tx: Db, id: string, change: ObjectionChange): Promise<void> {
  await tx
    .updateTable('objection')
    .set({
      state: change.state,
      ...(change.investigation === undefined ? {} : { investigation: change.investigation }),
      ...(change.answer === undefined ? {} : { answer: change.answer }),
      ...(change.answeredBy === undefined ? {} : { answered_by: change.answeredBy }),
      ...(change.answeredAt === undefined ? {} : { answered_at: change.answeredAt }),
    })
    .where('id', '=', id)
    .execute();
}
export async function countOpenObjections(db: Db, roundId: string): Promise<number> {
  const row = await db
    .selectFrom('objection')
    .innerJoin('publicity', 'publicity.id', 'objection.publicity_id')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('publicity.round_id', '=', roundId)
    .where('objection.state', 'in', ['received', 'investigating'])
    .executeTakeFirstOrThrow();
  return row.n;
}

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
  if (filter.root !== undefined) query = query.where(under('application.unit_path', [filter.root]));
  return query;
};
/** The named list, by county, school and name. */
export async function listNamed(
  db: Db,
  roundId: string,
  filter: NamedFilter,
  limit: number,
  offset: number,
): Promise<NamedRow[]> {
  return passing(db, 'result', (all) =>
    namedRows(all, roundId, filter)
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
      .orderBy('county.name')
      .orderBy('school.name')
      .orderBy('person.name')
      .orderBy('application.id')
      .limit(limit)
      .offset(offset)
      .execute(),
  );
}
export async function countNamed(db: Db, roundId: string, filter: NamedFilter): Promise<number> {
  const row = await passing(db, 'result', (all) =>
    namedRows(all, roundId, filter).select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow(),
  );
  return row.n;
}

/** How many applications stand where, for the whole round or below one unit. */
export interface StateCount {
  readonly state: string;
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
export async function selectOptionalOwnApplication(
  db: Db,
  roundId: string,
  personId: string,
): Promise<OwnApplication | null> {
  const row = await db
    .selectFrom('application')
    .select(['id', 'state', 'receipt'])
    .where('round_id', '=', roundId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row ?? null;
}

/** The application behind a number of the published list; null when there is no such number. */
export async function selectOptionalListed(
  db: Db,
  publicityId: string,
  number: number,
): Promise<string | null> {
  const row = await db
    .selectFrom('publicity')
    .select(sql<string | null>`applications[${number}]`.as('application'))
    .where('id', '=', publicityId)
    .executeTakeFirst();
  return row?.application ?? null;
}
