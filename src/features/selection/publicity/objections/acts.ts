import { type Db, transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { newId } from '../../../../platform/ids.ts';
import type { Acting } from '../../../../platform/routing.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { appendAudit } from '../../../audit/queries.ts';
import { insertDecision } from '../../decisions/queries.ts';
import { noteRound } from '../../rounds/history.ts';
import { applicantOf } from '../../rounds/participants/queries.ts';
import { shareRound } from '../../rounds/queries.ts';
import { takeRound } from '../../stake/queries.ts';
import { tell } from '../acts.ts';
import { selectOptionalPublicity } from '../queries.ts';
import { markRemoved } from '../result/queries.ts';
import { insertObjection, lockObjection, type NewObjection, updateObjection } from './queries.ts';
import { type ObjectRefusal, objectionVerdict, objectVerdict } from './rules.ts';

/** Take an objection from anyone. */
export async function receiveObjection(
  db: Db,
  at: Date,
  today: CivilDate,
  objection: NewObjection,
): Promise<{ ok: true; receipt: string } | { ok: false; reason: ObjectRefusal }> {
  return transaction(db, async (tx) => {
    const publicity = await selectOptionalPublicity(tx, { id: objection.publicityId });
    if (publicity === null) return { ok: false, reason: 'not-in-publicity' };
    // An objection of the last minute and the decision never pass each other: one waits for the other.
    const { state } = await shareRound(tx, publicity.roundId);
    const verdict = objectVerdict(publicity, state, today);
    if (!verdict.ok) return verdict;
    const { receipt, isNew } = await insertObjection(tx, objection);
    if (isNew) {
      await appendAudit(tx, null, at, {
        action: 'objection.received',
        subjectType: 'round',
        subjectId: publicity.roundId,
        roundId: publicity.roundId,
        unitPath: publicity.unitPath,
        after: { receipt, signed: objection.signed },
      });
    }
    return { ok: true, receipt };
  });
}

export async function investigate(ask: Acting, roundId: string, id: string) {
  return transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId);
    const objection = await lockObjection(tx, id);
    if (objection.roundId !== roundId) throw new HttpError(404, 'error.not-found');
    const verdict = objectionVerdict(objection.state, 'investigate');
    if (!verdict.ok) return verdict;
    await updateObjection(tx, id, { state: 'investigating' });
    await noteRound(ask, tx, round, 'objection.investigating', { after: { receipt: objection.receipt } });
    await tell(tx, ask.now, await applicantOf(tx, objection.applicationId), 'objection-raised', {
      round: round.name,
    });
    return verdict;
  });
}

export interface Settlement {
  readonly outcome: 'uphold' | 'dismiss';
  /** Who is taken off the list. */
  readonly remove: string | null;
  readonly investigation: string | null;
  readonly answer: string;
}
export async function settleObjection(ask: Acting, roundId: string, id: string, settlement: Settlement) {
  return transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId);
    const objection = await lockObjection(tx, id);
    if (objection.roundId !== roundId) throw new HttpError(404, 'error.not-found');
    const verdict = objectionVerdict(objection.state, settlement.outcome);
    if (!verdict.ok) return verdict;
    if (round.state !== 'publicity') return { ok: false as const, reason: 'already-settled' as const };
    const remove = settlement.outcome === 'uphold' ? settlement.remove : null;
    if (remove !== null && !(await markRemoved(tx, roundId, remove)))
      return { ok: false as const, reason: 'not-listed' as const };
    if (settlement.outcome === 'uphold') {
      await insertDecision(tx, {
        id: newId(),
        roundId,
        applicationId: remove,
        unitId: round.unitId,
        kind: 'objection',
        outcome: remove === null ? 'upheld' : 'removed',
        detail: { receipt: objection.receipt },
        reason: settlement.answer,
        by: ask.actor,
        at: ask.now,
      });
    }
    await updateObjection(tx, id, {
      state: settlement.outcome === 'uphold' ? 'upheld' : 'dismissed',
      investigation: settlement.investigation,
      answer: settlement.answer,
      answeredBy: ask.actor.personId,
      answeredAt: ask.now,
    });
    if (remove !== null) {
      const person = await applicantOf(tx, remove);
      await tell(tx, ask.now, person, 'objection-upheld', { round: round.name, reason: settlement.answer });
    }
    await noteRound(
      ask,
      tx,
      round,
      settlement.outcome === 'uphold' ? 'objection.upheld' : 'objection.dismissed',
      {
        after: { receipt: objection.receipt, removed: remove },
        reason: settlement.answer,
      },
    );
    return { ok: true as const };
  });
}
