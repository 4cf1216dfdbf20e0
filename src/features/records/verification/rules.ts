import type { RecordStanding, RecordState } from '../rules.ts';

export type Decision = 'confirm' | 'return';
export type DecisionRefusal =
  | 'own-record'
  | 'already-confirmed'
  | 'already-returned'
  | 'already-withdrawn'
  | 'changed-meanwhile'
  | 'reason-missing'
  | 'reason-too-long';
export type DecisionVerdict =
  | { readonly ok: true; readonly state: 'confirmed' | 'returned'; readonly reason: string | null }
  | { readonly ok: false; readonly refusal: DecisionRefusal };

const REASON_MAX = 500;
const settled = {
  confirmed: 'already-confirmed',
  returned: 'already-returned',
  withdrawn: 'already-withdrawn',
} as const satisfies Partial<Record<RecordState, DecisionRefusal>>;

/**
 * May these people – who acts for the school office, and the one in whose stead – decide this record so? The office confirms what it has
 * seen: the revision it looked at, once, and never its own.
 */
export function judgeDecision(
  record: RecordStanding,
  deciders: readonly string[],
  asked: { readonly decision: Decision; readonly reason: string; readonly revision: number },
): DecisionVerdict {
  if (deciders.includes(record.personId)) return { ok: false, refusal: 'own-record' };
  if (record.state !== 'submitted') return { ok: false, refusal: settled[record.state] };
  if (record.revision !== asked.revision) return { ok: false, refusal: 'changed-meanwhile' };
  if (asked.decision === 'confirm') return { ok: true, state: 'confirmed', reason: null };
  const reason = asked.reason.trim();
  if (reason === '') return { ok: false, refusal: 'reason-missing' };
  if ([...reason].length > REASON_MAX) return { ok: false, refusal: 'reason-too-long' };
  return { ok: true, state: 'returned', reason };
}

/** What looks like another record is confirmed one by one, with the two side by side. */
export const mayConfirmInBulk = (record: { readonly similarTo: string | null }): boolean =>
  record.similarTo === null;
