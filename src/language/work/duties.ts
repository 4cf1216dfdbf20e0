import type { CivilDate } from '../../shared/civil-date.ts';
import { addDays, daysBetween } from '../../shared/civil-date.ts';
import type { Dossier } from '../dossier.ts';
import type { Clause, Run } from '../evaluate/clause.ts';
import type { Workshop } from '../evaluate.ts';
import type { EvaluationContext, Finding } from '../finding.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Duty } from '../grammar/work.ts';
import type { Outcome } from '../outcome.ts';
import { type Period, periodsWithin } from '../periods.ts';
import type { Names } from '../problem.ts';
import { isCondition, reach } from '../walk.ts';
import { allOf, runOf, verdict } from './common.ts';

/**
 * How a duty was done, period by period. A period is asked for when the duty was in force in it, it concerned
 * the person, and they were there. One that lies only partly within the span asks the whole only of whoever
 * was there for the whole: it is told as partial, unless the duty itself asks in proportion (`served`).
 */
export interface DutySpan extends Period {
  /** When the person was on approved leave or away, both days included. */
  readonly away?: readonly Period[];
  /** Periods done before the span, elsewhere: a dose in phases goes on from there. */
  readonly done?: number;
}

export type DutyReason =
  | ('partial' | 'running' | 'ahead' | 'away' | 'not-asked' | 'who-open')
  | ('not-in-force' | 'beyond-phases' | 'missed' | 'evidence-missing' | 'decision-open');

export const dutyReasons: Readonly<Record<DutyReason, Names>> = {
  partial: { 'zh-CN': '不足一期', en: 'only part of the period lies within the span' },
  running: { 'zh-CN': '本期尚未结束', en: 'the period is still running' },
  ahead: { 'zh-CN': '本期尚未开始', en: 'the period has not begun' },
  away: { 'zh-CN': '整期离岗', en: 'away for the whole period' },
  'not-asked': { 'zh-CN': '不对此人要求', en: 'it is not asked of this person' },
  'who-open': { 'zh-CN': '是否对此人要求尚未查明', en: 'whether it is asked of this person is not settled' },
  'not-in-force': { 'zh-CN': '当时未执行', en: 'it was not in force' },
  'beyond-phases': { 'zh-CN': '各段已完成', en: 'all phases are done' },
  missed: { 'zh-CN': '未完成', en: 'missed' },
  'evidence-missing': { 'zh-CN': '缺证明材料', en: 'evidence is missing' },
  'decision-open': { 'zh-CN': '待组织认定', en: 'a body has yet to decide' },
};

export interface DutyPeriod {
  /** 1 for the first period of the span. */
  readonly number: number;
  /** First and last day of the whole period of the calendar. */
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly partial: boolean;
  /** Days of it the person was there, of all its days. */
  readonly served: { readonly days: number; readonly of: number };
  /** 1 for the first phase; null without phases. */
  readonly phase: number | null;
  /** Null when nothing is asked in it. */
  readonly outcome: Outcome | null;
  readonly reason: DutyReason | null;
  readonly finding: Finding | null;
}

export interface DutyReport {
  readonly id: string;
  /** All periods together, those not over yet and those in part left out. */
  readonly outcome: Outcome;
  readonly periods: readonly DutyPeriod[];
  /** Their numbers. */
  readonly missed: readonly number[];
  /** Where a dose in phases stands on the day asked; null without phases. */
  readonly dose: {
    readonly done: number;
    readonly left: number;
    readonly of: number;
    /** The phase the next period belongs to; null when all is done. */
    readonly phase: number | null;
  } | null;
}

interface Phase {
  readonly clause: Clause;
  readonly prorated: boolean;
  /** Number of its last period; without phases there is no end. */
  readonly last: number;
}

export function compileDuties(shop: Workshop) {
  const made = new Map<string, ReturnType<typeof compileDuty>>();
  return (id: string, dossier: Dossier, span: DutySpan, context: EvaluationContext): DutyReport | null => {
    const duty = shop.programme.duties?.find((one) => one.id === id);
    if (!duty) return null;
    const compiled = made.get(id) ?? compileDuty(duty, shop);
    made.set(id, compiled);
    return compiled?.(dossier, span, context) ?? null;
  };
}

