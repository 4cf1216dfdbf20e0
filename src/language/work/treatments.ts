import { add, compare, divide, type Exact, formatExact, multiply, subtract } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { CompiledAmount } from '../evaluate/amount.ts';
import type { Clause } from '../evaluate/clause.ts';
import type { Workshop } from '../evaluate.ts';
import type { AmountFinding, EvaluationContext, Finding } from '../finding.ts';
import type { Treatment } from '../grammar/work.ts';
import { type Effect, effectOf } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { exact, HUNDRED, runOf, textOf, verdict, ZERO } from './common.ts';

/**
 * What someone is entitled to. First what is due and how much, raised to the least it may be; then the pay of
 * a title (stopped or raised by its life); then the stacking groups, in the order of the file.
 */
export interface TreatmentContext extends EvaluationContext {
  /** From the life of the title: allowances follow it. */
  readonly pay?: { readonly paid: boolean; readonly percent: string };
}

export type TreatmentReason =
  | ('not-due' | 'evidence-missing' | 'decision-open' | 'not-in-force' | 'pay-stopped' | 'pay-changed')
  | ('raised-to-least' | 'displaced' | 'capped' | 'not-comparable' | 'amount-missing' | 'others-open');

export const treatmentReasons: Readonly<Record<TreatmentReason, Names>> = {
  'not-due': { 'zh-CN': '不符合享受条件', en: 'its condition is not met' },
  'evidence-missing': { 'zh-CN': '享受条件缺少依据', en: 'evidence for its condition is missing' },
  'decision-open': { 'zh-CN': '待组织决定', en: 'a body has yet to decide' },
  'not-in-force': { 'zh-CN': '当日未执行', en: 'it is not in force on the day' },
  'pay-stopped': { 'zh-CN': '待遇已停发', en: 'pay is stopped' },
  'pay-changed': { 'zh-CN': '待遇已按比例增减', en: 'pay is changed in proportion' },
  'raised-to-least': { 'zh-CN': '已提高到最低标准', en: 'raised to the least it may be' },
  displaced: { 'zh-CN': '不与另一项并享', en: 'another of its group is enjoyed instead' },
  capped: { 'zh-CN': '并享合计已封顶', en: 'the group is capped' },
  'not-comparable': {
    'zh-CN': '发放周期或单位不同，无法比较高低',
    en: 'units or periods differ: neither is higher',
  },
  'amount-missing': { 'zh-CN': '数额无法计算', en: 'the amount cannot be reckoned' },
  'others-open': { 'zh-CN': '同组另有待定项', en: 'another of its group is not settled' },
};

export type Per = NonNullable<Treatment['amount']>['per'];

export interface Entitlement {
  readonly id: string;
  readonly kind: Treatment['kind'];
  /** `none`: reported, entitles to nothing. */
  readonly due: Effect;
  /** Whether it is enjoyed, after its group. */
  readonly enjoyed: boolean;
  readonly amount: { readonly value: string | null; readonly unit: string; readonly per: Per } | null;
  /** Time given besides money. */
  readonly time: { readonly value: string | null; readonly unit: string } | null;
  readonly shares: readonly { readonly by: Names; readonly percent: string; readonly value: string | null }[];
  /** What displaced it. */
  readonly displacedBy?: string;
  readonly reasons: readonly TreatmentReason[];
  readonly condition?: Finding;
  readonly trace?: AmountFinding;
}

export interface TreatmentReport {
  readonly entitlements: readonly Entitlement[];
  /** What is enjoyed, by unit and period; what the person pays is apart. */
  readonly totals: readonly {
    readonly unit: string;
    readonly per: Per;
    readonly total: string;
    readonly paidBy: 'organisation' | 'person';
  }[];
}

interface Compiled {
  readonly plan: Treatment;
  readonly clause: Clause | undefined;
  readonly amount: CompiledAmount | undefined;
  readonly unit: string;
  readonly time: CompiledAmount | undefined;
}
interface Entry {
  readonly plan: Treatment;
  readonly unit: string;
  readonly due: Effect;
  enjoyed: boolean;
  value: Exact | undefined;
  readonly time: Exact | undefined;
  displacedBy: string | undefined;
  readonly reasons: TreatmentReason[];
  readonly condition: Finding | undefined;
  readonly trace: AmountFinding | undefined;
}

export function compileTreatments(shop: Workshop) {
  const compiled: readonly Compiled[] = (shop.programme.treatments ?? []).map((plan) => {
    const { yuan, hours } = plan.amount ?? {};
    const node = yuan ?? hours;
    const time = yuan && hours;
    return {
      plan,
      unit: unitOf(plan),
      clause: plan.when && shop.clause(plan.when),
      amount: node && shop.amount(node),
      time: time && shop.amount(time),
    };
  });
  const groups = (shop.programme.stacking ?? []).map((group) => ({
    ...group,
    cap: group.max && shop.amount(group.max),
  }));

  return (dossier: Dossier, context: TreatmentContext): TreatmentReport => {
    const entries = compiled.map((one) => enter(one, dossier, context));
    for (const { of, keep, cap } of groups) {
      const members = of.flatMap((id) => entries.find(({ plan }) => plan.id === id) ?? []);
      stack(members, keep, cap?.value(dossier, runOf(context)));
    }
    return { entitlements: entries.map(report), totals: totals(entries) };
  };
}

/** Of money and time together, `unit` is that of the time. */
const unitOf = ({ amount: { yuan, hours, unit } = { per: 'once' } }: Treatment): string =>
  yuan ? ((hours ? undefined : unit) ?? 'yuan') : (unit ?? 'hours');

