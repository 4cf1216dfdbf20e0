import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';

/** Whether both have an application in one round: a person has one, so the two entries cannot become one yet. */
export async function haveRoundInCommon(db: Db, a: string, b: string): Promise<boolean> {
  const { rows } = await sql<{ common: boolean }>`
    SELECT EXISTS (SELECT 1 FROM application mine JOIN application theirs ON theirs.round_id = mine.round_id
                    WHERE mine.person_id = ${a} AND theirs.person_id = ${b}) AS common`.execute(db);
  return rows[0]?.common === true;
}

/** The applications of one entry, and the recusals about it, become another's. What it decided stays in its name. */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<void> {
  await tx.updateTable('application').set({ person_id: to }).where('person_id', '=', from).execute();
  await sql`
    UPDATE recusal mine SET applicant_id = ${to}
     WHERE applicant_id = ${from} AND person_id <> ${to} AND NOT EXISTS (
       SELECT 1 FROM recusal theirs WHERE theirs.round_id = mine.round_id AND theirs.person_id = mine.person_id AND theirs.applicant_id = ${to})`.execute(
    tx,
  );
}
