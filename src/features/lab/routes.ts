import { z } from 'zod';
import type { Knob } from '../../language/edit.ts';
import { explainProgramme } from '../../language/explain.ts';
import type { LoadResult } from '../../language/load.ts';
import type { Problem } from '../../language/problem.ts';
import { sayChanges, sayTrail } from '../../language/say/changes.ts';
import { programmeJsonSchema } from '../../language/schema.ts';
import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { civilDate, id as idField, queryNumber, readForm, readRawForm } from '../../platform/forms.ts';
import { isId, newId } from '../../platform/ids.ts';
import { commonVocabulary } from '../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../platform/routing.ts';
import type { FormState } from '../../web/ui/form.tsx';
import { formatDate } from '../../web/words.ts';
import { allows, rootsFor } from '../identity/rules.ts';
import { selectNamesOfCodes, selectUnitCodes, selectUnitNames } from '../organisation/facts/queries.ts';
import { digestOf, programmeOf, readFile } from '../programmes/compiled.ts';
import { VERSIONS_LISTED } from '../programmes/find.tsx';
import { sayingFormer } from '../programmes/numbers/former.ts';
import { selectNumberSet } from '../programmes/numbers/queries.ts';
import { localOf } from '../programmes/numbers/rules.ts';
import { type UsedNumbers, usedNumbers } from '../programmes/numbers/used.tsx';
import {
  listVersions,
  type ProgrammeTables,
  selectOptionalProgrammeId,
  selectVersion,
} from '../programmes/queries.ts';
import { pathsAbove } from '../programmes/rules.ts';
import { ComparePage } from './compare-page.tsx';
import { draftId, knobsIn, mine, nameIn, note, refusal, turned } from './draft.ts';
import { ChangedPage, DraftPage, FilePage, LabPage } from './page.tsx';
import { answerPolicyPaper } from './paper.ts';
import {
  type Draft,
  insertDraft,
  type LabRun,
  listAnswers,
  listChanged,
  listDrafts,
  lockDraft,
  selectDraft,
  selectLatestRun,
  selectRun,
  updateDraftFile,
} from './queries.ts';
import { type DraftRefusal, judgeDraft, readDuration } from './rules.ts';
import { startRun } from './run.ts';
import { type FiguresView, viewOf } from './view.ts';
import { answerWorkbook } from './workbook.ts';

/** The policy lab: a programme read as text, its numbers turned, tried on everyone, agreed on and published. */
export const labRoutes = routeList();

const PAGE = 50;

labRoutes.get('/lab', may('programme.publish'), async (ask) => labPage(ask, { values: {} }));

