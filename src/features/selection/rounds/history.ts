import type { Db } from '../../../platform/database.ts';
import type { Acting } from '../../../platform/routing.ts';
import { appendAudit, type Change, type NotedChange } from '../../audit/queries.ts';
import type { AuditAction } from '../../audit/rules.ts';

/** One entry in the history of a round. */
export async function noteRound<const C extends Pick<Change, 'before' | 'after' | 'reason'>>(
  acting: Acting,
  tx: Db,
  round: { readonly id: string; readonly unitPath: string },
  action: AuditAction,
  change: NotedChange<C>,
): Promise<void> {
  await appendAudit<Change>(tx, acting.actor, acting.now, {
    action,
    subjectType: 'round',
    subjectId: round.id,
    roundId: round.id,
    unitPath: round.unitPath,
    ...change,
  });
}
