import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgeOf, grow, subtreeHash, type Tile, tileKey, tileOf } from './tiles.ts';
import {
  consistencySpans,
  inclusionSpans,
  leafHash,
  provesConsistency,
  provesInclusion,
  type Sha256,
  type Span,
  spanHash,
} from './tree.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** RFC 6962, 2.1, as it is written there: the reference the tiles are held against. */
function reference(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1), reference(leaves.slice(0, k)), reference(leaves.slice(k)));
}

/** A log kept in tiles, grown in the given steps. */
function kept(leaves: readonly Uint8Array[], steps: readonly number[]) {
  const tiles = new Map<string, Tile>();
  let size = 0;
  for (const step of [...steps, leaves.length]) {
    const until = Math.min(size + step, leaves.length);
    const edge = edgeOf(size).map((place) => tiles.get(tileKey(place)) as Tile);
    for (const tile of grow(sha256, size, edge, leaves.slice(size, until))) {
      const before = tiles.get(tileKey(tile));
      if (before !== undefined)
        expect(hex(tile.hashes.subarray(0, before.hashes.length))).toBe(hex(before.hashes));
      tiles.set(tileKey(tile), tile);
    }
    size = until;
  }
  const hashOf = (span: Span) =>
    spanHash(sha256, span, (subtree) =>
      subtreeHash(sha256, subtree, tiles.get(tileKey(tileOf(subtree)))?.hashes ?? new Uint8Array()),
    );
  return { tiles, hashOf, rootOf: (n: number) => hashOf({ from: 0, to: n }) };
}

const leavesOf = (n: number) =>
  Array.from({ length: n }, (_, index) => leafHash(sha256, new TextEncoder().encode(`entry ${index}`)));

/** The leaves and roots of the certificate-transparency project's tests, which other logs test by, too. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

interface Checker {
  verifyMerkleInclusion(
    entry: {
      readonly inclusionProof: { readonly logIndex: string; readonly hashes: readonly Buffer[] };
      readonly canonicalizedBody: Buffer;
    },
    checkpoint: { readonly logSize: bigint; readonly logHash: Buffer },
  ): void;
}
/** Sigstore's checker of transparency logs, which shares no line with ours. */
const checker: Checker = createRequire(import.meta.url)('@sigstore/verify/dist/tlog/merkle.js');

describe('the Merkle tree of the audit', () => {
  test('has the roots that the certificate-transparency project publishes for its test leaves', () => {
    const log = kept(
      INPUTS.map((input) => leafHash(sha256, input)),
      [3, 2],
    );
    expect(ROOTS.map((_, size) => hex(log.rootOf(size)))).toEqual(ROOTS);
  });

  test('has the root that RFC 6962 defines, however it grew', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1200 }),
        fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 6 }),
        (n, steps) => {
          const leaves = leavesOf(n);
          const log = kept(leaves, steps);
          expect(hex(log.rootOf(n))).toBe(hex(reference(leaves)));
          const part = Math.floor(n / 3);
          expect(hex(log.rootOf(part))).toBe(hex(reference(leaves.slice(0, part))));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('stays right past the second level of tiles', () => {
    const leaves = leavesOf(256 * 256 + 300);
    const log = kept(leaves, [70, 65_000]);
    expect([...log.tiles.values()].map(({ level }) => level).sort((a, b) => b - a)[0]).toBe(2);
    expect(hex(log.rootOf(leaves.length))).toBe(hex(reference(leaves)));
    for (const index of [0, 255, 256, 65_535, 65_536, leaves.length - 1]) {
      const proof = inclusionSpans(index, leaves.length).map(log.hashOf);
      const claim = {
        leaf: leaves[index] as Uint8Array,
        index,
        size: leaves.length,
        root: log.rootOf(leaves.length),
      };
      expect(provesInclusion(sha256, claim, proof)).toBe(true);
    }
  });

  const places = fc
    .integer({ min: 1, max: 700 })
    .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
  const large = kept(leavesOf(700), [311]);

  test('its inclusion proofs convince our check and an independent checker; altered, neither', () => {
    fc.assert(
      fc.property(places, fc.nat(), ([size, index], chance) => {
        const entry = Buffer.from(`entry ${index}`);
        const root = large.rootOf(size);
        const proof = inclusionSpans(index, size).map(large.hashOf);
        const ours = (parts: readonly Uint8Array[], at = index) =>
          provesInclusion(sha256, { leaf: leafHash(sha256, entry), index: at, size, root }, parts);
        const theirs = (parts: readonly Uint8Array[], body = entry) =>
          checker.verifyMerkleInclusion(
            {
              inclusionProof: {
                logIndex: String(index),
                hashes: parts.map((part) => Buffer.from(part)),
              },
              canonicalizedBody: body,
            },
            { logSize: BigInt(size), logHash: Buffer.from(root) },
          );
        expect(ours(proof)).toBe(true);
        expect(() => theirs(proof)).not.toThrow();
        expect(() => theirs(proof, Buffer.from('another'))).toThrow();
        expect(ours([...proof, root])).toBe(false);
        if (size > 1) expect(ours(proof, (index + 1) % size)).toBe(false);
        const [altered = new Uint8Array(), at] = [proof[chance % Math.max(1, proof.length)], chance];
        if (proof.length === 0) return;
        const bent = proof.map((part) =>
          part === altered
            ? part.map((byte, place) => (place === at % 32 ? byte ^ (1 << (at % 8)) : byte))
            : part,
        );
        expect(ours(bent)).toBe(false);
        expect(() => theirs(bent)).toThrow();
        expect(ours(proof.slice(1))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('its consistency proofs show that the earlier log is the beginning of the later one, and only that', () => {
    fc.assert(
      fc.property(places, ([size, smaller]) => {
        const before = smaller + 1;
        const [earlier, later] = [
          { size: before, root: large.rootOf(before) },
          { size, root: large.rootOf(size) },
        ];
        const proof = consistencySpans(before, size).map(large.hashOf);
        expect(provesConsistency(sha256, earlier, later, proof)).toBe(true);
        const forged = { ...earlier, root: sha256(earlier.root) };
        expect(provesConsistency(sha256, forged, later, proof)).toBe(false);
        expect(provesConsistency(sha256, earlier, { ...later, root: sha256(later.root) }, proof)).toBe(false);
        if (before > 1) {
          const other = { size: before - 1, root: earlier.root };
          expect(provesConsistency(sha256, other, later, proof)).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('an empty earlier log proves nothing', () => {
    expect(
      provesConsistency(sha256, { size: 0, root: sha256() }, { size: 4, root: large.rootOf(4) }, []),
    ).toBe(false);
  });
});
