import type { CivilDate } from '../../shared/civil-date.ts';
import type { RecordFact } from '../dossier.ts';
import type { CalendarSpan, Test } from '../grammar/selection.ts';
import type { Reckoning } from '../periods.ts';
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
}

export function compileLatest(
  arg: number | Latest | undefined,
  { reckoning }: { readonly reckoning: Reckoning },
): CompiledLatest | undefined {
  const latest = latestOf(arg);
  if (!latest) return undefined;
  const { take, per, at, empty } = latest;
  if (per === undefined) return { dated: true, beyond: (records) => beyondRecords(records, take) };
  const { period, year } = compilePlacing(per, at, reckoning);
  const place = (record: RecordFact) => {
    const label = year(record);
    return label === undefined ? (record.on === null ? null : period(record.on)) : label;
  };
  return {
    dated: at === undefined,
    beyond(records, to) {
      const now = period(to);
      const held = new Set(records.map(place).filter((one) => one !== null && one <= now));
      // The running period may not be on record yet.
      const first =
        empty === 'skipped'
          ? [...held].toSorted((a, b) => Number(a) - Number(b)).at(-take)
          : (held.has(now) ? now : now - 1) - take + 1;
      return (record) => {
        const own = place(record);
        if (own === null) return '?';
        if (own > now) return '>';
        return first !== undefined && first !== null && own < first ? 'older' : undefined;
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
