import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { under } from '../../../platform/paths.ts';
import { among } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';

/* Records used up by earlier rounds of a programme (`consume: true`). */

export interface SpentRecord {
  readonly personId: string;
  readonly id: string;
  /** The round that used it. */
  readonly round: string;
}

/** What rounds of the version's programme before this day used up: of these people, or of everybody now under a unit. */
export const spentRecords = (
  of: { readonly people: readonly string[] } | { readonly unitPath: string },
  versionId: string,
  asOf: CivilDate,
): RawBuilder<SpentRecord> => sql<SpentRecord>`
  SELECT a.person_id AS "personId", s.record_id AS id, r.name AS round
    FROM application a
    JOIN person p ON p.id = a.person_id
    JOIN spent_record s ON s.application_id = a.id
    JOIN round r ON r.id = a.round_id
    JOIN programme_version v ON v.id = r.programme_version_id
   WHERE ${'people' in of ? sql`a.person_id ${among(of.people)}` : under('p.unit_path', [of.unitPath])}
     AND r.as_of < ${asOf}
     AND v.programme_id = (SELECT programme_id FROM programme_version WHERE id = ${versionId})
   ORDER BY r.as_of DESC`;

export async function selectSpent(
  db: Db,
  of: Parameters<typeof spentRecords>[0],
  versionId: string,
  asOf: CivilDate,
): Promise<SpentRecord[]> {
  return (await spentRecords(of, versionId, asOf).execute(db)).rows;
}

/** Keep what a round used up; written once with its decision. */
export async function insertSpent(
  tx: Db,
  spent: readonly { readonly applicationId: string; readonly records: readonly string[] }[],
): Promise<number> {
  const rows = spent.flatMap(({ applicationId, records }) =>
    records.map((record) => ({ application_id: applicationId, record_id: record })),
  );
  for (let start = 0; start < rows.length; start += 5000) {
    await tx
      .insertInto('spent_record')
      .values(rows.slice(start, start + 5000))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return rows.length;
}
