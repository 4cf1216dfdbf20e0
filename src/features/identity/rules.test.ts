import { describe, expect, test } from 'vitest';
import { type Actor, allows, allowsSomewhere, judgePassword, type Role, rootsFor } from './rules.ts';

const actor = (personId: string, unitPath: string, ...roles: [Role, string][]): Actor => ({
  personId,
  name: personId,
  unitId: 'u',
  unitPath,
  unitName: 'u',
  assignments: roles.map(([role, path]) => ({ role, unitId: path, unitPath: path, unitName: path })),
});

const teacher = actor('teacher', '1.2.5.9.');
const schoolOffice = actor('office', '1.2.5.', ['school-office', '1.2.5.']);
const countyOffice = actor('county', '1.2.', ['county-office', '1.2.']);

describe('who may do what, where', () => {
  test('a teacher sees their own records and nobody else’s', () => {
    expect(allows(teacher, 'record.see', { unitPath: '1.2.5.9.', personId: 'teacher' })).toBe(true);
    expect(allows(teacher, 'record.see', { unitPath: '1.2.5.9.', personId: 'colleague' })).toBe(false);
  });

  test('a teaching office confirms records of its school, not of the school beside it', () => {
    expect(allows(schoolOffice, 'record.confirm', { unitPath: '1.2.5.9.', personId: 'teacher' })).toBe(true);
    expect(allows(schoolOffice, 'record.confirm', { unitPath: '1.2.6.9.', personId: 'other' })).toBe(false);
  });

  test('a path is a chain of whole keys: school 1.2.5. does not stand over 1.2.51.', () => {
    expect(allows(schoolOffice, 'record.see', { unitPath: '1.2.51.', personId: 'other' })).toBe(false);
  });

  test('a county office sees its own county and not the one beside it', () => {
    expect(allows(countyOffice, 'application.see', { unitPath: '1.2.6.', personId: 'x' })).toBe(true);
    expect(allows(countyOffice, 'application.see', { unitPath: '1.3.6.', personId: 'x' })).toBe(false);
  });

  test('a city’s round concerns every teacher below it, and a county’s round no teacher of another county', () => {
    expect(allows(teacher, 'round.see', { unitPath: '1.' })).toBe(true);
    expect(allows(teacher, 'round.see', { unitPath: '1.3.' })).toBe(false);
  });

  test('an office does not decide above itself', () => {
    expect(allows(countyOffice, 'round.open', { unitPath: '1.' })).toBe(false);
  });

  test('a guard without a place lets in those who may somewhere, and lists start at their topmost units', () => {
    expect(allowsSomewhere(teacher, 'record.confirm')).toBe(false);
    expect(allowsSomewhere(schoolOffice, 'record.confirm')).toBe(true);
    const both = actor(
      'both',
      '1.2.',
      ['school-office', '1.2.5.'],
      ['county-office', '1.2.'],
      ['county-office', '1.4.'],
    );
    expect(rootsFor(both, 'person.find').map(({ unitPath }) => unitPath)).toEqual(['1.2.', '1.4.']);
  });
});

describe('a password of one’s own', () => {
  const judge = (password: string, before: string | null = null) => {
    const verdict = judgePassword({
      password,
      again: password,
      before,
      signIn: 't10010001',
      name: '古丽·买买提江 阿卜杜',
    });
    return verdict.ok ? 'ok' : verdict.reason;
  };

  test('has eight characters, of whatever script', () => {
    expect(judge('𠮷𠮷𠮷𠮷𠮷𠮷𠮷')).toBe('too-short');
    expect(judge('𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷')).toBe('ok');
  });

  test('is not the staff number or the name, in any width, case or spacing', () => {
    expect(judge('T10010001')).toBe('is-sign-in');
    expect(judge('ｔ１００１ 0001')).toBe('is-sign-in');
    expect(judge('古丽·买买提江阿卜杜')).toBe('is-name');
  });

  test('is another than before', () => {
    expect(judge('春风又绿江南岸呀', '春风又绿江南岸呀')).toBe('as-before');
  });
});
