import { addDays, type CivilDate } from '../../shared/civil-date.ts';
import { compare, type Exact, sumOf } from '../../shared/decimal.ts';
import { type Dossier, isDay } from '../dossier.ts';
import type { CompiledAmount } from '../evaluate/amount.ts';
import type { Run } from '../evaluate/clause.ts';
import { after, before } from '../evaluate/window.ts';
import type { Workshop } from '../evaluate.ts';
import type { AmountFinding, EvaluationContext, Finding } from '../finding.ts';
import type { Ledger } from '../grammar/work.ts';
import type { Outcome } from '../outcome.ts';
import { type Period, periodsWithin } from '../periods.ts';
import type { Names } from '../problem.ts';
import { allOf, runOf, settled, textOf, verdict } from './common.ts';

/**
 * A ledger of hours, credits or funds. Its amounts look at the period asked for, else at the cycle the day
 * falls in, else at everything; windows of their own go first. Caps stand in the amounts: of a year, of the
 * cycle, of a category.
 */
export type LedgerReason =
  | ('not-concerned' | 'category-missing' | 'category-short' | 'total-missing' | 'total-short')
  | ('requirement-unmet' | 'requirement-open' | 'period-short' | 'cuts-differ' | 'records-waiting')
  | 'cycle-unknown';

export const ledgerReasons: Readonly<Record<LedgerReason, Names>> = {
  'not-concerned': { 'zh-CN': '不对此人要求', en: 'it is not asked of this person' },
  'category-missing': { 'zh-CN': '有一类无法计算', en: 'a category cannot be reckoned' },
  'category-short': { 'zh-CN': '有一类未达到最低数', en: 'a category falls short of its least' },
  'total-missing': { 'zh-CN': '合计无法计算', en: 'the total cannot be reckoned' },
  'total-short': { 'zh-CN': '合计未达到最低数', en: 'the total falls short' },
  'requirement-unmet': { 'zh-CN': '要求未达到', en: 'what must be reached is not' },
  'requirement-open': { 'zh-CN': '要求尚未查明', en: 'what must be reached is not settled' },
  'period-short': { 'zh-CN': '有一期未达到', en: 'it was not reached in some period' },
  'cuts-differ': {
    'zh-CN': '两种分类的合计不相等',
    en: 'two divisions of the whole do not add up to the same',
  },
  'records-waiting': { 'zh-CN': '结果取决于待确认的记录', en: 'it hangs on records that await confirmation' },
  'cycle-unknown': { 'zh-CN': '周期起始日未登记', en: 'the day the cycles run from is not documented' },
};

export interface LedgerReport {
  readonly id: string;
  readonly concerned: Outcome;
  /** The days it looks at; null for everything up to the day. */
  readonly period: Period | null;
  readonly categories: readonly {
    readonly id: string;
    readonly names: Names;
    readonly value: string | null;
    readonly atLeast: string | null;
    readonly outcome: Outcome;
    readonly trace: AmountFinding;
  }[];
  /** Sums by division of the whole; one, unless the categories are of several cuts. */
  readonly cuts: readonly { readonly cut: string | null; readonly total: string | null }[];
  readonly total: string | null;
  readonly atLeast: string | null;
  readonly outcome: Outcome;
  readonly requirement?: Finding;
  readonly each: readonly (Period & { readonly outcome: Outcome; readonly finding: Finding })[];
  readonly reasons: readonly { readonly reason: LedgerReason; readonly of?: string }[];
}

export function compileLedgers(shop: Workshop) {
  const made = new Map<string, ReturnType<typeof compileLedger>>();
  return (id: string, dossier: Dossier, context: EvaluationContext): LedgerReport | null => {
    const plan = shop.programme.ledgers?.[id];
    if (!plan) return null;
    const ledger = made.get(id) ?? compileLedger(id, plan, shop);
    made.set(id, ledger);
    return ledger(dossier, context);
  };
}

/** A least that is not known leaves the outcome missing. */
function reached(value: Exact | undefined, bound: CompiledAmount | undefined, at: [Dossier, Run]): Outcome {
  if (!bound) return 'met';
  const floor = bound.value(...at);
  if (value === undefined || floor === undefined) return 'missing';
  return compare(value, floor) >= 0 ? 'met' : 'unmet';
}

