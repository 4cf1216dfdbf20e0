import { open, readFile, rename } from 'node:fs/promises';
import { type Cell, EMPTY, type Row, type Sheet, type Table } from '../../../platform/spreadsheet/types.ts';

/*
 * The cells of a workbook as they were read when it came, beside the file, so that the preview need not unpack and
 * scan it a second time. It is no more than a shortcut: what is not there or not whole is read from the file itself. One line of JSON tells of the file, one of each sheet, one of each row, and the last how many rows
 * there were.
 */

type KeptCell = string | null | readonly [text: string, kind: Cell['kind'], rounded?: 1];

const keptCell = ({ text, kind, rounded }: Cell): KeptCell => {
  if (kind === 'empty') return null;
  if (kind === 'text') return text;
  return rounded ? [text, kind, 1] : [text, kind];
};

function cellOf(kept: KeptCell): Cell {
  if (kept === null) return EMPTY;
  if (typeof kept === 'string') return { text: kept, kind: 'text' };
  const [text, kind, rounded] = kept;
  return rounded ? { text, kind, rounded: true } : { text, kind };
}

const dateSystemOf = (table: Table): '1900' | '1904' => (table.format === 'xlsx' ? table.dateSystem : '1900');

const PIECE = 2000;

/** Keeps every sheet's rows. Not waited for by the disk: what a crash leaves half is noticed when it is read. */
export async function keepRows(path: string, table: Table): Promise<void> {
  const handle = await open(`${path}.part`, 'w', 0o600);
  let total = 0;
  try {
    await handle.write(`${JSON.stringify({ dateSystem: dateSystemOf(table) })}\n`);
    for (const { name, hidden, rows } of table.sheets) {
      await handle.write(`${JSON.stringify({ name, hidden })}\n`);
      for (let start = 0; start < rows.length; start += PIECE) {
        const lines = rows
          .slice(start, start + PIECE)
          .map(({ number, cells }) => `${JSON.stringify([number, cells.map(keptCell)])}\n`);
        await handle.write(lines.join(''));
      }
      total += rows.length;
    }
    await handle.write(`${JSON.stringify({ total })}\n`);
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
}

type Line =
  | { readonly dateSystem: '1900' | '1904' }
  | { readonly name: string; readonly hidden: boolean }
  | readonly [number: number, cells: readonly KeptCell[]]
  | { readonly total: number };

export interface KeptSheet {
  readonly sheet: Sheet;
  readonly dateSystem: '1900' | '1904';
}

/** One sheet of what was kept; null when it is not there or not whole. */
export async function readKeptRows(path: string, sheetName: string): Promise<KeptSheet | null> {
  let dateSystem: '1900' | '1904' = '1900';
  let wanted: Sheet | null = null;
  let reading = false;
  let total = 0;
  try {
    const text = await readFile(path, 'utf8');
    for (let at = 0, end = text.indexOf('\n'); end >= 0; at = end + 1, end = text.indexOf('\n', at)) {
      const line = JSON.parse(text.slice(at, end)) as Line;
      if ('total' in line)
        return wanted !== null && line.total === total ? { sheet: wanted, dateSystem } : null;
      if ('dateSystem' in line) dateSystem = line.dateSystem;
      else if ('name' in line) {
        reading = wanted === null && line.name === sheetName;
        if (reading) wanted = { name: line.name, hidden: line.hidden, rows: [] };
      } else {
        total += 1;
        if (reading) wanted?.rows.push(rowOf(line));
      }
    }
  } catch {
    // Not there, or cut off in the middle of a line.
  }
  return null;
}

const rowOf = ([number, cells]: readonly [number, readonly KeptCell[]]): Row => ({
  number,
  cells: cells.map(cellOf),
});
