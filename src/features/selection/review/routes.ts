import type { RecordFact } from '../../../language/dossier.ts';
import { sayRecord } from '../../../language/explain.ts';
import type { Finding } from '../../../language/finding.ts';
import { conditionsOf } from '../../../language/walk.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { type RawForm, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, type RouteList, routeList } from '../../../platform/routing.ts';
import { enumerate } from '../../../shared/text.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import { inLocale, subjectName, type WordKey } from '../../../web/words.ts';
import { allows, partiesOf } from '../../identity/rules.ts';
import { listActingOver } from '../../organisation/facts/queries.ts';
import {
  type ApplicationRow,
  applicationPlace,
  type Seen,
  seenApplication,
  selectApplication,
  selectSeen,
} from '../applications/queries.ts';
import { declarationOf } from '../applications/rules.ts';
import { listedOf, profileRows, timelineItem } from '../applications/show.ts';
import { Answers } from '../applications/submitting/page.tsx';
import type { Assessment } from '../dossier/assess.ts';
import { findingViews, shownOutcome } from '../dossier/view.tsx';
import type { PanelResult } from '../panels/entries/queries.ts';
import type { PanelAt } from '../panels/queries.ts';
import { judgedAt } from '../panels/rules.ts';
import { howText } from '../panels/show.ts';
import { selectRound } from '../rounds/queries.ts';
import { listUnitQuotas, type QuotaRow } from '../rounds/quotas/queries.ts';
import { handBack, NO_PLACE, recommend, refuse, reorder, takeBack } from './acts.ts';
import { reviewDesk } from './desk.ts';
import { type QuestionView, type ReviewActs, ReviewPage } from './page.tsx';
import { recusedOf } from './queries.ts';
import { answerClause, capAt, decideOf, evidenceFor, isFor, recuse } from './questions.ts';
import { queuePage, queueRoutes, safeQueue } from './queue/routes.ts';
import { holdingPanel, panelsOf, type Route, routeOf, seatFor, standingWith } from './route.ts';
import {
  type BodyPost,
  isLast,
  judgeAct,
  judgeTakeBack,
  keyOf,
  mayFail,
  maySeeReview,
  postOf,
  questionsOf,
  RELATIONS,
  type Relation,
  stepAt,
  stepBefore,
} from './rules.ts';
import { byOf, heldBy, instant, recommendedWord, refusalText, textOf } from './show.ts';
import type { Done, Refusal } from './turn.ts';

const oneRoutes = routeList();
const { get, post } = oneRoutes;

get('/applications/:application/review', may('application.see', applicationPlace), async (ask) => {
  const seen = await seenApplication(ask);
  const { id, personId } = seen.application;
  if (personId === ask.actor.personId) return answerDone(ask, `/applications/${id}`);
  return reviewPage(ask, seen, { values: {} }, newId());
});

