import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { type Config, loadSecret } from './config.ts';

type Holder = Pick<Config, 'secret' | 'dataDir'>;

/** The install's secret is read once a run; each purpose has a key of its own (HKDF, RFC 5869). */
const keys = new WeakMap<Holder, Map<string, Buffer>>();

function keyFor(config: Holder, purpose: string): Buffer {
  const kept = keys.get(config) ?? new Map<string, Buffer>();
  keys.set(config, kept);
  const found = kept.get(purpose);
  if (found !== undefined) return found;
  const key = Buffer.from(hkdfSync('sha256', loadSecret(config), '', `qinglan ${purpose}`, 32));
  kept.set(purpose, key);
  return key;
}

/**
 * A text that only this install can read again (AES-256-GCM), as `v1.nonce.tag.text` in base64url. `owner` is what
 * it belongs to: moved to another row it no longer opens.
 */
export const seal = (config: Holder, purpose: string, owner: string, text: string): string =>
  sealWith(keyFor(config, purpose), owner, text);

/** The sealed text; null when it was sealed with another secret or for another owner. */
export const unseal = (config: Holder, purpose: string, owner: string, sealed: string): string | null =>
  unsealWith(keyFor(config, purpose), owner, sealed);

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
  createHmac('sha256', keyFor(config, purpose)).update(text).digest('base64url');
