import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { nameOf } from '../../../platform/names.ts';
import { among, type InJson } from '../../../platform/together.ts';
import { type Doer, partiesOf } from '../../identity/rules.ts';
import type { Decisions } from '../dossier/assess.ts';
import type { Relation } from './rules.ts';

/** One act of review in a round at a time: places, order and route never cross. First in the transaction. */
export async function lockReviews(tx: Db, roundId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`review ${roundId}`}, 0))`.execute(tx);
}

// --- Reviews ------------------------------------------------------------------------------------------

export type ReviewDecision = 'recommend' | 'return' | 'refuse';
export interface NewReview {
  readonly id: string;
  readonly applicationId: string;
  readonly roundId: string;
  readonly position: number;
  readonly unitId: string;
  readonly decision: ReviewDecision;
  readonly place: number | null;
  readonly clause: string | null;
  readonly reason: string | null;
  readonly exceptional: boolean;
  readonly tookPlace: boolean;
  readonly by: Doer;
  readonly at: Date;
}
/** A body's decision; what it decided before on this application is superseded and stays in the history. */
export async function insertReview(tx: Db, review: NewReview): Promise<void> {
  await supersedeReview(tx, review.applicationId, review.position, review.at);
  await tx
    .insertInto('review')
    .values({
      id: review.id,
      application_id: review.applicationId,
      round_id: review.roundId,
      position: review.position,
      unit_id: review.unitId,
      decision: review.decision,
      place: review.place,
      clause: review.clause,
      reason: review.reason,
      exceptional: review.exceptional,
      took_place: review.tookPlace,
      decided_by: review.by.personId,
      decided_for: review.by.actingFor?.personId ?? null,
      decided_at: review.at,
    })
    .execute();
}

export async function supersedeReview(
  tx: Db,
  applicationId: string,
  position: number,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('review')
    .set({ superseded_at: at })
    .where('application_id', '=', applicationId)
    .where('position', '=', position)
    .where('superseded_at', 'is', null)
    .execute();
}

/** What the bodies decided no longer holds: the applicant withdrew. The history keeps it. */
export async function supersedeReviews(tx: Db, applicationId: string, at: Date): Promise<void> {
  await tx
    .updateTable('review')
    .set({ superseded_at: at })
    .where('application_id', '=', applicationId)
    .where('superseded_at', 'is', null)
    .execute();
}

/** Whether a submission has been kept as a review already. */
export async function hasReview(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('review').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

export interface ReviewRow {
  readonly id: string;
  readonly position: number;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly decision: ReviewDecision;
  readonly place: number | null;
  readonly clause: string | null;
  readonly reason: string | null;
  readonly exceptional: boolean;
  readonly tookPlace: boolean;
  readonly decidedBy: string;
  /** In whose stead. */
  readonly decidedFor: string | null;
  readonly decidedAt: Date;
  readonly current: boolean;
}
/** Everything the bodies decided on an application, oldest first. */
export const reviewRows = (db: Db, applicationId: string) =>
  db
    .selectFrom('review')
    .innerJoin('unit', 'unit.id', 'review.unit_id')
    .select([
      'review.id',
      'review.position',
      'review.unit_id as unitId',
      'unit.name as unitName',
      'unit.path as unitPath',
      'review.decision',
      'review.place',
      'review.clause',
      'review.reason',
      'review.exceptional',
      'review.took_place as tookPlace',
      nameOf('review.decided_by').as('decidedBy'),
      nameOf<string | null>('review.decided_for').as('decidedFor'),
      'review.decided_at as decidedAt',
      sql<boolean>`review.superseded_at IS NULL`.as('current'),
    ])
    .where('review.application_id', '=', applicationId)
    .orderBy('review.decided_at')
    .orderBy('review.id');
/** A row of `reviewRows` that came in JSON. */
export const reviewOf = (row: InJson<ReviewRow>): ReviewRow => ({
  ...row,
  decidedAt: new Date(row.decidedAt),
});
export const listReviews = (db: Db, applicationId: string): Promise<ReviewRow[]> =>
  reviewRows(db, applicationId).execute();

/** The place was given back to the quota; the decision itself stands in the history. */
export async function markPlaceReleased(tx: Db, reviewId: string): Promise<void> {
  await tx.updateTable('review').set({ took_place: false }).where('id', '=', reviewId).execute();
}

/** The applications a body recommends, in its order. */
export async function listOrder(
  db: Db,
  roundId: string,
  position: number,
  unitId: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('review')
    .innerJoin('application', 'application.id', 'review.application_id')
    .select('review.application_id as id')
    .where('review.round_id', '=', roundId)
    .where('review.position', '=', position)
    .where('review.unit_id', '=', unitId)
    .where('review.decision', '=', 'recommend')
    .where('review.superseded_at', 'is', null)
    .where('application.state', 'not in', ['refused', 'withdrawn'])
    .orderBy(sql`review.place NULLS LAST`)
    .orderBy('review.decided_at')
    .orderBy('review.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Number a body's recommendations 1, 2, 3 … in this order. */
export async function updateOrder(
  tx: Db,
  roundId: string,
  position: number,
  order: readonly string[],
): Promise<void> {
  if (order.length === 0) return;
  await sql`
    UPDATE review SET place = given.place
      FROM unnest(${[...order]}::uuid[]) WITH ORDINALITY AS given (application_id, place)
     WHERE review.application_id = given.application_id AND review.round_id = ${roundId}
       AND review.position = ${position} AND review.superseded_at IS NULL
       AND review.place IS DISTINCT FROM given.place`.execute(tx);
}

// --- Decisions on record ------------------------------------------------------------------------------

export interface DecisionRow {
  readonly id: string;
  readonly kind: 'exception' | 'tie' | 'clause' | 'objection';
  readonly clause: string | null;
  readonly outcome: string;
  readonly attendees: string | null;
  /** Ids of the records it relies on. */
  readonly records: readonly string[];
  readonly reason: string;
  readonly unitName: string;
  readonly decidedBy: string;
  /** In whose stead. */
  readonly decidedFor: string | null;
  readonly decidedAt: Date;
}
/** The decisions on record about an application, oldest first: a later one on a clause replaces an earlier. */
export const decisionRows = (db: Db, applicationId: string) =>
  db
    .selectFrom('decision_record as record')
    .innerJoin('unit', 'unit.id', 'record.unit_id')
    .select([
      'record.id',
      'record.kind',
      'record.clause',
      'record.outcome',
      'record.detail',
      'record.reason',
      'unit.name as unitName',
      nameOf('record.decided_by').as('decidedBy'),
      nameOf<string | null>('record.decided_for').as('decidedFor'),
      'record.decided_at as decidedAt',
    ])
    .where('record.application_id', '=', applicationId)
    .orderBy('record.decided_at')
    .orderBy('record.id');
type SelectedDecision = Awaited<ReturnType<ReturnType<typeof decisionRows>['executeTakeFirstOrThrow']>>;
/** A row of `decisionRows`, however it came. */
export const decisionOf = ({ detail, ...row }: InJson<SelectedDecision>): DecisionRow => ({
  ...row,
  decidedAt: new Date(row.decidedAt),
  attendees: (detail as { attendees?: string }).attendees ?? null,
  records: (detail as { records?: string[] }).records ?? [],
});
export const listDecisions = async (db: Db, applicationId: string): Promise<DecisionRow[]> =>
  (await decisionRows(db, applicationId).execute()).map(decisionOf);

export const decisionsOn = (applicationIds: readonly string[]) => sql<{ id: string; decisions: Decisions }>`
  SELECT application_id AS id, json_object_agg(clause, outcome) AS decisions FROM (
    SELECT DISTINCT ON (application_id, clause) application_id, clause, outcome
      FROM decision_record
     WHERE application_id ${among(applicationIds)} AND kind = 'clause' AND outcome IN ('met', 'unmet')
     ORDER BY application_id, clause, decided_at DESC, id DESC) latest
   GROUP BY application_id`;

/** The answers to the questions of the file among the decisions on an application, oldest first: the last one holds. */
export const answersIn = (decisions: readonly DecisionRow[]): Decisions =>
  Object.fromEntries(
    decisions.flatMap(({ kind, clause, outcome }): [string, 'met' | 'unmet'][] =>
      kind === 'clause' && clause !== null && (outcome === 'met' || outcome === 'unmet')
        ? [[clause, outcome]]
        : [],
    ),
  );

/** Answers to the questions of the file, by clause, for several applications at once. */
export async function selectDecisions(
  db: Db,
  applicationIds: readonly string[],
): Promise<Map<string, Decisions>> {
  if (applicationIds.length === 0) return new Map();
  return decisionsByApplication((await decisionsOn(applicationIds).execute(db)).rows);
}
export const decisionsByApplication = (
  rows: readonly { readonly id: string; readonly decisions: Decisions }[],
): Map<string, Decisions> => new Map(rows.map(({ id, decisions }) => [id, decisions]));
export const selectDecisionsOf = async (db: Db, applicationId: string): Promise<Decisions> =>
  (await selectDecisions(db, [applicationId])).get(applicationId) ?? {};

/** On how many applications other than this one a body answered a question "met". */
export async function countMet(
  db: Db,
  roundId: string,
  unitId: string,
  clause: string,
  exceptApplicationId: string,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM (
      SELECT DISTINCT ON (application_id) outcome FROM decision_record
       WHERE round_id = ${roundId} AND unit_id = ${unitId} AND kind = 'clause' AND clause = ${clause}
         AND outcome IN ('met', 'unmet')
         AND application_id <> ${exceptApplicationId}
       ORDER BY application_id, decided_at DESC, id DESC) latest
     WHERE outcome = 'met'`.execute(db);
  return rows[0]?.n ?? 0;
}

