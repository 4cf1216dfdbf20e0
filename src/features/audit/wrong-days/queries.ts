import { sql } from 'kysely';
import { type Db, transaction } from '../../../platform/database.ts';
import { listWrongDays } from '../../identity/wrong-tries/queries.ts';
import { appendAudit } from '../queries.ts';

/**
 * Every day before this one on which somebody signed in wrongly enters the chain with its numbers. One entry a day and no
 * more, however many tries there were: an entry for each would let anybody make the chain grow, which is never shortened.
 * Of two machines that close a day at once the second waits, and finds it closed.
 */
export const closeWrongDays = (db: Db, at: Date, before: string): Promise<number> =>
  transaction(db, async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('qinglan wrong days ' || current_schema(), 0))`.execute(
      tx,
    );
    const { rows } = await sql<{ day: string | null }>`
      SELECT max(("after"->>'day')::date) AS day FROM audit WHERE action = 'wrong-tries.day-closed'`.execute(
      tx,
    );
    const days = await listWrongDays(tx, rows[0]?.day ?? null, before);
    for (const { day, wrongTries, accountsTried, namesOfNobody, networks } of days)
      await appendAudit(tx, null, at, {
        action: 'wrong-tries.day-closed',
        subjectType: 'wrong-tries',
        subjectId: null,
        after: { day, wrongTries, accountsTried, namesOfNobody, networks },
      });
    return days.length;
  });
