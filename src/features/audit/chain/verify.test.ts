import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { under } from '../../../platform/circumstances.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { chainHash } from '../digest.ts';
import { appendAudit } from '../queries.ts';
import { growTree, rootAt } from '../tree/queries.ts';
import { eraseOrigins, type Link, nextLinks } from './queries.ts';
import { type KnownHead, walkChain } from './verify.ts';

const { db } = await testDatabase();
/** What somebody wrote. */
const TITLE: string = '公开课𠮷';
const AT = new Date('2026-11-23T02:00:00Z');
const WHERE = { address: '10.0.0.7', device: 'Firefox 145 · Windows' };
const PRINCIPAL = newId();
const TAMPERED = 7;
const ENTRIES = 600;
let oldHead: KnownHead;

beforeAll(async () => {
  await firstVersion(db, 3);
  const [actor, subject, person, round] = [newId(), newId(), newId(), newId()];
  for (let n = 3; n < ENTRIES; n += 1) {
    await under(WHERE, () =>
      transaction(db, (tx) =>
        appendAudit(tx, { personId: actor, actingFor: { personId: PRINCIPAL, name: '委托' } }, AT, {
          action: 'record.change',
          subjectType: 'record',
          subjectId: subject,
          personId: person,
          roundId: round,
          unitPath: '1.4.',
          before: { title: TITLE, n: n - 1 },
          after: { title: TITLE, n },
          reason: '更正',
        }),
      ),
    );
  }
  await growTree(db);
  oldHead = { size: 500, root: await rootAt(db, 500), chainHash: null };
  // The tree is behind the chain, as it always may be.
  await under(WHERE, () =>
    transaction(db, (tx) =>
      appendAudit(tx, actor, AT, { action: 'record.claim', subjectType: 'record', subjectId: subject }),
    ),
  );
});

/** Entries as they were written before entries told their version, by the same rule as then. */
async function firstVersion(on: Db, count: number): Promise<void> {
  let previous = '0'.repeat(64);
  for (let seq = 1; seq <= count; seq += 1) {
    const entry = {
      version: 1,
      seq,
      at: AT.toISOString(),
      actorId: null,
      onBehalfOf: null,
      action: 'record.claim',
      subjectType: 'record',
      subjectId: null,
      personId: null,
      roundId: null,
      unitPath: null,
      before: null,
      after: { n: seq },
      reason: null,
      origin: null,
    };
    const hash = chainHash(previous, entry);
    await sql`INSERT INTO audit (seq, at, action, subject_type, after, previous_hash, hash)
              VALUES (${seq}, ${AT}, 'record.claim', 'record', ${JSON.stringify(entry.after)}::jsonb, ${previous}, ${hash})`.execute(
      on,
    );
    await sql`UPDATE audit_head SET seq = ${seq}, hash = ${hash}`.execute(on);
    previous = hash;
  }
}

/** What the walk finds after somebody with every right over the database did `harm` behind the triggers. */
async function foundAfter(harm: (tx: Db) => Promise<unknown>, heads: readonly KnownHead[] = []) {
  const undo = new Error('undo');
  let found: unknown;
  await transaction(db, async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await harm(tx);
    found = (await walkChain(tx, heads)).broken;
    throw undo;
  }).catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return found;
}

/** Links the chain anew from an entry to its end, as who owns the database can. */
async function relink(tx: Db, from: number): Promise<void> {
  const [before] = await nextLinks(tx, from - 2, 1);
  let previous = before?.hash ?? '';
  const links: Link[] = await nextLinks(tx, from - 1, ENTRIES + 10);
  for (const { entry } of links) {
    const hash = chainHash(previous, entry);
    await sql`UPDATE audit SET previous_hash = ${previous}, hash = ${hash} WHERE seq = ${entry.seq}`.execute(
      tx,
    );
    previous = hash;
  }
  await sql`UPDATE audit_head SET hash = ${previous}, seq = (SELECT max(seq) FROM audit)`.execute(tx);
}

