import { addDays, type CivilDate, daysBetween } from '../../shared/civil-date.ts';
import type { Dossier } from '../dossier.ts';
import type { Clause } from '../evaluate/clause.ts';
import type { Workshop } from '../evaluate.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Transition } from '../grammar/work.ts';
import { runOf, verdict } from './common.ts';
import { Career, type Moment } from './life-career.ts';
import { asksForResult, isWanted, passes } from './life-results.ts';
import {
  type Holding,
  type LifeEvent,
  type LifeReason,
  type LifeReport,
  type LifeStart,
  type LifeStep,
  reaches,
} from './life-words.ts';

/**
 * The life of a title: assessments, what happens, and days passing, in their order. For each, the transitions
 * are tried in the order of the file; the first that matches wins, and those marked `also` apply besides. A
 * term that is over ends the title, unless a transition or a renewal earlier in the term says otherwise.
 */
interface CompiledTransition extends Transition {
  readonly clause: Clause | undefined;
}

type Match =
  | { readonly kind: 'no'; readonly near?: { readonly reached: number; readonly of: number } }
  | { readonly kind: 'yes' }
  | { readonly kind: 'waits'; readonly reason: LifeReason };

const NO: Match = { kind: 'no' };

export function compileLife(shop: Workshop) {
  const { programme, vocabulary } = shop;
  const { term } = programme;
  const transitions: readonly CompiledTransition[] = (term?.life ?? []).map((one) => ({
    ...one,
    clause: typeof one.when === 'object' && one.when.if !== undefined ? shop.clause(one.when.if) : undefined,
  }));

  return (
    start: LifeStart,
    events: readonly LifeEvent[],
    dossier: Dossier,
    context: EvaluationContext,
  ): LifeReport => {
    const career = new Career(start, shop);
    const steps: LifeStep[] = [];
    const spans: (Holding & { from: CivilDate; to: CivilDate | null })[] = [];
    const note = (on: CivilDate) => {
      const holding = career.holding();
      const last = spans.at(-1);
      if (last && same(last, holding)) return;
      if (last && last.from >= on) spans.pop();
      else if (last) spans[spans.length - 1] = { ...last, to: addDays(on, -1) };
      spans.push({ ...holding, from: on, to: null });
    };
    note(start.granted);

    function match(one: CompiledTransition, moment: Moment): Match {
      const { when, state, run, total } = one;
      if ((one.from ?? '') > moment.on || (one.until ?? '9999') < moment.on) return NO;
      if (state ? !state.includes(career.state) : !career.concerns(one)) return NO;
      if (!career.fitsTitle(one) || !happens(one, moment)) return NO;
      for (const [asked, reached] of [
        [moment.kind === 'result' ? run : undefined, career.results.run(when)],
        [total, moment.kind === 'result' ? career.results.total(when) : career.happened(moment.name)],
      ] as const) {
        if (asked !== undefined && reached < asked) return { kind: 'no', near: { reached, of: asked } };
      }
      const effect = verdict(one.clause?.effect(dossier, runOf({ ...context, asOf: moment.on })) ?? 'none');
      if (effect === 'unmet') return NO;
      if (effect === 'missing') return { kind: 'waits', reason: 'condition-missing' };
      if (effect === 'needs-decision') return { kind: 'waits', reason: 'condition-open' };
      return decided(one, context);
    }

    function happens({ when }: CompiledTransition, { kind, name }: Moment): boolean {
      if (kind === 'result') {
        const { last } = career.results;
        const asked = asksForResult(when) || (typeof when === 'object' && when.event === undefined);
        return asked && last !== undefined && isWanted(when, last);
      }
      if (typeof when === 'string') return when === name;
      return when.event === undefined ? when.result === undefined : when.event.includes(name);
    }

    function step(moment: Moment): void {
      const near: LifeStep['near'][number][] = [];
      const reasons: LifeReason[] = [];
      let winner: CompiledTransition | undefined;
      const also: CompiledTransition[] = [];
      let settled = false;
      for (const one of transitions) {
        if (settled && !one.also) continue;
        const found = match(one, moment);
        if (found.kind === 'no') {
          if (found.near) near.push({ transition: one.id, ...found.near });
          continue;
        }
        if (found.kind === 'waits') reasons.push(found.reason);
        else if (one.also) also.push(one);
        else winner = one;
        // What is not decided may win yet: nothing after it does.
        if (!one.also && !(found.kind === 'waits' && found.reason === 'declined')) settled = true;
      }
      for (const one of [...(winner ? [winner] : []), ...also]) reasons.push(...career.apply(one, moment));
      if (moment.name === 'term-end') {
        reasons.push(...career.endTerm(addDays(moment.on, -1), winner && !reasons.includes('most-terms')));
      }
      if (moment.over && !winner) reasons.push('time-over');
      if (reasons.length === 0) reasons.push(winner || also.length > 0 ? 'applied' : 'no-transition');
      tell(moment, { winner, also, reasons, near });
    }

    function tell(
      { on, kind, name }: Moment,
      {
        winner,
        also = [],
        reasons,
        near = [],
      }: {
        winner?: Transition | undefined;
        also?: readonly Transition[];
        reasons: readonly LifeReason[];
        near?: LifeStep['near'];
      },
    ): void {
      note(on);
      steps.push({
        on,
        cause: { kind, name },
        transition: winner?.id ?? null,
        also: also.map(({ id }) => id),
        does: [...(winner?.does ?? []), ...also.flatMap(({ does }) => does)],
        reasons: [...new Set(reasons)],
        near,
        after: career.holding(),
      });
    }

    function take(event: LifeEvent): void {
      const moment = momentOf(event);
      if ('result' in event) {
        career.assessed(event, event.passed ?? passes(event.result, programme, vocabulary));
      } else {
        career.recall(event.event);
        if (term?.bridges?.includes(event.event)) career.results.excuse(event.on, event.until ?? event.on);
      }
      if ('event' in event && staysValid(event, term?.portable)) tell(moment, { reasons: ['portable'] });
      else if (career.isOver()) tell(moment, { reasons: ['ended'] });
      else step(moment);
    }

    const waiting = events
      .filter(({ on }) => on >= start.granted && on <= context.asOf)
      .toSorted((a, b) => daysBetween(b.on, a.on));
    // Every turn takes an event or a day that is due, and the days due are finite up to the day asked.
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const due = career.due();
      const next = waiting[0];
      if (due && due.on <= context.asOf && (!next || due.on <= next.on)) {
        career.pass(due);
        step(due);
      } else if (next) {
        waiting.shift();
        take(next);
      } else break;
    }
    return { steps, spans, now: career.holding() };
  };
}

/** More than a life has; a file cannot make the machine run for ever. */
const MOST_TURNS = 10_000;

const momentOf = (event: LifeEvent): Moment =>
  'result' in event
    ? { on: event.on, kind: 'result', name: event.result }
    : { on: event.on, kind: 'event', name: event.event };

/** Whether whoever moved is still within where the title holds. */
function staysValid(
  { crosses }: Extract<LifeEvent, { event: string }>,
  portable: (typeof reaches)[number] | undefined,
): boolean {
  if (crosses === undefined || portable === undefined) return false;
  return reaches.indexOf(crosses) < reaches.indexOf(portable);
}

/** should applies unless a body decided against it; discretion and prefer only when a body decided so. */
function decided({ id, strength = 'must' }: Transition, { decisions }: EvaluationContext): Match {
  const decision = decisions?.[id];
  if (strength === 'must') return { kind: 'yes' };
  if (decision === 'unmet') return { kind: 'waits', reason: 'declined' };
  if (decision === 'met' || strength === 'should') return { kind: 'yes' };
  return { kind: 'waits', reason: 'needs-decision' };
}

const same = (a: Holding, b: Holding): boolean =>
  (Object.keys(b) as (keyof Holding)[]).every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
