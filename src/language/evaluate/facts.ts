import { addMonths, type CivilDate, daysBetween, isCivilDate, yearOf } from '../../shared/civil-date.ts';
import { add, compare, type Exact, exactNumber, ratio, whole } from '../../shared/decimal.ts';
import { type Dossier, type Fact, isDay, type RecordFact } from '../dossier.ts';
import type { NotCounted } from '../finding.ts';
import type { TermOf } from '../grammar/amount.ts';
import type { choiceWords } from '../grammar/words.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { CompiledAmount } from './amount.ts';
import type { Run } from './clause.ts';
import { resolveDay } from './compare.ts';
import { taken, trimmed } from './marks.ts';
import { recordValue } from './record-value.ts';
import { compileSelector, notConfirmed, type Words } from './select.ts';
import { compileTitleDay } from './title.ts';
import type { WorthLine } from './worth.ts';

/** Amounts taken from facts: attributes, time between days, lookup tables, lists of marks. */

type Value = CompiledAmount['value'];

/** A number; years since the date it runs from; yes as 1 and no as 0. */
export function compileValue(arg: TermOf<'value'>, vocabulary: Vocabulary): Value {
  const { of: attribute, asOf } = typeof arg === 'string' ? { of: arg, asOf: undefined } : arg;
  const found = vocabulary.attributes[attribute];
  if (found?.type === 'years') {
    const since = found.since ?? '';
    const counted = found.counted === 'elapsed' ? 'exact' : 'completed';
    return ({ person }, run) => {
      const from = person[since];
      return isDay(from) ? between(from, resolveDay(asOf, run.asOf), 'years', counted) : undefined;
    };
  }
  return ({ person }) => {
    const value = person[attribute];
    if (typeof value === 'boolean') return whole(value ? 1 : 0);
    return typeof value === 'number' ? exactNumber(value) : undefined;
  };
}

type End = TermOf<'elapsed'>['since'];
interface DayAt {
  day(dossier: Dossier, run: Run, record?: RecordFact): Fact | undefined;
  /** Of a day of records: which one it is taken of, and why others are not looked at. */
  lines?(
    dossier: Dossier,
    run: Run,
  ): { readonly records: readonly WorthLine[]; readonly notCounted: readonly NotCounted[] };
}

/** One end of a time: a day, an attribute, a day of the record at hand, the latest or earliest of some records, or of the grants of a title. */
function compileEnd(end: End, words: Words): DayAt {
  if (end === 'asOf') return { day: (_, { asOf }) => asOf };
  if (end === 'on') return { day: (_dossier, _run, record) => record?.on };
  if (typeof end === 'string')
    return { day: isCivilDate(end) ? () => end : ({ person }: Dossier) => person[end] };
  if ('title' in end) {
    const granted = compileTitleDay(end, words.vocabulary);
    return { day: (dossier, { asOf }) => granted(dossier, asOf) };
  }
  if (!('record' in end))
    return { day: (_dossier, _run, record) => record && recordValue(record, end.field) };
  const { field = 'on', take } = end;
  const selector = compileSelector(end, words);
  const pick = (dossier: Dossier, run: Run, leave?: (one: NotCounted) => void) => {
    let found: { readonly record: RecordFact; readonly day: CivilDate } | undefined;
    const known = selector.visit(
      dossier,
      run,
      (record, sure) => {
        const day = recordValue(record, field);
        if (!sure) leave?.(notConfirmed(record));
        else if (isDay(day) && (!found || (take === 'latest' ? day > found.day : day < found.day))) {
          found = { record, day };
        }
      },
      leave && ((record, why) => leave(selector.explain(record, why))),
    );
    return known ? found : undefined;
  };
  return {
    day: (dossier, run) => pick(dossier, run)?.day,
    lines(dossier, run) {
      const notCounted: NotCounted[] = [];
      const found = pick(dossier, run, (one) => notCounted.push(one));
      const records = found ? [{ record: found.record.id, value: found.day, counted: true }] : [];
      return { records, notCounted };
    },
  };
}

export function compileElapsed(
  { since, until = 'asOf', in: unit, counted = 'completed' }: TermOf<'elapsed'>,
  words: Words,
): Pick<DayAt, 'lines'> & { readonly value: Value } {
  const [first, last] = [compileEnd(since, words), compileEnd(until, words)];
  const told = [first, last].flatMap(({ lines }) => lines ?? []);
  return {
    value(...at) {
      const [from, to] = [first.day(...at), last.day(...at)];
      return isDay(from) && isDay(to) ? between(from, to, unit, counted) : undefined;
    },
    ...(told.length === 0
      ? {}
      : {
          lines(dossier, run) {
            const all = told.map((lines) => lines(dossier, run));
            return {
              records: all.flatMap(({ records }) => records),
              notCounted: all.flatMap(({ notCounted }) => notCounted),
            };
          },
        }),
  };
}

/** Time from one day to another, negative when it runs backwards. */
function between(
  from: CivilDate,
  to: CivilDate,
  unit: keyof typeof choiceWords.units,
  counted: 'completed' | 'started' | 'exact',
): Exact {
  if (to < from) {
    const { n, d } = between(to, from, unit, counted);
    return { n: -n, d };
  }
  const days = daysBetween(from, to);
  if (unit === 'days') return whole(days);
  const [full, over, length] =
    unit === 'weeks'
      ? [Math.floor(days / 7), days % 7, 7]
      : calendarParts(from, to, unit === 'years' ? 12 : 1);
  if (counted === 'exact') return add(whole(full), ratio(BigInt(over), BigInt(length)));
  return whole(counted === 'started' && over > 0 ? full + 1 : full);
}

/** Whole units of so many months, the days over, and how many days the unit begun has. */
function calendarParts(from: CivilDate, to: CivilDate, months: number): [number, number, number] {
  const whole = (yearOf(to) - yearOf(from)) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
  let full = Math.floor(whole / months);
  while (full > 0 && addMonths(from, full * months) > to) full -= 1;
  const [start, end] = [addMonths(from, full * months), addMonths(from, (full + 1) * months)];
  return [full, daysBetween(start, to), Math.max(1, daysBetween(start, end))];
}

/** A list of marks, the highest and lowest dropped if asked. */
export function compileMarks(
  { of, take, dropHighest = 0, dropLowest = 0 }: TermOf<'marks'>,
  reaching: CompiledAmount | undefined,
): Value {
  return (dossier, run, record) => {
    const marks = dossier.lists?.[of];
    if (marks === undefined) return undefined;
    const kept = trimmed(marks.map(exactNumber), dropHighest, dropLowest);
    const floor = reaching?.value(dossier, run, record);
    if (reaching && floor === undefined) return undefined;
    const chosen = floor ? kept.filter((mark) => compare(mark, floor) >= 0) : kept;
    return taken(chosen, take);
  };
}
