import type { Db } from '../../../../platform/database.ts';

/** How to reach somebody: what tells who they are wherever it is written. */
export async function selectContacts(db: Db, personId: string): Promise<(string | null)[]> {
  const row = await db
    .selectFrom('person')
    .select(['phone', 'email'])
    .where('id', '=', personId)
    .executeTakeFirst();
  return row === undefined ? [] : [row.phone, row.email];
}
