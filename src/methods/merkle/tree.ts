/**
 * The Merkle tree of a transparency log (RFC 6962, RFC 9162): a leaf is SHA-256(0x00 ‖ entry), a node
 * SHA-256(0x01 ‖ left ‖ right). Sizes and indexes are whole numbers below 2^53. Pure: SHA-256 and the hashes already
 * kept are handed in.
 */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const HASH_BYTES = 32;

export const leafHash = (sha256: Sha256, entry: Uint8Array): Uint8Array => sha256(LEAF, entry);
export const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(NODE, left, right);

/** The leaves from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The whole subtree over the leaves index·2^level up to (index + 1)·2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The largest power of two below n, where a tree of n ≥ 2 leaves is divided. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The whole subtrees a span of the tree consists of, left to right; folded from the right they are its hash. */
export function subtreesOf({ from, to }: Span): Subtree[] {
  const found: Subtree[] = [];
  let at = from;
  while (at < to) {
    let [level, width] = [0, 1];
    while (width * 2 <= to - at && at % (width * 2) === 0) {
      level += 1;
      width *= 2;
    }
    found.push({ level, index: at / width });
    at += width;
  }
  return found;
}

/** The spans whose hashes prove that leaf `index` stands in the tree of `size` leaves, the leaf's sibling first. */
export function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      spans.push({ from: middle, to });
      to = middle;
    } else {
      spans.push({ from, to: middle });
      from = middle;
    }
  }
  return spans.reverse();
}

/** The spans whose hashes prove that the tree of `size` leaves begins with that of `before` (0 < before ≤ size). */
export function consistencySpans(before: number, size: number): Span[] {
  const spans: Span[] = [];
  let [from, to] = [0, size];
  while (before !== to) {
    const middle = from + split(to - from);
    if (before <= middle) {
      spans.push({ from: middle, to });
      to = middle;
    } else {
      spans.push({ from, to: middle });
      from = middle;
    }
  }
  if (from > 0) spans.push({ from, to });
  return spans.reverse();
}

/** The hash of a span, of the hashes of its whole subtrees. */
export function spanHash(sha256: Sha256, span: Span, hashOf: (subtree: Subtree) => Uint8Array): Uint8Array {
  const [last, ...rest] = subtreesOf(span).reverse();
  if (last === undefined) return sha256();
  return rest.reduce((right, left) => nodeHash(sha256, hashOf(left), right), hashOf(last));
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;

/** RFC 9162, 2.1.3.2: does the proof lead from this leaf at `index` to the root of the tree of `size` leaves? */
export function provesInclusion(
  sha256: Sha256,
  claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
  },
  proof: readonly Uint8Array[],
): boolean {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  let [first, last, hash] = [claim.index, claim.size - 1, claim.leaf];
  for (const part of proof) {
    if (last === 0) return false;
    if (odd(first) || first === last) {
      hash = nodeHash(sha256, part, hash);
      while (!odd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      hash = nodeHash(sha256, hash, part);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && same(hash, claim.root);
}

export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162, 2.1.4.2: does the proof show that the later tree begins with the whole of the earlier one? */
export function provesConsistency(
  sha256: Sha256,
  earlier: Head,
  later: Head,
  proof: readonly Uint8Array[],
): boolean {
  if (earlier.size <= 0 || earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && same(earlier.root, later.root);
  let [first, last] = [earlier.size - 1, later.size - 1];
  while (odd(first)) [first, last] = [half(first), half(last)];
  // Where the earlier tree is whole in the later one, its root is known already and left out of the proof.
  const path = first === 0 ? [earlier.root, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let [mine, theirs] = [start, start];
  for (const part of rest) {
    if (last === 0) return false;
    if (odd(first) || first === last) {
      mine = nodeHash(sha256, part, mine);
      theirs = nodeHash(sha256, part, theirs);
      while (!odd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      theirs = nodeHash(sha256, theirs, part);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && same(mine, earlier.root) && same(theirs, later.root);
}
