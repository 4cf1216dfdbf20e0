import { addDays, type CivilDate, daysBetween } from '../../shared/civil-date.ts';
import { add, divide, type Exact, formatExact, multiply } from '../../shared/decimal.ts';
import { after } from '../evaluate/window.ts';
import type { Workshop } from '../evaluate.ts';
import type { LifeAction, LifeState, Transition } from '../grammar/work.ts';
import { daysOfPeriod, periodOf } from '../periods.ts';
import { exact, HUNDRED } from './common.ts';
import { Results } from './life-results.ts';
import type { Holding, LifeEvent, LifeReason, LifeStart } from './life-words.ts';

/** One title in its holder's hands: what each act does to it. */

export interface Moment {
  readonly on: CivilDate;
  readonly kind: 'result' | 'event';
  readonly name: string;
  /** For a time that is over: the acts that end with it. */
  readonly over?: readonly LifeAction[];
}

const TARGETS: readonly LifeAction[] = ['grant', 'promote', 'demote'];
const PAY: readonly LifeAction[] = ['stop-pay', 'raise-pay'];
/** Acts that end by themselves when their time is over. */
const TIMED: readonly LifeAction[] = [...PAY, 'suspend', 'warn', 'exempt', 'bar'];

interface Lapsed {
  readonly title: string;
  readonly state: string;
  readonly end: CivilDate;
  readonly assessed: boolean;
}
interface Suspension {
  readonly on: CivilDate;
  readonly from: string;
  readonly until: CivilDate | null;
  readonly keepsEnd: boolean;
}

export class Career {
  readonly results: Results;
  state: string;
  private readonly shop: Workshop;
  private title: string | null;
  private term: number;
  private termEnd: CivilDate | null = null;
  private percent: Exact = HUNDRED;
  private stopped = false;
  /** Until when pay is changed; null: until the next result. */
  private payUntil: CivilDate | null = null;
  private suspension: Suspension | null = null;
  /** Null: not warned. */
  private warned: { readonly until: CivilDate | null } | null = null;
  private mayApply = false;
  private exemptUntil: CivilDate | 'next' | null = null;
  private exemptSince: CivilDate | null = null;
  private barred: Holding['barred'] = null;
  private renewing = false;
  /** What lapsed with the term: the first assessment after it may still bring it back. */
  private lapsed: Lapsed | null = null;
  private timers: Moment[] = [];
  private readonly events = new Map<string, number>();

  constructor({ granted, title, state, term = 1 }: LifeStart, shop: Workshop) {
    this.shop = shop;
    this.results = new Results(shop.programme);
    this.title = title;
    this.state =
      state ?? this.states.find((one) => one.title === title)?.id ?? this.states[0]?.id ?? 'holding';
    this.term = term;
    this.beginTerm(granted);
  }

  private get states(): readonly LifeState[] {
    return this.shop.programme.term?.states ?? [];
  }
  private get length(): string | undefined {
    const { term, grants } = this.shop.programme;
    return term?.length ?? (grants?.find(({ title }) => title === this.title) ?? grants?.[0])?.term;
  }
  private get stated(): LifeState | undefined {
    return this.states.find(({ id }) => id === this.state);
  }
  private get held(): boolean {
    return this.title !== null && this.stated?.held !== false;
  }

  holding(): Holding {
    return {
      state: this.state,
      title: this.title,
      held: this.held,
      paid: this.held && !this.suspension && !this.stopped && this.stated?.paid !== false,
      percent: formatExact(this.percent),
      term: this.term,
      termEnd: this.termEnd,
      suspended: this.suspension !== null,
      warned: this.warned !== null,
      exempt: this.exemptUntil !== null,
      mayApply: this.mayApply,
      barred: this.barred,
    };
  }

  /** Nothing leads out of where it is. */
  isOver(): boolean {
    const gone = this.states.length === 0 && this.title === null && this.lapsed === null;
    return gone || this.stated?.ends === true;
  }

  /** A transition that names no state concerns a title that is held, or one a renewal may bring back. */
  concerns({ does }: Transition): boolean {
    return this.held || (this.lapsed !== null && does.includes('renew'));
  }

  /** For what is granted: not had already; for any other act: the title that is held. */
  fitsTitle({ title, does }: Transition): boolean {
    if (title === undefined) return true;
    const order = this.shop.vocabulary.titleOrder;
    const place = (one: string | null) => (one === null ? null : (order.get(one) ?? one));
    const own = place(this.title ?? this.lapsed?.title ?? null);
    const targeted = does.some((act) => TARGETS.includes(act));
    return targeted ? place(this.title) !== place(title) : own === place(title);
  }

  recall(event: string): void {
    this.events.set(event, this.happened(event) + 1);
  }
  happened(event: string): number {
    return this.events.get(event) ?? 0;
  }

  /** A new result: what lasted until the next one is over, and a renewal has to be earned again. */
  assessed(event: Extract<LifeEvent, { result: string }>, passed: boolean): void {
    if (this.exemptUntil === 'next' && this.exemptSince) {
      this.results.excuse(this.exemptSince, event.on);
      this.exemptUntil = null;
    }
    this.results.add(event, passed);
    if (this.payUntil === null) this.restorePay();
    this.renewing = false;
    if (this.lapsed) this.lapsed = this.lapsed.assessed ? null : { ...this.lapsed, assessed: true };
  }

