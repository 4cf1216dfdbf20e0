import { isDeepStrictEqual } from 'node:util';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { wasDone } from '../../../platform/once.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { ownAddress } from '../../../web/address.ts';
import { appendAudit } from '../../audit/queries.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import {
  attachEvidence,
  type EvidenceRow,
  insertEvidence,
  selectEvidence,
  selectWaitingEvidence,
  withdrawEvidence,
} from '../evidence/queries.ts';
import { type RecordRow, selectOptionalRecord } from '../growth-file/queries.ts';
import { ownPlace, placeToSee } from '../places.ts';
import { insertRecord, lockRecord, updateRecord, withdrawRecord } from '../queries.ts';
import {
  type Claim,
  type ClaimForm,
  type ClaimVerdict,
  claimForm,
  DEFAULT_PARAMETERS,
  judgeClaim,
  judgeOwnerAct,
  type TypedClaim,
} from '../rules.ts';
import { recordWords } from '../show.ts';
import { noteSimilar } from '../similarity/queries.ts';
import { ChooseTypePage, ClaimPage, type ClaimPageProps } from './page.tsx';
import { claimErrors, readUploads, typedClaim, type Uploads, uploadError } from './read.ts';

export const claimRoutes = routeList();
const { get, post } = claimRoutes;

get('/records/new', may('record.claim', ownPlace), (ask) => {
  const back = ownAddress(ask.c.req.query('back'));
  const form = claimForm(vocabulary(), ask.c.req.query('type') ?? '');
  const words = wordsOf(ask);
  mayBeOwners(form?.type);
  if (form === null) {
    return answerPage(
      ask,
      ChooseTypePage({ page: pageProps(ask), t: ask.t, words, vocabulary: vocabulary(), back }),
    );
  }
  return showForm(ask, { form, back, state: { values: {} }, submission: newId(), record: null, files: [] });
});

post('/records/new', may('record.claim', ownPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = formOf(raw.values.type);
  const back = ownAddress(raw.values.back);
  const waiting = await selectWaitingEvidence(ask.db, (raw.all.kept ?? []).filter(isId), ask.actor.personId);
  const uploads = await readUploads(ask, raw, waiting.length);
  const verdict = await judge(ask, form, typedClaim(form, raw));
  if (!verdict.ok || uploads.refused.length > 0) {
    return showForm(ask, {
      form,
      back,
      state: { values: raw.values, errors: errorsOf(ask, form, verdict, uploads) },
      submission: raw.submission,
      record: null,
      files: [...waiting, ...(await keepWaiting(ask, uploads))],
    });
  }
  const id = raw.submission;
  const unitPath = ask.place?.unitPath ?? '';
  await transaction(ask.db, async (tx) => {
    const { claim, late } = verdict;
    const { personId } = ask.actor;
    const added = await insertRecord(tx, {
      id,
      personId,
      unitPath,
      claim,
      state: 'submitted',
      late,
      enteredBy: personId,
      at: ask.now,
    });
    if (!added) return; // The same submission again: it is already kept.
    await attachEvidence(
      tx,
      waiting.map((file) => file.id),
      id,
      personId,
    );
    await insertEvidence(tx, newEvidence(ask, uploads, id));
    await noteSimilarTo(tx, id, personId, claim);
    await appendAudit(tx, personId, ask.now, {
      action: 'record.claim',
      subjectType: 'record',
      subjectId: id,
      personId,
      unitPath,
      after: { ...claim, late, evidence: waiting.length + uploads.kept.length },
    });
  });
  if (raw.values.next === 'another') {
    const query = new URLSearchParams({ type: form.type, ...(back === null ? {} : { back }) });
    return answerDone(ask, `/records/new?${query}`, 'records.done.claimed-another');
  }
  return answerDone(ask, back ?? `/records/${id}`, 'records.done.claimed');
});

get('/records/:record/change', may('record.claim', placeToSee), async (ask) => {
  const record = await selectRecord(ask);
  if (record.state === 'withdrawn') throw new HttpError(409, 'records.refused.already-withdrawn');
  return showForm(ask, {
    form: formOf(record.type),
    back: ownAddress(ask.c.req.query('back')),
    state: { values: valuesOf(record) },
    submission: newId(),
    record,
    files: await selectEvidence(ask.db, [record.id]),
  });
});

