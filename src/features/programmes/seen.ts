import { HttpError } from '../../platform/errors.ts';
import type { ActorAsk } from '../../platform/routing.ts';
import { rootsFor } from '../identity/rules.ts';
import type { VersionRow } from './queries.ts';

/** Drafts are for those who act for the unit. */
export function mustSee(ask: ActorAsk, version: VersionRow): void {
  const officials = rootsFor(ask.actor, 'programme.see').some(({ unitPath }) =>
    version.unitPath.startsWith(unitPath),
  );
  if (version.state === 'draft' && !officials) throw new HttpError(404, 'error.not-found');
}
