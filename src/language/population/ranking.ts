import {
  chooseWithin,
  cut,
  decidedOrder,
  highFirst,
  type Limit as JointLimit,
  lowFirst,
  type Ranked,
  type RankKey,
  rank,
} from '../../methods/rank/rank.ts';
import { formatExact } from '../../shared/decimal.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { Clause } from '../evaluate/clause.ts';
import { compileAttribute } from '../evaluate/person.ts';
import type { Names } from '../problem.ts';
import type { Figure, FigureReason } from './figure.ts';
import { type Entry, jointLimits } from './joint.ts';
import { bindingAt, type Eligible } from './list.ts';
import { compareWeighed, weigh } from './order.ts';
import {
  attributeGroup,
  belongsTo,
  joinKey,
  type Participant,
  type PopulationContext,
  runOf,
  within,
} from './participant.ts';
import type { QuotaRules } from './quota.ts';
import { compileTakes, type Take } from './take.ts';
import { compileTies, type TieKey } from './ties.ts';

/** Who is ranked, in what order, and whom the places go to. */
export interface RankingReport {
  /** One for each group that is ranked apart, one for all without `within`. */
  readonly groups: readonly RankedGroup[];
  readonly notRanked: readonly { readonly id: string; readonly reason: NotRanked }[];
}

export interface RankedGroup {
  /** Values of the attributes they are grouped by. */
  readonly group: readonly string[];
  readonly order: readonly {
    readonly id: string;
    readonly rank: number;
    /** What they are ranked by, as decimal text. */
    readonly value: string;
    /** The key that put them below the one before; none for the first and for equals. */
    readonly separatedBy?: string;
  }[];
  /** How many may be taken; null when no number binds, and whoever is ranked is taken. */
  readonly places: Figure | null;
  /** How many must be, where the policy gives a range. */
  readonly least: number | null;
  readonly chosen: readonly string[];
  readonly notChosen: readonly { readonly id: string; readonly reason: NotChosen; readonly limit?: string }[];
  /** Who waits for a decision, and how many of them can be taken. */
  readonly open: {
    readonly reason: RankingOpen;
    readonly ids: readonly string[];
    readonly places: number | null;
  } | null;
  /** Places nobody takes; null when their number is not known. */
  readonly vacant: number | null;
}

export type NotRanked =
  | 'not-eligible'
  | 'eligibility-open'
  | 'outside-quota'
  | 'amount-unknown'
  | 'group-unknown';
export const notRankedWords: Readonly<Record<NotRanked, Names>> = {
  'not-eligible': { 'zh-CN': '不符合条件', en: 'does not meet the conditions' },
  'eligibility-open': {
    'zh-CN': '是否符合条件尚未确定',
    en: 'it is not known whether they meet the conditions',
  },
  'outside-quota': { 'zh-CN': '不占名额，直接入选', en: 'takes no place and needs no rank' },
  'amount-unknown': { 'zh-CN': '排序依据未登记', en: 'what they are ranked by is not known' },
  'group-unknown': { 'zh-CN': '所属组别未登记', en: 'it is not known which group they are of' },
};

export type NotChosen = 'places-taken' | 'limit-full' | 'held-for-minimum' | 'tie-left-vacant';
export const notChosenWords: Readonly<Record<NotChosen, Names>> = {
  'places-taken': { 'zh-CN': '名额已满', en: 'the places are taken' },
  'limit-full': { 'zh-CN': '同类名额已满', en: 'a limit on their kind is reached' },
  'held-for-minimum': {
    'zh-CN': '名额须留给未达下限者',
    en: 'the place is held for a kind that has too few',
  },
  'tie-left-vacant': { 'zh-CN': '同分，按规定名额空缺', en: 'equals, and the policy leaves the place empty' },
};

export type RankingOpen = 'tie' | FigureReason | 'no-whole-number';
export const rankingOpenWords: Readonly<Record<RankingOpen, Names>> = {
  tie: { 'zh-CN': '同分，待决定', en: 'equals: awaits a decision' },
  'size-unknown': { 'zh-CN': '名额未知', en: 'how many may be taken is not known' },
  'not-whole': {
    'zh-CN': '名额不是整数，未说明如何取整',
    en: 'the number to take is not whole, and nothing says how to round',
  },
  'no-whole-number': { 'zh-CN': '规定的范围内没有整数', en: 'no whole number lies within the range' },
};

