/** What a table's address asks for. Everything else in the address is the page's own filters. */
import { parameters } from './address.ts';

export type Sort = { readonly by: string; readonly descending: boolean };

export type TableQuery = {
  readonly sort: Sort;
  /** From 1. */
  readonly page: number;
  /** Key after which to go on, for lists too long to count. */
  readonly after: string | null;
  /** Keys of the columns chosen; null shows the usual ones. */
  readonly columns: readonly string[] | null;
  readonly format: 'html' | 'csv' | 'xlsx';
};

/** Reads `?sort=-name&page=2&after=…&cols=a&cols=b&format=csv`. What makes no sense falls back to the usual. */
export function readTableQuery(
  path: string,
  options: { sortable: readonly string[]; usual: Sort },
): TableQuery {
  const query = parameters(path);
  const asked = query.get('sort') ?? '';
  const by = asked.replace(/^-/, '');
  const page = Number(query.get('page') ?? '1');
  const columns = query.getAll('cols');
  const format = query.get('format');
  return {
    sort: options.sortable.includes(by) ? { by, descending: asked.startsWith('-') } : options.usual,
    page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
    after: query.get('after'),
    columns: columns.length > 0 ? columns : null,
    format: format === 'csv' || format === 'xlsx' ? format : 'html',
  };
}
