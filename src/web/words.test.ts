import { expect, test } from 'vitest';
import { SUBJECT_NAMES } from '../../demo/city.ts';
import { SUBJECTS, subjectTyped } from '../shared/subjects.ts';
import {
  chooseLocale,
  formatDate,
  formatInstant,
  formatNumber,
  inLocale,
  subjectName,
  words,
} from './words.ts';

test('the language chosen on the device wins over the person’s, and that over the browser’s', () => {
  const all = { cookie: 'en', person: 'zh-CN', acceptLanguage: 'zh-CN' };
  expect(chooseLocale(all)).toBe('en');
  expect(chooseLocale({ ...all, cookie: 'fr' })).toBe('zh-CN');
  expect(chooseLocale({ acceptLanguage: 'en-GB,en;q=0.9' })).toBe('en');
});

test('the browser’s order of preference is followed, refused languages left out', () => {
  expect(chooseLocale({ acceptLanguage: 'en;q=0.4, zh-TW;q=0.8' })).toBe('zh-CN');
  expect(chooseLocale({ acceptLanguage: 'fr, en;q=0.5, zh;q=0' })).toBe('en');
});

test('a browser that says nothing we know gets zh-CN', () => {
  expect(chooseLocale({})).toBe('zh-CN');
  expect(chooseLocale({ acceptLanguage: 'fr-FR, *;q=0.1' })).toBe('zh-CN');
});

test('words take their arguments and count in each language', () => {
  expect(words('zh-CN')('ui.table.total', { count: 3 })).toBe('共 3 条');
  expect(words('en')('ui.table.total', { count: 1 })).toBe('1 row');
});

test('several are named one after another in the manner of the language', () => {
  expect(words('zh-CN')('ui.changeOf', { what: ['姓名', '职称'] })).toBe('修改姓名、职称');
  expect(words('en')('ui.changeOf', { what: ['name', 'rank'] })).toContain('name, rank');
});

test('a word without its argument is a bug, not a hole in a sentence', () => {
  expect(() => words('en')('ui.table.total')).toThrow();
});

test('an argument is text, never markup or a message of its own', () => {
  expect(words('zh-CN')('ui.changeOf', { what: '<b>{x}</b>' })).toBe('修改<b>{x}</b>');
});

test('a civil date is the same day everywhere; an instant is told on Chinese clocks', () => {
  expect(formatDate('2026-03-01', 'zh-CN')).toBe('2026年3月1日');
  expect(formatDate('2026-03-01', 'en')).toBe('March 1, 2026');
  expect(formatInstant(new Date('2026-03-01T16:05:00Z'), 'zh-CN')).toContain('2026年3月2日');
  expect(formatInstant(new Date('2026-03-01T16:05:00Z'), 'zh-CN')).toContain('00:05');
});

test('numbers group their digits; names are picked by language', () => {
  expect(formatNumber(1234567.5, 'zh-CN')).toBe('1,234,567.5');
  expect(inLocale({ 'zh-CN': '骨干教师', en: 'backbone teacher' }, 'en')).toBe('backbone teacher');
});

test('a subject is called as its reader calls it; what is none of the usual ones stands as it was written', () => {
  expect(['语文', '数学', '道德与法治', '体育', '学前'].map((one) => subjectName(one, 'en'))).toEqual([
    'Chinese',
    'Mathematics',
    'Morality and Law',
    'Physical Education',
    'Preschool',
  ]);
  for (const subject of Object.values(SUBJECT_NAMES)) {
    expect(subjectName(subject, 'zh-CN')).toBe(subject);
    expect(subjectName(subject, 'en')).not.toMatch(/\p{Script=Han}/u);
    expect(subjectTyped(subjectName(subject, 'en').toUpperCase())).toBe(subject);
  }
  expect(subjectName('校本武术', 'en')).toBe('校本武术');
  expect(subjectName(null, 'en')).toBe('');
});

test('no two subjects are called alike', () => {
  for (const locale of ['zh-CN', 'en'] as const)
    expect(new Set(SUBJECTS.map((names) => names[locale].toLowerCase())).size).toBe(SUBJECTS.length);
});
