import { z } from 'zod';
import { sayClause, sayFinding } from '../../../language/explain.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { civilDateOf } from '../../../platform/civil-now.ts';
import { needed, optional, optionalCivilDate, readForm, readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, type RouteList, routeList } from '../../../platform/routing.ts';
import { addDays } from '../../../shared/civil-date.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatDate } from '../../../web/words.ts';
import { allows, inStead, partiesOf } from '../../identity/rules.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { isLastByResults } from '../panels/rules.ts';
import { type RoundRow, roundPlace } from '../rounds/queries.ts';
import { roundId, visibleRound } from '../rounds/show.ts';
import { roundFrame } from '../rounds/tabs.ts';
import { selectOptionalStake } from '../stake/queries.ts';
import {
  decideRound,
  decideTie,
  decideUnfit,
  drawSelection,
  judgedIn,
  postPublicity,
  type Unclear,
  unclearAmong,
} from './acts.ts';
import type { Drawn } from './drawing/rules.ts';
import { asPosted, movedSince, titlesOf, titleWords } from './granting/rules.ts';
import { countOpenObjections } from './objections/queries.ts';
import { objectionRoutes } from './objections/routes.ts';
import { SelectionPage, type UnfitView, type Waits } from './page.tsx';
import { type PublicityRow, selectOptionalPublicity } from './queries.ts';
import type { Listed, Titled, Unfit } from './recheck.ts';
import { resultRoutes } from './result/routes.ts';
import { type DecideRefusal, decideVerdict, postVerdict, UNFIT_OUTCOMES } from './rules.ts';
import { stageNames, tieNames, titleText } from './show.ts';

const drawingRoutes = routeList();
const { get, post } = drawingRoutes;

async function selectionPage(ask: ActorAsk, state: FormState = { values: {} }, submission = newId()) {
  const round = await visibleRound(ask);
  const parties = partiesOf(inStead(ask.actor, 'round.decide', { unitPath: round.unitPath }));
  const [publicity, { drawn, decisions, openReviews, clock }, stake] = await Promise.all([
    selectOptionalPublicity(ask.db, { roundId: round.id }),
    drawSelection(ask.db, round, ask.today),
    selectOptionalStake(ask.db, round.id, parties),
  ]);
  const { unfit, titled, listed } = await judgedIn(ask.db, round, ask.today, drawn.selected);
  const mayDecide = stake === null && allows(ask.actor, 'round.decide', { unitPath: round.unitPath });
  const { programme, vocabulary: words } = await programmeOf(ask.db, round.versionId);
  const titles = titlesOf(programme, words, titled);
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
        today: ask.today,
        decisions,
        // Why somebody fails is not for their competitors and relatives.
        unfit: stake === null ? unfit.map((one) => unfitView(ask, one)) : [],
        roundState: round.state,
        mayDecide,
        waits: mayDecide
          ? await waitsOf(ask, round, { drawn, publicity, unfit: unfit.length, titled, listed })
          : { from: null, reasons: [] },
        stake,
        titles: titles && new Map([...titles].map(([id, title]) => [id, titleText(title, ask.locale)])),
        stageNames: stageNames(vocabulary(), ask.locale),
        moved: movedSince(listed, publicity?.granting ?? {}, titled).map(({ who, posted, now }) => ({
          name: who.name,
          schoolName: who.schoolName,
          posted: titleText(titleWords(words, posted), ask.locale),
          now: titleText(titleWords(words, now), ask.locale),
        })),
        keyNames: tieNames(programme, words, ask.locale),
        byJudges: isLastByResults(programme.route ?? []),
      },
      state,
      submission,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/**
 * Why the next step cannot be taken yet, as the act itself would say, and from which day the calendar allows it. Open
 * reviews are no such reason: the form asks whether to wait for them.
 */