describe('an untouched chain', () => {
  test('holds, with entries of the first version at its beginning, and begins with an older head', async () => {
    const walk = await walkChain(db, [oldHead]);
    expect(walk).toMatchObject({ entries: ENTRIES + 1, broken: null });
  });

  test('holds when what tells from where its entries came was erased', async () => {
    expect(await foundAfter((tx) => eraseOrigins(tx, new Date('2027-01-01')))).toBeNull();
  });

  test('says from where and for whom', async () => {
    const [link] = await nextLinks(db, TAMPERED - 1, 1);
    expect(link?.from).toMatchObject(WHERE);
    expect(link?.entry.onBehalfOf).toBe(PRINCIPAL);
  });

  test('is walked on from where an earlier walk ended', async () => {
    const [last] = await nextLinks(db, 299, 1);
    const walk = await walkChain(db, [oldHead], { from: { size: 300, hash: last?.hash ?? '' } });
    expect(walk).toMatchObject({ entries: ENTRIES + 1, broken: null });
  });
});

describe('what was altered is named', () => {
  const COLUMNS = {
    version: '3',
    at: "at + interval '1 millisecond'",
    actor_id: 'NULL',
    on_behalf_of: 'NULL',
    action: "'record.confirm'",
    subject_type: "'round'",
    subject_id: 'gen_random_uuid()',
    person_id: 'gen_random_uuid()',
    round_id: 'NULL',
    unit_path: "'1.5.'",
    before: "'{}'",
    after: `after || '{"n": 8}'`,
    reason: "'另有原因'",
    origin_digest: 'NULL',
  } as const;
  for (const [column, value] of Object.entries(COLUMNS)) {
    test(`${column} of an entry`, async () => {
      expect(
        await foundAfter((tx) =>
          sql`UPDATE audit SET ${sql.id(column)} = ${sql.raw(value)} WHERE seq = ${TAMPERED}`.execute(tx),
        ),
      ).toEqual({ seq: TAMPERED, fault: 'altered' });
    });
  }

  test('every column of the table is among them, or is a link, or the number', async () => {
    const columns = await sql<{ name: string }>`
      SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'audit'`.execute(db);
    expect(columns.rows.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(COLUMNS), 'seq', 'previous_hash', 'hash'].sort(),
    );
  });

  test('its hash, and its link', async () => {
    const change = (column: string) => (tx: Db) =>
      sql`UPDATE audit SET ${sql.id(column)} = ${'f'.repeat(64)} WHERE seq = ${TAMPERED}`.execute(tx);
    expect(await foundAfter(change('hash'))).toEqual({ seq: TAMPERED, fault: 'hash' });
    expect(await foundAfter(change('previous_hash'))).toEqual({ seq: TAMPERED, fault: 'unlinked' });
  });

  test('the address or device beside it', async () => {
    expect(
      await foundAfter((tx) =>
        sql`UPDATE audit_origin SET address = '10.0.0.8' WHERE seq = ${TAMPERED}`.execute(tx),
      ),
    ).toEqual({ seq: TAMPERED, fault: 'origin' });
  });

  test('an entry of the first version', async () => {
    expect(
      await foundAfter((tx) => sql`UPDATE audit SET after = '{"n": 9}' WHERE seq = 2`.execute(tx)),
    ).toEqual({
      seq: 2,
      fault: 'altered',
    });
    expect(await foundAfter((tx) => sql`UPDATE audit SET version = 2 WHERE seq = 2`.execute(tx))).toEqual({
      seq: 2,
      fault: 'altered',
    });
  });
});

