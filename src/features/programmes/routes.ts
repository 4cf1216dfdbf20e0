import { z } from 'zod';
import { explainProgramme } from '../../language/explain.ts';
import type { Problem } from '../../language/problem.ts';
import { answerDone, answerPage, pageProps, pastEnd } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { civilDate, needed, queryNumber, type RawForm, readForm, readRawForm } from '../../platform/forms.ts';
import { newId } from '../../platform/ids.ts';
import { pathsOver } from '../../platform/paths.ts';
import { type ActorAsk, may, routeList, signedIn } from '../../platform/routing.ts';
import type { FormState } from '../../web/ui/form.tsx';
import { appendAudit } from '../audit/queries.ts';
import { allows, allowsSomewhere, rootsFor } from '../identity/rules.ts';
import { checkFile, digestOf, programmeOf, type ReadyProgramme } from './compiled.ts';
import { sayingFormer } from './numbers/former.ts';
import { selectOptionalInForce } from './numbers/queries.ts';
import { misfitOf } from './numbers/rules.ts';
import { sayMisfits } from './numbers/say.ts';
import { openableVersions } from './openable.ts';
import { ProgrammePage, ProgrammesPage, UploadPage } from './page.tsx';
import {
  insertVersion,
  listVersions,
  listVersionsOf,
  type ProgrammeTables,
  publishVersion,
  retireVersion,
  selectVersion,
  type VersionRow,
  versionPlace,
} from './queries.ts';
import { nameTables, programmeName } from './rules.ts';
import { mustSee } from './seen.ts';
import { adoptPublishedTerms, collidingTerm } from './terms.ts';

export const programmeRoutes = routeList();

const PAGE = 50;

programmeRoutes.get('/programmes', signedIn, async (ask) => {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 1000);
  const scope = {
    above: ask.actor.unitPath === null ? [] : pathsOver(ask.actor.unitPath),
    roots: rootsFor(ask.actor, 'programme.see').map(({ unitPath }) => unitPath),
  };
  const above = [...scope.above, ...scope.roots.flatMap(pathsOver)];
  const rows = await listVersions(
    ask.db,
    { ...scope, above },
    { limit: PAGE + 1, offset: (page - 1) * PAGE },
  );
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length });
  if (past !== null) return past;
  return answerPage(
    ask,
    ProgrammesPage({
      frame: pageProps(ask),
      versions: rows.slice(0, PAGE),
      page,
      size: PAGE,
      more: rows.length > PAGE,
      mayUpload: allowsSomewhere(ask.actor, 'programme.publish'),
    }),
  );
});

/** The units in whose name the person may keep a programme. */
const unitsOf = (ask: ActorAsk) =>
  rootsFor(ask.actor, 'programme.publish').map(({ unitId, unitName, unitPath }) => ({
    id: unitId,
    name: unitName,
    path: unitPath,
  }));

const uploadPage = (
  ask: ActorAsk,
  state: FormState,
  problems: readonly Problem[] = [],
  submission = newId(),
) =>
  answerPage(
    ask,
    UploadPage({ frame: pageProps(ask), units: unitsOf(ask), state, submission, problems }),
    state.errors === undefined ? 200 : 422,
  );

programmeRoutes.get('/programmes/new', may('programme.publish'), (ask) => uploadPage(ask, { values: {} }));