async function reviewPage(
  ask: ActorAsk,
  seen: Seen,
  state: FormState,
  submission: string,
): Promise<Response> {
  const { db, t, locale, actor } = ask;
  const { application, round } = seen;
  const route = await routeOf(db, round);
  // Whose turn it is but for those who stand aside, who are read with the desk: what binds them is asked beside it.
  const turn = judgeAct(actor, standingWith(route, application, new Set()), ask.now);
  const [desk, bounds] = await Promise.all([
    reviewDesk(db, route, application, isOffice(ask, application) ? { on: ask.today } : null),
    turn.ok ? boundsOf(db, route, turn.post) : null,
  ]);
  const { recusals, decisions, assessment, submitted, reviews, records, acting } = desk;
  const aside = new Set(recusals.map(({ personId }) => personId));
  const standing = standingWith(route, application, aside);
  if (!maySeeReview(partiesOf(actor), standing)) throw new HttpError(403, 'review.cannot.recused');
  const verdict = judgeAct(actor, standing, ask.now);
  const { findings } = assessment;
  const outcome = shownOutcome(findings.outcome);
  const declaration = declarationOf(route.ready.programme);
  const mine = reviews.findLast(
    (review) =>
      review.current && review.decision === 'recommend' && postOf(actor, route.steps, review) !== null,
  );
  const mineStep = mine === undefined ? null : stepAt(route.steps, mine.position);
  const clause = (key: string | null) => (key === null ? null : clauseTextByKey(ask, route, key));
  const acts = verdict.ok
    ? await actsOf(ask, route, application, assessment, records, {
        step: verdict.step,
        post: verdict.post,
        bounds: bounds?.unitId === verdict.post.unitId ? bounds : await boundsOf(db, route, verdict.post),
      })
    : null;
  return answerPage(
    ask,
    ReviewPage({
      frame: pageProps(ask),
      id: application.id,
      round: route.round,
      timeZone: ask.services.config.timeZone,
      name: application.personName,
      state: application.state,
      personId: application.personId,
      facts: factsOf(ask, application, route),
      verdict: { outcome, text: t(`review.verdict.${outcome}`) },
      changed:
        submitted === null || submitted === findings.outcome
          ? null
          : t('review.changed', {
              before: t(`applications.outcome.${submitted}`),
              now: t(`applications.outcome.${findings.outcome}`),
            }),
      findings: findingViews(assessment, findings, locale, { recordHref: (id) => `/records/${id}` }),
      panels: desk.panels.map((one) => panelRow(ask, route, one)),
      answers: Answers({
        frame: pageProps(ask),
        id: application.id,
        profile: profileRows(ask, application, declaration, assessment),
        listed: listedOf(ask, declaration, assessment),
        declaration,
        fields: application.form.fields,
        attachments: desk.attachments,
      }),
      reviews: reviews.map((review) => ({
        ...review,
        stage: stageName(ask, route, review.position),
        clauseText: clause(review.clause),
      })),
      decisions: decisions.map((decision) => ({
        ...decision,
        clauseText: clause(decision.clause) ?? '',
        relied: decision.records.map((id) => linkOf(ask, route, records, id)),
        outcomeText:
          decision.outcome === 'met' || decision.outcome === 'unmet'
            ? t(`review.question.${decision.outcome}`)
            : decision.outcome === 'kept' || decision.outcome === 'removed'
              ? t(`publicity.unfit.outcome.${decision.outcome}`)
              : decision.outcome,
      })),
      recusals,
      history: desk.history.map((entry) => timelineItem(ask, entry)),
      acts,
      // An exception that was being written as judges began has no form any more.
      typed:
        acts === null || (acts.held !== null && state.values.exception === '1') ? typedIn(ask, state) : [],
      blocked:
        verdict.ok || !allows(actor, 'application.review', { unitPath: application.unitPath })
          ? null
          : refusalText(ask, route, { kind: 'act', ...verdict, who: application.personName }),
      takeBack:
        mineStep !== null &&
        judgeTakeBack(standing, route.ready.programme.route ?? [], mineStep, true, ask.now) === null,
      mayRecuse: allows(actor, 'application.review', { unitPath: application.unitPath }),
      acting: acting.filter(
        ({ personId }) =>
          personId !== application.personId && personId !== actor.personId && !aside.has(personId),
      ),
      submission,
      formState: state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** What was typed for an act whose form is no longer shown: somebody decided meanwhile. */
const typedIn = ({ t }: ActorAsk, { values }: FormState): SummaryRow[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== 'string' || value.trim() === '') return [];
    if (name === 'attendees' || name.startsWith('attendees.'))
      return [{ label: t('review.act.attendees'), value }];
    return name.endsWith('Reason') || name.startsWith('reason.')
      ? [{ label: t('review.act.reason'), value }]
      : [];
  });

/** Offices keep records for others; a group leader does not. */
const isOffice = ({ actor }: ActorAsk, { unitPath }: ApplicationRow): boolean =>
  allows(actor, 'record.import', { unitPath });

/** What a panel of judges said, and how it came about. */
function panelRow(ask: ActorAsk, route: Route, one: PanelResult) {
  const { t, locale } = ask;
  const judged = judgedAt(route.ready.programme.route ?? [], one.position);
  return {
    label: stageName(ask, route, one.position),
    result:
      one.result === null
        ? t('panels.finding.none')
        : t('panels.finding.value', {
            result: one.result,
            place: one.place ?? 0,
            among: one.among ?? 0,
          }),
    how: t('panels.finding.how', {
      unit: one.unitName,
      judges: one.markedBy,
      how: judged === null ? '' : howText(t, locale, judged),
      at: instant(ask, one.closedAt),
    }),
  };
}

const stageName = (ask: ActorAsk, { ready }: Route, position: number): string => {
  const stage = ready.programme.route?.[position - 1];
  return stage === undefined ? '' : inLocale(stage.names, ask.locale);
};

function clauseTextByKey(ask: ActorAsk, route: Route, key: string): string {
  if (key === NO_PLACE) return ask.t('review.act.refuse.places');
  for (const node of conditionsOf(route.ready.programme))
    if (keyOf(node) === key) return textOf(route, ask, node.path);
  return key;
}

const factsOf = (ask: ActorAsk, application: ApplicationRow, route: Route) => {
  const { t } = ask;
  const step = application.state === 'in-review' ? stepAt(route.steps, application.position) : null;
  return [
    { label: t('review.facts.school'), value: application.schoolName },
    ...(application.groupName === null
      ? []
      : [{ label: t('review.facts.group'), value: application.groupName }]),
    ...(application.subject === null
      ? []
      : [{ label: t('review.facts.subject'), value: subjectName(application.subject, ask.locale) }]),
    ...(application.receipt === null
      ? []
      : [{ label: t('review.facts.receipt'), value: application.receipt }]),
    ...(application.submittedAt === null
      ? []
      : [{ label: t('review.facts.submitted'), value: instant(ask, application.submittedAt) }]),
    ...(application.state === 'in-review'
      ? [
          {
            label: t('review.facts.now'),
            value: step === null ? t('review.facts.now.done') : inLocale(step.stage.names, ask.locale),
          },
        ]
      : []),
  ];
};

/** What binds a body: judges, who may have its applications before them, and its places. */
interface Bounds {
  readonly unitId: string;
  readonly panels: readonly PanelAt[];
  readonly quotas: readonly QuotaRow[];
}
async function boundsOf(db: Db, route: Route, { unitId }: BodyPost['post']): Promise<Bounds> {
  const [panels, quotas] = await Promise.all([
    panelsOf(db, route),
    listUnitQuotas(db, route.round.id, unitId),
  ]);
  return { unitId, panels, quotas };
}

/** What the body may do now, and the questions the file gives to it. */
async function actsOf(
  ask: ActorAsk,
  route: Route,
  application: ApplicationRow,
  { findings }: Assessment,
  records: readonly RecordFact[],
  { step, post: held, bounds: { panels, quotas } }: BodyPost & { readonly bounds: Bounds },
): Promise<ReviewActs> {
  const before = stepBefore(route.steps, step.position);
  const seat = seatFor(route, step, { id: held.unitId, path: held.unitPath }, application);
  const clauses = findings.root.op === 'all' ? findings.root.children : [findings.root];
  return {
    unitName: held.unitName,
    step,
    exception: seat.soft,
    last: isLast(route.steps, step.position),
    takesPlace: seat.required || seat.most !== null || quotas.some(({ part }) => part === seat.part),
    held: heldBy(ask, holdingPanel(route, panels, step.position, application.unitPath)),
    bodyBefore: before === null ? null : inLocale(before.stage.names, ask.locale),
    mayReturn: step.stage.mayReturn !== false,
    clauses: [
      ...clauses.filter(mayFail).map((clause) => ({
        value: keyOf(clause),
        label: textOf(route, ask, clause.path).slice(0, 80),
      })),
      { value: NO_PLACE, label: ask.t('review.act.refuse.places') },
    ],
    questions: await Promise.all(
      questionsOf(findings.root).map(async (finding) => ({
        ...questionView(ask, route, step, finding, records),
        cap: await capAt(ask.db, route, held, keyOf(finding), application.id),
      })),
    ),
  };
}

/** A record as a link in words; one withdrawn since is still to be opened. */
function linkOf(ask: ActorAsk, { ready }: Route, records: readonly RecordFact[], id: string) {
  const record = records.find((one) => one.id === id);
  const text =
    record === undefined ? ask.t('review.decision.record') : sayRecord(record, ready.vocabulary, ask.locale);
  return { href: `/records/${id}`, text };
}

function questionView(
  ask: ActorAsk,
  route: Route,
  step: BodyPost['step'],
  finding: Finding,
  records: readonly RecordFact[],
): Omit<QuestionView, 'cap'> {
  const decide = decideOf(route.ready.programme, keyOf(finding));
  const body = decide?.by === undefined ? undefined : route.ready.programme.bodies?.[decide.by];
  const shown = shownOutcome(finding.effect === 'none' ? finding.outcome : finding.effect);
  return {
    clause: keyOf(finding),
    text: textOf(route, ask, finding.path),
    outcome: ask.t(`ui.outcome.${shown}`),
    presumed: decide?.presume !== undefined && shown === 'met',
    otherBody: isFor(route, step, decide?.by) || body === undefined ? null : inLocale(body.names, ask.locale),
    evidence: evidenceFor(decide, records).map((record) => ({
      value: record.id,
      label: sayRecord(record, route.ready.vocabulary, ask.locale),
    })),
    kinds:
      enumerate(
        ask.locale,
        (decide?.evidence ?? []).map((type) =>
          inLocale(route.ready.vocabulary.records[type]?.names ?? { 'zh-CN': type, en: type }, ask.locale),
        ),
      ) || ask.t('review.decision.record'),
    evidenced: decide?.needs?.includes('evidence') === true,
    minuted: decide?.needs?.some((need) => need === 'minutes' || need === 'vote') === true,
  };
}

// --- Acts on one application --------------------------------------------------------------------------

const guard = may('application.review', applicationPlace);
const path = (act: string) => `/applications/:application/review/${act}`;

/** Boxes ticked together come back ticked. */
const severalOf = ({ all }: RawForm) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('evidence.')));

