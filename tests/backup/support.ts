import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll } from 'vitest';
import { findBrokenLink } from '../../src/features/audit/chain/verify.ts';
import { appendAudit, type Change } from '../../src/features/audit/queries.ts';
import type { Source } from '../../src/platform/backup/backup.ts';
import type { Destination } from '../../src/platform/backup/restore.ts';
import { type Database, openDatabase, transaction } from '../../src/platform/database.ts';
import { type FileStore, folderFiles } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import { makeRound } from '../support/round.ts';
import { runOnServer, withDatabase } from '../support/server.ts';
import { giveTitle, makeRecord, makeWorld, type World } from '../support/world.ts';

export const schema = 'qinglan';

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'qinglan-backup-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An authority with something in most tables, signs that COPY escapes, and files. */
export async function fillAuthority(db: Database, files: FileStore): Promise<World> {
  const world = await makeWorld(db);
  await makeRound(db, 'city', world.city, world.cityOffice);
  await giveTitle(db, world.teacher, 'city-backbone', '[2020-01-01,2023-01-01)');
  const odd = ['反斜杠 \\N \\\\', '制表\t换行\n回车\r', '罕见字 𠮷䶮㛃', '"引号" \'单\'', '。 '];
  for (const title of odd) {
    const record = await makeRecord(db, world.teacher, 'open-class', { title, fields: { note: title } });
    const sha256 = await files.put(Buffer.from(`证书 ${title}`));
    await sql`INSERT INTO evidence (id, person_id, record_id, file_name, media_type, size, sha256, uploaded_by)
              VALUES (${newId()}, ${world.teacher}, ${record}, ${`${title}.pdf`}, 'application/pdf', 10, ${sha256}, ${world.teacher})`.execute(
      db,
    );
    await note(db, world, record, title);
  }
  return world;
}

/** One audited change. */
export const note = (db: Database, world: World, record: string, title: string): Promise<void> =>
  transaction(db, (tx) =>
    appendAudit<Change>(tx, world.teacher, new Date(), {
      action: 'record.claim',
      subjectType: 'record',
      subjectId: record,
      personId: world.teacher,
      unitPath: world.school.path,
      after: { title, size: 1.5, tags: ['甲', null] },
      reason: title,
    }),
  );

export const sourceOf = (url: string, files: FileStore, dataDir = folder()): Source => {
  let now = Date.parse('2026-11-26T03:15:00Z');
  const clock = () => {
    now += 1000;
    return new Date(now);
  };
  return { url, schema, dataDir, files, version: '0.1.0', clock };
};

/** An empty database on a server, with an empty data folder. */
export async function emptyPlace(server: string): Promise<Destination & { readonly db: Database }> {
  const name = `qinglan_restore_${randomBytes(6).toString('hex')}`;
  await runOnServer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = withDatabase(server, name);
  const db = openDatabase(url, { schema, max: 2 });
  afterAll(async () => {
    await db.destroy();
    await runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`).catch(() => undefined);
  });
  const dataDir = folder();
  return {
    db,
    url,
    schema,
    dataDir,
    files: folderFiles(join(dataDir, 'files')),
    findBrokenLink: brokenLinkIn(url),
  };
}

export const brokenLinkIn = (url: string) => async (draft: string) => {
  const db = openDatabase(url, { schema: draft, max: 1 });
  try {
    return await findBrokenLink(db);
  } finally {
    await db.destroy();
  }
};

/** Every row of every logged table as text, in an order of its own, and where the sequences stand. */
export async function contents(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c search_path=${schema},extensions -c timezone=UTC`,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; kind: string }>(
      `SELECT quote_ident(relname) AS name, relkind AS kind FROM pg_class
        WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'S') AND relpersistence = 'p' ORDER BY 1`,
    );
    const found: Record<string, string[]> = {};
    for (const { name, kind } of rows) {
      const all = await client.query<{ row: string }>(
        kind === 'S'
          ? `SELECT last_value || ' ' || is_called AS row FROM ${name}`
          : `SELECT t::text AS row FROM ${name} t ORDER BY 1`,
      );
      found[name] = all.rows.map(({ row }) => row);
    }
    return found;
  } finally {
    await client.end();
  }
}
