import { expect, test } from 'vitest';
import { vocabulary } from '../../../../../tests/support/language.ts';
import { partName } from './parts.ts';

test('what has places of its own is called as its reader calls it: a subject, or a stage of schooling', () => {
  expect(partName('数学', vocabulary, 'zh-CN')).toBe('数学');
  expect(partName('数学', vocabulary, 'en')).toBe('Mathematics');
  expect(partName('primary', vocabulary, 'zh-CN')).toBe('小学');
  expect(partName('primary', vocabulary, 'en')).toBe('primary');
  expect(partName('constructor', vocabulary, 'en')).toBe('constructor');
});
