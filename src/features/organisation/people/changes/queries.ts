import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { nameSearch } from '../name-search.ts';

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly staffNumber?: string | null;
  readonly sex?: 'female' | 'male' | null;
  readonly birthDate?: string | null;
  readonly teachingSince?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly subject?: string | null;
  readonly stage?: string | null;
  readonly rank?: string | null;
  readonly education?: string | null;
  readonly post?: string | null;
  readonly frontLine?: boolean | null;
  readonly qualified?: boolean | null;
  readonly specialPost?: boolean | null;
}

/**
 * Adds a person who stands nowhere yet (`movePerson` and `joinGroup` place them). False when the id is known:
 * the same form sent twice. A staff number held by another fails with 23505.
 */
export async function insertPerson(tx: Db, person: NewPerson): Promise<boolean> {
  const name = person.name.normalize('NFC').trim();
  const added = await tx
    .insertInto('person')
    .values({
      id: person.id,
      name,
      name_search: nameSearch(name),
      staff_number: person.staffNumber ?? null,
      sex: person.sex ?? null,
      birth_date: person.birthDate ?? null,
      teaching_since: person.teachingSince ?? null,
      phone: person.phone ?? null,
      email: person.email ?? null,
      subject: person.subject ?? null,
      stage: person.stage ?? null,
      rank: person.rank ?? null,
      education: person.education ?? null,
      post: person.post ?? null,
      front_line: person.frontLine ?? null,
      qualified: person.qualified ?? null,
      special_post: person.specialPost ?? null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

export interface PersonChange {
  readonly name: string;
  readonly staffNumber: string | null;
  readonly sex: 'female' | 'male' | null;
  readonly birthDate: string | null;
  readonly teachingSince: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** Corrects who somebody is. False when another changed them since `revision` was read. */
export async function updatePerson(
  tx: Db,
  id: string,
  revision: number,
  change: PersonChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('person')
    .set({
      name: change.name,
      name_search: nameSearch(change.name),
      staff_number: change.staffNumber,
      sex: change.sex,
      birth_date: change.birthDate,
      teaching_since: change.teachingSince,
      phone: change.phone,
      email: change.email,
      revision: revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function isStaffNumberTaken(db: Db, staffNumber: string, exceptId: string): Promise<boolean> {
  const row = await passing(db, 'similar', (all) =>
    all
      .selectFrom('person')
      .select('id')
      .where('staff_number', '=', staffNumber)
      .where('id', '<>', exceptId)
      .executeTakeFirst(),
  );
  return row !== undefined;
}
