import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { anySecret, type Holder, loadSecret, oldSecrets } from './secret.ts';

interface Keys {
  readonly present: Buffer;
  /** Of the secrets before it, while it is being exchanged. */
  readonly old: readonly Buffer[];
}

/** The install's secret is read once a run; each purpose has a key of its own (HKDF, RFC 5869). */
const keys = new WeakMap<Holder, Map<string, Keys>>();

export const keyOf = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `qinglan ${purpose}`, 32));

function keysFor(config: Holder, purpose: string): Keys {
  const kept = keys.get(config) ?? new Map<string, Keys>();
  keys.set(config, kept);
  const found = kept.get(purpose);
  if (found !== undefined) return found;
  const made = {
    present: keyOf(loadSecret(config), purpose),
    old: oldSecrets(config).map((secret) => keyOf(secret, purpose)),
  };
  kept.set(purpose, made);
  return made;
}

/**
 * A text that only this install can read again (AES-256-GCM), as `v1.nonce.tag.text` in base64url. `owner` is what
 * it belongs to: moved to another row it no longer opens.
 */
export const seal = (config: Holder, purpose: string, owner: string, text: string): string =>
  sealWith(keysFor(config, purpose).present, owner, text);

/** The sealed text; null when it was sealed with another secret or for another owner. */
export function unseal(config: Holder, purpose: string, owner: string, sealed: string): string | null {
  const { present, old } = keysFor(config, purpose);
  return unsealWith(present, owner, sealed) ?? firstOf(old, (key) => unsealWith(key, owner, sealed));
}

function firstOf<In, Out>(all: readonly In[], make: (one: In) => Out | null): Out | null {
  for (const one of all) {
    const made = make(one);
    if (made !== null) return made;
  }
  return null;
}

/** With which secret something is sealed; with none that is at hand when it does not open. */
export type SealedBy = 'present' | 'old' | 'none';
export type Tally = Readonly<Record<SealedBy, number>>;
export const tallyOf = (found: readonly SealedBy[]): Tally => {
  const count = (by: SealedBy) => found.filter((one) => one === by).length;
  return { present: count('present'), old: count('old'), none: count('none') };
};

/** What an older secret sealed, sealed with the present one; else as it is. Makes no secret where there is none. */
export function sealAnew(
  config: Holder,
  purpose: string,
  owner: string,
  sealed: string,
): { readonly by: SealedBy; readonly sealed: string } {
  if (!anySecret(config)) return { by: 'none', sealed };
  const { present, old } = keysFor(config, purpose);
  // A key that does not open costs many times one that does, and while an exchange lasts most is sealed with the old one.
  const text = firstOf(old, (key) => unsealWith(key, owner, sealed));
  if (text !== null) return { by: 'old', sealed: sealWith(present, owner, text) };
  return { by: unsealWith(present, owner, sealed) === null ? 'none' : 'present', sealed };
}

/** The same with a key of 32 bytes at hand. */
export function sealWith(key: Buffer, owner: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v1', ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
}

export function unsealWith(key: Buffer, owner: string, sealed: string): string | null {
  const [version, nonce = '', tag = '', text = ''] = sealed.split('.');
  if (version !== 'v1') return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    return null;
  }
}

/** A digest that only this install can make: proof that it made something, or a name nobody else can look up. */
export const mark = (config: Holder, purpose: string, text: string): string =>
  createHmac('sha256', keysFor(config, purpose).present).update(text).digest('base64url');
