import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupSettings } from '../config.ts';
import { root } from '../root.ts';
import type { Services } from '../services.ts';
import { type BackupResult, runBackup } from './backup.ts';
import { BackupError } from './format.ts';
import type { Lock } from './seal.ts';
import { openTarget, type Target } from './target.ts';

/** A place as settings name it, with the machine's AWS_… variables. */
export const openPlace = (place: string): Target => openTarget(place, process.env);

/** How the settings say to encrypt. */
export function lockOf({
  recipient,
  passphraseFile,
}: Pick<BackupSettings, 'recipient' | 'passphraseFile'>): Lock {
  if (recipient !== null) return { recipient };
  if (passphraseFile === null) return null;
  const passphrase = readFileSync(passphraseFile, 'utf8').trimEnd();
  if (passphrase.length < 12)
    throw new BackupError(`The passphrase in ${passphraseFile} has fewer than 12 characters`);
  return { passphrase };
}

export const version = (): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

/**
 * The backup that the settings ask for each day: for the job that runs it. Null when none is asked for; throws
 * BackupError when it fails. Running twice at once is refused by the database, so a second process does no harm.
 */
export async function scheduledBackup(services: Services, url: string): Promise<BackupResult | null> {
  const { config, files, clock, log } = services;
  const { place, keep } = config.backup;
  if (place === null) return null;
  const began = performance.now();
  const { dataDir, schema } = config;
  const result = await runBackup(
    { url, schema, dataDir, files, version: version(), clock },
    { target: openPlace(place), lock: lockOf(config.backup), keep },
  );
  const { manifest, name, removed, warnings } = result;
  log.info(
    {
      name,
      rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
      files: manifest.files.count,
      missing: manifest.files.missing.length,
      removed,
      seconds: Math.round((performance.now() - began) / 1000),
    },
    'backup made',
  );
  for (const warning of warnings) log.warn({ warning }, 'backup');
  return result;
}
