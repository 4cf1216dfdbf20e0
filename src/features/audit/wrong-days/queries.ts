import { sql } from 'kysely';
import { type Db, transaction } from '../../../platform/database.ts';
import { listWrongDays } from '../../identity/wrong-tries/queries.ts';
import { appendAudit } from '../queries.ts';

/**
 * Every day before this one on which somebody signed in wrongly enters the chain with its numbers. One entry a day and no
 * more, however many tries there were: an entry for each would let anybody make the chain grow, which is never shortened.
 */
export async function closeWrongDays(db: Db, at: Date, before: string): Promise<number> {
  const { rows } = await sql<{ day: string | null }>`
    SELECT max(("after"->>'day')::date) AS day FROM audit WHERE action = 'wrong-tries.day-closed'`.execute(
    db,
  );
  const days = await listWrongDays(db, rows[0]?.day ?? null, before);
  for (const { day, wrongTries, accountsTried, namesOfNobody, networks } of days)
    await transaction(db, (tx) =>
      appendAudit(tx, null, at, {
        action: 'wrong-tries.day-closed',
        subjectType: 'wrong-tries',
        subjectId: null,
        after: { day, wrongTries, accountsTried, namesOfNobody, networks },
      }),
    );
  return days.length;
}
