import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { optional, optionalCivilDate, readForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { ownDataPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { followStaffNumber } from '../../identity/queries.ts';
import { rootsFor } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { changeFact } from '../../organisation/career/queries.ts';
import { isStaffNumberTaken, updatePerson } from '../../organisation/people/changes/queries.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { organisationWords } from '../../organisation/show.ts';
import { correctionsPath } from '../paths.ts';
import { CorrectionsPage } from './page.tsx';
import {
  type Correction,
  listOpenCorrections,
  selectOptionalCorrection,
  selectOptionalCorrectionPlace,
  settleCorrection,
} from './queries.ts';
import { auditKey, type DecisionRefusal, isFact, isPersonal, judgeDecision } from './rules.ts';
import { sayValue } from './show.tsx';

export const correctionRoutes = routeList();
const { get, post } = correctionRoutes;

async function show(
  ask: ActorAsk,
  refused: { readonly id: string; readonly state: FormState } | null = null,
): Promise<Response> {
  const roots = rootsFor(ask.actor, 'person.change').map(({ unitPath }) => unitPath);
  return answerPage(
    ask,
    CorrectionsPage({
      page: { ...pageProps(ask), path: correctionsPath },
      t: ask.t,
      timeZone: ask.services.config.timeZone,
      today: ask.today,
      requests: await listOpenCorrections(ask.db, roots, ask.actor.personId),
      say: sayValue(ask.t, organisationWords(vocabulary(), ask.locale, ask.t)),
      refused,
      submission: newId(),
    }),
    refused === null ? 200 : 422,
  );
}

get(correctionsPath, may('person.change'), (ask) => show(ask));

/** Where whose data it is stands. What a round judges somebody by is never put right by themselves. */
const correctionPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('correction') ?? '';
  const place = isId(id) ? await selectOptionalCorrectionPlace(ask.db, id) : null;
  if (place !== null && place.personId === ask.actor?.personId)
    throw new HttpError(403, 'organisation.person.own');
  return place;
};

const form = z.object({
  decision: z.enum(['accept', 'refuse'], 'privacy.corrections.decision.needed'),
  answer: optional(500),
  since: optionalCivilDate('organisation.date.needed'),
});

post(`${correctionsPath}/:correction`, may('person.change', correctionPlace), async (ask) => {
  const read = await readForm(ask, form);
  const id = ask.c.req.param('correction') ?? '';
  const refuse = (errors: Readonly<Record<string, string>>) =>
    show(ask, { id, state: { values: read.raw.values, errors } });
  if (!read.ok) return refuse(read.errors);
  const { decision, answer, since } = read.data;
  if (since !== null && since > ask.today) return refuse({ since: ask.t('organisation.date.future') });
  const accept = decision === 'accept';
  const request = await selectOptionalCorrection(ask.db, id);
  if (request === null) throw new HttpError(404, 'error.not-found');
  const refusal = await transaction(ask.db, async (tx): Promise<DecisionRefusal | null> => {
    const verdict = judgeDecision({ state: request.state, field: request.field, accept, answer });
    if (!verdict.ok) return verdict.reason;
    const state = accept ? 'accepted' : 'refused';
    if (!(await settleCorrection(tx, id, { state, by: ask.actor.personId, at: ask.now, answer })))
      return 'not-open';
    const wrong = accept ? await putRight(tx, request, since ?? ask.today) : null;
    if (wrong !== null) throw new Wrong(wrong);
    await insertNotices(tx, ask.now, [
      {
        personId: request.personId,
        kind: `correction-${state}`,
        detail: { field: request.field, reason: answer ?? '' },
        href: ownDataPath,
      },
    ]);
    await appendAudit(tx, ask.actor, ask.now, {
      action: accept ? 'person.corrected' : 'correction.refused',
      subjectType: 'person',
      subjectId: request.personId,
      personId: request.personId,
      unitPath: ask.place?.unitPath ?? null,
      ...(accept
        ? {
            before: { [auditKey(request.field)]: request.was },
            after: { [auditKey(request.field)]: request.wanted },
          }
        : { after: { [auditKey(request.field)]: request.wanted } }),
      reason: accept ? request.because : answer,
    });
    return null;
  }).catch((error: unknown) => {
    if (error instanceof Wrong) return error.reason;
    throw error;
  });
  if (refusal === null) return answerDone(ask, correctionsPath, 'privacy.corrections.done');
  const field = refusal === 'answer-needed' ? 'answer' : '';
  return refuse({ [field]: ask.t(`privacy.corrections.refused.${refusal}`) });
});

/** What is wanted cannot be kept: the whole transaction is given up. */
class Wrong extends Error {
  readonly reason: DecisionRefusal;
  constructor(reason: DecisionRefusal) {
    super(reason);
    this.reason = reason;
  }
}

/** The change itself, where the office's yes is the change. */
async function putRight(
  tx: Db,
  { personId, field, wanted }: Correction,
  since: string,
): Promise<DecisionRefusal | null> {
  if (isFact(field)) {
    await changeFact(tx, { personId, attribute: field, value: wanted, since });
    return null;
  }
  if (!isPersonal(field)) return null;
  const { name, staffNumber, sex, birthDate, teachingSince, phone, email, revision } = await selectPerson(
    tx,
    personId,
  );
  if (field === 'staffNumber' && (await isStaffNumberTaken(tx, wanted, personId))) return 'taken';
  const change = { name, staffNumber, sex, birthDate, teachingSince, phone, email, [field]: wanted };
  if (!(await updatePerson(tx, personId, revision, change))) return 'changed-meanwhile';
  if (field === 'staffNumber') await followStaffNumber(tx, personId, staffNumber, wanted);
  return null;
}
