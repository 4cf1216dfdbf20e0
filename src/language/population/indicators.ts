import { compare, type Exact, formatExact } from '../../shared/decimal.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { AmountFinding } from '../finding.ts';
import type { Indicator } from '../grammar/programme.ts';
import type { Strength } from '../grammar/selection.ts';
import { type Effect, effectOf, type Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { type PopulationContext, wholeOf } from './participant.ts';

/** An indicator against its target. */
export interface IndicatorReport {
  readonly id: string;
  /** Decimal text; null when something it is reckoned from is not known. */
  readonly value: string | null;
  readonly bounds: readonly { readonly bound: IndicatorBound; readonly value: string | null }[];
  readonly reason: IndicatorReason;
  /** How far from the bound that is missed, as decimal text; null when none is. */
  readonly by: string | null;
  readonly strength: Strength;
  readonly outcome: Outcome;
  readonly effect: Effect;
  /** How the value was reckoned. */
  readonly trace: AmountFinding;
}

const tests = {
  is: (order: number) => order === 0,
  atLeast: (order: number) => order >= 0,
  moreThan: (order: number) => order > 0,
  atMost: (order: number) => order <= 0,
  below: (order: number) => order < 0,
} as const;
export type IndicatorBound = keyof typeof tests;
const boundNames = Object.keys(tests) as IndicatorBound[];

export type IndicatorReason = 'reached' | 'too-low' | 'too-high' | 'unknown' | 'no-target';
export const indicatorWords: Readonly<Record<IndicatorReason, Names>> = {
  reached: { 'zh-CN': '达到目标', en: 'target reached' },
  'too-low': { 'zh-CN': '低于目标', en: 'below the target' },
  'too-high': { 'zh-CN': '高于目标', en: 'above the target' },
  unknown: { 'zh-CN': '数据未报齐', en: 'a number it is reckoned from is not known' },
  'no-target': { 'zh-CN': '未设目标，仅作统计', en: 'reported without a target' },
};

export function compileIndicators(shop: AmountShop) {
  const indicators = (shop.programme.indicators ?? []).map((indicator) => ({
    indicator,
    of: compileAmount(indicator.of, shop),
    bounds: boundNames.flatMap((bound) => {
      const node = indicator[bound];
      return node ? [{ bound, amount: compileAmount(node, shop) }] : [];
    }),
  }));
  return (context: PopulationContext): readonly IndicatorReport[] =>
    indicators.map(({ indicator, of, bounds }) => {
      const at = wholeOf(context);
      const value = of.value(...at);
      const found = bounds.map(({ bound, amount }) => ({ bound, value: amount.value(...at) }));
      return {
        id: indicator.id,
        value: value ? formatExact(value) : null,
        bounds: found.map(({ bound, value }) => ({ bound, value: value ? formatExact(value) : null })),
        ...judge(indicator, value, found, context),
        trace: of.trace(...at),
      };
    });
}

function judge(
  { id, strength = 'must' }: Indicator,
  value: Exact | undefined,
  bounds: readonly { readonly bound: IndicatorBound; readonly value: Exact | undefined }[],
  context: PopulationContext,
): Pick<IndicatorReport, 'reason' | 'by' | 'strength' | 'outcome' | 'effect'> {
  const told = (reason: IndicatorReason, outcome: Outcome, by: string | null = null) => ({
    reason,
    by,
    strength,
    outcome,
    effect: effectOf(strength, outcome, context.decisions?.[id]),
  });
  if (value === undefined) return told('unknown', 'missing');
  for (const { bound, value: target } of bounds) {
    if (target === undefined) continue;
    const order = compare(value, target);
    if (tests[bound](order)) continue;
    // At the bound itself a strict one is missed by nothing.
    const low = order < 0 || (order === 0 && bound === 'moreThan');
    return told(low ? 'too-low' : 'too-high', 'unmet', distance(value, target));
  }
  if (bounds.some(({ value: target }) => target === undefined)) return told('unknown', 'missing');
  return told(bounds.length === 0 ? 'no-target' : 'reached', 'met');
}

function distance(a: Exact, b: Exact): string {
  const gap = a.n * b.d - b.n * a.d;
  return formatExact({ n: gap < 0n ? -gap : gap, d: a.d * b.d });
}
