import type { Dossier, RecordFact, RecordStatus, TitleFact } from '../../../../language/dossier.ts';
import type { Needs } from '../../../../language/evaluate/needs.ts';
import { addDays, type CivilDate, daysBetween } from '../../../../shared/civil-date.ts';

/*
 * A fact sheet is one person's records and titles in three texts, as `sheets/queries.ts` writes them. Records stand
 * in the order in which programmes read them: by day, undated ones last, then by id. Each is fifteen figures,
 *
 *   code (7) of its kind, day (7), 1 when it has details and 0 when not
 *
 * so that nothing need be searched for; few records count, and the others are passed over unread. The kind behind a
 * code is type, level, grade, author order and state. Details are those of the records that have any, in order:
 * event and fields as JSON, where a control character is never bare. What is null is empty.
 */
export const UNIT = '\x1f';
export const RECORD = '\x1e';
/** Between the texts of a sheet where they stand in one. */
export const PART = '\x1d';
/** Days are counted so that those of all civil dates (years 1000 to 9999) have seven figures; 0 is undated. */
export const DAY_ZERO = { date: '1970-01-01', number: 5_000_000, undated: '0000000' } as const;
const [CODE, DAY, WIDTH] = [7, 14, 15];
const FIRST_CODE = 1_000_000;

export interface Sheet {
  readonly records: string;
  readonly details: string;
  readonly titles: string;
}
/** The kinds behind the codes. */
export type Kinds = ReadonlyMap<number, string>;

export type Facts = Pick<Dossier, 'records' | 'titles'>;

type Kind = Pick<RecordFact, 'type' | 'level' | 'grade' | 'authorOrder' | 'status'> & {
  /** The first day on which it may count; infinite when nobody asks for the type. */
  readonly from: number;
  readonly readsFields: boolean;
};

type Fields = RecordFact['fields'];
const NO_FIELDS: Fields = {};
const NO_TITLES: Dossier['titles'] = [];
/** Many records say the same in their fields and events; so many different texts are kept read. */
const TEXTS_KEPT = 10_000;

/**
 * Reads of a sheet what bare outcomes rest on: no record of a type nobody asks for or too old to count, no titles,
 * fields or ids where nothing asks for them. Records have no titles, and their places in the sheet for ids.
 */
export function sheetReader(
  needs: readonly Needs[],
  asOf: CivilDate,
  kinds: Kinds,
): (sheet: Sheet | undefined) => Facts {
  const known: (Kind | undefined)[] = []; // by code; there are some hundreds
  const dateOf = remembered((day: number) => addDays(DAY_ZERO.date, day - DAY_ZERO.number));
  const fieldsOf = remembered((text: string) => JSON.parse(text) as Fields);
  const eventOf = remembered((text: string) => JSON.parse(text) as string);
  const asksTitles = needs.some((one) => one.titles);
  const consumes = needs.some((one) => one.consumes);

  function kindOf(code: number): Kind {
    const before = known[code - FIRST_CODE];
    if (before !== undefined) return before;
    const text = kinds.get(code);
    if (text === undefined) throw new Error(`a fact sheet has the code ${code}, which stands for nothing`);
    const [type = '', level, grade, authorOrder, status] = text.split(UNIT);
    const kind: Kind = {
      type,
      level: level || null,
      grade: grade || null,
      authorOrder: authorOrder ? Number(authorOrder) : null,
      status: status as RecordStatus,
      from: firstDay(needs, type, asOf),
      readsFields: needs.some(({ fieldTypes }) => fieldTypes.includes(type)),
    };
    known[code - FIRST_CODE] = kind;
    return kind;
  }

  function readRecords({ records, details }: Sheet): RecordFact[] {
    const facts: RecordFact[] = [];
    let unread = 0; // details of records that were passed over
    let detail = 0; // where the next one to be read begins, those not counted
    for (let at = 0; at < records.length; at += WIDTH) {
      const { type, level, grade, authorOrder, status, from, readsFields } = kindOf(
        figures(records, at, at + CODE),
      );
      const day = from === Infinity ? 0 : figures(records, at + CODE, at + DAY);
      const hasDetail = records.charCodeAt(at + DAY) === ONE;
      if (from === Infinity || (day < from && day !== 0)) {
        if (hasDetail) unread += 1;
        continue;
      }
      let event: string | null = null;
      let fields = NO_FIELDS;
      if (hasDetail) {
        for (; unread > 0; unread -= 1) detail = details.indexOf(RECORD, detail) + 1;
        const middle = details.indexOf(UNIT, detail);
        const end = details.indexOf(RECORD, middle);
        if (middle > detail) event = eventOf(details.slice(detail, middle));
        if (readsFields && end > middle + 1) fields = fieldsOf(details.slice(middle + 1, end));
        detail = end + 1;
      }
      facts.push({
        id: consumes ? String(at / WIDTH) : '',
        type,
        title: '',
        on: day === 0 ? null : dateOf(day),
        level,
        grade,
        event,
        authorOrder,
        status,
        fields,
      });
    }
    return facts;
  }

  return (sheet) =>
    sheet === undefined
      ? { records: [], titles: NO_TITLES }
      : {
          records: readRecords(sheet),
          titles: asksTitles && sheet.titles !== '' ? readTitles(sheet.titles) : NO_TITLES,
        };
}

const ZERO = 48;
const ONE = 49;

/** The whole number written from `at` to before `end`. */
function figures(text: string, at: number, end: number): number {
  let value = 0;
  for (let place = at; place < end; place += 1) value = value * 10 + text.charCodeAt(place) - ZERO;
  return value;
}

const readTitles = (text: string): TitleFact[] =>
  text
    .slice(0, -1)
    .split(RECORD)
    .map((line) => {
      const [title = '', from = '', until] = line.split(UNIT);
      return { title, from, until: until || null };
    });

/** The number of the first day on which a record of a type may count for one of the programmes. */
function firstDay(needs: readonly Needs[], type: string, asOf: CivilDate): number {
  const asked = needs.filter(({ recordTypes }) => recordTypes.includes(type));
  const days = asked.map((one) => {
    const after = one.earliestOf(type, asOf);
    return after === null ? 0 : DAY_ZERO.number + daysBetween(DAY_ZERO.date, after) + 1;
  });
  return Math.min(...days);
}

function remembered<K, V>(read: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = read(key);
    if (known.size < TEXTS_KEPT) known.set(key, value);
    return value;
  };
}