/** Do the act; on refusal the page comes back with the reason and everything typed. */
async function act(
  ask: ActorAsk,
  done: WordKey | ((id: string, raw: RawForm) => Promise<WordKey>),
  work: (id: string, raw: RawForm) => Promise<Done>,
  field: string | ((raw: RawForm, refusal: Refusal) => string),
): Promise<Response> {
  const raw = await readRawForm(ask);
  const id = ask.c.req.param('application') ?? '';
  const result = await work(id, raw);
  if (result.ok) {
    const word = typeof done === 'string' ? done : await done(id, raw);
    return answerDone(ask, `/applications/${id}/review`, word);
  }
  const seen = await selectSeen(ask.db, id);
  const { application } = seen;
  const route = await routeOf(ask.db, seen.round);
  const text = refusalText(ask, route, result.refusal);
  const recused = await recusedOf(ask.db, route.round.id, application.personId);
  if (!maySeeReview(partiesOf(ask.actor), { applicantId: application.personId, recused })) {
    throw new HttpError(
      403,
      application.personId === ask.actor.personId
        ? 'review.refusal.act.own-application'
        : 'review.cannot.recused',
    );
  }
  return reviewPage(
    ask,
    seen,
    {
      values: { ...raw.values, ...severalOf(raw) },
      errors: { [typeof field === 'string' ? field : field(raw, result.refusal)]: text },
    },
    raw.submission,
  );
}

