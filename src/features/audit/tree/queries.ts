import { sql } from 'kysely';
import {
  edgeOf,
  grow,
  subtreeHash,
  type Tile,
  type TilePlace,
  tileKey,
  tileOf,
} from '../../../methods/merkle/tiles.ts';
import { type Span, spanHash, subtreesOf } from '../../../methods/merkle/tree.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { nextLinks, selectHead } from '../chain/queries.ts';
import { entryLeaf, sha256 } from '../digest.ts';

/** These tiles as they are kept; those that are not there are left out. */
export async function selectTiles(db: Db, places: readonly TilePlace[]): Promise<Map<string, Tile>> {
  if (places.length === 0) return new Map();
  const { rows } = await sql<Tile>`
    SELECT tile.level, tile.number, tile.hashes
      FROM unnest(${places.map(({ level }) => level)}::smallint[], ${places.map(({ number }) => number)}::bigint[]) AS asked (level, number)
      JOIN audit_tile AS tile USING (level, number)`.execute(db);
  return new Map(rows.map((tile) => [tileKey(tile), tile]));
}

export async function selectTreeSize(db: Db): Promise<number> {
  return (await db.selectFrom('audit_tree').select('size').executeTakeFirstOrThrow()).size;
}

/** The tree is not grown over a chain that has a gap; `qinglan audit verify` says what else there is. */
export class BrokenChain extends Error {
  readonly seq: number;
  constructor(seq: number) {
    super(`Entry ${seq} of the audit is missing`);
    this.seq = seq;
    this.name = 'BrokenChain';
  }
}

/** Entries added to the tree in one transaction: a step of a first growth over millions holds no lock for long. */
const STEP = 4096;

/** Grow the tree until it holds every entry there is now; its size then. Two who do it at once take turns. */
export async function growTree(db: Db): Promise<number> {
  const { seq: until } = await selectHead(db);
  let size = await selectTreeSize(db);
  while (size < until) {
    size = await transaction(db, async (tx) => {
      const kept = await tx.selectFrom('audit_tree').select('size').forUpdate().executeTakeFirstOrThrow();
      const entries = await nextLinks(tx, kept.size, Math.min(STEP, Math.max(0, until - kept.size)));
      if (kept.size >= until) return kept.size;
      const gap = entries.findIndex(({ entry }, index) => entry.seq !== kept.size + index + 1);
      if (gap >= 0 || entries.length === 0) throw new BrokenChain(kept.size + Math.max(gap, 0) + 1);
      const edge = [...(await selectTiles(tx, edgeOf(kept.size))).values()];
      const leaves = entries.map(({ entry }) => entryLeaf(entry));
      const tiles = grow(sha256, kept.size, edge, leaves);
      await sql`
        INSERT INTO audit_tile (level, number, hashes)
        SELECT * FROM unnest(${tiles.map(({ level }) => level)}::smallint[], ${tiles.map(({ number }) => number)}::bigint[],
                             ${tiles.map(({ hashes }) => Buffer.from(hashes))}::bytea[])
        ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes`.execute(tx);
      const grown = kept.size + entries.length;
      await tx.updateTable('audit_tree').set({ size: grown }).execute();
      return grown;
    });
  }
  return size;
}

/** The hashes of spans of the tree, from as few tiles as hold them. */
export async function spanHashes(db: Db, spans: readonly Span[]): Promise<Uint8Array[]> {
  const places = new Map(
    spans.flatMap(subtreesOf).map((subtree) => {
      const place = tileOf(subtree);
      return [tileKey(place), place] as const;
    }),
  );
  const tiles = await selectTiles(db, [...places.values()]);
  return spans.map((span) =>
    spanHash(sha256, span, (subtree) => {
      const tile = tiles.get(tileKey(tileOf(subtree)));
      if (tile === undefined) throw new Error('a tile of the audit is missing');
      return subtreeHash(sha256, subtree, tile.hashes);
    }),
  );
}

/** The root of the tree over its first `size` entries. */
export async function rootAt(db: Db, size: number): Promise<Uint8Array> {
  const [root] = await spanHashes(db, [{ from: 0, to: size }]);
  return root ?? sha256();
}
