import type { CivilDate } from '../../shared/civil-date.ts';
import { compare } from '../../shared/decimal.ts';
import type { CalendarSpan } from '../grammar/selection.ts';
import type { Transition } from '../grammar/work.ts';
import { periodOf } from '../periods.ts';
import type { Programme } from '../programme.ts';
import { reckoningOf } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { exact } from './common.ts';
import type { LifeEvent } from './life-words.ts';

/** Results of assessments: which are passes, which a transition asks for, and rows of them. */

export interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly period: number;
}

type When = Transition['when'];

/** A result is a pass by what was told, else by the programme's bands, else by the appraisal scale. */
export function passes(name: string, { assessment }: Programme, vocabulary: Vocabulary): boolean {
  const band = assessment?.bands?.find(({ id }) => id === name);
  const mark = assessment?.composite?.passMark;
  if (band?.fails !== undefined) return !band.fails;
  if (band && mark !== undefined) return compare(exact(band.from), exact(mark)) >= 0;
  const order = vocabulary.scales.appraisal?.order;
  const [place, qualified] = [order?.get(name), order?.get('qualified')];
  if (place !== undefined && qualified !== undefined) return place >= qualified;
  return name === 'qualified' || name === 'pass';
}

export const asksForResult = (when: When): boolean =>
  typeof when === 'string' ? /qualified/.test(when) : when.result !== undefined;

/** Whether a result is one of those a transition asks for. */
export function isWanted(when: When, { name, passed }: Result): boolean {
  if (when === 'assessed-qualified' || when === 'qualified-run') return passed;
  if (when === 'assessed-unqualified') return !passed;
  return typeof when !== 'string' && (when.result === undefined || when.result.includes(name));
}

/** Results one after another; a missing period breaks the row unless leave or an exemption covers it. */
export class Results {
  private readonly all: Result[] = [];
  private readonly excused = new Set<number>();
  private readonly span: CalendarSpan | null;
  private readonly number: (day: CivilDate) => number;
  /** Results before this one have led to promotion already. */
  private spent = 0;
  /** The first since the present title was granted. */
  private first = 0;

  constructor(programme: Programme) {
    const per = programme.assessment?.per ?? 'year';
    this.span = per === 'term' || per === 'round' ? null : per;
    const reckoning = reckoningOf(programme);
    this.number = (day) => (this.span ? periodOf(this.span, day, reckoning) : 0);
  }

  add(event: Extract<LifeEvent, { result: string }>, passed: boolean): void {
    this.all.push({ name: event.result, passed, period: event.period ?? this.number(event.on) });
  }

  get last(): Result | undefined {
    return this.all.at(-1);
  }

  excuse(from: CivilDate, to: CivilDate): void {
    for (let one = this.number(from); one <= this.number(to); one += 1) this.excused.add(one);
  }

  /** A promotion uses up the row that led to it. */
  spend(): void {
    this.spent = this.all.length;
  }
  /** A title begins a count of its own. */
  begin(): void {
    this.first = this.all.length;
  }

  /** How many in a row, up to the last. */
  run(when: When): number {
    let length = 0;
    let next: number | undefined;
    for (const one of this.all.slice(this.spent).reverse()) {
      if (!isWanted(when, one) || !this.joins(one.period, next)) break;
      next = one.period;
      length += 1;
    }
    return length;
  }

  total(when: When): number {
    return this.all.slice(this.first).filter((one) => isWanted(when, one)).length;
  }

  private joins(period: number, next: number | undefined): boolean {
    if (next === undefined || this.span === null) return true;
    for (let one = period + 1; one < next; one += 1) if (!this.excused.has(one)) return false;
    return true;
  }
}
