import type { CivilDate } from '../../shared/civil-date.ts';
import type { RecordFact } from '../dossier.ts';
import type { CalendarSpan } from '../grammar/selection.ts';
import { periodOf, type Reckoning } from '../periods.ts';
import { recordValue } from './record-value.ts';

/** Where a record stands among the periods of the calendar. */
export interface Placing {
  readonly period: (day: CivilDate) => number;
  /** The year a record says it is of: undefined where no field names one, null where what stands there is no year. */
  readonly year: (record: RecordFact) => number | null | undefined;
}

export function compilePlacing(span: CalendarSpan, at: string | undefined, reckoning: Reckoning): Placing {
  return {
    period: (day) => periodOf(span, day, reckoning),
    year(record) {
      const label = at === undefined ? undefined : recordValue(record, at);
      if (typeof label !== 'number') return undefined;
      return Number.isInteger(label) && label >= 1000 && label <= 9999 ? label : null;
    },
  };
}
