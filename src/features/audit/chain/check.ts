import { z } from 'zod';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { type Checkpoint, openNote, type Verifier } from '../heads/note.ts';
import { type CheckpointRow, listCheckpoints } from '../heads/queries.ts';
import { knownVerifiers } from '../heads/sign.ts';
import { digestOfDay } from '../reads/queries.ts';
import { insertCheck, type Link } from './queries.ts';
import { type KnownHead, type Walk, type WalkFrom, walkChain } from './verify.ts';

/** Every head that was signed, with the hash of its last entry. */
const keptHeads = async (db: Db): Promise<CheckpointRow[]> => await listCheckpoints(db, 100_000);

const knownHead = ({ size, root, chainHash }: CheckpointRow): KnownHead => ({
  size,
  root: Buffer.from(root, 'base64'),
  chainHash,
});

/**
 * Walk the chain against the tree, the heads signed here and those kept elsewhere, and note what was found. A head of
 * ours whose signature does not hold is a broken one.
 */
export async function checkChain(
  db: Db,
  at: Date,
  options: {
    readonly outside?: readonly Checkpoint[];
    readonly keys?: readonly Verifier[];
    readonly from?: WalkFrom;
    readonly progress?: (entries: number) => void;
  } = {},
): Promise<Walk> {
  const kept = await keptHeads(db);
  const verifiers = [...(options.keys ?? []), ...(await knownVerifiers(db))];
  const outside = (options.outside ?? []).map(({ size, root }) => ({ size, root, chainHash: null }));
  const walk = await walkChain(db, [...outside, ...kept.map(knownHead)], {
    ...options,
    check: (links) => falseSeal(db, links, at),
  });
  const found = walk.broken === null ? { ...walk, broken: falseSignature(kept, verifiers) } : walk;
  await insertCheck(db, newId(), {
    at,
    entries: found.entries,
    brokenAt: found.broken?.seq ?? null,
    fault: found.broken?.fault ?? null,
  });
  return found;
}

/** A sealed day whose reads are not what they were; days that were erased as a whole, as they are in time, say nothing. */
async function falseSeal(db: Db, links: readonly Link[], now: Date): Promise<Walk['broken']> {
  for (const { entry } of links) {
    const seal = entry.action === 'reads.day-closed' ? sealed.safeParse(entry.after).data : undefined;
    if (seal === undefined) continue;
    const { count, digest } = await digestOfDay(db, seal.day);
    if (count > 0 && (count !== seal.count || digest !== seal.digest))
      return { seq: entry.seq, fault: 'reads' };
    const erasable = now.getTime() - Date.parse(entry.at) > SHORTEST_KEPT_MS;
    if (count === 0 && !erasable) return { seq: entry.seq, fault: 'reads' };
  }
  return null;
}
const sealed = z.object({ day: z.string(), count: z.number(), digest: z.string() });
/** Reads are kept for half a year at least (migrations, audit_keeping). */
const SHORTEST_KEPT_MS = 179 * 86_400_000;

function falseSignature(kept: readonly CheckpointRow[], verifiers: readonly Verifier[]): Walk['broken'] {
  const wrong = kept.toReversed().find(({ note, size, root }) => {
    const opened = openNote(note, verifiers);
    if (!opened.ok) return true;
    const { checkpoint } = opened;
    return checkpoint.size !== size || Buffer.from(checkpoint.root).toString('base64') !== root;
  });
  return wrong === undefined ? null : { seq: wrong.size, fault: 'signed-head' };
}
