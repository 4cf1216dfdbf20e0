import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { civilDate, optional, readForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import type { AuditAction } from '../../audit/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { listActingOver } from '../../organisation/facts/queries.ts';
import { digestOf, readFile } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { adoptPublishedTerms, collidingTerm } from '../../programmes/terms.ts';
import { draftId, mine, nameIn, note, refusal } from '../draft.ts';
import { type Draft, lockDraft, selectDraft, updateDraftState } from '../queries.ts';
import { type DraftAct, type DraftRefusal, judgeDraft } from '../rules.ts';
import { AgreementPage } from './page.tsx';
import { insertAnswer, listAnswers } from './queries.ts';

/** A draft is laid before others, agreed to, and published. */
export const agreementRoutes = routeList();

agreementRoutes.get('/lab/drafts/:draft/agreement', mine, async (ask) =>
  agreementPage(ask, await selectDraft(ask.db, draftId(ask))),
);

async function agreementPage(ask: ActorAsk, draft: Draft, state: FormState = { values: {} }) {
  const [answers, others] = await Promise.all([listAnswers(ask.db, draft.id), othersOf(ask, draft)]);
  const loaded = await readFile(draft.source, draft.tables);
  return answerPage(
    ask,
    AgreementPage({
      frame: pageProps(ask),
      draft,
      answers,
      others: others.map(({ name }) => name),
      own: draft.createdBy === ask.actor.personId || draft.changedBy === ask.actor.personId,
      answered: answers.some(
        ({ personId, revision }) => personId === ask.actor.personId && revision === draft.revision,
      ),
      timeZone: ask.services.config.timeZone,
      version: loaded.ok ? loaded.programme.version : '',
      state: { ...state, values: { effective: ask.today, ...state.values } },
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** Those who act for the unit or over it, beside whoever wrote the draft: they are asked. */
async function othersOf(ask: ActorAsk, draft: Draft) {
  const acting = await listActingOver(ask.db, draft.unitPath, ask.today);
  const writers = [draft.createdBy, draft.changedBy];
  const seen = new Set<string>();
  return acting.filter(({ personId, role }) => {
    if (writers.includes(personId) || seen.has(personId) || !PUBLISHERS.has(role)) return false;
    seen.add(personId);
    return true;
  });
}
const PUBLISHERS: ReadonlySet<string> = new Set(['school-office', 'county-office', 'city-office']);

const answerForm = z.object({
  act: z.enum(['ask', 'agree', 'object', 'reopen', 'publish', 'drop'], 'error.field'),
  note: optional(2000),
  /** Why a draft is given up: a field of its own, for two forms stand on one page. */
  reason: optional(2000),
  effective: optional(10),
  revision: optional(10),
});

/** A draft is laid before others, agreed to or not, taken back, published, or given up. */
agreementRoutes.post('/lab/drafts/:draft/agreement', mine, async (ask) => {
  const form = await readForm(ask, answerForm);
  const draft = await selectDraft(ask.db, draftId(ask));
  if (!form.ok) return agreementPage(ask, draft, { values: form.raw.values, errors: form.errors });
  const { act, effective, revision } = form.data;
  const spoken = act === 'drop' || act === 'reopen' ? 'reason' : 'note';
  const words = form.data[spoken];
  const again = (errors: Record<string, string>) =>
    agreementPage(ask, draft, { values: form.raw.values, errors });
  const day = civilDate('programmes.publish.effective.needed').safeParse(effective ?? '');
  if (act === 'publish' && !day.success) {
    return again({ effective: ask.t('programmes.publish.effective.needed') });
  }
  const [others, name] = [await othersOf(ask, draft), await nameIn(draft, ask)];
  const loaded = await readFile(draft.source, draft.tables);
  const done = await transaction(ask.db, async (tx): Promise<DraftRefusal | 'version-taken' | null> => {
    const held = await lockDraft(tx, draft.id);
    const answering = act === 'agree' || act === 'object';
    const verdict = judgeDraft(answering ? 'answer' : (act as DraftAct), {
      state: held.state,
      sound: loaded.ok,
      ownDraft: draft.createdBy === ask.actor.personId || draft.changedBy === ask.actor.personId,
      current: String(held.revision) === (revision ?? ''),
      reason: act === 'agree' || words !== null,
    });
    if (!verdict.ok) return verdict.reason;
    const keep = (action: AuditAction, after: Record<string, unknown> = {}) =>
      note(ask, tx, draft.id, draft.unitPath, action, {
        after: { revision: held.revision, ...after },
        reason: words,
      });
    switch (act) {
      case 'ask': {
        // Answers given stay what they were answers to; who is asked again answers anew.
        const answers = await listAnswers(tx, draft.id);
        const answered = answers.some((answer) => answer.revision === held.revision);
        const asked = held.revision + (answered ? 1 : 0);
        await updateDraftState(tx, draft.id, {
          state: others.length === 0 ? 'agreed' : 'asking',
          note: words,
          askedAt: ask.now,
          revision: asked,
        });
        await insertNotices(
          tx,
          ask.now,
          others.map(({ personId }) => ({
            personId,
            kind: 'draft-asked' as const,
            detail: { name, by: ask.actor.name },
            href: `/lab/drafts/${draft.id}/agreement`,
          })),
        );
        await keep('lab.draft-asked', { others: others.length, revision: asked });
        return null;
      }
      case 'agree':
      case 'object': {
        const agrees = act === 'agree';
        await insertAnswer(tx, draft.id, held.revision, {
          personId: ask.actor.personId,
          agrees,
          reason: words,
          at: ask.now,
        });
        await updateDraftState(tx, draft.id, { state: agrees ? 'agreed' : 'writing' });
        await keep(agrees ? 'lab.draft-agreed' : 'lab.draft-objected');
        return null;
      }
      case 'reopen':
        await updateDraftState(tx, draft.id, { state: 'writing' });
        await keep('lab.draft-reopened');
        return null;
      case 'drop':
        await updateDraftState(tx, draft.id, { state: 'dropped', endedReason: words ?? '' });
        await keep('lab.draft-dropped');
        return null;
      case 'publish': {
        if (!loaded.ok) return 'faulty';
        if ((await collidingTerm(tx, loaded.programme)) !== null) return 'term-collides';
        const kept = await insertVersion(tx, {
          id: form.raw.submission,
          programme: loaded.programme.programme,
          unitId: draft.unitId,
          unitPath: draft.unitPath,
          version: loaded.programme.version,
          names: loaded.programme.names,
          source: draft.source,
          tables: draft.tables,
          digest: digestOf(draft.source, draft.tables),
          createdBy: draft.createdBy,
          createdAt: ask.now,
        });
        if (kept.verdict === 'version-taken') return 'version-taken';
        // The same file was published before, or retired: nothing would begin on the day asked for.
        if (!(await publishVersion(tx, kept.id, ask.actor.personId, ask.now, day.data ?? ask.today)))
          return 'already-published';
        await updateDraftState(tx, draft.id, { state: 'published', versionId: kept.id });
        await appendAudit(tx, ask.actor, ask.now, {
          action: 'programme.published',
          subjectType: 'programme-version',
          subjectId: kept.id,
          unitPath: draft.unitPath,
          after: { effectiveOn: day.data ?? ask.today },
        });
        await keep('lab.draft-published', { version: loaded.programme.version, effectiveOn: day.data });
        return null;
      }
    }
  });
  if (done === 'version-taken') {
    return again({
      '': ask.t('programmes.upload.version-taken', { version: loaded.ok ? loaded.programme.version : '' }),
    });
  }
  if (act === 'publish' && done === null) await adoptPublishedTerms(ask.db);
  if (done !== null) return again({ [done === 'reason-missing' ? spoken : '']: refusal(ask, done) });
  return answerDone(ask, `/lab/drafts/${draft.id}/agreement`, `lab.done.${act}`);
});
