import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrokenLink } from '../features/audit/chain/verify.ts';
import { folderOf } from '../house.ts';
import { type BackupResult, runBackup, type Source } from '../platform/backup/backup.ts';
import type { Keep } from '../platform/backup/keep.ts';
import { idKeysFile, secretFiles } from '../platform/backup/key-files.ts';
import type { Progress, Tell } from '../platform/backup/progress.ts';
import { findBackup } from '../platform/backup/read.ts';
import { restoreBackup } from '../platform/backup/restore.ts';
import { identityIn, type Key, type Lock, newKey, opener } from '../platform/backup/seal.ts';
import { lockOf, openPlace, version } from '../platform/backup/settings.ts';
import { verifyAndNote } from '../platform/backup/verified.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { openDatabase } from '../platform/database.ts';
import { FIRST_NODE, listAuthorities } from '../platform/directory.ts';
import { folderFiles } from '../platform/files.ts';
import { MigrationError, migrate, pendingMigrations } from '../platform/migrate.ts';
import { readHolder } from '../platform/postgres/lock.ts';
import { openDataFolder, useEmbedded } from '../platform/postgres/supervisor.ts';
import { hasSecret, OLD_SECRET_FILE } from '../platform/secret.ts';
import { out, Refusal } from './answer.ts';
import { configAt, listed, lookAtSealed, sumOf } from './sealed.ts';
import { whereOld } from './secret-words.ts';

export const backupUsage = `  backup [PLACE] [--authority NAME] [--recipient age1… | --passphrase-file FILE] [--keep]
                                         of every authority, a folder for each, while it serves; to a folder or
                                         s3://bucket/prefix; --keep clears old ones away
  backup key FILE                        make a key to encrypt for; prints its public part
  verify BACKUP [--key FILE | --passphrase-file FILE]
                                         read a backup back: hashes, rows, files, audit chain
  restore BACKUP [--key FILE | --passphrase-file FILE]
                                         into an empty place
  upgrade [PLACE] [--recipient age1… | --passphrase-file FILE]
                                         back up every authority that is behind, then apply the migrations of
                                         this version to them`;

const locking = { recipient: { type: 'string' }, 'passphrase-file': { type: 'string' } } as const;
const opening = { key: { type: 'string' }, 'passphrase-file': { type: 'string' } } as const;

export async function backupCommand(args: string[]): Promise<void> {
  if (args[0] === 'key') return await keyCommand(args[1]);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...locking, keep: { type: 'boolean' }, authority: { type: 'string' } },
  });
  await withDatabase(async (own, config) => {
    const keep = values.keep === true ? config.backup.keep : undefined;
    const all = await sourcesOf(own, config);
    const chosen = all.filter(({ name }) => values.authority === undefined || name === values.authority);
    if (chosen.length === 0) throw new Refusal(`There is no authority ${values.authority}`);
    const failed: string[] = [];
    for (const { name, source } of chosen) {
      if (all.length > 1) out(`${name}:`);
      try {
        await back(source(), config, positionals[0], values, keep);
      } catch (error) {
        if (chosen.length === 1) throw error;
        failed.push(name);
        out(`No backup of ${name}: ${(error as Error).message}`);
      }
    }
    if (chosen.length > 1)
      out(`${chosen.length - failed.length} of ${chosen.length} authorities are backed up`);
    if (failed.length > 0) throw new Refusal(`Not backed up: ${failed.join(', ')}`);
  });
}

interface Named {
  readonly name: string;
  /** Throws a refusal when nobody knows its node. */
  readonly source: () => Source;
}

/** Every authority of the directory, each where it lies; before there is one, that of the settings. */
export async function sourcesOf(own: Source, config: Config): Promise<Named[]> {
  const all = await listAuthorities(own.url);
  if (all === null || all.length === 0) return [{ name: own.schema, source: () => own }];
  return all.map(({ name, schema, node }) => ({
    name,
    source() {
      const url = node === FIRST_NODE ? own.url : config.nodes[node];
      if (url === undefined) throw new Refusal(`QINGLAN_NODES names no node ${node}`);
      const dataDir = folderOf(config, schema);
      return { ...own, url, schema, dataDir, files: folderFiles(join(dataDir, 'files')) };
    },
  }));
}

