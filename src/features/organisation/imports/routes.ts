import { z } from 'zod';
import { answerDone, answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { civilDate, parseForm, queryNumber, type RawForm, readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../platform/routing.ts';
import { type SheetMark, WORKBOOK, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allowsSomewhere, rootsFor } from '../../identity/rules.ts';
import { selectRankDates } from '../career/queries.ts';
import { walkPeople } from '../people/queries.ts';
import { organisationWords } from '../show.ts';
import { selectUnit, selectUnitsAt } from '../units/queries.ts';
import { employs } from '../units/rules.ts';
import { MapPage } from './map-page.tsx';
import { writeBundle } from './oneroster/write.ts';
import { ImportsPage } from './page.tsx';
import { PreviewPage } from './preview-page.tsx';
import { StoppedPage, WorkingPage } from './progress-page.tsx';
import {
  advanceImport,
  changesPerson,
  countRows,
  type ImportJob,
  type ImportKind,
  insertImport,
  listImports,
  listRows,
  type Mapping,
  selectFaults,
  selectImport,
  selectNames,
  selectOptionalImport,
  selectOptionalMapping,
  upsertMapping,
} from './queries.ts';
import { problemText } from './row-columns.tsx';
import {
  type ColumnMap,
  headerSignature,
  judgeMapping,
  type MappingFault,
  PROBLEMS,
  ROSTER_FIELDS,
  type RosterField,
  VERDICTS,
} from './rules.ts';
import {
  guessMapping,
  guessSheet,
  headersAt,
  inspectSource,
  readRoster,
  type SourceFault,
} from './sources.ts';
import { UploadPage } from './upload-page.tsx';
import { dropUpload, keepUpload, readUpload } from './uploads.ts';
import { rosterJob } from './work.ts';

export const importRoutes = routeList();
const { get, post } = importRoutes;

const PAGE = 50;
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  locale: ask.locale,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});
const idOf = (ask: ActorAsk): string => ask.c.req.param('job') ?? '';

const jobPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('job') ?? '';
  const job = isId(id) ? await selectOptionalImport(ask.db, id) : null;
  return job === null || job.kind === 'records' ? null : { unitPath: job.unitPath };
};

get('/imports', may('roster.import'), async (ask) => {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 1000);
  const roots = rootsFor(ask.actor, 'roster.import').map(({ unitPath }) => unitPath);
  const jobs = await listImports(ask.db, roots, PAGE + 1, (page - 1) * PAGE);
  const past = pastEnd(ask, { page, size: PAGE, shown: jobs.length });
  if (past !== null) return past;
  const kinds: ImportKind[] = [
    'roster',
    'oneroster',
    ...(allowsSomewhere(ask.actor, 'record.import') ? (['records'] as const) : []),
  ];
  return answerPage(
    ask,
    ImportsPage({ ...base(ask), jobs: jobs.slice(0, PAGE), page, more: jobs.length > PAGE, kinds }),
  );
});

// --- Upload --------------------------------------------------------------------------------------------

type RosterKind = 'roster' | 'oneroster';
const uploadPage = (ask: ActorAsk, kind: RosterKind, state: FormState, submission = newId()) =>
  answerPage(
    ask,
    UploadPage({ ...base(ask), kind, units: rootsFor(ask.actor, 'roster.import'), state, submission }),
    state.errors === undefined ? 200 : 422,
  );

get('/imports/new', may('roster.import'), (ask) => {
  const kind = ask.c.req.query('kind');
  if (kind === 'records') return ask.c.redirect('/records/imports/new', 303);
  return uploadPage(ask, kind === 'oneroster' ? 'oneroster' : 'roster', { values: {} });
});

