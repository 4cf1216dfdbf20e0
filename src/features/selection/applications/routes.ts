import { clauseAt, sayClause } from '../../../language/explain.ts';
import type { Finding } from '../../../language/finding.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { type RawForm, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { Task } from '../../../web/ui/task-list.tsx';
import { autosaveHeader } from '../../../web/viewer.ts';
import { formatDate, formatInstant, inLocale } from '../../../web/words.ts';
import { appendAudit, selectTimeline } from '../../audit/queries.ts';
import { standsUnder } from '../../identity/rules.ts';
import { pathsAbove } from '../../programmes/rules.ts';
import { readUploads } from '../../records/claim/read.ts';
import { EVIDENCE_ACCEPT, isShownInline } from '../../records/evidence/rules.ts';
import { fileSize } from '../../records/show.ts';
import { type Assessment, assess } from '../dossier/assess.ts';
import { findingViews, shownOutcome } from '../dossier/view.tsx';
import { listReviews, recusedOf, selectDecisionsOf } from '../review/queries.ts';
import { type Route, roundOfApplication } from '../review/route.ts';
import { maySeeReview, stepAt } from '../review/rules.ts';
import { type RoundRow, roundPlace, selectRound } from '../rounds/queries.ts';
import { phaseOf, timeliness } from '../rounds/rules.ts';
import { type Desk, deskOf, openDraft, saveDraft, submit, withdraw } from './acts.ts';
import {
  AttachmentsPage,
  CheckPage,
  ConflictPage,
  DeskPage,
  EligibilityPage,
  ReceiptPage,
  type ShownObstacle,
  StatementPage,
  StatusPage,
  type Verdict,
} from './page.tsx';
import {
  type ApplicationRow,
  applicationPlace,
  insertAttachments,
  listPlacesAbove,
  selectApplication,
  selectAttachments,
  selectOptionalApplicationOf,
  selectSnapshot,
  withdrawAttachment,
} from './queries.ts';
import {
  type Declaration,
  declarationOf,
  judgeWithdraw,
  mayWrite,
  type Obstacle,
  readFields,
  tooLong,
} from './rules.ts';
import { listedOf, profileRows, timelineItem } from './show.ts';

export const applicationRoutes = routeList();
const { get, post } = applicationRoutes;

const instant = (ask: ActorAsk, at: Date) => formatInstant(at, ask.locale, ask.services.config.timeZone);
const clauseText = (ask: ActorAsk, { ready }: Pick<Assessment, 'ready'>, finding: Finding): string => {
  const node = clauseAt(ready.programme, finding.path);
  return node === undefined ? finding.path : sayClause(node, ready.programme, ready.vocabulary, ask.locale);
};

// --- Eligibility --------------------------------------------------------------------------------------

get('/rounds/:round/eligibility', may('round.see', roundPlace), async (ask) => eligibilityPage(ask, []));

async function eligibilityPage(ask: ActorAsk, obstacles: readonly ShownObstacle[]): Promise<Response> {
  const { db, actor, locale, t } = ask;
  const round = await selectRound(db, ask.c.req.param('round') ?? '');
  const application = await selectOptionalApplicationOf(db, round.id, actor.personId);
  const decisions = application === null ? {} : await selectDecisionsOf(db, application.id);
  const assessment = await assess(db, round, actor.personId, decisions);
  if (assessment === null) throw new HttpError(404, 'error.not-found');
  const here = `/rounds/${round.id}/eligibility`;
  const add = (type: string) =>
    `/records/new?type=${encodeURIComponent(type)}&back=${encodeURIComponent(here)}`;
  const inRound = actor.unitPath !== null && standsUnder(actor.unitPath, round.unitPath);
  const open = phaseOf(round, ask.now) === 'taking';
  const mine = application === null || application.state === 'withdrawn' ? null : application;
  return answerPage(
    ask,
    EligibilityPage({
      frame: pageProps(ask),
      round,
      facts: await roundFacts(ask, round, assessment),
      verdict: verdictOf(ask, assessment),
      hoped:
        assessment.hoped.outcome === assessment.findings.outcome
          ? null
          : t('applications.eligibility.hoped', {
              outcome: t(`applications.outcome.${assessment.hoped.outcome}`),
            }),
      findings: findingViews(assessment, assessment.findings, locale, {
        recordHref: (id) => `/records/${id}`,
        addHref: add,
      }),
      outside: !inRound,
      apply: open && inRound && mine === null ? { submission: newId() } : null,
      application: mine,
      obstacles,
    }),
    obstacles.length > 0 ? 422 : 200,
  );
}

