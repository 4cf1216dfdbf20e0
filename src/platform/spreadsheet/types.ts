/** A table file as read: every cell is text, and remembers what it was. */

export type CellKind =
  | 'text'
  | 'number'
  /** A number shown as a date; its text is the civil date, with the time after a space if it has one. */
  | 'date'
  | 'boolean'
  /** Text is the value the file last computed. */
  | 'formula'
  /** A spreadsheet error such as #N/A. */
  | 'error'
  /** Covered by a merged range; its text is that of the range's first cell. */
  | 'merged'
  | 'empty';

export type Cell = {
  text: string;
  kind: CellKind;
  /** A number of more than 15 digits: the spreadsheet has already lost the last ones (identity numbers!). */
  rounded?: true;
};

export const EMPTY: Cell = { text: '', kind: 'empty' };

export type Row = {
  /** 1-based, as the spreadsheet program shows it. */
  number: number;
  cells: Cell[];
};

export type Sheet = {
  name: string;
  hidden: boolean;
  /** Rows with at least one cell that is not empty. */
  rows: Row[];
};

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

export type TableLimits = {
  /** Size of the file itself. */
  bytes: number;
  /** Size of a workbook after unpacking. */
  unpackedBytes: number;
  rows: number;
  columns: number;
};

export const defaultLimits: TableLimits = {
  bytes: 32 * 1024 * 1024,
  unpackedBytes: 512 * 1024 * 1024,
  rows: 200_000,
  columns: 256,
};

/** What a file that is no table turned out to be. */
export type FoundInstead =
  | 'program'
  | 'pdf'
  | 'picture'
  | 'web-page'
  | 'word'
  | 'opendocument'
  | 'archive'
  | 'unknown';

export type Refusal =
  | { reason: 'empty' }
  | { reason: 'not-a-spreadsheet'; found: FoundInstead }
  /** .xls of Excel 97–2003: to be saved again as .xlsx. */
  | { reason: 'legacy-xls' }
  | { reason: 'encrypted' }
  | { reason: 'too-large'; limit: number }
  | { reason: 'zip-bomb'; limit: number }
  | { reason: 'too-many-rows'; limit: number }
  | { reason: 'too-many-columns'; limit: number }
  | { reason: 'bad-encoding' }
  | { reason: 'damaged' };

export type Table =
  | { ok: true; format: 'xlsx'; dateSystem: '1900' | '1904'; sheets: Sheet[] }
  | { ok: true; format: 'csv'; encoding: Encoding; delimiter: string; sheets: Sheet[] };

export type ReadResult = Table | ({ ok: false } & Refusal);

/** Ends a read from within; `readTable` turns it into the result and nobody else sees it. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}