post('/imports/new', may('roster.import'), async (ask) => {
  const raw = await readRawForm(ask);
  const kind: RosterKind = raw.values.kind === 'oneroster' ? 'oneroster' : 'roster';
  const refuse = (errors: Record<string, string>) =>
    uploadPage(ask, kind, { values: raw.values, errors }, raw.submission);
  const unit = rootsFor(ask.actor, 'roster.import').find(({ unitId }) => unitId === raw.values.unit);
  if (unit === undefined) return refuse({ unit: ask.t('organisation.imports.into.needed') });
  const [file] = raw.files.file ?? [];
  if (file === undefined) return refuse({ file: ask.t('organisation.imports.file.needed') });
  const bytes = new Uint8Array(await file.arrayBuffer());
  const source = await inspectSource(kind, bytes, file.name);
  if (!source.ok) return refuse({ file: faultText(ask, source) });
  await keepUpload(ask.services, raw.submission, bytes, source.table);
  await insertImport(ask.db, {
    id: raw.submission,
    kind,
    unitId: unit.unitId,
    unitPath: unit.unitPath,
    fileName: file.name.slice(0, 200),
    fileSha256: source.sha256,
    createdBy: ask.actor.personId,
    createdAt: ask.now,
    outline: source.outline,
  });
  return answerDone(ask, `/imports/${raw.submission}`);
});

function faultText(ask: ActorAsk, fault: SourceFault): string {
  const { t } = ask;
  switch (fault.reason) {
    case 'too-large':
    case 'zip-bomb':
      return t(`organisation.source.${fault.reason}`, { limit: Math.round(fault.limit / 1024 / 1024) });
    case 'too-many-rows':
    case 'too-many-columns':
      return t(`organisation.source.${fault.reason}`, { limit: fault.limit });
    case 'not-a-spreadsheet':
      return t('organisation.source.not-a-spreadsheet', {
        found: t(`organisation.source.found.${fault.found}`),
      });
    case 'wrong-version':
      return t('organisation.source.wrong-version', { found: fault.found });
    case 'file-missing':
    case 'file-damaged':
      return t(`organisation.source.${fault.reason}`, { file: fault.file });
    case 'column-missing':
      return t('organisation.source.column-missing', { file: fault.file, column: fault.column });
    default:
      return t(`organisation.source.${fault.reason}`);
  }
}

// --- OneRoster out -------------------------------------------------------------------------------------

