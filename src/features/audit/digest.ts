import { createHash } from 'node:crypto';
import { leafHash, type Sha256 } from '../../methods/merkle/tree.ts';
import { chainText, type Entry, entryText, type Origin, originText } from './rules.ts';

/* The hashes of the audit, made with the platform's SHA-256. */

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export const chainHash = (previous: string, entry: Entry): string => sha256Hex(chainText(previous, entry));
export const originDigest = (origin: Origin): string => sha256Hex(originText(origin));
/** An entry's leaf in the tree. */
export const entryLeaf = (entry: Entry): Uint8Array => leafHash(sha256, Buffer.from(entryText(entry)));
