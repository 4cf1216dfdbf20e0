/**
 * Routes that nothing in the city comes to a yes at (an answer below 400), each with the reason and where it is
 * tried instead. The test fails when a route is missing here, and when one stands here that does get a yes.
 */
export const UNSERVED: Readonly<Record<string, string>> = {
  'POST /admin/schedules':
    'the queue keeps its schedules in tables that are there once a server has started; tried by src/features/administration/routes.test.ts',
};
