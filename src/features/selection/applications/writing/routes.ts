import { answerDone, answerPage } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { readRawForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import { autosaveHeader, submissionField } from '../../../../web/viewer.ts';
import { inLocale } from '../../../../web/words.ts';
import { appendAudit } from '../../../audit/queries.ts';
import { readUploads } from '../../../records/claim/read.ts';
import { EVIDENCE_ACCEPT, isShownInline } from '../../../records/evidence/rules.ts';
import { fileSize } from '../../../records/show.ts';
import { mustNotBeRecused } from '../../review/queries.ts';
import { saveDraft } from '../acts.ts';
import { deskOf } from '../desk.ts';
import {
  applicationPlace,
  insertAttachments,
  type Seen,
  seenApplication,
  selectAttachments,
  withdrawAttachment,
} from '../queries.ts';
import { type Declaration, FIELD_MAX, mayWrite, readFields, tooLong } from '../rules.ts';
import { declarationFor, frameOf, ownSeen } from '../show.ts';
import { AttachmentsPage, ConflictPage, StatementPage } from './page.tsx';

export const writingRoutes = routeList();
const { get, post } = writingRoutes;

/** The applicant writes: the statement, kept as they type, and papers the growth file does not hold. */

const statementValues = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([id, text]) => [`field.${id}`, text]));

/** What a page was made from, by which a save knows whether somebody else saved meanwhile. */
interface WrittenFrom {
  readonly revision: number;
  readonly tab: string;
}

async function statementPage(
  ask: ActorAsk,
  { application, round }: Seen,
  declaration: Declaration,
  typed: Readonly<Record<string, string>> | null,
  errors: Readonly<Record<string, string>>,
  from: WrittenFrom = { revision: application.revision, tab: newId() },
): Promise<Response> {
  return answerPage(
    ask,
    StatementPage({
      ...frameOf(ask, application, round),
      declaration,
      form: application.form,
      state: { values: statementValues(typed ?? application.form.fields), errors },
      revision: from.revision,
      submission: from.tab,
      savedAt: application.savedAt,
      timeZone: ask.services.config.timeZone,
    }),
    Object.keys(errors).length > 0 ? 422 : 200,
  );
}

get('/applications/:application/statement', may('application.make', applicationPlace), async (ask) => {
  const seen = await ownSeen(ask);
  const { id, state } = seen.application;
  if (!mayWrite(state)) return answerDone(ask, `/applications/${id}`);
  return statementPage(ask, seen, await declarationFor(ask, seen.round), null, {});
});

post('/applications/:application/statement', may('application.make', applicationPlace), async (ask) => {
  const seen = await ownSeen(ask);
  const { application, round } = seen;
  const raw = await readRawForm(ask);
  const declaration = await declarationFor(ask, round);
  const fields = readFields(declaration, raw.values);
  const autosave = ask.c.req.header(autosaveHeader) !== undefined;
  const long = tooLong(declaration, fields);
  const from = {
    revision: Number(raw.values.revision ?? 0),
    tab: raw.values[submissionField] ?? raw.submission,
  };
  if (long.length > 0 && !autosave) return refuseLong(ask, seen, declaration, fields, long, from);
  const saved = await saveDraft(ask.db, application.id, fields, from, ask.now, application);
  if (saved.ok) {
    if (!autosave) return answerDone(ask, `/applications/${application.id}`, 'applications.statement.saved');
    return ask.c.body(null, 204, {
      'x-saved-at': saved.at.toISOString(),
      'x-revision': String(saved.revision),
      // It is kept as it is, and the page says that it cannot be handed in so.
      ...(long.length > 0 ? { 'x-too-long': '1' } : {}),
    });
  }
  if (saved.reason === 'not-a-draft') {
    if (autosave) return ask.c.text(ask.t('applications.obstacle.not-a-draft'), 409);
    return answerDone(ask, `/applications/${application.id}`);
  }
  if (autosave) return ask.c.text(ask.t('applications.conflict'), 409);
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
  seen: Seen,
  declaration: Declaration,
  fields: Readonly<Record<string, string>>,
  long: readonly string[],
  from: WrittenFrom,
) => {
  const errors = declaration.written
    .filter(({ id }) => long.includes(id))
    .map(({ id, names, max = FIELD_MAX }) => {
      const count = [...(fields[id] ?? '')].length;
      const values = { field: inLocale(names, ask.locale), max, count, over: count - max };
      return [`field.${id}`, ask.t('applications.statement.too-long', values)];
    });
  return statementPage(ask, seen, declaration, fields, Object.fromEntries(errors), from);
};

async function attachmentsPage(
  ask: ActorAsk,
  seen: Seen,
  errors: Readonly<Record<string, string>>,
  item: string | null,
) {
  const { application } = seen;
  const desk = await deskOf(ask.db, seen, ask.now);
  const { attachments } = desk;
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
      item,
      submission: newId(),
      sizeOf: fileSize,
      writable: mayWrite(application.state),
    }),
    Object.keys(errors).length > 0 ? 422 : 200,
  );
}

get('/applications/:application/attachments', may('application.make', applicationPlace), async (ask) =>
  attachmentsPage(ask, await ownSeen(ask), {}, null),
);

post('/applications/:application/attachments', may('application.make', applicationPlace), async (ask) => {
  const seen = await ownSeen(ask);
  const { application, round } = seen;
  const raw = await readRawForm(ask);
  const declaration = await declarationFor(ask, round);
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
      await appendAudit(tx, ask.actor, ask.now, {
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
    return attachmentsPage(ask, seen, { evidence: text.join(' ') }, item);
  }
  if (kept.length === 0)
    return attachmentsPage(ask, seen, { evidence: ask.t('applications.attachments.choose') }, item);
  return answerDone(ask, `/applications/${application.id}/attachments`, 'applications.attachments.done');
});

post(
  '/applications/:application/attachments/:attachment/withdraw',
  may('application.make', applicationPlace),
  async (ask) => {
    const { application } = await ownSeen(ask);
    await readRawForm(ask);
    const id = ask.c.req.param('attachment') ?? '';
    if (mayWrite(application.state) && isId(id)) {
      await transaction(ask.db, async (tx) => {
        if (!(await withdrawAttachment(tx, application.id, id, ask.now))) return;
        await appendAudit(tx, ask.actor, ask.now, {
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
    const { application } = await seenApplication(ask);
    await mustNotBeRecused(ask.db, application, ask.actor);
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
        'cache-control': 'no-store, no-transform',
      },
    });
  },
);
