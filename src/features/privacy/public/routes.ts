import { answerPage, pageProps } from '../../../platform/answer.ts';
import { anyone, routeList } from '../../../platform/routing.ts';
import { privacyPath } from '../../../web/viewer.ts';
import { listRetention } from '../../audit/retention/queries.ts';
import { listNoticeVersions } from '../consent/queries.ts';
import { PrivacyPage } from './page.tsx';

export const publicPrivacyRoutes = routeList();

/** What is done with personal data here: what the public is shown, and how long what is kept. For anybody. */
publicPrivacyRoutes.get(privacyPath, anyone, async (ask) =>
  answerPage(
    ask,
    PrivacyPage({
      page: pageProps(ask),
      t: ask.t,
      notices: await listNoticeVersions(ask.db),
      periods: await listRetention(ask.db),
    }),
  ),
);
