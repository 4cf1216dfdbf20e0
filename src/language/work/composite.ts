import {
  add,
  compare,
  divide,
  type Exact,
  least,
  multiply,
  parseExact,
  round,
  subtract,
  sumOf,
} from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { CompiledAmount } from '../evaluate/amount.ts';
import type { Clause, Run } from '../evaluate/clause.ts';
import type { Workshop } from '../evaluate.ts';
import type { AmountFinding, EvaluationContext, Finding } from '../finding.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Part } from '../grammar/work.ts';
import { negate, type Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { bandFor } from './bands.ts';
import { allOf, exact, HUNDRED, runOf, settled, textOf, verdict, ZERO } from './common.ts';

/**
 * The composite mark of an assessment. Order of the reckoning: the mark of a part, its factors within `of`;
 * its cap (`max`); its weight; the sum; the bonus under its cap; the deductions under theirs; the cap of the
 * whole (`most`); never below nought; rounding. A floor beats the total, and a veto beats every score.
 */
export interface CompositeContext extends EvaluationContext {
  /** Marks that raters gave, as decimal text, by `part`, or by `part.item` where a part has items. */
  readonly marks?: Readonly<Record<string, string>>;
}

export type CompositeReason =
  | ('not-a-subject' | 'part-missing' | 'bonus-missing' | 'deduction-missing' | 'spread' | 'scale-unknown')
  | ('below-floor' | 'below-pass-mark' | 'failing-band' | 'vetoed' | 'veto-open' | 'requirement-unmet')
  | ('requirement-open' | 'records-waiting' | 'capped' | 'no-band');

export const compositeReasons: Readonly<Record<CompositeReason, Names>> = {
  'not-a-subject': { 'zh-CN': '不是考核对象', en: 'is not one of those assessed' },
  'part-missing': { 'zh-CN': '有一项没有得分', en: 'a part has no mark' },
  'bonus-missing': { 'zh-CN': '加分无法计算', en: 'the bonus cannot be reckoned' },
  'deduction-missing': { 'zh-CN': '扣分无法计算', en: 'a deduction cannot be reckoned' },
  spread: { 'zh-CN': '缺项的权重分给其余各项', en: 'the weight of the missing part goes to the others' },
  'scale-unknown': { 'zh-CN': '没有写明满分', en: 'nothing says what the total is out of' },
  'below-floor': { 'zh-CN': '有一项低于单项最低分', en: 'a part is below its least mark' },
  'below-pass-mark': { 'zh-CN': '总分低于合格分', en: 'the total is below the pass mark' },
  'failing-band': { 'zh-CN': '所在等次为不合格', en: 'the band is not a pass' },
  vetoed: { 'zh-CN': '一票否决', en: 'vetoed, whatever the mark' },
  'veto-open': { 'zh-CN': '否决事项尚未查明', en: 'whether there is a veto is not settled' },
  'requirement-unmet': { 'zh-CN': '分数以外的要求未达到', en: 'what is asked besides the mark is not met' },
  'requirement-open': {
    'zh-CN': '分数以外的要求尚未查明',
    en: 'what is asked besides the mark is not settled',
  },
  'records-waiting': { 'zh-CN': '结果取决于待确认的记录', en: 'it hangs on records that await confirmation' },
  capped: { 'zh-CN': '总分已封顶', en: 'the total is capped' },
  'no-band': { 'zh-CN': '没有相应等次', en: 'no band fits' },
};

export interface PartReport {
  readonly id: string;
  readonly names: Names;
  readonly weight: string | null;
  /** After its cap; null when nobody gave one, or something it rests on is not documented. */
  readonly mark: string | null;
  /** What it adds to the total, its weight applied. */
  readonly contribution: string | null;
  readonly floor: { readonly least: string; readonly outcome: Outcome } | null;
  readonly items: readonly { readonly id: string; readonly mark: string | null }[];
  readonly trace?: AmountFinding;
}

export interface CompositeReport {
  /** Whether the person is one of those assessed. */
  readonly subject: Outcome;
  readonly parts: readonly PartReport[];
  readonly bonus: string | null;
  readonly deductions: readonly { readonly id: string; readonly value: string | null }[];
  readonly total: string | null;
  /** What the parts are out of; null where no full mark is declared. */
  readonly outOf: string | null;
  readonly passMark: string | null;
  readonly outcome: Outcome;
  readonly vetoed: boolean;
  readonly band: string | null;
  /** Better bands that hang on something not settled. */
  readonly bandsOpen: readonly string[];
  /** `of`: the part, deduction or band that is meant. */
  readonly reasons: readonly { readonly reason: CompositeReason; readonly of?: string }[];
  readonly veto?: Finding;
  readonly requirement?: Finding;
}

interface Reckoned {
  readonly marks: readonly PartMark[];
  readonly bonus: Exact | undefined;
  readonly deductions: readonly (Exact | undefined)[];
  readonly total: Exact | undefined;
  readonly capped: boolean;
}
interface PartMark {
  readonly mark: Exact | undefined;
  readonly contribution: Exact | undefined;
  readonly floor: Outcome | undefined;
  readonly items: readonly (Exact | undefined)[];
}

export function compileComposite(
  shop: Workshop,
): (dossier: Dossier, context: CompositeContext) => CompositeReport | null {
  const plan = shop.programme.assessment;
  if (!plan) return () => null;
  const { composite, veto, require, subjects, bands = [] } = plan;
  const clauses = {
    subjects: subjects && shop.clause(subjects),
    veto: veto && shop.clause(veto),
    require: require && shop.clause(require),
  };
  const parts = (composite?.parts ?? []).map((part) => compilePart(part, shop));
  const over = composite?.of === undefined ? HUNDRED : exact(composite.of);
  const factors = parts.map(({ plan: { weight } }) => (weight === undefined ? undefined : exact(weight)));
  const weighed = (mark: Exact, weight: Exact | undefined) =>
    weight === undefined ? mark : divide(multiply(mark, weight), over);
  const bonus = composite?.bonus && capped(composite.bonus, shop);
  const deductions = (composite?.deductions ?? []).map((one) => ({ id: one.id, of: capped(one, shop) }));
  const missing = composite?.missing ?? 'refuse';
  const pass = composite?.passMark === undefined ? undefined : exact(composite.passMark);
  const choose = bandFor(
    bands.map((band) => ({ ...band, clause: band.require && shop.clause(band.require) })),
    pass,
  );

  /** A missing bonus or deduction is nought only where missing parts are not refused. */
  const orNothing = (value: Exact | undefined) => (missing === 'refuse' ? value : (value ?? ZERO));

  function reckon(dossier: Dossier, run: Run, given: CompositeContext['marks']): Reckoned {
    const found = parts.map((part) => part.mark(dossier, run, given));
    const share = (weight: Exact | undefined) => weight ?? over;
    const all = sumOf(factors.map(share));
    const known = sumOf(factors.filter((_, i) => found[i]?.mark !== undefined).map(share));
    const stretch = missing === 'spread' && known.n !== 0n ? divide(all, known) : undefined;
    const marks = found.map(({ mark: own, items }, i): PartMark => {
      const mark = own ?? (missing === 'zero' ? ZERO : undefined);
      const plain = mark && weighed(mark, factors[i]);
      const least = parts[i]?.plan.floor;
      const floor = floorOf(mark, least, missing);
      return { mark, items, floor, contribution: plain && stretch ? multiply(plain, stretch) : plain };
    });
    const added = orNothing(bonus ? bonus(dossier, run) : ZERO);
    const taken = deductions.map(({ of }) => orNothing(of(dossier, run)));
    const counted = marks.map(({ contribution }) => contribution);
    const refused = missing === 'refuse' ? counted.includes(undefined) : counted.every((one) => !one);
    const some = [...counted.filter((one) => one !== undefined)];
    if (!composite || refused || !added || taken.some((one) => !one)) {
      return { marks, bonus: added, deductions: taken, total: undefined, capped: false };
    }
    const sum = taken.reduce((rest: Exact, one) => subtract(rest, one ?? ZERO), add(sumOf(some), added));
    const most = composite.most === undefined ? sum : least([sum, exact(composite.most)]);
    const kept = most.n < 0n ? ZERO : most;
    const { places, mode } = composite.rounding ?? {};
    const total = places === undefined || mode === undefined ? kept : round(kept, places, mode);
    return { marks, bonus: added, deductions: taken, total, capped: compare(most, sum) < 0 };
  }

  /** Everything a pass hangs on. */
  function judge(dossier: Dossier, run: Run, given: CompositeContext['marks']) {
    const reckoned = reckon(dossier, run, given);
    const { total, marks } = reckoned;
    const ask = (clause: Clause | undefined) => verdict(clause?.effect(dossier, fresh(run)) ?? 'none');
    const vetoed: Outcome = clauses.veto ? ask(clauses.veto) : 'unmet';
    const required = ask(clauses.require);
    const floors = marks.flatMap(({ floor }) => floor ?? []);
    const reached: Outcome = !composite
      ? 'met'
      : total === undefined
        ? 'missing'
        : pass === undefined || compare(total, pass) >= 0
          ? 'met'
          : 'unmet';
    const besides = allOf([negate(vetoed), required, ...floors]);
    const band = choose(
      total,
      { vetoed: vetoed === 'met', failed: besides === 'unmet' },
      dossier,
      fresh(run),
    );
    const outcome = allOf([besides, reached, ...(band.fails ? ['unmet' as const] : [])]);
    return { ...reckoned, vetoed, required, reached, band, outcome };
  }

  const outOf = (): Exact | undefined => {
    const full = parts.map(({ plan: { max, weight } }, i) => {
      if (max === undefined && weight === undefined) return undefined;
      return weighed(max === undefined ? HUNDRED : exact(max), factors[i]);
    });
    return full.length === 0 || full.includes(undefined)
      ? undefined
      : sumOf(full.flatMap((one) => one ?? []));
  };

  return (dossier, context) => {
    const run = runOf(context);
    const subject = verdict(clauses.subjects?.effect(dossier, run) ?? 'none');
    const found = judge(dossier, run, context.marks);
    const { outcome, waiting } = settled(
      dossier,
      run,
      (other) => judge(dossier, other, context.marks).outcome,
    );
    const reasons: { reason: CompositeReason; of?: string }[] = [];
    const because = (holds: boolean, reason: CompositeReason, of?: string) => {
      if (holds) reasons.push({ reason, ...(of === undefined ? {} : { of }) });
    };
    because(subject === 'unmet', 'not-a-subject');
    because(found.vetoed === 'met', 'vetoed');
    because(found.vetoed === 'missing' || found.vetoed === 'needs-decision', 'veto-open');
    parts.forEach(({ plan: { id }, own }, i) => {
      const part = found.marks[i];
      because(!own(dossier, run, context.marks), missing === 'spread' ? 'spread' : 'part-missing', id);
      because(part?.floor === 'unmet', 'below-floor', id);
    });
    because(found.bonus === undefined, 'bonus-missing');
    deductions.forEach(({ id }, i) => {
      because(found.deductions[i] === undefined, 'deduction-missing', id);
    });
    because(found.required === 'unmet', 'requirement-unmet');
    because(found.required === 'missing' || found.required === 'needs-decision', 'requirement-open');
    because(found.reached === 'unmet', 'below-pass-mark');
    because(found.band.fails, 'failing-band', found.band.id ?? undefined);
    because(found.capped, 'capped');
    because(composite !== undefined && outOf() === undefined, 'scale-unknown');
    because(bands.length > 0 && found.total !== undefined && found.band.id === null, 'no-band');
    because(waiting, 'records-waiting');
    return {
      subject,
      parts: parts.map(({ plan: own, trace }, i) => {
        const { mark, contribution, floor, items } = found.marks[i] ?? {};
        return {
          id: own.id,
          names: own.names,
          weight: own.weight ?? null,
          mark: textOf(mark),
          contribution: textOf(contribution),
          floor: own.floor === undefined || !floor ? null : { least: own.floor, outcome: floor },
          items: (own.items ?? []).map(({ id }, at) => ({ id, mark: textOf(items?.[at]) })),
          ...(trace ? { trace: trace(dossier, run) } : {}),
        };
      }),
      bonus: composite?.bonus ? textOf(found.bonus) : null,
      deductions: deductions.map(({ id }, i) => ({ id, value: textOf(found.deductions[i]) })),
      total: textOf(found.total),
      outOf: textOf(outOf()),
      passMark: composite?.passMark ?? null,
      outcome,
      vetoed: found.vetoed === 'met',
      band: found.band.id,
      bandsOpen: found.band.open,
      reasons,
      ...(clauses.veto ? { veto: clauses.veto.find(dossier, fresh(run)) } : {}),
      ...(clauses.require ? { requirement: clauses.require.find(dossier, fresh(run)) } : {}),
    };
  };
}

const fresh = (run: Run): Run => ({ ...run, spent: new Set() });

/** A part whose weight goes to the others asks nothing; one that is only not marked yet may still fall short. */
function floorOf(
  mark: Exact | undefined,
  floor: string | undefined,
  missing: 'refuse' | 'zero' | 'spread',
): Outcome | undefined {
  if (floor === undefined || (mark === undefined && missing === 'spread')) return undefined;
  if (mark === undefined) return 'missing';
  return compare(mark, exact(floor)) >= 0 ? 'met' : 'unmet';
}

function capped(
  { of, max }: { readonly of: Amount; readonly max?: string },
  shop: Workshop,
): (dossier: Dossier, run: Run) => Exact | undefined {
  const amount = shop.amount(of);
  const cap = max === undefined ? undefined : exact(max);
  return (dossier, run) => {
    const value = amount.value(dossier, run);
    return value && cap ? least([value, cap]) : value;
  };
}

/** The mark of one part: reckoned, given by raters, or the sum of its items. */
function compilePart(plan: Part, shop: Workshop) {
  const amount = plan.of && shop.amount(plan.of);
  const cap = plan.max === undefined ? undefined : exact(plan.max);
  const items = (plan.items ?? []).map((item) => ({
    id: item.id,
    of: item.of && shop.amount(item.of),
    cap: item.max === undefined ? undefined : exact(item.max),
  }));
  const markOf = (
    of: CompiledAmount | undefined,
    key: string,
    max: Exact | undefined,
    [dossier, run, given]: [Dossier, Run, CompositeContext['marks']],
  ): Exact | undefined => {
    const written = given?.[key];
    const value = of
      ? of.value(dossier, run)
      : written === undefined
        ? undefined
        : (parseExact(written) ?? undefined);
    return value && max ? least([value, max]) : value;
  };
  const mark = (...at: [Dossier, Run, CompositeContext['marks']]) => {
    const found = items.map((item) => markOf(item.of, `${plan.id}.${item.id}`, item.cap, at));
    const whole = markOf(amount, plan.id, cap, at);
    const sum =
      found.length === 0 || found.includes(undefined) ? undefined : sumOf(found.flatMap((one) => one ?? []));
    return { items: found, mark: whole ?? (sum && cap ? least([sum, cap]) : sum) };
  };
  return {
    plan,
    mark,
    own: (...at: Parameters<typeof mark>) => mark(...at).mark !== undefined,
    trace: amount && ((dossier: Dossier, run: Run) => amount.trace(dossier, run)),
  };
}