/** Null for a duty that is a statement: nothing can be counted. */
function compileDuty(duty: Duty, shop: Workshop) {
  const phases = phasesOf(duty, shop);
  if (phases.length === 0) return null;
  const who = duty.who && shop.clause(duty.who);
  const phased = duty.phases !== undefined;
  const total = phases.at(-1)?.last ?? 0;

  return (dossier: Dossier, span: DutySpan, context: EvaluationContext): DutyReport => {
    const periods: DutyPeriod[] = [];
    let turn = span.done ?? 0;
    let over = turn;
    for (const whole of periodsOf(duty, span, shop)) {
      const part = { from: later(whole.from, span.from), to: earlier(whole.to, span.to) };
      const served = {
        days: daysOf(part) - daysAway(part, span.away ?? []),
        of: daysOf(whole),
      };
      const partial = daysOf(part) < served.of;
      // A period away does not use up a turn of the dose.
      if (served.days > 0) turn += 1;
      if (served.days > 0 && !partial && whole.to <= context.asOf) over = turn;
      const phase = phases.findIndex(({ last }) => turn <= last);
      const base = { number: periods.length + 1, ...whole, partial, served };
      const ask = (): Pick<DutyPeriod, 'outcome' | 'reason' | 'finding'> => {
        const none = (reason: DutyReason) => ({ outcome: null, reason, finding: null });
        if (part.from > context.asOf) return none('ahead');
        if (served.days <= 0) return none('away');
        if (outside(duty, part)) return none('not-in-force');
        const asked = phases[phase];
        if (!asked) return none('beyond-phases');
        const period = { from: part.from, to: earlier(part.to, context.asOf) };
        const run: Run = runOf({ ...context, asOf: period.to, period, served });
        const concerned = verdict(who?.effect(dossier, { ...run, spent: new Set() }) ?? 'none');
        if (concerned === 'unmet') return none('not-asked');
        const finding = asked.clause.find(dossier, run);
        const outcome = verdict(finding.effect);
        if (concerned !== 'met' && outcome !== 'met') {
          return { outcome: concerned, reason: 'who-open', finding };
        }
        return {
          outcome,
          finding,
          reason: reasonFor(outcome, partial && !asked.prorated, part.to > period.to),
        };
      };
      periods.push({ ...base, phase: phased && phase >= 0 ? phase + 1 : null, ...ask() });
    }
    const next = phases.findIndex(({ last }) => over < last);
    return {
      id: duty.id,
      outcome: allOf(
        periods.flatMap(({ outcome, reason }) =>
          outcome === null || reason === 'partial' || reason === 'running' ? [] : outcome,
        ),
      ),
      periods,
      missed: periods.filter(({ reason }) => reason === 'missed').map(({ number }) => number),
      dose: phased
        ? {
            done: Math.min(over, total),
            left: Math.max(0, total - over),
            of: total,
            phase: next < 0 ? null : next + 1,
          }
        : null,
    };
  };
}

function phasesOf(duty: Duty, shop: Workshop): readonly Phase[] {
  const prorated = (require: Condition) =>
    [...reach(require, shop.programme)].some((node) => !isCondition(node) && node.term.op === 'served');
  const made = (require: Condition, last: number): Phase => ({
    clause: shop.clause(require),
    prorated: prorated(require),
    last,
  });
  if (!duty.phases) return duty.require ? [made(duty.require, Number.POSITIVE_INFINITY)] : [];
  const always = duty.require;
  let last = 0;
  return duty.phases.map(({ periods, require }) => {
    last += periods;
    const { path } = require;
    return made(always ? { path, rule: { op: 'all', arg: [always, require] } } : require, last);
  });
}

function periodsOf({ per, every }: Duty, span: DutySpan, { reckoning }: Workshop): readonly Period[] {
  if (per === undefined || per === 'term') return [{ from: span.from, to: span.to }];
  return periodsWithin(per, span, reckoning, every);
}

function reasonFor(outcome: Outcome, partial: boolean, running: boolean): DutyReason | null {
  if (outcome === 'met') return null;
  if (running) return 'running';
  if (partial) return 'partial';
  if (outcome === 'unmet') return 'missed';
  return outcome === 'missing' ? 'evidence-missing' : 'decision-open';
}

const outside = ({ from, until }: Duty, part: Period) =>
  (from !== undefined && part.from < from) || (until !== undefined && part.from > until);

const later = (a: CivilDate, b: CivilDate) => (a > b ? a : b);
const earlier = (a: CivilDate, b: CivilDate) => (a < b ? a : b);
const daysOf = ({ from, to }: Period) => daysBetween(from, to) + 1;

/** Days of a period covered by absences; days covered twice count once. */
function daysAway(period: Period, away: readonly Period[]): number {
  let [days, next] = [0, period.from];
  for (const absence of away.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const [from, to] = [later(absence.from, next), earlier(absence.to, period.to)];
    if (from > to) continue;
    days += daysOf({ from, to });
    next = addDays(to, 1);
  }
  return days;
}
