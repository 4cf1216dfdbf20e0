import type { Dossier, Fact, RecordFact } from '../dossier.ts';
import type { NotCounted, NotCountedReason } from '../finding.ts';
import type { Comparison, RuleOf, Test } from '../grammar/condition.ts';
import { recordValueType, type Vocabulary } from '../vocabulary.ts';
import type { Compiled, Detail, Run } from './clause.ts';
import { type Compare, compileCompare } from './compare.ts';
import { compileWindow, type Days } from './window.ts';

/** count, sum and max over records: which count, which do not and why, and what they come to. */

type Aggregate = RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>;

interface Filter {
  readonly key: string;
  readonly compare: Compare;
}

/** Numbers are added as millionths in whole numbers, so that 0.1 + 0.2 is 0.3. */
const MILLION = 1_000_000;
const micro = (value: number) => Math.round(value * MILLION);

export function recordValue(record: RecordFact, key: string): Fact {
  switch (key) {
    case 'level':
      return record.level;
    case 'grade':
      return record.grade;
    case 'authorOrder':
      return record.authorOrder;
    case 'event':
      return record.event;
    default:
      return record.fields[key] ?? null;
  }
}

function reasonFor(key: string, value: Fact): NotCountedReason {
  if (key === 'level') return value === null ? 'level-unknown' : 'level-below';
  if (key === 'grade') return 'grade-below';
  return key === 'authorOrder' ? 'author-order' : 'wrong-field';
}

export function compileRecords(
  op: 'count' | 'sum' | 'max',
  arg: Aggregate,
  vocabulary: Vocabulary,
): Compiled {
  const filters = new Map(arg.record.map((type) => [type, filtersOf(arg.where, type, vocabulary)]));
  const windowOf = compileWindow(arg.within, arg.asOf);
  const dated = arg.within !== undefined;
  const field = 'of' in arg ? arg.of : undefined;
  const distinct = 'distinctBy' in arg ? arg.distinctBy : undefined;
  const consume = 'consume' in arg && arg.consume === true;
  const bounds = boundsOf(arg);

  /** The key or date that keeps a record out; undefined when it belongs. Distinctness comes later. */
  function rejection(record: RecordFact, days: Days, run: Run, own: readonly Filter[]): string | undefined {
    if (record.on === null) {
      if (dated || run.period !== undefined) return '?';
    } else if (record.on > days.to) return record.on > run.asOf ? '>' : '<';
    else if (days.after !== null && record.on <= days.after) return '<';
    if (consume && (run.consumed?.has(record.id) || run.spent?.has(record.id))) return 'consumed';
    for (const { key, compare } of own) if (compare(recordValue(record, key)) !== true) return key;
    return undefined;
  }

  const amount = (record: RecordFact): number => {
    if (field === undefined) return MILLION;
    const value = recordValue(record, field);
    return typeof value === 'number' && Number.isFinite(value) ? micro(value) : 0;
  };
  const fold = op === 'max' ? Math.max : (a: number, b: number) => a + b;
  const sure = (record: RecordFact, run: Run) =>
    record.status === 'confirmed' || run.countUnconfirmed === true;

  /** Visits every record that belongs, confirmed ones first where one event counts once. */
  function visit(
    dossier: Dossier,
    run: Run,
    take: (record: RecordFact, confirmed: boolean) => void,
    leave?: (record: RecordFact, why: string) => void,
  ): void {
    const days = windowOf(run);
    const seen = distinct === undefined ? undefined : new Set<Fact>();
    let waiting = false;
    const pass = (confirmed: boolean) => {
      for (const record of dossier.records) {
        const own = filters.get(record.type);
        if (!own || record.status === 'withdrawn') continue;
        if (sure(record, run) !== confirmed) {
          waiting = true;
          continue;
        }
        const why = rejection(record, days, run, own) ?? repeats(record, seen);
        if (why === undefined) take(record, confirmed);
        else leave?.(record, why);
      }
    };
    pass(true);
    if (waiting) pass(false);
  }

  /** Whether an earlier record has the same event; one without an event stands for itself. */
  function repeats(record: RecordFact, seen: Set<Fact> | undefined): string | undefined {
    if (!seen || distinct === undefined) return undefined;
    const event = recordValue(record, distinct);
    if (event === null) return undefined;
    if (seen.has(event)) return 'same-event';
    seen.add(event);
    return undefined;
  }

  function settle(confirmed: number, possible: number): Detail['outcome'] {
    if (bounds.meets(confirmed)) return 'met';
    return bounds.reachable(confirmed, possible) ? 'missing' : 'unmet';
  }

  return {
    outcome(dossier, run) {
      let confirmed = 0;
      let possible = 0;
      visit(dossier, run, (record, isSure) => {
        const value = amount(record);
        if (isSure) confirmed = fold(confirmed, value);
        possible = fold(possible, value);
      });
      return settle(confirmed, possible);
    },
    find(dossier, run) {
      let confirmed = 0;
      let possible = 0;
      const counted: string[] = [];
      const notCounted: NotCounted[] = [];
      visit(
        dossier,
        run,
        (record, isSure) => {
          const value = amount(record);
          possible = fold(possible, value);
          if (isSure) {
            confirmed = fold(confirmed, value);
            counted.push(record.id);
          } else {
            notCounted.push({
              record: record.id,
              reason: 'not-confirmed',
              detail: { key: 'status', value: record.status },
            });
          }
        },
        (record, why) => notCounted.push(explainRejection(record, why, distinct)),
      );
      const outcome = settle(confirmed, possible);
      if (consume && outcome === 'met') for (const id of counted.slice(0, bounds.enough)) run.spent?.add(id);
      return { outcome, value: confirmed / MILLION, threshold: bounds.threshold, counted, notCounted };
    },
  };
}

