import {
  type Exact,
  formatExact,
  greatest,
  least as leastOf,
  parseExact,
  type Rounding,
  subtract,
  sumOf,
} from '../../shared/decimal.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { LimitKind, Quota } from '../grammar/round.ts';
import type { Strength } from '../grammar/selection.ts';
import type { Names } from '../problem.ts';
import { tableOf } from '../programme.ts';
import { type Bound, compileBound, type Figure, figure, people, shareOf } from './figure.ts';
import { type PopulationContext, wholeOf, within } from './participant.ts';

/**
 * Places as numbers: of the whole, of its parts, and the limits and shares a list must keep. Everything is exact; a
 * number that is not whole is shown as it is, for rounding is the policy's to declare.
 */
export interface QuotaReport {
  /** Whoever meets the standard: no number binds. */
  readonly unlimited: boolean;
  readonly places: Figure;
  readonly source: PlacesSource;
  /** The quota table, and how many of the total it leaves unallocated; negative when it gives too many. */
  readonly split: {
    readonly by: LimitKind;
    readonly rows: readonly { readonly key: string; readonly places: number }[];
    readonly sum: number;
    readonly left: number | null;
  } | null;
  readonly parts: readonly PartFigures[];
  /** Places no part names; negative when the parts are more than there are; null when that is not known. */
  readonly left: string | null;
  readonly limits: readonly LimitFigures[];
  readonly shares: readonly ShareFigures[];
  /** Places may stay empty when too few reach the standard. */
  readonly vacancies: boolean;
}

/** Where the number of places comes from. */
export type PlacesSource = 'given' | 'table' | 'total' | 'formula' | 'none';
export const placesSourceWords: Readonly<Record<PlacesSource, Names>> = {
  given: { 'zh-CN': '下达的名额', en: 'places allotted to the unit' },
  table: { 'zh-CN': '名额分配表', en: 'the quota table' },
  total: { 'zh-CN': '规定的总数', en: 'the total of the policy' },
  formula: { 'zh-CN': '按公式核定', en: 'the formula of the policy' },
  none: { 'zh-CN': '未规定名额', en: 'no number is given' },
};

export interface PartFigures {
  readonly id: string;
  readonly title: string | null;
  readonly per: LimitKind;
  /** Key of the group; null for the whole, or for each group alike. */
  readonly group: string | null;
  readonly places: Figure;
  readonly least: Figure | null;
}

export interface LimitFigures {
  readonly id: string;
  readonly per: LimitKind;
  readonly group: string | null;
  readonly strength: Strength;
  /** Null where nothing is asked. */
  readonly least: Figure | null;
  readonly most: Figure | null;
}

export interface ShareFigures {
  readonly id: string;
  readonly per: LimitKind;
  readonly strength: Strength;
  readonly minPercent: string | null;
  readonly maxPercent: string | null;
  readonly rounding: Rounding | null;
  /** Of the nominees, or the places, the context names; null without them. */
  readonly least: Figure | null;
  readonly most: Figure | null;
}

export type Part = NonNullable<Quota['parts']>[number];
export type Limit = NonNullable<Quota['limits']>[number];
export type Share = NonNullable<Quota['shares']>[number];
export interface Range {
  readonly least: Bound;
  readonly most: Bound;
}

/** The rules of a quota, compiled: each gives its exact numbers for a context. */
export interface QuotaRules {
  readonly quota: Quota;
  /** The context with the places of the unit filled in where the programme knows them. */
  settle(context: PopulationContext): PopulationContext;
  places(context: PopulationContext): { readonly exact: Exact | undefined; readonly source: PlacesSource };
  part(part: Part, context: PopulationContext): { readonly places: Exact | undefined; readonly least: Bound };
  limit(limit: Limit, context: PopulationContext): Range;
  /** Bounds on how many may be so, of so many nominees. */
  share(share: Share, nominees: number, context: PopulationContext): Range;
  /** The context within one group, with the group's row of the quota table as its places. */
  inGroup(kind: LimitKind, key: string, context: PopulationContext): PopulationContext;
  /** Keys of the groups of a kind that the context knows. */
  groups(kind: LimitKind, context: PopulationContext): readonly string[];
}

