import { choiceWords } from '../../../../language/grammar/words.ts';
import type { Outcome } from '../../../../language/outcome.ts';
import { answerDone, answerPage, pageProps, pastEnd } from '../../../../platform/answer.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { readRawForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import { withQuery } from '../../../../web/address.ts';
import { readTableQuery } from '../../../../web/table-query.ts';
import { inLocale, subjectName } from '../../../../web/words.ts';
import { allows, allowsSomewhere, asHolderOf, partiesOf } from '../../../identity/rules.ts';
import { updateOutcome } from '../../applications/queries.ts';
import { standings } from '../../dossier/standing.ts';
import { selectResultPlaces } from '../../panels/entries/queries.ts';
import { isLastByResults } from '../../panels/rules.ts';
import { withRound } from '../../rounds/known.ts';
import { type RoundRow, selectRound } from '../../rounds/queries.ts';
import { partName } from '../../rounds/quotas/parts.ts';
import type { QuotaRow } from '../../rounds/quotas/queries.ts';
import { roundFrame } from '../../rounds/tabs.ts';
import { recommend } from '../acts.ts';
import { holdingPanel, orderingPanel, panelsOf, type Route, routeOf, seatFor } from '../route.ts';
import { type BodyPost, inPlace, isLast, movesOf, postsIn } from '../rules.ts';
import { byOf, heldBy, heldMark, partingOf, recommendedWord, refusalText } from '../show.ts';
import { type PlacesView, QueuePage, type QueueView } from './page.tsx';
import {
  QUEUE_SORTS,
  QUEUE_TABS,
  type QueueFilter,
  type QueueRow,
  type QueueSort,
  type QueueTab,
  selectQueue,
} from './queries.ts';
import { type Beside, keepShown, standBeside } from './shown.ts';

export const queueRoutes = routeList();
const { get, post } = queueRoutes;

const PAGE = 50;
const isTab = (text: string | undefined): text is QueueTab => QUEUE_TABS.some((tab) => tab === text);
const isSort = (text: string): text is QueueSort => QUEUE_SORTS.some((sort) => sort === text);
const OUTCOMES: readonly Outcome[] = ['met', 'unmet', 'missing', 'needs-decision'];

/** What was not done, and whom it was to be done for: they stay ticked. */
interface Refused {
  readonly text: string;
  readonly ticked: readonly string[];
}

get('/rounds/:round/queue', may('application.review'), async (ask) => queuePage(ask, ask.c.req.url, null));

/** What a queue shows, read as its address asks for it. */
async function readQueue(ask: ActorAsk, round: RoundRow, path: string) {
  const { db, actor } = ask;
  const query = new URL(path, ask.c.req.url).searchParams;
  if (round.state === 'draft' && !allows(actor, 'round.open', { unitPath: round.unitPath }))
    throw new HttpError(404, 'error.not-found');
  const route = await routeOf(db, round);
  const posts = postsIn(actor, route.steps, round.unitPath);
  const first = posts[0];
  if (first === undefined) throw new HttpError(403, 'review.cannot.no-body');
  const chosen =
    posts.find(({ step, post: held }) => `${step.position}.${held.unitId}` === query.get('body')) ?? first;
  const { step, post: held } = chosen;
  const tab = isTab(query.get('tab') ?? undefined) ? (query.get('tab') as QueueTab) : 'waiting';
  // Results of judges are the order of a body that goes by them: it is to be known first.
  const asked = panelsOf(db, route);
  const results =
    step.stage.ranking === 'scored' ? orderingPanel(route, await asked, step, held.unitPath) : null;
  const placed = results === null ? null : await selectResultPlaces(db, results.id);
  const table = readTableQuery(path, {
    sortable: QUEUE_SORTS,
    usual: {
      by: tab === 'recommended' ? 'place' : tab === 'waiting' && placed !== null ? 'result' : 'submitted',
      descending: false,
    },
  });
  const outcome = OUTCOMES.find((one) => one === query.get('outcome')) ?? null;
  const under = query.get('under');
  const filter: QueueFilter = {
    roundId: round.id,
    position: step.position,
    unitPath: held.unitPath,
    tab,
    outcome,
    subject: query.get('subject') || null,
    under: under !== null && isId(under) ? under : null,
    readers: partiesOf(asHolderOf(actor, held)),
  };
  const sort = isSort(table.sort.by) ? table.sort.by : 'submitted';
  const page = { limit: PAGE, offset: (table.page - 1) * PAGE };
  const order = { sort, descending: table.sort.descending, ranked: placed === null ? [] : inPlace(placed) };
  const [{ rows, counts, subjects, units, quotas }, panels, beside] = await Promise.all([
    selectQueue(db, filter, held.unitId, order, page),
    asked,
    standBeside(db, route, [filter, order, page]),
  ]);
  keepShown(db, [filter, order, page], rows);
  return {
    route,
    posts,
    chosen,
    tab,
    table,
    sort,
    placed,
    rows,
    counts,
    subjects,
    units,
    quotas,
    panels,
    beside,
  };
}

