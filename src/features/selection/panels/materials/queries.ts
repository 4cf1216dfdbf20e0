import type { Db } from '../../../../platform/database.ts';

/** Their number and how to reach them: what tells who they are wherever it is written. */
export async function selectContacts(db: Db, personId: string): Promise<(string | null)[]> {
  const row = await db
    .selectFrom('person')
    .select(['staff_number', 'phone', 'email'])
    .where('id', '=', personId)
    .executeTakeFirst();
  return row === undefined ? [] : [row.staff_number, row.phone, row.email];
}
