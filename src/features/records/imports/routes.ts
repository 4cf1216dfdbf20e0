import { answerDone, answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { queryNumber, readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../platform/routing.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import type { Table } from '../../../platform/spreadsheet/types.ts';
import { WORKBOOK, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows, rootsFor } from '../../identity/rules.ts';
import { plainFileName } from '../evidence/rules.ts';
import { factTypes } from '../facts/rules.ts';
import { claimForm } from '../rules.ts';
import { recordWords } from '../show.ts';
import { applyImport } from './apply.ts';
import { faultsWorkbook } from './faults.ts';
import { ImportsPage, MapPage, ResultPage, UploadPage } from './page.tsx';
import { headersOf, previewRecords, sheetOf } from './preview.ts';
import { PreviewPage } from './preview-page.tsx';
import {
  insertImport,
  listImports,
  listRows,
  lockImport,
  type RecordsImport,
  rememberMapping,
  replaceRows,
  type StagedRow,
  type Summary,
  selectOptionalImport,
  selectOptionalMapping,
  updateImport,
  VERDICTS,
  type Verdict,
} from './queries.ts';
import {
  type Columns,
  findHeaderRow,
  guessColumns,
  headerSignature,
  judgeMapping,
  TARGETS,
  type Target,
  TITLE_TYPE,
} from './rules.ts';

export const importRoutes = routeList();
const { get, post } = importRoutes;

const PAGE_SIZE = 100;
const ROWS_MOST = 20_000;
const HEADER_WITHIN = 20;
type ReadableTable = Extract<Table, { ok: true }>;

const importPlace: FindPlace = async ({ c, db }) => {
  const id = c.req.param('job') ?? '';
  const job = isId(id) ? await selectOptionalImport(db, id) : null;
  return job && { unitPath: job.unitPath };
};

get('/records/imports', may('record.import'), async (ask) => {
  const roots = rootsFor(ask.actor, 'record.import').map(({ unitPath }) => unitPath);
  return answerPage(
    ask,
    ImportsPage({ page: pageProps(ask), t: ask.t, imports: await listImports(ask.db, roots, PAGE_SIZE) }),
  );
});

get('/records/imports/new', may('record.import'), (ask) => showUpload(ask, { values: {} }));

post('/records/imports/new', may('record.import'), async (ask) => {
  const raw = await readRawForm(ask);
  const units = rootsFor(ask.actor, 'record.import');
  const unit =
    units.find(({ unitId }) => unitId === raw.values.unit) ?? (units.length === 1 ? units[0] : undefined);
  const fault = (field: string, message: string) =>
    showUpload(ask, { values: raw.values, errors: { [field]: message } });
  if (unit === undefined) return fault('unit', ask.t('records.imports.choose-unit'));
  const file = raw.files.file?.[0];
  if (file === undefined) return fault('file', ask.t('records.imports.choose-file'));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const table = await readTable(bytes, { limits: { rows: ROWS_MOST }, fileName: file.name });
  if (!table.ok)
    return fault(
      'file',
      ask.t(`records.imports.refused.${table.reason}`, { file: plainFileName(file.name) }),
    );
  if (findSheet(table) === null) return fault('file', ask.t('records.imports.no-header'));
  const id = raw.submission;
  const sha256 = await ask.services.files.put(bytes);
  await insertImport(ask.db, {
    id,
    unitId: unit.unitId,
    unitPath: unit.unitPath,
    fileName: plainFileName(file.name),
    sha256,
    createdBy: ask.actor.personId,
    at: ask.now,
  });
  return answerDone(ask, `/records/imports/${id}`);
});

/** A table of one fact for many people, empty but for its headers: what the import reads back. */
get('/records/imports/template', may('record.import'), async (ask) => {
  const type = ask.c.req.query('type') ?? '';
  const form = factTypes(vocabulary()).includes(type) ? claimForm(vocabulary(), type) : null;
  if (form === null) throw new HttpError(404, 'error.not-found');
  const words = recordWords(vocabulary(), ask.locale, ask.t);
  const columns = [
    { header: ask.t('records.staff-number') },
    { header: ask.t('records.owner') },
    { header: ask.t('records.unit') },
    { header: ask.t('records.type') },
    { header: ask.t('records.facts.since'), kind: 'date' as const },
    ...form.fields.map(({ name }) => ({ header: words.field(type, name) })),
  ];
  const rows = [['', '', '', words.type(type), null, ...form.fields.map(() => '')]];
  const bytes = await writeWorkbook([{ name: words.type(type).slice(0, 30), columns, rows }]);
  const name = encodeURIComponent(`${words.type(type)}.xlsx`);
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': WORKBOOK,
      'content-disposition': `attachment; filename="facts.xlsx"; filename*=UTF-8''${name}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
});

get('/records/imports/:job', may('record.import', importPlace), async (ask) => {
  const job = await selectImport(ask);
  if (job.state === 'uploaded') return showMapping(ask, job, { values: {} });
  if (job.state === 'previewed') return showPreview(ask, job);
  return answerPage(ask, ResultPage({ page: pageProps(ask), t: ask.t, job }));
});

/** The columns again, of an import that is not done yet. */
get('/records/imports/:job/columns', may('record.import', importPlace), async (ask) => {
  const job = await selectImport(ask);
  if (job.state !== 'uploaded' && job.state !== 'previewed')
    return answerDone(ask, `/records/imports/${job.id}`);
  return showMapping(ask, job, { values: {} });
});

post('/records/imports/:job/columns', may('record.import', importPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const job = await selectImport(ask);
  const table = await readJobTable(ask, job);
  const found = findSheet(table);
  if (found === null) throw new HttpError(422, 'records.imports.no-header');
  const columns = readColumns(raw.values);
  const { oneType: given } = raw.values;
  const type = given && (given === TITLE_TYPE || Object.hasOwn(vocabulary().records, given)) ? given : null;
  const { records } = vocabulary();
  const faults = judgeMapping(columns, type, type === null || records[type]?.attribute === undefined);
  if (faults.length > 0) {
    const errors = { '': faults.map((one) => ask.t(`records.imports.mapping.${one}`)).join(' ') };
    return showMapping(ask, job, { values: raw.values, errors });
  }
  const mapping = { ...found, columns, type };
  const rows = await previewRecords(ask.db, {
    table,
    mapping,
    unitPath: job.unitPath,
    office: { level: job.unitLevel, personId: ask.actor.personId },
    vocabulary: vocabulary(),
    today: ask.today,
  });
  await transaction(ask.db, async (tx) => {
    const { state } = await lockImport(tx, job.id);
    if (state !== 'uploaded' && state !== 'previewed')
      throw new HttpError(409, 'records.imports.already-done');
    await replaceRows(tx, job.id, rows);
    await updateImport(tx, job.id, { state: 'previewed', mapping, summary: { counts: countOf(rows) } });
    await rememberMapping(tx, job.unitId, signatureOf(table, found), mapping, ask.now);
  });
  return answerDone(ask, `/records/imports/${job.id}`);
});

/** The sheet as it came, with every faulty cell marked. */
get('/records/imports/:job/faults.xlsx', may('record.import', importPlace), async (ask) => {
  const job = await selectImport(ask);
  const { mapping } = job;
  if (mapping === null) throw new HttpError(404, 'error.not-found');
  const table = await readJobTable(ask, job);
  const faulty = await listRows(ask.db, job.id, 'faulty', { limit: ROWS_MOST, offset: 0 });
  const bytes = await faultsWorkbook(faulty, mapping, table, ask);
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': WORKBOOK,
      'content-disposition': 'attachment; filename="faults.xlsx"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
});

post('/records/imports/:job/confirm', may('record.import', importPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const job = await selectImport(ask);
  const confirmed = raw.values.confirmed === '1' && mayConfirm(ask, job);
  await transaction(ask.db, async (tx) => {
    // Twice the same click: the second finds it done.
    if ((await lockImport(tx, job.id)).state !== 'previewed') return;
    const rows = await listRows(tx, job.id, 'new', { limit: ROWS_MOST, offset: 0 });
    const added = await applyImport(tx, ask, job, rows, confirmed);
    const summary: Summary = { counts: job.summary?.counts ?? countOf([]), added: { ...added, confirmed } };
    await updateImport(tx, job.id, { state: 'done', summary, finishedAt: ask.now });
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'record.import',
      subjectType: 'import',
      subjectId: job.id,
      unitPath: job.unitPath,
      after: { file: job.fileName, ...added, confirmed },
    });
  });
  return answerDone(ask, `/records/imports/${job.id}`);
});

post('/records/imports/:job/abandon', may('record.import', importPlace), async (ask) => {
  await readRawForm(ask);
  const job = await selectImport(ask);
  await transaction(ask.db, async (tx) => {
    const { state } = await lockImport(tx, job.id);
    if (state === 'uploaded' || state === 'previewed') {
      await updateImport(tx, job.id, { state: 'abandoned', finishedAt: ask.now });
    }
  });
  return answerDone(ask, '/records/imports', 'records.imports.abandoned');
});

/** Only the school's own office has seen the evidence. */
const mayConfirm = (ask: ActorAsk, job: RecordsImport): boolean =>
  allows(ask.actor, 'record.confirm', { unitPath: job.unitPath });

async function selectImport(ask: ActorAsk): Promise<RecordsImport> {
  const job = await selectOptionalImport(ask.db, ask.c.req.param('job') ?? '');
  if (job === null) throw new HttpError(404, 'error.not-found');
  return job;
}

async function readJobTable(ask: ActorAsk, job: RecordsImport): Promise<ReadableTable> {
  const bytes = await ask.services.files.get(job.fileSha256);
  const table = bytes && (await readTable(bytes, { limits: { rows: ROWS_MOST }, fileName: job.fileName }));
  if (!table?.ok) throw new HttpError(410, 'records.imports.file-gone');
  return table;
}

/** The first sheet in sight that has a row of known headers. */
function findSheet(table: ReadableTable): { sheet: string; headerRow: number } | null {
  for (const sheet of table.sheets.filter(({ hidden }) => !hidden)) {
    const rows = sheet.rows.slice(0, HEADER_WITHIN);
    const at = findHeaderRow(rows.map(({ cells }) => cells.map(({ text }) => text)));
    const row = at === null ? undefined : rows[at];
    if (row !== undefined) return { sheet: sheet.name, headerRow: row.number };
  }
  return null;
}

function signatureOf(table: ReadableTable, found: { sheet: string; headerRow: number }): string {
  const sheet = sheetOf(table, found.sheet);
  return headerSignature(sheet === undefined ? [] : headersOf(sheet, found.headerRow));
}

function readColumns(values: Readonly<Record<string, string>>): Columns {
  const columns: Partial<Record<Target, number>> = {};
  for (const target of TARGETS) {
    const given = values[target] ?? '';
    if (/^\d{1,3}$/.test(given)) columns[target] = Number(given);
  }
  return columns;
}

function countOf(rows: readonly StagedRow[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = { new: 0, unchanged: 0, suspect: 0, faulty: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

function showUpload(ask: ActorAsk, state: FormState): Response {
  const units = rootsFor(ask.actor, 'record.import');
  const page = UploadPage({
    page: pageProps(ask),
    t: ask.t,
    state,
    units,
    submission: newId(),
    rowsMost: ROWS_MOST,
    words: recordWords(vocabulary(), ask.locale, ask.t),
    facts: factTypes(vocabulary()),
  });
  return answerPage(ask, page, state.errors === undefined ? 200 : 422);
}

async function showMapping(ask: ActorAsk, job: RecordsImport, state: FormState): Promise<Response> {
  const table = await readJobTable(ask, job);
  const found = findSheet(table);
  const sheet = found === null ? undefined : sheetOf(table, found.sheet);
  if (found === null || sheet === undefined) throw new HttpError(422, 'records.imports.no-header');
  const headers = headersOf(sheet, found.headerRow);
  const chosen = job.mapping ?? (await selectOptionalMapping(ask.db, job.unitId, headerSignature(headers)));
  const columns = chosen?.columns ?? guessColumns(headers);
  const guessed = Object.fromEntries(TARGETS.map((target) => [target, columns[target]?.toString() ?? '']));
  const body = sheet.rows.filter(({ number }) => number > found.headerRow);
  const page = MapPage({
    page: pageProps(ask),
    t: ask.t,
    words: recordWords(vocabulary(), ask.locale, ask.t),
    types: Object.keys(vocabulary().records),
    job,
    headers,
    sample: body.slice(0, 3).map(({ cells }) => headers.map((_, at) => cells[at]?.text ?? '')),
    rows: body.length,
    state: { ...state, values: { ...guessed, oneType: chosen?.type ?? '', ...state.values } },
  });
  return answerPage(ask, page, state.errors === undefined ? 200 : 422);
}

async function showPreview(ask: ActorAsk, job: RecordsImport): Promise<Response> {
  const number = queryNumber(ask.c.req.query('page'), 1, 1, ROWS_MOST);
  const verdict = VERDICTS.find((one) => one === ask.c.req.query('verdict')) ?? null;
  const counts = job.summary?.counts ?? countOf([]);
  const total = verdict === null ? VERDICTS.reduce((sum, one) => sum + counts[one], 0) : counts[verdict];
  const rows = await listRows(ask.db, job.id, verdict, {
    limit: PAGE_SIZE,
    offset: (number - 1) * PAGE_SIZE,
  });
  const past = pastEnd(ask, { page: number, size: PAGE_SIZE, shown: rows.length, total });
  if (past !== null) return past;
  const page = PreviewPage({
    page: pageProps(ask),
    t: ask.t,
    words: recordWords(vocabulary(), ask.locale, ask.t),
    job,
    counts,
    verdict,
    rows,
    paging: { page: number, size: PAGE_SIZE, total },
    mayConfirm: mayConfirm(ask, job),
  });
  return answerPage(ask, page);
}