async function waitsOf(
  ask: ActorAsk,
  round: RoundRow,
  {
    drawn,
    publicity,
    unfit,
    titled,
    listed,
  }: {
    readonly drawn: Drawn;
    readonly publicity: PublicityRow | null;
    readonly unfit: number;
    readonly titled: Titled;
    readonly listed: readonly Listed[];
  },
): Promise<Waits> {
  if (publicity === null) {
    const verdict = postVerdict(round, 0, drawn, unfit, ask.now);
    const reasons = verdict.ok ? [] : verdict.reasons;
    const closes = civilDateOf(round.closesAt, ask.services.config.timeZone);
    return {
      from: reasons.includes('still-taking') ? addDays(closes, 1) : null,
      reasons: reasons.map((reason) => ask.t(`publicity.post.refuse.${reason}`)),
    };
  }
  const open = await countOpenObjections(ask.db, round.id);
  const unclear = unclearAmong(listed, asPosted(listed, publicity.granting, titled));
  const verdict = decideVerdict(round, publicity, open, unfit, unclear.length, ask.today);
  if (verdict.ok) return { from: null, reasons: [] };
  return {
    from: verdict.reasons.includes('period-running') ? addDays(publicity.closesOn, 1) : null,
    reasons: await sayDecideRefusals(ask, verdict.reasons, { closesOn: publicity.closesOn, open, unclear }),
  };
}

async function sayDecideRefusals(
  ask: ActorAsk,
  reasons: readonly DecideRefusal[],
  {
    closesOn,
    open,
    unclear,
  }: { readonly closesOn: string | null; readonly open: number; readonly unclear: readonly Unclear[] },
): Promise<string[]> {
  const date = closesOn === null ? '' : formatDate(closesOn, ask.locale);
  const who = reasons.includes('title-unclear') ? await unclearText(ask, unclear) : '';
  return reasons.map((reason) => ask.t(`publicity.decide.refuse.${reason}`, { date, n: open, who }));
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

get('/rounds/:round/selection', may('application.review', roundPlace), (ask) => selectionPage(ask));

post('/rounds/:round/selection/tie', may('round.decide', roundPlace), async (ask) => {
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

post('/rounds/:round/selection/post', may('round.decide', roundPlace), async (ask) => {
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

post('/rounds/:round/selection/unfit', may('round.decide', roundPlace), async (ask) => {
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

post('/rounds/:round/decide', may('round.decide', roundPlace), async (ask) => {
  await readRawForm(ask);
  const answer = await decideRound(ask, roundId(ask));
  if (!answer.ok) {
    const said = await sayDecideRefusals(ask, answer.reasons, answer);
    return selectionPage(ask, { values: {}, errors: { '': said.join(' ') } });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/result`, 'publicity.decide.done');
});

/** As many are named in one refusal; of the others how many. */
const NAMED = 5;

/** Whose title is open, and the condition it hangs on. */
async function unclearText(ask: ActorAsk, all: readonly Unclear[]): Promise<string> {
  const { versionId } = await visibleRound(ask);
  const { programme, vocabulary: words } = await programmeOf(ask.db, versionId);
  const named = all.slice(0, NAMED).map(({ who, grant }) =>
    ask.t('publicity.decide.unclear', {
      name: ask.t('ui.aside', { text: who.name, more: who.schoolName }),
      title: words.titles[grant.title]?.[ask.locale] ?? grant.title,
      condition: grant.when ? sayClause(grant.when, programme, words, ask.locale) : '',
    }),
  );
  const more = all.length - named.length;
  const list = named.join(ask.t('publicity.decide.unclear.between'));
  return more > 0 ? list + ask.t('publicity.decide.unclear.more', { n: more }) : list;
}

/** Drawing the list up, publishing and deciding it; objections to it; the result. */
export const publicityRoutes: RouteList = {
  ...routeList(),
  routes: [drawingRoutes, objectionRoutes, resultRoutes].flatMap(({ routes }) => routes),
};