function verdictOf({ t }: ActorAsk, { findings, hoped }: Assessment): Verdict {
  const outcome = shownOutcome(findings.outcome);
  const hopeful =
    findings.outcome !== 'met' && (hoped.outcome === 'met' || hoped.outcome === 'needs-decision');
  const waits = hopeful && findings.outcome !== hoped.outcome;
  return { outcome, text: t(waits ? 'applications.verdict.hopeful' : `applications.verdict.${outcome}`) };
}

async function roundFacts(ask: ActorAsk, round: RoundRow, { dossier }: Assessment): Promise<SummaryRow[]> {
  const { t, locale, actor, now } = ask;
  const paths = actor.unitPath === null ? [] : pathsAbove(actor.unitPath).slice(1);
  const places = await listPlacesAbove(ask.db, round.id, paths, dossier.person.subject);
  const phase = phaseOf(round, now);
  const left = timeLeft(ask, round);
  return [
    { label: t('applications.eligibility.as-of'), value: formatDate(round.asOf, locale) },
    { label: t('applications.eligibility.deadline'), value: instant(ask, round.closesAt) },
    ...(phase === 'taking' ? [{ label: t('applications.eligibility.left'), value: left }] : []),
    ...(phase === 'waiting'
      ? [
          {
            label: t('applications.state'),
            value: t('applications.eligibility.not-begun', { at: instant(ask, round.opensAt) }),
          },
        ]
      : []),
    ...(phase !== 'taking' && phase !== 'waiting'
      ? [{ label: t('applications.state'), value: t('applications.eligibility.over') }]
      : []),
    {
      label: t('applications.eligibility.places'),
      value:
        places.length === 0
          ? t('applications.eligibility.places.none')
          : places
              .map(({ unitName, part, places: count }) =>
                part === ''
                  ? t('applications.eligibility.places.of', { unit: unitName, places: count })
                  : t('applications.eligibility.places.part', { unit: unitName, part, places: count }),
              )
              .join(locale === 'en' ? '; ' : '；'),
    },
    {
      label: t('applications.eligibility.basis'),
      value: `${inLocale(round.programmeNames, locale)} ${round.documentNumber ?? ''}`.trim(),
    },
  ];
}

function timeLeft({ t, now }: ActorAsk, round: RoundRow): string {
  const hours = Math.floor((round.closesAt.getTime() - now.getTime()) / 3_600_000);
  return hours < 24
    ? t('applications.eligibility.hours', { hours })
    : t('applications.eligibility.days', { days: Math.floor(hours / 24) });
}

get('/rounds/:round/apply', may('round.see', roundPlace), async (ask) => {
  const roundId = ask.c.req.param('round') ?? '';
  const application = await selectOptionalApplicationOf(ask.db, roundId, ask.actor.personId);
  const begun = application !== null && application.state !== 'withdrawn';
  return answerDone(ask, begun ? `/applications/${application.id}` : `/rounds/${roundId}/eligibility`);
});

post('/rounds/:round/apply', may('round.see', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const roundId = ask.c.req.param('round') ?? '';
  const opened = await openDraft(ask.db, roundId, ask.actor, raw.submission, ask.now);
  if (opened.ok) return answerDone(ask, `/applications/${opened.id}`);
  const { closesAt } = await selectRound(ask.db, roundId);
  return eligibilityPage(ask, [
    { text: ask.t(`applications.obstacle.${opened.obstacle}`, { deadline: instant(ask, closesAt) }) },
  ]);
});

// --- The applicant's desk -----------------------------------------------------------------------------

/** The application, its owner's only: others who may see it read the review. */
async function ownApplication(ask: ActorAsk): Promise<ApplicationRow> {
  const application = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
  if (application.personId !== ask.actor.personId) throw new HttpError(403, 'error.not-allowed');
  return application;
}

get('/applications/:application', may('application.see', applicationPlace), async (ask) => {
  const application = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
  if (application.personId !== ask.actor.personId)
    return answerDone(ask, `/applications/${application.id}/review`);
  return mayWrite(application.state) ? deskPage(ask, application) : statusPage(ask, application);
});

const frameOf = (ask: ActorAsk, application: ApplicationRow, round: Pick<RoundRow, 'id' | 'name'>) => ({
  frame: pageProps(ask),
  id: application.id,
  round,
});

