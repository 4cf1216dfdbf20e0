import type { Ask } from '../../../platform/routing.ts';
import type { Place } from '../rules.ts';
import { selectOptionalRootPath } from './queries.ts';

/** How people sign in concerns the whole authority: it stands at the root of the tree. */
export async function authorityPlace(ask: Ask): Promise<Place | null> {
  const path = await selectOptionalRootPath(ask.db);
  return path === null ? null : { unitPath: path };
}
