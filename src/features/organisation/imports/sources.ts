import { createHash } from 'node:crypto';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import type { ReadResult, Refusal, Sheet, Table } from '../../../platform/spreadsheet/types.ts';
import { type BundleFault, readBundle } from './oneroster/read.ts';
import type { ImportKind, Mapping, SheetOutline } from './queries.ts';
import { type ColumnMap, findHeaderRow, guessColumns } from './rules.ts';

/** A file as it came: read once to see that it can be, and to show its sheets. */

export const LARGEST_FILE = 32 * 1024 * 1024;
const HEAD_ROWS = 20;

export type SourceFault = Refusal | BundleFault;
export type Source =
  | {
      readonly ok: true;
      readonly sha256: string;
      readonly outline: readonly SheetOutline[];
      /** The cells, where the file is one table. */
      readonly table: Table | null;
    }
  | ({ readonly ok: false } & SourceFault);

export async function inspectSource(kind: ImportKind, bytes: Uint8Array, fileName: string): Promise<Source> {
  if (bytes.length > LARGEST_FILE) return { ok: false, reason: 'too-large', limit: LARGEST_FILE };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (kind === 'oneroster') {
    const bundle = await readBundle(bytes);
    return bundle.ok ? { ok: true, sha256, outline: [], table: null } : bundle;
  }
  const table = await readRoster(bytes, fileName);
  return table.ok ? { ok: true, sha256, outline: table.sheets.map(outlineOf), table } : table;
}

export const readRoster = (bytes: Uint8Array, fileName: string): Promise<ReadResult> =>
  readTable(bytes, { fileName, limits: { bytes: LARGEST_FILE } });

/** Anything that looks like an identity number is shown by its last digits only. */
const masked = (text: string): string =>
  text
    .trim()
    .slice(0, 60)
    .replaceAll(/\d{13,17}(?=[\dXx]{1,4})/g, '************');

const outlineOf = (sheet: Sheet): SheetOutline => ({
  name: sheet.name,
  hidden: sheet.hidden,
  rows: sheet.rows.length,
  head: sheet.rows
    .slice(0, HEAD_ROWS)
    .map((row) => ({ number: row.number, cells: row.cells.map(({ text }) => masked(text)) })),
});

/** The sheet and header row most likely meant: the first visible sheet whose head has headers people use. */
export function guessSheet(
  outline: readonly SheetOutline[],
): { sheet: SheetOutline; headerRow: number } | null {
  const visible = [...outline.filter(({ hidden }) => !hidden), ...outline.filter(({ hidden }) => hidden)];
  for (const sheet of visible) {
    const index = findHeaderRow(sheet.head.map(({ cells }) => cells));
    const row = index === null ? undefined : sheet.head[index];
    if (row) return { sheet, headerRow: row.number };
  }
  const first = visible.find(({ rows }) => rows > 0) ?? visible[0];
  return first ? { sheet: first, headerRow: first.head[0]?.number ?? 1 } : null;
}

export const headersAt = (sheet: SheetOutline, headerRow: number): readonly string[] =>
  sheet.head.find(({ number }) => number === headerRow)?.cells ?? [];

export type MappingDraft = Pick<Mapping, 'sheet' | 'headerRow' | 'columns'>;
export const guessMapping = (
  sheet: SheetOutline,
  headerRow: number,
  remembered: ColumnMap | null,
): MappingDraft => ({
  sheet: sheet.name,
  headerRow,
  columns: remembered ?? guessColumns(headersAt(sheet, headerRow)),
});
