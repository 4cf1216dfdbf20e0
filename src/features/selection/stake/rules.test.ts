import { expect, test } from 'vitest';
import { stakeIn } from './rules.ts';

test('whoever has handed in an application has a stake, whatever became of it; who withdrew has none', () => {
  expect(stakeIn('in-review', [])).toBe('own');
  expect(stakeIn('refused', [])).toBe('own');
  expect(stakeIn('removed', [])).toBe('own');
  expect(stakeIn('draft', [])).toBeNull();
  expect(stakeIn('withdrawn', [])).toBeNull();
});

test('whoever stands aside for somebody has a stake as long as something may still become of them', () => {
  expect(stakeIn(null, ['refused', 'listed'])).toBe('related');
  expect(stakeIn(null, ['removed'])).toBe('related');
  expect(stakeIn(null, ['refused', 'withdrawn', 'not-selected', 'draft'])).toBeNull();
  expect(stakeIn(null, [])).toBeNull();
});

test("one's own application is named before a relative's", () => {
  expect(stakeIn('listed', ['listed'])).toBe('own');
});
