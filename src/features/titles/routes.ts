import { Readable } from 'node:stream';
import { answerPage, pageProps, pastEnd } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { vocabulary } from '../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../platform/routing.ts';
import { WORKBOOK, writeCsv, writeWorkbook } from '../../platform/spreadsheet/write-table.ts';
import { readTableQuery, type TableQuery } from '../../web/table-query.ts';
import { appendAudit } from '../audit/queries.ts';
import { allows, rootsFor } from '../identity/rules.ts';
import { listSubjects } from '../organisation/people/queries.ts';
import { findUnits } from '../organisation/units/queries.ts';
import { HoldersPage, type HolderView, holderColumns } from './page.tsx';
import {
  countHolders,
  findHolders,
  HOLDER_SORTS,
  type HolderFilter,
  type HolderRow,
  walkHolders,
} from './queries.ts';
import { HOLDING_STATES, stateOf } from './rules.ts';

export const titleRoutes = routeList();

const PAGE = 50;
/** No further is paged through; a workbook is made in memory, longer lists go out as CSV, which streams. */
const LAST_PAGE = 200;
const WORKBOOK_AT_MOST = 20_000;
const UNITS_AT_MOST = 100;

const nameOf = ({ locale }: ActorAsk, title: string): string => vocabulary().titles[title]?.[locale] ?? title;

const viewOf = (ask: ActorAsk, row: HolderRow): HolderView => ({
  ...row,
  titleName: nameOf(ask, row.title),
  state: stateOf(row, ask.today),
  growthFile: allows(ask.actor, 'record.see', { unitPath: row.unitPath, personId: row.personId }),
});

/** The database of backbone teachers (R-002-4-17): titles of the people whom the reader may find. */
titleRoutes.get('/titles', may('person.find'), async (ask) => {
  const roots = rootsFor(ask.actor, 'person.find').map(({ unitPath }) => unitPath);
  const titles = Object.keys(vocabulary().titles);
  const asked = (name: string) => (ask.c.req.query(name) ?? '').trim().slice(0, 100) || null;
  const query = readTableQuery(ask.c.req.url, {
    sortable: HOLDER_SORTS,
    usual: { by: 'place', descending: false },
  });
  const unit = asked('unit');
  const units = unit === null ? null : await findUnits(ask.db, roots, unit, { limit: UNITS_AT_MOST });
  const filter: HolderFilter = {
    unitPaths: units?.map(({ path }) => path) ?? null,
    title: titles.find((title) => title === asked('title')) ?? null,
    subject: asked('subject'),
    state: HOLDING_STATES.find((state) => state === asked('state')) ?? null,
  };
  if (query.format !== 'html') return exportHolders(ask, roots, filter, query);
  const page = Math.min(query.page, LAST_PAGE);
  const cut = {
    sort: HOLDER_SORTS.find((sort) => sort === query.sort.by) ?? 'place',
    descending: query.sort.descending,
    limit: PAGE,
    offset: (page - 1) * PAGE,
  };
  const [rows, total, subjects] = await Promise.all([
    findHolders(ask.db, roots, filter, ask.today, cut, titles),
    countHolders(ask.db, roots, filter, ask.today),
    listSubjects(ask.db, roots),
  ]);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length, total });
  if (past !== null) return past;
  return answerPage(
    ask,
    HoldersPage({
      frame: pageProps(ask),
      rows: rows.map((row) => viewOf(ask, row)),
      total,
      page,
      size: PAGE,
      sort: query.sort,
      chosen: query.columns,
      titles: titles.map((value) => ({ value, label: nameOf(ask, value) })),
      subjects,
      unknownUnit: units?.length === 0 ? unit : null,
    }),
  );
});

/** What the list shows, as a file: CSV goes out page by page, a workbook only up to a size. The audit says who took it. */
async function exportHolders(
  ask: ActorAsk,
  roots: readonly string[],
  filter: HolderFilter,
  { format, columns: chosen }: TableQuery,
): Promise<Response> {
  const columns = holderColumns(ask.t, ask.locale).filter(
    ({ key, extra }) => key === 'name' || (chosen === null ? !extra : chosen.includes(key)),
  );
  const headers = columns.map(({ label }) => label);
  const rowOf = (row: HolderRow) => {
    const view = viewOf(ask, row);
    return columns.map(({ text }) => text(view));
  };
  await transaction(ask.db, (tx) =>
    appendAudit(tx, ask.actor, ask.now, {
      action: 'titles.exported',
      subjectType: 'titles',
      subjectId: null,
      unitPath: roots[0] ?? null,
      after: {
        format: format === 'csv' ? 'csv' : 'xlsx',
        columns: columns.map(({ key }) => key),
        filter: { ...filter },
      },
    }),
  );
  const pages = walkHolders(ask.db, roots, filter, ask.today);
  const name = `attachment; filename="backbone-teachers-${ask.today}.${format}"`;
  if (format === 'csv') {
    async function* lines() {
      yield writeCsv(headers, []);
      for await (const [first, ...rest] of pages) {
        // The byte order mark stands once, at the head of the file.
        if (first !== undefined) yield writeCsv(rowOf(first), rest.map(rowOf)).subarray(3);
      }
    }
    const stream = Readable.toWeb(Readable.from(lines())) as ReadableStream<Uint8Array>;
    return ask.c.body(stream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': name,
    });
  }
  const rows: string[][] = [];
  for await (const page of pages) {
    rows.push(...page.map(rowOf));
    if (rows.length > WORKBOOK_AT_MOST) throw new HttpError(422, 'titles.too-many');
  }
  const bytes = await writeWorkbook([
    { name: ask.t('titles.title'), columns: headers.map((header) => ({ header })), rows },
  ]);
  return ask.c.body(new Uint8Array(bytes), 200, {
    'content-type': WORKBOOK,
    'content-disposition': name,
  });
}
