import { pathsOver } from '../../../platform/paths.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { rootsFor } from '../../identity/rules.ts';
import { selectUnit } from '../../organisation/units/queries.ts';
import { programmeOf, type ReadyProgramme } from '../compiled.ts';
import { selectVersion, type VersionSource } from '../queries.ts';
import { mustSee } from '../seen.ts';
import type { Authority, NumberScope } from './rules.ts';

/** Whose decisions concern somebody: of the units over them, and below those they act for. */
export function numberScope(ask: ActorAsk): NumberScope {
  const roots = rootsFor(ask.actor, 'programme.see').map(({ unitPath }) => unitPath);
  const own = ask.actor.unitPath === null ? [] : [ask.actor.unitPath];
  return { above: [...new Set([...own, ...roots].flatMap(pathsOver))], roots };
}

/** The version of the address, ready to be asked, and the unit that keeps its programme. */
export interface SeenVersion {
  readonly version: VersionSource;
  readonly ready: ReadyProgramme;
  readonly authority: Authority;
}
export async function seenVersion(ask: ActorAsk): Promise<SeenVersion> {
  const version = await selectVersion(ask.db, ask.c.req.param('version') ?? '');
  mustSee(ask, version);
  const ready = await programmeOf(ask.db, version.id);
  const keeper = await selectUnit(ask.db, version.unitId);
  return { version, ready, authority: { path: keeper.path, level: keeper.level } };
}