async function back(
  source: Source,
  config: Config,
  given: string | undefined,
  how: { recipient?: string | undefined; 'passphrase-file'?: string | undefined },
  keep: Keep | undefined,
): Promise<BackupResult> {
  const place = given ?? config.backup.place;
  if (place === null) throw new Refusal('Say where to: qinglan backup PLACE, or set QINGLAN_BACKUP');
  const pending = await pendingMigrations(source.url, { schema: source.schema });
  const lock: Lock =
    how.recipient !== undefined
      ? { recipient: how.recipient }
      : lockOf({
          ...config.backup,
          ...(how['passphrase-file'] ? { recipient: null, passphraseFile: how['passphrase-file'] } : {}),
        });
  const result = await runBackup(source, { target: openPlace(place), lock, keep, tell: teller() });
  const { manifest } = result;
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  out(`${result.name}: ${rows} rows, ${manifest.files.count} files, audit entry ${manifest.audit.seq}`);
  if (pending.length > 0) out(`As it was before ${pending.join(', ')}`);
  for (const name of result.removed) out(`Removed the older ${name}`);
  for (const warning of result.warnings) out(warning);
  if (manifest.files.missing.length > 0)
    out(
      `${manifest.files.missing.length} files are named in the database but were not there: ${manifest.files.missing.slice(0, 5).join(', ')} …`,
    );
  if (result.keptApart.length > 0)
    out(
      `Not encrypted, and therefore without the install's keys: keep ${result.keptApart
        .map((file) => join(source.dataDir, file))
        .join(', ')} apart, in a safe place`,
    );
  if (config.secret !== null)
    out('QINGLAN_SECRET is a setting and in no backup: keep it apart, in a safe place');
  return result;
}

async function keyCommand(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Refusal('qinglan backup key FILE');
  const { file, recipient } = await newKey();
  try {
    writeFileSync(path, file, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Refusal(`${path} cannot be written: ${(error as Error).message}`);
  }
  out(
    `${recipient}\nOnly the key in ${path} opens what is encrypted for it: keep it away from this machine.`,
  );
}

export async function verifyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: opening });
  const { found, open } = await openBackup(positionals[0] ?? '', values);
  const { tables, rows, files, auditEntries } = await verifyAndNote(found, open, {
    now: new Date(),
    tell: teller(),
    unnoted: (error) => out(`That it was read back could not be noted in the place: ${error.message}`),
  });
  out(
    `${found.target.place}/${found.name} is whole: ${tables} tables, ${rows} rows, ${files} files, ` +
      `${auditEntries} audit entries in an unbroken chain; taken ${found.manifest.takenAt}`,
  );
  const { missing } = found.manifest.files;
  if (missing.length > 0) out(`${missing.length} files were missing when it was made: ${missing.join(', ')}`);
}

export async function restoreCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: opening });
  const { found, open } = await openBackup(positionals[0] ?? '', values);
  await withDatabase(async ({ url, schema, dataDir, files }, config) => {
    await restoreBackup(
      found,
      open,
      { url, schema, dataDir, files, findBrokenLink: (draft) => brokenLink(url, draft) },
      { tell: teller() },
    );
    const { manifest } = found;
    out(`Restored ${found.target.place}/${found.name}, taken ${manifest.takenAt}; everyone signs in again`);
    if (manifest.secrets === null) {
      const apart = Object.values(secretFiles(schema)).filter((file) => file !== OLD_SECRET_FILE);
      out(
        `The backup holds no keys: put those kept apart (${apart.join(', ')}) back into ${dataDir} before you start`,
      );
      const numbers = manifest.tables.find(({ name }) => name === 'id_number')?.rows ?? 0;
      if (numbers > 0)
        out(
          `${numbers} identity numbers are sealed; without ${idKeysFile(schema)} and the secret nobody can read them`,
        );
    }
    await tellClosed({ url, schema, dataDir }, config);
  });
}

/** A backup holds what was sealed with the secret of its day. */
async function tellClosed(place: Pick<Source, 'url' | 'schema' | 'dataDir'>, config: Config): Promise<void> {
  if (!hasSecret(configAt(config, place))) return;
  const sealed = await lookAtSealed(place, config);
  if (sumOf(sealed, 'none') > 0)
    out(
      `Sealed with another secret than the one here: ${listed(sealed, 'none')}. ${whereOld(place.dataDir)}`,
    );
}

