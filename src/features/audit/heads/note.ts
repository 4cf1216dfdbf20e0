import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { sha256 } from '../digest.ts';

/**
 * Signed heads as transparency logs write them: a checkpoint (C2SP tlog-checkpoint) in a signed note (C2SP
 * signed-note) with Ed25519, so that anybody's checker reads them.
 */
export interface Checkpoint {
  /** The log's name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** Who verifies: the key's name, its short id, the key. */
export interface Verifier {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly key: KeyObject;
}
export interface Signer extends Verifier {
  readonly privateKey: KeyObject;
}

const ED25519 = 1;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The 32 bytes of an Ed25519 key. */
export const rawKey = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

export const keyId = (name: string, raw: Uint8Array): string =>
  Buffer.from(sha256(Buffer.from(`${name}\n`), Uint8Array.of(ED25519), raw))
    .subarray(0, 4)
    .toString('hex');

/** The public key as one line, as checkers of signed notes take it: name+id+key. */
export const verifierText = ({ name, id, key }: Verifier): string =>
  `${name}+${id}+${base64(Buffer.concat([Uint8Array.of(ED25519), rawKey(key)]))}`;

/** A key read from such a line; null when it is none. */
export function readVerifier(text: string): Verifier | null {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const raw = bytes.subarray(1);
  if (bytes[0] !== ED25519 || raw.length !== 32 || keyId(name, raw) !== id) return null;
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
  });
  return { name, id, key };
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${base64(root)}\n`;

export function signNote(text: string, signers: readonly Signer[]): string {
  const lines = signers.map(({ name, id, privateKey }) => {
    const signature = signBytes(null, Buffer.from(text), privateKey);
    return `— ${name} ${base64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

export type NoteFault = 'not-a-note' | 'not-a-checkpoint' | 'unknown-key' | 'bad-signature';
export type NoteVerdict =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly by: Verifier }
  | { readonly ok: false; readonly reason: NoteFault };

/**
 * Whose signature does this note bear? One of an unknown key says nothing; a false one in a known key's name refuses
 * the whole note.
 */
export function openNote(note: string, verifiers: readonly Verifier[]): NoteVerdict {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return { ok: false, reason: 'not-a-note' };
  const text = note.slice(0, end + 1);
  const checkpoint = readCheckpoint(text);
  if (checkpoint === null) return { ok: false, reason: 'not-a-checkpoint' };
  let by: Verifier | null = null;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    if (name === undefined || encoded === undefined) return { ok: false, reason: 'not-a-note' };
    const bytes = Buffer.from(encoded, 'base64');
    const id = bytes.subarray(0, 4).toString('hex');
    const verifier = verifiers.find((one) => one.name === name && one.id === id);
    if (verifier === undefined) continue;
    if (!verifyBytes(null, Buffer.from(text), verifier.key, bytes.subarray(4)))
      return { ok: false, reason: 'bad-signature' };
    by ??= verifier;
  }
  return by === null ? { ok: false, reason: 'unknown-key' } : { ok: true, checkpoint, by };
}

/** What a checkpoint says, signed or not; null when it is none. */
export function readCheckpoint(text: string): Checkpoint | null {
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return null;
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}
