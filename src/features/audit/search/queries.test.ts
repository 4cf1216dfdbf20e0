import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import type { AuditAction } from '../rules.ts';
import { listAudit } from './queries.ts';

const { db } = await testDatabase();
const SCHOOL = '1.2.3.';

/** A school with five groups among others; one act of a hundred is rare, and of the school's the oldest are. */
beforeAll(async () => {
  await sql`
    INSERT INTO audit (seq, at, action, subject_type, unit_path, previous_hash, hash)
    SELECT n, timestamptz '2020-01-01' + n * interval '1 hour',
           CASE WHEN n % 100 = 0 THEN 'person.moved' WHEN n % 3 = 0 THEN 'record.confirm' ELSE 'record.claim' END, 'person',
           CASE WHEN n % 2 = 0 AND (n < 10000 OR n % 100 > 0)
                THEN ${SCHOOL}::text || CASE WHEN n % 7 = 0 THEN '' ELSE (n % 7 + 3)::text || '.' END ELSE '1.2.9.' END,
           '', ''
      FROM generate_series(2, 20000) AS n`.execute(db);
  await sql`ANALYZE audit`.execute(db);
});

/** How often a connection has gone by the index and not yet told the statistics. */
async function scans(tx: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT pg_stat_get_xact_numscans('audit_unit_rare'::regclass)::int AS n`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** What was found, and whether the index of rare acts led to it. */
const found = (action: AuditAction) =>
  transaction(db, async (tx) => {
    const filter = { people: null, action, from: null, until: null, unitPath: SCHOOL };
    const before = await scans(tx);
    const rows = await listAudit(tx, ['1.'], filter, { before: null, limit: 50 });
    return { seqs: rows.map(({ seq }) => seq), byIndex: (await scans(tx)) > before };
  });

test('a school’s rare acts are found by their index, however long ago they were and however often asked for', async () => {
  const last = Array.from({ length: 50 }, (_, i) => 9900 - i * 100);
  for (let again = 0; again < 8; again += 1)
    expect(await found('person.moved')).toEqual({ seqs: last, byIndex: true });
});

test('what happens all the time is not in it, and fills a page from the newest on', async () => {
  const { seqs, byIndex } = await found('record.confirm');
  expect([seqs.length, byIndex]).toEqual([50, false]);
  expect(seqs).toEqual(seqs.toSorted((a, b) => b - a));
});
