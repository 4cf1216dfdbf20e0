import { type Knob, knobsOf, turnAll } from '../../language/edit.ts';
import { explainProgramme } from '../../language/explain.ts';
import type { LoadResult } from '../../language/load.ts';
import { transaction } from '../../platform/database.ts';
import { type ActorAsk, may } from '../../platform/routing.ts';
import { Latest } from '../../shared/latest.ts';
import { appendAudit } from '../audit/queries.ts';
import type { AuditAction } from '../audit/rules.ts';
import { readFile } from '../programmes/compiled.ts';
import { readApart } from '../programmes/reading/apart.ts';
import { type Draft, draftPlace, lockDraft, updateDraftFile } from './queries.ts';
import { type DraftRefusal, judgeDraft } from './rules.ts';

/** What every page and act of a draft needs. */

export const draftId = (ask: ActorAsk) => ask.c.req.param('draft') ?? '';
export const mine = may('programme.publish', draftPlace);
export const refusal = (ask: ActorAsk, reason: DraftRefusal): string => ask.t(`lab.refused.${reason}`);

/** What a draft's file calls itself, even where the rest of it is not yet sound; or that it cannot be read. */
export async function nameIn(
  { source, tables }: Pick<Draft, 'source' | 'tables'>,
  ask: ActorAsk,
): Promise<string> {
  const loaded = await readFile(source, tables);
  if (loaded.ok) return `${loaded.programme.names[ask.locale]} ${loaded.programme.version}`;
  const names = /^names:(.*(?:\n[ \t].*)*)/m.exec(source)?.[1] ?? '';
  const name = new RegExp(`[\\s{]${ask.locale}:[ \t]*([^\\n,}]+)`).exec(names)?.[1];
  return name?.trim() || (/^programme:\s*(\S+)/m.exec(source)?.[1] ?? ask.t('lab.draft.unnamed'));
}

const knobsLast = new Latest<readonly Knob[]>(40);
/** What can be turned in a file. A page that shows how far a trial is asks again and again. */
export async function knobsIn(source: string): Promise<readonly Knob[]> {
  if (knobsLast.has(source)) return knobsLast.get(source, () => knobsOf(source));
  const knobs = await readApart('knobs', source).catch(() => knobsOf(source));
  return knobsLast.get(source, () => knobs);
}

/** The text with its numbers turned. */
export const turned = (source: string, values: ReadonlyMap<string, string>): Promise<string> =>
  readApart('turn', { source, turns: values }).catch(() => turnAll(source, values));

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

/** The policy in words, where the file loads. */
export const textOf = (ask: ActorAsk, loaded: LoadResult) => ({
  policy: loaded.ok ? explainProgramme(loaded.programme, loaded.vocabulary, ask.locale) : null,
});

/** Keeps a changed file as a new revision; a refusal says why, and nothing typed is lost. */
export async function keepFile(
  ask: ActorAsk,
  draft: Draft,
  revision: string | undefined,
  source: string,
  tables = draft.tables,
): Promise<DraftRefusal | null> {
  if (source === draft.source && tables === draft.tables) return null;
  return transaction(ask.db, async (tx) => {
    const held = await lockDraft(tx, draft.id);
    const verdict = judgeDraft('save', {
      state: held.state,
      sound: true,
      ownDraft: held.createdBy === ask.actor.personId,
      current: String(held.revision) === revision,
      reason: true,
    });
    if (!verdict.ok) return verdict.reason;
    await updateDraftFile(tx, draft.id, { source, tables }, ask.actor.personId, ask.now);
    await note(ask, tx, draft.id, draft.unitPath, 'lab.draft-saved', {
      after: { revision: held.revision + 1 },
    });
    return null;
  });
}