function compileLedger(id: string, plan: Ledger, shop: Workshop) {
  const categories = plan.categories.map((one) => ({
    ...one,
    of: shop.amount(one.amount),
    least: one.atLeast && shop.amount(one.atLeast),
  }));
  const all = plan.total && shop.amount(plan.total);
  const least = plan.atLeast && shop.amount(plan.atLeast);
  const [who, require] = [plan.who && shop.clause(plan.who), plan.require && shop.clause(plan.require)];
  const each = (plan.each ?? []).map(({ per, require: asked }) => ({ per, clause: shop.clause(asked) }));
  const cuts = [...new Set(categories.map(({ cut }) => cut ?? null))];

  function reckon(
    dossier: Dossier,
    run: Run,
    periods: readonly (readonly Period[])[],
  ): Reckoned & { readonly outcome: Outcome } {
    const values = categories.map(({ of }) => of.value(dossier, run));
    const sums = cuts.map((cut) => {
      const own = values.filter((_, i) => (categories[i]?.cut ?? null) === cut);
      return own.includes(undefined) ? undefined : sumOf(own.flatMap((one) => one ?? []));
    });
    const total = all ? all.value(dossier, run) : sums[0];
    const reaches = categories.map(({ least: floor }, i) => reached(values[i], floor, [dossier, run]));
    const enough = reached(total, least, [dossier, run]);
    const requirement = require?.find(dossier, { ...run, spent: new Set() });
    const found = each.flatMap(({ clause }, i) =>
      (periods[i] ?? []).map((period) => {
        const finding = clause.find(dossier, { ...run, spent: new Set(), period });
        return { ...period, outcome: verdict(finding.effect), finding };
      }),
    );
    const asked = [
      ...reaches,
      enough,
      requirement?.effect ?? ('none' as const),
      ...found.map(({ outcome }) => outcome),
    ];
    return { values, sums, total, reaches, enough, requirement, found, outcome: allOf(asked) };
  }

  return (dossier: Dossier, context: EvaluationContext): LedgerReport => {
    const { asOf } = context;
    const period = context.period ?? cycleOf(plan, dossier, asOf);
    const run = runOf({ ...context, ...(period ? { period: upTo(period, asOf) } : {}) });
    // A period that is still running may yet be enough: only those that are over are asked.
    const periods = each.map(({ per }) =>
      period ? periodsWithin(per, upTo(period, asOf), shop.reckoning).filter(({ to }) => to <= asOf) : [],
    );
    const concerned = verdict(who?.effect(dossier, runOf(context)) ?? 'none');
    const found = reckon(dossier, run, periods);
    const whole = settled(dossier, run, (other) => reckon(dossier, other, periods).outcome);
    const known = period !== undefined;
    const value = (own: Exact | undefined) => (known ? textOf(own) : null);
    const reasons: { reason: LedgerReason; of?: string }[] = [];
    if (concerned === 'unmet') reasons.push({ reason: 'not-concerned' });
    if (known) reasons.push(...shortOf(found, plan, whole.waiting));
    else reasons.push({ reason: 'cycle-unknown' });
    return {
      id,
      concerned,
      period: period ?? null,
      categories: categories.map(({ id: category, names, of, least: floor }, i) => ({
        id: category,
        names,
        value: value(found.values[i]),
        atLeast: value(floor?.value(dossier, run)),
        outcome: (known ? found.reaches[i] : undefined) ?? 'missing',
        trace: of.trace(dossier, run),
      })),
      cuts: cuts.map((cut, i) => ({ cut, total: value(found.sums[i]) })),
      total: value(found.total),
      atLeast: value(least?.value(dossier, run)),
      outcome: known ? whole.outcome : 'missing',
      ...(found.requirement ? { requirement: found.requirement } : {}),
      each: found.found,
      reasons,
    };
  };
}

interface Reckoned {
  readonly values: readonly (Exact | undefined)[];
  readonly sums: readonly (Exact | undefined)[];
  readonly total: Exact | undefined;
  readonly reaches: readonly Outcome[];
  readonly enough: Outcome;
  readonly requirement: Finding | undefined;
  readonly found: LedgerReport['each'];
}

/** What falls short, or is not known. */
function shortOf(found: Reckoned, { categories }: Ledger, waiting: boolean): LedgerReport['reasons'] {
  const reasons: { reason: LedgerReason; of?: string }[] = [];
  const because = (holds: boolean, reason: LedgerReason, of?: string) => {
    if (holds) reasons.push({ reason, ...(of === undefined ? {} : { of }) });
  };
  categories.forEach(({ id }, i) => {
    because(found.values[i] === undefined, 'category-missing', id);
    because(found.reaches[i] === 'unmet', 'category-short', id);
  });
  because(found.total === undefined, 'total-missing');
  because(found.enough === 'unmet', 'total-short');
  const effect = found.requirement?.effect;
  because(effect === 'unmet', 'requirement-unmet');
  because(effect === 'missing' || effect === 'needs-decision', 'requirement-open');
  for (const { from, outcome } of found.found) because(outcome === 'unmet', 'period-short', from);
  because(new Set(found.sums.map(textOf)).size > 1, 'cuts-differ');
  because(waiting, 'records-waiting');
  return reasons;
}

/** The cycle a day falls in: counted from the first there was, else the one that ends on the day. */
function cycleOf({ cycle, since }: Ledger, { person }: Dossier, asOf: CivilDate): Period | null | undefined {
  if (cycle === undefined) return null;
  if (since === undefined) return { from: addDays(before(asOf, cycle), 1), to: asOf };
  const first = /^\d{4}-/.test(since) ? since : person[since];
  if (!isDay(first)) return undefined;
  let from = first;
  // The last day there is has none after it.
  for (let next = after(from, cycle); next <= asOf && next > from; next = after(from, cycle)) from = next;
  return { from, to: addDays(after(from, cycle), -1) };
}

const upTo = ({ from, to }: Period, asOf: CivilDate): Period => ({ from, to: to < asOf ? to : asOf });