async function deskPage(ask: ActorAsk, application: ApplicationRow, refused?: Desk): Promise<Response> {
  const { t } = ask;
  const desk = refused ?? (await deskOf(ask.db, application, ask.now));
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
    refused === undefined ? 200 : 422,
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

function obstacleTexts(ask: ActorAsk, application: ApplicationRow, desk: Desk): ShownObstacle[] {
  const { t, locale } = ask;
  const base = `/applications/${application.id}`;
  const deadline = instant(ask, desk.round.closesAt);
  return desk.obstacles.map((obstacle): ShownObstacle => {
    switch (obstacle.kind) {
      case 'clause-unmet':
      case 'evidence-missing':
        return {
          text: t(`applications.obstacle.${obstacle.kind}`, {
            clause: clauseText(ask, desk.assessment, obstacle.clause),
          }),
          href: `/rounds/${desk.round.id}/eligibility`,
        };
      case 'profile-missing':
      case 'field-missing':
      case 'field-too-long':
        return {
          text: t(`applications.obstacle.${obstacle.kind}`, {
            field: inLocale(obstacle.field.names, locale),
          }),
          href:
            obstacle.kind === 'profile-missing'
              ? `/people/${application.personId}`
              : `${base}/statement#f-field.${obstacle.field.id}`,
        };
      case 'attachment-missing':
        return {
          text: t('applications.obstacle.attachment-missing', {
            field: inLocale(obstacle.attachment.names, locale),
          }),
          href: `${base}/attachments#f-${obstacle.attachment.id}`,
        };
      default:
        return { text: t(`applications.obstacle.${obstacle.kind}`, { deadline }) };
    }
  });
}

const bodyName = (ask: ActorAsk, { steps }: Pick<Route, 'steps'>, position: number | null): string => {
  const step = stepAt(steps, position);
  return step === null ? ask.t('applications.state.in-review') : inLocale(step.stage.names, ask.locale);
};

// --- The statement ------------------------------------------------------------------------------------

const statementValues = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([id, text]) => [`field.${id}`, text]));

async function statementPage(
  ask: ActorAsk,
  application: ApplicationRow,
  declaration: Declaration,
  typed: Readonly<Record<string, string>> | null,
  errors: Readonly<Record<string, string>>,
  submission: string,
): Promise<Response> {
  const round = await selectRound(ask.db, application.roundId);
  return answerPage(
    ask,
    StatementPage({
      ...frameOf(ask, application, round),
      declaration,
      form: application.form,
      state: { values: statementValues(typed ?? application.form.fields), errors },
      revision: application.revision,
      submission,
      savedAt: application.savedAt,
      timeZone: ask.services.config.timeZone,
    }),
    Object.keys(errors).length > 0 ? 422 : 200,
  );
}

const declarationFor = async (ask: ActorAsk, application: ApplicationRow): Promise<Declaration> =>
  declarationOf((await roundOfApplication(ask.db, application)).ready.programme);

get('/applications/:application/statement', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  if (!mayWrite(application.state)) return answerDone(ask, `/applications/${application.id}`);
  return statementPage(ask, application, await declarationFor(ask, application), null, {}, newId());
});

post('/applications/:application/statement', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  const raw = await readRawForm(ask);
  const declaration = await declarationFor(ask, application);
  const fields = readFields(declaration, raw.values);
  const autosave = ask.c.req.header(autosaveHeader) !== undefined;
  const long = tooLong(declaration, fields);
  if (long.length > 0 && !autosave) return refuseLong(ask, application, declaration, fields, long, raw);
  const from = { revision: Number(raw.values.revision ?? 0), tab: raw.submission };
  const saved = await saveDraft(ask.db, application.id, fields, from, ask.now);
  if (saved.ok) {
    if (!autosave) return answerDone(ask, `/applications/${application.id}`, 'applications.statement.saved');
    return ask.c.body(null, 204, {
      'x-saved-at': saved.at.toISOString(),
      'x-revision': String(saved.revision),
    });
  }
  if (saved.reason === 'not-a-draft') {
    if (autosave) return ask.c.text(ask.t('applications.obstacle.not-a-draft'), 409);
    return answerDone(ask, `/applications/${application.id}`);
  }
  if (autosave) return ask.c.text(ask.t('applications.conflict'), 409);
  const round = await selectRound(ask.db, application.roundId);
  return answerPage(
    ask,
    ConflictPage({
      ...frameOf(ask, application, round),
      declaration,
      kept: saved.kept.fields,
      mine: fields,
      revision: saved.revision,
      submission: newId(),
    }),
    409,
  );
});