/** `address` is the queue as it was asked for: its body, tab, filters and page. */
export async function queuePage(ask: ActorAsk, address: string, refused: Refused | null): Promise<Response> {
  const { db, t, actor } = ask;
  const url = new URL(address, ask.c.req.url);
  for (const name of ['lang', 'theme', 'done']) url.searchParams.delete(name);
  const path = url.pathname + url.search;
  const read = await withRound(db, url.pathname.split('/')[2] ?? '', (found) => readQueue(ask, found, path));
  const { route, posts, chosen, tab, table, sort, placed, rows, counts, subjects, units, quotas } = read;
  const { panels, beside } = read;
  const { round } = route;
  const { step, post: held } = chosen;
  const past = pastEnd(ask, { page: table.page, size: PAGE, shown: rows.length, total: counts[tab] });
  if (past !== null) return past;
  const judges = holdingPanel(route, panels, step.position, held.unitPath);
  // Panels of units below the body hold back single applicants of it.
  const marks =
    judges !== null || tab !== 'waiting'
      ? []
      : rows.flatMap(({ id, unitPath }) => {
          const panel = holdingPanel(route, panels, step.position, unitPath);
          return panel === null ? [] : [[id, heldMark(ask, panel)] as const];
        });
  const parting =
    placed !== null &&
    isLast(route.steps, step.position) &&
    isLastByResults(route.ready.programme.route ?? [])
      ? partingOf(ask, route)
      : null;
  // Others of the body's order may stand behind those of the page: on the next, or left out by a filter.
  const inOrder = sort === 'place' && !table.sort.descending;
  const more =
    ['outcome', 'subject', 'under'].some((name) => url.searchParams.get(name)) ||
    table.page * PAGE < counts[tab] ||
    (table.page > 1 && !inOrder);
  const places = placesOf(ask, route, chosen, quotas);
  const open = round.state === 'open' && (step.closesAt === null || ask.now <= step.closesAt);
  const base = `/rounds/${round.id}/queue`;
  const body = `${step.position}.${held.unitId}`;
  return answerPage(
    ask,
    QueuePage({
      frame: { ...pageProps(ask), path },
      round: roundFrame(ask, round, 'queue'),
      timeZone: ask.services.config.timeZone,
      step,
      unitName: held.unitName,
      bodies: posts.map((one) => ({
        href: `${base}?body=${one.step.position}.${one.post.unitId}`,
        label: `${inLocale(one.step.stage.names, ask.locale)} · ${one.post.unitName}`,
        current: one === chosen,
      })),
      tabs: QUEUE_TABS.map((one) => ({
        href: withQuery(path, { tab: one, body, page: null, sort: null }),
        label: t(`review.queue.tab.${one}`),
        current: one === tab,
        count: counts[one],
      })),
      tab,
      rows: await standNow(ask, route, rows, beside),
      sort: { by: sort, descending: table.sort.descending },
      filters: [
        {
          name: 'outcome',
          label: t('review.filter.outcome'),
          choices: OUTCOMES.map((one) => ({ value: one, label: t(`applications.outcome.${one}`) })),
        },
        ...(subjects.length > 1
          ? [
              {
                name: 'subject',
                label: t('review.filter.subject'),
                choices: subjects.map((one) => ({ value: one, label: subjectName(one, ask.locale) })),
              },
            ]
          : []),
        ...(units.length > 1
          ? [
              {
                name: 'under',
                label: t('review.filter.unit'),
                choices: units.map(({ id, name, count }) => ({
                  value: id,
                  label: t('ui.aside', { text: name, more: count }),
                })),
              },
            ]
          : []),
      ],
      paging: { page: table.page, size: PAGE, total: counts[tab] },
      places: places.rows,
      placesText: places.text,
      open,
      held: heldBy(ask, judges),
      marks: new Map(marks),
      byResults: placed,
      parting: parting?.text ?? null,
      moves: parting?.here === false ? new Map() : movesOf(rows, placed, more),
      submission: newId(),
      refused: refused?.text ?? null,
      ticked: new Set(refused?.ticked),
      screening: allowsSomewhere(actor, 'record.import'),
    }),
    refused === null ? 200 : 422,
  );
}

