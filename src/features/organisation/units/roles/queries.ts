import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { nameOf } from '../../../../platform/names.ts';
import type { Role } from '../../../identity/rules.ts';

/** Who acts for a unit, and who did. */
export interface RoleHolding {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly role: Role;
  readonly unitId: string;
  readonly unitName: string;
  readonly from: string | null;
  /** The first day it no longer holds; null while it does. */
  readonly until: string | null;
}

const holdings = (db: Db) =>
  db
    .selectFrom('role_assignment as held')
    .innerJoin('unit', 'unit.id', 'held.unit_id')
    .select([
      'held.id',
      'held.person_id as personId',
      nameOf('held.person_id').as('personName'),
      'held.role',
      'held.unit_id as unitId',
      'unit.name as unitName',
      sql<string | null>`lower(held.during)`.as('from'),
      sql<string | null>`upper(held.during)`.as('until'),
    ])
    .orderBy(sql`upper_inf(held.during)`, 'desc')
    .orderBy(sql`lower(held.during)`, 'desc')
    .orderBy('held.id');

/** Who acts for the unit and who did, those who still do first. */
export const rolesAt = (db: Db, unitPath: string) =>
  holdings(db).where('held.unit_path', '=', unitPath).limit(100);

export async function selectOptionalRole(db: Db, id: string): Promise<RoleHolding | null> {
  return (await holdings(db).where('held.id', '=', id).executeTakeFirst()) ?? null;
}

export interface NewRole {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly unitId: string;
  readonly unitPath: string;
  readonly from: string;
  /** The last day it holds; null when no end is known. */
  readonly last: string | null;
}

/** Gives the role from a day on; false when the person holds it already. */
export async function assignRole(db: Db, role: NewRole): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO role_assignment (id, person_id, role, unit_id, unit_path, during)
    SELECT ${role.id}, ${role.personId}, ${role.role}, ${role.unitId}, ${role.unitPath},
           daterange(${role.from}::date, ${role.last}::date + 1)
     WHERE NOT EXISTS (
       SELECT 1 FROM role_assignment
        WHERE person_id = ${role.personId} AND role = ${role.role} AND unit_id = ${role.unitId}
          AND during && daterange(${role.from}::date, ${role.last}::date + 1))
    ON CONFLICT (id) DO NOTHING`.execute(db);
  return numAffectedRows === 1n;
}

/**
 * The role no longer holds from `on`; false when it has ended by then. One given that very day by mistake is taken
 * back: it never held, and the audit remembers both.
 */
export async function endRole(db: Db, id: string, on: string): Promise<boolean> {
  const ended = await sql`
    UPDATE role_assignment SET during = daterange(lower(during), ${on}::date)
     WHERE id = ${id} AND (upper_inf(during) OR upper(during) > ${on}::date)
       AND (lower_inf(during) OR lower(during) < ${on}::date)`.execute(db);
  const taken = await sql`
    DELETE FROM role_assignment WHERE id = ${id} AND lower(during) >= ${on}::date`.execute(db);
  return ended.numAffectedRows === 1n || taken.numAffectedRows === 1n;
}
