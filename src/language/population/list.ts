import { parseExact } from '../../shared/decimal.ts';
import type { AmountShop } from '../evaluate/amount.ts';
import type { Clause } from '../evaluate/clause.ts';
import type { Condition } from '../grammar/condition.ts';
import type { LimitKind, Stage } from '../grammar/round.ts';
import type { Strength } from '../grammar/selection.ts';
import { atLeast, count, type Effect, effectOf, emptyTally, type Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { tableOf } from '../programme.ts';
import { type Bound, people } from './figure.ts';
import {
  type Found,
  found,
  grouped,
  type Holder,
  type Judged,
  judge,
  keyShown,
  type QuotaReason,
  unknownGroup,
} from './judge.ts';
import { belongsTo, type Participant, type PopulationContext, runOf } from './participant.ts';
import { type QuotaReport, type QuotaRules, quotaReport } from './quota.ts';
import { seatParts } from './seats.ts';

/** A list of nominees against the quota: who takes a place and which, what is kept and what is broken. */
export interface ListReport {
  readonly quota: QuotaReport;
  /** One for each nominee, in the order given. */
  readonly seats: readonly Seat[];
  /** One for each rule and group, those kept included. */
  readonly findings: readonly QuotaFinding[];
  readonly used: number;
  /** Places left empty; null when their number is not known or not whole. */
  readonly empty: number | null;
  /** Met when every rule is kept and everyone on the list may stand there. */
  readonly outcome: Outcome;
}

export interface Seat {
  readonly id: string;
  readonly state: SeatState;
  /** Not known for certain: evidence or a decision is awaited. Meanwhile a place is taken. */
  readonly open: 'missing' | 'needs-decision' | null;
  /** The part of the quota the place is of, and the key of its group. */
  readonly part: string | null;
  readonly group: string | null;
}

export type SeatState = 'takes-place' | 'outside' | 'not-eligible' | 'listed-twice';
export const seatWords: Readonly<Record<SeatState, Names>> = {
  'takes-place': { 'zh-CN': '占名额', en: 'takes a place' },
  outside: { 'zh-CN': '不占名额', en: 'takes no place' },
  'not-eligible': { 'zh-CN': '不符合条件', en: 'does not meet the conditions' },
  'listed-twice': { 'zh-CN': '重复上报', en: 'stands on the list twice' },
};

export interface QuotaFinding {
  readonly rule: QuotaRule;
  /** Of the part, limit or share; null for the whole, and for nominees no part takes. */
  readonly id: string | null;
  readonly group: string | null;
  readonly reason: QuotaReason;
  /** Nominees counted, and further ones of whom it is not known whether they count. */
  readonly found: number;
  readonly open: number;
  /** The bound in question, as decimal text. */
  readonly allowed: string | null;
  /** How many too many or too few; 0 when kept. */
  readonly by: number;
  readonly strength: Strength;
  readonly outcome: Outcome;
  /** What it means for the list, after its strength and any decision on record. */
  readonly effect: Effect;
  /** Nominees counted. */
  readonly ids: readonly string[];
}

export type QuotaRule = 'total' | 'split' | 'part' | 'limit' | 'share';
export const quotaRuleWords: Readonly<Record<QuotaRule, Names>> = {
  total: { 'zh-CN': '名额总数', en: 'places in all' },
  split: { 'zh-CN': '分配名额', en: 'places by the quota table' },
  part: { 'zh-CN': '分项名额', en: 'places set apart' },
  limit: { 'zh-CN': '名额限制', en: 'limit' },
  share: { 'zh-CN': '比例限制', en: 'share' },
};

export function compileList(rules: QuotaRules, shop: AmountShop, eligible: Eligible) {
  const { quota } = rules;
  const clauses = new Map<object, Clause>();
  const only = (rule: { readonly who?: Condition | undefined }): Clause | undefined => {
    if (!rule.who) return undefined;
    const made = clauses.get(rule) ?? shop.clause(rule.who);
    clauses.set(rule, made);
    return made;
  };
  const outside = quota.outside && shop.clause(quota.outside);
  const binding = bindingAt(shop.programme.route ?? []);

  return (nominees: readonly Participant[], given: PopulationContext): ListReport => {
    const first = takers(nominees, given, eligible, outside);
    const listed = {
      ...given,
      places: { ...given.places, nominees: given.places?.nominees ?? first.holders.length },
    };
    const context = rules.settle(listed);
    const { holders } = first;
    const binds = binding(context.stage);
    const findings: QuotaFinding[] = [];
    const strike = (
      rule: QuotaRule,
      { id, strength = 'must' }: { readonly id?: string; readonly strength?: Strength | undefined },
      group: string | null,
      found: Found,
      judged: Judged,
    ) => {
      const decided = id === undefined ? undefined : context.decisions?.[id];
      findings.push({
        rule,
        id: id ?? null,
        group,
        ...judged,
        found: found.ids.length,
        open: found.missing + found.decisions,
        strength,
        effect: effectOf(strength, judged.outcome, decided),
        ids: found.ids,
      });
    };

    const everyone = found(holders.map(({ participant }) => participant.id));
    const { exact: total, source } = rules.places(context);
    const perRow = quota.split && given.places?.quota === undefined && given.code === undefined;
    if (binds.total && quota.unlimited !== true) {
      if (source !== 'none') strike('total', {}, null, everyone, judge(everyone, null, total));
      if (perRow && quota.split) {
        const { by } = quota.split;
        for (const { key, found } of grouped(holders, by, undefined, rules.groups(by, context))) {
          if (key === undefined) strike('split', {}, null, found, unknownGroup(found));
          else strike('split', {}, key, found, judge(found, null, rowOf(rules, by, key, context)));
        }
      }
    }

    const seating = quota.parts ? seatParts(holders, rules, only, context) : undefined;
    for (const line of seating?.lines ?? []) {
      const { part, group, found, places, least } = line;
      strike('part', part ?? {}, group, found, judge(found, least, places));
    }
    for (const part of quota.parts ?? []) {
      const table = tableOf(shop.programme, part);
      if (part.split === undefined || table === undefined) continue;
      const seated = holders.filter(
        ({ participant }) => seating?.seats.get(participant.id)?.part === part.id,
      );
      const rows = new Map(table.rows.map(({ key, places }) => [key, people(places)]));
      for (const { key, found } of grouped(seated, part.split.by, undefined, [...rows.keys()])) {
        if (key === undefined) strike('part', part, null, found, unknownGroup(found));
        else strike('part', part, key, found, judge(found, null, rows.get(key)));
      }
    }
    for (const limit of quota.limits ?? []) {
      if (!binds.limit(limit.id)) continue;
      for (const { key, found } of grouped(
        holders,
        limit.per,
        only(limit),
        rules.groups(limit.per, context),
      )) {
        if (key === undefined) {
          strike('limit', limit, null, found, unknownGroup(found));
          continue;
        }
        const { least, most } = rules.limit(limit, rules.inGroup(limit.per, key, context));
        strike('limit', limit, keyShown(limit.per, key), found, judge(found, least, most));
      }
    }
    for (const share of quota.shares ?? []) {
      const per = share.per ?? 'round';
      const bases = new Map(grouped(holders, per, undefined, []).map(({ key, found }) => [key, found]));
      for (const { key, found } of grouped(holders, per, only(share), [...bases.keys()])) {
        if (key === undefined) {
          if (found.ids.length > 0) strike('share', share, null, found, unknownGroup(found));
          continue;
        }
        const nominated = bases.get(key)?.ids.length ?? 0;
        const bounds = rules.share(share, nominated, rules.inGroup(per, key, context));
        strike('share', share, keyShown(per, key), found, judge(found, bounds.least, bounds.most));
      }
    }

    const tally = emptyTally();
    for (const { effect } of findings) count(tally, effect);
    for (const { state, open } of first.seats) {
      count(tally, state === 'not-eligible' || state === 'listed-twice' ? 'unmet' : (open ?? 'met'));
    }
    const seats = first.seats.map((seat) => ({ ...seat, ...seating?.seats.get(seat.id) }));
    const whole = total?.d === 1n ? Number(total.n) : null;
    return {
      quota: quotaReport(rules, shop, listed),
      seats,
      findings,
      used: holders.length,
      empty: whole === null ? null : Math.max(0, whole - holders.length),
      outcome: tally.active === 0 ? 'met' : atLeast(tally.active, tally),
    };
  };
}

/** Whether somebody meets the conditions of the programme. */
export type Eligible = (participant: Participant, context: PopulationContext) => Outcome;

/**
 * A number a stage of the route names binds at that stage: two from each group go forward, eight of them all are
 * chosen. Without a stage the list is that of the last stage that names one. What no stage names binds everywhere.
 */
export function bindingAt(route: readonly Stage[]) {
  const named = new Set(route.flatMap(({ quota }) => quota ?? []));
  const last = route.findLast(({ quota }) => quota !== undefined);
  return (id: string | undefined) => {
    const at = id === undefined ? last : route.find((stage) => stage.id === id);
    return {
      total: !(named.has('total') || named.has('split')) || at?.quota === 'total' || at?.quota === 'split',
      limit: (limit: string) => !named.has(limit) || at?.quota === limit,
    };
  };
}

/** Who on the list takes a place. Whoever is not known to be outside, or not to be eligible, takes one meanwhile. */
function takers(
  nominees: readonly Participant[],
  context: PopulationContext,
  eligible: Eligible,
  outside: Clause | undefined,
) {
  const seen = new Set<string>();
  const holders: Holder[] = [];
  const seats = nominees.map((participant): Seat => {
    const { id } = participant;
    const seat = (state: SeatState, open: Seat['open'] = null): Seat => ({
      id,
      state,
      open,
      part: null,
      group: null,
    });
    if (seen.has(id)) return seat('listed-twice');
    seen.add(id);
    const run = runOf(participant, context);
    const may = eligible(participant, context);
    if (may === 'unmet') return seat('not-eligible');
    const out = outside ? belongsTo(outside, participant, run) : 'unmet';
    const waits = [may, out].filter((one) => one === 'missing' || one === 'needs-decision');
    if (out === 'met') return seat('outside', waits[0] ?? null);
    holders.push({ participant, run });
    return seat('takes-place', waits[0] ?? null);
  });
  return { seats, holders };
}

function rowOf(rules: QuotaRules, by: LimitKind, key: string, context: PopulationContext): Bound {
  const known = rules.groups(by, context).includes(key);
  const places = known ? rules.inGroup(by, key, { ...context, places: {} }).places?.quota : undefined;
  return places === undefined ? undefined : (parseExact(String(places)) ?? undefined);
}
