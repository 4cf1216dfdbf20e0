import { createPublicKey, generateKeyPairSync, hkdfSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { readConfig } from '../../../platform/config.ts';
import { transaction } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { checkChain } from '../chain/check.ts';
import { appendAudit } from '../queries.ts';
import { loadSigner, rotateSigner } from './key.ts';
import { checkpointText, openNote, rawKey, readVerifier, signNote, verifierText } from './note.ts';
import { checkProof, type InclusionFile, proveConsistency, proveEntries, tlogProof } from './proof.ts';
import { knownVerifiers, noteKey, signHead } from './sign.ts';

const { db } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'qinglan-test-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = readConfig({ QINGLAN_DATA: folder, QINGLAN_ORIGIN: 'https://rencai.example.edu.cn' });
const AT = new Date('2026-11-23T02:00:00Z');
const subject = newId();
const append = async (n: number) => {
  for (let i = 0; i < n; i += 1) {
    const title: string = `第${i}次公开课`;
    await transaction(db, (tx) =>
      appendAudit(tx, null, AT, {
        action: 'record.claim',
        subjectType: 'record',
        subjectId: subject,
        after: { title },
      }),
    );
  }
};
beforeAll(() => append(300));

const checkers = createRequire(import.meta.url);
/** Sigstore's readers of signed notes and tree heads, and its check of inclusion. */
const { verifyCheckpoint } = checkers('@sigstore/verify/dist/tlog/checkpoint.js') as {
  verifyCheckpoint(
    entry: { readonly inclusionProof: { readonly checkpoint: { readonly envelope: string } } },
    logs: readonly { readonly logID: Buffer; readonly publicKey: unknown; readonly baseURL: string }[],
  ): { readonly origin: string; readonly logSize: bigint; readonly logHash: Buffer };
};
const { verifyMerkleInclusion } = checkers('@sigstore/verify/dist/tlog/merkle.js') as {
  verifyMerkleInclusion(entry: unknown, checkpoint: unknown): void;
};

describe('the key', () => {
  test('is made once, bears the name of the address, and lies encrypted', () => {
    const first = loadSigner(config);
    expect(first.name).toBe('rencai.example.edu.cn/qinglan');
    expect(verifierText(loadSigner(config))).toBe(verifierText(first));
    const path = join(folder, 'audit-key-qinglan.json');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('PRIVATE KEY');
    // Whatever is changed of it is noticed: a letter of the sealed text, or the name it was sealed for.
    const { name, sealed } = JSON.parse(text) as { name: string; sealed: string };
    const changed = sealed.slice(0, -8) + (sealed.at(-8) === 'A' ? 'B' : 'A') + sealed.slice(-7);
    for (const wrong of [
      { name, sealed: changed },
      { name: `${name}x`, sealed },
    ]) {
      writeFileSync(path, JSON.stringify(wrong));
      expect(() => loadSigner(config)).toThrow('cannot be read');
    }
    writeFileSync(path, text);
    expect(verifierText(loadSigner(config))).toBe(verifierText(first));
    expect(() => loadSigner({ ...config, secret: 'another secret of this installation' })).toThrow(
      'QINGLAN_SECRET',
    );
  });

  test('made by an earlier version it goes on signing', () => {
    const place = { ...config, schema: 'earlier', secret: 'a secret of thirty-two signs and more' };
    const { privateKey } = generateKeyPairSync('ed25519');
    const passphrase = Buffer.from(hkdfSync('sha256', place.secret, '', 'qinglan audit key', 32)).toString(
      'base64url',
    );
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
    writeFileSync(
      join(folder, 'audit-key-earlier.json'),
      JSON.stringify({ name: 'a.example/earlier', privateKey: pem }),
    );
    const { key, name } = loadSigner(place);
    expect([name, key.equals(createPublicKey(privateKey))]).toEqual(['a.example/earlier', true]);
  });

  test('the line that publishes it is read back, and no other', () => {
    const text = verifierText(loadSigner(config));
    expect(readVerifier(text)?.id).toBe(loadSigner(config).id);
    expect(readVerifier(text.replace('rencai', 'another'))).toBeNull();
    // As published with the specification of signed notes.
    expect(
      readVerifier('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'),
    ).toMatchObject({
      id: '530d903a',
    });
  });
});

describe('a signed head', () => {
  test('is accepted by an independent reader of transparency logs', async () => {
    const signer = loadSigner(config);
    const { note, size, root } = await signHead(db, [signer], AT);
    const raw = rawKey(signer.key);
    const log = {
      logID: Buffer.from(signer.id, 'hex'),
      publicKey: createPublicKey({
        format: 'jwk',
        key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      }),
      baseURL: `https://${signer.name}`,
    };
    const read = (envelope: string) =>
      verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [log]);
    expect(read(note)).toMatchObject({ origin: signer.name, logSize: BigInt(size) });
    expect(read(note).logHash.toString('base64')).toBe(root);
    expect(() => read(note.replace(`\n${size}\n`, `\n${size + 1}\n`))).toThrow();
  });

  test('is refused when altered, when its key is unknown, and when it is no note', async () => {
    const signer = loadSigner(config);
    const { note } = await signHead(db, [signer], AT);
    expect(openNote(note, [signer])).toMatchObject({ ok: true });
    expect(openNote(note.replace('\n3', '\n4'), [signer])).toEqual({ ok: false, reason: 'bad-signature' });
    expect(openNote(note, [])).toEqual({ ok: false, reason: 'unknown-key' });
    expect(openNote('hello', [signer])).toEqual({ ok: false, reason: 'not-a-note' });
    expect(openNote(signNote('hello\n', [signer]), [signer])).toEqual({
      ok: false,
      reason: 'not-a-checkpoint',
    });
  });

  test('signed again over an unchanged chain is the same', async () => {
    const signer = loadSigner(config);
    const first = await signHead(db, [signer], AT);
    expect(await signHead(db, [signer], new Date('2026-11-24T02:00:00Z'))).toEqual(first);
  });
});

