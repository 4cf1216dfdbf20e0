import { z } from 'zod';
import { sayFinding } from '../../../language/explain.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import { conditionsOf } from '../../../language/walk.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import {
  needed,
  optional,
  optionalCivilDate,
  queryNumber,
  readForm,
  readRawForm,
} from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatDate, type Locale } from '../../../web/words.ts';
import { allows, inStead, partiesOf } from '../../identity/rules.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { answerTable } from '../papers/files.ts';
import { type RoundRow, roundPlace } from '../rounds/queries.ts';
import { roundId, visibleRound } from '../rounds/routes.ts';
import { roundFrame } from '../rounds/tabs.ts';
import { selectOptionalStake } from '../stake/queries.ts';
import {
  decideRound,
  decideTie,
  decideUnfit,
  drawSelection,
  investigate,
  postPublicity,
  settleObjection,
  unfitIn,
} from './acts.ts';
import { ObjectionsPage, ResultPage, SelectionPage, type UnfitView } from './page.tsx';
import {
  countNamed,
  listNamed,
  listObjections,
  listTieDecisions,
  type NamedFilter,
  type NamedRow,
  selectOptionalPublicity,
} from './queries.ts';
import type { Unfit } from './recheck.ts';
import { UNFIT_OUTCOMES } from './rules.ts';

export const publicityRoutes = routeList();

/** Names of the stages of schooling by their ids. */
export const stageNames = ({ attributes }: Vocabulary, locale: Locale): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes.stage?.choices ?? {}).map(([id, names]) => [id, names[locale]]),
  );

