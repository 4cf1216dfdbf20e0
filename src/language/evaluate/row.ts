import { type CivilDate, isCivilDate } from '../../shared/civil-date.ts';
import type { Dossier, RecordFact } from '../dossier.ts';
import type { NotCounted } from '../finding.ts';
import type { RuleOf } from '../grammar/condition.ts';
import type { RunSelection } from '../grammar/selection.ts';
import { daysOfPeriod } from '../periods.ts';
import { boundsOf, MILLION } from './bounds.ts';
import type { Compiled, Run } from './clause.ts';
import { compilePlacing } from './placing.ts';
import { recordValue } from './record-value.ts';
import { compileSelector, notConfirmed, type Words } from './select.ts';

/** Rows of periods one after another: a missing one breaks the row, one bridged by leave does not count. */

export interface Row {
  /** Longest row as asked; undefined when the days to look at are not documented. */
  length(dossier: Dossier, run: Run): number | undefined;
  records(dossier: Dossier, run: Run): { counted: string[]; notCounted: NotCounted[] };
}

export function compileRow(arg: RunSelection, words: Words): Row {
  const { per, at, until, times = 1, ending = 'latest', bridge } = arg;
  const selector = compileSelector(arg, words);
  const bridges = bridge && compileSelector(bridge, words);
  const { period, year } = compilePlacing(per, at, words.reckoning);

  /** The periods one record stands for. */
  function* periodsOf(record: RecordFact, asOf: CivilDate, last: string | undefined): Generator<number> {
    const label = year(record);
    // What is no year stands for no period.
    if (label === null) return;
    if (label !== undefined) {
      if (per === 'year' || per === 'school-year') yield label;
      else yield* withinYear(label);
      return;
    }
    if (record.on === null) return;
    const first = period(record.on);
    const end = last === undefined ? undefined : recordValue(record, last);
    const final = last === undefined ? record.on : typeof end === 'string' && isCivilDate(end) ? end : asOf;
    for (let one = first; one <= period(final < asOf ? final : asOf); one += 1) yield one;
  }

  /** Every shorter period of a calendar year. */
  function* withinYear(label: number): Generator<number> {
    const { from, to } = daysOfPeriod('year', label, words.reckoning);
    for (let one = period(from); one <= period(to); one += 1) yield one;
  }

  function length(dossier: Dossier, run: Run): number | undefined {
    const held = new Map<number, number>();
    const known = selector.visit(dossier, run, (record, sure) => {
      if (sure) for (const one of periodsOf(record, run.asOf, until)) held.set(one, (held.get(one) ?? 0) + 1);
    });
    if (!known) return undefined;
    const links = new Set([...held].filter(([, number]) => number >= times).map(([one]) => one));
    const spans = new Set<number>();
    const { period: _, ...whole } = run;
    bridges?.visit(dossier, whole, (record, sure) => {
      if (sure) for (const one of periodsOf(record, run.asOf, 'until')) spans.add(one);
    });
    const row = (from: number) => {
      let counted = 0;
      for (let one = from; links.has(one) || spans.has(one); one -= 1) if (links.has(one)) counted += 1;
      return counted;
    };
    if (ending === 'any') {
      // A row is counted once, from its last period back.
      let longest = 0;
      for (const one of links) {
        if (!links.has(one + 1) && !spans.has(one + 1)) longest = Math.max(longest, row(one));
      }
      for (const one of spans) {
        if (!links.has(one + 1) && !spans.has(one + 1)) longest = Math.max(longest, row(one));
      }
      return longest;
    }
    // The running period may not be on record yet.
    const now = period(run.asOf);
    return links.has(now) || spans.has(now) ? row(now) : row(now - 1);
  }

  return {
    length,
    records(dossier, run) {
      const counted: string[] = [];
      const notCounted: NotCounted[] = [];
      selector.visit(
        dossier,
        run,
        (record, sure) => (sure ? counted.push(record.id) : notCounted.push(notConfirmed(record))),
        (record, why) => notCounted.push(selector.explain(record, why)),
      );
      return { counted, notCounted };
    },
  };
}

export function compileRun(arg: RuleOf<'run'>, words: Words): Compiled {
  const row = compileRow(arg, words);
  const bounds = boundsOf(arg);
  const lengths = (dossier: Dossier, run: Run) => [
    row.length(dossier, run),
    row.length(dossier, { ...run, countUnconfirmed: true }),
  ];
  const outcome = (dossier: Dossier, run: Run) => {
    const [confirmed, possible] = lengths(dossier, run);
    return confirmed === undefined || possible === undefined
      ? 'missing'
      : bounds.settle(confirmed * MILLION, possible * MILLION);
  };
  return {
    outcome,
    find: (dossier, run) => ({
      outcome: outcome(dossier, run),
      value: row.length(dossier, run) ?? null,
      threshold: bounds.threshold,
      ...row.records(dossier, run),
    }),
  };
}