export function compileRanking(rules: QuotaRules, shop: AmountShop, eligible: Eligible) {
  const { ranking, ties, route = [] } = shop.programme;
  const by = ranking && compileAmount(ranking.by, shop);
  const who = ranking?.who && shop.clause(ranking.who);
  const outside = rules.quota.outside && shop.clause(rules.quota.outside);
  const attributes = ranking?.within ?? [];
  const groupedBy = attributes.map((attribute) => compileAttribute(attribute, true, shop.vocabulary));
  const takes = compileTakes(rules, shop);
  const tieKeys = compileTies(shop);
  const binding = bindingAt(route);
  const limitClauses = new Map<object, Clause>();
  for (const limit of rules.quota.limits ?? [])
    if (limit.who) limitClauses.set(limit, shop.clause(limit.who));

  return (people: readonly Participant[], given: PopulationContext): RankingReport => {
    if (!by || !ranking) return { groups: [], notRanked: [] };
    const context = rules.settle(given);
    const notRanked: RankingReport['notRanked'][number][] = [];
    const groups = new Map<string, { readonly group: readonly string[]; readonly entries: Entry[] }>();
    if (attributes.length === 0) groups.set('', { group: [], entries: [] });
    for (const participant of people) {
      const { id, dossier } = participant;
      const run = runOf(participant, context);
      const may = who ? belongsTo(who, participant, run) : eligible(participant, context);
      const leave = (reason: NotRanked) => notRanked.push({ id, reason });
      if (may !== 'met') {
        leave(may === 'unmet' ? 'not-eligible' : 'eligibility-open');
        continue;
      }
      if (outside && belongsTo(outside, participant, run) === 'met') {
        leave('outside-quota');
        continue;
      }
      const values = groupedBy.map((attribute) => attribute.value(dossier, run).value);
      const value = by.value(dossier, run);
      if (values.includes(null)) leave('group-unknown');
      else if (value === undefined) leave('amount-unknown');
      else {
        const group = values.map(String);
        const key = joinKey(group);
        const own = groups.get(key) ?? { group, entries: [] };
        groups.set(key, own);
        own.entries.push({ participant, value: weigh(value) });
      }
    }

    const binds = binding(context.stage);
    const ranked = [...groups.values()].map(({ group, entries }) => {
      const whole = { ...context, places: { ...context.places, nominees: entries.length } };
      const inside = within(whole, ...attributeGroup(attributes, group));
      const ordered = rank(entries, keysOf(ranking.order ?? 'higher', tieKeys, entries, context));
      const take = takes.ofRanking(inside);
      const limits = (rules.quota.limits ?? [])
        .filter(({ id, strength = 'must' }) => strength === 'must' && binds.limit(id))
        .flatMap((limit) => jointLimits(limit, limitClauses.get(limit), rules, inside, entries));
      return choose(group, ordered, take, limits, ties?.otherwise ?? 'decision');
    });
    return { groups: ranked, notRanked };
  };
}

function keysOf(
  order: 'higher' | 'lower',
  keys: readonly TieKey[],
  entries: readonly Entry[],
  context: PopulationContext,
): readonly RankKey<Entry>[] {
  const sign = order === 'higher' ? -1 : 1;
  const { orders = [] } = context;
  const byId = new Map(
    orders.length > 0 ? entries.map((entry) => [entry.participant.id, entry] as const) : [],
  );
  return [
    { name: 'amount', compare: (a, b) => sign * compareWeighed(a.value, b.value) },
    ...keys.map(({ name, prefer, value }) => {
      const known = new Map<Entry, number | undefined>();
      // Asked only of equals, and of each of them once.
      const of = (entry: Entry) => {
        if (!known.has(entry)) known.set(entry, value(entry.participant, runOf(entry.participant, context)));
        return known.get(entry);
      };
      return (prefer === 'higher' ? highFirst<Entry> : lowFirst<Entry>)(name, of);
    }),
    ...orders.map((order) =>
      decidedOrder<Entry>(
        'decision',
        order.flatMap((id) => byId.get(id) ?? []),
      ),
    ),
  ];
}

function choose(
  group: readonly string[],
  ordered: readonly Ranked<Entry>[],
  take: Take,
  limits: readonly JointLimit<Entry>[],
  otherwise: 'decision' | 'enlarge' | 'vacant',
): RankedGroup {
  const ids = (entries: readonly Entry[]) => entries.map(({ participant }) => participant.id);
  const all = ordered.map(({ candidate }) => candidate);
  const report = {
    group,
    order: ordered.map(({ candidate, rank, separatedBy }) => ({
      id: candidate.participant.id,
      rank,
      value: formatExact(candidate.value.exact),
      ...(separatedBy === undefined ? {} : { separatedBy }),
    })),
    places: take.places,
    least: take.least,
  };
  const reason = take.reason;
  if (reason !== null) {
    return {
      ...report,
      chosen: [],
      notChosen: [],
      open: { reason, ids: ids(all), places: null },
      vacant: null,
    };
  }
  const places = take.places?.whole ?? all.length;
  const picked =
    limits.length === 0
      ? { ...cut(ordered, places), passedOver: [] }
      : { ...chooseWithin(ordered, places, limits), notSelected: [] };
  const tied = picked.unresolved?.candidates ?? [];
  const chosen = otherwise === 'enlarge' ? [...picked.selected, ...tied] : picked.selected;
  const open =
    picked.unresolved && otherwise === 'decision'
      ? { reason: 'tie' as const, ids: ids(tied), places: picked.unresolved.places }
      : null;
  const settled = new Set([...chosen, ...tied, ...picked.notSelected]);
  const passed = picked.passedOver.map(({ candidate, because }) => {
    settled.add(candidate);
    const id = candidate.participant.id;
    if (because === 'total') return { id, reason: 'places-taken' as const };
    if (because === 'held-for-minimum') return { id, reason: because };
    return { id, reason: 'limit-full' as const, limit: because.limit };
  });
  const out = (entries: readonly Entry[], reason: NotChosen) => ids(entries).map((id) => ({ id, reason }));
  return {
    ...report,
    chosen: ids(chosen),
    notChosen: [
      ...passed,
      ...(otherwise === 'vacant' ? out(tied, 'tie-left-vacant') : []),
      ...out(picked.notSelected, 'places-taken'),
      // Choosing stopped at the equals: those below are not reached.
      ...out(
        all.filter((entry) => !settled.has(entry)),
        'places-taken',
      ),
    ],
    open,
    vacant: Math.max(0, places - chosen.length - (open?.places ?? 0)),
  };
}
