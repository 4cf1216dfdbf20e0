/**
 * Writes workbooks and CSV. Text stays text: every text cell of a workbook carries the text format, so that
 * neither 007 nor an identity number nor =HYPERLINK(…) changes meaning when someone edits it; in CSV, where
 * no such format exists, a text that a program would run as a formula gets a leading apostrophe.
 */
import { type CellStyle, type CellValue, type MergeRange, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { isCivilDate } from '../../shared/civil-date.ts';

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
  /** Index into `columns`; without it the whole row is meant. */
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

const line = { style: 'thin', color: { rgb: '9AA3B2' } } as const;
const border = { top: line, right: line, bottom: line, left: line };
const fill = (rgb: string) => ({ type: 'pattern', pattern: 'solid', fgColor: { rgb } }) as const;
const styles = {
  title: { font: { bold: true, size: 16 }, alignment: { horizontal: 'center', vertical: 'center' } },
  subtitle: { alignment: { horizontal: 'center', vertical: 'center' } },
  closing: { alignment: { horizontal: 'left', vertical: 'center', wrapText: true } },
  header: {
    font: { bold: true },
    fill: fill('DCE6F2'),
    border,
    alignment: { horizontal: 'center', vertical: 'center', wrapText: true },
    numFmt: '@',
  },
} satisfies Record<string, CellStyle>;
const columnStyles: Record<NonNullable<SheetColumn['kind']>, CellStyle> = {
  text: { numFmt: '@', border, alignment: { vertical: 'center', wrapText: true } },
  number: { border, alignment: { vertical: 'center' } },
  date: { numFmt: 'yyyy-mm-dd', border, alignment: { vertical: 'center' } },
};
const faulty = { fill: fill('FFD9D6'), font: { color: { rgb: '9C0006' } } };

/** An .xlsx file. Sheet names are cut and cleaned to what the format allows and made different. */
export async function writeWorkbook(
  sheets: readonly SheetToWrite[],
  properties: { title?: string; creator?: string } = {},
): Promise<Uint8Array> {
  const names = uniqueNames(sheets.map(({ name }) => name));
  return await writeXlsx({
    sheets: sheets.map((sheet, at) => layOut(sheet, names[at] ?? `${at + 1}`)),
    properties,
    defaultFont: { name: '宋体', size: 11 },
  });
}

function layOut(sheet: SheetToWrite, name: string): WriteSheet {
  const { titles = [], closing = [], marks = [], notesHeader } = sheet;
  const columns: SheetColumn[] = [
    ...sheet.columns,
    ...(notesHeader === undefined ? [] : [{ header: notesHeader, width: 48 }]),
  ];
  const notes = Map.groupBy(marks, ({ row }) => row);
  const body = sheet.rows.map((row, at) =>
    columns.map(
      (column, index): CellValue =>
        index === sheet.columns.length ? noteText(notes.get(at)) : cellValue(row[index] ?? null, column),
    ),
  );
  const rows: CellValue[][] = [
    ...titles.map((text) => [text]),
    columns.map(({ header }) => header),
    ...body,
    ...closing.map((text) => [text]),
  ];
  const headerRow = titles.length;
  const cells: NonNullable<WriteSheet['cells']> = new Map();
  const merges: MergeRange[] = [];
  const across = (row: number, text: string, style: CellStyle) => {
    cells.set(`${row},0`, { value: text, style });
    if (columns.length > 1)
      merges.push({ startRow: row, startCol: 0, endRow: row, endCol: columns.length - 1 });
  };
  for (const [at, text] of titles.entries()) across(at, text, at === 0 ? styles.title : styles.subtitle);
  for (const [at, text] of closing.entries()) across(headerRow + 1 + body.length + at, text, styles.closing);
  for (const [at, { header }] of columns.entries()) {
    cells.set(`${headerRow},${at}`, { value: header, style: styles.header });
  }
  for (const [row, marked] of notes) {
    for (const [column, found] of Map.groupBy(marked, (mark) => mark.column ?? 0)) {
      const base = columnStyles[columns[column]?.kind ?? 'text'];
      cells.set(`${headerRow + 1 + row},${column}`, {
        value: body[row]?.[column] ?? null,
        style: { ...base, ...faulty },
        comment: { text: found.map(({ note }) => note).join('\n') },
      });
    }
  }
  return {
    name,
    rows,
    cells,
    merges,
    columns: columns.map((column, at) => ({
      width: column.width ?? widthOf(column.header, body, at),
      style: columnStyles[column.kind ?? 'text'],
    })),
    rowDefs: new Map(titles.length > 0 ? [[0, { height: 30 }]] : []),
    freezePane: { rows: headerRow + 1 },
    pageSetup: {
      paperSize: 'a4',
      orientation: sheet.landscape ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      horizontalCentered: true,
      printTitlesRow: `$${headerRow + 1}:$${headerRow + 1}`,
    },
    headerFooter: { oddFooter: '&C&P / &N' },
  };
}

function cellValue(value: TableValue, column: SheetColumn): CellValue {
  if (column.kind === 'date' && typeof value === 'string' && isCivilDate(value)) {
    return new Date(`${value}T00:00:00Z`);
  }
  return value;
}

function noteText(marks: readonly SheetMark[] | undefined): string | null {
  return marks ? marks.map(({ note }) => note).join('; ') : null;
}

/** Widest of the header and the first rows, a Han character counting two. */
function widthOf(header: string, body: readonly CellValue[][], column: number): number {
  const texts = [header, ...body.slice(0, 200).map((row) => row[column])];
  const widths = texts.map((value) => {
    const text = value instanceof Date ? '2000-01-01' : String(value ?? '');
    return [...text].reduce((width, char) => width + (char > '\u2e7f' ? 2 : 1), 0);
  });
  return Math.min(48, Math.max(8, ...widths) + 2);
}

/** At most 31 characters, none of the seven the format forbids, no two alike. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const clean =
      [
        ...name
          .replace(/[[\]:*?/\\]/g, ' ')
          .replace(/^'|'$/g, ' ')
          .trim(),
      ].join('') || 'Sheet';
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` ${number}`;
      const candidate = clean.slice(0, 31 - suffix.length).trim() + suffix;
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

/** A signed number such as -5 or +86 is harmless and stays as it is. */
function disarm(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
