import {
  add,
  compare,
  divide,
  type Exact,
  exactNumber,
  formatExact,
  greatest,
  least,
  sumOf,
  whole,
} from '../../shared/decimal.ts';
import type { Dossier, Fact, RecordFact } from '../dossier.ts';
import type { AmountFinding, NotCounted } from '../finding.ts';
import type { RecordTerm } from '../grammar/amount.ts';
import { calendarSpans } from '../grammar/selection.ts';
import { periodOf } from '../periods.ts';
import { recordValueType, type ValueType } from '../vocabulary.ts';
import type { CompiledAmount } from './amount.ts';
import type { Run } from './clause.ts';
import { recordValue } from './record-value.ts';
import { compileSelector, notConfirmed, type Words } from './select.ts';

/**
 * What records are worth together. Steps: each record's worth; of every group only the best, if the policy
 * says so; the caps, those of groups before those of the whole; then the sum, average, highest or lowest.
 */
export interface WorthLine {
  readonly record: string;
  readonly value: string;
  /** False for what a better record of its group displaced. */
  readonly counted: boolean;
}

interface Worth {
  readonly record: RecordFact;
  readonly value: Exact;
}
interface Cap {
  readonly max: CompiledAmount;
  readonly per?: readonly string[];
}

const ONE = whole(1);

export function compileWorth(
  op: 'sum' | 'average' | 'highest' | 'lowest',
  arg: RecordTerm,
  each: CompiledAmount | undefined,
  caps: readonly Cap[],
  words: Words,
) {
  const selector = compileSelector(arg, words);
  const { best, of } = arg;
  const bestGroup = compileGroup(best?.per ?? [], words);
  const limits = caps.map(({ max, per = [] }) => ({
    max,
    groupOf: compileGroup(per, words),
    keysOf: per.map((key) => compileKey(key, words)),
  }));

  /** Undefined where what it would be worth is not documented: such a record does not count, and it is said so. */
  const worthOf = (record: RecordFact, dossier: Dossier, run: Run): Exact | undefined => {
    if (each) return each.value(dossier, run, record);
    if (of === undefined) return ONE;
    const value = recordValue(record, of);
    return typeof value === 'number' ? exactNumber(value) : undefined;
  };

  function gather(dossier: Dossier, run: Run): Worth[] | undefined {
    const all: Worth[] = [];
    const known = selector.visit(dossier, run, (record, sure) => {
      const value = sure ? worthOf(record, dossier, run) : undefined;
      if (value !== undefined) all.push({ record, value });
    });
    return known ? all : undefined;
  }

  function choose(all: readonly Worth[]): readonly Worth[] {
    if (!best) return all;
    const taken = new Map<string, number>();
    return all
      .toSorted((a, b) => compare(b.value, a.value))
      .filter(({ record }) => {
        const group = bestGroup(record);
        const before = taken.get(group) ?? 0;
        taken.set(group, before + 1);
        return before < best.take;
      });
  }

  /** The sum under its caps; undefined when a cap is not known. `tell` hears of every cap that was reached. */
  function total(
    chosen: readonly Worth[],
    dossier: Dossier,
    run: Run,
    tell?: (sum: Exact, cap: Exact, group: readonly Fact[]) => void,
  ): Exact | undefined {
    let groups: { keys: RecordFact; value: Exact }[] = chosen.map(({ record, value }) => ({
      keys: record,
      value,
    }));
    for (const { max, groupOf, keysOf } of limits) {
      const cap = max.value(dossier, run);
      if (cap === undefined) return undefined;
      const sums = new Map<string, { keys: RecordFact; value: Exact }>();
      for (const { keys, value } of groups) {
        const group = groupOf(keys);
        const sum = sums.get(group);
        sums.set(group, { keys, value: sum ? add(sum.value, value) : value });
      }
      groups = [...sums.values()].map(({ keys, value }) => {
        if (tell && compare(value, cap) > 0)
          tell(
            value,
            cap,
            keysOf.map((key) => key(keys)),
          );
        return { keys, value: least([value, cap]) };
      });
    }
    return sumOf(groups.map(({ value }) => value));
  }

  return {
    value(dossier: Dossier, run: Run): Exact | undefined {
      const all = gather(dossier, run);
      if (!all) return undefined;
      const chosen = choose(all);
      if (op === 'sum') return total(chosen, dossier, run);
      const values = chosen.map(({ value }) => value);
      if (values.length === 0) return undefined;
      if (op === 'average') return divide(sumOf(values), whole(values.length));
      return op === 'highest' ? greatest(values) : least(values);
    },
    lines(dossier: Dossier, run: Run) {
      const all = gather(dossier, run) ?? [];
      const chosen = new Set(choose(all));
      const notCounted: NotCounted[] = [];
      selector.visit(
        dossier,
        run,
        (record, sure) => {
          if (!sure) notCounted.push(notConfirmed(record));
          else if (worthOf(record, dossier, run) === undefined) notCounted.push(unknownWorth(record));
        },
        (record, why) => notCounted.push(selector.explain(record, why)),
      );
      const records: WorthLine[] = all.map((one) => ({
        record: one.record.id,
        value: formatExact(one.value),
        counted: chosen.has(one),
      }));
      const capped: NonNullable<AmountFinding['capped']>[number][] = [];
      if (op === 'sum') {
        total([...chosen], dossier, run, (sum, cap, group) => {
          capped.push({ sum: formatExact(sum), cap: formatExact(cap), group });
        });
      }
      return { records, notCounted, capped, ...selector.empty(dossier, run) };
    },
  };
}

const unknownWorth = (record: RecordFact): NotCounted => ({
  record: record.id,
  reason: 'worth-unknown',
  detail: { key: 'worth', value: null },
});

/** The group of a record, by so many keys. */
function compileGroup(keys: readonly string[], words: Words): (record: RecordFact) => string {
  const own = keys.map((key) => compileKey(key, words));
  const [only] = own;
  if (only && own.length === 1) return (record) => String(only(record));
  return (record) => JSON.stringify(own.map((key) => key(record)));
}

/** Equivalents of an ordered scale are one group. */
function compileKey(key: string, { reckoning, vocabulary }: Words): (record: RecordFact) => Fact {
  const span = calendarSpans.find((one) => one === key);
  if (span) return ({ on }) => (on === null ? null : periodOf(span, on, reckoning));
  if (key === 'type') return ({ type }) => type;
  const kinds = new Map<string, ValueType | undefined>();
  return (record) => {
    if (!kinds.has(record.type)) kinds.set(record.type, recordValueType(vocabulary, record.type, key));
    const [value, kind] = [recordValue(record, key), kinds.get(record.type)];
    return kind?.kind === 'scale' ? (kind.order.get(String(value)) ?? value) : value;
  };
}