post(path('recommend'), guard, (ask) =>
  act(
    ask,
    async (id, raw) => {
      const { round } = await selectSeen(ask.db, id);
      return recommendedWord(await routeOf(ask.db, round), Number(raw.values.position ?? 0));
    },
    async (id, raw) => {
      const { roundId } = await selectApplication(ask.db, id);
      const exception =
        raw.values.exception === '1'
          ? { reason: raw.values.exceptionReason ?? '', attendees: raw.values.attendees ?? '' }
          : null;
      return recommend(ask.db, roundId, Number(raw.values.position ?? 0), [id], exception, byOf(ask, raw));
    },
    '',
  ),
);

post(path('take-back'), guard, (ask) =>
  act(ask, 'review.done.taken-back', (id, raw) => takeBack(ask.db, id, byOf(ask, raw)), ''),
);

post(path('move'), guard, async (ask) => {
  const raw = await readRawForm(ask);
  const id = ask.c.req.param('application') ?? '';
  const { roundId } = await selectApplication(ask.db, id);
  const back = safeQueue(raw.values.back, roundId);
  const done = await reorder(ask.db, id, raw.values.move === 'up' ? 'up' : 'down', byOf(ask, raw));
  if (done.ok) return answerDone(ask, back, 'review.done.moved');
  const route = await routeOf(ask.db, await selectRound(ask.db, roundId));
  return queuePage(ask, back, { text: refusalText(ask, route, done.refusal), ticked: [] });
});

