import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import type { RecordParameters } from '../rules.ts';
import { type Comparable, findSimilar, similarSpan } from './rules.ts';

/** The records that could be the same achievement: a person's near ones of the type, anyone's with the number or file. */
async function selectComparable(
  db: Db,
  record: Comparable,
  parameters: RecordParameters,
): Promise<Comparable[]> {
  const [from, to] = similarSpan(record.happenedOn ?? '1900-01-01', parameters);
  const { rows } = await passing(db, 'similar', (all) =>
    sql<Comparable>`
    WITH near AS (
      SELECT id FROM record
       WHERE person_id = ${record.personId} AND type = ${record.type} AND happened_on BETWEEN ${from}::date AND ${to}::date
      UNION
      SELECT id FROM record
       WHERE person_id = ${record.personId} AND type = ${record.type} AND event IS NOT NULL AND ${record.event}::text IS NOT NULL
      UNION
      SELECT id FROM record WHERE certificate = ${record.certificate}
      UNION
      SELECT record_id FROM evidence
       WHERE sha256 = ANY(${record.evidence}) AND withdrawn_at IS NULL AND record_id IS NOT NULL
    )
    SELECT r.id, r.person_id AS "personId", r.type, r.title, r.happened_on AS "happenedOn", r.event, r.certificate,
           coalesce((SELECT array_agg(e.sha256) FROM evidence e WHERE e.record_id = r.id AND e.withdrawn_at IS NULL), '{}') AS evidence
      FROM near JOIN record r USING (id)
     WHERE r.id <> ${record.id} AND r.state <> 'withdrawn'
     ORDER BY r.person_id <> ${record.personId}, r.entered_at
     LIMIT 200`.execute(all),
  );
  return rows;
}

/** Looks for the same achievement among the other records, and notes it on this one; null when there is none. */
export async function noteSimilar(
  tx: Db,
  record: Comparable,
  parameters: RecordParameters,
): Promise<ReturnType<typeof findSimilar>> {
  const similar = findSimilar(record, await selectComparable(tx, record, parameters), parameters);
  await tx
    .updateTable('record')
    .set({ similar_to: similar?.id ?? null, similar_because: similar?.because ?? null })
    .where('id', '=', record.id)
    .execute();
  return similar;
}
