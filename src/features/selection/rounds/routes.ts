import { answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { may, type RouteList, routeList, signedIn } from '../../../platform/routing.ts';
import { answerTimeline } from '../../audit/timeline/answer.ts';
import { allowsSomewhere, rootsFor } from '../../identity/rules.ts';
import { RoundsPage } from './page.tsx';
import { phaseRoutes } from './phases/routes.ts';
import { planningRoutes } from './planning/routes.ts';
import { listRounds, type RoundList, roundPlace, seenRound } from './queries.ts';
import { overviewPage, roundScope } from './show.ts';

const ownRoutes = routeList();
const { get } = ownRoutes;

const PAGE = 20;

get('/rounds', signedIn, async (ask) => {
  const mayOpen = allowsSomewhere(ask.actor, 'round.open');
  const lists: RoundList[] = ['running', 'coming', 'past', ...(mayOpen ? (['draft'] as const) : [])];
  const list = lists.find((one) => one === ask.c.req.query('list')) ?? 'running';
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const rows = await listRounds(ask.db, roundScope(ask), list, ask.now, PAGE + 1, (page - 1) * PAGE);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length });
  if (past !== null) return past;
  return answerPage(
    ask,
    RoundsPage({
      frame: pageProps(ask),
      list,
      lists,
      rounds: rows.slice(0, PAGE),
      now: ask.now,
      timeZone: ask.services.config.timeZone,
      page,
      size: PAGE,
      more: rows.length > PAGE,
      mayOpen,
    }),
  );
});

get('/rounds/:round', may('round.see', roundPlace), (ask) => overviewPage(ask));

/** Everything that was done with the round, and of its applications what the reader may see. */
get('/rounds/:round/timeline', may('round.see', roundPlace), async (ask) => {
  const round = await seenRound(ask);
  const roots = rootsFor(ask.actor, 'application.see').map(({ unitPath }) => unitPath);
  return answerTimeline(
    ask,
    { roundId: round.id, readerId: ask.actor.personId, roots },
    {
      title: ask.t('audit.timeline.of-round', { name: round.name }),
      back: { href: `/rounds/${round.id}`, label: round.name },
    },
  );
});

/** Rounds as people find and read them, and as their office makes, opens, moves and cancels them. */
export const roundRoutes: RouteList = {
  ...routeList(),
  // `/rounds/new` before `/rounds/:round`.
  routes: [planningRoutes, ownRoutes, phaseRoutes].flatMap(({ routes }) => routes),
};
