import type { Dossier, Fact, RecordFact } from '../dossier.ts';
import type { EmptyPeriod, NotCounted, NotCountedReason } from '../finding.ts';
import type { Test, Window } from '../grammar/selection.ts';
import type { Reckoning } from '../periods.ts';
import { recordValueType, type Vocabulary } from '../vocabulary.ts';
import type { Run } from './clause.ts';
import { compileAgainst, normalise, type PersonalCompare } from './compare.ts';
import { compileLatest, type Latest, latestOf } from './latest.ts';
import { recordValue } from './record-value.ts';
import { recordsOfType } from './types.ts';
import { compileWindow, type Days } from './window.ts';

/** Which records of a dossier a clause or an amount looks at, and why the others do not count. */

export interface Selection {
  readonly record: readonly string[];
  readonly where?: Readonly<Record<string, Test>>;
  readonly within?: Window;
  readonly latest?: number | Latest;
  readonly asOf?: string;
  readonly distinctBy?: string;
  readonly consume?: boolean;
}

/** What the compiled pieces of one programme share. */
export interface Words {
  readonly vocabulary: Vocabulary;
  readonly reckoning: Reckoning;
}

export interface Selector {
  /**
   * Visits every record that belongs, confirmed ones first where one event counts once. False when the days
   * to look at, or what a record is compared with, are not documented of the person.
   */
  visit(
    dossier: Dossier,
    run: Run,
    take: (record: RecordFact, confirmed: boolean) => void,
    leave?: (record: RecordFact, why: string) => void,
  ): boolean;
  explain(record: RecordFact, why: string): NotCounted;
  /** For the latest so many periods: which of them have no record; none where nothing of the sort is asked. */
  empty(dossier: Dossier, run: Run): { readonly empty?: readonly EmptyPeriod[] };
}

interface Filter extends PersonalCompare {
  readonly key: string;
}

function reasonFor(key: string, value: Fact): NotCountedReason {
  if (key === 'level') return value === null ? 'level-unknown' : 'level-below';
  if (key === 'grade') return 'grade-below';
  if (key === 'on') return 'outside-window';
  return key === 'authorOrder' ? 'author-order' : 'wrong-field';
}

/** Whether a record is beyond doubt; one that was handed in but not confirmed counts only where asked. */
const isSure = (record: RecordFact, run: Run) =>
  record.status === 'confirmed' || run.countUnconfirmed === true;

export function compileFilters(where: Selection['where'], type: string, vocabulary: Vocabulary): Filter[] {
  return Object.entries(where ?? {}).map(([key, test]) => ({
    key,
    ...compileAgainst(test, recordValueType(vocabulary, type, key) ?? { kind: 'text' }),
  }));
}

const looksAtPerson = (test: Test): boolean => {
  const { sameAs, notSameAs } = normalise(test);
  return sameAs !== undefined || notSameAs !== undefined;
};

