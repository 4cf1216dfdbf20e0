import { HASH_BYTES, nodeHash, type Sha256, type Subtree } from './tree.ts';

/**
 * The tree in tiles, as C2SP tlog-tiles keeps it: tile n of level L holds up to 256 hashes, those of the whole
 * subtrees 256·n … 256·n + 255 of height 8·L. A proof reads a few tiles, however long the log is; a tile only ever
 * grows at its end.
 */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

export interface TilePlace {
  readonly level: number;
  readonly number: number;
}
export interface Tile extends TilePlace {
  /** Up to 256 hashes, one after the other. */
  readonly hashes: Uint8Array;
}

export const tileKey = ({ level, number }: TilePlace): string => `${level}/${number}`;

/** Where a subtree's hashes begin: in which tile, and at which of its places. */
function placeOf({ level, index }: Subtree): { tile: TilePlace; at: number; width: number } {
  const width = 2 ** (level % TILE_HEIGHT);
  const start = index * width;
  const tile = { level: Math.floor(level / TILE_HEIGHT), number: Math.floor(start / TILE_WIDTH) };
  return { tile, at: start % TILE_WIDTH, width };
}

/** The tile that a subtree's hash is made from. */
export const tileOf = (subtree: Subtree): TilePlace => placeOf(subtree).tile;

const hashAt = (hashes: Uint8Array, at: number): Uint8Array =>
  hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);

/** The hash over `width` (a power of two) hashes from place `at`. */
function fold(sha256: Sha256, hashes: Uint8Array, at: number, width: number): Uint8Array {
  if (width === 1) return hashAt(hashes, at);
  const middle = width / 2;
  return nodeHash(sha256, fold(sha256, hashes, at, middle), fold(sha256, hashes, at + middle, middle));
}

/** A subtree's hash from the tile it stands in. Throws when the tile does not reach so far. */
export function subtreeHash(sha256: Sha256, subtree: Subtree, hashes: Uint8Array): Uint8Array {
  const { at, width } = placeOf(subtree);
  if (hashes.length < (at + width) * HASH_BYTES) throw new Error('the tile does not reach so far');
  return fold(sha256, hashes, at, width);
}

/** The unfinished tiles of a tree of `size` leaves, one of each level that has one: where it grows. */
export function edgeOf(size: number): TilePlace[] {
  const edge: TilePlace[] = [];
  for (let [level, count] = [0, size]; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    if (count % TILE_WIDTH > 0) edge.push({ level, number: Math.floor(count / TILE_WIDTH) });
  }
  return edge;
}

/** The tiles that change when leaves are added to a tree of `size`, as they are then; `edge` holds its unfinished ones. */
export function grow(
  sha256: Sha256,
  size: number,
  edge: readonly Tile[],
  leaves: readonly Uint8Array[],
): Tile[] {
  const open = new Map(edge.map((tile) => [tile.level, { number: tile.number, parts: [tile.hashes] }]));
  const counts = new Map(
    edge.map(({ level, hashes }) => [level, hashes.length / HASH_BYTES] satisfies [number, number]),
  );
  const changed = new Map<string, Tile>();
  const touched = new Set<number>();
  const close = (level: number): Uint8Array => {
    const tile = open.get(level);
    const hashes = joined(tile?.parts ?? []);
    const place = { level, number: tile?.number ?? 0 };
    changed.set(tileKey(place), { ...place, hashes });
    return hashes;
  };
  const add = (level: number, position: number, hash: Uint8Array): void => {
    const number = Math.floor(position / TILE_WIDTH);
    const tile = open.get(level);
    if (tile?.number === number) tile.parts.push(hash);
    else {
      open.set(level, { number, parts: [hash] });
      counts.set(level, 0);
    }
    const count = (counts.get(level) ?? 0) + 1;
    counts.set(level, count);
    touched.add(level);
    if (count < TILE_WIDTH) return;
    const whole = close(level);
    open.delete(level);
    touched.delete(level);
    add(level + 1, number, fold(sha256, whole, 0, TILE_WIDTH));
  };
  leaves.forEach((leaf, index) => {
    add(0, size + index, leaf);
  });
  for (const level of touched) close(level);
  return [...changed.values()];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
