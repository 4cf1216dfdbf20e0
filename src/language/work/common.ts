import { type Exact, formatExact, parseExact, whole } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { Run } from '../evaluate/clause.ts';
import type { EvaluationContext } from '../finding.ts';
import { atLeast, count, type Effect, emptyTally, type Outcome } from '../outcome.ts';

/** What the sections about what follows share. */

export const ZERO = whole(0);
export const HUNDRED = whole(100);

/** Decimal text that has passed the loader. */
export const exact = (text: string): Exact => parseExact(text) ?? ZERO;
export const textOf = (value: Exact | undefined): string | null =>
  value === undefined ? null : formatExact(value);

export const runOf = (context: EvaluationContext): Run => ({ ...context, spent: new Set() });

/** A clause without a say excludes nobody. */
export const verdict = (effect: Effect): Outcome => (effect === 'none' ? 'met' : effect);

/** Met when all are; unmet as soon as one is. */
export function allOf(effects: readonly Effect[]): Outcome {
  const tally = emptyTally();
  for (const effect of effects) count(tally, effect);
  return atLeast(tally.active, tally);
}

/**
 * An outcome that hangs on records nobody has confirmed yet is missing: it is reckoned without and with them,
 * as comparisons of amounts are.
 */
export function settled(
  dossier: Dossier,
  run: Run,
  outcome: (run: Run) => Outcome,
): { readonly outcome: Outcome; readonly waiting: boolean } {
  const sure = outcome(run);
  const waits = dossier.records.some(({ status }) => status === 'submitted' || status === 'returned');
  if (!waits || run.countUnconfirmed === true || outcome({ ...run, countUnconfirmed: true }) === sure) {
    return { outcome: sure, waiting: false };
  }
  return { outcome: 'missing', waiting: true };
}
