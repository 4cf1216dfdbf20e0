import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Within } from '../../../platform/services.ts';
import type { Table } from '../../../platform/spreadsheet/types.ts';
import { type KeptSheet, keepRows, readKeptRows } from './kept-rows.ts';

/*
 * An uploaded roster is kept only while its import is at work: it may carry identity numbers, which are never
 * stored. It is removed when the import is done or given up.
 */

/** What was read of it when it came goes with it. */
const rowsPathOf = (services: Within, jobId: string): string => `${pathOf(services, jobId)}.rows`;
const pathOf = (services: Within, jobId: string): string => join(services.config.dataDir, 'imports', jobId);

/** Keeps the file durably, and its cells as they were read; sent twice it is written once. */
export async function keepUpload(
  services: Within,
  jobId: string,
  bytes: Uint8Array,
  table: Table | null,
): Promise<void> {
  const path = pathOf(services, jobId);
  await mkdir(join(services.config.dataDir, 'imports'), { recursive: true, mode: 0o700 });
  const handle = await open(`${path}.part`, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
  if (table !== null) await keepRows(rowsPathOf(services, jobId), table);
}

/** A sheet of the file as it was read when it came; null when that is not at hand. */
export const readSheet = (services: Within, jobId: string, sheetName: string): Promise<KeptSheet | null> =>
  readKeptRows(rowsPathOf(services, jobId), sheetName);

/** The file, or null when it has been removed. */
export const readUpload = (services: Within, jobId: string): Promise<Uint8Array | null> =>
  readFile(pathOf(services, jobId)).catch(() => null);

export async function dropUpload(services: Within, jobId: string): Promise<void> {
  for (const path of [pathOf(services, jobId), rowsPathOf(services, jobId)]) await rm(path, { force: true });
}
