import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { pathsOver } from '../../../platform/paths.ts';
import { holdsOn } from '../../../platform/prepared.ts';
import type { Keeper, Role, SingleAct } from '../../identity/rules.ts';
import type { DutyRule, Holding, KeeperHolding, PostRole } from './rules.ts';

/* Who may act, why, since and until when; what was handed to another; how duties are separated. */

export interface HeldRole extends Holding {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly unitName: string;
  readonly forName: string | null;
  readonly act: SingleAct | null;
}

const heldRoles = sql`
  SELECT held.id, held.person_id AS "personId", person.name AS "personName", held.role, held.unit_id AS "unitId",
         unit.name AS "unitName", unit.path AS "unitPath", lower(held.during) AS "from", upper(held.during) AS until,
         held.post, held.for_id AS "forId", principal.name AS "forName", held.act
    FROM role_held held
    JOIN person ON person.id = held.person_id
    JOIN unit ON unit.id = held.unit_id
    LEFT JOIN person principal ON principal.id = held.for_id`;

/** Every role somebody holds, held or will hold, by whatever right; those that run first. */
export async function listHoldings(db: Db, personId: string): Promise<HeldRole[]> {
  const { rows } = await sql<HeldRole>`
    ${heldRoles} WHERE held.person_id = ${personId}
     ORDER BY upper_inf(held.during) DESC, upper(held.during) DESC, lower(held.during) DESC NULLS LAST, held.id
     LIMIT 200`.execute(db);
  return rows;
}

/** Who could act for a unit or stood over it on a day, by whatever right; the unit itself first. */
export async function listActingAt(db: Db, unitPath: string, on: string): Promise<HeldRole[]> {
  const { rows } = await sql<HeldRole>`
    ${heldRoles} WHERE held.unit_path = ANY(${pathsOver(unitPath)}) AND ${holdsOn('held.during', on)}
     ORDER BY length(unit.path) DESC, held.role, person.name, held.id
     LIMIT 500`.execute(db);
  return rows;
}

// --- In another's stead -------------------------------------------------------------------------------

export interface Delegation {
  readonly id: string;
  readonly fromId: string;
  readonly fromName: string;
  readonly toId: string;
  readonly toName: string;
  readonly role: PostRole;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly act: SingleAct | null;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  readonly revokedOn: string | null;
}

const delegations = sql`
  SELECT given.id, given.from_person_id AS "fromId", giver.name AS "fromName", given.to_person_id AS "toId",
         deputy.name AS "toName", given.role, given.unit_id AS "unitId", unit.name AS "unitName", unit.path AS "unitPath",
         given.act, lower(given.during) AS "from", upper(given.during) AS until, given.reason, given.revoked_on AS "revokedOn"
    FROM delegation given
    JOIN person giver ON giver.id = given.from_person_id
    JOIN person deputy ON deputy.id = given.to_person_id
    JOIN unit ON unit.id = given.unit_id`;

/** What somebody handed to others, newest first. */
export async function listHandedOver(db: Db, personId: string): Promise<Delegation[]> {
  const { rows } = await sql<Delegation>`
    ${delegations} WHERE given.from_person_id = ${personId} ORDER BY given.given_at DESC, given.id LIMIT 100`.execute(
    db,
  );
  return rows;
}

export async function selectOptionalDelegation(db: Db, id: string): Promise<Delegation | null> {
  const { rows } = await sql<Delegation>`${delegations} WHERE given.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export interface NewDelegation {
  readonly id: string;
  readonly fromId: string;
  readonly toId: string;
  readonly role: PostRole;
  readonly unitId: string;
  readonly unitPath: string;
  readonly act: SingleAct | null;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  readonly at: Date;
}
/** False when the same was handed to the same person for a time that overlaps, or this very form was sent before. */
export async function insertDelegation(tx: Db, given: NewDelegation): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO delegation (id, from_person_id, to_person_id, role, unit_id, unit_path, act, during, reason, given_at)
    VALUES (${given.id}, ${given.fromId}, ${given.toId}, ${given.role}, ${given.unitId}, ${given.unitPath}, ${given.act},
            daterange(${given.from}::date, ${given.until}::date), ${given.reason}, ${given.at})
    ON CONFLICT DO NOTHING`.execute(tx);
  return numAffectedRows === 1n;
}

