import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { testApp } from '../../tests/support/app.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { loadSigner } from '../features/audit/heads/key.ts';
import { shortOf } from '../features/audit/heads/paper.ts';
import type { CheckpointRow } from '../features/audit/heads/queries.ts';
import { shortHead } from '../features/audit/heads/short.ts';
import { signHead } from '../features/audit/heads/sign.ts';
import { appendAudit } from '../features/audit/queries.ts';
import { transaction } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';
import { auditCommand } from './audit.ts';

const { db, url } = await testDatabase();
const { services } = testApp(db);
const AT = new Date('2026-11-23T02:00:00Z');
let printed: CheckpointRow;

const append = async (n: number) => {
  for (let i = 0; i < n; i += 1)
    await transaction(db, (tx) =>
      appendAudit(tx, null, AT, { action: 'record.claim', subjectType: 'record', subjectId: newId() }),
    );
};
const verify = (...args: string[]) => auditCommand(['verify', ...args], (work) => work(services, url));

beforeAll(async () => {
  await append(20);
  printed = await signHead(db, [loadSigner(services.config)], AT);
  await append(30);
});
afterEach(() => vi.restoreAllMocks());

describe('audit verify with a head from paper', () => {
  const quiet = () => {
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    return said;
  };

  test('says that today’s chain begins with the entries it was printed of', async () => {
    const said = quiet();
    await verify('--short', shortOf(printed));
    expect(said.join('')).toContain(`It begins with the ${printed.size} entries of the short code`);
  });

  test('tells a slip of the pen from a chain that was changed', async () => {
    quiet();
    const code = shortOf(printed);
    await expect(verify('--short', `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`)).rejects.toThrow(
      'was mistyped',
    );
    const forged = shortHead({ size: printed.size, root: Buffer.alloc(32, 7) });
    await expect(verify('--short', forged)).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining('broken'),
    });
    const longer = shortHead({ size: 5000, root: Buffer.alloc(32, 7) });
    await expect(verify('--short', longer)).rejects.toThrow('had 5000 when the short code was printed');
  });

  test('names a chain that was written anew, though it holds in itself', async () => {
    quiet();
    const undo = new Error('undo');
    await transaction(db, async (tx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(tx);
      // Whoever owns everything leaves out all heads and keys, and begins again with other entries.
      for (const table of ['audit', 'audit_checkpoint', 'audit_tile'])
        await sql`DELETE FROM ${sql.table(table)}`.execute(tx);
      await sql`UPDATE audit_head SET seq = 0, hash = repeat('0', 64)`.execute(tx);
      await sql`UPDATE audit_tree SET size = 0`.execute(tx);
      for (let i = 0; i < 60; i += 1)
        await appendAudit(tx, null, AT, {
          action: 'record.claim',
          subjectType: 'record',
          subjectId: newId(),
        });
      const forged = auditCommand(['verify', '--short', shortOf(printed)], (work) =>
        work({ ...services, db: tx as unknown as typeof db }, url),
      );
      await expect(forged).rejects.toMatchObject({
        code: 3,
        message: expect.stringContaining('are not those the short code was printed of'),
      });
      throw undo;
    }).catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  });
});