export function compileSelector(arg: Selection, words: Words): Selector {
  const { vocabulary } = words;
  const filtersOf = (where: Selection['where']) =>
    new Map(arg.record.map((type) => [type, compileFilters(where, type, vocabulary)]));
  const latest = compileLatest(arg.latest, words);
  const among = latestOf(arg.latest)?.where;
  const [filters, pool] = [filtersOf(arg.where), filtersOf(among)];
  /** Those that look at the person. */
  const personal = [[arg.where, filters] as const, [among, pool] as const].flatMap(([where, own]) =>
    Object.values(where ?? {}).some(looksAtPerson) ? [...own.values()].flat() : [],
  );
  const windowOf = compileWindow(arg.within, arg.asOf, words);
  const dated = arg.within !== undefined || latest?.dated === true;
  const only = arg.record.length === 1 ? arg.record[0] : undefined;
  const { distinctBy: distinct, consume = false } = arg;

  const failing = (record: RecordFact, own: readonly Filter[], dossier: Dossier) =>
    own.find(({ key, compare }) => compare(recordValue(record, key), dossier) !== true)?.key;

  /** Those among which the latest are looked for. */
  const meant = (
    records: readonly RecordFact[],
    days: Days,
    dossier: Dossier,
    run: Run,
    confirmed: boolean,
  ): readonly RecordFact[] =>
    records.filter((record) => {
      const own = pool.get(record.type);
      if (!own || record.status === 'withdrawn' || (confirmed && !isSure(record, run))) return false;
      return outside(record, days, run) === undefined && failing(record, own, dossier) === undefined;
    });

  /**
   * Why a record is not among the latest, whatever is asked of them. What waits displaces nothing confirmed,
   * and is itself placed among everything handed in.
   */
  function beyondLatest(
    records: readonly RecordFact[],
    days: Days,
    dossier: Dossier,
    run: Run,
    confirmed: boolean,
  ): ((record: RecordFact) => string | undefined) | undefined {
    if (!latest) return undefined;
    const older = latest.beyond(meant(records, days, dossier, run, confirmed), days.to);
    return (record) => failing(record, pool.get(record.type) ?? [], dossier) ?? older(record);
  }

  /** Whether the day of a record keeps it out. */
  function outside({ on }: RecordFact, days: Days, run: Run): string | undefined {
    if (on === null) return dated || run.period !== undefined ? '?' : undefined;
    if (on > days.to) return on > run.asOf ? '>' : '<';
    return days.after !== null && on <= days.after ? '<' : undefined;
  }

  /** The key or date that keeps a record out; undefined when it belongs. Distinctness comes later. */
  function rejection(
    record: RecordFact,
    days: Days,
    dossier: Dossier,
    run: Run,
    own: readonly Filter[],
    older: ((record: RecordFact) => string | undefined) | undefined,
  ): string | undefined {
    const day = outside(record, days, run);
    if (day !== undefined) return day;
    if (consume && (run.consumed?.has(record.id) || run.spent?.has(record.id))) return 'consumed';
    return older?.(record) ?? failing(record, own, dossier);
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

  return {
    visit(dossier, run, take, leave) {
      const days = windowOf(dossier, run);
      if (days === undefined) return false;
      for (const own of personal) if (!own.known(dossier)) return false;
      const seen = distinct === undefined ? undefined : new Set<Fact>();
      const records = only === undefined ? dossier.records : recordsOfType(dossier.records, only);
      let waiting = false;
      const pass = (confirmed: boolean) => {
        const older = beyondLatest(records, days, dossier, run, confirmed);
        for (const record of records) {
          const own = filters.get(record.type);
          if (!own || record.status === 'withdrawn') continue;
          if (isSure(record, run) !== confirmed) {
            waiting = true;
            continue;
          }
          const why = rejection(record, days, dossier, run, own, older) ?? repeats(record, seen);
          if (why === undefined) take(record, confirmed);
          else leave?.(record, why);
        }
      };
      pass(true);
      if (waiting) pass(false);
      return true;
    },
    explain: (record, why) => explainRejection(record, why, distinct),
    empty(dossier, run) {
      const days = latest && windowOf(dossier, run);
      if (!latest || days === undefined) return {};
      const empty = latest.empty(meant(dossier.records, days, dossier, run, true), days.to);
      return empty.length === 0 ? {} : { empty };
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
    case 'older':
      return because('not-latest', 'on', record.on);
    case 'consumed':
      return because('consumed', 'id', record.id);
    case 'same-event':
      return because('same-event', distinct ?? 'event', recordValue(record, distinct ?? 'event'));
    default:
      return because(reasonFor(why, recordValue(record, why)), why, recordValue(record, why));
  }
}

export const notConfirmed = (record: RecordFact): NotCounted => ({
  record: record.id,
  reason: 'not-confirmed',
  detail: { key: 'status', value: record.status },
});
