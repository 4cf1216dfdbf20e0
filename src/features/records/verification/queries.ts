import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { type RecordRow, selectRecords } from '../growth-file/queries.ts';

export interface QueueFilters {
  readonly type?: string | undefined;
  /** Only what has waited since this instant or longer. */
  readonly enteredBefore?: Date | undefined;
  readonly late?: boolean | undefined;
  readonly similar?: boolean | undefined;
}

/** Where the last page ended: the entry's instant and id. */
export interface QueuePosition {
  readonly enteredAt: Date;
  readonly id: string;
}

const waiting = (
  roots: readonly string[],
  exceptPerson: string,
  filters: QueueFilters,
): RawBuilder<unknown> => {
  const under = sql.join(
    roots.map((root) => sql`(unit_path >= ${root} AND unit_path < ${`${root}:`})`),
    sql` OR `,
  );
  const { type, enteredBefore, late, similar } = filters;
  return sql`state = 'submitted' AND (${under}) AND person_id <> ${exceptPerson}
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
  page: { readonly after: QueuePosition | null; readonly limit: number },
): Promise<RecordRow[]> {
  if (roots.length === 0) return [];
  const { after } = page;
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM record
     WHERE ${waiting(roots, exceptPerson, filters)}
       ${after === null ? sql`` : sql`AND (entered_at, id) > (${after.enteredAt}, ${after.id}::uuid)`}
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
