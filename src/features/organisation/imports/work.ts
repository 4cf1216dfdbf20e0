import { civilDateOf } from '../../../platform/civil-now.ts';
import { transaction } from '../../../platform/database.ts';
import { type JobKind, Stopped, throwIfStopped } from '../../../platform/jobs/kinds.ts';
import { passes } from '../../../platform/jobs/passing.ts';
import type { AtWork } from '../../../platform/services.ts';
import { appendAudit } from '../../audit/queries.ts';
import { areIdNumbersKept } from '../id-numbers/queries.ts';
import { openVault } from '../id-numbers/vault.ts';
import { insertUnits } from '../units/queries.ts';
import type { Setting, Stage } from '../units/rules.ts';
import {
  addPeople,
  addSuspicions,
  changePeople,
  countIdsOfOthers,
  countPeople,
  countStaleRows,
  digestRows,
  layOutRows,
  putIdNumbers,
  refreshStatistics,
  selectUnitsInUse,
  settleNames,
} from './apply/queries.ts';
import { readBundle } from './oneroster/read.ts';
import { type PreviewInput, previewRoster } from './preview.ts';
import {
  type Applied,
  advanceImport,
  claimImport,
  type ImportJob,
  listUnfinishedImports,
  type Mapping,
  type PlannedUnitSummary,
  selectImport,
  updateProgress,
} from './queries.ts';
import { isFirstRoster, type Verdict } from './rules.ts';
import { readRoster } from './sources.ts';
import { dropUpload, readSheet, readUpload } from './uploads.ts';

/** Why an import stopped; words say what to do. */
export type ImportFailure =
  | 'id-keys-missing'
  | 'file-gone'
  | 'unreadable'
  | 'sheet-gone'
  | 'changed-meanwhile'
  | 'error';