post('/records/:record/change', may('record.claim', placeToSee), async (ask) => {
  const raw = await readRawForm(ask);
  const record = await selectRecord(ask);
  const form = formOf(record.type);
  const back = ownAddress(raw.values.back);
  const present = await selectEvidence(ask.db, [record.id]);
  const withdrawn = present.filter(({ id }) => raw.all.withdraw?.includes(id) === true);
  const waiting = await selectWaitingEvidence(ask.db, (raw.all.kept ?? []).filter(isId), ask.actor.personId);
  const uploads = await readUploads(ask, raw, present.length - withdrawn.length + waiting.length);
  const verdict = await judge(ask, form, typedClaim(form, raw));
  const again = async (errors: Readonly<Record<string, string>>, now: RecordRow, status: 409 | 422) =>
    showForm(
      ask,
      {
        form,
        back,
        state: { values: raw.values, errors },
        submission: raw.submission,
        record: now,
        files: present,
        waiting: [...waiting, ...(await keepWaiting(ask, uploads))],
      },
      status,
    );
  if (!verdict.ok || uploads.refused.length > 0)
    return again(errorsOf(ask, form, verdict, uploads), record, 422);

  const revision = Number(raw.values.revision);
  const unitPath = ask.actor.unitPath ?? record.unitPath;
  const outcome = await transaction(ask.db, async (tx) => {
    const standing = judgeOwnerAct(await lockRecord(tx, record.id), ask.actor.personId, {
      act: 'change',
      revision,
    });
    if (!standing.ok) return standing.refusal;
    await updateRecord(tx, record.id, {
      claim: verdict.claim,
      late: verdict.late,
      unitPath,
      revision,
      at: ask.now,
    });
    for (const file of withdrawn) await withdrawEvidence(tx, file.id, record.id, ask.now);
    await attachEvidence(
      tx,
      waiting.map((file) => file.id),
      record.id,
      ask.actor.personId,
    );
    await insertEvidence(tx, newEvidence(ask, uploads, record.id));
    await noteSimilarTo(tx, record.id, record.personId, verdict.claim);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'record.change',
      subjectType: 'record',
      subjectId: record.id,
      personId: record.personId,
      unitPath,
      before: { ...claimOf(record), state: record.state, evidence: present.length },
      after: {
        ...verdict.claim,
        late: verdict.late,
        evidence: present.length - withdrawn.length + waiting.length + uploads.kept.length,
      },
    });
    return null;
  });
  if (outcome !== null) {
    const now = await selectRecord(ask);
    // The same form sent twice has already done what it says; so has one that says the same.
    const done =
      (await wasDone(ask.db, raw.submission)) ||
      (now.revision === revision + 1 && isDeepStrictEqual(claimOf(now), verdict.claim));
    if (!done) return again({ '': ask.t(`records.refused.${outcome}`) }, now, 409);
  }
  return answerDone(ask, back ?? `/records/${record.id}`, 'records.done.changed');
});

post('/records/:record/withdraw', may('record.claim', placeToSee), async (ask) => {
  const raw = await readRawForm(ask);
  const record = await selectRecord(ask);
  const revision = Number(raw.values.revision);
  mayBeOwners(record.type);
  const refusal = await transaction(ask.db, async (tx) => {
    const verdict = judgeOwnerAct(await lockRecord(tx, record.id), ask.actor.personId, {
      act: 'withdraw',
      revision,
    });
    if (!verdict.ok) return verdict.refusal;
    await withdrawRecord(tx, record.id, revision);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'record.withdraw',
      subjectType: 'record',
      subjectId: record.id,
      personId: record.personId,
      unitPath: record.unitPath,
      before: { state: record.state },
      after: { state: 'withdrawn' },
    });
    return null;
  });
  if (refusal !== null && refusal !== 'already-withdrawn')
    throw new HttpError(409, `records.refused.${refusal}`);
  return answerDone(ask, `/records/${record.id}`, 'records.done.withdrawn');
});

