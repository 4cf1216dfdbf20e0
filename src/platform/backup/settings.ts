import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupSettings, Config } from '../config.ts';
import { addressOf } from '../database.ts';
import type { Schedule } from '../jobs/kinds.ts';
import { root } from '../root.ts';
import type { AtWork } from '../services.ts';
import { runBackup } from './backup.ts';
import { BackupError } from './format.ts';
import type { Lock } from './seal.ts';
import { openTarget, type Target, within } from './target.ts';

/** A place as settings name it, with the machine's AWS_… variables. */
export const openPlace = (place: string): Target => openTarget(place, process.env);

/** Where an authority's own backups lie within it. */
export const placeOf = (place: string, schema: string): Target => within(openPlace(place), schema);

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

/** The backup that the settings ask for each day; none where they name no place. */
export function backupSchedule({ backup }: Config): Schedule[] {
  const { place } = backup;
  if (place === null) return [];
  const [hour = '3', minute = '15'] = backup.at.split(':');
  return [
    {
      name: 'backup',
      cron: `${Number(minute)} ${Number(hour)} * * *`,
      run: (services, signal) => dailyBackup(services, place, signal),
    },
  ];
}

/** Throws what went wrong, so that it is tried again. */
async function dailyBackup(
  { config, owner, files, clock, log }: AtWork,
  place: string,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const { dataDir } = config;
  const address = await addressOf(owner); // Of the node it is on now.
  if (address === null) throw new Error('Only who has no walls backs up');
  const { url, schema } = address;
  const { manifest, name, removed, warnings } = await runBackup(
    { url, schema, dataDir, files, version: version(), clock },
    { target: openPlace(place), lock: lockOf(config.backup), keep: config.backup.keep, signal },
  );
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
}
