import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { appendAudit, findBrokenLink, selectTimeline } from './queries.ts';
import type { AuditAction } from './rules.ts';

const { db } = await testDatabase();
const at = new Date('2026-11-23T02:00:00Z');

const append = (action: AuditAction, subjectId: string, more: { before?: unknown; after?: unknown } = {}) =>
  transaction(db, (tx) => appendAudit(tx, null, at, { action, subjectType: 'record', subjectId, ...more }));

describe('the audit chain', () => {
  test('holds over many writers at once, and a rolled back change leaves no entry', async () => {
    const subject = newId();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        append('record.claim', subject, { after: { 标题: `公开课𠮷${n}`, n } }),
      ),
    );
    await transaction(db, async (tx) => {
      await appendAudit(tx, null, at, {
        action: 'record.withdraw',
        subjectType: 'record',
        subjectId: subject,
      });
      throw new Error('changed my mind');
    }).catch(() => undefined);
    expect(await selectTimeline(db, { subjectId: subject })).toHaveLength(20);
    expect(await findBrokenLink(db)).toBeNull();
  });

  test('no entry can be changed or removed through SQL', async () => {
    await expect(sql`UPDATE audit SET reason = 'x'`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`DELETE FROM audit`.execute(db)).rejects.toThrow('append-only');
  });

  test('an entry altered behind the trigger is named', async () => {
    const first = await db
      .selectFrom('audit')
      .select('seq')
      .orderBy('seq')
      .offset(4)
      .limit(1)
      .executeTakeFirstOrThrow();
    await sql`ALTER TABLE audit DISABLE TRIGGER audit_append_only`.execute(db);
    await sql`UPDATE audit SET after = '{"n": 999}' WHERE seq = ${first.seq}`.execute(db);
    expect(await findBrokenLink(db)).toBe(first.seq);
  });
});
