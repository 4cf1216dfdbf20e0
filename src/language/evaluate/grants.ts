import type { Dossier } from '../dossier.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Grant } from '../grammar/programme.ts';
import type { Programme } from '../programme.ts';
import { childrenOf } from '../walk.ts';
import type { Clause } from './clause.ts';

/**
 * Which title somebody chosen is granted: the first of the file whose condition they meet. `unclear` where that
 * hangs on what is not documented or not decided, with the grant whose condition does; `none` where they meet none.
 */
export type Granted = Grant | 'none' | { readonly unclear: Grant };
export type Granting = (dossier: Dossier, context: EvaluationContext) => Granted;

/** The grant itself, once it is settled that there is one. */
export const settledGrant = (granted: Granted | undefined): Grant | null =>
  granted === undefined || granted === 'none' || 'unclear' in granted ? null : granted;

export function compileGrants(
  { grants = [], definitions }: Pick<Programme, 'grants' | 'definitions'>,
  clause: (node: Condition) => Clause,
): Granting {
  const all = grants.map((grant) => ({
    grant,
    when: grant.when && { node: grant.when, clause: clause(grant.when) },
  }));
  return (dossier, context) => {
    for (const { grant, when } of all) {
      if (when === undefined) return grant;
      // What says nothing on the day excludes nobody from a round; a title it gives to nobody.
      if (!speaks(when.node, context.asOf, definitions)) continue;
      const effect = when.clause.effect(dossier, { ...context, spent: undefined });
      if (effect === 'met') return grant;
      if (effect !== 'unmet') return { unclear: grant };
    }
    return 'none';
  };
}

/** Is a condition in force on the day, and, where it holds others together, one of them too? */
function speaks(node: Condition, asOf: string, definitions: Programme['definitions']): boolean {
  const { from, until, rule } = node;
  if ((from !== undefined && asOf < from) || (until !== undefined && asOf > until)) return false;
  const meant = rule.op === 'use' ? definitions?.[rule.arg] : undefined;
  const parts = meant ? [meant] : childrenOf(node);
  return parts.length === 0 || parts.some((part) => speaks(part, asOf, definitions));
}