/** Everything at and below the first unit the person imports for, as a OneRoster 1.2 CSV bundle. */
get('/imports/oneroster.zip', may('roster.import'), async (ask) => {
  const roots = rootsFor(ask.actor, 'roster.import');
  const root = roots.find(({ unitId }) => unitId === ask.c.req.query('unit')) ?? roots[0];
  if (root === undefined) throw new HttpError(403, 'error.not-allowed');
  const units = (await selectUnitsAt(ask.db, root.unitPath)).filter(({ endsOn }) => endsOn === null);
  const people = [];
  for await (const page of walkPeople(ask.db, [root.unitPath], {})) {
    const dates = await selectRankDates(
      ask.db,
      page.map(({ id }) => id),
    );
    people.push(
      ...page.map((person) => ({
        ...person,
        rankSince: dates.get(person.id)?.rankSince ?? null,
        joinedOn: dates.get(person.id)?.joinedOn ?? null,
      })),
    );
  }
  const bundle = await writeBundle({ units, people });
  await transaction(ask.db, (tx) =>
    appendAudit(tx, ask.actor, ask.now, {
      action: 'people.exported',
      subjectType: 'people',
      subjectId: null,
      unitPath: root.unitPath,
      after: { format: 'oneroster', people: people.length },
    }),
  );
  return ask.c.body(new Uint8Array(bundle), 200, {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="oneroster-${ask.today}.zip"`,
  });
});

// --- One import, as far as it has come -----------------------------------------------------------------

get('/imports/:job', may('roster.import', jobPlace), async (ask) => {
  const job = await selectImport(ask.db, idOf(ask));
  const wantsMap =
    ask.c.req.query('map') !== undefined && (job.state === 'previewed' || job.state === 'failed');
  if (job.state === 'uploaded' || job.state === 'mapped' || wantsMap)
    return mapPage(ask, job, { values: {} });
  if (job.state === 'previewing' || job.state === 'confirming') {
    ask.c.header('Refresh', '2');
    return answerPage(ask, WorkingPage({ ...base(ask), job }));
  }
  if (job.state === 'failed' || job.state === 'abandoned')
    return answerPage(ask, StoppedPage({ ...base(ask), job, submission: newId() }));
  return previewPage(ask, job, { values: {} });
});

async function mapPage(ask: ActorAsk, job: ImportJob, state: FormState): Promise<Response> {
  const guessed = guessSheet(job.summary.outline);
  const askedSheet = String(state.values.sheet ?? ask.c.req.query('sheet') ?? job.mapping?.sheet ?? '');
  const sheet = job.summary.outline.find(({ name }) => name === askedSheet) ?? guessed?.sheet ?? null;
  const ownGuess = sheet === null ? null : guessSheet([sheet]);
  const headerRow = Number(state.values.headerRow ?? ask.c.req.query('header') ?? ownGuess?.headerRow ?? 1);
  const headers = sheet === null ? [] : headersAt(sheet, headerRow);
  const known =
    sheet === null
      ? null
      : await selectOptionalMapping(ask.db, job.unitPath, job.kind, headerSignature(headers));
  const draft =
    sheet === null ? { sheet: '', headerRow: 1, columns: {} } : guessMapping(sheet, headerRow, known);
  return answerPage(
    ask,
    MapPage({
      ...base(ask),
      job,
      sheet,
      draft,
      remembered: known !== null,
      state,
      today: ask.today,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const mapForm = z.object({
  sheet: z.string().max(200).default(''),
  headerRow: z.coerce.number().int().min(1).max(1_000_000).catch(1),
  asOf: civilDate('organisation.date.needed'),
  createUnits: z.string().optional(),
});

function chosenColumns(raw: RawForm): ColumnMap {
  const columns: Partial<Record<RosterField, number>> = {};
  for (const field of ROSTER_FIELDS) {
    const value = raw.values[`column-${field}`] ?? '';
    if (/^\d{1,3}$/.test(value)) columns[field] = Number(value);
  }
  return columns;
}

const FAULT_FIELDS: Readonly<Record<MappingFault, string>> = {
  'name-unmapped': 'column-name',
  'identity-unmapped': 'column-staffNumber',
  'unit-unmapped': 'column-school',
  'column-twice': '',
};

post('/imports/:job/map', may('roster.import', jobPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const job = await selectImport(ask.db, idOf(ask));
  const form = parseForm(ask, raw, mapForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    mapPage(ask, job, { values: raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { sheet, headerRow, asOf, createUnits } = form.data;
  if (asOf > ask.today) return refuse({ asOf: ask.t('organisation.date.future') });
  const columns = job.kind === 'oneroster' ? {} : chosenColumns(raw);
  if (job.kind === 'roster') {
    const unit = await selectUnit(ask.db, job.unitId);
    const faults = judgeMapping(columns, employs(unit.level) && unit.level !== 'city');
    if (faults.length > 0)
      return refuse(
        Object.fromEntries(
          faults.map((fault) => [FAULT_FIELDS[fault], ask.t(`organisation.mapping.${fault}`)]),
        ),
      );
  }
  const mapping: Mapping = {
    sheet,
    headerRow,
    columns,
    asOf,
    createUnits: createUnits !== undefined,
    by: ask.actor.personId,
  };
  const outline = job.summary.outline.find(({ name }) => name === sheet);
  if (outline) {
    const signature = headerSignature(headersAt(outline, headerRow));
    await upsertMapping(ask.db, { unitId: job.unitId, kind: job.kind, signature, columns, at: ask.now });
  }
  const started = await advanceImport(
    ask.db,
    job.id,
    ['uploaded', 'mapped', 'previewed', 'failed'],
    'previewing',
    { mapping, progress: 0, failure: null },
  );
  if (started) await ask.services.jobs.ask(rosterJob.name, job.id);
  return answerDone(ask, `/imports/${job.id}`);
});

async function previewPage(ask: ActorAsk, job: ImportJob, state: FormState): Promise<Response> {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const verdict = VERDICTS.find((one) => one === ask.c.req.query('verdict')) ?? null;
  const problem = PROBLEMS.find((one) => one === ask.c.req.query('problem')) ?? null;
  const preview = job.summary.preview;
  const filter = { verdict, problem };
  const rows = await listRows(ask.db, job.id, filter, { limit: PAGE, offset: (page - 1) * PAGE });
  const matching =
    problem !== null
      ? await countRows(ask.db, job.id, filter)
      : verdict === null
        ? (preview?.total ?? 0)
        : (preview?.counts[verdict] ?? 0);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length, total: matching });
  if (past !== null) return past;
  const ids = rows.flatMap((row) => [
    ...(row.personId === null ? [] : [row.personId]),
    ...(row.cells.suspects ?? []).map(({ personId }) => personId),
  ]);
  return answerPage(
    ask,
    PreviewPage({
      ...base(ask),
      job,
      rows,
      matching,
      page,
      size: PAGE,
      verdict,
      names: await selectNames(ask.db, ids),
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** The sheet as it came, every faulty cell coloured and its fault said beside it. Identity numbers are masked. */
get('/imports/:job/marked.xlsx', may('roster.import', jobPlace), async (ask) => {
  const job = await selectImport(ask.db, idOf(ask));
  const bytes = await readUpload(ask.services, job.id);
  const { mapping, summary } = job;
  if (bytes === null || mapping === null || summary.preview === undefined || job.kind !== 'roster')
    throw new HttpError(410, 'organisation.imports.file-gone');
  const table = await readRoster(bytes, job.fileName);
  const sheet = table.ok ? table.sheets.find(({ name }) => name === mapping.sheet) : undefined;
  if (sheet === undefined) throw new HttpError(410, 'organisation.imports.file-gone');
  const faults = await selectFaults(ask.db, job.id);
  const { headers } = summary.preview;
  const body = sheet.rows.filter(({ number }) => number > mapping.headerRow);
  const secret = mapping.columns.idNumber;
  const marks: SheetMark[] = body.flatMap((row, at) =>
    (faults.get(row.number) ?? []).map((problem) => {
      const column = problem.field === null ? undefined : mapping.columns[problem.field];
      return {
        row: at,
        ...(column === undefined ? {} : { column }),
        note: problemText(problem, job, headers, ask.t),
      };
    }),
  );
  const workbook = await writeWorkbook([
    {
      name: sheet.name,
      columns: headers.map((header) => ({ header })),
      rows: body.map((row) =>
        headers.map((_, index) => (index === secret ? '' : (row.cells[index]?.text ?? ''))),
      ),
      marks,
      notesHeader: ask.t('organisation.imports.marked.notes'),
    },
  ]);
  return ask.c.body(new Uint8Array(workbook), 200, {
    'content-type': WORKBOOK,
    'content-disposition': `attachment; filename="import-${ask.today}.xlsx"`,
  });
});

// --- Confirming and giving up --------------------------------------------------------------------------

const confirmForm = z.object({
  suspects: z.enum(['add', 'skip']).catch('skip'),
  skipFaulty: z.string().optional(),
});

post('/imports/:job/confirm', may('roster.import', jobPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const job = await selectImport(ask.db, idOf(ask));
  if (job.state !== 'previewed' || job.summary.preview === undefined)
    return answerDone(ask, `/imports/${job.id}`);
  const { suspects, skipFaulty } = confirmForm.parse(raw.values);
  if (job.summary.preview.counts.faulty > 0 && skipFaulty === undefined) {
    return previewPage(ask, job, {
      values: raw.values,
      errors: { skipFaulty: ask.t('organisation.imports.confirm.skip.needed') },
    });
  }
  // Previewed by a colleague: nobody confirms what changes themselves.
  if (await changesPerson(ask.db, job.id, ask.actor.personId)) {
    return previewPage(ask, job, {
      values: raw.values,
      errors: { '': ask.t('organisation.imports.confirm.own') },
    });
  }
  const summary = { ...job.summary, confirmed: { suspects, by: ask.actor.personId } };
  const started = await advanceImport(ask.db, job.id, ['previewed'], 'confirming', { summary, progress: 0 });
  if (started) await ask.services.jobs.ask(rosterJob.name, job.id);
  return answerDone(ask, `/imports/${job.id}`);
});

post('/imports/:job/abandon', may('roster.import', jobPlace), async (ask) => {
  await readRawForm(ask);
  if (
    await advanceImport(ask.db, idOf(ask), ['uploaded', 'mapped', 'previewed', 'failed'], 'abandoned', {
      finishedAt: ask.now,
    })
  ) {
    await dropUpload(ask.services, idOf(ask));
  }
  return answerDone(ask, '/imports', 'organisation.done.import-abandoned');
});
