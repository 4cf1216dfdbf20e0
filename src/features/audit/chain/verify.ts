import { edgeOf, grow, subtreeHash, type Tile, tileKey, tileOf } from '../../../methods/merkle/tiles.ts';
import { HASH_BYTES, spanHash } from '../../../methods/merkle/tree.ts';
import type { Db } from '../../../platform/database.ts';
import { chainHash, entryLeaf, originDigest, sha256 } from '../digest.ts';
import { selectTiles, selectTreeSize } from '../tree/queries.ts';
import { FIRST_PREVIOUS, type Link, nextLinks, selectHead } from './queries.ts';

/**
 * What is wrong with the chain, and at which entry:
 * `missing` there is no such entry, though later ones or the head tell of it · `altered` what it says is not what its
 * hash was made of · `hash` its hash was changed, what it says was not · `unlinked` it does not follow the entry before
 * it · `unknown` it stands after the head, where nothing was appended by the rules · `head` the head is not the last
 * entry · `origin` from where it came was changed · `tree` the tree was made of another entry · `signed-head` a head
 * signed earlier tells of another chain · `reads` the day's log of reads that it sealed was changed.
 */
export const CHAIN_FAULTS = [
  'missing',
  'altered',
  'hash',
  'unlinked',
  'unknown',
  'head',
  'origin',
  'tree',
  'signed-head',
  'reads',
] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];
export interface Broken {
  readonly seq: number;
  readonly fault: ChainFault;
}

/** A head that was kept somewhere: how long the chain was, and its root then. */
export interface KnownHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The hash of the last entry then, where it was kept, too. */
  readonly chainHash: string | null;
}

export interface Walk {
  readonly entries: number;
  readonly hash: string;
  readonly broken: Broken | null;
}

const BATCH = 2000;

/** Where a walk begins: at the first entry, or after those that an earlier walk found whole. */
export interface WalkFrom {
  readonly size: number;
  readonly hash: string;
}

/**
 * Walk the chain to its end, a batch at a time: every hash is made again, every link compared, and the tree and the
 * heads given with them. Stops at the first thing that is wrong. `check` may look at each batch for more.
 */
export async function walkChain(
  db: Db,
  heads: readonly KnownHead[] = [],
  options: {
    readonly from?: WalkFrom;
    readonly check?: (links: readonly Link[]) => Promise<Broken | null>;
    readonly progress?: (entries: number) => void;
  } = {},
): Promise<Walk> {
  const treeSize = await selectTreeSize(db);
  const due = heads
    .filter(({ size }) => size > (options.from?.size ?? 0))
    .toSorted((a, b) => a.size - b.size);
  let { size, hash } = options.from ?? { size: 0, hash: FIRST_PREVIOUS };
  let edge = cutTo(size, [...(await selectTiles(db, edgeOf(size))).values()]);
  const walk = (broken: Broken | null): Walk => ({ entries: size, hash, broken });
  // What is appended meanwhile is walked, too; the head read first says how far it has to be at least.
  const head = await selectHead(db);
  for (;;) {
    const until = due[0]?.size ?? Number.POSITIVE_INFINITY;
    const links = await nextLinks(db, size, Math.min(BATCH, until - size));
    if (links.length === 0) break;
    for (const [index, link] of links.entries()) {
      const seq = size + index + 1;
      const fault = faultOf(link, seq, hash, links[index + 1]);
      if (fault !== null) return walk({ seq, fault });
      hash = link.hash;
    }
    const leaves = links.map(({ entry }) => entryLeaf(entry));
    const grown = grow(sha256, size, edge, leaves);
    const foreign = await differing(db, grown, treeSize);
    if (foreign !== null) return walk({ seq: foreign, fault: 'tree' });
    const more = (await options.check?.(links)) ?? null;
    if (more !== null) return walk(more);
    size += links.length;
    const tiles = new Map([...edge, ...grown].map((tile) => [tileKey(tile), tile]));
    edge = edgeOf(size).flatMap((place) => tiles.get(tileKey(place)) ?? []);
    options.progress?.(size);
    while (due[0] !== undefined && due[0].size === size) {
      const known = due.shift();
      if (known === undefined) break;
      if (!sameRoot(known, edge) || (known.chainHash !== null && known.chainHash !== hash))
        return walk({ seq: size, fault: 'signed-head' });
    }
  }
  if (due[0] !== undefined || treeSize > size) return walk({ seq: size + 1, fault: 'missing' });
  return walk(endFault(size, hash, head, await selectHead(db)));
}

function faultOf(link: Link, seq: number, previous: string, next: Link | undefined): ChainFault | null {
  if (link.entry.seq !== seq) return 'missing';
  if (link.previousHash !== previous) return 'unlinked';
  const made = chainHash(previous, link.entry);
  // The entry after it tells which of the two was changed: it still holds the hash there was.
  if (made !== link.hash) return next?.previousHash === made ? 'hash' : 'altered';
  if (link.from !== null && originDigest(link.from) !== link.entry.origin) return 'origin';
  return null;
}

/** The head may have moved on while the chain was walked; it may not have gone back, nor stand past the last entry. */
function endFault(
  size: number,
  hash: string,
  before: { seq: number; hash: string },
  after: { seq: number; hash: string },
): Broken | null {
  if (before.seq > size) return { seq: size + 1, fault: 'missing' };
  if (after.seq < size) return { seq: after.seq + 1, fault: 'unknown' };
  if (after.seq === size && after.hash !== hash) return { seq: size, fault: 'head' };
  return null;
}

/** Unfinished tiles as they were when the tree had that size: kept ones may have grown since. */
const cutTo = (size: number, tiles: readonly Tile[]): Tile[] =>
  tiles.map((tile) => {
    const count = Math.floor(size / 256 ** tile.level) % 256;
    return { ...tile, hashes: tile.hashes.subarray(0, count * HASH_BYTES) };
  });

/** The first entry for which a kept tile says something else than the entries; null when all agree. */
async function differing(db: Db, made: readonly Tile[], treeSize: number): Promise<number | null> {
  const kept = await selectTiles(db, made);
  // From the leaves up: a tile above says only among how many entries the first is.
  for (const tile of made.toSorted((a, b) => a.level - b.level || a.number - b.number)) {
    const span = 256 ** tile.level;
    const hashes = kept.get(tileKey(tile))?.hashes ?? new Uint8Array();
    const known = Math.min(256, Math.floor(treeSize / span) - tile.number * 256);
    const shared = Math.min(tile.hashes.length, Math.max(0, known) * HASH_BYTES);
    for (let at = 0; at < shared; at += 1) {
      if (tile.hashes[at] === hashes[at]) continue;
      return (tile.number * 256 + Math.floor(at / HASH_BYTES)) * span + 1;
    }
  }
  return null;
}

function sameRoot({ size, root }: KnownHead, edge: readonly Tile[]): boolean {
  const tiles = new Map(edge.map((tile) => [tileKey(tile), tile.hashes]));
  const made = spanHash(sha256, { from: 0, to: size }, (subtree) =>
    subtreeHash(sha256, subtree, tiles.get(tileKey(tileOf(subtree))) ?? new Uint8Array()),
  );
  return Buffer.from(made).equals(Buffer.from(root));
}

/** The number of the first broken link of a whole walk, or null when every link holds. */
export const findBrokenLink = async (db: Db): Promise<number | null> =>
  (await walkChain(db)).broken?.seq ?? null;