describe('a proof', () => {
  const prove = async (...seqs: number[]) => {
    const signer = loadSigner(config);
    return proveEntries(db, await signHead(db, [signer], AT), verifierText(signer), seqs);
  };

  test('of entries stands by itself, and an independent checker accepts it', async () => {
    const file = await prove(2, 256, 257, 300);
    expect(checkProof(JSON.parse(JSON.stringify(file)), [])).toMatchObject({ ok: true, kind: 'inclusion' });
    const lines = file.checkpoint.split('\n');
    const checkpoint = { logSize: BigInt(lines[1] ?? ''), logHash: Buffer.from(lines[2] ?? '', 'base64') };
    for (const { index, entry, proof } of file.entries) {
      const inclusionProof = {
        logIndex: String(index),
        hashes: proof.map((part) => Buffer.from(part, 'base64')),
      };
      const theirs = (body: string) =>
        verifyMerkleInclusion({ inclusionProof, canonicalizedBody: Buffer.from(body) }, checkpoint);
      expect(() => theirs(entry)).not.toThrow();
      expect(() => theirs(entry.replace('公开课', '示范课'))).toThrow();
    }
    expect(tlogProof(file, 1)).toMatch(
      /^c2sp\.org\/tlog-proof@v1\nindex 255\n[\s\S]*\n\nrencai\.example\.edu\.cn\/qinglan\n/,
    );
  });

  test('is refused when anything in it was altered', async () => {
    const file = await prove(9);
    const other = await prove(10);
    const [entry] = file.entries;
    const bent = (change: Partial<InclusionFile['entries'][number]>) =>
      checkProof({ ...file, entries: [{ ...entry, ...change }] }, []);
    expect(bent({ entry: (entry?.entry ?? '').replace('公开课', '示范课') })).toMatchObject({
      reason: 'not-included',
    });
    expect(bent({ index: 9 })).toMatchObject({ reason: 'not-included' });
    expect(bent({ proof: other.entries[0]?.proof ?? [] })).toMatchObject({ reason: 'not-included' });
    expect(checkProof({ ...file, checkpoint: file.checkpoint.replace('\n3', '\n4') }, [])).toMatchObject({
      ok: false,
    });
    expect(
      checkProof(file, [
        readVerifierOf('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'),
      ]),
    ).toEqual({
      ok: false,
      reason: 'unknown-key',
    });
    expect(checkProof({ hello: 1 }, [])).toEqual({ ok: false, reason: 'not-a-proof' });
  });

  test('of consistency shows that the chain of an old head goes on in today’s', async () => {
    const signer = loadSigner(config);
    const older = await signHead(db, [signer], AT);
    await append(77);
    const newer = await signHead(db, [signer], AT);
    const file = await proveConsistency(db, older, newer, verifierText(signer));
    expect(checkProof(file, [signer])).toMatchObject({ ok: true, kind: 'consistency' });
    const forged = checkpointText({ origin: signer.name, size: older.size, root: Buffer.alloc(32) });
    expect(checkProof({ ...file, older: signNote(forged, [signer]) }, [signer])).toEqual({
      ok: false,
      reason: 'not-consistent',
    });
  });
});

const readVerifierOf = (text: string) => {
  const found = readVerifier(text);
  if (found === null) throw new Error(text);
  return found;
};

describe('walking the chain with its signed heads', () => {
  test('a replaced key is told of in the chain, and one head bears both signatures', async () => {
    const { old, made } = rotateSigner(config);
    await noteKey(db, made, AT, { replaces: old, reason: '例行更换' });
    const { note } = await signHead(db, [made, old], AT);
    expect(openNote(note, [old])).toMatchObject({ ok: true });
    expect(openNote(note, [made])).toMatchObject({ ok: true });
    expect((await knownVerifiers(db)).map(({ id }) => id)).toEqual([made.id, old.id]);
    expect((await checkChain(db, AT)).broken).toBeNull();
  });

  test('a stored head with a false signature is named', async () => {
    const undo = new Error('undo');
    await transaction(db, async (tx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(tx);
      const { note, size } = await signHead(tx, [loadSigner(config)], AT);
      const at = note.length - 10;
      const bent = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
      await sql`UPDATE audit_checkpoint SET note = ${bent} WHERE size = ${size}`.execute(tx);
      expect((await checkChain(tx, AT)).broken).toEqual({ seq: size, fault: 'signed-head' });
      throw undo;
    }).catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  });
});