function explainRejection(record: RecordFact, why: string, distinct: string | undefined): NotCounted {
  const because = (reason: NotCountedReason, key: string, value: Fact): NotCounted => ({
    record: record.id,
    reason,
    detail: { key, value },
  });
  switch (why) {
    case '>':
      return because('future', 'on', record.on);
    case '<':
      return because('outside-window', 'on', record.on);
    case '?':
      return because('undated', 'on', null);
    case 'consumed':
      return because('consumed', 'id', record.id);
    case 'same-event':
      return because('same-event', distinct ?? 'event', recordValue(record, distinct ?? 'event'));
    default:
      return because(reasonFor(why, recordValue(record, why)), why, recordValue(record, why));
  }
}

function filtersOf(where: Aggregate['where'], type: string, vocabulary: Vocabulary): Filter[] {
  return Object.entries(where ?? {}).map(([key, test]) => ({
    key,
    compare: compileCompare(test as Test, recordValueType(vocabulary, type, key) ?? { kind: 'text' }),
  }));
}

/** The amounts asked for, in millionths; a count that asks nothing asks for one. */
function boundsOf({ min, max, moreThan, below }: Aggregate) {
  const least = min ?? (max === undefined && moreThan === undefined && below === undefined ? 1 : undefined);
  const [low, over, high, under] = [least, moreThan, max, below].map((bound) =>
    bound === undefined ? undefined : micro(bound),
  );
  const enough = (value: number) =>
    (low === undefined || value >= low) && (over === undefined || value > over);
  const notTooMuch = (value: number) =>
    (high === undefined || value <= high) && (under === undefined || value < under);
  const threshold: Comparison = {
    ...(least === undefined ? {} : { atLeast: least }),
    ...(moreThan === undefined ? {} : { moreThan }),
    ...(max === undefined ? {} : { atMost: max }),
    ...(below === undefined ? {} : { below }),
  };
  return {
    threshold,
    /** How many records satisfy the bound; only so many are spent. */
    enough: least ?? (moreThan === undefined ? 0 : Math.floor(moreThan) + 1),
    meets: (value: number) => enough(value) && notTooMuch(value),
    /** Records only add: waiting ones can lift the amount, never lower it. */
    reachable: (confirmed: number, possible: number) => enough(possible) && notTooMuch(confirmed),
  };
}