programmeRoutes.post('/programmes/new', may('programme.publish'), async (ask) => {
  const raw = await readRawForm(ask);
  const refuse = (errors: Record<string, string>, problems: readonly Problem[] = []) =>
    uploadPage(ask, { values: raw.values, errors }, problems, raw.submission);
  const unit = unitsOf(ask).find(({ id }) => id === raw.values.unit);
  if (unit === undefined) return refuse({ unit: ask.t('programmes.upload.unit.needed') });
  const upload = await readUpload(ask, raw);
  if (!upload.ok) return refuse(upload.errors);
  const loaded = checkFile(upload.source, upload.tables, upload.name);
  if (!loaded.ok) {
    return refuse(
      { '': ask.t('programmes.upload.faulty', { count: loaded.problems.length }) },
      loaded.problems,
    );
  }
  const { programme } = loaded;
  if (ESCAPED_NO_TEXT.test(JSON.stringify(programme)))
    return refuse({ file: ask.t('programmes.upload.not-text') });
  const verdict = await transaction(ask.db, async (tx) => {
    const kept = await insertVersion(tx, {
      id: raw.submission,
      programme: programme.programme,
      unitId: unit.id,
      unitPath: unit.path,
      version: programme.version,
      names: programme.names,
      source: upload.source,
      tables: upload.tables,
      digest: digestOf(upload.source, upload.tables),
      createdBy: ask.actor.personId,
      createdAt: ask.now,
    });
    if (kept.verdict === 'kept') {
      await appendAudit(tx, ask.actor, ask.now, {
        action: 'programme.uploaded',
        subjectType: 'programme-version',
        subjectId: raw.submission,
        unitPath: unit.path,
        after: { programme: programme.programme, version: programme.version },
      });
    }
    return kept;
  });
  if (verdict.verdict === 'version-taken') {
    return refuse({ file: ask.t('programmes.upload.version-taken', { version: programme.version }) });
  }
  return answerDone(
    ask,
    `/programmes/${verdict.id}`,
    verdict.verdict === 'kept' ? 'programmes.done.saved' : 'programmes.done.same',
  );
});

type Upload =
  | { readonly ok: true; readonly name: string; readonly source: string; readonly tables: ProgrammeTables }
  | { readonly ok: false; readonly errors: Record<string, string> };

async function readUpload(ask: ActorAsk, raw: RawForm): Promise<Upload> {
  const [file] = raw.files.file ?? [];
  if (file === undefined || file.size === 0)
    return { ok: false, errors: { file: ask.t('programmes.upload.needed') } };
  const source = await textOf(file);
  if (source === null) return { ok: false, errors: { file: ask.t('programmes.upload.not-text') } };
  const texts: Record<string, string> = {};
  for (const table of raw.files.tables ?? []) {
    if (table.size === 0) continue;
    const text = await textOf(table);
    if (text === null)
      return {
        ok: false,
        errors: { tables: ask.t('programmes.upload.table-not-text', { name: table.name }) },
      };
    texts[table.name] = text;
  }
  return { ok: true, name: file.name, source, tables: nameTables(source, texts) };
}

/** A NUL or half a surrogate pair, written as an escape in the file: PostgreSQL keeps neither. */
const ESCAPED_NO_TEXT = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;
const MOST_BYTES = 1_000_000;
/** Text of an uploaded file, UTF-8 or GB 18030; null when it is none. */
async function textOf(file: File): Promise<string | null> {
  if (file.size > MOST_BYTES) throw new HttpError(413, 'error.too-large');
  const bytes = await file.arrayBuffer();
  if (new Uint8Array(bytes).includes(0)) return null;
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
    } catch {
      // Not in this encoding: try the next.
    }
  }
  return null;
}

