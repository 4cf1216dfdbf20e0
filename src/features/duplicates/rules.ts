/** Two entries that are one person. */

export type MergeRefusal = 'already-merged' | 'same-round' | 'judging' | 'reviewed' | 'elsewhere' | 'own';

/** May a pair be settled so? Both must be the actor's to merge, neither gone, and neither the actor. */
export function judgeMerge(question: {
  readonly states: readonly string[];
  readonly bothMine: boolean;
  readonly oneIsActor: boolean;
  readonly roundInCommon: boolean;
  /** The one that would go judges in a panel, or one of the two is judged in a panel where the other judges. */
  readonly judging: boolean;
  /** One of the two decided on an application of the other that has not ended. */
  readonly reviewed: boolean;
}): { readonly ok: true } | { readonly ok: false; readonly reason: MergeRefusal } {
  if (question.states.includes('merged')) return { ok: false, reason: 'already-merged' };
  // Of somebody beyond one's reach not even the state is read.
  if (question.states.length !== 2 || !question.bothMine) return { ok: false, reason: 'elsewhere' };
  if (question.oneIsActor) return { ok: false, reason: 'own' };
  if (question.roundInCommon) return { ok: false, reason: 'same-round' };
  if (question.judging) return { ok: false, reason: 'judging' };
  if (question.reviewed) return { ok: false, reason: 'reviewed' };
  return { ok: true };
}
