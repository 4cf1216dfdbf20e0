import type pg from 'pg';
import { openNodePool, type PoolOptions } from './database.ts';
import type { OwnersPlace, Whereabouts } from './doors.ts';
import { databaseUser } from './postgres/server.ts';
import { doorsUser, webRole } from './walls/roles.ts';

/** A PostgreSQL server with the connections of its authorities: one pool for requests, one for jobs. */
export interface Node {
  readonly url: string;
  readonly web: pg.Pool;
  readonly owner: pg.Pool;
  close(): Promise<void>;
}

export interface NodeOptions extends PoolOptions {
  /** Most connections of jobs at once; `max` are those of requests. */
  ownerMax?: number;
  /** How requests sign in, when not as the owner who then stands in the narrower role. */
  webUrl?: string | null;
}

export function openNode(url: string, { webUrl = null, ownerMax = 6, ...options }: NodeOptions = {}): Node {
  const web = openNodePool(webUrl ?? doorsUrl(url), options);
  const owner = openNodePool(url, { ...options, max: ownerMax });
  return {
    url,
    web,
    owner,
    async close() {
      await Promise.all([web.end(), owner.end()]);
    },
  };
}

/**
 * The embedded server lets whoever may enter its folder sign in without a password, so requests do as the user who has
 * no rights of its own. Elsewhere that user needs a password: without QINGLAN_WEB_DATABASE_URL it is the owner who
 * signs in and then stands in the narrower role.
 */
function doorsUrl(url: string): string {
  const { username, password, searchParams } = new URL(url);
  const embedded = username === databaseUser && password === '' && searchParams.has('host');
  return embedded ? url.replace(`//${username}@`, `//${doorsUser}@`) : url;
}

export const webAt = (node: Node, schema: string): Whereabouts => ({
  pool: node.web,
  schema,
  role: webRole(schema),
});
export const ownerAt = (node: Node, schema: string): OwnersPlace => ({
  url: node.url,
  pool: node.owner,
  schema,
  role: null,
});
