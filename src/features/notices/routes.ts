import { answerDone, answerPage, pageProps, pastEnd } from '../../platform/answer.ts';
import { HttpError } from '../../platform/errors.ts';
import { queryNumber, readRawForm } from '../../platform/forms.ts';
import { isId } from '../../platform/ids.ts';
import { routeList, signedIn } from '../../platform/routing.ts';
import { noticesPath } from '../../web/viewer.ts';
import { NoticesPage } from './page.tsx';
import { acknowledge, listNotices, markRead } from './queries.ts';

export const noticeRoutes = routeList();
const { get, post } = noticeRoutes;
const PAGE_SIZE = 30;

/** A person's own inbox. Opening it marks what it shows as read. */
get(noticesPath, signedIn, async (ask) => {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const { personId } = ask.actor;
  const { notices, total } = await listNotices(ask.db, personId, PAGE_SIZE, (page - 1) * PAGE_SIZE);
  const past = pastEnd(ask, { page, size: PAGE_SIZE, shown: notices.length, total });
  if (past !== null) return past;
  const unread = notices.filter(({ readAt }) => readAt === null).map(({ id }) => id);
  if (unread.length > 0 && ask.c.req.raw.method === 'GET') await markRead(ask.db, personId, unread, ask.now);
  return answerPage(
    ask,
    NoticesPage({ page: pageProps(ask), t: ask.t, notices, paging: { page, size: PAGE_SIZE, total } }),
  );
});

/** Acknowledged with its time (R-001-4-09); somebody else's notice is not there. */
post(`${noticesPath}/:notice/seen`, signedIn, async (ask) => {
  await readRawForm(ask);
  const id = ask.c.req.param('notice') ?? '';
  if (!isId(id) || !(await acknowledge(ask.db, ask.actor.personId, id, ask.now)))
    throw new HttpError(404, 'error.not-found');
  return answerDone(ask, noticesPath);
});
