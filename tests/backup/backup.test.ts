import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { readTables } from '../../scripts/describe-schema.ts';
import { runBackup } from '../../src/platform/backup/backup.ts';
import type { Manifest } from '../../src/platform/backup/format.ts';
import type { Progress } from '../../src/platform/backup/progress.ts';
import { findBackup } from '../../src/platform/backup/read.ts';
import { restoreBackup } from '../../src/platform/backup/restore.ts';
import { identityIn, newKey, opener } from '../../src/platform/backup/seal.ts';
import { folderTarget, openTarget } from '../../src/platform/backup/target.ts';
import { verifyBackup } from '../../src/platform/backup/verify.ts';
import { folderFiles } from '../../src/platform/files.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { openBucket } from '../support/bucket.ts';
import { testDatabase } from '../support/database.ts';
import { makeRecord } from '../support/world.ts';
import { contents, emptyPlace, fillAuthority, folder, note, schema, sourceOf } from './support.ts';

const { db, url } = await testDatabase();
const dataDir = folder();
const files = folderFiles(join(dataDir, 'files'));
const world = await fillAuthority(db, files);
const source = sourceOf(url, files, dataDir);
writeFileSync(join(dataDir, 'secret'), 'the key of this install\n');
writeFileSync(join(dataDir, `audit-key-${schema}.json`), '{"key": "of the audit"}');
const server = inject('databaseServer');

const plain = async (bytes: Uint8Array) => bytes;
const back = async (place: string, more: Partial<Parameters<typeof runBackup>[1]> = {}) =>
  runBackup(source, { target: folderTarget(place), lock: null, ...more });
const everything = async (at: string) => {
  const { session: _, ...kept } = await contents(at);
  return kept;
};

describe('a backup and its restore', () => {
  test('bring back every row, sequence, file, key, index and trigger', async () => {
    const place = folder();
    const said: Progress[] = [];
    const { manifest } = await back(place, { tell: (progress) => said.push(progress) });
    expect(manifest.authority).toEqual({ schema, name: '澜江市教育局' });
    expect(said.at(-1)?.done).toBe(1);
    expect(said.map(({ done }) => done)).toEqual(said.map(({ done }) => done).toSorted((a, b) => a - b));
    const to = await emptyPlace(server);
    const found = await findBackup(place, {});
    expect(await verifyBackup(found, plain)).toMatchObject({ files: 5, auditEntries: manifest.audit.seq });
    await restoreBackup(found, plain, to);
    expect(await everything(to.url)).toEqual(await everything(url));
    // The next start finds nothing to migrate, and raises the walls.
    expect(await migrate(to.url, { schema })).toEqual([]);
    expect(await readTables(to.db)).toEqual(await readTables(db));
    expect(await triggers(to.url)).toEqual(await triggers(url));
    expect(readdirSync(join(to.dataDir, 'files'), { recursive: true })).toHaveLength(10);
    // Everything goes on from there.
    const record = await makeRecord(to.db, world.teacher, 'open-class');
    await note(to.db, world, record, '恢复之后');
    await expect(sql`DELETE FROM audit`.execute(to.db)).rejects.toThrow('append-only');
    expect(await to.findBrokenLink(schema)).toBeNull();
  });

  test('taken while others write hold the state of one moment', async () => {
    const place = folder();
    let writing = true;
    const writers = Promise.all(
      [1, 2, 3].map(async (writer) => {
        for (let n = 0; writing; n += 1)
          await note(db, world, await makeRecord(db, world.teacher, 'open-class'), `${writer}/${n}`);
      }),
    );
    await back(place).finally(() => {
      writing = false;
    });
    await writers;
    const found = await findBackup(place, {});
    await verifyBackup(found, plain);
    const to = await emptyPlace(server);
    await restoreBackup(found, plain, to);
    expect(await to.findBrokenLink(schema)).toBeNull();
  });

  test('copy a file once for all backups of a place, and clear away what no kept one needs', async () => {
    const place = folder();
    const gone = await files.put(Buffer.from('只在第一次备份里'));
    const record = await makeRecord(db, world.teacher, 'open-class');
    await sql`INSERT INTO evidence (id, person_id, record_id, file_name, media_type, size, sha256, uploaded_by)
              VALUES (${record}, ${world.teacher}, ${record}, 'a.pdf', 'application/pdf', 10, ${gone}, ${world.teacher})`.execute(
      db,
    );
    const first = await back(place);
    await sql`DELETE FROM evidence WHERE id = ${record}`.execute(db);
    const written: string[] = [];
    const target = folderTarget(place);
    const watching = {
      ...target,
      put(name: string, bytes: Uint8Array) {
        written.push(name);
        return target.put(name, bytes);
      },
    };
    const second = await back(place, { target: watching, keep: { daily: 1, weekly: 0, monthly: 0 } });
    expect(written.filter((name) => name.startsWith(`${schema}/files/`))).toEqual([]);
    expect(second.removed).toEqual([first.name.split('/').at(-1)]);
    const left = readdirSync(join(place, schema, 'files'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.length > 60)).toHaveLength(5);
    expect(left.some((name) => name.endsWith(gone))).toBe(false);
    await verifyBackup(await findBackup(place, {}), plain);
  });

  test('say which files the database names that are not there', async () => {
    const lost = folderFiles(join(folder(), 'files'));
    const { manifest } = await runBackup(
      { ...source, files: lost },
      { target: folderTarget(folder()), lock: null },
    );
    expect(manifest.files).toMatchObject({ count: 0 });
    expect(manifest.files.missing).toHaveLength(5);
  });
});

