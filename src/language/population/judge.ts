import { compare, type Exact, formatExact } from '../../shared/decimal.ts';
import type { Clause, Run } from '../evaluate/clause.ts';
import type { LimitKind } from '../grammar/round.ts';
import type { Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { type Bound, ceiling, floor } from './figure.ts';
import { belongsTo, groupKey, type Participant } from './participant.ts';

/** Counting nominees and comparing the count with its bounds. */

export type QuotaReason = 'within' | 'too-many' | 'too-few' | 'not-sure' | 'bound-unknown' | 'group-unknown';
export const quotaReasonWords: Readonly<Record<QuotaReason, Names>> = {
  within: { 'zh-CN': '符合', en: 'kept' },
  'too-many': { 'zh-CN': '超出', en: 'too many' },
  'too-few': { 'zh-CN': '不足', en: 'too few' },
  'not-sure': { 'zh-CN': '有人是否计入尚未确定', en: 'it is not known of everyone whether they count' },
  'bound-unknown': { 'zh-CN': '限额所依据的数未知', en: 'a number the bound is reckoned from is not known' },
  'group-unknown': { 'zh-CN': '所属未登记', en: 'it is not known which group they belong to' },
};

/** One nominee who takes a place. */
export interface Holder {
  readonly participant: Participant;
  readonly run: Run;
}
export type Found = { readonly ids: string[]; missing: number; decisions: number };
export interface Judged {
  readonly reason: QuotaReason;
  /** The bound in question, as decimal text. */
  readonly allowed: string | null;
  /** How many too many or too few; 0 when kept. */
  readonly by: number;
  readonly outcome: Outcome;
}

export const found = (ids: string[]): Found => ({ ids, missing: 0, decisions: 0 });
export const keyShown = (per: LimitKind, key: string): string | null => (per === 'round' ? null : key);
export const unknownGroup = (of: Found): Judged => ({
  reason: 'group-unknown',
  allowed: null,
  by: of.ids.length,
  outcome: 'missing',
});

/** Nominees counted in each group; `undefined` gathers those whose group is not known. */
export function grouped(
  holders: readonly Holder[],
  per: LimitKind,
  who: Clause | undefined,
  keys: readonly (string | undefined)[],
): { readonly key: string | undefined; readonly found: Found }[] {
  const groups = new Map<string | undefined, Found>(keys.map((key) => [key, found([])]));
  if (per === 'round') groups.set('', found([]));
  for (const { participant, run } of holders) {
    const meant = belongsTo(who, participant, run);
    const key = groupKey(per, participant);
    // A group nobody is counted in still has a number to reach.
    if (meant === 'unmet' && key === undefined) continue;
    const group = groups.get(key) ?? found([]);
    groups.set(key, group);
    if (meant === 'met') group.ids.push(participant.id);
    else if (meant === 'missing') group.missing += 1;
    else if (meant === 'needs-decision') group.decisions += 1;
  }
  return [...groups].map(([key, found]) => ({ key, found }));
}

export function judge({ ids, missing, decisions }: Found, least: Bound, most: Bound): Judged {
  const number = ids.length;
  const open = missing + decisions;
  const over = (n: number) => (most ? compare(exactly(n), most) > 0 : false);
  const short = (n: number) => (least ? compare(exactly(n), least) < 0 : false);
  const shown = (bound: Bound) => (bound ? formatExact(bound) : null);
  if (most && over(number)) {
    return { reason: 'too-many', allowed: shown(most), by: number - floor(most), outcome: 'unmet' };
  }
  if (least && short(number + open)) {
    return { reason: 'too-few', allowed: shown(least), by: ceiling(least) - number, outcome: 'unmet' };
  }
  if (least === undefined || most === undefined) {
    return { reason: 'bound-unknown', allowed: null, by: 0, outcome: 'missing' };
  }
  if (over(number + open) || short(number)) {
    const allowed = shown(short(number) ? least : most);
    return { reason: 'not-sure', allowed, by: 0, outcome: missing > 0 ? 'missing' : 'needs-decision' };
  }
  return { reason: 'within', allowed: shown(most ?? least), by: 0, outcome: 'met' };
}

export const exactly = (n: number): Exact => ({ n: BigInt(n), d: 1n });
