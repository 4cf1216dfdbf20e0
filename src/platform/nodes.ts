import type pg from 'pg';
import type { Whereabouts } from './connections.ts';
import { openNodePool, type PoolOptions } from './database.ts';
import type { JobsPlace, OwnersPlace } from './doors.ts';
import { databaseUser } from './postgres/server.ts';
import { doorsUser, jobsRole, webRole, workersUser } from './walls/roles.ts';

/** A PostgreSQL server with the connections of its authorities: for requests, for jobs, and for its owner. */
export interface Node {
  readonly url: string;
  readonly jobsUrl: string;
  readonly web: pg.Pool;
  readonly jobs: pg.Pool;
  readonly owner: pg.Pool;
  close(): Promise<void>;
}

export interface NodeOptions extends PoolOptions {
  /** Most connections of jobs at once, and of the owner; `max` are those of requests. */
  jobsMax?: number;
  ownerMax?: number;
  /** How requests and jobs sign in, when not as the owner who then stands in the narrower role. */
  webUrl?: string | null;
  jobsUrl?: string | null;
}

/** As many as a page asks at once. */
const KEPT = 4;

export function openNode(
  url: string,
  { webUrl = null, jobsUrl = null, jobsMax = 6, ownerMax = 3, ...options }: NodeOptions = {},
): Node {
  const asWorkers = jobsUrl ?? signedInAs(workersUser, url);
  // A page of a quiet hour would else wait for a connection, and for everything it asks to be planned anew.
  const web = openNodePool(webUrl ?? signedInAs(doorsUser, url), { ...options, kept: KEPT });
  const jobs = openNodePool(asWorkers, { ...options, max: jobsMax });
  const owner = openNodePool(url, { ...options, max: ownerMax });
  return {
    url,
    jobsUrl: asWorkers,
    web,
    jobs,
    owner,
    async close() {
      await Promise.all([web.end(), jobs.end(), owner.end()]);
    },
  };
}

/**
 * The embedded server lets whoever may enter its folder sign in without a password, so requests and jobs do as the users
 * who have no rights of their own. Elsewhere these need a password: without QINGLAN_WEB_DATABASE_URL and
 * QINGLAN_JOBS_DATABASE_URL it is the owner who signs in and then stands in the narrower role.
 */
function signedInAs(user: string, url: string): string {
  const { username, password, searchParams } = new URL(url);
  const embedded = username === databaseUser && password === '' && searchParams.has('host');
  return embedded ? url.replace(`//${username}@`, `//${user}@`) : url;
}

export const webAt = (node: Node, schema: string): Whereabouts => ({
  pool: node.web,
  schema,
  role: webRole(schema),
});
export const jobsAt = (node: Node, schema: string): JobsPlace => ({
  url: node.jobsUrl,
  pool: node.jobs,
  schema,
  role: jobsRole(schema),
});
export const ownerAt = (node: Node, schema: string): OwnersPlace => ({
  url: node.url,
  pool: node.owner,
  schema,
  role: null,
});
