import { answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList, signedIn } from '../../../platform/routing.ts';
import { WORKBOOK, writeCsv, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { rootsFor } from '../../identity/rules.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { personPlace } from '../../organisation/places.ts';
import { climb, isHeld } from '../../titles/rules.ts';
import { factTypes } from '../facts/rules.ts';
import { RECORD_STATES } from '../rules.ts';
import { recordWords } from '../show.ts';
import { GrowthFilePage } from './page.tsx';
import { listRecords, type RecordFilters, selectGrowthFile, totalOf } from './queries.ts';
import { recordSheet } from './sheet.ts';

export const growthFileRoutes = routeList();
const { get } = growthFileRoutes;

const PAGE_SIZE = 50;
const EXPORT_MOST = 20_000;

/** One's own growth file. */
get('/records', signedIn, (ask) => showGrowthFile(ask, ask.actor.personId));

get('/people/:person/records', may('record.see', personPlace), (ask) =>
  showGrowthFile(ask, ask.c.req.param('person') ?? ''),
);

async function showGrowthFile(ask: ActorAsk, personId: string): Promise<Response> {
  const { type, state, year, view, format } = ask.c.req.query();
  const filters: RecordFilters = {
    type: type !== undefined && Object.hasOwn(vocabulary().records, type) ? type : undefined,
    year: queryNumber(year, 0, 1000, 9999) || undefined,
    state: RECORD_STATES.find((one) => one === state),
  };
  if (format === 'csv' || format === 'xlsx') return exportGrowthFile(ask, personId, filters, format);
  const number = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const shown = view === 'type' || view === 'list' ? view : 'year';
  const page = {
    limit: PAGE_SIZE,
    offset: (number - 1) * PAGE_SIZE,
    order: shown === 'type' ? 'type' : 'year',
  } as const;
  const { people, tallies, holdings, rows } = await selectGrowthFile(ask.db, personId, filters, page);
  const [owner] = people;
  if (owner === undefined) throw new HttpError(404, 'error.not-found');
  const total = totalOf(tallies, filters);
  const past = pastEnd(ask, { page: number, size: PAGE_SIZE, shown: rows.length, total });
  if (past !== null) return past;
  const reachedTitles = holdings.filter(({ from }) => from <= ask.today).map(({ title }) => title);
  return answerPage(
    ask,
    GrowthFilePage({
      page: pageProps(ask),
      t: ask.t,
      words: recordWords(vocabulary(), ask.locale, ask.t),
      owner,
      own: personId === ask.actor.personId,
      facts: factTypes(vocabulary()).length > 0,
      titles: holdings.map((one) => ({ ...one, held: isHeld(one, ask.today) })),
      // Officials teach no stage of schooling and climb no ladder.
      ladder: owner.stage === null ? [] : climb(vocabulary().ladder, reachedTitles),
      tallies,
      rows,
      paging: { page: number, size: PAGE_SIZE, total },
      view: shown,
      marks: rootsFor(ask.actor, 'record.confirm').length > 0,
    }),
  );
}

/** The file as a table that the bulk import reads back. */
async function exportGrowthFile(
  ask: ActorAsk,
  personId: string,
  filters: RecordFilters,
  format: 'csv' | 'xlsx',
): Promise<Response> {
  const owner = await selectPerson(ask.db, personId);
  const { rows, total } = await listRecords(ask.db, personId, filters, { limit: EXPORT_MOST, offset: 0 });
  if (total > EXPORT_MOST) throw new HttpError(413, 'error.too-large');
  const words = recordWords(vocabulary(), ask.locale, ask.t);
  const sheet = recordSheet(rows, { owner, vocabulary: vocabulary(), words, t: ask.t });
  const bytes =
    format === 'xlsx'
      ? await writeWorkbook([sheet], { title: sheet.name })
      : writeCsv(
          sheet.columns.map(({ header }) => header),
          sheet.rows,
        );
  const name = encodeURIComponent(`${owner.name} ${ask.t('records.growth-file')}.${format}`);
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': format === 'xlsx' ? WORKBOOK : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="records.${format}"; filename*=UTF-8''${name}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
}
