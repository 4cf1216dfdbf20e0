import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStartOf, readShortHead, shortHead } from './short.ts';

const root = createHash('sha256').update('root').digest();
const heads = fc.record({
  size: fc.integer({ min: 1, max: 1e12 }),
  root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

describe('a head that is written down', () => {
  test('is read back as what it was, in small letters, with other marks between, and with letters for digits', () => {
    fc.assert(
      fc.property(heads, (head) => {
        const text = shortHead(head);
        for (const typed of [
          text,
          text.toLowerCase(),
          text.replaceAll('-', ' '),
          ` ${text
            .replace('-', ' – ')
            .replaceAll('0', 'O')
            .replace(/^[\dO]+/, String(head.size))} `,
        ]) {
          const read = readShortHead(typed);
          expect(read?.size).toBe(head.size);
          expect(read !== null && isStartOf(read, head.root)).toBe(true);
        }
      }),
    );
  });

  test('mistyped in one place, or with two signs exchanged, is not taken for another head', () => {
    const text = shortHead({ size: 48_210, root });
    const other = (sign: string) => (sign === '7' ? '8' : '7');
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === '-') continue;
      expect(readShortHead(text.slice(0, at) + other(text[at] ?? '') + text.slice(at + 1))).toBeNull();
      const exchanged = `${text.slice(0, at)}${text[at + 1] ?? ''}${text[at]}${text.slice(at + 2)}`;
      if (text[at + 1] !== '-' && text[at + 1] !== text[at] && at + 1 < text.length)
        expect(readShortHead(exchanged)).toBeNull();
    }
    for (const none of [
      '',
      '48210',
      text.slice(0, -5),
      `${text}-0000`,
      text.replace(/^\d+/, '0'),
      'KX3Q-KX3Q',
    ])
      expect(readShortHead(none)).toBeNull();
  });

  test('holds 160 bits of the root, and no other root', () => {
    const read = readShortHead(shortHead({ size: 1, root }));
    expect(read?.start).toEqual(root.subarray(0, 20));
    const another = createHash('sha256').update('another').digest();
    expect(read !== null && isStartOf(read, another)).toBe(false);
  });
});
