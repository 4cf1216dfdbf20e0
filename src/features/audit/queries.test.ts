import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { walkChain } from './chain/verify.ts';
import { appendAudit, auditCall, type Change, KNOWN_LATER, selectTimeline } from './queries.ts';
import { type AuditAction, canonical } from './rules.ts';

const { db } = await testDatabase();
const at = new Date('2026-11-23T02:00:00Z');

const person = async (name: string): Promise<string> => {
  const id = newId();
  await db.insertInto('person').values({ id, name, name_search: name }).execute();
  return id;
};
const append = (action: AuditAction, subjectId: string, more: { before?: unknown; after?: unknown } = {}) =>
  transaction(db, (tx) => appendAudit(tx, null, at, { action, subjectType: 'record', subjectId, ...more }));

describe('the audit chain', () => {
  test('holds over many writers at once, and a rolled back change leaves no entry', async () => {
    const subject = newId();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
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
    expect(await selectTimeline(db, { subjectId: subject })).toHaveLength(50);
    expect((await walkChain(db)).broken).toBeNull();
  });

  test('entries stand in the order of the commits, whoever began first', async () => {
    const [slow, fast] = [newId(), newId()];
    let go = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    const first = transaction(db, async (tx) => {
      await sql`SELECT 1`.execute(tx);
      await waiting;
      await appendAudit(tx, null, at, { action: 'record.claim', subjectType: 'record', subjectId: slow });
    });
    await append('record.claim', fast);
    go();
    await first;
    const seqOf = async (subjectId: string) => (await selectTimeline(db, { subjectId }))[0]?.seq ?? 0;
    expect(await seqOf(slow)).toBe((await seqOf(fast)) + 1);
    expect((await walkChain(db)).broken).toBeNull();
  });

  test('an entry holds what only its own statement knew, and its hash covers it', async () => {
    const subject = newId();
    const change: Change = {
      action: 'application.submit',
      subjectType: 'application',
      subjectId: subject,
      after: { receipt: KNOWN_LATER, seq: '"seq":1' },
    };
    const call = auditCall(null, at, change, sql<string>`drawn.receipt`);
    await sql`WITH drawn AS (SELECT 'SB' || '7' AS receipt) SELECT ${call} FROM drawn`.execute(db);
    expect((await selectTimeline(db, { subjectId: subject }))[0]?.after).toEqual({
      receipt: 'SB7',
      seq: '"seq":1',
    });
    expect((await walkChain(db)).broken).toBeNull();
  });

  test('an entry of a deputy names both, and its hash covers for whom', async () => {
    const [deputy, principal] = await Promise.all([person('代办'), person('委托')]);
    const subject = newId();
    await transaction(db, (tx) =>
      appendAudit(tx, { personId: deputy, actingFor: { personId: principal, name: '委托' } }, at, {
        action: 'record.confirm',
        subjectType: 'record',
        subjectId: subject,
      }),
    );
    expect((await selectTimeline(db, { subjectId: subject }))[0]).toMatchObject({
      actorName: '代办',
      forName: '委托',
    });
    expect((await walkChain(db)).broken).toBeNull();
    const entry = { actorId: deputy, onBehalfOf: principal };
    expect(canonical(entry)).not.toBe(canonical({ ...entry, onBehalfOf: undefined }));
  });

  test('no entry can be changed or removed through SQL', async () => {
    await expect(sql`UPDATE audit SET reason = 'x'`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`DELETE FROM audit`.execute(db)).rejects.toThrow('append-only');
  });
});