/** It no longer holds from this day on; false when it was taken back or over by then. */
export async function revokeDelegation(tx: Db, id: string, by: string, on: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE delegation SET revoked_on = ${on}, revoked_by = ${by}
     WHERE id = ${id} AND revoked_on IS NULL AND upper(during) > ${on}::date`.execute(tx);
  return numAffectedRows === 1n;
}

// --- Posts --------------------------------------------------------------------------------------------

export interface PostOpens {
  readonly post: string;
  readonly role: PostRole;
}
export async function listPostRoles(db: Db): Promise<PostOpens[]> {
  const { rows } = await sql<PostOpens>`SELECT post, role FROM post_role ORDER BY level, role, post`.execute(
    db,
  );
  return rows;
}
export async function insertPostRole(tx: Db, opens: PostOpens, level: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO post_role (post, role, level) VALUES (${opens.post}, ${opens.role}, ${level}) ON CONFLICT DO NOTHING`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}
export async function deletePostRole(tx: Db, { post, role }: PostOpens): Promise<boolean> {
  const { numAffectedRows } =
    await sql`DELETE FROM post_role WHERE post = ${post} AND role = ${role}`.execute(tx);
  return numAffectedRows === 1n;
}

// --- Three people -------------------------------------------------------------------------------------

export async function selectDutyRule(db: Db): Promise<DutyRule> {
  return db
    .selectFrom('duty_rule')
    .select(['separated', 'second_person as secondPerson'])
    .executeTakeFirstOrThrow();
}
/** The same, locked against every grant of one of the three until the end of the transaction. */
export async function lockDutyRule(tx: Db): Promise<DutyRule> {
  return tx
    .selectFrom('duty_rule')
    .select(['separated', 'second_person as secondPerson'])
    .forUpdate()
    .executeTakeFirstOrThrow();
}
export async function updateDutyRule(tx: Db, rule: DutyRule, by: string, at: Date): Promise<void> {
  await tx
    .updateTable('duty_rule')
    .set({ separated: rule.separated, second_person: rule.secondPerson, changed_by: by, changed_at: at })
    .execute();
}

/** Who holds one of the three on a day or later, of one person or of all. */
export async function listKeepers(
  db: Db,
  on: string,
  personId: string | null = null,
): Promise<(KeeperHolding & { readonly now: boolean; readonly unitName: string })[]> {
  const { rows } = await sql<KeeperHolding & { now: boolean; unitName: string }>`
    SELECT held.person_id AS "personId", person.name, held.role, held.during @> ${on}::date AS now, unit.name AS "unitName"
      FROM role_assignment held JOIN person ON person.id = held.person_id JOIN unit ON unit.id = held.unit_id
     WHERE held.role IN ('auditor', 'security-administrator', 'administrator')
       AND (upper_inf(held.during) OR upper(held.during) > ${on}::date)
       AND (${personId}::uuid IS NULL OR held.person_id = ${personId}::uuid)
     ORDER BY held.role, person.name`.execute(db);
  return rows;
}

export interface RoleRequest {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly role: Keeper;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly startsOn: string;
  readonly askedBy: string;
  readonly askedByName: string;
  readonly askedAt: Date;
  readonly agreed: boolean | null;
}
const requests = sql`
  SELECT asked.id, asked.person_id AS "personId", person.name AS "personName", asked.role, asked.unit_id AS "unitId",
         unit.name AS "unitName", unit.path AS "unitPath", asked.starts_on AS "startsOn", asked.asked_by AS "askedBy",
         asker.name AS "askedByName", asked.asked_at AS "askedAt", asked.agreed
    FROM role_request asked
    JOIN person ON person.id = asked.person_id
    JOIN person asker ON asker.id = asked.asked_by
    JOIN unit ON unit.id = asked.unit_id`;
export async function listOpenRequests(db: Db): Promise<RoleRequest[]> {
  const { rows } = await sql<RoleRequest>`
    ${requests} WHERE asked.agreed IS NULL ORDER BY asked.asked_at LIMIT 100`.execute(db);
  return rows;
}
export async function selectOptionalRequest(db: Db, id: string): Promise<RoleRequest | null> {
  const { rows } = await sql<RoleRequest>`${requests} WHERE asked.id = ${id}`.execute(db);
  return rows[0] ?? null;
}
/** The same, locked until the end of the transaction. */
export async function lockRequest(tx: Db, id: string): Promise<RoleRequest | null> {
  await tx.selectFrom('role_request').select('id').where('id', '=', id).forUpdate().execute();
  return selectOptionalRequest(tx, id);
}
export async function insertRequest(
  tx: Db,
  asked: {
    readonly id: string;
    readonly personId: string;
    readonly role: Role;
    readonly unitId: string;
    readonly unitPath: string;
    readonly startsOn: string;
    readonly askedBy: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO role_request (id, person_id, role, unit_id, unit_path, starts_on, asked_by, asked_at)
    VALUES (${asked.id}, ${asked.personId}, ${asked.role}, ${asked.unitId}, ${asked.unitPath}, ${asked.startsOn},
            ${asked.askedBy}, ${asked.at})
    ON CONFLICT (id) DO NOTHING`.execute(tx);
  return numAffectedRows === 1n;
}
export async function decideRequest(
  tx: Db,
  id: string,
  agreed: boolean,
  by: string,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('role_request')
    .set({ agreed, decided_by: by, decided_at: at })
    .where('id', '=', id)
    .execute();
}
