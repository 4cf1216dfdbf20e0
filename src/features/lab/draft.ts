import type { ActorAsk } from '../../platform/routing.ts';
import { may } from '../../platform/routing.ts';
import { appendAudit } from '../audit/queries.ts';
import type { AuditAction } from '../audit/rules.ts';
import { checkFile } from '../programmes/compiled.ts';
import { draftPlace } from './queries.ts';
import type { DraftRefusal } from './rules.ts';

/** What every page and act of a draft needs. */

export const draftId = (ask: ActorAsk) => ask.c.req.param('draft') ?? '';
export const mine = may('programme.publish', draftPlace);
export const refusal = (ask: ActorAsk, reason: DraftRefusal): string => ask.t(`lab.refused.${reason}`);

/** What a file calls itself, or that it cannot be read. */
export function nameIn(source: string, ask: ActorAsk): string {
  const loaded = checkFile(source, {});
  if (loaded.ok) return `${loaded.programme.names[ask.locale]} ${loaded.programme.version}`;
  return /^programme:\s*(\S+)/m.exec(source)?.[1] ?? ask.t('lab.draft.unnamed');
}

type Tx = Parameters<typeof appendAudit>[0];
export const note = (
  ask: ActorAsk,
  tx: Tx,
  id: string,
  unitPath: string,
  action: AuditAction,
  more: { readonly after?: Record<string, unknown>; readonly reason?: string | null } = {},
) =>
  appendAudit(tx, ask.actor, ask.now, {
    action,
    subjectType: 'programme-draft',
    subjectId: id,
    unitPath,
    ...more,
  });
