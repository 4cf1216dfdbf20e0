import { expect, it } from 'vitest';
import { Latest } from './latest.ts';

it('makes each once, and lets go of what was asked for longest ago', () => {
  const made: string[] = [];
  const latest = new Latest<string>(2);
  const ask = (key: string) =>
    latest.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect([ask('a'), ask('b'), ask('a'), ask('c'), ask('a'), ask('b')]).toEqual([
    'A',
    'B',
    'A',
    'C',
    'A',
    'B',
  ]);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

it('keeps what is undefined, too, and nothing of what threw', () => {
  const latest = new Latest<undefined>(2);
  let made = 0;
  const make = () => {
    made += 1;
    if (made === 1) throw new Error('not yet');
    return undefined;
  };
  expect(() => latest.get('a', make)).toThrow('not yet');
  latest.get('a', make);
  latest.get('a', make);
  expect(made).toBe(2);
});

it('tells what is kept without putting off its turn, and keeps another in its place', () => {
  const latest = new Latest<number>(2);
  latest.keep('a', 1);
  latest.keep('b', 2);
  expect(latest.kept('a')).toBe(1);
  latest.keep('c', 3);
  expect([latest.kept('a'), latest.kept('b'), latest.kept('c')]).toEqual([undefined, 2, 3]);
  latest.keep('b', 4);
  latest.keep('d', 5);
  expect([latest.kept('b'), latest.kept('c')]).toEqual([4, undefined]);
  latest.forget('b');
  expect(latest.has('b')).toBe(false);
});