async function versionPage(ask: ActorAsk, id: string, state: FormState = { values: {} }) {
  const version = await selectVersion(ask.db, id);
  mustSee(ask, version);
  const opens = version.state === 'published' && allowsSomewhere(ask.actor, 'round.open');
  const [ready, all, openable] = await Promise.all([
    programmeOf(ask.db, id),
    listVersionsOf(ask.db, version.programmeId),
    opens ? openableVersions(ask, { id }, 1) : [],
  ]);
  const { programme, vocabulary, warnings } = ready;
  const place = { unitPath: version.unitPath };
  const official = ask.actor.assignments.length > 0;
  const { document } = programme;
  const origin = [
    { label: ask.t('programmes.origin.number'), value: document?.number },
    { label: ask.t('programmes.origin.issuer'), value: document?.issuer?.[ask.locale] },
    { label: ask.t('programmes.origin.date'), value: document?.date },
    { label: ask.t('programmes.origin.source'), value: document?.source },
  ].flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }]));
  const mayPublish = allows(ask.actor, 'programme.publish', place);
  return answerPage(
    ask,
    ProgrammePage({
      frame: pageProps(ask),
      version,
      policy: explainProgramme(programme, vocabulary, ask.locale),
      origin,
      warnings: official ? warnings : [],
      numbers: programme.parameters !== undefined,
      misfits: version.state === 'draft' ? await notCarriedOver(ask, version, ready) : [],
      versions: mayPublish ? all : all.filter((row) => row.state !== 'draft' || row.id === id),
      mayPublish,
      mayOpen: openable.length > 0,
      submission: newId(),
      state: { ...state, values: { effective: ask.today, ...state.values } },
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** What was set locally and would not be used any more if this draft were published, a line each. */
async function notCarriedOver(ask: ActorAsk, { programmeId }: VersionRow, ready: ReadyProgramme) {
  const set = await selectOptionalInForce(ask.db, programmeId, ask.today);
  if (set === null) return [];
  const { programme, vocabulary } = ready;
  const weighed = set.numbers.map((one) => ({ ...one, misfit: misfitOf(ready, set.authority, one) }));
  const speaking = { programme, vocabulary, locale: ask.locale, t: ask.t };
  return sayMisfits(await sayingFormer(ask.db, speaking, programmeId, weighed), weighed);
}

programmeRoutes.get('/programmes/:version', may('programme.see', versionPlace), (ask) =>
  versionPage(ask, ask.c.req.param('version') ?? ''),
);

programmeRoutes.get(
  '/programmes/:version/programme.yaml',
  may('programme.see', versionPlace),
  async (ask) => {
    const version = await selectVersion(ask.db, ask.c.req.param('version') ?? '');
    mustSee(ask, version);
    return ask.c.body(version.source, 200, {
      'content-type': 'text/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="${programmeName(version.programmeId)}-${version.version}.yaml"`,
    });
  },
);

const publishForm = z.object({ effective: civilDate('programmes.publish.effective.needed') });

programmeRoutes.post('/programmes/:version/publish', may('programme.publish', versionPlace), async (ask) => {
  const id = ask.c.req.param('version') ?? '';
  const form = await readForm(ask, publishForm);
  if (!form.ok) return versionPage(ask, id, { values: form.raw.values, errors: form.errors });
  const { effective } = form.data;
  if ((await collidingTerm(ask.db, (await programmeOf(ask.db, id)).programme)) !== null) {
    return versionPage(ask, id, {
      values: form.raw.values,
      errors: { '': ask.t('programmes.publish.term-collides') },
    });
  }
  const published = await transaction(ask.db, async (tx) => {
    if (!(await publishVersion(tx, id, ask.actor.personId, ask.now, effective))) return false;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'programme.published',
      subjectType: 'programme-version',
      subjectId: id,
      unitPath: ask.place?.unitPath ?? null,
      after: { effectiveOn: effective },
    });
    return true;
  });
  if (!published)
    return versionPage(ask, id, {
      values: form.raw.values,
      errors: { '': ask.t('programmes.publish.not-draft') },
    });
  await adoptPublishedTerms(ask.db);
  return answerDone(ask, `/programmes/${id}`, 'programmes.done.published');
});

const retireForm = z.object({ reason: needed('programmes.retire.reason.needed', 500) });

programmeRoutes.post('/programmes/:version/retire', may('programme.publish', versionPlace), async (ask) => {
  const id = ask.c.req.param('version') ?? '';
  const form = await readForm(ask, retireForm);
  if (!form.ok) return versionPage(ask, id, { values: form.raw.values, errors: form.errors });
  await transaction(ask.db, async (tx) => {
    if (!(await retireVersion(tx, id))) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'programme.retired',
      subjectType: 'programme-version',
      subjectId: id,
      unitPath: ask.place?.unitPath ?? null,
      reason: form.data.reason,
    });
  });
  return answerDone(ask, `/programmes/${id}`, 'programmes.done.retired');
});
