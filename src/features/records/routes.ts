import { type RouteList, routeList } from '../../platform/routing.ts';
import { claimRoutes } from './claim/routes.ts';
import { detailRoutes } from './detail/routes.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { growthFileRoutes } from './growth-file/routes.ts';
import { verificationRoutes } from './verification/routes.ts';

/** The growth file's pages; `/records/new` stands before `/records/:record`. */
export const recordRoutes: RouteList = {
  ...routeList(),
  routes: [growthFileRoutes, claimRoutes, detailRoutes, evidenceRoutes, verificationRoutes].flatMap(
    ({ routes }) => routes,
  ),
};