describe('what was taken out, put in or exchanged is named', () => {
  const remove = (seq: number) => (tx: Db) => sql`DELETE FROM audit WHERE seq = ${seq}`.execute(tx);
  const shift = (tx: Db, from: number, by: number) =>
    sql`UPDATE audit SET seq = -seq WHERE seq >= ${from}`
      .execute(tx)
      .then(() => sql`UPDATE audit SET seq = -seq + ${by} WHERE seq < 0`.execute(tx))
      .then(() => sql`UPDATE audit_head SET seq = seq + ${by}`.execute(tx));

  test('a removed entry', async () => {
    expect(await foundAfter(remove(TAMPERED))).toEqual({ seq: TAMPERED, fault: 'missing' });
  });

  test('a removed entry whose gap was closed', async () => {
    const harm = async (tx: Db) => {
      await remove(TAMPERED)(tx);
      await shift(tx, TAMPERED + 1, -1);
    };
    expect(await foundAfter(harm)).toEqual({ seq: TAMPERED, fault: 'unlinked' });
  });

  test('two exchanged entries', async () => {
    const harm = async (tx: Db) => {
      await sql`UPDATE audit SET seq = 0 WHERE seq = ${TAMPERED}`.execute(tx);
      await sql`UPDATE audit SET seq = ${TAMPERED} WHERE seq = ${TAMPERED + 1}`.execute(tx);
      await sql`UPDATE audit SET seq = ${TAMPERED + 1} WHERE seq = 0`.execute(tx);
    };
    expect(await foundAfter(harm)).toEqual({ seq: TAMPERED, fault: 'unlinked' });
  });

  test('an entry put between two others', async () => {
    const harm = async (tx: Db) => {
      await shift(tx, TAMPERED + 1, 1);
      await sql`INSERT INTO audit (seq, at, action, subject_type, previous_hash, hash)
                SELECT ${TAMPERED + 1}, at, 'record.claim', 'record', hash, ${'e'.repeat(64)} FROM audit WHERE seq = ${TAMPERED}`.execute(
        tx,
      );
    };
    expect(await foundAfter(harm)).toEqual({ seq: TAMPERED + 1, fault: 'altered' });
  });

  test('an entry put after the last one past the head', async () => {
    const harm = async (tx: Db) => {
      const [last] = await nextLinks(tx, ENTRIES, 1);
      const entry = { ...(last as Link).entry, version: 1, seq: ENTRIES + 2 };
      const hash = chainHash(last?.hash ?? '', entry);
      await sql`INSERT INTO audit (seq, at, actor_id, action, subject_type, subject_id, previous_hash, hash)
                SELECT ${ENTRIES + 2}, at, actor_id, action, subject_type, subject_id, hash, ${hash} FROM audit WHERE seq = ${ENTRIES + 1}`.execute(
        tx,
      );
    };
    expect(await foundAfter(harm)).toEqual({ seq: ENTRIES + 2, fault: 'unknown' });
  });

  test('a cut tail: by the head; by the tree, when the head was set back; by an old head, when all was', async () => {
    const cut = (tx: Db) => sql`DELETE FROM audit WHERE seq > 400`.execute(tx);
    expect(await foundAfter(cut)).toEqual({ seq: 401, fault: 'missing' });
    const withHead = async (tx: Db) => {
      await cut(tx);
      await sql`UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1)`.execute(
        tx,
      );
    };
    expect(await foundAfter(withHead)).toEqual({ seq: 401, fault: 'missing' });
    const withTree = async (tx: Db) => {
      await withHead(tx);
      await sql`DELETE FROM audit_tile`.execute(tx);
      await sql`UPDATE audit_tree SET size = 0`.execute(tx);
    };
    expect(await foundAfter(withTree)).toBeNull();
    expect(await foundAfter(withTree, [oldHead])).toEqual({ seq: 401, fault: 'missing' });
  });

  test('a head that was changed', async () => {
    expect(await foundAfter((tx) => sql`UPDATE audit_head SET hash = ${'0'.repeat(64)}`.execute(tx))).toEqual(
      { seq: ENTRIES + 1, fault: 'head' },
    );
  });

  test('a chain written anew from an entry on: by the tree, and when that was made anew, by an old head', async () => {
    const rewrite = async (tx: Db) => {
      await sql`UPDATE audit SET reason = '补记' WHERE seq = ${TAMPERED}`.execute(tx);
      await relink(tx, TAMPERED);
    };
    expect(await foundAfter(rewrite)).toEqual({ seq: TAMPERED, fault: 'tree' });
    const withTree = async (tx: Db) => {
      await rewrite(tx);
      await sql`DELETE FROM audit_tile`.execute(tx);
      await sql`UPDATE audit_tree SET size = 0`.execute(tx);
      await growTree(tx);
    };
    expect(await foundAfter(withTree)).toBeNull();
    expect(await foundAfter(withTree, [oldHead])).toEqual({ seq: 500, fault: 'signed-head' });
  });
});

describe('what may not be done through SQL', () => {
  test('a tile is never changed but at its end, nor removed; an origin is never changed', async () => {
    await expect(
      sql`UPDATE audit_tile SET hashes = substring(hashes FOR 32) WHERE level = 0`.execute(db),
    ).rejects.toThrow('grows at its end');
    await expect(sql`DELETE FROM audit_tile`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`UPDATE audit_origin SET address = NULL`.execute(db)).rejects.toThrow('never changed');
  });
});
