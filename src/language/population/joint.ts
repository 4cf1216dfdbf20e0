import type { Limit as JointLimit } from '../../methods/rank/rank.ts';
import type { Clause } from '../evaluate/clause.ts';
import { ceiling, floor } from './figure.ts';
import type { Weighed } from './order.ts';
import { belongsTo, groupKey, type Participant, type PopulationContext, runOf } from './participant.ts';
import type { Limit, QuotaRules } from './quota.ts';

/** One of those ranked, and what by. */
export interface Entry {
  readonly participant: Participant;
  readonly value: Weighed;
}

/** A limit on kinds as joint limits of choosing; one for each kind where the numbers of kinds differ. */
export function jointLimits(
  limit: Limit,
  who: Clause | undefined,
  rules: QuotaRules,
  context: PopulationContext,
  entries: readonly Entry[],
): readonly JointLimit<Entry>[] {
  const keyed = new Map<Entry, string>();
  for (const entry of entries) {
    const { participant } = entry;
    const key = groupKey(limit.per, participant);
    if (key === undefined || belongsTo(who, participant, runOf(participant, context)) !== 'met') continue;
    keyed.set(entry, key);
  }
  const bounds = (at: PopulationContext) => {
    const { least, most } = rules.limit(limit, at);
    return { ...(least ? { min: ceiling(least) } : {}), ...(most ? { max: floor(most) } : {}) };
  };
  const kinds = rules.groups(limit.per, context);
  const alike = !limit.least && !limit.most;
  if (alike || context.groups?.[limit.per] === undefined) {
    const of = (entry: Entry) => keyed.get(entry);
    return [{ name: limit.id, of, ...bounds(context), ...(kinds.length > 0 ? { kinds } : {}) }];
  }
  return [...new Set([...kinds, ...keyed.values()])].map((kind) => ({
    name: limit.id,
    of: (entry: Entry) => (keyed.get(entry) === kind ? kind : undefined),
    ...bounds(rules.inGroup(limit.per, kind, context)),
    kinds: [kind],
  }));
}