const wordsOf = (ask: ActorAsk) => recordWords(vocabulary(), ask.locale, ask.t);

/** What the unit keeps is not its owner's to claim, correct or take back. */
function mayBeOwners(type: string | undefined): void {
  if (vocabulary().records[type ?? '']?.enteredBy === 'unit')
    throw new HttpError(403, 'records.refused.kept-by-unit');
}

/** The form of a type its owner may claim. */
function formOf(type: string | undefined): ClaimForm {
  const form = claimForm(vocabulary(), type ?? '');
  if (form === null) throw new HttpError(422, 'records.refused.unknown-type');
  mayBeOwners(type);
  return form;
}

async function selectRecord(ask: ActorAsk): Promise<RecordRow> {
  const record = await selectOptionalRecord(ask.db, ask.c.req.param('record') ?? '');
  if (record === null) throw new HttpError(404, 'error.not-found');
  return record;
}

async function judge(ask: ActorAsk, form: ClaimForm, typed: TypedClaim): Promise<ClaimVerdict> {
  const { birthDate, teachingSince } = await selectPerson(ask.db, ask.actor.personId);
  return judgeClaim(form, typed, {
    today: ask.today,
    birthDate,
    teachingSince,
    parameters: DEFAULT_PARAMETERS,
  });
}

const errorsOf = (ask: ActorAsk, form: ClaimForm, verdict: ClaimVerdict, uploads: Uploads) => ({
  ...(verdict.ok ? {} : claimErrors(verdict.problems, form, wordsOf(ask), ask.t)),
  ...uploadError(uploads, ask.t),
});

const newEvidence = (ask: ActorAsk, uploads: Uploads, recordId: string | null) =>
  uploads.kept.map((file) => ({
    ...file,
    id: newId(),
    personId: ask.actor.personId,
    recordId,
    uploadedBy: ask.actor.personId,
    at: ask.now,
  }));

/** Files that came with a form to be corrected wait for it, so that nobody chooses them twice. */
async function keepWaiting(
  ask: ActorAsk,
  uploads: Uploads,
): Promise<Pick<EvidenceRow, 'id' | 'fileName' | 'size'>[]> {
  const files = newEvidence(ask, uploads, null);
  await insertEvidence(ask.db, files);
  return files;
}

async function noteSimilarTo(tx: ActorAsk['db'], id: string, personId: string, claim: Claim): Promise<void> {
  const evidence = (await selectEvidence(tx, [id])).map(({ sha256 }) => sha256);
  await noteSimilar(tx, { ...claim, id, personId, evidence }, DEFAULT_PARAMETERS);
}

const claimOf = (record: RecordRow): Claim => ({
  type: record.type,
  title: record.title,
  happenedOn: record.happenedOn ?? '',
  level: record.level,
  grade: record.grade,
  authorOrder: record.authorOrder,
  event: record.event,
  certificate: record.certificate,
  fields: record.fields,
});

/** A record's values as its form shows them. */
function valuesOf(record: RecordRow): Record<string, string> {
  const text = (value: string | number | boolean | null): string =>
    typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? '');
  const { fields, type: _, ...common } = claimOf(record);
  return Object.fromEntries([
    ...Object.entries(common).map(([name, value]) => [name, text(value)]),
    ...Object.entries(fields).map(([name, value]) => [`fields.${name}`, text(value)]),
  ]);
}

type Shown = Omit<ClaimPageProps, 'page' | 't' | 'words' | 'today' | 'record' | 'waiting'> & {
  readonly record: RecordRow | null;
  readonly waiting?: ClaimPageProps['waiting'];
};

function showForm(ask: ActorAsk, { record, waiting, ...shown }: Shown, status: 409 | 422 = 422): Response {
  const page = ClaimPage({
    ...shown,
    page: pageProps(ask),
    t: ask.t,
    words: wordsOf(ask),
    today: ask.today,
    record: record && { id: record.id, revision: record.revision, confirmed: record.state === 'confirmed' },
    waiting: waiting ?? [],
  });
  return answerPage(ask, page, shown.state.errors === undefined ? 200 : status);
}
