import type { CivilDate } from '../shared/civil-date.ts';
import type { Fact } from './dossier.ts';
import type { Comparison, Operator, Strength } from './grammar/condition.ts';
import type { Effect, Outcome } from './outcome.ts';

/** Why a record of the right type was not counted. */
export type NotCountedReason =
  | 'outside-window'
  | 'level-below'
  | 'grade-below'
  | 'level-unknown'
  | 'wrong-field'
  | 'not-confirmed'
  | 'same-event'
  | 'author-order'
  | 'consumed'
  | 'future'
  | 'undated';

export interface NotCounted {
  readonly record: string;
  readonly reason: NotCountedReason;
  readonly detail: {
    /** The key of the record that decided: level, grade, authorOrder, on, status or a field. */
    readonly key: string;
    readonly value: Fact;
  };
}

/** The verdict on one clause, down to the single record. */
export interface Finding {
  readonly path: string;
  readonly id?: string;
  readonly op: Operator;
  readonly outcome: Outcome;
  /** What it contributes above, after its strength and its dates. */
  readonly effect: Effect;
  readonly strength: Strength;
  readonly inForce: boolean;
  /** A number counted or summed, the attribute found, or the title held. */
  readonly value: Fact;
  /** For years: the day they run from. */
  readonly since?: CivilDate;
  readonly threshold: Comparison | null;
  readonly counted: readonly string[];
  readonly notCounted: readonly NotCounted[];
  readonly children: readonly Finding[];
}

export interface Findings {
  readonly asOf: CivilDate;
  readonly outcome: Outcome;
  readonly root: Finding;
}

export interface EvaluationContext {
  /** The day everything is reckoned from, by default the round's deadline. Nothing reads the clock. */
  readonly asOf: CivilDate;
  /** Decisions on record, by the id of the clause (its path when it has none). */
  readonly decisions?: Readonly<Record<string, 'met' | 'unmet'>>;
  /** Counts submitted and returned records as if confirmed: "what would I reach". */
  readonly countUnconfirmed?: boolean;
  /** Records spent in earlier rounds. */
  readonly consumed?: ReadonlySet<string>;
  /** For duties: counts without a window of their own look at this period, both days included. */
  readonly period?: { readonly from: CivilDate; readonly to: CivilDate };
}
