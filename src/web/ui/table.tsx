/** Tables people compare in: sorted, filtered, paged and exported by the server, cards on a phone. */
import type { Child } from 'hono/jsx';
import { otherParameters, parameters, withQuery } from '../address.ts';
import { usePage } from '../page-context.ts';
import type { Sort } from '../table-query.ts';
import { FieldError } from './form.tsx';
import { Icon } from './icon.tsx';
import { classes } from './kinds.ts';
import { Pager, type Paging } from './pager.tsx';

export type Column<Row> = {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => Child;
  readonly sortable?: boolean;
  readonly numeric?: boolean;
  /**
   * A day, an instant, a person's name or a short code stays on one line; a digest may break anywhere, so that it does
   * not push the table wide; what is seldom filled in takes no more room than it must.
   */
  readonly wrap?: 'never' | 'anywhere' | 'slim';
  /** Names the row; read out before every cell of it. */
  readonly rowHeader?: boolean;
  /** Shown only when chosen. */
  readonly extra?: boolean;
};

export type Filter = {
  readonly name: string;
  readonly label: string;
  /** A list to choose from; without one, text to search for. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** A day. */
  readonly date?: boolean;
  /** What is wrong with what was asked for. */
  readonly error?: string | undefined;
};

export type DataTableProps<Row> = {
  caption: string;
  /** Hides the caption where a heading just above says the same. */
  captionHidden?: boolean;
  /** Path and query of the page. */
  path: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  sort?: Sort;
  filters?: readonly Filter[];
  paging?: Paging;
  /** Columns chosen, when people may choose. */
  chosen?: readonly string[] | null;
  chooseColumns?: boolean;
  exports?: readonly ('csv' | 'xlsx')[];
  /** Words when nothing is there, and perhaps what to do about it. */
  empty?: Child;
  /** A class of the row: `row-muted`, `row-cut` for the line of the last place. */
  rowClass?: (row: Row) => string | null;
  footer?: Child;
};

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { t } = usePage();
  const { path, rows, paging } = props;
  const shown = shownColumns(props.columns, props.chosen ?? null);
  return (
    <div class="data">
      {props.filters && props.filters.length > 0 && <Filters path={path} filters={props.filters} />}
      {(props.chooseColumns || props.exports || paging) && (
        <div class="data-tools">
          {paging && 'page' in paging && <p class="data-count">{countOf(t, paging, rows.length)}</p>}
          {props.chooseColumns && <ColumnChooser path={path} columns={props.columns} shown={shown} />}
          {props.exports && <Exports path={path} formats={props.exports} />}
        </div>
      )}
      {rows.length === 0 ? (
        <div class="empty">{props.empty ?? <p>{t('ui.table.empty')}</p>}</div>
      ) : (
        // Focusable, so that a keyboard can scroll a wide table.
        <section class="table-scroll" aria-label={props.caption} tabindex={0}>
          <table class="table">
            <caption class={props.captionHidden ? 'sr' : undefined}>{props.caption}</caption>
            <thead>
              <tr>
                {shown.map((column) => (
                  <HeaderCell path={path} column={column} sort={props.sort} />
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr class={props.rowClass?.(row) ?? undefined}>
                  {shown.map((column) => (
                    <Cell column={column} row={row} />
                  ))}
                </tr>
              ))}
            </tbody>
            {props.footer && <tfoot>{props.footer}</tfoot>}
          </table>
        </section>
      )}
      {paging && <Pager path={path} paging={paging} />}
    </div>
  );
}

function shownColumns<Row>(columns: readonly Column<Row>[], chosen: readonly string[] | null) {
  const shown = columns.filter((column) =>
    chosen === null ? !column.extra : column.rowHeader || chosen.includes(column.key),
  );
  return shown.length > 0 ? shown : columns;
}

/** How many there are, where that is known: one who only looked a row ahead must not say it as a total. */
function countOf(
  t: ReturnType<typeof usePage>['t'],
  paging: Extract<Paging, { page: number }>,
  shown: number,
) {
  const from = (paging.page - 1) * paging.size + 1;
  const to = from + shown - 1;
  const total = 'total' in paging ? paging.total : paging.more ? null : to;
  if (shown === 0) return 'total' in paging ? t('ui.table.total', { count: paging.total }) : null;
  if (total === null) return t('ui.table.range.uncounted', { from, to });
  if (total <= paging.size) return t('ui.table.total', { count: total });
  return t('ui.table.range', { from, to, total });
}

