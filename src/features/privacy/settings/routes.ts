import { answerPage, pageProps } from '../../../platform/answer.ts';
import { may, routeList } from '../../../platform/routing.ts';
import { listRetention } from '../../audit/retention/queries.ts';
import { authorityPlace } from '../../identity/settings/place.ts';
import { privacySettingsPath } from '../paths.ts';
import { countDue } from '../retention/clear.ts';
import { PrivacySettingsPage } from './page.tsx';

export const privacySettingsRoutes = routeList();

privacySettingsRoutes.get(privacySettingsPath, may('privacy.set', authorityPlace), async (ask) => {
  const periods = await listRetention(ask.db);
  return answerPage(
    ask,
    PrivacySettingsPage({
      page: pageProps(ask),
      t: ask.t,
      periods,
      due: await countDue(ask.services, periods),
    }),
  );
});