  /** The next day on which something happens by itself. */
  due(): Moment | undefined {
    const runs = this.held && !(this.suspension && !this.suspension.keepsEnd);
    const end: Moment[] =
      runs && this.termEnd ? [{ on: addDays(this.termEnd, 1), kind: 'event', name: 'term-end' }] : [];
    return [...end, ...this.timers].toSorted((a, b) => daysBetween(b.on, a.on))[0];
  }

  /** What ends by itself on a day that has come. */
  pass(moment: Moment): void {
    this.timers = this.timers.filter((one) => one !== moment);
    for (const act of moment.over ?? []) {
      // One that came after it has a time of its own.
      if (act === 'suspend' && this.suspension?.until === moment.on) this.resume(moment.on);
      else if (act === 'warn' && this.warned?.until === moment.on) this.warned = null;
      else if (act === 'exempt' && this.exemptUntil === moment.on) this.exemptUntil = null;
      else if (act === 'bar' && this.barred?.until === addDays(moment.on, -1)) this.barred = null;
      else if (PAY.includes(act) && this.payUntil === moment.on) this.restorePay();
    }
  }

  /** A term is over: the next begins, or the title lapses, unless a transition dealt with it. */
  endTerm(end: CivilDate, handled = false): readonly LifeReason[] {
    if (!this.held || this.termEnd !== end) return [];
    if (this.renewing) return this.nextTerm(end);
    // A transition that lets the title stand without a new end lets it run on.
    if (handled) this.termEnd = null;
    return handled ? [] : this.lapse(end);
  }

  apply(transition: Transition, { on, name }: Moment): readonly LifeReason[] {
    const reasons: LifeReason[] = [];
    const { does, for: length, to, title } = transition;
    const refused = () => reasons.some((reason) => REFUSED.includes(reason));
    for (const act of does) reasons.push(...this.act(act, transition, on, name === 'term-end'));
    const timed = does.filter((act) => TIMED.includes(act));
    if (length !== undefined && timed.length > 0) {
      const event = {
        on: after(on, length),
        kind: 'event',
        name: `${transition.id}-end`,
        over: timed,
      } as const;
      this.timers.push(event);
    }
    if (to !== undefined && !refused()) {
      this.state = to;
      const brought = this.stated?.title ?? (does.some((act) => TARGETS.includes(act)) ? title : undefined);
      if (brought !== undefined && brought !== this.title) this.take(brought, on);
      if (this.stated?.held === false) this.leave();
    }
    const rose = does.includes('promote') || (does.includes('grant') && transition.run !== undefined);
    if (rose && !refused()) this.results.spend();
    return reasons;
  }

  private act(act: LifeAction, one: Transition, on: CivilDate, atEnd: boolean): readonly LifeReason[] {
    switch (act) {
      case 'grant':
        return one.title === undefined ? [] : this.grant(one.title, on);
      case 'promote':
      case 'demote':
        return this.shift(act, one, on);
      case 'renew':
        return this.renew(on, atEnd);
      case 'cancel':
      case 'lapse':
        this.drop(one.to);
        return [];
      case 'suspend':
        this.suspension = {
          on: this.suspension?.on ?? on,
          from: this.suspension?.from ?? this.state,
          until: one.for === undefined ? null : after(on, one.for),
          keepsEnd: one.keepsEnd === true,
        };
        if (one.to === undefined && this.states.some(({ id }) => id === 'suspended'))
          this.state = 'suspended';
        return [];
      case 'resume':
        this.resume(on);
        return [];
      case 'warn':
        this.warned = { until: one.for === undefined ? null : after(on, one.for) };
        return [];
      case 'extend':
        if (this.termEnd === null || one.for === undefined) return ['no-term'];
        this.termEnd = addDays(after(addDays(this.termEnd, 1), one.for), -1);
        return [];
      case 'stop-pay':
      case 'raise-pay':
        this.payUntil = one.for === undefined ? null : after(on, one.for);
        if (act === 'stop-pay') this.stopped = true;
        else {
          const rise = add(HUNDRED, exact(one.percent ?? '0'));
          this.percent = divide(multiply(this.percent, rise), HUNDRED);
        }
        return [];
      case 'exempt':
        this.exemptSince = on;
        this.exemptUntil = one.for === undefined ? 'next' : after(on, one.for);
        if (one.for !== undefined) this.results.excuse(on, addDays(after(on, one.for), -1));
        return [];
      case 'may-apply':
        this.mayApply = true;
        return [];
      case 'bar':
        this.barred = { until: one.for === undefined ? null : addDays(after(on, one.for), -1) };
        this.mayApply = false;
        return [];
      case 'keep':
      case 'recover-certificate':
      case 'report':
        return [];
    }
  }

