import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { civilDateOf } from '../../../platform/civil-now.ts';
import type { Config } from '../../../platform/config.ts';
import type { Db } from '../../../platform/database.ts';
import { type JobKind, throwIfStopped } from '../../../platform/jobs/kinds.ts';
import { passes } from '../../../platform/jobs/passing.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { Within } from '../../../platform/services.ts';
import { writeCsv, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { type Names, words } from '../../../web/words.ts';
import { selectOptionalIdNumber } from '../../organisation/id-numbers/queries.ts';
import { openVault } from '../../organisation/id-numbers/vault.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { declarationOf } from '../../selection/applications/rules.ts';
import { columnWord } from './columns.ts';
import {
  type Copy,
  listOwn,
  listOwnFiles,
  listOwnRounds,
  listUnfinishedCopies,
  selectOptionalCopy,
  updateCopy,
} from './queries.ts';
import { OWN_KINDS } from './rules.ts';
import { columnsOf, type OwnSaying, sayCell } from './say.ts';

/* A copy of all that is held of somebody, for them: JSON, the same as tables, and their own files, in one archive. */

type Place = Pick<Config, 'dataDir'>;
const folderOf = ({ dataDir }: Place): string => join(dataDir, 'own-data');
/** Beside the database and not in its backups; it goes after some days (retention, `copies`). */
export const copyPath = (place: Place, id: string): string => join(folderOf(place), `${id}.zip`);
export const dropCopy = (services: Within, id: string): Promise<void> =>
  rm(copyPath(services.config, id), { force: true });

export const ownDataJob: JobKind = {
  name: 'own-data',
  atOnce: 1,
  run: makeCopy,
  unfinished: listUnfinishedCopies,
  giveUp: ({ db, clock }, id) => updateCopy(db, id, { state: 'failed', at: clock() }),
};

async function makeCopy(services: Within, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock, log } = services;
  const copy = await selectOptionalCopy(db, id);
  if (copy === null || copy.state !== 'making') return;
  try {
    const size = await write(services, copy, signal);
    await updateCopy(db, id, { state: 'done', progress: 1, size, at: clock() });
  } catch (error) {
    if (passes(error)) throw error;
    log.error({ error, copy: id }, 'a copy of somebody’s own data failed');
    await updateCopy(db, id, { state: 'failed', at: clock() });
  }
}

async function write(services: Within, copy: Copy, signal: AbortSignal): Promise<number> {
  const { db, config, files, clock } = services;
  const t = words(copy.locale);
  const saying: OwnSaying = {
    t,
    locale: copy.locale,
    timeZone: config.timeZone,
    vocabulary: vocabulary(),
    forms: await formsOf(db, copy.personId),
  };
  const path = copyPath(config, copy.id);
  await mkdir(folderOf(config), { recursive: true, mode: 0o700 });
  const handle = await open(`${path}.part`, 'w', 0o600);
  try {
    const archive = archiveInto(handle);
    const own = await listOwnFiles(db, copy.personId);
    const steps = OWN_KINDS.length + own.length;
    const tables: Table[] = [];
    const data: Record<string, unknown> = {
      madeAt: clock().toISOString(),
      day: civilDateOf(clock(), config.timeZone),
    };
    for (const [at, kind] of OWN_KINDS.entries()) {
      throwIfStopped(signal);
      const rows = await listOwn(db, kind, copy.personId);
      data[kind] = rows;
      const columns = columnsOf(kind, rows);
      tables.push({
        name: t(`privacy.own.kind.${kind}`),
        headers: columns.map((column) => columnWord(kind, column, copy.locale)),
        cells: rows.map((row) => columns.map((column) => sayCell(saying, kind, column, row))),
      });
      await updateCopy(db, copy.id, { progress: at / steps, at: clock() });
    }
    const id = await selectOptionalIdNumber(db, copy.personId);
    const number = id === null ? null : (openVault(config)?.open(id.id, id) ?? null);
    if (id !== null) data.id_number = { kind: id.kind, number, stated_at: id.statedAt };
    await archive.text('data.json', `${JSON.stringify(data, null, 2)}\n`);
    for (const { name, cells, headers } of tables)
      if (cells.length > 0) await archive.bytes(`csv/${safeName(name)}.csv`, writeCsv(headers, cells));
    await archive.bytes('data.xlsx', await workbookOf(tables));
    const taken = new Set<string>();
    for (const [at, { name, sha256 }] of own.entries()) {
      throwIfStopped(signal);
      const bytes = await files.get(sha256);
      if (bytes !== null) await archive.bytes(`files/${uniqueName(taken, name, sha256)}`, bytes);
      await updateCopy(db, copy.id, { progress: (OWN_KINDS.length + at) / steps, at: clock() });
    }
    const size = await archive.end();
    await handle.sync();
    await rename(`${path}.part`, path);
    return size;
  } finally {
    await handle.close();
    await rm(`${path}.part`, { force: true });
  }
}

/** What the programmes of one's rounds call what one wrote and attached, by the round's name. */
async function formsOf(db: Db, personId: string): Promise<OwnSaying['forms']> {
  const forms = new Map<string, Map<string, Names>>();
  for (const { name, versionId } of await listOwnRounds(db, personId)) {
    const { written, attachments } = declarationOf((await programmeOf(db, versionId)).programme);
    const names = forms.get(name) ?? new Map<string, Names>();
    for (const one of [...written, ...attachments]) names.set(one.id, one.names);
    forms.set(name, names);
  }
  return forms;
}

/** An archive written as it grows: one file of it is held at a time. */
function archiveInto(handle: FileHandle) {
  const waiting: Uint8Array[] = [];
  let size = 0;
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else waiting.push(chunk);
  });
  const settle = async () => {
    if (failure !== null) throw failure;
    for (const chunk of waiting.splice(0)) {
      size += chunk.length;
      await handle.write(chunk);
    }
  };
  const add = async (part: ZipDeflate | ZipPassThrough, bytes: Uint8Array) => {
    zip.add(part);
    part.push(bytes, true);
    await settle();
  };
  return {
    text: (name: string, text: string) =>
      add(new ZipDeflate(name, { level: 6 }), new TextEncoder().encode(text)),
    /** What is packed already, or small. */
    bytes: (name: string, bytes: Uint8Array) => add(new ZipPassThrough(name), bytes),
    async end(): Promise<number> {
      zip.end();
      await settle();
      return size;
    },
  };
}

interface Table {
  readonly name: string;
  /** In the words of whoever asked, as what is in the cells; the JSON keeps what the database has. */
  readonly headers: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

const workbookOf = (tables: readonly Table[]) =>
  writeWorkbook(
    tables
      .filter(({ cells }) => cells.length > 0)
      .map(({ name, cells, headers }) => ({
        name,
        columns: headers.map((header) => ({ header })),
        // A cell of a workbook holds no more.
        rows: cells.map((row) => row.map((cell) => cell.slice(0, 32_000))),
      })),
  );

/** No way out of the folder the archive is unpacked to. */
const safeName = (name: string): string =>
  name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '_') || '_';
function uniqueName(taken: Set<string>, name: string, sha256: string): string {
  const safe = safeName(name);
  const found = taken.has(safe) ? `${sha256.slice(0, 8)}-${safe}` : safe;
  taken.add(found);
  return found;
}
