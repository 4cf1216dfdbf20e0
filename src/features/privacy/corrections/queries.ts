import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf, unitNameOf } from '../../../platform/names.ts';
import { inRange, type Ranges, ranges, under } from '../../../platform/paths.ts';
import { onePlan } from '../../../platform/prepared.ts';
import type { Correctable, CorrectionState } from './rules.ts';

export interface Correction {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly unitName: string | null;
  readonly unitPath: string | null;
  readonly field: Correctable;
  readonly was: string | null;
  readonly wanted: string;
  readonly because: string;
  readonly state: CorrectionState;
  readonly askedAt: Date;
  readonly decidedByName: string | null;
  readonly decidedAt: Date | null;
  readonly answer: string | null;
}

const corrections = (db: Db) =>
  db
    .selectFrom('correction_request as request')
    .select([
      'request.id',
      'request.person_id as personId',
      nameOf('request.person_id').as('personName'),
      unitNameOf('request.person_id').as('unitName'),
      'request.unit_path as unitPath',
      'request.field',
      'request.was',
      'request.wanted',
      'request.because',
      'request.state',
      'request.asked_at as askedAt',
      nameOf<string | null>('request.decided_by').as('decidedByName'),
      'request.decided_at as decidedAt',
      'request.answer',
    ])
    .$castTo<Correction>();

export const ownCorrections = (db: Db, personId: string) =>
  corrections(db).where('request.person_id', '=', personId).orderBy('request.asked_at', 'desc').limit(50);

/** What waits under the roots, oldest first; one's own is for somebody else. */
export const listOpenCorrections = (
  db: Db,
  roots: readonly string[],
  exceptPerson: string,
): Promise<Correction[]> =>
  corrections(db)
    .where('request.state', '=', 'open')
    .where('request.person_id', '<>', exceptPerson)
    .where(under('request.unit_path', roots))
    .orderBy('request.asked_at')
    .limit(200)
    .execute();

/** How many wait under the roots, of which none lies below another. */
export const openCorrections = (roots: Ranges, exceptPerson: string) => sql<{ n: number }>`
  SELECT count(*)::int AS n
    FROM ${ranges(roots)}
    JOIN correction_request ON state = 'open' AND ${inRange('correction_request.unit_path')}
   WHERE ${onePlan} person_id <> ${exceptPerson}`;

export const selectOptionalCorrection = async (db: Db, id: string): Promise<Correction | null> =>
  (await corrections(db).where('request.id', '=', id).executeTakeFirst()) ?? null;

/** Where it stands, before it is known whether the asker may decide it. */
export async function selectOptionalCorrectionPlace(
  db: Db,
  id: string,
): Promise<{ unitPath: string; personId: string } | null> {
  const row = await db
    .selectFrom('correction_request')
    .select(['unit_path as unitPath', 'person_id as personId'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : { unitPath: row.unitPath ?? '', personId: row.personId };
}

/** False when one for the same field is open already. */
export async function insertCorrection(
  tx: Db,
  asked: Pick<Correction, 'id' | 'personId' | 'field' | 'was' | 'wanted' | 'because' | 'askedAt'>,
): Promise<boolean> {
  const added = await tx
    .insertInto('correction_request')
    .values({
      id: asked.id,
      person_id: asked.personId,
      field: asked.field,
      was: asked.was,
      wanted: asked.wanted,
      because: asked.because,
      state: 'open',
      asked_at: asked.askedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

/** False when it is no longer open. */
export async function settleCorrection(
  tx: Db,
  id: string,
  settled:
    | { readonly state: 'withdrawn' }
    | {
        readonly state: 'accepted' | 'refused';
        readonly by: string;
        readonly at: Date;
        readonly answer: string | null;
      },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('correction_request')
    .set(
      settled.state === 'withdrawn'
        ? { state: 'withdrawn' }
        : { state: settled.state, decided_by: settled.by, decided_at: settled.at, answer: settled.answer },
    )
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
