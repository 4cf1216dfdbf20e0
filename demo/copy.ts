import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export type Cell = string | number | boolean | null | readonly string[] | { readonly json: unknown };

/** Rows for one table in COPY's text format, gathered in memory and sent at `flush`. */
export class CopyBuffer {
  readonly #table: string;
  readonly #columns: readonly string[];
  #lines: string[] = [];

  constructor(table: string, columns: readonly string[]) {
    this.#table = table;
    this.#columns = columns;
  }

  /** Rows waiting to be sent. */
  get size(): number {
    return this.#lines.length;
  }

  add(...cells: readonly Cell[]): void {
    if (cells.length !== this.#columns.length)
      throw new Error(`${this.#table}: ${cells.length} cells for ${this.#columns.length} columns`);
    this.#lines.push(`${cells.map(cellText).join('\t')}\n`);
  }

  async flush(client: pg.PoolClient): Promise<void> {
    if (this.#lines.length === 0) return;
    const stream = client.query(copyFrom(`COPY ${this.#table} (${this.#columns.join(', ')}) FROM STDIN`));
    const lines = this.#lines;
    this.#lines = [];
    for (let start = 0; start < lines.length; start += 2000) {
      if (!stream.write(lines.slice(start, start + 2000).join(''))) await once(stream, 'drain');
    }
    stream.end();
    await finished(stream);
  }
}

const escapeText = (text: string) =>
  text.replace(/[\\\n\r\t]/g, (c) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? c);

function cellText(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string') return escapeText(cell);
  if ('json' in cell) return escapeText(JSON.stringify(cell.json));
  return `{${cell.map((item) => `"${escapeText(item)}"`).join(',')}}`;
}
