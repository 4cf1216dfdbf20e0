import { routeList } from '../../platform/routing.ts';
import { publicPrivacyRoutes } from './public/routes.ts';
import { retentionRoutes } from './retention/routes.ts';
import { privacySettingsRoutes } from './settings/routes.ts';

export const privacyRoutes = routeList();
privacyRoutes.routes.push(
  ...publicPrivacyRoutes.routes,
  ...privacySettingsRoutes.routes,
  ...retentionRoutes.routes,
);
