import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Services } from '../../../platform/services.ts';

/*
 * An uploaded roster is kept only while its import is at work: it may carry identity numbers, which are never
 * stored. It is removed when the import is done or given up.
 */

const pathOf = (services: Services, jobId: string): string => join(services.config.dataDir, 'imports', jobId);

/** Keeps the file durably; sent twice it is written once. */
export async function keepUpload(services: Services, jobId: string, bytes: Uint8Array): Promise<void> {
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
}

/** The file, or null when it has been removed. */
export const readUpload = (services: Services, jobId: string): Promise<Uint8Array | null> =>
  readFile(pathOf(services, jobId)).catch(() => null);

export const dropUpload = (services: Services, jobId: string): Promise<void> =>
  rm(pathOf(services, jobId), { force: true });
