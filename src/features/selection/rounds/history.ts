import type { Db } from '../../../platform/database.ts';
import type { Acting } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { AuditAction } from '../../audit/rules.ts';

/** One entry in the history of a round. */
export async function noteRound(
  acting: Acting,
  tx: Db,
  round: { readonly id: string; readonly unitPath: string },
  action: AuditAction,
  change: { readonly before?: unknown; readonly after?: unknown; readonly reason?: string | null } = {},
): Promise<void> {
  await appendAudit(tx, acting.actor, acting.now, {
    action,
    subjectType: 'round',
    subjectId: round.id,
    roundId: round.id,
    unitPath: round.unitPath,
    ...change,
  });
}
