import { type RouteList, routeList } from '../../platform/routing.ts';
import { accountRoutes } from './accounts/routes.ts';
import { careerRoutes } from './career/routes.ts';
import { idNumberRoutes } from './id-numbers/routes.ts';
import { importRoutes } from './imports/routes.ts';
import { newPersonRoutes } from './people/new/routes.ts';
import { peopleRoutes } from './people/routes.ts';
import { heldRoutes } from './roles/routes.ts';
import { roleRoutes } from './units/roles/routes.ts';
import { unitRoutes } from './units/routes.ts';

/** Units, people and how they come in. */
export const organisationRoutes: RouteList = {
  ...routeList(),
  // `/people/new` before `/people/:person`.
  routes: [
    unitRoutes,
    roleRoutes,
    heldRoutes,
    newPersonRoutes,
    peopleRoutes,
    careerRoutes,
    idNumberRoutes,
    accountRoutes,
    importRoutes,
  ].flatMap(({ routes }) => routes),
};