async function selectionPage(ask: ActorAsk, state: FormState = { values: {} }, submission = newId()) {
  const round = await visibleRound(ask);
  const publicity = await selectOptionalPublicity(ask.db, { roundId: round.id });
  const { drawn, openReviews, clock } = await drawSelection(ask.db, round, ask.today);
  const unfit = await unfitIn(ask.db, round, ask.today, drawn.selected);
  const stake = await selectOptionalStake(
    ask.db,
    round.id,
    partiesOf(inStead(ask.actor, 'round.decide', { unitPath: round.unitPath })),
  );
  return answerPage(
    ask,
    SelectionPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'selection'),
      view: {
        drawn,
        openReviews,
        clock,
        publicity,
        decisions: await listTieDecisions(ask.db, round.id),
        // Why somebody fails is not for their competitors and relatives.
        unfit: stake === null ? unfit.map((one) => unfitView(ask, one)) : [],
        roundState: round.state,
        mayDecide: stake === null && allows(ask.actor, 'round.decide', { unitPath: round.unitPath }),
        stake,
        stageNames: stageNames(vocabulary(), ask.locale),
        keyNames: await keyNames(ask, round),
      },
      state,
      submission,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** The file's tie keys by the names under which `draw` separates, in order. */
async function keyNames(ask: ActorAsk, round: RoundRow): Promise<Record<string, string>> {
  const { programme, vocabulary: words } = await programmeOf(ask.db, round.versionId);
  const clauses = conditionsOf(programme);
  return Object.fromEntries(
    (programme.ties?.keys ?? []).map((key) => {
      if (!('clause' in key)) return [key.by, words.attributes[key.by]?.names[ask.locale] ?? key.by];
      const said = clauses.find(({ id }) => id === key.clause)?.say?.[ask.locale];
      return [`clause:${key.clause}`, said ?? key.clause];
    }),
  );
}

/** Somebody who no longer meets the conditions, with each clause that fails in words. */
function unfitView(ask: ActorAsk, { applicationId, name, schoolName, clauses, judged }: Unfit): UnfitView {
  const { programme, vocabulary: words } = judged.ready;
  return {
    applicationId,
    name,
    schoolName,
    clauses: clauses.map((finding) => {
      const said = sayFinding(finding, programme, words, ask.locale, judged.dossier);
      return { cites: said.cites.join(', '), text: said.clause, summary: said.summary };
    }),
  };
}

publicityRoutes.get('/rounds/:round/selection', may('application.review', roundPlace), (ask) =>
  selectionPage(ask),
);

publicityRoutes.post('/rounds/:round/selection/tie', may('round.decide', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const reason = (raw.values.reason ?? '').trim() || null;
  const verdict = await decideTie(ask, roundId(ask), raw.submission, raw.all.taken ?? [], reason);
  if (!verdict.ok) {
    const field =
      verdict.reason === 'no-reason' ? 'reason' : verdict.reason === 'not-the-equals' ? 'taken' : '';
    const said =
      verdict.reason === 'not-open'
        ? ask.t('publicity.post.refuse.not-open')
        : ask.t(`publicity.tie.${verdict.reason}`, { places: verdict.places });
    return selectionPage(
      ask,
      { values: { ...raw.values, taken: raw.all.taken ?? [] }, errors: { [field]: said } },
      raw.submission,
    );
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/selection`, 'publicity.tie.done');
});

const postForm = z.object({
  confirm: optional(5),
  closes: optionalCivilDate('publicity.post.closes.needed'),
  reason: optional(500),
});

publicityRoutes.post('/rounds/:round/selection/post', may('round.decide', roundPlace), async (ask) => {
  const form = await readForm(ask, postForm);
  if (!form.ok)
    return selectionPage(ask, { values: form.raw.values, errors: form.errors }, form.raw.submission);
  const answer = await postPublicity(ask, roundId(ask), {
    id: form.raw.submission,
    confirmed: form.data.confirm !== null,
    closesOn: form.data.closes,
    reason: form.data.reason,
  });
  if (!answer.ok) {
    const errors: Record<string, string> =
      'earliest' in answer
        ? { closes: ask.t('publicity.post.closes.early', { date: formatDate(answer.earliest, ask.locale) }) }
        : { '': answer.reasons.map((reason) => ask.t(`publicity.post.refuse.${reason}`)).join(' ') };
    return selectionPage(ask, { values: form.raw.values, errors }, form.raw.submission);
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/selection`, 'publicity.post.done');
});

const unfitForm = z.object({
  application: needed('publicity.unfit.who.needed', 50).refine(isId, 'publicity.unfit.who.needed'),
  outcome: z.enum(UNFIT_OUTCOMES, 'publicity.unfit.outcome.needed'),
  'unfit-reason': needed('publicity.unfit.reason.needed', 1000),
});

publicityRoutes.post('/rounds/:round/selection/unfit', may('round.decide', roundPlace), async (ask) => {
  const form = await readForm(ask, unfitForm);
  if (!form.ok)
    return selectionPage(ask, { values: form.raw.values, errors: form.errors }, form.raw.submission);
  const verdict = await decideUnfit(ask, roundId(ask), {
    id: form.raw.submission,
    applicationId: form.data.application,
    outcome: form.data.outcome,
    reason: form.data['unfit-reason'],
  });
  if (!verdict.ok) {
    const errors = { '': ask.t(`publicity.unfit.refuse.${verdict.reason}`) };
    return selectionPage(ask, { values: form.raw.values, errors }, form.raw.submission);
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/selection`, 'publicity.unfit.done');
});

publicityRoutes.post('/rounds/:round/decide', may('round.decide', roundPlace), async (ask) => {
  await readRawForm(ask);
  const answer = await decideRound(ask, roundId(ask));
  if (!answer.ok) {
    const date = answer.closesOn === null ? '' : formatDate(answer.closesOn, ask.locale);
    const said = answer.reasons.map((reason) =>
      ask.t(`publicity.decide.refuse.${reason}`, { date, n: answer.open }),
    );
    return selectionPage(ask, { values: {}, errors: { '': said.join(' ') } });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/result`, 'publicity.decide.done');
});

async function objectionsPage(ask: ActorAsk, about: string | null = null, state: FormState = { values: {} }) {
  const round = await visibleRound(ask);
  // Who objects and what they say is not for those the list is about.
  const stake = await selectOptionalStake(ask.db, round.id, partiesOf(ask.actor));
  if (stake !== null) throw new HttpError(403, `rounds.stake.${stake}`);
  const mayDecide =
    allows(ask.actor, 'round.decide', { unitPath: round.unitPath }) && round.state === 'publicity';
  const listed = mayDecide ? await listNamed(ask.db, round.id, { states: ['listed'] }, 2000, 0) : [];
  const objections = await listObjections(ask.db, round.id);
  const chosen = objections.find(({ id }) => id === about);
  return answerPage(
    ask,
    ObjectionsPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'objections'),
      view: {
        roundId: round.id,
        objections,
        listed: listed.map(({ applicationId, name, schoolName }) => ({
          value: applicationId,
          label: ask.t('ui.aside', { text: name, more: schoolName }),
        })),
        mayDecide,
        timeZone: ask.services.config.timeZone,
        about: chosen?.id ?? null,
      },
      state: { ...state, values: { remove: chosen?.applicationId ?? null, ...state.values } },
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

publicityRoutes.get('/rounds/:round/objections', may('application.review', roundPlace), (ask) =>
  objectionsPage(ask, ask.c.req.query('about') ?? null),
);

function objectionId(ask: ActorAsk): string {
  const id = ask.c.req.param('objection') ?? '';
  if (!isId(id)) throw new HttpError(404, 'error.not-found');
  return id;
}

publicityRoutes.post(
  '/rounds/:round/objections/:objection/investigate',
  may('round.decide', roundPlace),
  async (ask) => {
    await readRawForm(ask);
    const verdict = await investigate(ask, roundId(ask), objectionId(ask));
    if (!verdict.ok) {
      return objectionsPage(ask, objectionId(ask), {
        values: {},
        errors: { '': ask.t(`publicity.objections.refuse.${verdict.reason}`) },
      });
    }
    return answerDone(ask, `/rounds/${roundId(ask)}/objections`, 'publicity.objections.investigate.done');
  },
);

const settleForm = z.object({
  outcome: z.enum(['uphold', 'dismiss'], 'publicity.objections.outcome.needed'),
  remove: optional(50).refine((id) => id === null || isId(id), 'error.field'),
  investigation: optional(4000),
  answer: needed('publicity.objections.answer.needed', 2000),
});

publicityRoutes.post(
  '/rounds/:round/objections/:objection/settle',
  may('round.decide', roundPlace),
  async (ask) => {
    const form = await readForm(ask, settleForm);
    if (!form.ok)
      return objectionsPage(ask, objectionId(ask), { values: form.raw.values, errors: form.errors });
    const verdict = await settleObjection(ask, roundId(ask), objectionId(ask), form.data);
    if (!verdict.ok) {
      const errors = { '': ask.t(`publicity.objections.refuse.${verdict.reason}`) };
      return objectionsPage(ask, objectionId(ask), { values: form.raw.values, errors });
    }
    return answerDone(ask, `/rounds/${roundId(ask)}/objections`, 'publicity.objections.done');
  },
);

const PAGE = 100;

publicityRoutes.get('/rounds/:round/result', may('round.see', roundPlace), async (ask) => {
  const round = await visibleRound(ask);
  const official = allows(ask.actor, 'application.review', { unitPath: round.unitPath });
  const decided = round.state === 'decided';
  const states: NamedFilter['states'] = decided
    ? official
      ? ['granted', 'removed']
      : ['granted']
    : official
      ? ['listed', 'removed']
      : [];
  const filter: NamedFilter = {
    states,
    name: ask.c.req.query('name') || undefined,
    subject: ask.c.req.query('subject') || undefined,
  };
  const format = ask.c.req.query('format');
  if (format === 'xlsx' || format === 'csv') {
    const rows = await listNamed(ask.db, round.id, filter, 100_000, 0);
    return answerTable(
      ask,
      format,
      `${round.name} ${ask.t('publicity.result.title')}`,
      namedTable(ask, rows, official),
    );
  }
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const total = await countNamed(ask.db, round.id, filter);
  return answerPage(
    ask,
    ResultPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'result'),
      decided,
      rows: await listNamed(ask.db, round.id, filter, PAGE, (page - 1) * PAGE),
      paging: { page, size: PAGE, total },
      total,
      filters: [
        { name: 'name', label: ask.t('publicity.selection.name') },
        { name: 'subject', label: ask.t('publicity.selection.subject') },
      ],
      stageNames: stageNames(vocabulary(), ask.locale),
      official,
    }),
  );
});

/** The named list as a sheet; staff numbers are for officials only. */
export function namedTable(ask: ActorAsk, rows: readonly NamedRow[], official: boolean) {
  const stages = stageNames(vocabulary(), ask.locale);
  const { t } = ask;
  return {
    header: [
      t('publicity.public.number'),
      t('publicity.selection.name'),
      ...(official ? [t('publicity.result.staff-number'), t('publicity.result.sex')] : []),
      t('publicity.selection.county'),
      t('publicity.selection.school'),
      t('publicity.selection.subject'),
      t('publicity.selection.stage'),
    ],
    rows: rows.map((row, index) => [
      index + 1,
      row.name,
      ...(official
        ? [row.staffNumber ?? '', row.sex === null ? '' : t(`publicity.result.sex.${row.sex}`)]
        : []),
      row.countyName ?? '',
      row.schoolName,
      row.subject ?? '',
      row.stage === null ? '' : (stages[row.stage] ?? row.stage),
    ]),
  };
}
