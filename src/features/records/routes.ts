import { type RouteList, routeList } from '../../platform/routing.ts';
import { claimRoutes } from './claim/routes.ts';
import { detailRoutes } from './detail/routes.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { factRoutes } from './facts/routes.ts';
import { growthFileRoutes } from './growth-file/routes.ts';
import { importRoutes } from './imports/routes.ts';
import { verificationRoutes } from './verification/routes.ts';

/** The growth file's pages; what has a name of its own stands before `/records/:record`. */
export const recordRoutes: RouteList = {
  ...routeList(),
  routes: [
    growthFileRoutes,
    claimRoutes,
    factRoutes,
    importRoutes,
    detailRoutes,
    evidenceRoutes,
    verificationRoutes,
  ].flatMap(({ routes }) => routes),
};
