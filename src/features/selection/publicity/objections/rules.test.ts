import { describe, expect, test } from 'vitest';
import { objectionVerdict, objectVerdict, RECEIPT_BYTES, readReceipt, receiptFrom } from './rules.ts';

const RECEIPT = 'YY2026-0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV';
const random = Uint8Array.from({ length: RECEIPT_BYTES }, (_, at) => at + 32 * (at % 8));

test('a receipt stands for more than 128 bits, in groups of four that can be read aloud', () => {
  const receipt = receiptFrom('2026', random);
  expect(receipt).toBe(RECEIPT);
  expect(receipt.slice('YY2026'.length).replaceAll('-', '').length * 5).toBeGreaterThanOrEqual(128);
  const letters = new Set(
    Array.from({ length: 256 }, (_, byte) => receiptFrom('2026', new Uint8Array(4).fill(byte))),
  );
  expect(letters.size).toBe(32); // Each as often as any other: 256 is eight times 32.
});

test('it is known again in small letters, with blanks or nothing between, wide, and with O, I or L for a digit', () => {
  for (const typed of [
    RECEIPT,
    ` ${RECEIPT.toLowerCase()} `,
    RECEIPT.replaceAll('-', ''),
    RECEIPT.replaceAll('-', ' '),
    RECEIPT.replaceAll('-', '－'),
    RECEIPT.replaceAll('-', '—'),
    'ＹＹ2026-0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV',
    'yy2026-oi23-4567-89ab-cdef-ghjk-mnpq-rstv',
    'YY2O26-0L23-4567-89AB-CDEF-GHJK-MNPQ-RSTV',
  ])
    expect([typed, readReceipt(typed)]).toEqual([typed, RECEIPT]);
});

test('one of ten letters, as they were before, stays one', () => {
  expect(readReceipt('YY2026-ABCDEFGH23')).toBe('YY2026-ABCDEFGH23');
  expect(readReceipt('yy2026 abcde fgh23')).toBe('YY2026-ABCDEFGH23');
});

test('anything else is none', () => {
  for (const typed of [
    '',
    'YY2026',
    RECEIPT.slice(0, -1),
    `${RECEIPT}0`,
    RECEIPT.slice(2),
    `${RECEIPT.slice(0, -1)}*`,
  ])
    expect([typed, readReceipt(typed)]).toEqual([typed, null]);
});

describe('whether an objection is taken and answered', () => {
  const publicity = { closesOn: '2026-10-12', closedAt: null };
  test('an objection on the last day is taken, one the day after is refused with the reason', () => {
    expect(objectVerdict(publicity, 'publicity', '2026-10-12')).toEqual({ ok: true });
    expect(objectVerdict(publicity, 'publicity', '2026-10-13')).toEqual({ ok: false, reason: 'period-over' });
  });
  test('an answered objection is not answered again', () => {
    expect(objectionVerdict('dismissed', 'uphold')).toEqual({ ok: false, reason: 'already-settled' });
    expect(objectionVerdict('received', 'uphold')).toEqual({ ok: true });
  });
});