async function labPage(ask: ActorAsk, state: FormState) {
  const roots = rootsFor(ask.actor, 'programme.publish').map(({ unitPath }) => unitPath);
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 1000);
  const search = ask.c.req.query('q')?.trim() || null;
  const [drafts, versions] = await Promise.all([
    listDrafts(ask.db, roots, { limit: PAGE + 1, offset: (page - 1) * PAGE }),
    listVersions(ask.db, { above: [], roots }, { limit: VERSIONS_LISTED + 1, offset: 0, search }),
  ]);
  return answerPage(
    ask,
    LabPage({
      frame: pageProps(ask),
      drafts: await Promise.all(
        drafts.slice(0, PAGE).map(async (draft) => ({ ...draft, name: await nameIn(draft, ask) })),
      ),
      versions: versions.slice(0, VERSIONS_LISTED),
      search,
      moreVersions: versions.length > VERSIONS_LISTED,
      page,
      more: drafts.length > PAGE,
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const startForm = z.object({ version: idField('lab.start.version.needed') });

/** A draft is begun from a version there is: what is compared with later. */
labRoutes.post('/lab', may('programme.publish'), async (ask) => {
  const form = await readForm(ask, startForm);
  if (!form.ok) return labPage(ask, { values: form.raw.values, errors: form.errors });
  const version = await selectVersion(ask.db, form.data.version);
  if (!allows(ask.actor, 'programme.publish', { unitPath: version.unitPath })) {
    throw new HttpError(403, 'error.other-place');
  }
  const id = form.raw.submission;
  await transaction(ask.db, async (tx) => {
    const fresh = await insertDraft(tx, {
      id,
      unitId: version.unitId,
      unitPath: version.unitPath,
      baseId: version.id,
      source: version.source,
      tables: version.tables,
      by: ask.actor.personId,
      at: ask.now,
    });
    if (fresh)
      await note(ask, tx, id, version.unitPath, 'lab.draft-begun', { after: { version: version.version } });
  });
  return answerDone(ask, `/lab/drafts/${id}`, 'lab.done.begun');
});

labRoutes.get('/lab/schema.json', may('programme.publish'), (ask) =>
  ask.c.json(programmeJsonSchema(commonVocabulary())),
);

labRoutes.get('/lab/drafts/:draft', mine, async (ask) =>
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

/** The policy in words, where the file loads. */
const textOf = (ask: ActorAsk, loaded: LoadResult) => ({
  policy: loaded.ok ? explainProgramme(loaded.programme, loaded.vocabulary, ask.locale) : null,
});

export interface RunView {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly asOf: string;
  /** The file has been changed since. */
  readonly stale: boolean;
  readonly seconds: number;
  readonly figures: FiguresView | null;
}

const sameFile = (run: LabRun, draft: Draft): boolean =>
  digestOf(run.source, run.tables) === digestOf(draft.source, draft.tables);

async function runView(ask: ActorAsk, run: LabRun, draft: Draft): Promise<RunView> {
  return {
    id: run.id,
    state: run.state,
    done: run.done,
    total: run.total,
    asOf: run.asOf,
    stale: !sameFile(run, draft),
    seconds: Math.max(0, run.heardAt.getTime() - run.startedAt.getTime()) / 1000,
    figures: await figuresOf(ask, run),
  };
}

async function figuresOf(ask: ActorAsk, run: LabRun): Promise<FiguresView | null> {
  if (run.figures === null) return null;
  const loaded = await readFile(run.source, run.tables);
  if (!loaded.ok) return null;
  const against =
    run.againstId !== null && run.figures.comparedWith?.some(({ before }) => before)
      ? await programmeOf(ask.db, run.againstId)
      : null;
  const paths = Object.keys(run.figures.groups.unit);
  const [units, codes] = await Promise.all([selectUnitNames(ask.db, paths), selectUnitCodes(ask.db, paths)]);
  const { programme, vocabulary: words } = loaded;
  return viewOf(run.figures, run.againstId !== null, {
    programme,
    vocabulary: words,
    against,
    unitPath: run.unitPath,
    locale: ask.locale,
    t: ask.t,
    units,
    codes,
    local: await numbersOf(ask, run, loaded),
  });
}

/** The numbers set locally that a trial was made with: those of the units over and under the one tried on. */
async function numbersOf(
  ask: ActorAsk,
  { numbers, unitPath, asOf }: LabRun,
  loaded: LoadResult & { readonly ok: true },
): Promise<UsedNumbers | null> {
  if (numbers === null) return null;
  const local = localOf(loaded, numbers, await selectNumberSet(ask.db, numbers));
  const { programme, vocabulary } = loaded;
  const speaking = { programme, vocabulary, locale: ask.locale, t: ask.t };
  // A file that dropped a number says it by the name it had in the version that has it.
  const programmeId = await selectOptionalProgrammeId(ask.db, unitPath, programme.programme);
  return usedNumbers(
    programmeId === null ? speaking : await sayingFormer(ask.db, speaking, programmeId, local.all),
    local,
    { above: pathsAbove(unitPath), roots: [unitPath] },
    {
      title: ask.t('numbers.of-trial'),
      lead: ask.t('numbers.of-trial.lead', { day: formatDate(asOf, ask.locale) }),
      href: null,
    },
  );
}

/** Keeps a changed file as a new revision; a refusal says why, and nothing typed is lost. */
async function keepFile(
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

const KNOB = 'k:';

/** Numbers turned in the policy's text; then the policy is tried on everyone, if asked. */
labRoutes.post('/lab/drafts/:draft', mine, async (ask) => {
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

labRoutes.get('/lab/drafts/:draft/file', mine, async (ask) =>
  filePage(ask, await selectDraft(ask.db, draftId(ask))),
);

async function filePage(
  ask: ActorAsk,
  draft: Draft,
  state: FormState = { values: {} },
  source = draft.source,
  tables = draft.tables,
) {
  const loaded = await readFile(source, tables);
  return answerPage(
    ask,
    FilePage({
      frame: pageProps(ask),
      draft,
      source,
      tables,
      problems: loaded.ok ? loaded.warnings : loaded.problems,
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const MOST_TEXT = 500_000;

/** The tables as they stand on the page; one that was not sent is as it was kept. */
const typedTables = ({ tables }: Draft, values: Readonly<Record<string, string>>): ProgrammeTables =>
  Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, values[`table:${name}`] ?? text]));

/** A file need not load to be kept: half a thought is kept too. It must load to be tried or laid before others. */
labRoutes.post('/lab/drafts/:draft/file', mine, async (ask) => {
  const raw = await readRawForm(ask);
  const draft = await selectDraft(ask.db, draftId(ask));
  const source = raw.values.source ?? '';
  const tables = typedTables(draft, raw.values);
  const same = Object.keys(tables).every((name) => tables[name] === draft.tables[name]);
  const again = (message: string) =>
    filePage(ask, draft, { values: raw.values, errors: { '': message } }, source, tables);
  if (source.length > MOST_TEXT) return again(ask.t('lab.file.too-long'));
  const refused = await keepFile(ask, draft, raw.values.revision, source, same ? draft.tables : tables);
  if (refused !== null) return again(refusal(ask, refused));
  return answerDone(ask, `/lab/drafts/${draft.id}/file`, 'lab.done.saved');
});

/** What is wrong with a text while it is being written; nothing is kept. */
labRoutes.post('/lab/drafts/:draft/check', mine, async (ask) => {
  const raw = await readRawForm(ask);
  const draft = await selectDraft(ask.db, draftId(ask));
  const loaded = await readFile(raw.values.source ?? '', typedTables(draft, raw.values));
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return ask.c.json({
    ok: loaded.ok,
    problems: problems.slice(0, 100).map(({ severity, line, column, path, message, expected, nearest }) => ({
      severity,
      line,
      column,
      path,
      message: message[ask.locale],
      expected: expected ?? null,
      nearest: nearest ?? null,
    })),
  });
});

labRoutes.get('/lab/drafts/:draft/compare', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const loaded = await readFile(draft.source, draft.tables);
  const base = draft.baseId === null ? null : await programmeOf(ask.db, draft.baseId);
  const before = base && explainProgramme(base.programme, base.vocabulary, ask.locale);
  const after = textOf(ask, loaded).policy;
  const codes = loaded.ok ? Object.values(loaded.programme.tables).flatMap(({ rows }) => rows) : [];
  const units = await selectNamesOfCodes(
    ask.db,
    draft.unitPath,
    codes.map(({ key }) => key),
  );
  return answerPage(
    ask,
    ComparePage({
      frame: pageProps(ask),
      draft,
      problems: loaded.ok ? [] : loaded.problems,
      changes:
        loaded.ok && base && before && after
          ? sayChanges({ ...base, text: before }, { ...loaded, text: after }, ask.locale, units)
          : [],
      before,
      after,
    }),
  );
});

/** The trial a page named, or the last; whole, for a part would be taken for all. */
async function wholeRun(ask: ActorAsk, draft: Draft): Promise<LabRun> {
  const named = ask.c.req.query('run');
  const run =
    named === undefined
      ? await selectLatestRun(ask.db, { draftId: draft.id })
      : isId(named)
        ? await selectRun(ask.db, named)
        : null;
  if (run === null || run.draftId !== draft.id || run.state !== 'done')
    throw new HttpError(404, 'error.not-found');
  return run;
}

labRoutes.get('/lab/drafts/:draft/people', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const run = await wholeRun(ask, draft);
  const gains = ask.c.req.query('who') !== 'lose';
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const rows = await listChanged(ask.db, run.id, gains, draft.unitPath, {
    limit: PAGE + 1,
    offset: (page - 1) * PAGE,
  });
  return answerPage(
    ask,
    ChangedPage({
      frame: pageProps(ask),
      draft,
      run: run.id,
      gains,
      rows: rows.slice(0, PAGE),
      paging: { page, size: PAGE, total: (page - 1) * PAGE + rows.length },
    }),
  );
});

labRoutes.get('/lab/drafts/:draft/figures.xlsx', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const figures = await figuresOf(ask, await wholeRun(ask, draft));
  if (!figures) throw new HttpError(404, 'error.not-found');
  return answerWorkbook(ask, figures);
});

labRoutes.get('/lab/drafts/:draft/policy.pdf', mine, async (ask) => {
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
