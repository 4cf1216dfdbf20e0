import { expect, it } from 'vitest';
import { replaceUncovered } from './coverage.ts';

const ascii = (code: number) => code >= 0x20 && code < 0x7f;

it('only what no font covers is replaced, once reported, wherever it stands in the data', () => {
  expect(replaceUncovered({ a: ['x王', '王y𠮷'], n: 3, deep: { line: 'a\nb' } }, [ascii])).toEqual({
    data: { a: ['x〓', '〓y〓'], n: 3, deep: { line: 'a\nb' } },
    missing: ['王', '𠮷'],
  });
});

it('a character is covered when any one of the fonts has it', () => {
  expect(replaceUncovered('a王', [ascii, (code) => code === 0x738b]).missing).toEqual([]);
});
