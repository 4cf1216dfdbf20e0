import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { anyone, routeList } from '../../platform/routing.ts';
import { signInPath } from '../../web/viewer.ts';
import { teaches } from '../identity/rules.ts';
import { listDue } from '../selection/panels/judging/queries.ts';
import { HomePage } from './page.tsx';
import { selectOfficeNews, selectOwnNews } from './queries.ts';
import { homeTasks } from './rules.ts';

export const homeRoutes = routeList();

/** The first page: what waits for this person. Those who have not signed in are asked to. */
homeRoutes.get('/', anyone, async (ask) => {
  const { actor, viewer, db } = ask;
  if (actor === null || viewer === null) return answerDone(ask, signInPath);
  const [office, { seats, ...news }] = await Promise.all([
    selectOfficeNews(db, actor),
    selectOwnNews(db, actor, ask.now),
  ]);
  const judging = await listDue(db, seats, ask.today);
  const first = { teaches: teaches(actor), unread: viewer.unreadNotices, judging, ...office, ...news };
  return answerPage(
    ask,
    HomePage({ page: pageProps(ask), t: ask.t, actor, first, tasks: homeTasks(first, ask.now) }),
  );
});
