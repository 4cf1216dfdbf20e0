import { answerDone, answerPage } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, type RouteList, routeList } from '../../../platform/routing.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { Task } from '../../../web/ui/task-list.tsx';
import { formatDate } from '../../../web/words.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { answerTimeline } from '../../audit/timeline/answer.ts';
import { actionsAbout } from '../../audit/timeline/rules.ts';
import { findingViews, shownOutcome } from '../dossier/view.tsx';
import { listReviews } from '../review/queries.ts';
import { routeOf } from '../review/route.ts';
import { timeliness } from '../rounds/rules.ts';
import { submit, withdraw } from './acts.ts';
import { type Desk, deskOf } from './desk.ts';
import { eligibilityRoutes } from './eligibility/routes.ts';
import { DeskPage, StatusPage } from './page.tsx';
import {
  type ApplicationRow,
  applicationPlace,
  type Seen,
  seenApplication,
  selectSnapshot,
} from './queries.ts';
import { judgeWithdraw, mayWrite, type Obstacle } from './rules.ts';
import {
  bodyName,
  frameOf,
  instant,
  listedOf,
  nextOf,
  obstacleTexts,
  ownSeen,
  profileRows,
  timeLeft,
  timelineItem,
} from './show.ts';
import { CheckPage, ReceiptPage } from './submitting/page.tsx';
import { writingRoutes } from './writing/routes.ts';

const deskRoutes = routeList();
const { get, post } = deskRoutes;

get('/applications/:application', may('application.see', applicationPlace), async (ask) => {
  const seen = await seenApplication(ask);
  const { application } = seen;
  if (application.personId !== ask.actor.personId)
    return answerDone(ask, `/applications/${application.id}/review`);
  return mayWrite(application.state) ? deskPage(ask, seen) : statusPage(ask, seen);
});

async function deskPage(ask: ActorAsk, seen: Seen): Promise<Response> {
  const { t } = ask;
  const { application } = seen;
  const desk = await deskOf(ask.db, seen, ask.now);
  const reviews = application.state === 'returned' ? await listReviews(ask.db, application.id) : [];
  const returned = reviews.findLast(({ current, decision }) => current && decision === 'return');
  const timely = timeliness(desk.round, ask.now);
  return answerPage(
    ask,
    DeskPage({
      ...frameOf(ask, application, desk.round),
      state: application.state,
      returned: returned === undefined ? null : { body: returned.unitName, reason: returned.reason ?? '' },
      tasks: tasksOf(ask, application, desk),
      obstacles: obstacleTexts(ask, application, desk),
      facts: [
        { label: t('applications.eligibility.deadline'), value: instant(ask, desk.round.closesAt) },
        ...(timely.ok
          ? [{ label: t('applications.eligibility.left'), value: timeLeft(ask, desk.round) }]
          : []),
        { label: t('applications.eligibility.as-of'), value: formatDate(desk.round.asOf, ask.locale) },
      ],
      profile: profileRows(ask, application, desk.declaration, desk.assessment),
      withdraw:
        application.receipt !== null && judgeWithdraw(application.state, timely) === null
          ? { submission: newId() }
          : null,
    }),
  );
}

function tasksOf(
  ask: ActorAsk,
  application: ApplicationRow,
  { obstacles, declaration, round }: Desk,
): Task[] {
  const { t } = ask;
  const base = `/applications/${application.id}`;
  const has = (...kinds: Obstacle['kind'][]) => obstacles.some(({ kind }) => kinds.includes(kind));
  const status = (wrong: boolean, todo = false): Pick<Task, 'status' | 'done'> => ({
    status: {
      text: t(wrong ? (todo ? 'applications.task.todo' : 'applications.task.wrong') : 'applications.task.ok'),
      tone: wrong ? 'warning' : 'success',
    },
    done: !wrong,
  });
  const rest = obstacles.filter(({ kind }) => kind !== 'late' && kind !== 'not-open' && kind !== 'not-yet');
  return [
    {
      title: t('applications.task.profile'),
      href: `${base}#profile`,
      hint: t('applications.task.profile.hint'),
      ...status(has('profile-missing', 'no-school', 'no-group', 'not-in-round')),
    },
    {
      title: t('applications.task.records'),
      href: `/rounds/${round.id}/eligibility`,
      hint: t('applications.task.records.hint'),
      ...status(has('clause-unmet', 'evidence-missing')),
    },
    ...(declaration.written.length > 0
      ? [
          {
            title: t('applications.task.statement'),
            href: `${base}/statement`,
            ...status(has('field-missing', 'field-too-long'), true),
          },
        ]
      : []),
    ...(declaration.attachments.length > 0
      ? [
          {
            title: t('applications.task.attachments'),
            href: `${base}/attachments`,
            hint: t('applications.task.attachments.hint'),
            ...status(has('attachment-missing'), true),
          },
        ]
      : []),
    {
      title: t('applications.task.check'),
      href: `${base}/check`,
      status: {
        text:
          rest.length === 0
            ? t('applications.task.ready')
            : t('applications.task.blocked', { count: rest.length }),
        tone: rest.length === 0 ? 'info' : 'neutral',
      },
    },
  ];
}

async function checkPage(ask: ActorAsk, seen: Seen, refused?: Desk): Promise<Response> {
  const { application } = seen;
  const desk = refused ?? (await deskOf(ask.db, seen, ask.now));
  const route = await routeOf(ask.db, desk.round);
  return answerPage(
    ask,
    CheckPage({
      ...frameOf(ask, application, desk.round),
      profile: profileRows(ask, application, desk.declaration, desk.assessment),
      listed: listedOf(ask, desk.declaration, desk.assessment),
      declaration: desk.declaration,
      fields: application.form.fields,
      attachments: desk.attachments,
      obstacles: obstacleTexts(ask, application, desk),
      body: bodyName(ask, route, desk.position),
      submission: newId(),
    }),
    refused === undefined ? 200 : 422,
  );
}