const refuseLong = (
  ask: ActorAsk,
  application: ApplicationRow,
  declaration: Declaration,
  fields: Readonly<Record<string, string>>,
  long: readonly string[],
  raw: RawForm,
) => {
  const errors = declaration.written
    .filter(({ id }) => long.includes(id))
    .map(({ id, names, max = 0 }) => [
      `field.${id}`,
      ask.t('applications.statement.too-long', { field: inLocale(names, ask.locale), max }),
    ]);
  return statementPage(ask, application, declaration, fields, Object.fromEntries(errors), raw.submission);
};

// --- Attachments --------------------------------------------------------------------------------------

async function attachmentsPage(
  ask: ActorAsk,
  application: ApplicationRow,
  errors: Readonly<Record<string, string>>,
) {
  const desk = await deskOf(ask.db, application, ask.now);
  const attachments = await selectAttachments(ask.db, application.id);
  const missing = new Set(
    desk.obstacles.flatMap((one) => (one.kind === 'attachment-missing' ? [one.attachment.id] : [])),
  );
  const uploaded = new Set(attachments.map(({ item }) => item));
  return answerPage(
    ask,
    AttachmentsPage({
      ...frameOf(ask, application, desk.round),
      declaration: desk.declaration,
      attachments,
      proved: new Set(
        desk.declaration.attachments
          .filter(({ id, required }) => required === true && !missing.has(id) && !uploaded.has(id))
          .map(({ id }) => id),
      ),
      accept: EVIDENCE_ACCEPT,
      errors,
      submission: newId(),
      sizeOf: fileSize,
      writable: mayWrite(application.state),
    }),
    Object.keys(errors).length > 0 ? 422 : 200,
  );
}

get('/applications/:application/attachments', may('application.make', applicationPlace), async (ask) =>
  attachmentsPage(ask, await ownApplication(ask), {}),
);

post('/applications/:application/attachments', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  const raw = await readRawForm(ask);
  const declaration = await declarationFor(ask, application);
  const item = declaration.attachments.find(({ id }) => id === raw.values.item)?.id;
  if (item === undefined || !mayWrite(application.state))
    return answerDone(ask, `/applications/${application.id}`);
  const already = (await selectAttachments(ask.db, application.id)).length;
  const { kept, refused } = await readUploads(ask, raw, already);
  if (kept.length > 0) {
    await transaction(ask.db, async (tx) => {
      await insertAttachments(
        tx,
        kept.map((file) => ({
          ...file,
          id: newId(),
          applicationId: application.id,
          item,
          uploadedAt: ask.now,
        })),
      );
      await appendAudit(tx, ask.actor.personId, ask.now, {
        action: 'application.attach',
        subjectType: 'application',
        subjectId: application.id,
        personId: application.personId,
        roundId: application.roundId,
        unitPath: application.unitPath,
        after: { item, files: kept.map(({ fileName, sha256 }) => ({ fileName, sha256 })) },
      });
    });
  }
  const [first] = refused;
  if (first !== undefined) {
    const text = refused.map(({ fileName, refusal }) =>
      ask.t(`records.evidence.refused.${refusal}`, { file: fileName }),
    );
    return attachmentsPage(ask, application, { [item]: text.join(' ') });
  }
  if (kept.length === 0)
    return attachmentsPage(ask, application, { [item]: ask.t('applications.attachments.choose') });
  return answerDone(ask, `/applications/${application.id}/attachments`, 'applications.attachments.done');
});

post(
  '/applications/:application/attachments/:attachment/withdraw',
  may('application.make', applicationPlace),
  async (ask) => {
    const application = await ownApplication(ask);
    await readRawForm(ask);
    const id = ask.c.req.param('attachment') ?? '';
    if (mayWrite(application.state)) {
      await transaction(ask.db, async (tx) => {
        if (!(await withdrawAttachment(tx, application.id, id, ask.now))) return;
        await appendAudit(tx, ask.actor.personId, ask.now, {
          action: 'application.detach',
          subjectType: 'application',
          subjectId: application.id,
          personId: application.personId,
          roundId: application.roundId,
          unitPath: application.unitPath,
          before: { attachment: id },
        });
      });
    }
    return answerDone(ask, `/applications/${application.id}/attachments`, 'applications.attachments.removed');
  },
);

