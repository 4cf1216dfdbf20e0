/**
 * Writes workbooks and CSV. Text stays text: every text cell of a workbook carries the text format, so that
 * neither 007 nor an identity number nor =HYPERLINK(…) changes meaning when someone edits it; in CSV, where
 * no such format exists, a text that a program would run as a formula gets a leading apostrophe.
 */
import { type PlacedCell, type PlacedSheet, workbookParts } from './xlsx-parts.ts';
import { packZip } from './zip.ts';

/** The content type of a workbook, for answers. */
export const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export type TableValue = string | number | null;

export type SheetColumn = {
  header: string;
  /** In characters of Latin width; from the content when absent. */
  width?: number;
  /** A date column takes civil dates, YYYY-MM-DD, and shows them as dates. */
  kind?: 'text' | 'number' | 'date';
};

export type SheetMark = {
  /** Index into `rows`. */
  row: number;
  /** Index into `columns`; without it the note is about the row and stands at its first cell. */
  column?: number;
  note: string;
};

export type SheetToWrite = {
  name: string;
  columns: readonly SheetColumn[];
  rows: readonly (readonly TableValue[])[];
  /** Lines over the header, each merged across all columns; the first in large type. */
  titles?: readonly string[];
  /** Lines under the table, merged likewise (remarks, seal and date lines). */
  closing?: readonly string[];
  /** Faults: their cells are coloured and carry the note; `notesHeader` adds a last column listing them. */
  marks?: readonly SheetMark[];
  notesHeader?: string;
  landscape?: boolean;
};

/** An .xlsx file. Sheet names are cut and cleaned to what the format allows and made different. */
export async function writeWorkbook(
  sheets: readonly SheetToWrite[],
  properties: { title?: string; creator?: string } = {},
): Promise<Uint8Array> {
  const names = uniqueNames(sheets.map(({ name }) => name));
  const placed = sheets.map((sheet, at) => placeSheet(sheet, names[at] ?? `${at + 1}`));
  return await packZip(workbookParts(placed, properties));
}

function placeSheet(sheet: SheetToWrite, name: string): PlacedSheet {
  const { titles = [], closing = [], marks = [], notesHeader } = sheet;
  const notes: SheetColumn[] = notesHeader === undefined ? [] : [{ header: notesHeader, width: 48 }];
  const columns = [...sheet.columns, ...notes];
  const headerRow = titles.length;
  const closingRow = headerRow + 1 + sheet.rows.length;
  const marksByRow = Map.groupBy(marks, ({ row }) => row);
  return {
    name,
    columns: columns.map((column, at) => ({
      width: column.width ?? widthOf(column.header, sheet.rows, at),
      style: `column-${column.kind ?? 'text'}` as const,
    })),
    rows: placedRows(sheet, marksByRow),
    headerRow,
    merged: [...titles.keys(), ...closing.map((_, at) => closingRow + at)],
    comments: [...marksByRow].flatMap(([row, marked]) =>
      [...Map.groupBy(marked, (mark) => mark.column ?? 0)].map(([column, found]) => ({
        row: headerRow + 1 + row,
        column,
        text: found.map(({ note }) => note).join('\n'),
      })),
    ),
    landscape: sheet.landscape === true,
  };
}

function* placedRows(
  { titles = [], closing = [], columns, rows, notesHeader }: SheetToWrite,
  marks: ReadonlyMap<number, readonly SheetMark[]>,
): Generator<PlacedCell[]> {
  for (const [at, value] of titles.entries()) yield [{ value, style: at === 0 ? 'title' : 'subtitle' }];
  const headers = columns.map(({ header }) => header);
  if (notesHeader !== undefined) headers.push(notesHeader);
  yield headers.map((value) => ({ value, style: 'header' }));
  for (const [at, row] of rows.entries()) {
    const marked = marks.get(at);
    const cells = columns.map(({ kind = 'text' }, index): PlacedCell => {
      const faulty = marked?.some(({ column = 0 }) => column === index);
      return { value: row[index] ?? null, style: faulty ? `faulty-${kind}` : kind };
    });
    if (notesHeader !== undefined) {
      cells.push({ value: marked?.map(({ note }) => note).join('; ') ?? null, style: 'text' });
    }
    yield cells;
  }
  for (const value of closing) yield [{ value, style: 'closing' }];
}

/** Widest of the header and the first rows, a Han character counting two. */
function widthOf(header: string, rows: SheetToWrite['rows'], column: number): number {
  const texts = [header, ...rows.slice(0, 200).map((row) => row[column])];
  const widths = texts.map((value) => {
    return [...String(value ?? '')].reduce((width, char) => width + (char > '\u2e7f' ? 2 : 1), 0);
  });
  return Math.min(48, Math.max(8, ...widths) + 2);
}

/** At most 31 characters, none of the seven the format forbids, no two alike. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const clean =
      name
        .replace(/[[\]:*?/\\]/g, ' ')
        .replace(/^'|'$/g, ' ')
        .trim() || 'Sheet';
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` ${number}`;
      // A cut must not leave half of a character outside the basic plane.
      const candidate =
        clean
          .slice(0, 31 - suffix.length)
          .replace(/[\ud800-\udbff]$/, '')
          .trim() + suffix;
      if (taken.has(candidate.toLowerCase())) continue;
      taken.add(candidate.toLowerCase());
      return candidate;
    }
  });
}

/** UTF-8 with byte order mark and CRLF, which spreadsheet programs open as Chinese without asking. */
export function writeCsv(header: readonly string[], rows: readonly (readonly TableValue[])[]): Uint8Array {
  const lines = [header, ...rows].map((row) => row.map(csvField).join(','));
  return new TextEncoder().encode(`\ufeff${lines.join('\r\n')}\r\n`);
}

function csvField(value: TableValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? disarm(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text as no program takes it for a formula. A signed number such as -5 or +86 is harmless and stays as it is. */
export function disarm(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