async function triggers(at: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: at });
  await client.connect();
  try {
    const { rows } = await client.query<{ text: string }>(
      `SELECT tgenabled::text || ' ' || pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`,
    );
    expect(rows.length).toBeGreaterThan(3);
    return rows.map(({ text }) => text);
  } finally {
    await client.end();
  }
}

describe('an encrypted backup', () => {
  test('is opened by its key alone, and carries the keys of the install', async () => {
    const place = folder();
    const key = await newKey();
    const { manifest } = await back(place, { lock: { recipient: key.recipient } });
    const everyFile = readdirSync(place, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), 'latin1'));
    const seen = Buffer.from('李华').toString('latin1');
    expect(everyFile.some((text) => text.includes(seen) || text.includes('the key of this install'))).toBe(
      false,
    );
    const found = await findBackup(place, {});
    const stranger = await newKey();
    await expect(opener(found.target, manifest.recipient, null)).rejects.toThrow('name the key file');
    await expect(
      opener(found.target, manifest.recipient, { identity: identityIn(stranger.file) }),
    ).rejects.toThrow('does not open this backup');
    const open = await opener(found.target, manifest.recipient, { identity: identityIn(key.file) });
    await verifyBackup(found, open);
    const to = await emptyPlace(server);
    await restoreBackup(found, open, to);
    expect(await everything(to.url)).toEqual(await everything(url));
    expect(readFileSync(join(to.dataDir, 'secret'), 'utf8')).toBe('the key of this install\n');
    expect(readFileSync(join(to.dataDir, `audit-key-${schema}.json`), 'utf8')).toContain('of the audit');
  });

  test('with a passphrase opens with that passphrase, also the next one in the same place', async () => {
    const place = folder();
    const lock = { passphrase: 'correct horse battery staple' };
    await back(place, { lock });
    const { manifest } = await back(place, { lock });
    const found = await findBackup(place, {});
    await verifyBackup(found, await opener(found.target, manifest.recipient, lock));
    await expect(back(place, { lock: { passphrase: 'another passphrase' } })).rejects.toThrow(
      'The passphrase does not open key.age',
    );
  });

  test('not encrypted, it holds no key of the install and says which to keep apart', async () => {
    const { manifest, keptApart } = await back(folder());
    expect(manifest.secrets).toBeNull();
    expect(keptApart).toEqual(['secret', `audit-key-${schema}.json`]);
  });
});

