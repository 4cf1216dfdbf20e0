import { formatExact } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { EvaluationContext, LocalNumbers } from '../finding.ts';
import { type Given, settle } from '../given.ts';
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

export function compileGrants(programme: Programme, clause: (node: Condition) => Clause): Granting {
  const { grants = [], definitions, given } = programme;
  const lengths = given.filter(
    ({ at: [section, key] }) => section === 'grants' || (section === 'term' && key === 'length'),
  );
  const all = grants.map((grant) => ({
    grant,
    when: grant.when && { node: grant.when, clause: clause(grant.when) },
  }));
  return (dossier, context) => {
    for (const [at, { grant: own, when }] of all.entries()) {
      const grant = withTerm(own, at, programme, lengths, context.local);
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

/** A grant with how long the title holds: its own, else the programme's; as those set it that the person is under. */
function withTerm(
  grant: Grant,
  at: number,
  programme: Programme,
  lengths: readonly Given[],
  local: LocalNumbers | undefined,
): Grant {
  // The others stay as the programme holds them, which may be what is set for everyone.
  const set = local && lengths.filter(({ parameter }) => local.has(parameter));
  const { grants, term } =
    local && set && set.length > 0
      ? settle(
          programme,
          set,
          Object.fromEntries([...local].map(([id, { value }]) => [id, formatExact(value)])),
        )
      : programme;
  const length = grants?.[at]?.term ?? term?.length;
  return length === undefined || length === grant.term ? grant : { ...grant, term: length };
}

/** Is a condition in force on the day, and, where it holds others together, one of them too? */
function speaks(node: Condition, asOf: string, definitions: Programme['definitions']): boolean {
  const { from, until, rule } = node;
  if ((from !== undefined && asOf < from) || (until !== undefined && asOf > until)) return false;
  const meant = rule.op === 'use' ? definitions?.[rule.arg] : undefined;
  const parts = meant ? [meant] : childrenOf(node);
  return parts.length === 0 || parts.some((part) => speaks(part, asOf, definitions));
}
