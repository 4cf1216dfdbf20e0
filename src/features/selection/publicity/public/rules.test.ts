import { describe, expect, test } from 'vitest';
import { candidate } from '../../../../../tests/support/candidate.ts';
import { frozenText, publicEntries } from './rules.ts';

describe('what the public sees', () => {
  const entries = publicEntries([
    candidate('2', { name: '龴某', schoolName: '第二小学', person: { birthDate: '1988-05-01' } }),
    candidate('1', { name: '𠮷野' }),
  ]);
  test('name, school, subject; never an id, a birth date, a staff number or a telephone', () => {
    expect(entries.map(({ entry }) => Object.keys(entry).sort())).toEqual([
      ['county', 'name', 'number', 'school', 'stage', 'subject'],
      ['county', 'name', 'number', 'school', 'stage', 'subject'],
    ]);
  });
  test('the same list always freezes to the same text', () => {
    const list = {
      round: 'r',
      unit: 'u',
      programme: { 'zh-CN': '甲', en: 'a' },
      documentNumber: null,
      contact: null,
      entries: entries.map(({ entry }) => entry),
    };
    const turned = {
      entries: list.entries,
      contact: null,
      documentNumber: null,
      programme: { en: 'a', 'zh-CN': '甲' },
      unit: 'u',
      round: 'r',
    };
    expect(frozenText(turned)).toBe(frozenText(list));
  });
});
