import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { routeList, signedIn } from '../../../platform/routing.ts';
import { accountPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { askAgain } from '../again/proven.ts';
import { tokenOf } from '../ask.ts';
import { sessionsPath } from '../needs.ts';
import { listLinks, listProviders } from '../providers/queries.ts';
import { deleteSessionsOf, selectOptionalAccountOf } from '../queries.ts';
import { selectFactors } from '../second-factor/queries.ts';
import { deleteOneSession, listSessions } from '../sessions/queries.ts';
import { knownAnew } from '../sessions/renew.ts';
import { listWrongTries } from '../wrong-tries/queries.ts';
import { AccountPage } from './page.tsx';

export const accountRoutes = routeList('sign-in');
const { get, post } = accountRoutes;

/** How far back wrong tries are shown, and how many places and hours of them. */
const WRONG_DAYS = 30;
const WRONG_ROWS = 50;

/** How one signs in, where one is signed in and who tried to: all of it one's own. */
get(accountPath, signedIn, async (ask) => {
  const { personId } = ask.actor;
  const since = new Date(ask.now.getTime() - WRONG_DAYS * 86_400_000);
  const [account, factors, sessions, wrong, links, providers] = await Promise.all([
    selectOptionalAccountOf(ask.db, personId),
    selectFactors(ask.db, personId, ask.today),
    listSessions(ask.db, personId, ask.now),
    listWrongTries(ask.db, personId, since, WRONG_ROWS),
    listLinks(ask.db, personId),
    listProviders(ask.db),
  ]);
  return answerPage(
    ask,
    AccountPage({
      page: pageProps(ask),
      t: ask.t,
      locale: ask.locale,
      account,
      factors,
      sessions,
      here: ask.session?.id ?? '',
      wrong,
      wrongDays: WRONG_DAYS,
      links,
      providers: providers.filter(({ enabled }) => enabled),
    }),
  );
});

post(`${sessionsPath}/end-others`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, accountPath);
  if (again !== null) return again;
  const { personId } = ask.actor;
  await transaction(ask.db, async (tx) => {
    const ended = await deleteSessionsOf(tx, [personId], tokenOf(ask));
    if (ended === 0) return;
    await appendAudit(tx, personId, ask.now, {
      action: 'session.ended',
      subjectType: 'person',
      subjectId: personId,
      personId,
      after: { sessions: ended },
    });
  });
  await knownAnew(ask);
  return answerDone(ask, accountPath, 'identity.account.done.ended-others');
});

post(`${sessionsPath}/:session/end`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, accountPath);
  if (again !== null) return again;
  const id = ask.c.req.param('session') ?? '';
  const { personId } = ask.actor;
  await transaction(ask.db, async (tx) => {
    if (!isId(id) || !(await deleteOneSession(tx, personId, id))) throw new HttpError(404, 'error.not-found');
    await appendAudit(tx, personId, ask.now, {
      action: 'session.ended',
      subjectType: 'person',
      subjectId: personId,
      personId,
      after: { sessions: 1 },
    });
  });
  return answerDone(ask, accountPath, 'identity.account.done.ended');
});
