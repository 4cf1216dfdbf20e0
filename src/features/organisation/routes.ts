import { type RouteList, routeList } from '../../platform/routing.ts';
import { importRoutes } from './imports/routes.ts';
import { peopleRoutes } from './people/routes.ts';
import { unitRoutes } from './units/routes.ts';

/** Units, people and how they come in. */
export const organisationRoutes: RouteList = {
  ...routeList(),
  routes: [unitRoutes, peopleRoutes, importRoutes].flatMap(({ routes }) => routes),
};
