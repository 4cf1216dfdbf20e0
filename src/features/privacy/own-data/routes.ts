import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { answerDone } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, optional, readForm, readRawForm, shownRevision } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { routeList, signedIn } from '../../../platform/routing.ts';
import { ownDataPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { updatePerson } from '../../organisation/people/changes/queries.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { insertCorrection, selectOptionalCorrection, settleCorrection } from '../corrections/queries.ts';
import { auditKey, CORRECTABLE, type Correctable, readWanted } from '../corrections/rules.ts';
import { copyPath, ownDataJob } from './make.ts';
import { insertCopy, listCopies, selectOptionalCopy } from './queries.ts';
import { showOwnData } from './show.ts';

/** All of it one's own: every handler asks for what belongs to whoever is signed in, and the walls show nothing else. */
export const ownDataRoutes = routeList();
const { get, post } = ownDataRoutes;

get(ownDataPath, signedIn, (ask) => showOwnData(ask));

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
  const path = copyPath(ask.services.config, id);
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
  revision: shownRevision,
});

post(`${ownDataPath}/contact`, signedIn, async (ask) => {
  const form = await readForm(ask, contactForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    showOwnData(ask, { values: form.raw.values, errors });
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
  if (!saved) return refuse({ '': ask.t('organisation.person.changed-meanwhile') });
  return answerDone(ask, ownDataPath, 'privacy.own.contact.done');
});

// --- What one asks to have put right ----------------------------------------------------------------------

const correctionForm = z.object({
  field: z.enum(CORRECTABLE, 'privacy.correction.field.needed'),
  wanted: needed('privacy.correction.wanted.needed', 300),
  because: needed('privacy.correction.because.needed', 500),
});

post(`${ownDataPath}/corrections`, signedIn, async (ask) => {
  const form = await readForm(ask, correctionForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    showOwnData(ask, { values: form.raw.values, errors });
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
  if (!asked) return refuse({ field: ask.t('privacy.correction.open-already') });
  return answerDone(ask, ownDataPath, 'privacy.correction.done');
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
