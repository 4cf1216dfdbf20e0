import { routeList } from '../../platform/routing.ts';
import { consentRoutes } from './consent/routes.ts';
import { correctionRoutes } from './corrections/routes.ts';
import { ownDataRoutes } from './own-data/routes.ts';
import { publicPrivacyRoutes } from './public/routes.ts';
import { retentionRoutes } from './retention/routes.ts';
import { privacySettingsRoutes } from './settings/routes.ts';

export const privacyRoutes = routeList();
privacyRoutes.routes.push(
  ...publicPrivacyRoutes.routes,
  ...privacySettingsRoutes.routes,
  ...retentionRoutes.routes,
  ...ownDataRoutes.routes,
  ...correctionRoutes.routes,
  ...consentRoutes.routes,
);
