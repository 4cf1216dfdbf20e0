import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { readConfig } from '../../platform/config.ts';
import { transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { selectLatestCheck } from './chain/queries.ts';
import { loadSigner } from './heads/key.ts';
import { openNote } from './heads/note.ts';
import { headsFolder, keepAudit, keepDay } from './keep.ts';
import { appendAudit } from './queries.ts';

const { db } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'qinglan-test-keep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let now = new Date('2026-11-23T02:00:00Z');
const services = {
  config: readConfig({ QINGLAN_DATA: folder }),
  db,
  log: pino({ level: 'silent' }),
  clock: () => now,
};
const append = () =>
  transaction(db, (tx) =>
    appendAudit(tx, null, now, { action: 'record.claim', subjectType: 'record', subjectId: newId() }),
  );

test('each night the head is signed and laid out as a file, and what was appended is walked; a missed night is made up for', async () => {
  await append();
  await (await keepAudit(services))();
  const [file = ''] = readdirSync(headsFolder(services.config));
  expect(file).toBe('audit-head-2026-11-23-2.txt');
  const note = readFileSync(join(headsFolder(services.config), file), 'utf8');
  expect(openNote(note, [loadSigner(services.config)])).toMatchObject({ ok: true, checkpoint: { size: 2 } });
  expect(await selectLatestCheck(db)).toMatchObject({ entries: 2, brokenAt: null });

  await append();
  now = new Date('2026-11-24T02:00:00Z');
  await keepDay(services);
  expect(await selectLatestCheck(db)).toMatchObject({ entries: 3, brokenAt: null });

  await append();
  await sql`ALTER TABLE audit DISABLE TRIGGER audit_append_only`.execute(db);
  await sql`UPDATE audit SET reason = 'x' WHERE seq = 4`.execute(db);
  now = new Date('2026-11-25T02:00:00Z');
  await keepDay(services);
  expect(await selectLatestCheck(db)).toMatchObject({ entries: 3, brokenAt: 4, fault: 'altered' });
});
