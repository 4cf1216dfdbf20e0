import { type CivilDate, yearOf } from '../../shared/civil-date.ts';
import type { RecordFact } from '../dossier.ts';
import type { EmptyPeriod } from '../finding.ts';
import type { CalendarSpan, Test } from '../grammar/selection.ts';
import { daysOfPeriod, type Reckoning } from '../periods.ts';
import { compilePlacing } from './placing.ts';

/** Only the latest of the records meant: so many records, or those of so many periods. */

export interface Latest {
  readonly take: number;
  readonly where?: Readonly<Record<string, Test>>;
  readonly per?: CalendarSpan;
  readonly at?: string;
  readonly empty?: 'counts' | 'skipped';
}

export const latestOf = (latest: number | Latest | undefined): Latest | undefined =>
  typeof latest === 'number' ? { take: latest } : latest;

/** Why one record is not among the latest; undefined when it is. */
type Beyond = (record: RecordFact) => 'older' | '>' | '?' | undefined;

interface CompiledLatest {
  /** Whether a record without a day has no place. */
  readonly dated: boolean;
  /** Given the records meant, up to a day. */
  readonly beyond: (records: readonly RecordFact[], to: CivilDate) => Beyond;
  /** Of the periods looked at, and those passed over between them, which have no record. */
  readonly empty: (records: readonly RecordFact[], to: CivilDate) => readonly EmptyPeriod[];
}

/** More are not told one by one: years that are counted are few, weeks may be many. */
const MOST_EMPTY = 24;

export function compileLatest(
  arg: number | Latest | undefined,
  { reckoning }: { readonly reckoning: Reckoning },
): CompiledLatest | undefined {
  const latest = latestOf(arg);
  if (!latest) return undefined;
  const { take, per, at, empty } = latest;
  if (per === undefined)
    return { dated: true, beyond: (records) => beyondRecords(records, take), empty: () => [] };
  const { period, year } = compilePlacing(per, at, reckoning);
  const place = (record: RecordFact) => {
    const label = year(record);
    return label === undefined ? (record.on === null ? null : period(record.on)) : label;
  };
  /** The first and the last period looked at, and those with a record. */
  const looked = (records: readonly RecordFact[], to: CivilDate) => {
    const now = period(to);
    const held = new Set(
      records.flatMap((record) => {
        const own = place(record);
        return own !== null && own <= now ? [own] : [];
      }),
    );
    const sorted = [...held].toSorted((a, b) => a - b);
    if (empty === 'skipped') return { now, held, first: sorted.at(-take) ?? sorted[0], last: sorted.at(-1) };
    // The running period may not be on record yet.
    const last = held.has(now) ? now : now - 1;
    return { now, held, first: last - take + 1, last };
  };
  return {
    dated: at === undefined,
    empty(records, to) {
      const { held, first = 0, last = -1 } = looked(records, to);
      const found: EmptyPeriod[] = [];
      for (let one = Math.max(first, last - 1000); one <= last; one += 1) {
        if (held.has(one)) continue;
        const { from } = daysOfPeriod(per, one, reckoning);
        found.push({ per, from, year: per === 'year' || per === 'school-year' ? one : yearOf(from) });
      }
      return found.slice(-MOST_EMPTY);
    },
    beyond(records, to) {
      const { now, first } = looked(records, to);
      return (record) => {
        const own = place(record);
        if (own === null) return '?';
        if (own > now) return '>';
        return first !== undefined && own < first ? 'older' : undefined;
      };
    },
  };
}

/** Those of one day stand together. */
function beyondRecords(records: readonly RecordFact[], take: number): Beyond {
  const days = records.flatMap(({ on }) => (on === null ? [] : [on])).toSorted();
  const first = days.at(-take);
  return ({ on }) => (first !== undefined && on !== null && on < first ? 'older' : undefined);
}