get('/applications/:application/check', may('application.make', applicationPlace), async (ask) => {
  const seen = await ownSeen(ask);
  const { id, state } = seen.application;
  return mayWrite(state) ? checkPage(ask, seen) : answerDone(ask, `/applications/${id}`);
});

post('/applications/:application/submit', may('application.make', applicationPlace), async (ask) => {
  const seen = await ownSeen(ask);
  const { application } = seen;
  await readRawForm(ask);
  const sent = await submit(ask.db, application.id, ask, seen);
  if (sent.ok) return answerDone(ask, `/applications/${application.id}/receipt`);
  if (sent.desk.obstacles.some(({ kind }) => kind === 'not-a-draft')) {
    return answerDone(ask, `/applications/${application.id}`);
  }
  return checkPage(ask, seen, sent.desk);
});

get('/applications/:application/receipt', may('application.make', applicationPlace), async (ask) => {
  const { t } = ask;
  const { application, round } = await ownSeen(ask);
  if (application.receipt === null || application.submittedAt === null) {
    return answerDone(ask, `/applications/${application.id}`);
  }
  const route = await routeOf(ask.db, round);
  const next = nextOf(ask, route, application);
  return answerPage(
    ask,
    ReceiptPage({
      ...frameOf(ask, application, route.round),
      rows: [
        { label: t('applications.receipt.number'), value: application.receipt },
        { label: t('applications.receipt.at'), value: instant(ask, application.submittedAt) },
        { label: t('applications.receipt.round'), value: route.round.name },
        {
          label: t('applications.receipt.applicant'),
          value: `${application.personName} · ${application.schoolName}`,
        },
        {
          label: t('applications.receipt.outcome'),
          value: t(`applications.outcome.${application.outcome ?? 'met'}`),
        },
        ...(next === null
          ? []
          : [
              {
                label: t('applications.receipt.next'),
                value:
                  next === 'list'
                    ? t('applications.receipt.next.list')
                    : t('applications.receipt.next.text', { body: next.stage }),
              },
            ]),
      ],
    }),
  );
});

get('/applications/:application/timeline', may('application.see', applicationPlace), (ask) => {
  const id = ask.c.req.param('application') ?? '';
  const place = ask.place ?? { unitPath: '' };
  return answerTimeline(
    ask,
    { subjectId: id, actions: actionsAbout(ask.actor, place) },
    {
      title: ask.t('audit.timeline.of-application'),
      back: { href: `/applications/${id}`, label: ask.t('applications.title') },
    },
  );
});

post('/applications/:application/withdraw', may('application.make', applicationPlace), async (ask) => {
  const { application } = await ownSeen(ask);
  await readRawForm(ask);
  const refusal = await withdraw(ask.db, application.id, ask.actor, ask.now);
  if (refusal !== null) throw new HttpError(409, `applications.withdraw.${refusal}`);
  return answerDone(ask, `/applications/${application.id}`, 'applications.withdraw.done');
});

async function statusPage(ask: ActorAsk, { application, round }: Seen): Promise<Response> {
  const { t } = ask;
  const [route, snapshot, history] = await Promise.all([
    routeOf(ask.db, round),
    selectSnapshot(ask.db, application.id),
    selectTimeline(ask.db, { subjectId: application.id }),
  ]);
  const judged =
    snapshot === null
      ? null
      : { ready: route.ready, dossier: { person: snapshot.person, records: snapshot.records, titles: [] } };
  const timely = timeliness(route.round, ask.now);
  const next = nextOf(ask, route, application);
  const rows: SummaryRow[] = [
    ...(application.receipt === null
      ? []
      : [{ label: t('applications.receipt.number'), value: application.receipt }]),
    ...(application.submittedAt === null
      ? []
      : [{ label: t('applications.receipt.at'), value: instant(ask, application.submittedAt) }]),
    ...(next === null
      ? []
      : [
          {
            label: t('applications.receipt.next'),
            value: next === 'list' ? t('applications.receipt.next.list') : next.stage,
          },
        ]),
  ];
  return answerPage(
    ask,
    StatusPage({
      ...frameOf(ask, application, route.round),
      state: application.state,
      rows,
      verdict:
        snapshot === null
          ? null
          : {
              outcome: shownOutcome(snapshot.outcome),
              text: t(`applications.outcome.${snapshot.outcome}`),
            },
      findings:
        judged === null || snapshot === null
          ? []
          : findingViews(judged, snapshot, ask.locale, { recordHref: (id) => `/records/${id}` }),
      // An applicant reads what was decided and why, not who recused themselves or how they were ordered.
      history: history.filter(({ action }) => !HIDDEN.has(action)).map((entry) => timelineItem(ask, entry)),
      receipt: application.receipt !== null && application.state !== 'withdrawn',
      withdraw: judgeWithdraw(application.state, timely) === null ? { submission: newId() } : null,
      reopen: application.state === 'withdrawn' && timely.ok ? { submission: newId() } : null,
    }),
  );
}

const HIDDEN = new Set([
  'application.reorder',
  'application.recuse',
  'application.attach',
  'application.detach',
]);

/** Eligibility, the desk of the applicant, writing, checking and submitting. */
export const applicationRoutes: RouteList = {
  ...routeList(),
  routes: [eligibilityRoutes, deskRoutes, writingRoutes].flatMap(({ routes }) => routes),
};
