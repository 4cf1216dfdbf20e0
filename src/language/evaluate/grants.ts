import type { Dossier } from '../dossier.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Grant } from '../grammar/programme.ts';
import type { Clause } from './clause.ts';

/**
 * Which title somebody chosen is granted: the first of the file whose condition they meet. `unclear` where that
 * hangs on what is not documented or not decided, `none` where they meet no condition.
 */
export type Granting = (dossier: Dossier, context: EvaluationContext) => Grant | 'none' | 'unclear';

export function compileGrants(grants: readonly Grant[], clause: (node: Condition) => Clause): Granting {
  const all = grants.map((grant) => ({ grant, when: grant.when && clause(grant.when) }));
  return (dossier, context) => {
    for (const { grant, when } of all) {
      const effect = when?.effect(dossier, { ...context, spent: undefined }) ?? 'met';
      if (effect === 'met' || effect === 'none') return grant;
      if (effect !== 'unmet') return 'unclear';
    }
    return 'none';
  };
}
