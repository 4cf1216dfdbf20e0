import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';
import { underAlike } from '../../../platform/paths.ts';
import type { RecordRow } from '../growth-file/queries.ts';

export interface QueueFilters {
  readonly type?: string | undefined;
  /** Only what has waited since this instant or longer. */
  readonly enteredBefore?: Date | undefined;
  readonly late?: boolean | undefined;
  readonly similar?: boolean | undefined;
}

const waiting = (
  roots: readonly string[],
  exceptPerson: string,
  filters: QueueFilters,
): RawBuilder<unknown> => {
  const { type, enteredBefore, late, similar } = filters;
  // What waits has an index of its own, in which a school's is found as a county's would be.
  return sql`state = 'submitted' AND ${underAlike('record.unit_path', roots)} AND person_id <> ${exceptPerson}
    ${type === undefined ? sql`` : sql`AND type = ${type}`}
    ${enteredBefore === undefined ? sql`` : sql`AND entered_at <= ${enteredBefore}`}
    ${late === true ? sql`AND late` : sql``}
    ${similar === true ? sql`AND similar_to IS NOT NULL` : sql``}`;
};

/** What the queue shows of each record. */
export type QueueRow = Pick<
  RecordRow,
  | 'id'
  | 'personId'
  | 'personName'
  | 'type'
  | 'title'
  | 'happenedOn'
  | 'level'
  | 'grade'
  | 'state'
  | 'late'
  | 'correctedAt'
  | 'similarTo'
  | 'similarBecause'
  | 'evidenceCount'
  | 'enteredAt'
  | 'revision'
>;

/**
 * A page of the records that wait for the offices at `roots`, longest waiting first. The office holder's own
 * are not among them: somebody else confirms those.
 */
export async function listQueue(
  db: Db,
  roots: readonly string[],
  exceptPerson: string,
  filters: QueueFilters,
  /** `after` is the last record of the page before. */
  page: { readonly after: string | null; readonly limit: number },
): Promise<QueueRow[]> {
  if (roots.length === 0) return [];
  const { after } = page;
  // The page is cut before people are named.
  const { rows } = await sql<QueueRow>`
    SELECT waiting.*, ${nameOf('waiting.personId')} AS "personName"
      FROM (SELECT id, person_id AS "personId", type, title, happened_on AS "happenedOn", level, grade, state, late,
                   corrected_at AS "correctedAt", similar_to AS "similarTo", similar_because AS "similarBecause",
                   evidence_count AS "evidenceCount", entered_at AS "enteredAt", revision
              FROM record
             WHERE ${waiting(roots, exceptPerson, filters)}
               ${after === null ? sql`` : sql`AND (entered_at, id) > (SELECT last.entered_at, last.id FROM record last WHERE last.id = ${after})`}
             ORDER BY entered_at, id
             LIMIT ${page.limit}) AS waiting
     ORDER BY waiting."enteredAt", waiting.id`.execute(db);
  return rows;
}

/** How many wait, and how many of those are late or look like another. */
export async function countQueue(
  db: Db,
  roots: readonly string[],
  exceptPerson: string,
  filters: QueueFilters = {},
): Promise<{ waiting: number; late: number; similar: number }> {
  if (roots.length === 0) return { waiting: 0, late: 0, similar: 0 };
  const { rows } = await sql<{ waiting: number; late: number; similar: number }>`
    SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE late))::int AS late,
           (count(*) FILTER (WHERE similar_to IS NOT NULL))::int AS similar
      FROM record WHERE ${waiting(roots, exceptPerson, filters)}`.execute(db);
  return rows[0] ?? { waiting: 0, late: 0, similar: 0 };
}
