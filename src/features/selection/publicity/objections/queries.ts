import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { nameOf } from '../../../../platform/names.ts';
import type { ObjectionState } from './rules.ts';
import { RECEIPT_BYTES, receiptFrom } from './rules.ts';

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
      receipt: receiptFrom(String(objection.receivedAt.getUTCFullYear()), randomBytes(RECEIPT_BYTES)),
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
    .select([
      'objection.id',
      'objection.publicity_id as publicityId',
      'publicity.round_id as roundId',
      'objection.application_id as applicationId',
      nameOf<string | null>('application.person_id').as('concernsName'),
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