const columnClass = <Row,>({ numeric, wrap }: Column<Row>): string | undefined =>
  classes(numeric && 'numeric', wrap === 'slim' && 'slim') || undefined;

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const name = columnClass(column);
  return column.rowHeader ? (
    <th scope="row" class={classes(name, column.wrap === 'never' && 'cell-never')} data-label={column.label}>
      {column.cell(row)}
    </th>
  ) : (
    <td class={name} data-label={column.label}>
      <div class={classes('cell', column.wrap && `cell-${column.wrap}`)}>{column.cell(row)}</div>
    </td>
  );
}

function HeaderCell<Row>(props: { path: string; column: Column<Row>; sort?: Sort | undefined }) {
  const { t } = usePage();
  const { path, column, sort } = props;
  const active = sort?.by === column.key;
  const name = columnClass(column);
  if (!column.sortable) {
    return (
      <th scope="col" class={name}>
        {column.label}
      </th>
    );
  }
  const next = active && !sort.descending ? `-${column.key}` : column.key;
  return (
    <th
      scope="col"
      class={name}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      <a class="sort" href={withQuery(path, { sort: next, page: null, after: null })}>
        {column.label}
        {active && (
          <>
            <Icon name={sort.descending ? 'down' : 'up'} />
            <span class="sr">
              {t(sort.descending ? 'ui.table.sortedDescending' : 'ui.table.sortedAscending')}
            </span>
          </>
        )}
      </a>
    </th>
  );
}

const Kept = ({ path, except }: { path: string; except: readonly string[] }) => (
  <>
    {otherParameters(path, except).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
);

const baseOf = (path: string) => path.split(/[?#]/, 1)[0] ?? '/';

function Filters({ path, filters }: { path: string; filters: readonly Filter[] }) {
  const { t } = usePage();
  const names = filters.map((filter) => filter.name);
  const query = parameters(path);
  const active = names.some((name) => (query.get(name) ?? '') !== '');
  return (
    <search aria-label={t('ui.table.filters')}>
      <form class="filters" method="get" action={baseOf(path)} data-filters>
        <Kept path={path} except={[...names, 'page', 'after']} />
        {filters.map((filter) => (
          <div class={classes('filter', filter.error && 'field-wrong')}>
            <label for={`filter-${filter.name}`}>{filter.label}</label>
            {filter.error && <FieldError id={`filter-${filter.name}-error`} message={filter.error} />}
            {filter.choices ? (
              <select class="input" id={`filter-${filter.name}`} name={filter.name}>
                <option value="">{t('ui.table.any')}</option>
                {filter.choices.map((choice) => (
                  <option value={choice.value} selected={query.get(filter.name) === choice.value}>
                    {choice.label}
                  </option>
                ))}
              </select>
            ) : (
              <input
                class="input"
                id={`filter-${filter.name}`}
                // A field for a day would drop what is none, which stays here to be corrected.
                type={filter.date && !filter.error ? 'date' : 'search'}
                name={filter.name}
                value={query.get(filter.name) ?? ''}
                aria-invalid={filter.error ? 'true' : undefined}
                aria-describedby={filter.error ? `filter-${filter.name}-error` : undefined}
              />
            )}
          </div>
        ))}
        <button class="button button-secondary" type="submit">
          {t('ui.table.filter')}
        </button>
        {active && (
          <a
            href={withQuery(
              path,
              Object.fromEntries([...names, 'page', 'after'].map((name) => [name, null])),
            )}
          >
            {t('ui.table.clearFilters')}
          </a>
        )}
      </form>
    </search>
  );
}

function ColumnChooser<Row>(props: {
  path: string;
  columns: readonly Column<Row>[];
  shown: readonly Column<Row>[];
}) {
  const { t } = usePage();
  return (
    <details class="popup">
      <summary>{t('ui.table.columns')}</summary>
      <form class="popup-panel" method="get" action={baseOf(props.path)}>
        <Kept path={props.path} except={['cols']} />
        {props.columns
          .filter((column) => !column.rowHeader)
          .map((column) => (
            <label class="choice-row">
              <input type="checkbox" name="cols" value={column.key} checked={props.shown.includes(column)} />
              <span>{column.label}</span>
            </label>
          ))}
        <button class="button button-secondary button-small" type="submit">
          {t('ui.table.applyColumns')}
        </button>
      </form>
    </details>
  );
}

function Exports({ path, formats }: { path: string; formats: readonly ('csv' | 'xlsx')[] }) {
  const { t } = usePage();
  return (
    <p class="exports">
      <span>{t('ui.table.export')}</span>
      {formats.map((format) => (
        <a class={classes('export')} href={withQuery(path, { format, page: null, after: null })} download>
          {format === 'csv' ? 'CSV' : 'Excel'}
        </a>
      ))}
    </p>
  );
}
