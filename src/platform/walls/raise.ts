import type pg from 'pg';
import { grantUse, makeRoles } from './roles.ts';

/** Makes the authority's roles and its walls as this version of Qinglan has them. */
export async function raiseWalls(client: pg.ClientBase, schema: string): Promise<void> {
  await makeRoles(client, schema);
  await grantUse(client, schema);
}