post(path('return'), guard, (ask) =>
  act(
    ask,
    'review.done.returned',
    (id, raw) =>
      handBack(
        ask.db,
        id,
        raw.values.to === 'body-before' ? 'body-before' : 'applicant',
        raw.values.returnReason ?? '',
        byOf(ask, raw),
      ),
    (_, { refusal }) => (refusal === 'no-reason' ? 'returnReason' : ''),
  ),
);

post(path('refuse'), guard, (ask) =>
  act(
    ask,
    'review.done.refused',
    (id, raw) => refuse(ask.db, id, raw.values.clause ?? '', raw.values.refuseReason ?? '', byOf(ask, raw)),
    (_, { refusal }) =>
      refusal === 'no-such-clause' ? 'clause' : refusal === 'no-reason' ? 'refuseReason' : '',
  ),
);

post(path('decide'), guard, (ask) =>
  act(
    ask,
    'review.done.decided',
    (id, raw) =>
      answerClause(
        ask.db,
        id,
        {
          clause: raw.values.question ?? '',
          outcome: raw.values.outcome === 'met' ? 'met' : 'unmet',
          reason: raw.values[`reason.${raw.values.question ?? ''}`] ?? '',
          attendees: raw.values[`attendees.${raw.values.question ?? ''}`] ?? '',
          records: raw.all[`evidence.${raw.values.question ?? ''}`] ?? [],
        },
        byOf(ask, raw),
      ),
    (raw, { refusal }) => `${refusal === 'no-evidence' ? 'evidence' : 'reason'}.${raw.values.question ?? ''}`,
  ),
);

post(path('recuse'), guard, async (ask) => {
  const raw = await readRawForm(ask);
  const application = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
  const relation: Relation =
    RELATIONS.find((one) => one === (raw.values.relation ?? raw.values.relationOfOther)) ?? 'other';
  const other = raw.values.person ?? '';
  if (other === '') {
    await recuse(ask.db, application.id, ask.actor.personId, relation, byOf(ask, raw));
    return answerDone(ask, `/rounds/${application.roundId}/queue`, 'review.done.recused');
  }
  if (!isOffice(ask, application)) throw new HttpError(403, 'error.not-allowed');
  const acting = await listActingOver(ask.db, application.unitPath, ask.today);
  if (!acting.some(({ personId }) => personId === other) || other === application.personId) {
    throw new HttpError(422, 'error.field');
  }
  await recuse(ask.db, application.id, other, relation, byOf(ask, raw));
  return answerDone(ask, `/applications/${application.id}/review`, 'review.done.recused');
});

/** The queue of each body, and one application with what a body may do. */
export const reviewRoutes: RouteList = {
  ...routeList(),
  routes: [queueRoutes, oneRoutes].flatMap(({ routes }) => routes),
};
