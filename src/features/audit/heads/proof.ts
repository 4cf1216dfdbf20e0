import { z } from 'zod';
import {
  consistencySpans,
  type Head,
  inclusionSpans,
  leafHash,
  provesConsistency,
  provesInclusion,
} from '../../../methods/merkle/tree.ts';
import type { Db } from '../../../platform/database.ts';
import { selectLinks } from '../chain/queries.ts';
import { sha256 } from '../digest.ts';
import { entryText } from '../rules.ts';
import { spanHashes } from '../tree/queries.ts';
import {
  type Checkpoint,
  type NoteFault,
  openNote,
  readCheckpoint,
  readVerifier,
  type Verifier,
} from './note.ts';
import type { CheckpointRow } from './queries.ts';

/*
 * Proofs that stand by themselves: that an entry is in the chain, or that an old head is the beginning of a newer one.
 * They are checked without a database.
 */
export const PROOF_FORMAT = 'qinglan.audit-proof/1';
export const CONSISTENCY_FORMAT = 'qinglan.audit-consistency/1';

const hashes = z.array(z.base64().length(44)).max(64);
const inclusionFile = z.object({
  format: z.literal(PROOF_FORMAT),
  key: z.string(),
  checkpoint: z.string(),
  entries: z
    .array(z.object({ index: z.int().min(0), entry: z.string(), proof: hashes }))
    .min(1)
    .max(1000),
});
const consistencyFile = z.object({
  format: z.literal(CONSISTENCY_FORMAT),
  key: z.string(),
  older: z.string(),
  newer: z.string(),
  proof: hashes,
});
export type InclusionFile = z.infer<typeof inclusionFile>;
export type ConsistencyFile = z.infer<typeof consistencyFile>;

const encode = (parts: readonly Uint8Array[]): string[] =>
  parts.map((part) => Buffer.from(part).toString('base64'));
const decode = (parts: readonly string[]): Uint8Array[] => parts.map((part) => Buffer.from(part, 'base64'));

/** Entries with their proofs under a signed head; all of them stand at or before its size. */
export async function proveEntries(
  db: Db,
  checkpoint: CheckpointRow,
  key: string,
  seqs: readonly number[],
): Promise<InclusionFile> {
  const links = await selectLinks(db, seqs);
  const entries = [];
  for (const { entry } of links) {
    const index = entry.seq - 1;
    const proof = await spanHashes(db, inclusionSpans(index, checkpoint.size));
    entries.push({ index, entry: entryText(entry), proof: encode(proof) });
  }
  return { format: PROOF_FORMAT, key, checkpoint: checkpoint.note, entries };
}

/** That the chain of an older head is the beginning of the chain of a newer one. */
export async function proveConsistency(
  db: Db,
  older: { readonly size: number; readonly note: string },
  newer: CheckpointRow,
  key: string,
): Promise<ConsistencyFile> {
  const proof = await spanHashes(db, consistencySpans(older.size, newer.size));
  return { format: CONSISTENCY_FORMAT, key, older: older.note, newer: newer.note, proof: encode(proof) };
}

/** A proof of one entry in the text form other transparency logs use (C2SP tlog-proof). */
export function tlogProof(file: InclusionFile, at: number): string {
  const entry = file.entries[at];
  if (entry === undefined) throw new Error('no such entry in the proof');
  return ['c2sp.org/tlog-proof@v1', `index ${entry.index}`, ...entry.proof, '', file.checkpoint].join('\n');
}

export type ProofFault = NoteFault | 'not-a-proof' | 'not-included' | 'not-consistent' | 'not-the-entry';
export type ProofVerdict =
  | {
      readonly ok: true;
      readonly kind: 'inclusion' | 'consistency';
      readonly checkpoint: Checkpoint;
      readonly by: Verifier;
      readonly entries: readonly { readonly number: number; readonly entry: string }[];
    }
  | { readonly ok: false; readonly reason: ProofFault };

/**
 * Does the file prove what it says? By the keys given; without any by the one in the file itself, which then is only
 * as good as where the file came from.
 */
export function checkProof(content: unknown, trusted: readonly Verifier[]): ProofVerdict {
  const inclusion = inclusionFile.safeParse(content);
  const consistency = consistencyFile.safeParse(content);
  const found = inclusion.data ?? consistency.data;
  if (found === undefined) return { ok: false, reason: 'not-a-proof' };
  const own = readVerifier(found.key);
  const verifiers = trusted.length > 0 ? trusted : own === null ? [] : [own];
  if (found.format === CONSISTENCY_FORMAT) return checkConsistency(found, verifiers);
  const opened = openNote(found.checkpoint, verifiers);
  if (!opened.ok) return opened;
  const { size, root } = opened.checkpoint;
  for (const { index, entry, proof } of found.entries) {
    const leaf = leafHash(sha256, Buffer.from(entry));
    if (!provesInclusion(sha256, { leaf, index, size, root }, decode(proof)))
      return { ok: false, reason: 'not-included' };
    if (numberIn(entry) !== index + 1) return { ok: false, reason: 'not-the-entry' };
  }
  const entries = found.entries.map(({ index, entry }) => ({ number: index + 1, entry }));
  return { ok: true, kind: 'inclusion', checkpoint: opened.checkpoint, by: opened.by, entries };
}

function checkConsistency(file: ConsistencyFile, verifiers: readonly Verifier[]): ProofVerdict {
  const newer = openNote(file.newer, verifiers);
  if (!newer.ok) return newer;
  // The older head may bear a key that was replaced since: it is the newer one that vouches for it.
  const older: Head | null = readCheckpoint(file.older);
  if (older === null) return { ok: false, reason: 'not-a-checkpoint' };
  return provesConsistency(sha256, older, newer.checkpoint, decode(file.proof))
    ? { ok: true, kind: 'consistency', checkpoint: newer.checkpoint, by: newer.by, entries: [] }
    : { ok: false, reason: 'not-consistent' };
}

function numberIn(entry: string): number | null {
  try {
    const seq: unknown = (JSON.parse(entry) as { seq?: unknown }).seq;
    return typeof seq === 'number' ? seq : null;
  } catch {
    return null;
  }
}
