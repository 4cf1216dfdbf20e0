import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { under } from '../../organisation/units/queries.ts';
import { type RecordRow, selectRecords } from '../growth-file/queries.ts';

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
  return sql`state = 'submitted' AND ${under('record.unit_path', roots)} AND person_id <> ${exceptPerson}
    ${type === undefined ? sql`` : sql`AND type = ${type}`}
    ${enteredBefore === undefined ? sql`` : sql`AND entered_at <= ${enteredBefore}`}
    ${late === true ? sql`AND late` : sql``}
    ${similar === true ? sql`AND similar_to IS NOT NULL` : sql``}`;
};

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
): Promise<RecordRow[]> {
  if (roots.length === 0) return [];
  const { after } = page;
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM record
     WHERE ${waiting(roots, exceptPerson, filters)}
       ${after === null ? sql`` : sql`AND (entered_at, id) > (SELECT last.entered_at, last.id FROM record last WHERE last.id = ${after})`}
     ORDER BY entered_at, id
     LIMIT ${page.limit}`.execute(db);
  const found = new Map(
    (
      await selectRecords(
        db,
        rows.map(({ id }) => id),
      )
    ).map((row) => [row.id, row]),
  );
  return rows.flatMap(({ id }) => found.get(id) ?? []);
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
