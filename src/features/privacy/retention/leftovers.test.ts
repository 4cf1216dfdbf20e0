import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { examineFiles, removeLeft } from '../../../cli/files.ts';
import { newId } from '../../../platform/ids.ts';

/* What a crash between the end of a transaction and the removal of a file leaves behind, or before the row that would name it. */

const { db, url, schema } = await testDatabase();
const { services } = testApp(db);
const { files, config } = services;
const { dataDir } = config;
const source = { url, schema, dataDir, files, version: '0', clock: () => new Date() };
const kept = { db, dataDir, files, clock: source.clock };
let world: World;

const HOUR = 3_600_000;
const touch = (path: string, hours: number) => {
  const at = new Date(Date.now() - hours * HOUR);
  utimesSync(path, at, at);
};
/** A file of the store, put so many hours ago. */
async function put(text: string, hours: number) {
  const sha256 = await files.put(Buffer.from(text));
  const path = join(dataDir, 'files', sha256.slice(0, 2), sha256);
  touch(path, hours);
  return { sha256, path };
}
/** A file of another folder, of so many hours ago. */
function lay(name: string, hours: number): string {
  const path = join(dataDir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x');
  touch(path, hours);
  return path;
}
const evidence = (sha256: string, erased = false) =>
  sql`INSERT INTO evidence (id, person_id, file_name, media_type, size, sha256, uploaded_by, erased_at)
      VALUES (${newId()}, ${world.teacher}, '证书.pdf', 'application/pdf', 1, ${sha256}, ${world.teacher}, ${erased ? new Date() : null})`.execute(
    db,
  );
const importOf = async (state: string, sha256 = 'a'.repeat(64)) => {
  const id = newId();
  await sql`INSERT INTO import_job (id, kind, unit_id, unit_path, file_name, file_sha256, state, summary, created_by)
            VALUES (${id}, 'roster', ${world.school.id}, ${world.school.path}, '名册.xlsx', ${sha256}, ${state}, '{}', ${world.schoolOffice})`.execute(
    db,
  );
  return id;
};
const copyOf = async () => {
  const id = newId();
  await sql`INSERT INTO own_data_copy (id, person_id, state, locale, asked_at) VALUES (${id}, ${world.teacher}, 'done', 'en', now())`.execute(
    db,
  );
  return id;
};

let left: string[];
let stays: string[];

beforeAll(async () => {
  world = await makeWorld(db);
  const [unnamed, fresh, named, ofErased, both, ofImport] = await Promise.all(
    (['没有人引用', '刚刚上传', '有证明材料', '已清除', '两处', '导入'] as const).map((text, n) =>
      put(text, n === 1 ? 23 : 25),
    ),
  );
  for (const one of [unnamed, fresh, named, ofErased, both, ofImport])
    if (one === undefined) throw new Error();
  await evidence(named?.sha256 ?? '');
  await evidence(ofErased?.sha256 ?? '', true);
  await evidence(both?.sha256 ?? '', true);
  await evidence(both?.sha256 ?? '');
  await importOf('done', ofImport?.sha256);
  const half = `${unnamed?.path ?? ''}.${newId()}`;
  writeFileSync(half, 'x');
  touch(half, 25);
  const [previewed, done, copy] = [await importOf('previewed'), await importOf('done'), await copyOf()];
  left = [
    unnamed?.path ?? '',
    ofErased?.path ?? '',
    half,
    lay(`own-data/${newId()}.zip`, 25),
    lay(`own-data/${newId()}.zip.part`, 25),
    lay(`imports/${done}`, 25),
    lay(`imports/${newId()}.rows`, 25),
  ];
  stays = [
    fresh?.path ?? '',
    named?.path ?? '',
    both?.path ?? '',
    ofImport?.path ?? '',
    lay(`own-data/${copy}.zip`, 25),
    lay(`own-data/${newId()}.zip.part`, 1),
    lay(`imports/${previewed}`, 25),
    lay(`imports/${previewed}.rows`, 25),
    lay('imports/README', 25),
  ];
});

describe('files that nobody refers to', () => {
  test('are found and named by the doctor, but for what may be on its way', async () => {
    const [finding, ...more] = await examineFiles(source, config);
    expect(more).toEqual([]);
    expect(finding?.level).toBe('warning');
    expect(finding?.advice?.en).toBe('Run qinglan files remove');
    expect(finding?.en).toContain(`Nobody refers to ${left.length} files`);
    for (const path of left)
      expect([finding?.zh, finding?.en]).toEqual([
        expect.stringContaining(path),
        expect.stringContaining(path),
      ]);
    for (const path of stays) expect(`${finding?.en}\n`).not.toContain(`${path}\n`);
    expect(left.every((path) => existsSync(path))).toBe(true);
  });

  test('are removed when they are to be, and nothing else is', async () => {
    expect(await removeLeft(kept, false)).toBe(left.length);
    expect(left.filter((path) => existsSync(path))).toEqual([]);
    expect(stays.filter((path) => !existsSync(path))).toEqual([]);
    expect((await examineFiles(source, config)).map(({ level }) => level)).toEqual(['good']);
  });

  test('are left alone where they are most of what there is: it may be another database', async () => {
    for (let n = 0; n < 30; n += 1) await put(`别的数据库 ${n}`, 25);
    await expect(removeLeft(kept, false)).rejects.toThrow('is this the right database');
    expect(await removeLeft(kept, true)).toBe(30);
  });
});
