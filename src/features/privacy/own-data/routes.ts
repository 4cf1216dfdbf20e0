import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, optional, readForm, readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { ownDataPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { selectRetention } from '../../audit/retention/queries.ts';
import { areIdNumbersKept, selectOptionalIdNumber } from '../../organisation/id-numbers/queries.ts';
import { shownId } from '../../organisation/id-numbers/show.ts';
import { openVault } from '../../organisation/id-numbers/vault.ts';
import { updatePerson } from '../../organisation/people/changes/queries.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { organisationWords } from '../../organisation/show.ts';
import {
  insertCorrection,
  listOwnCorrections,
  selectOptionalCorrection,
  settleCorrection,
} from '../corrections/queries.ts';
import { auditKey, CORRECTABLE, type Correctable, readWanted } from '../corrections/rules.ts';
import { sayValue } from '../corrections/show.tsx';
import { copyPath, ownDataJob } from './make.ts';
import { OwnDataPage } from './page.tsx';
import { countOwn, insertCopy, listCopies, selectOptionalCopy } from './queries.ts';

/** All of it one's own: every handler asks for what belongs to whoever is signed in, and the walls show nothing else. */
export const ownDataRoutes = routeList();
const { get, post } = ownDataRoutes;

async function show(ask: ActorAsk, state: FormState | null = null): Promise<Response> {
  const { personId } = ask.actor;
  const person = await selectPerson(ask.db, personId);
  const [counts, copies, corrections, { days }, kept, id] = await Promise.all([
    countOwn(ask.db, personId),
    listCopies(ask.db, personId),
    listOwnCorrections(ask.db, personId),
    selectRetention(ask.db, 'copies'),
    areIdNumbersKept(ask.db),
    selectOptionalIdNumber(ask.db, personId),
  ]);
  const { phone, email, revision } = person;
  return answerPage(
    ask,
    OwnDataPage({
      page: { ...pageProps(ask), path: ownDataPath },
      t: ask.t,
      timeZone: ask.services.config.timeZone,
      personId,
      counts,
      idNumber: kept
        ? { masked: id === null ? null : shownId(openVault(ask.services.config), id).masked }
        : null,
      copies,
      copyDays: days,
      corrections,
      say: sayValue(ask.t, organisationWords(vocabulary(), ask.locale, ask.t)),
      state: {
        ...(state ?? {}),
        values: { phone, email, revision: String(revision), ...(state?.values ?? {}) },
      },
      submission: newId(),
    }),
    state?.errors === undefined ? 200 : 422,
  );
}

get(ownDataPath, signedIn, (ask) => show(ask));

// --- A copy ------------------------------------------------------------------------------------------

post(`${ownDataPath}/copies`, signedIn, async (ask) => {
  const { submission } = await readRawForm(ask);
  const { personId } = ask.actor;
  // One at a time: whoever asks again while one is made waits for that.
  if ((await listCopies(ask.db, personId)).some(({ state }) => state === 'making'))
    return answerDone(ask, `${ownDataPath}#copy`);
  await transaction(ask.db, async (tx) => {
    await insertCopy(tx, { id: submission, personId, locale: ask.locale, askedAt: ask.now });
    await appendAudit(tx, personId, ask.now, {
      action: 'own-data.copied',
      subjectType: 'person',
      subjectId: personId,
      personId,
    });
  });
  await ask.services.jobs.ask(ownDataJob.name, submission);
  return answerDone(ask, ownDataPath, 'privacy.own.copy.done');
});

get(`${ownDataPath}/copies/:copy`, signedIn, async (ask) => {
  const id = ask.c.req.param('copy') ?? '';
  const copy = isId(id) ? await selectOptionalCopy(ask.db, id) : null;
  if (copy === null || copy.personId !== ask.actor.personId || copy.state !== 'done')
    throw new HttpError(404, 'error.not-found');
  const path = copyPath(ask.services, id);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new HttpError(410, 'privacy.own.copy.gone');
  return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/zip',
      'content-length': String(found.size),
      'content-disposition': `attachment; filename="own-data-${ask.today}.zip"`,
      'cache-control': 'no-store',
    },
  });
});

