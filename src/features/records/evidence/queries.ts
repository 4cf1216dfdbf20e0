import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';

export interface NewEvidence {
  readonly id: string;
  readonly personId: string;
  /** Null while its record is still being written. */
  readonly recordId: string | null;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly uploadedBy: string;
  readonly at: Date;
}

/** Keeps evidence. The same file added to the same record again is already there. */
export async function insertEvidence(tx: Db, files: readonly NewEvidence[]): Promise<void> {
  if (files.length === 0) return;
  await tx
    .insertInto('evidence')
    .values(
      files.map((file) => ({
        id: file.id,
        person_id: file.personId,
        record_id: file.recordId,
        file_name: file.fileName,
        media_type: file.mediaType,
        size: file.size,
        sha256: file.sha256,
        uploaded_by: file.uploadedBy,
        uploaded_at: file.at,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  for (const recordId of new Set(files.map((file) => file.recordId))) {
    if (recordId !== null) await recount(tx, recordId);
  }
}

/** Puts files uploaded while the form was being corrected with their record; only the uploader's own waiting ones. */
export async function attachEvidence(
  tx: Db,
  ids: readonly string[],
  recordId: string,
  uploader: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('evidence')
    .set({ record_id: recordId })
    .where('id', 'in', [...ids])
    .where('uploaded_by', '=', uploader)
    .where('record_id', 'is', null)
    .execute();
  await recount(tx, recordId);
}

/** Evidence taken back stays kept, with when; it no longer counts. False when it already was. */
export async function withdrawEvidence(tx: Db, id: string, recordId: string, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('evidence')
    .set({ withdrawn_at: at })
    .where('id', '=', id)
    .where('record_id', '=', recordId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  await recount(tx, recordId);
  return result.numUpdatedRows === 1n;
}

const recount = (tx: Db, recordId: string) =>
  sql`UPDATE record SET evidence_count =
        (SELECT count(*) FROM evidence WHERE record_id = ${recordId} AND withdrawn_at IS NULL)
      WHERE id = ${recordId}`.execute(tx);

export interface EvidenceRow {
  readonly id: string;
  readonly recordId: string | null;
  readonly personId: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly uploadedBy: string;
  readonly uploadedAt: Date;
}

const evidenceRows = (db: Db) =>
  db
    .selectFrom('evidence')
    .select([
      'id',
      'record_id as recordId',
      'person_id as personId',
      'file_name as fileName',
      'media_type as mediaType',
      'size',
      'sha256',
      'uploaded_by as uploadedBy',
      'uploaded_at as uploadedAt',
    ])
    .where('withdrawn_at', 'is', null);

/** The evidence of these records, oldest first. */
export async function selectEvidence(db: Db, recordIds: readonly string[]): Promise<EvidenceRow[]> {
  if (recordIds.length === 0) return [];
  return evidenceRows(db)
    .where('record_id', 'in', [...recordIds])
    .orderBy('uploaded_at')
    .orderBy('id')
    .execute();
}

/** A person's records that have a file. */
export const recordsWithFiles = (personId: string) => sql<{ id: string }>`
  SELECT id FROM record
   WHERE person_id = ${personId}::uuid
     AND EXISTS (SELECT FROM evidence WHERE record_id = record.id AND withdrawn_at IS NULL)`;

export const selectOptionalEvidence = async (db: Db, id: string): Promise<EvidenceRow | null> =>
  (await evidenceRows(db).where('id', '=', id).executeTakeFirst()) ?? null;

/** Files this person uploaded that still wait for their record. */
export async function selectWaitingEvidence(
  db: Db,
  ids: readonly string[],
  uploader: string,
): Promise<EvidenceRow[]> {
  if (ids.length === 0) return [];
  return evidenceRows(db)
    .where('id', 'in', [...ids])
    .where('uploaded_by', '=', uploader)
    .where('record_id', 'is', null)
    .orderBy('uploaded_at')
    .orderBy('id')
    .execute();
}
