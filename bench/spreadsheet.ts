import { readTable } from '../src/platform/spreadsheet/read-table.ts';
import { writeWorkbook } from '../src/platform/spreadsheet/write-table.ts';
import { option, peakMemory, stopwatch } from './lib.ts';

/** Write and read a sheet of 100,000 rows of 15 cells: `npm run bench -- spreadsheet --rows 100000`. */
const count = option('rows', 100_000);
const columns = Array.from({ length: 15 }, (_, i) => ({ header: `列${i + 1}` }));
const rows = Array.from({ length: count }, (_, row) =>
  columns.map((_, column) => (column % 5 === 0 ? row * column : `第${row % 1000}行${column}`)),
);
const write = stopwatch();
const bytes = await writeWorkbook([{ name: '表', columns, rows }]);
console.log(`written: ${write()}, ${(bytes.length / 1e6).toFixed(1)} MB`);
const read = stopwatch();
const table = await readTable(bytes);
if (!table.ok) throw new Error('the workbook we wrote was refused');
console.log(`read: ${read()}, ${table.sheets[0]?.rows.length} rows; most memory held ${peakMemory()} MB`);