describe('verify names what is wrong', () => {
  const damaged = async (harm: (backup: string, manifest: Manifest, place: string) => void) => {
    const place = folder();
    const { name, manifest } = await back(place);
    harm(name, structuredClone(manifest), join(place, schema));
    return findBackup(place, {}).then((found) => verifyBackup(found, plain));
  };
  const partOf = (manifest: Manifest, table: string) => {
    const part = manifest.tables.find(({ name }) => name === table)?.parts[0];
    if (part === undefined) throw new Error(`no part of ${table}`);
    return part;
  };
  const rewrite = (backup: string, manifest: Manifest) =>
    writeFileSync(join(backup, 'manifest.json'), JSON.stringify(manifest));

  test('one changed byte', () =>
    expect(
      damaged((_, manifest, place) => {
        const path = join(place, partOf(manifest, 'record').name);
        const bytes = readFileSync(path);
        bytes[40] = (bytes[40] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      }),
    ).rejects.toThrow(/data\/record\.0001\.zst has been changed or is damaged/));
  test('a part that is missing', () =>
    expect(
      damaged((_, manifest, place) => rmSync(join(place, partOf(manifest, 'person').name))),
    ).rejects.toThrow(/data\/person\.0001\.zst is missing/));
  test('rows that are missing, though hashes fit', () =>
    expect(
      damaged((backup, manifest) => {
        partOf(manifest, 'unit').rows += 1;
        rewrite(backup, manifest);
      }),
    ).rejects.toThrow(/data\/unit\.0001\.zst holds \d+ rows instead of \d+/));
  test('a piece of a chain that was cut off', () =>
    expect(
      damaged((backup, manifest) => {
        const audit = manifest.tables.find(({ name }) => name === 'audit');
        if (audit === undefined) throw new Error('no audit');
        audit.parts = [];
        audit.rows = 0;
        rewrite(backup, manifest);
      }),
    ).rejects.toThrow(/audit chain ends at entry 0/));
  test('a file that is missing, or another', async () => {
    const pathOf = (place: string) => {
      const name = readdirSync(join(place, 'files'), { recursive: true, encoding: 'utf8' }).find(
        (one) => one.length > 60,
      );
      return join(place, 'files', name ?? '');
    };
    await expect(damaged((_b, _m, place) => rmSync(pathOf(place)))).rejects.toThrow(/files\/.* is missing/);
    await expect(damaged((_b, _m, place) => writeFileSync(pathOf(place), 'another'))).rejects.toThrow(
      /has been changed or is damaged/,
    );
  });
  test('one that was never finished: it is no backup, and the next run clears it away', async () => {
    const place = folder();
    const { name } = await back(place);
    rmSync(join(name, 'manifest.json'));
    await expect(findBackup(name, {})).rejects.toThrow('has no manifest');
    await expect(findBackup(place, {})).rejects.toThrow('holds no finished backup');
    const next = await back(place);
    expect(readdirSync(join(place, schema)).filter((one) => one !== 'files')).toEqual([
      next.name.split('/').at(-1),
    ]);
  });
  test('one made by a newer Qinglan', async () => {
    const place = folder();
    const { name, manifest } = await back(place);
    writeFileSync(join(name, 'manifest.json'), JSON.stringify({ ...manifest, format: 2 }));
    await expect(findBackup(place, {})).rejects.toThrow('made by a newer version');
  });
});

describe('a restore', () => {
  test('refuses a place that is not empty', async () => {
    const place = folder();
    await back(place);
    const found = await findBackup(place, {});
    const taken = { ...(await emptyPlace(server)), url };
    await expect(restoreBackup(found, plain, taken)).rejects.toThrow('qinglan is not empty');
  });

  test('that was cut off leaves nothing under the name of the authority, and can be begun again', async () => {
    const place = folder();
    await back(place);
    const found = await findBackup(place, {});
    const to = await emptyPlace(server);
    const cut = { ...found.target, get: async () => null };
    await expect(restoreBackup({ ...found, target: cut }, plain, to)).rejects.toThrow(/is missing/);
    await expect(sql`SELECT 1 FROM person`.execute(to.db)).rejects.toThrow('does not exist');
    await restoreBackup(found, plain, to);
    expect(await everything(to.url)).toEqual(await everything(url));
  });

  test('does not take the place of another install’s key', async () => {
    const place = folder();
    const key = await newKey();
    const { manifest } = await back(place, { lock: { recipient: key.recipient } });
    const found = await findBackup(place, {});
    const open = await opener(found.target, manifest.recipient, { identity: identityIn(key.file) });
    const to = await emptyPlace(server);
    writeFileSync(join(to.dataDir, 'secret'), 'another install');
    await expect(restoreBackup(found, open, to)).rejects.toThrow('is there already and is another');
  });

  test('of a backup made after a migration we do not know is refused', async () => {
    const place = folder();
    const { name, manifest } = await back(place);
    const newer = [...manifest.migrations, { name: '9999_later.sql', checksum: 'x' }];
    writeFileSync(join(name, 'manifest.json'), JSON.stringify({ ...manifest, migrations: newer }));
    await expect(restoreBackup(await findBackup(place, {}), plain, await emptyPlace(server))).rejects.toThrow(
      '9999_later.sql, which this version of Qinglan does not know',
    );
  });
});

test('two backups of an authority at once: one is made, the other refused', async () => {
  const place = folder();
  const results = await Promise.allSettled([back(place), back(place)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await verifyBackup(await findBackup(place, {}), plain);
});

test('a bucket takes a backup as a folder does, through answers of a busy store', async () => {
  const bucket = await openBucket();
  try {
    const place = 's3://bucket/青澜 backups';
    bucket.busy(2);
    const keep = { daily: 1, weekly: 0, monthly: 0 };
    await runBackup(source, { target: openTarget(place, bucket.env), lock: null });
    await runBackup(source, { target: openTarget(place, bucket.env), lock: null, keep });
    const found = await findBackup(place, bucket.env);
    await verifyBackup(found, plain);
    expect([...bucket.objects.keys()].filter((name) => name.endsWith('manifest.json'))).toHaveLength(1);
    const to = await emptyPlace(server);
    await restoreBackup(found, plain, to);
    expect(await everything(to.url)).toEqual(await everything(url));
    const wrong = { ...bucket.env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    await expect(findBackup(place, wrong)).rejects.toThrow('403 SignatureDoesNotMatch');
  } finally {
    await bucket.close();
  }
});