// --- What one may change oneself -----------------------------------------------------------------------

const contactForm = z.object({
  phone: optional(20).refine(
    (text) => text === null || /^[+0-9() -]{5,20}$/.test(text),
    'privacy.own.contact.phone',
  ),
  email: optional(100).refine(
    (text) => text === null || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text),
    'privacy.own.contact.email',
  ),
  revision: z.coerce.number().int(),
});

post(`${ownDataPath}/contact`, signedIn, async (ask) => {
  const form = await readForm(ask, contactForm);
  const refuse = (errors: Readonly<Record<string, string>>) => show(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { personId } = ask.actor;
  const { revision, phone, email } = form.data;
  const saved = await transaction(ask.db, async (tx) => {
    const person = await selectPerson(tx, personId);
    if (person.phone === phone && person.email === email) return true;
    const { name, staffNumber, sex, birthDate, teachingSince } = person;
    const change = { name, staffNumber, sex, birthDate, teachingSince, phone, email };
    if (!(await updatePerson(tx, personId, revision, change))) return false;
    await appendAudit(tx, personId, ask.now, {
      action: 'person.changed',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: person.unitPath,
      before: { phone: person.phone, email: person.email },
      after: { phone, email },
    });
    return true;
  });
  return saved
    ? answerDone(ask, ownDataPath, 'privacy.own.contact.done')
    : refuse({ '': ask.t('organisation.person.changed-meanwhile') });
});

// --- What one asks to have put right ----------------------------------------------------------------------

const correctionForm = z.object({
  field: z.enum(CORRECTABLE, 'privacy.correction.field.needed'),
  wanted: needed('privacy.correction.wanted.needed', 300),
  because: needed('privacy.correction.because.needed', 500),
});

post(`${ownDataPath}/corrections`, signedIn, async (ask) => {
  const form = await readForm(ask, correctionForm);
  const refuse = (errors: Readonly<Record<string, string>>) => show(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { field, because } = form.data;
  const wanted = readWanted(field, form.data.wanted, ask.today);
  if (wanted === null) return refuse({ wanted: ask.t(`privacy.correction.odd.${field}`) });
  const { personId } = ask.actor;
  const person = await selectPerson(ask.db, personId);
  const was = keptValue(person, field);
  if (was === wanted) return refuse({ wanted: ask.t('privacy.correction.same') });
  const asked = await transaction(ask.db, async (tx) => {
    const request = { id: form.raw.submission, personId, field, was, wanted, because, askedAt: ask.now };
    if (!(await insertCorrection(tx, request))) return false;
    await appendAudit(tx, personId, ask.now, {
      action: 'correction.asked',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: person.unitPath,
      before: { [auditKey(field)]: was },
      after: { [auditKey(field)]: wanted },
      reason: because,
    });
    return true;
  });
  return asked
    ? answerDone(ask, ownDataPath, 'privacy.correction.done')
    : refuse({ field: ask.t('privacy.correction.open-already') });
});

function keptValue(person: Awaited<ReturnType<typeof selectPerson>>, field: Correctable): string | null {
  if (field === 'unit') return person.unitName;
  return field === 'other' ? null : person[field];
}

post(`${ownDataPath}/corrections/:correction/withdraw`, signedIn, async (ask) => {
  await readRawForm(ask);
  const id = ask.c.req.param('correction') ?? '';
  const { personId } = ask.actor;
  const request = isId(id) ? await selectOptionalCorrection(ask.db, id) : null;
  if (request === null || request.personId !== personId) throw new HttpError(404, 'error.not-found');
  await transaction(ask.db, async (tx) => {
    if (!(await settleCorrection(tx, id, { state: 'withdrawn' }))) return;
    await appendAudit(tx, personId, ask.now, {
      action: 'correction.withdrawn',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: request.unitPath,
    });
  });
  return answerDone(ask, ownDataPath, 'privacy.correction.withdrawn.done');
});
