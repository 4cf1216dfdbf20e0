import type { Names } from './problem.ts';

/** A table beside a programme: places by the code of a unit, from a two-column CSV file with a heading. */
export interface QuotaTable {
  readonly heading: readonly [key: string, places: string];
  readonly rows: readonly { readonly key: string; readonly places: number }[];
  readonly sum: number;
}

export interface TableFault {
  readonly line: number;
  readonly message: Names;
}

const MAX_ROWS = 20_000;

export function parseTable(text: string): { table?: QuotaTable; faults: readonly TableFault[] } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const faults: TableFault[] = [];
  const fault = (line: number, zh: string, en: string) => faults.push({ line, message: { 'zh-CN': zh, en } });
  const [key, places, ...more] = cells(lines[0] ?? '');
  if (!key || !places || more.length > 0) {
    fault(1, '表头须为两列：编号,名额。', 'The heading must have two columns: code,places.');
    return { faults };
  }
  if (lines.length > MAX_ROWS) {
    fault(MAX_ROWS, '表格过长。', 'The table is too long.');
    return { faults };
  }
  const rows: { key: string; places: number }[] = [];
  const seen = new Set<string>();
  lines.slice(1).forEach((line, i) => {
    if (line.trim() === '') return;
    const [code = '', amount = '', ...rest] = cells(line);
    if (code === '' || rest.length > 0 || !/^\d{1,7}$/.test(amount)) {
      fault(i + 2, '应为"编号,整数"。', 'Expected "code,whole number".');
    } else if (seen.has(code)) {
      fault(i + 2, `"${code}"出现两次。`, `"${code}" stands twice.`);
    } else {
      seen.add(code);
      rows.push({ key: code, places: Number(amount) });
    }
  });
  if (faults.length > 0) return { faults: faults.slice(0, 50) };
  return {
    table: { heading: [key, places], rows, sum: rows.reduce((sum, row) => sum + row.places, 0) },
    faults,
  };
}

const cells = (line: string): string[] =>
  line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
