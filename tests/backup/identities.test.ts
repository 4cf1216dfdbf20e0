import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { restoreCommand } from '../../src/cli/backup.ts';
import { putIdNumber, selectOptionalIdNumber } from '../../src/features/organisation/id-numbers/queries.ts';
import { makeVault, openVault } from '../../src/features/organisation/id-numbers/vault.ts';
import { runBackup } from '../../src/platform/backup/backup.ts';
import { idKeysFile } from '../../src/platform/backup/key-files.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { restoreBackup } from '../../src/platform/backup/restore.ts';
import { identityIn, newKey, opener } from '../../src/platform/backup/seal.ts';
import { folderTarget } from '../../src/platform/backup/target.ts';
import type { Database } from '../../src/platform/database.ts';
import { folderFiles } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import { testDatabase } from '../support/database.ts';
import { emptyPlace, fillAuthority, folder, schema, sourceOf } from './support.ts';

/* Decisions 020 and 011: numbers leave the database as they lie there, sealed; their keys leave only within what is encrypted itself. */

const NUMBER = '990101198805016028';
const { db, url } = await testDatabase();
const dataDir = folder();
const files = folderFiles(join(dataDir, 'files'));
const world = await fillAuthority(db, files);
const source = sourceOf(url, files, dataDir);
const at = { dataDir, schema, secret: null };
const now = new Date('2026-11-26T03:00:00Z');
const id = newId();
const sealed = makeVault(at, now)?.seal(id, { kind: 'resident', number: NUMBER });
if (sealed === undefined) throw new Error('no key was made');
await putIdNumber(db, { ...sealed, id, personId: world.teacher, at: now });

/** Everything that lies in a place, unpacked where it can be. */
const readAll = (place: string): { readonly name: string; readonly text: string }[] =>
  readdirSync(place, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => {
      const bytes = readFileSync(join(parentPath, name));
      return { name, text: (name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString('latin1') };
    });

/** What a place says of the number, asked with the keys in its data folder. */
async function numberIn(to: { readonly db: Database; readonly dataDir: string }): Promise<string | null> {
  const row = await selectOptionalIdNumber(to.db, world.teacher);
  if (row === null) throw new Error('the row is not there');
  return openVault({ dataDir: to.dataDir, schema, secret: null })?.open(row.id, row) ?? null;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a backup that is not encrypted', async () => {
  const place = folder();
  const result = await runBackup(source, { target: folderTarget(place), lock: null });

  test('holds a number as it lies in the database: sealed, with neither its digits nor a key', () => {
    const all = readAll(place);
    const numbers = all.find(({ name }) => name.startsWith('id_number.'));
    expect(numbers?.text).toContain(sealed.sealed);
    const parts = [NUMBER, NUMBER.slice(0, 14), NUMBER.slice(-6)];
    expect(
      all.filter(({ text }) => parts.some((part) => text.includes(part))).map(({ name }) => name),
    ).toEqual([]);
    const [key] = JSON.parse(readFileSync(join(dataDir, idKeysFile(schema)), 'utf8')).keys;
    const secret = readFileSync(join(dataDir, 'secret'), 'utf8').trim();
    expect(all.filter(({ text }) => text.includes(key.sealed) || text.includes(secret))).toEqual([]);
    expect(result.keptApart).toContain(idKeysFile(schema));
  });

  test('restores rows nobody can read, and says which file is missing; with it they open', async () => {
    const to = await emptyPlace(inject('databaseServer'));
    vi.stubEnv('DATABASE_URL', to.url);
    vi.stubEnv('QINGLAN_DATA', to.dataDir);
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    await restoreCommand([place]);
    expect(said.join('')).toContain(
      `put those kept apart (secret, audit-key-${schema}.json, ${idKeysFile(schema)})`,
    );
    expect(said.join('')).toContain('1 identity numbers are sealed');
    expect(existsSync(join(to.dataDir, idKeysFile(schema)))).toBe(false);
    expect(await numberIn(to)).toBeNull();
    // The key alone opens nothing: it is sealed with the secret.
    copyFileSync(join(dataDir, idKeysFile(schema)), join(to.dataDir, idKeysFile(schema)));
    expect(await numberIn(to)).toBeNull();
    copyFileSync(join(dataDir, 'secret'), join(to.dataDir, 'secret'));
    expect(await numberIn(to)).toBe(NUMBER);
  });
});

test('an encrypted backup brings its keys along, sealed: after a restore the number opens', async () => {
  const place = folder();
  const key = await newKey();
  const { keptApart } = await runBackup(source, {
    target: folderTarget(place),
    lock: { recipient: key.recipient },
  });
  expect(keptApart).toEqual([]);
  const found = await findBackup(place, {});
  const to = await emptyPlace(inject('databaseServer'));
  const open = await opener(found.target, found.manifest.recipient, { identity: identityIn(key.file) });
  await restoreBackup(found, open, to);
  expect(await numberIn(to)).toBe(NUMBER);
});
