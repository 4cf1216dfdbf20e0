import { createHash } from 'node:crypto';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { BackupError } from './format.ts';
import type { Target } from './target.ts';

/*
 * Encryption is the age format: whoever has the key can open a part with the `age` program as well. Parts are
 * sealed for a public key, so that the machine which makes the backups needs no key that opens them. A passphrase
 * locks such a key, which then lies beside the backups as `key.age`: deriving a key from a passphrase takes a second,
 * too long for each of many parts.
 */

export interface Seal {
  readonly recipient: string | null;
  /** Ending of a sealed part's name. */
  readonly ending: '' | '.age';
  /** Folder of the files sealed for this key. */
  readonly folder: string;
  close(bytes: Uint8Array): Promise<Uint8Array>;
}

export type Open = (bytes: Uint8Array) => Promise<Uint8Array>;

/** How to encrypt: for a public key, or with a passphrase; null: not at all. */
export type Lock = { readonly recipient: string } | { readonly passphrase: string } | null;
/** What opens: the private key of that public key, or the passphrase. */
export type Key = { readonly identity: string } | { readonly passphrase: string } | null;

const LOCKED_KEY = 'key.age';

export async function sealFor(target: Target, lock: Lock): Promise<Seal> {
  if (lock === null) return { recipient: null, ending: '', folder: 'files', close: async (bytes) => bytes };
  const recipient = 'recipient' in lock ? lock.recipient : await recipientBehind(target, lock.passphrase);
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new BackupError(`${recipient} is no public key of age (age1…)`, { cause: error });
  }
  return {
    recipient,
    ending: '.age',
    folder: `files-${createHash('sha256').update(recipient).digest('hex').slice(0, 12)}`,
    close: (bytes) => encrypter.encrypt(bytes),
  };
}

/** Opens what is sealed for `recipient`. Throws BackupError when the key is missing or another's. */
export async function opener(target: Target, recipient: string | null, key: Key): Promise<Open> {
  if (recipient === null) return async (bytes) => bytes;
  if (key === null)
    throw new BackupError(
      `This backup is encrypted for ${recipient}: name the key file or the passphrase file`,
    );
  const identity = 'identity' in key ? key.identity : await unlock(target, key.passphrase);
  if (identity === null)
    throw new BackupError(`${target.place} holds no ${LOCKED_KEY} that a passphrase opens`);
  const fits = await identityToRecipient(identity).catch(() => null);
  if (fits !== recipient)
    throw new BackupError(`The key given does not open this backup, made for ${recipient}`);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return (bytes) => decrypter.decrypt(bytes);
}

/** A new key pair: the private key's file as `age-keygen` writes it, and the public key. */
export async function newKey(): Promise<{ file: string; recipient: string }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  return { file: `# public key: ${recipient}\n${identity}\n`, recipient };
}

/** The private key in a file of `age-keygen`. */
export function identityIn(file: string): string {
  const found = /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(file)?.[0];
  if (found === undefined) throw new BackupError('The key file holds no AGE-SECRET-KEY-1…');
  return found;
}

async function recipientBehind(target: Target, passphrase: string): Promise<string> {
  const there = await unlock(target, passphrase);
  if (there !== null) return identityToRecipient(there);
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  await target.put(LOCKED_KEY, await encrypter.encrypt(identity));
  return identityToRecipient(identity);
}

async function unlock(target: Target, passphrase: string): Promise<string | null> {
  const locked = await target.get(LOCKED_KEY);
  if (locked === null) return null;
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(locked, 'text');
  } catch (error) {
    throw new BackupError(`The passphrase does not open ${LOCKED_KEY} in ${target.place}`, { cause: error });
  }
}
