import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHolder } from './lock.ts';
import { startEmbedded } from './supervisor.ts';

const prefix = 'qinglan-database-';
const tenMinutes = 600_000;

/** A server for tests and tools, gone with all its data when it is stopped. */
export async function startTemporary(): Promise<{ url: string; stop(): Promise<void> }> {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o711); // the database may run as another user
  const server = await startEmbedded({ dataDir: folder, durable: false });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Folders of runs that were killed before they could clean up; a young one may belong to a run just starting. */
function removeLeftovers(): void {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
  for (const folder of folders.map((name) => join(tmpdir(), name))) {
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age < tenMinutes || readHolder(folder) !== null) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's: theirs to remove.
    }
  }
}