export function compileQuota(shop: AmountShop): QuotaRules {
  const quota: Quota = shop.programme.quota ?? {};
  const table = tableOf(shop.programme);
  const formula = quota.places && compileAmount(quota.places, shop);
  const row = (code: string | undefined) => table?.rows.find(({ key }) => key === code)?.places;
  const parts = new Map(
    (quota.parts ?? []).map((part) => [
      part,
      { places: compileAmount(part.places, shop), least: part.least && compileBound(part.least, shop) },
    ]),
  );
  const limits = new Map(
    (quota.limits ?? []).map((limit) => [
      limit,
      {
        least: limit.least && compileBound(limit.least, shop),
        most: limit.most && compileBound(limit.most, shop),
      },
    ]),
  );

  const places: QuotaRules['places'] = (context) => {
    const given = context.places?.quota;
    if (given !== undefined) return { exact: people(given), source: 'given' };
    const own = row(context.code);
    if (own !== undefined) return { exact: people(own), source: 'table' };
    if (context.code !== undefined && table) return { exact: undefined, source: 'table' };
    if (quota.total !== undefined) return { exact: people(quota.total), source: 'total' };
    if (formula) return { exact: formula.value(...wholeOf(context)), source: 'formula' };
    return { exact: undefined, source: 'none' };
  };

  return {
    quota,
    places,
    settle(context) {
      if (context.places?.quota !== undefined) return context;
      const { exact } = places(context);
      if (exact === undefined) return context;
      return { ...context, places: { ...context.places, quota: Number(formatExact(exact)) } };
    },
    part(part, context) {
      const made = parts.get(part);
      return { places: made?.places.value(...wholeOf(context)), least: made?.least?.(context) ?? null };
    },
    limit(limit, context) {
      const { exactly, min, max } = limit;
      const made = limits.get(limit);
      return {
        least: tightest([fixed(exactly), fixed(min), made?.least?.(context)], greatest, limit.least),
        most: tightest([fixed(exactly), fixed(max), made?.most?.(context)], leastOf, limit.most),
      };
    },
    share({ of, minPercent, maxPercent, rounding }, nominees, context) {
      const base = of === 'places' ? places(context).exact : people(nominees);
      const bound = (percent: string | undefined): Bound => {
        const share = percent === undefined ? null : parseExact(percent);
        return share && (base === undefined ? undefined : shareOf(share, base, rounding));
      };
      return { least: bound(minPercent), most: bound(maxPercent) };
    },
    inGroup(kind, key, context) {
      const inside = within(context, kind, key);
      const own = quota.split?.by === kind ? row(key) : undefined;
      return own === undefined ? inside : { ...inside, places: { ...inside.places, quota: own } };
    },
    groups: (kind, context) =>
      kind === 'round'
        ? ['']
        : [
            ...new Set([
              ...Object.keys(context.groups?.[kind] ?? {}),
              ...(quota.split?.by === kind && table ? table.rows.map(({ key }) => key) : []),
            ]),
          ],
  };
}

const fixed = (number: number | undefined): Exact | null => (number === undefined ? null : people(number));

/** Of several bounds the one that binds; not known as soon as one the policy reckons is not. */
function tightest(
  bounds: readonly Bound[],
  pick: (all: readonly Exact[]) => Exact,
  reckoned: object | undefined,
): Bound {
  const known = bounds.filter((bound) => bound !== undefined && bound !== null);
  if (reckoned && bounds.at(-1) === undefined) return undefined;
  return known.length === 0 ? null : pick(known);
}

export function quotaReport(rules: QuotaRules, shop: AmountShop, given: PopulationContext): QuotaReport {
  const { quota } = rules;
  const { exact: total, source } = rules.places(given);
  const context = rules.settle(given);
  const table = tableOf(shop.programme);
  const shown = (bound: Bound): Figure | null => (bound === null ? null : figure(bound));
  /** The groups to show numbers for: those known, else each alike. */
  const groupsOf = (per: LimitKind): readonly { key: string | null; context: PopulationContext }[] => {
    const keys = per === 'round' ? [] : rules.groups(per, context);
    return keys.length === 0
      ? [{ key: null, context }]
      : keys.map((key) => ({ key, context: rules.inGroup(per, key, context) }));
  };

  const parts = (quota.parts ?? []).flatMap((part) =>
    groupsOf(part.per ?? 'round').map(({ key, context: inside }) => ({
      part,
      key,
      ...rules.part(part, inside),
    })),
  );
  const limits = (quota.limits ?? []).flatMap((limit) =>
    groupsOf(limit.per).map(({ key, context: inside }) => ({ limit, key, ...rules.limit(limit, inside) })),
  );
  const { nominees } = context.places ?? {};
  return {
    unlimited: quota.unlimited === true,
    places: figure(total),
    source,
    split:
      quota.split && table
        ? {
            by: quota.split.by,
            rows: table.rows,
            sum: table.sum,
            left: quota.total === undefined ? null : quota.total - table.sum,
          }
        : null,
    parts: parts.map(({ part, key, places, least }) => ({
      id: part.id,
      title: part.title ?? null,
      per: part.per ?? 'round',
      group: key,
      places: figure(places),
      least: shown(least),
    })),
    left: leftOver(total, parts),
    limits: limits.map(({ limit, key, least, most }) => ({
      id: limit.id,
      per: limit.per,
      group: key,
      strength: limit.strength ?? 'must',
      least: shown(least),
      most: shown(most),
    })),
    shares: (quota.shares ?? []).map((share) => {
      const known = share.of === 'places' ? total !== undefined : nominees !== undefined;
      const { least, most } = known
        ? rules.share(share, nominees ?? 0, context)
        : { least: null, most: null };
      return {
        id: share.id,
        per: share.per ?? 'round',
        strength: share.strength ?? 'must',
        minPercent: share.minPercent ?? null,
        maxPercent: share.maxPercent ?? null,
        rounding: share.rounding ?? null,
        least: shown(least),
        most: shown(most),
      };
    }),
    vacancies: quota.vacancies === true,
  };
}

function leftOver(
  total: Exact | undefined,
  parts: readonly { readonly part: Part; readonly key: string | null; readonly places: Exact | undefined }[],
): string | null {
  if (total === undefined || parts.length === 0) return null;
  const all: Exact[] = [];
  for (const { part, key, places } of parts) {
    // So many for each of groups nobody has named.
    if (places === undefined || (key === null && part.per !== undefined && part.per !== 'round')) return null;
    all.push(places);
  }
  return formatExact(subtract(total, sumOf(all)));
}
