import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** scrypt (RFC 7914) with its salt, as `scrypt$salt$key` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`;
}

/** True when the password, or the sign-in code, is the one kept. Everything else takes the same time and is false. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [kind, salt, key] = stored?.split('$') ?? [];
  const isCode = kind === 'code';
  const derived = await derive(password, Buffer.from(isCode ? NO_SALT : (salt ?? NO_SALT), 'base64url'));
  if (isCode) return same(Buffer.from(hashCode(password)), Buffer.from(stored ?? ''));
  return key !== undefined && same(Buffer.from(key, 'base64url'), derived);
}

const NO_SALT = 'AAAAAAAAAAAAAAAAAAAAAA';
const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

// --- Sign-in codes --------------------------------------------------------------------------------------

/** 31 signs that nobody takes for another on paper: no 0 and O, no 1, I and L. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A code of twelve random signs, 59 bits, in groups of four: `7KQM-3XWF-H9TD`. */
export const makeCode = (): string =>
  [0, 1, 2].map(() => Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join('')).join('-');

/**
 * What is kept of a code, however its letters and groups are typed. A code is drawn at random, not chosen, so that
 * a plain digest keeps it and a school's codes are made in an instant.
 */
export const hashCode = (code: string): string =>
  `code$${createHash('sha256')
    .update(
      code
        .normalize('NFKC')
        .toUpperCase()
        .replaceAll(/[^0-9A-Z]/g, ''),
    )
    .digest('base64url')}`;
