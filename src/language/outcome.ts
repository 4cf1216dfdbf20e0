import type { Strength } from './grammar/selection.ts';

/**
 * What a condition comes to. Kleene's logic with its third value split in two by who can settle it: the person
 * by evidence (missing), or a body by judgement (needs-decision).
 */
export const outcomes = ['met', 'unmet', 'missing', 'needs-decision'] as const;
export type Outcome = (typeof outcomes)[number];

/** What a clause contributes to the one above it; `none` when it has no say there. */
export type Effect = Outcome | 'none';

export interface Tally {
  met: number;
  missing: number;
  decisions: number;
  /** Clauses that have a say. */
  active: number;
}

export const emptyTally = (): Tally => ({ met: 0, missing: 0, decisions: 0, active: 0 });

export function count(tally: Tally, effect: Effect): void {
  if (effect === 'none') return;
  tally.active += 1;
  if (effect === 'met') tally.met += 1;
  else if (effect === 'missing') tally.missing += 1;
  else if (effect === 'needs-decision') tally.decisions += 1;
}

/**
 * At least k of the tallied clauses: met once k are met, unmet once k can no longer be reached; otherwise it
 * waits for decisions when those alone could reach k, else for evidence. `all` is k = every active clause.
 */
export function atLeast(k: number, { met, missing, decisions }: Tally): Outcome {
  if (met >= k) return 'met';
  if (met + decisions + missing < k) return 'unmet';
  return met + decisions >= k ? 'needs-decision' : 'missing';
}

export function negate(outcome: Outcome): Outcome {
  if (outcome === 'met') return 'unmet';
  return outcome === 'unmet' ? 'met' : outcome;
}

/**
 * How strongly a clause speaks. must: its outcome. should: a miss needs a recorded decision. discretion:
 * anything but met is for a body to judge. prefer: reported, never excludes.
 */
export function effectOf(strength: Strength, outcome: Outcome, decided: 'met' | 'unmet' | undefined): Effect {
  switch (strength) {
    case 'must':
      return outcome;
    case 'prefer':
      return 'none';
    case 'should':
      return outcome === 'unmet' ? (decided ?? 'needs-decision') : outcome;
    case 'discretion':
      return outcome === 'met' ? 'met' : (decided ?? 'needs-decision');
  }
}
