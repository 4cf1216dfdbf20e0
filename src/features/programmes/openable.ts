import { pathsOver } from '../../platform/paths.ts';
import type { ActorAsk } from '../../platform/routing.ts';
import { rootsFor } from '../identity/rules.ts';
import { listVersions, type VersionRow } from './queries.ts';

/**
 * Published versions of which this person may open a round: of the programmes of their units, those above and those
 * below, for some unit that they act for.
 */
export function openableVersions(
  ask: ActorAsk,
  which: { readonly id: string } | { readonly search: string | null },
  limit: number,
): Promise<VersionRow[]> {
  const roots = rootsFor(ask.actor, 'round.open').map(({ unitPath }) => unitPath);
  return listVersions(
    ask.db,
    { above: roots.flatMap(pathsOver), roots },
    { limit, offset: 0, state: 'published', organised: { roots, on: ask.today }, ...which },
  );
}