function enter(
  { plan, clause, amount, unit, time }: Compiled,
  dossier: Dossier,
  context: TreatmentContext,
): Entry {
  const { id, strength = 'must', from, until, least: floor, kind } = plan;
  const reasons: TreatmentReason[] = [];
  const condition = clause?.find(dossier, runOf(context));
  const inForce = (from ?? '') <= context.asOf && context.asOf <= (until ?? '9999');
  const due = inForce
    ? effectOf(strength, verdict(condition?.effect ?? 'none'), context.decisions?.[id])
    : 'unmet';
  if (!inForce) reasons.push('not-in-force');
  else if (due === 'unmet') reasons.push('not-due');
  else if (due === 'missing') reasons.push('evidence-missing');
  else if (due === 'needs-decision') reasons.push('decision-open');
  let enjoyed = due === 'met';
  let value = amount?.value(dossier, runOf(context));
  if (amount && !value) reasons.push('amount-missing');
  if (value && floor !== undefined && compare(value, exact(floor)) < 0) {
    value = exact(floor);
    reasons.push('raised-to-least');
  }
  if (kind === 'allowance' && context.pay && enjoyed) {
    const { paid, percent } = context.pay;
    enjoyed = paid;
    if (!paid) reasons.push('pay-stopped');
    else if (value && compare(exact(percent), HUNDRED) !== 0) {
      value = divide(multiply(value, exact(percent)), HUNDRED);
      reasons.push('pay-changed');
    }
  }
  const trace = amount?.trace(dossier, runOf(context));
  const given = time?.value(dossier, runOf(context));
  return { plan, unit, due, enjoyed, value, time: given, displacedBy: undefined, reasons, condition, trace };
}

/** How often a year, for comparing what is paid at different intervals. */
const timesAYear: Readonly<Partial<Record<Per, bigint>>> = {
  week: 52n,
  month: 12n,
  semester: 2n,
  'school-year': 1n,
  year: 1n,
};

/** What two entries are compared by; undefined when neither can be said to be higher. */
function measures(a: Entry, b: Entry): readonly [Exact, Exact] | undefined {
  const [one, other] = [a.plan.amount?.per, b.plan.amount?.per];
  if (!a.value || !b.value || a.unit !== b.unit || !one || !other) return undefined;
  if (one === other) return [a.value, b.value];
  const [often, seldom] = [timesAYear[one], timesAYear[other]];
  if (often === undefined || seldom === undefined) return undefined;
  return [multiply(a.value, { n: often, d: 1n }), multiply(b.value, { n: seldom, d: 1n })];
}

function stack(members: readonly Entry[], keep: 'highest' | 'all' | 'first', cap: Exact | undefined): void {
  const due = members.filter(({ enjoyed }) => enjoyed);
  const open = members.some(({ due: effect }) => effect === 'missing' || effect === 'needs-decision');
  if (open) for (const one of due) one.reasons.push('others-open');
  if (keep !== 'all') keepOne(due, keep);
  if (!cap) return;
  let rest = cap;
  for (const one of due.filter(({ enjoyed }) => enjoyed)) {
    if (!one.value) continue;
    if (compare(one.value, rest) > 0) {
      one.value = rest;
      one.reasons.push('capped');
    }
    const left = subtract(rest, one.value);
    rest = left.n < 0n ? ZERO : left;
  }
}

/** Of equals the first stays. */
function keepOne(due: readonly Entry[], keep: 'highest' | 'first'): void {
  let best = due[0];
  if (!best) return;
  const beaten: Entry[] = [];
  for (const one of due.slice(1)) {
    const pair = keep === 'highest' ? measures(one, best) : undefined;
    if (keep === 'highest' && !pair) {
      // Neither is taken away on a guess.
      for (const unsure of [one, best]) unsure.reasons.push('not-comparable');
    } else if (pair && compare(pair[0], pair[1]) > 0) {
      beaten.push(best);
      best = one;
    } else beaten.push(one);
  }
  for (const one of beaten) {
    one.enjoyed = false;
    one.displacedBy = best.plan.id;
    one.reasons.push('displaced');
  }
}

function report({
  plan,
  unit,
  value,
  time,
  displacedBy,
  reasons,
  condition,
  trace,
  ...rest
}: Entry): Entitlement {
  const { id, kind, amount, shares = [] } = plan;
  const share = (percent: string) => value && divide(multiply(value, exact(percent)), HUNDRED);
  return {
    id,
    kind,
    ...rest,
    amount: amount ? { value: textOf(value), unit, per: amount.per } : null,
    time: amount?.yuan && amount.hours ? { value: textOf(time), unit: amount.unit ?? 'hours' } : null,
    shares: shares.map(({ by, percent }) => ({ by, percent, value: textOf(share(percent)) })),
    ...(displacedBy === undefined ? {} : { displacedBy }),
    reasons: [...new Set(reasons)],
    ...(condition ? { condition } : {}),
    ...(trace ? { trace } : {}),
  };
}

function totals(entries: readonly Entry[]): TreatmentReport['totals'] {
  const sums = new Map<string, { unit: string; per: Per; paidBy: 'organisation' | 'person'; sum: Exact }>();
  for (const { plan, unit, value, time, enjoyed } of entries) {
    const { amount, kind } = plan;
    if (!amount || !enjoyed) continue;
    const paidBy = kind === 'fee' ? 'person' : 'organisation';
    const { per } = amount;
    for (const [of, own] of [
      [value, unit],
      [time, amount.unit ?? 'hours'],
    ] as const) {
      if (!of) continue;
      const key = `${paidBy}|${own}|${per}`;
      sums.set(key, { unit: own, per, paidBy, sum: add(sums.get(key)?.sum ?? ZERO, of) });
    }
  }
  return [...sums.values()].map(({ sum, ...rest }) => ({ ...rest, total: formatExact(sum) }));
}