class ImportStopped extends Error {
  readonly failure: ImportFailure;
  constructor(failure: ImportFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** One at a time in a process: a large file takes memory. */
export const rosterJob: JobKind = {
  name: 'roster',
  atOnce: 1,
  run: runImport,
  unfinished: listUnfinishedImports,
  giveUp: (services, id) => fail(services, id, 'error'),
};

/** Works on the import until it has stopped, well or not. */
async function runImport(services: AtWork, jobId: string, signal: AbortSignal): Promise<void> {
  try {
    const job = await selectImport(services.db, jobId);
    throwIfStopped(signal);
    if (job.state === 'previewing') await preview(services, job);
    if (job.state === 'confirming') await confirm(services, job);
    if ((await selectImport(services.db, jobId)).state === 'done') await tidy(services, jobId);
  } catch (error) {
    if (passes(error)) throw error;
    const failure = error instanceof ImportStopped ? error.failure : 'error';
    if (failure === 'error') services.log.error({ error, job: jobId }, 'import failed');
    await fail(services, jobId, failure);
  }
}

async function fail({ db }: AtWork, jobId: string, failure: ImportFailure): Promise<void> {
  await advanceImport(db, jobId, ['previewing', 'confirming'], 'failed', { failure, progress: 0 });
}

/** The rows of the file as one sheet, whatever kind of file it is. */
async function readSource(
  services: AtWork,
  job: ImportJob,
  mapping: Mapping,
  bytes: Uint8Array,
): Promise<Pick<PreviewInput, 'sheet' | 'dateSystem' | 'bundle'>> {
  if (job.kind === 'oneroster') {
    const bundle = await readBundle(bytes);
    if (!bundle.ok) throw new ImportStopped('unreadable');
    return { sheet: bundle.sheet, dateSystem: '1900', bundle };
  }
  const kept = await readSheet(services, job.id, mapping.sheet);
  if (kept !== null) return kept;
  const table = await readRoster(bytes, job.fileName);
  if (!table.ok) throw new ImportStopped('unreadable');
  const sheet = table.sheets.find(({ name }) => name === mapping.sheet);
  if (!sheet) throw new ImportStopped('sheet-gone');
  return { sheet, dateSystem: table.format === 'xlsx' ? table.dateSystem : '1900' };
}

async function preview(services: AtWork, job: ImportJob): Promise<void> {
  const { mapping } = job;
  const bytes = await readUpload(services, job.id);
  if (bytes === null || mapping === null) throw new ImportStopped('file-gone');
  const today = civilDateOf(services.clock(), services.config.timeZone);
  const kept = await areIdNumbersKept(services.db);
  const vault = kept ? openVault(services.config) : null;
  if (kept && vault === null) throw new ImportStopped('id-keys-missing');
  const previewed = await previewRoster(services.db, {
    job,
    mapping,
    today,
    vault,
    ...(await readSource(services, job, mapping, bytes)),
  });
  const summary = { outline: job.summary.outline, preview: previewed };
  await advanceImport(services.db, job.id, ['previewing'], 'previewed', {
    summary,
    progress: 1,
    failure: null,
  });
}

/** The units rows belong to, and those above them that are planned as well. */
function neededUnits(
  planned: readonly PlannedUnitSummary[],
  used: ReadonlySet<string>,
): PlannedUnitSummary[] {
  const needed = new Set(used);
  for (const unit of planned.toReversed()) if (needed.has(unit.id)) needed.add(unit.parentId);
  return planned.filter(({ id }) => needed.has(id));
}

const isSetting = (text: string | null): Setting | null => text as Setting | null;

/** Everything or nothing: one transaction, one audit entry with the digest of its rows. */
async function confirm(services: AtWork, job: ImportJob): Promise<void> {
  const { mapping, summary } = job;
  const { confirmed, preview: previewed } = summary;
  if (mapping === null || previewed === undefined || confirmed === undefined)
    throw new ImportStopped('error');
  const verdicts: Verdict[] = confirmed.suspects === 'add' ? ['new', 'update', 'suspect'] : ['new', 'update'];
  const report = (progress: number) => updateProgress(services.db, job.id, progress);
  // A first roster leaves out the tables' rules and makes them anew (decision 016): only their owner may.
  const { counts } = previewed;
  const added = counts.new + (confirmed.suspects === 'add' ? counts.suspect : 0);
  const first = isFirstRoster(added, await countPeople(services.db));
  await transaction(first ? services.owner : services.db, async (tx) => {
    // Somebody else is at it; whether they come to its end is not known yet.
    if (!(await claimImport(tx, job.id))) throw new Stopped();
    if ((await selectImport(tx, job.id)).state !== 'confirming') return;
    // What was previewed changes no more: another connection reads it over while this one is at work.
    const digested = digestRows(services.db, job.id, verdicts);
    digested.catch(() => undefined); // Heard below, unless something else fails first.
    const { rows, updates } = await layOutRows(tx, job.id, verdicts, mapping.asOf);
    if (updates > 0 && (await countStaleRows(tx)) > 0) throw new ImportStopped('changed-meanwhile');
    await report(0.15);
    const used = await selectUnitsInUse(
      tx,
      previewed.units.map(({ id }) => id),
    );
    const units = neededUnits(previewed.units, used);
    for (const level of ['county', 'school', 'group'] as const) {
      await insertUnits(
        tx,
        units
          .filter((unit) => unit.level === level)
          .map((unit) => ({ ...unit, stages: unit.stages as Stage[], setting: isSetting(unit.setting) })),
      );
    }
    const added = await addPeople(tx);
    await report(0.6);
    const suspects = confirmed.suspects === 'add' ? await addSuspicions(tx, job.id, services.clock()) : 0;
    const { moved, updated } = updates > 0 ? await changePeople(tx, mapping.asOf) : { moved: 0, updated: 0 };
    if ((await countIdsOfOthers(tx)) > 0) throw new ImportStopped('changed-meanwhile');
    await putIdNumbers(tx, services.clock());
    await report(0.9);
    const digest = await digested;
    const applied: Applied = { added, updated, moved, units: units.length, suspects, digest };
    const now = services.clock();
    const finished = { summary: { ...summary, applied }, progress: 1, finishedAt: now };
    if (!(await advanceImport(tx, job.id, ['confirming'], 'done', finished)))
      throw new ImportStopped('changed-meanwhile');
    await appendAudit(tx, confirmed.by, now, {
      action: 'roster.import',
      subjectType: 'import',
      subjectId: job.id,
      unitPath: job.unitPath,
      after: { file: job.fileName, sha256: job.fileSha256, asOf: mapping.asOf, rows, ...applied },
    });
  });
}

/** What follows an import that is done; doing it again does no harm. Indexes and statistics are kept by their owner. */
async function tidy(services: AtWork, jobId: string): Promise<void> {
  await dropUpload(services, jobId);
  await Promise.all([settleNames(services.owner), refreshStatistics(services.owner)]);
}