/** What binds the body, and how much of it is used. */
function placesOf(
  ask: ActorAsk,
  route: Route,
  { step, post: held }: BodyPost,
  quotas: readonly QuotaRow[],
): { text: string; rows: PlacesView[] } {
  const { t } = ask;
  const seat = seatFor(route, step, { id: held.unitId, path: held.unitPath }, { subject: null, stage: null });
  const limit = route.ready.programme.quota?.limits?.find(({ id }) => id === seat.limit);
  const parts = limit !== undefined && (limit.per === 'subject' || limit.per === 'stage');
  const rows = quotas
    .filter(({ part }) => (part === '') !== parts)
    .map(({ part, unitName, used, places }) => ({
      label:
        part === ''
          ? t('review.queue.places.whole', { unit: unitName })
          : t('review.queue.places.part', {
              unit: unitName,
              part: partName(part, route.ready.vocabulary, ask.locale),
            }),
      used,
      places,
    }));
  if (limit !== undefined) {
    const per = inLocale(choiceWords.per[limit.per], ask.locale);
    return {
      text: t(seat.soft ? 'review.queue.places.soft' : 'review.queue.places.limit', {
        per,
        most: seat.most ?? 0,
      }),
      rows,
    };
  }
  if (seat.most !== null) return { text: t('review.queue.places.total', { most: seat.most }), rows };
  if (rows.length > 0) return { text: '', rows };
  return { text: t(seat.required ? 'review.queue.places.missing' : 'review.queue.places.none'), rows };
}

/** The rows of a page as they stand now: records are confirmed and questions answered after submission. */
async function standNow(
  { db }: ActorAsk,
  { round, ready }: Route,
  rows: readonly QueueRow[],
  beside: Beside,
): Promise<QueueView[]> {
  const others = rows.filter((row) => beside(row) === undefined);
  const rest = await standings(db, ready, round, others);
  const views: QueueView[] = [];
  for (const row of rows) {
    const now = beside(row) ?? rest.get(row.id);
    if (now === undefined) continue;
    if (now.outcome !== row.outcome) await updateOutcome(db, row.id, now.outcome);
    views.push({ ...row, outcome: now.outcome, clauses: now.clauses, clausesMet: now.met });
  }
  return views;
}

post('/rounds/:round/queue/recommend', may('application.review'), async (ask) => {
  const raw = await readRawForm(ask);
  const roundId = ask.c.req.param('round') ?? '';
  const ids = (raw.all.application ?? []).filter(isId);
  const back = safeQueue(raw.values.back, roundId);
  if (ids.length === 0) return queuePage(ask, back, { text: ask.t('review.none-selected'), ticked: [] });
  const done = await recommend(ask.db, roundId, Number(raw.values.position ?? 0), ids, null, byOf(ask, raw));
  const route = await routeOf(ask.db, await selectRound(ask.db, roundId));
  if (done.ok) return answerDone(ask, back, recommendedWord(route, Number(raw.values.position ?? 0)));
  const text = refusalText(ask, route, done.refusal);
  return queuePage(ask, back, {
    text: ids.length === 1 ? text : ask.t('review.refusal.nobody', { n: ids.length, why: text }),
    ticked: ids,
  });
});

/** Only a queue of this round is gone back to. */
export const safeQueue = (back: string | undefined, roundId: string): string => {
  const base = `/rounds/${roundId}/queue`;
  return back !== undefined && (back === base || back.startsWith(`${base}?`)) ? back : base;
};
