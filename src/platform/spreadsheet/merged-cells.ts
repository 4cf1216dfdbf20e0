import { columnOf, rowOf } from './cell-reference.ts';
import { type Cell, EMPTY, Refused, type Row } from './types.ts';

const MOST_MERGED_CELLS = 2_000_000;

/** Gives each covered cell the text of its range's first cell, within the rows that exist. */
export function fillMerged(rows: readonly Row[], merges: readonly string[], columns: number): void {
  if (merges.length === 0) return;
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const numbers = rows.map(({ number }) => number);
  let filled = 0;
  for (const range of merges) {
    const [first = '', last = first] = range.split(':');
    const [fromColumn, toColumn] = [columnOf(first) ?? 0, Math.min(columnOf(last) ?? 0, columns - 1)];
    const [fromRow, toRow] = [rowOf(first), rowOf(last)];
    const master = byNumber.get(fromRow)?.cells[fromColumn] ?? EMPTY;
    const covered: Cell = { text: master.text, kind: 'merged' };
    for (let at = lowerBound(numbers, fromRow); at < rows.length && (numbers[at] ?? 0) <= toRow; at += 1) {
      const row = rows[at];
      if (!row) break;
      for (let column = fromColumn; column <= toColumn; column += 1) {
        if (row.number === fromRow && column === fromColumn) continue;
        filled += 1;
        if (filled > MOST_MERGED_CELLS) throw new Refused({ reason: 'damaged' });
        while (row.cells.length < column) row.cells.push(EMPTY);
        row.cells[column] = covered;
      }
    }
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
