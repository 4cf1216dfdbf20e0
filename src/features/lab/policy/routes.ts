import type { Knob } from '../../../language/edit.ts';
import type { Problem } from '../../../language/problem.ts';
import { sayTrail } from '../../../language/say/changes.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { civilDate, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { digestOf, readFile } from '../../programmes/compiled.ts';
import { listAnswers } from '../agreement/queries.ts';
import { draftId, keepFile, knobsIn, mine, refusal, textOf, turned } from '../draft.ts';
import { type Draft, selectDraft } from '../queries.ts';
import { selectLatestRun } from '../trials/queries.ts';
import { startRun } from '../trials/run.ts';
import { figuresOf, runView, sameFile } from '../trials/shown.ts';
import { DraftPage } from './page.tsx';
import { answerPolicyPaper } from './paper.ts';
import { readDuration } from './rules.ts';

/** The text of a draft with its numbers as fields; it is tried from here, and put on paper. */
export const policyRoutes = routeList();

policyRoutes.get('/lab/drafts/:draft', mine, async (ask) =>
  draftPage(ask, await selectDraft(ask.db, draftId(ask))),
);

async function draftPage(
  ask: ActorAsk,
  draft: Draft,
  state: FormState = { values: {} },
  problems: readonly Problem[] = [],
) {
  const loaded = await readFile(draft.source, draft.tables);
  const run = await selectLatestRun(ask.db, { draftId: draft.id });
  return answerPage(
    ask,
    DraftPage({
      frame: pageProps(ask),
      draft,
      ...textOf(ask, loaded),
      problems: loaded.ok ? problems : loaded.problems,
      warnings: loaded.ok ? loaded.warnings : [],
      knobs: (await knobsIn(draft.source)).map((knob) => ({
        ...knob,
        where: sayTrail(knob.trail, ask.locale, loaded.ok ? loaded : null),
      })),
      asOf: run?.asOf ?? ask.today,
      run: run && (await runView(ask, run, draft)),
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const KNOB = 'k:';

/** Numbers turned in the policy's text; then the policy is tried on everyone, if asked. */
policyRoutes.post('/lab/drafts/:draft', mine, async (ask) => {
  const raw = await readRawForm(ask);
  const draft = await selectDraft(ask.db, draftId(ask));
  const errors: Record<string, string> = {};
  const turns = new Map<string, string>();
  for (const knob of await knobsIn(draft.source)) {
    const typed = raw.values[`${KNOB}${knob.path}`]?.trim();
    if (typed === undefined) continue;
    const value = (knob.kind === 'duration' ? readDuration(typed, knob.value) : null) ?? typed;
    if (value === knob.value) continue;
    if (!fits(knob, value)) errors[`${KNOB}${knob.path}`] = ask.t(`lab.knob.wrong.${knob.kind}`);
    else turns.set(knob.path, value);
  }
  const again = (more: Record<string, string>, problems: readonly Problem[] = []) =>
    draftPage(ask, draft, { values: raw.values, errors: more }, problems);
  const trying = raw.values.act === 'try';
  const day = civilDate('lab.asOf.needed').safeParse(raw.values.asOf ?? '');
  if (trying && !day.success) errors.asOf = ask.t('lab.asOf.needed');
  if (Object.keys(errors).length > 0) return again(errors);
  const source = turns.size === 0 ? draft.source : await turned(draft.source, turns);
  const loaded = await readFile(source, draft.tables);
  if (!loaded.ok)
    return again({ '': ask.t('lab.faulty', { count: loaded.problems.length }) }, loaded.problems);
  const refused = await keepFile(ask, draft, raw.values.revision, source);
  if (refused !== null) return again({ '': refusal(ask, refused) });
  if (trying && day.success) return tryDraft(ask, draft, source, day.data, raw.submission);
  return answerDone(ask, `/lab/drafts/${draft.id}`, 'lab.done.saved');
});

function fits({ kind, choices }: Knob, value: string): boolean {
  switch (kind) {
    case 'number':
    case 'decimal':
      return /^-?\d{1,12}(\.\d{1,6})?$/.test(value);
    case 'duration':
      return /^[1-9]\d{0,2}(y|m|d)$/.test(value);
    case 'day':
      return /^(\d{4}-)?\d{2}-\d{2}$/.test(value);
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'choice':
      return choices !== undefined && Object.hasOwn(choices, value);
  }
}

async function tryDraft(ask: ActorAsk, draft: Draft, source: string, asOf: string, submission: string) {
  await startRun(
    { ...ask.services, db: ask.db },
    {
      id: submission,
      of: { draftId: draft.id, versionId: null },
      againstId: draft.baseId,
      source,
      tables: draft.tables,
      unitPath: draft.unitPath,
      asOf,
      by: ask.actor.personId,
    },
  );
  return answerDone(ask, `/lab/drafts/${draft.id}#figures`);
}

policyRoutes.get('/lab/drafts/:draft/policy.pdf', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const loaded = await readFile(draft.source, draft.tables);
  if (!loaded.ok) throw new HttpError(422, 'lab.refused.faulty');
  const answers = await listAnswers(ask.db, draft.id);
  const run = await selectLatestRun(ask.db, { draftId: draft.id });
  const figures = run?.state === 'done' && sameFile(run, draft) ? await figuresOf(ask, run) : null;
  return answerPolicyPaper(ask, loaded, {
    digest: digestOf(draft.source, draft.tables),
    issuer: draft.unitName,
    trial: run !== null && figures !== null ? { asOf: run.asOf, figures } : null,
    agreed: answers.filter(({ revision, agrees }) => agrees && revision === draft.revision),
  });
});
