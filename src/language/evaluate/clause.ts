import type { Dossier } from '../dossier.ts';
import type { EvaluationContext, Finding } from '../finding.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Comparison } from '../grammar/selection.ts';
import { type Effect, effectOf, type Outcome } from '../outcome.ts';

/** A context with the records this evaluation has spent so far. */
export interface Run extends EvaluationContext {
  readonly spent: Set<string> | undefined;
}

/** For those related to the subject: where the subject stands among its peers is not where they do. */
export const runOfMembers = (run: Run): Run => (run.standing === undefined ? run : { ...run, standing: {} });

/** What an operator found out, before its clause's strength and dates are applied. */
export interface Detail {
  readonly outcome: Outcome;
  readonly value?: Finding['value'];
  readonly since?: string;
  readonly threshold?: Comparison;
  readonly against?: Finding['against'];
  readonly of?: number;
  readonly counted?: Finding['counted'];
  readonly notCounted?: Finding['notCounted'];
  readonly empty?: Finding['empty'];
  readonly amounts?: Finding['amounts'];
  readonly local?: Finding['local'];
  readonly children?: readonly Finding[];
}

/** A compiled operator: the same verdict twice, once bare for batches, once with its reasons. */
export interface Compiled {
  outcome(dossier: Dossier, run: Run): Outcome;
  find(dossier: Dossier, run: Run): Detail;
}

/** A compiled clause. */
export interface Clause {
  effect(dossier: Dossier, run: Run): Effect;
  find(dossier: Dossier, run: Run): Finding;
}

export const keyOf = (node: Condition): string => node.id ?? node.path;

export function clauseOf(node: Condition, compiled: Compiled): Clause {
  const { strength = 'must', from, until } = node;
  const key = keyOf(node);
  const inForce = (run: Run) =>
    (from === undefined || run.asOf >= from) && (until === undefined || run.asOf <= until);
  const effect = (outcome: Outcome, run: Run) => effectOf(strength, outcome, run.decisions?.[key]);
  return {
    effect: (dossier, run) =>
      strength === 'prefer' || !inForce(run) ? 'none' : effect(compiled.outcome(dossier, run), run),
    find: (dossier, run) => {
      const valid = inForce(run);
      const detail = compiled.find(dossier, run);
      return {
        path: node.path,
        ...(node.id === undefined ? {} : { id: node.id }),
        op: node.rule.op,
        outcome: detail.outcome,
        effect: valid ? effect(detail.outcome, run) : 'none',
        strength,
        inForce: valid,
        value: detail.value ?? null,
        ...(detail.since === undefined ? {} : { since: detail.since }),
        threshold: detail.threshold ?? null,
        ...(detail.against === undefined ? {} : { against: detail.against }),
        ...(detail.of === undefined ? {} : { of: detail.of }),
        counted: detail.counted ?? [],
        notCounted: detail.notCounted ?? [],
        ...(detail.empty === undefined ? {} : { empty: detail.empty }),
        ...(detail.amounts === undefined ? {} : { amounts: detail.amounts }),
        ...(detail.local === undefined ? {} : { local: detail.local }),
        children: detail.children ?? [],
      };
    },
  };
}