/** Every authority that has something to apply is backed up before anything is applied to any of them. */
export async function upgradeCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: locking });
  await withDatabase(async (own, config) => {
    if (config.databaseUrl === null && readHolder(openDataFolder(config.dataDir))?.address)
      throw new Refusal('Qinglan serves on this folder: stop it, upgrade, then start it again');
    const all = await sourcesOf(own, config);
    const behind: Behind[] = [];
    for (const { name, source } of all) {
      const found = source();
      const pending = await pendingMigrations(found.url, { schema: found.schema });
      if (pending.length > 0) behind.push({ name, source: found, pending: pending.length });
    }
    if (behind.length === 0) {
      out('Nothing to upgrade: every migration is applied');
      return;
    }
    const several = all.length > 1;
    const ready: (Behind & { readonly backup: string })[] = [];
    for (const one of behind) {
      if (several) out(`${one.name}:`);
      try {
        ready.push({
          ...one,
          backup: (await back(one.source, config, positionals[0], values, undefined)).name,
        });
      } catch (error) {
        if (!several) throw error;
        throw new Refusal(`No backup of ${one.name}, nothing is upgraded: ${(error as Error).message}`);
      }
    }
    for (const [at, { name, source, pending, backup }] of ready.entries()) {
      const whose = several ? `${name}: ` : '';
      try {
        await migrate(source.url, { schema: source.schema, log: (line) => out(whose + line) });
      } catch (error) {
        if (!(error instanceof MigrationError)) throw error;
        const others = ready.slice(at + 1).map((one) => one.name);
        throw new Refusal(
          `${whose}${error.message}\nThe upgrade stopped there; each migration is applied whole or not at all. To go back: ` +
            `start the earlier version if it still starts, else restore ${ready
              .slice(0, at + 1)
              .map((one) => one.backup)
              .join(', ')} into an empty place with it.` +
            (others.length === 0 ? '' : ` Not begun: ${others.join(', ')}`),
        );
      }
      out(`${whose}Upgraded: ${pending} migrations. To go back, restore ${backup} with the earlier version.`);
    }
    if (several) out(`${ready.length} of ${all.length} authorities are upgraded, the others were up to date`);
  });
}

interface Behind {
  readonly name: string;
  readonly source: Source;
  readonly pending: number;
}

async function openBackup(text: string, how: { key?: string; 'passphrase-file'?: string }) {
  if (text === '') throw new Refusal(`Name the backup:\n${backupUsage}`);
  const found = await findBackup(text, process.env);
  const passphraseFile = how['passphrase-file'];
  const key: Key =
    how.key !== undefined
      ? { identity: identityIn(readFileSync(how.key, 'utf8')) }
      : passphraseFile !== undefined
        ? { passphrase: readFileSync(passphraseFile, 'utf8').trimEnd() }
        : null;
  return { found, open: await opener(found.target, found.manifest.recipient, key) };
}

async function brokenLink(url: string, schema: string): Promise<number | null> {
  const db = openDatabase(url, { schema, max: 1 });
  try {
    return await findBrokenLink(db);
  } finally {
    await db.destroy();
  }
}

/** The database of the settings as it is, migrated or not. */
export async function withDatabase(work: (source: Source, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const { dataDir, schema } = config;
  const embedded = config.databaseUrl === null ? await useEmbedded({ dataDir }) : null;
  try {
    await work(
      {
        url: config.databaseUrl ?? embedded?.url ?? '',
        schema,
        dataDir,
        files: folderFiles(join(dataDir, 'files')),
        version: version(),
        clock: () => new Date(),
      },
      config,
    );
  } finally {
    await embedded?.stop();
  }
}

const STEPS: Record<string, string> = {
  rows: 'rows',
  files: 'files',
  rules: 'keys and indexes',
  check: 'checking',
};

/** A line that is written over where a person looks on; else one each tenth. */
function teller(): Tell {
  let last = '';
  let tenth = -1;
  return ({ step, done, secondsLeft }: Progress) => {
    const rest = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
    const line = `${Math.floor(done * 100)} % ${STEPS[step] ?? step}${rest}`;
    if (process.stderr.isTTY) {
      if (line === last) return;
      process.stderr.write(`\r${line.padEnd(60)}${done === 1 ? '\n' : ''}`);
      last = line;
    } else if (Math.floor(done * 10) > tenth) {
      tenth = Math.floor(done * 10);
      process.stderr.write(`${line}\n`);
    }
  };
}

const duration = (seconds: number) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
