import { sha256 } from '../digest.ts';

/*
 * A head short enough to be written down and typed again: the number of entries, 160 bits of the root in the digits of
 * Crockford's base 32, which have none to be mistaken for another, and four that tell a slip of the pen from a chain
 * that was changed. It bears no signature: it is worth as much as the paper it was written on.
 */

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Bytes of the root, and of the digest that guards against mistakes: five bytes are eight digits. */
const ROOT_BYTES = 20;
const GROUP = 4;

export interface ShortHead {
  readonly size: number;
  /** The first bytes of the root. */
  readonly start: Buffer;
}

/** `48210-7ZZ0-…`: eight groups of the root and one that guards them. */
export function shortHead(head: { readonly size: number; readonly root: Uint8Array }): string {
  const start = Buffer.from(head.root.subarray(0, ROOT_BYTES));
  const text = inDigits(start) + guard(head.size, start);
  return [head.size, ...(text.match(new RegExp(`.{${GROUP}}`, 'g')) ?? [])].join('-');
}

/** What was written down, in whatever case and with whatever between; null when it is none, or was mistyped. */
export function readShortHead(text: string): ShortHead | null {
  const [, size = '', rest = ''] = /^\s*([1-9]\d{0,14})\s*[-–—\s]\s*([\s\S]+)$/.exec(text) ?? [];
  const digits = rest
    .toUpperCase()
    .replaceAll(/[\s\-–—]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const start = fromDigits(digits.slice(0, (ROOT_BYTES * 8) / 5));
  if (start === null || start.length !== ROOT_BYTES) return null;
  if (inDigits(start) + guard(Number(size), start) !== digits) return null;
  return { size: Number(size), start };
}

export const isStartOf = ({ start }: ShortHead, root: Uint8Array): boolean =>
  start.equals(root.subarray(0, start.length));

const guard = (size: number, start: Buffer): string =>
  inDigits(Buffer.from(sha256(Buffer.from(`${size} ${start.toString('hex')}`)).subarray(0, 5))).slice(
    0,
    GROUP,
  );

/** Five bytes as eight digits, one after another. */
function inDigits(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 5) {
    let value = bytes.readUIntBE(at, 5);
    let part = '';
    for (let n = 0; n < 8; n += 1) {
      part = DIGITS.charAt(value % 32) + part;
      value = Math.floor(value / 32);
    }
    text += part;
  }
  return text;
}

function fromDigits(text: string): Buffer | null {
  const parts: Buffer[] = [];
  for (const [part] of text.matchAll(/.{8}/g)) {
    let value = 0;
    for (const digit of part) {
      const worth = DIGITS.indexOf(digit);
      if (worth < 0) return null;
      value = value * 32 + worth;
    }
    const bytes = Buffer.alloc(5);
    bytes.writeUIntBE(value, 0, 5);
    parts.push(bytes);
  }
  return text.length % 8 === 0 ? Buffer.concat(parts) : null;
}