  private grant(title: string, on: CivilDate): readonly LifeReason[] {
    const { titleOrder } = this.shop.vocabulary;
    const [here, there] = [titleOrder.get(this.title ?? ''), titleOrder.get(title)];
    const down = here !== undefined && there !== undefined && there < here;
    if (down && this.shop.programme.term?.upwardOnly) return ['only-upward'];
    this.move(title, on);
    return [];
  }

  /** Up or down the order of titles, or to the one that is named. */
  private shift(act: 'promote' | 'demote', one: Transition, on: CivilDate): readonly LifeReason[] {
    const { vocabulary, programme } = this.shop;
    const steps = vocabulary.scales[vocabulary.titleScale]?.steps ?? [];
    const here = this.title === null ? undefined : vocabulary.titleOrder.get(this.title);
    const away = (one.steps ?? 1) * (act === 'promote' ? 1 : -1);
    const place =
      one.title !== undefined
        ? vocabulary.titleOrder.get(one.title)
        : here === undefined
          ? undefined
          : Math.min(Math.max(here + away, 0), steps.length - 1);
    const title = one.title ?? (place === undefined ? undefined : steps[place]?.id);
    const down = here !== undefined && place !== undefined ? place < here : act === 'demote';
    if (down && programme.term?.upwardOnly) return ['only-upward'];
    if (title === undefined || place === here) {
      return [act === 'promote' ? 'highest-already' : 'lowest-already'];
    }
    this.move(title, on);
    return [];
  }

  /** A new title, and the state that goes with it. */
  private move(title: string, on: CivilDate): void {
    this.take(title, on);
    const fit = this.states.find((one) => one.title === title);
    if (fit) this.state = fit.id;
    else if (this.states.length === 0) this.state = 'holding';
  }

  private take(title: string, on: CivilDate): void {
    this.title = title;
    this.results.begin();
    this.events.clear();
    this.lapsed = null;
    this.suspension = null;
    this.warned = null;
    this.term = 1;
    this.restorePay();
    this.beginTerm(on);
  }

  /** At the end of the term, or after it lapsed, at once; before, when the term is over. */
  private renew(on: CivilDate, atEnd: boolean): readonly LifeReason[] {
    const { most } = this.shop.programme.term ?? {};
    if (most !== undefined && this.term >= most) return ['most-terms'];
    if (this.lapsed) {
      const { title, state, end } = this.lapsed;
      // Too late: the next term would be over as well.
      if (on >= after(addDays(end, 1), this.length ?? '1d')) return ['term-over'];
      this.title = title;
      this.state = state;
      this.lapsed = null;
      return this.nextTerm(end);
    }
    if (atEnd && this.termEnd) return this.nextTerm(this.termEnd);
    this.renewing = this.termEnd !== null && on <= this.termEnd;
    return [];
  }

  private beginTerm(on: CivilDate): void {
    const { length } = this;
    if (length === undefined || this.shop.programme.term?.lifelong) {
      this.termEnd = null;
      return;
    }
    this.termEnd = addDays(after(this.startOf(on), length), -1);
  }

  private startOf(on: CivilDate): CivilDate {
    const { reckoning, programme } = this.shop;
    const starts = programme.term?.starts ?? 'grant';
    if (starts === 'grant') return on;
    const span = starts.endsWith('school-year') ? 'school-year' : 'year';
    const number = periodOf(span, on, reckoning);
    const { from } = daysOfPeriod(span, number, reckoning);
    if (from === on || starts.startsWith('running')) return from;
    return daysOfPeriod(span, number + 1, reckoning).from;
  }

  private nextTerm(end: CivilDate): readonly LifeReason[] {
    const { length } = this;
    this.renewing = false;
    this.term += 1;
    this.termEnd = length === undefined ? null : addDays(after(addDays(end, 1), length), -1);
    return ['renewed'];
  }

  private lapse(end: CivilDate): readonly LifeReason[] {
    const { title, state } = this;
    this.drop(undefined);
    if (title !== null) this.lapsed = { title, state, end, assessed: false };
    return ['term-over'];
  }

  /** The title is gone; the state is the one named, else the first in which none is held. */
  private drop(to: string | undefined): void {
    this.leave();
    const out = this.states.find(({ held, ends }) => held === false && ends) ?? this.states.find(isOut);
    if (to === undefined) this.state = out?.id ?? (this.states.length === 0 ? 'ended' : this.state);
  }

  private leave(): void {
    this.title = null;
    this.termEnd = null;
    this.suspension = null;
    this.warned = null;
    this.renewing = false;
    this.lapsed = null;
    this.restorePay();
  }

  private resume(on: CivilDate): void {
    if (!this.suspension) return;
    const { on: since, from, keepsEnd } = this.suspension;
    this.suspension = null;
    this.state = from;
    if (!keepsEnd && this.termEnd) this.termEnd = addDays(this.termEnd, daysBetween(since, on));
  }

  private restorePay(): void {
    this.percent = HUNDRED;
    this.stopped = false;
    this.payUntil = null;
  }
}

/** Reasons for which the state stays as it is, too. */
const REFUSED: readonly LifeReason[] = ['only-upward', 'most-terms', 'highest-already', 'lowest-already'];
const isOut = ({ held }: LifeState) => held === false;
