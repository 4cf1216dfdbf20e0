import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { reassignIdNumber } from '../../id-numbers/queries.ts';
import { under } from '../../units/queries.ts';
import { type Person, selectPeople } from '../queries.ts';
import type { Suspicion } from '../rules.ts';

/* Two entries that may be one person: noticed, settled, merged. */

export interface SuspectedPair {
  readonly personId: string;
  readonly otherId: string;
  readonly reason: Suspicion;
  readonly noticedAt: Date;
}

/** Pairs nobody has settled of which both stand under the roots, oldest first. */
export async function listSuspicions(
  db: Db,
  roots: readonly string[],
  limit: number,
  offset: number,
): Promise<SuspectedPair[]> {
  const rows = await db
    .selectFrom('duplicate_suspicion as pair')
    .innerJoin('person as a', 'a.id', 'pair.person_id')
    .innerJoin('person as b', 'b.id', 'pair.other_id')
    .select([
      'pair.person_id as personId',
      'pair.other_id as otherId',
      'pair.reason',
      'pair.noticed_at as noticedAt',
    ])
    .where('pair.state', '=', 'open')
    .where(under('a.unit_path', roots))
    .where(under('b.unit_path', roots))
    .orderBy('pair.noticed_at')
    .orderBy('pair.person_id')
    .orderBy('pair.other_id')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map((row) => ({ ...row, reason: row.reason as Suspicion }));
}

/** Remembers that two entries may be one person; a pair known already stays as it was settled. */
export async function insertSuspicion(
  db: Db,
  a: string,
  b: string,
  reason: Suspicion,
  at: Date,
): Promise<void> {
  const [first, second] = a < b ? [a, b] : [b, a];
  await db
    .insertInto('duplicate_suspicion')
    .values({ person_id: first, other_id: second, reason, noticed_at: at })
    .onConflict((conflict) => conflict.columns(['person_id', 'other_id']).doNothing())
    .execute();
}

/** Settles a pair; false when it was settled before. */
export async function settleSuspicion(
  tx: Db,
  pair: {
    readonly a: string;
    readonly b: string;
    readonly as: 'merged' | 'different';
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const [first, second] = pair.a < pair.b ? [pair.a, pair.b] : [pair.b, pair.a];
  const { numUpdatedRows } = await tx
    .updateTable('duplicate_suspicion')
    .set({ state: pair.as, settled_by: pair.by, settled_at: pair.at })
    .where('person_id', '=', first)
    .where('other_id', '=', second)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Both entries, locked in one order so that two merges cannot wait for each other. */
export async function lockPeople(tx: Db, ids: readonly string[]): Promise<Person[]> {
  await sql`SELECT 1 FROM person WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`.execute(tx);
  return selectPeople(tx, ids);
}

/**
 * `from` stays, marked as merged, so that whoever acted under it is still named; with the mark the database hands over
 * what is theirs (`hand_over_merged`). What `to` lacks in its own entry it has from `from`. Returns how many records wait
 * to be confirmed again, since one entry had confirmed them for the other.
 */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<number> {
  await reassignIdNumber(tx, from, to);
  const { rows } = await sql<{
    staffNumber: string | null;
  }>`SELECT staff_number AS "staffNumber" FROM person WHERE id = ${from}`.execute(tx);
  await sql`
    UPDATE person SET state = 'merged', merged_into = ${to}, staff_number = NULL, revision = revision + 1 WHERE id = ${from}`.execute(
    tx,
  );
  const reset = await sql<{
    count: number;
  }>`SELECT coalesce(nullif(current_setting('qinglan.records_reset', true), ''), '0')::int AS count`.execute(
    tx,
  );
  await sql`
    UPDATE person kept
       SET staff_number = coalesce(kept.staff_number, ${rows[0]?.staffNumber ?? null}), sex = coalesce(kept.sex, merged.sex),
           birth_date = coalesce(kept.birth_date, merged.birth_date), teaching_since = coalesce(kept.teaching_since, merged.teaching_since),
           phone = coalesce(kept.phone, merged.phone), email = coalesce(kept.email, merged.email),
           unit_id = coalesce(kept.unit_id, merged.unit_id), unit_path = coalesce(kept.unit_path, merged.unit_path),
           subject = coalesce(kept.subject, merged.subject), stage = coalesce(kept.stage, merged.stage),
           rank = coalesce(kept.rank, merged.rank), education = coalesce(kept.education, merged.education),
           post = coalesce(kept.post, merged.post), front_line = coalesce(kept.front_line, merged.front_line),
           qualified = coalesce(kept.qualified, merged.qualified), special_post = coalesce(kept.special_post, merged.special_post),
           facts_since = greatest(kept.facts_since, merged.facts_since), revision = kept.revision + 1
      FROM person merged WHERE kept.id = ${to} AND merged.id = ${from}`.execute(tx);
  // Whoever was suspected of being the merged entry is now suspected of being the one kept.
  await sql`
    INSERT INTO duplicate_suspicion (person_id, other_id, reason, noticed_at)
    SELECT least(${to}::uuid, third), greatest(${to}::uuid, third), min(reason), min(noticed_at)
      FROM (SELECT CASE WHEN person_id = ${from} THEN other_id ELSE person_id END AS third, reason, noticed_at
              FROM duplicate_suspicion WHERE state = 'open' AND (person_id = ${from} OR other_id = ${from})) open
     WHERE third <> ${to}::uuid GROUP BY third
    ON CONFLICT (person_id, other_id) DO NOTHING`.execute(tx);
  await sql`
    UPDATE duplicate_suspicion SET state = 'merged' WHERE state = 'open' AND (person_id = ${from} OR other_id = ${from})`.execute(
    tx,
  );
  return reset.rows[0]?.count ?? 0;
}
