import type { Db } from '../../../platform/database.ts';
import type { Doer } from '../../identity/rules.ts';

/** A decision that the file hands to people, or a round needs of them: what, by whom and why. */
export interface NewDecision {
  readonly id: string;
  readonly roundId: string;
  /** Null for one about the round as a whole: a tie. */
  readonly applicationId: string | null;
  /** The unit in whose name it was taken. */
  readonly unitId: string;
  readonly kind: 'exception' | 'tie' | 'clause' | 'objection';
  /** The clause or limit of the file it answers, when it answers one. */
  readonly clause?: string | null;
  readonly outcome: string;
  /** What else belongs to a decision of its kind: who took part, the records relied on, the order drawn. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly by: Doer;
  readonly at: Date;
}

/** False when this submission was kept before. */
export async function insertDecision(tx: Db, decision: NewDecision): Promise<boolean> {
  const kept = await tx
    .insertInto('decision_record')
    .values({
      id: decision.id,
      round_id: decision.roundId,
      application_id: decision.applicationId,
      unit_id: decision.unitId,
      kind: decision.kind,
      clause: decision.clause ?? null,
      outcome: decision.outcome,
      detail: JSON.stringify(decision.detail),
      reason: decision.reason,
      decided_by: decision.by.personId,
      decided_for: decision.by.actingFor?.personId ?? null,
      decided_at: decision.at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}