// --- Recusal ------------------------------------------------------------------------------------------

export interface NewRecusal {
  readonly id: string;
  readonly roundId: string;
  readonly personId: string;
  readonly applicantId: string;
  readonly relation: string;
  readonly declaredBy: string;
  readonly at: Date;
}
/** False when the person stood aside for this applicant already. */
export async function insertRecusal(tx: Db, recusal: NewRecusal): Promise<boolean> {
  const kept = await tx
    .insertInto('recusal')
    .values({
      id: recusal.id,
      round_id: recusal.roundId,
      person_id: recusal.personId,
      applicant_id: recusal.applicantId,
      relation: recusal.relation,
      declared_by: recusal.declaredBy,
      declared_at: recusal.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

export interface RecusalRow {
  readonly personId: string;
  readonly personName: string;
  readonly relation: Relation;
  readonly declaredByName: string;
  readonly declaredAt: Date;
}
export const recusalRows = (db: Db, roundId: string, applicantId: string) =>
  db
    .selectFrom('recusal')
    .select([
      'recusal.person_id as personId',
      nameOf('recusal.person_id').as('personName'),
      'recusal.relation',
      nameOf('recusal.declared_by').as('declaredByName'),
      'recusal.declared_at as declaredAt',
    ])
    .where('recusal.round_id', '=', roundId)
    .where('recusal.applicant_id', '=', applicantId)
    .orderBy('recusal.declared_at');
type SelectedRecusal = Awaited<ReturnType<ReturnType<typeof recusalRows>['executeTakeFirstOrThrow']>>;
/** A row of `recusalRows`, however it came. */
export const recusalOf = (row: InJson<SelectedRecusal>): RecusalRow => ({
  ...row,
  relation: row.relation as Relation,
  declaredAt: new Date(row.declaredAt),
});
export const listRecusals = async (db: Db, roundId: string, applicantId: string): Promise<RecusalRow[]> =>
  (await recusalRows(db, roundId, applicantId).execute()).map(recusalOf);
export const recusedOf = async (db: Db, roundId: string, applicantId: string): Promise<Set<string>> =>
  new Set((await listRecusals(db, roundId, applicantId)).map(({ personId }) => personId));

/** The applicants of a round for whom a person stands aside. */
/** Throws 403 for somebody who stands aside for the applicant, or looks in such a one's stead: they read nothing. */
export async function mustNotBeRecused(
  db: Db,
  application: { readonly roundId: string; readonly personId: string },
  reader: Doer,
): Promise<void> {
  const recused = await recusedOf(db, application.roundId, application.personId);
  if (partiesOf(reader).some((personId) => recused.has(personId)))
    throw new HttpError(403, 'review.cannot.recused');
}

/** Who has applied in a round and not withdrawn, and whom of them a body has put forward. */
export async function selectTakingPart(
  db: Db,
  roundId: string,
): Promise<{ readonly personId: string; readonly nominated: boolean }[]> {
  const { rows } = await sql<{ personId: string; nominated: boolean }>`
    SELECT a.person_id AS "personId",
           a.state NOT IN ('returned', 'refused', 'removed') AND EXISTS (
             SELECT 1 FROM review r
              WHERE r.application_id = a.id AND r.decision = 'recommend' AND r.superseded_at IS NULL) AS nominated
      FROM application a
     WHERE a.round_id = ${roundId} AND a.submitted_at IS NOT NULL AND a.state NOT IN ('draft', 'withdrawn')`.execute(
    db,
  );
  return rows;
}
