import { argon2, createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../platform/config.ts';
import { mark } from '../../platform/seal.ts';

interface Cost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/**
 * Argon2id (RFC 9106) with what OWASP asks at least: 19 MiB gone through twice. It costs half of what scrypt did here
 * with a third of the cost that was asked of that; `bench` and docs/security.md have the figures.
 */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const BYTES = 32;

const derive = (text: string, salt: Buffer, cost: Cost = COST): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = { message: text.normalize('NFKC'), nonce: salt, tagLength: BYTES, ...cost };
    argon2('argon2id', asked, (error, key) => (error ? reject(error) : resolve(key)));
  });

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** With the salt and what it cost, in the form that is usual for it: `$argon2id$v=19$m=…,t=…,p=…$salt$key`. */
const written = (salt: Buffer, key: Buffer, { memory, passes, parallelism }: Cost = COST): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(key)}`;

const WRITTEN = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;

function read(stored: string): { readonly salt: Buffer; readonly key: Buffer; readonly cost: Cost } | null {
  const [, memory, passes, parallelism, salt = '', key = ''] = WRITTEN.exec(stored) ?? [];
  if (key === '') return null;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64'), cost };
}

const newSalt = (): Buffer => randomBytes(16);

/** What is kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = newSalt();
  return written(salt, await derive(password, salt));
}

/** Kept before with another cost, or another way: to be kept anew when the password is next typed. */
export const isOutdated = (stored: string | null): boolean => {
  if (stored === null || stored.startsWith(CODE)) return false;
  const found = read(stored);
  return found === null || written(found.salt, found.key, found.cost) !== written(found.salt, found.key);
};

/**
 * True when the password, or the sign-in code, is the one kept. Everything else takes the same time and is false, but for
 * passwords that are still kept as they were before (`isOutdated`), which take longer.
 */
export async function verifyPassword(
  config: Holder,
  password: string,
  stored: string | null,
): Promise<boolean> {
  if (stored?.startsWith('scrypt$') === true) return verifyScrypt(password, stored);
  const found = stored === null ? null : read(stored);
  const derived = await derive(password, found?.salt ?? NO_SALT, found?.cost);
  if (stored?.startsWith(CODE) === true)
    return same(Buffer.from(hashCode(config, password)), Buffer.from(stored));
  return found !== null && same(found.key, derived);
}

const NO_SALT = Buffer.alloc(16);
const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** As passwords were kept before: `scrypt$salt$key`. */
function verifyScrypt(password: string, stored: string): Promise<boolean> {
  const [, salt = '', key = ''] = stored.split('$');
  const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), 32, cost, (error, derived) =>
      error ? reject(error) : resolve(same(Buffer.from(key, 'base64url'), derived)),
    );
  });
}

// --- Sign-in codes --------------------------------------------------------------------------------------

/** 31 signs that nobody takes for another on paper: no 0 and O, no 1, I and L. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A code of twelve random signs, 59 bits, in groups of four: `7KQM-3XWF-H9TD`. */
export const makeCode = (): string =>
  [0, 1, 2].map(() => Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join('')).join('-');

/** However its letters and groups are typed. */
const plainCode = (code: string): string =>
  code
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '');

type Holder = Pick<Config, 'secret' | 'dataDir'>;
const CODE = 'code$';

/**
 * What is kept of a sign-in code: a digest with the install's secret, so that a school's codes are made in an instant and
 * yet nobody finds one by trying all of them against a copy of the database.
 */
export const hashCode = (config: Holder, code: string): string =>
  `${CODE}${mark(config, 'sign-in code', plainCode(code))}`;

// --- Recovery codes -------------------------------------------------------------------------------------

/** What is kept of somebody's recovery codes: as of passwords, with one salt for all of them. */
export async function hashRecoveryCodes(codes: readonly string[]): Promise<string[]> {
  const salt = newSalt();
  return Promise.all(codes.map(async (code) => written(salt, await derive(plainCode(code), salt))));
}

/** Which of those kept this code is; null for none. It takes as long whether there are any. */
export async function findRecoveryCode(typed: string, kept: readonly string[]): Promise<string | null> {
  const salted = kept.flatMap((hash) => read(hash) ?? []);
  const { salt = NO_SALT, cost = COST } = salted[0] ?? {};
  const code = plainCode(typed);
  const hash = written(salt, await derive(code, salt, cost), cost);
  // As they were kept before: a digest without a salt.
  const before = `${CODE}${createHash('sha256').update(code).digest('base64url')}`;
  return kept.find((one) => same(Buffer.from(one), Buffer.from(hash)) || one === before) ?? null;
}