get(
  '/applications/:application/attachments/:attachment',
  may('application.see', applicationPlace),
  async (ask) => {
    const application = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
    const own = application.personId === ask.actor.personId;
    const recused = own
      ? new Set<string>()
      : await recusedOf(ask.db, application.roundId, application.personId);
    if (!own && !maySeeReview(ask.actor.personId, { applicantId: application.personId, recused })) {
      throw new HttpError(403, 'error.not-allowed');
    }
    const files = await selectAttachments(ask.db, application.id);
    const file = files.find(({ id }) => id === ask.c.req.param('attachment'));
    const bytes = file && (await ask.services.files.get(file.sha256));
    if (!file || !bytes) throw new HttpError(404, 'error.not-found');
    return new Response(Uint8Array.from(bytes), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `${isShownInline(file.mediaType) ? 'inline' : 'attachment'}; filename="file"; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=3600, no-transform',
      },
    });
  },
);

// --- Check, submit, receipt, withdraw -----------------------------------------------------------------

async function checkPage(ask: ActorAsk, application: ApplicationRow, refused?: Desk): Promise<Response> {
  const desk = refused ?? (await deskOf(ask.db, application, ask.now));
  const route = await roundOfApplication(ask.db, application);
  return answerPage(
    ask,
    CheckPage({
      ...frameOf(ask, application, desk.round),
      profile: profileRows(ask, application, desk.declaration, desk.assessment),
      listed: listedOf(ask, desk.declaration, desk.assessment),
      declaration: desk.declaration,
      fields: application.form.fields,
      attachments: await selectAttachments(ask.db, application.id),
      obstacles: obstacleTexts(ask, application, desk),
      body: bodyName(ask, route, desk.position),
      submission: newId(),
    }),
    refused === undefined ? 200 : 422,
  );
}

get('/applications/:application/check', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  if (!mayWrite(application.state)) return answerDone(ask, `/applications/${application.id}`);
  return checkPage(ask, application);
});

post('/applications/:application/submit', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  await readRawForm(ask);
  const sent = await submit(ask.db, application.id, ask);
  if (sent.ok) return answerDone(ask, `/applications/${application.id}/receipt`);
  if (sent.desk.obstacles.some(({ kind }) => kind === 'not-a-draft')) {
    return answerDone(ask, `/applications/${application.id}`);
  }
  return checkPage(ask, application, sent.desk);
});

get('/applications/:application/receipt', may('application.make', applicationPlace), async (ask) => {
  const { t } = ask;
  const application = await ownApplication(ask);
  if (application.receipt === null || application.submittedAt === null) {
    return answerDone(ask, `/applications/${application.id}`);
  }
  const route = await roundOfApplication(ask.db, application);
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
        {
          label: t('applications.receipt.next'),
          value: t('applications.receipt.next.text', { body: bodyName(ask, route, application.position) }),
        },
      ],
    }),
  );
});

post('/applications/:application/withdraw', may('application.make', applicationPlace), async (ask) => {
  const application = await ownApplication(ask);
  await readRawForm(ask);
  const refusal = await withdraw(ask.db, application.id, ask.actor, ask.now);
  if (refusal !== null) throw new HttpError(409, `applications.withdraw.${refusal}`);
  return answerDone(ask, `/applications/${application.id}`, 'applications.withdraw.done');
});

async function statusPage(ask: ActorAsk, application: ApplicationRow): Promise<Response> {
  const { t } = ask;
  const [route, snapshot, history] = await Promise.all([
    roundOfApplication(ask.db, application),
    selectSnapshot(ask.db, application.id),
    selectTimeline(ask.db, { subjectId: application.id }),
  ]);
  const judged =
    snapshot === null
      ? null
      : { ready: route.ready, dossier: { person: snapshot.person, records: snapshot.records, titles: [] } };
  const timely = timeliness(route.round, ask.now);
  const rows: SummaryRow[] = [
    ...(application.receipt === null
      ? []
      : [{ label: t('applications.receipt.number'), value: application.receipt }]),
    ...(application.submittedAt === null
      ? []
      : [{ label: t('applications.receipt.at'), value: instant(ask, application.submittedAt) }]),
    ...(application.state === 'in-review'
      ? [{ label: t('applications.receipt.next'), value: bodyName(ask, route, application.position) }]
      : []),
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
