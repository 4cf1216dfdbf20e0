import { describe, expect, test } from 'vitest';
import {
  ACTS,
  type Actor,
  allows,
  allowsSomewhere,
  inStead,
  judgePassword,
  partiesOf,
  type Role,
  rootsFor,
  type SingleAct,
} from './rules.ts';

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

const principal = { personId: 'principal', name: '委托人' };
const inSteadOf = (role: Role, path: string, only: SingleAct | null = null): Actor => ({
  ...actor('deputy', '1.2.5.9.'),
  // Nothing is open to them for where they stand.
  unitPath: null,
  assignments: [{ role, unitId: path, unitPath: path, unitName: path, for: principal, only }],
});

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

  test('what is held in another’s stead opens the same, but never gives roles nor hands them on', () => {
    const deputy = inSteadOf('school-office', '1.2.5.');
    const place = { unitPath: '1.2.5.9.', personId: 'teacher' };
    expect(allows(deputy, 'record.confirm', place)).toBe(true);
    expect(allows(deputy, 'record.confirm', { ...place, unitPath: '1.2.6.' })).toBe(false);
    expect(allows(deputy, 'role.assign', place)).toBe(false);
    expect(allows(deputy, 'role.hand-over', place)).toBe(false);
    expect(allowsSomewhere(deputy, 'role.hand-over')).toBe(false);
  });

  test('of a role handed over only in one act the deputy does that act and sees what it takes, nothing else', () => {
    const deputy = inSteadOf('school-office', '1.2.5.', 'record.confirm');
    const place = { unitPath: '1.2.5.9.', personId: 'teacher' };
    const open = ACTS.filter((act) => allows(deputy, act, place));
    expect(open.toSorted()).toEqual(['person.see', 'record.confirm', 'record.see', 'unit.see']);
  });

  test('an act is done in another’s stead only where nothing of one’s own opens it', () => {
    const place = { unitPath: '1.2.5.9.', personId: 'teacher' };
    expect(inStead(inSteadOf('school-office', '1.2.5.'), 'record.confirm', place).actingFor).toEqual(
      principal,
    );
    const both = {
      ...schoolOffice,
      assignments: [...inSteadOf('school-office', '1.2.5.').assignments, ...schoolOffice.assignments],
    };
    expect(inStead(both, 'record.confirm', place).actingFor).toBeUndefined();
    expect(partiesOf(inStead(inSteadOf('school-office', '1.2.5.'), 'record.confirm', place))).toEqual([
      'deputy',
      'principal',
    ]);
    // One's own growth file is one's own, whoever one deputises for.
    const own = { unitPath: '1.2.5.9.', personId: 'deputy' };
    expect(inStead(inSteadOf('school-office', '1.2.5.'), 'record.see', own).actingFor).toBeUndefined();
  });

  test('an auditor reads and changes nothing', () => {
    const auditor = actor('auditor', '1.', ['auditor', '1.']);
    const place = { unitPath: '1.2.5.9.', personId: 'teacher' };
    const open = ACTS.filter((act) => allows({ ...auditor, unitPath: null }, act, place));
    const looks = (act: string) => act.endsWith('.see') || ['person.find', 'reads.search'].includes(act);
    expect(open.filter((act) => !looks(act))).toEqual([]);
    expect(open).toContain('audit.see');
  });

  test('a mentor holds a place in the group and sees what concerns everybody there, no growth file', () => {
    const mentor = actor('mentor', '1.2.5.9.', ['mentor', '1.2.5.9.']);
    const place = { unitPath: '1.2.5.9.', personId: 'teacher' };
    expect(ACTS.filter((act) => allows(mentor, act, place))).toEqual([
      'unit.see',
      'programme.see',
      'round.see',
    ]);
  });

  test('separated, roles and the rules of duties leave the administrator for the security administrator, the trail for the auditor', () => {
    const keeper = (role: Role, dutiesApart: boolean): Actor => ({
      ...actor(role, '1.', [role, '1.']),
      dutiesApart,
    });
    const moved = ['role.assign', 'duty.set', 'audit.see', 'person.change', 'roster.import'] as const;
    const open = (one: Actor) => moved.filter((act) => allows(one, act, { unitPath: '1.2.' }));
    expect(open(keeper('administrator', false))).toEqual([...moved]);
    expect(open(keeper('administrator', true))).toEqual([]);
    expect(open(keeper('security-administrator', true))).toEqual(['role.assign', 'duty.set']);
    expect(open(keeper('auditor', true))).toEqual(['audit.see']);
    expect(allows(keeper('administrator', true), 'unit.change', { unitPath: '1.2.' })).toBe(true);
    expect(allows(keeper('administrator', true), 'account.change', { unitPath: '1.2.' })).toBe(true);
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

  test('is none of those that most people choose, nor the name with digits, nor a word of the place with them', () => {
    for (const password of [
      '12345678',
      'Password',
      'iloveyou',
      'QWERTYUIOP',
      '１qaz2wsx',
      '5201314520',
      '11111111',
    ])
      expect([password, judge(password)]).toEqual([password, 'common']);
    expect(judge('古丽·买买提江·阿卜杜 1988')).toBe('is-name');
    for (const password of ['Qinglan2026', '教师 123456', 'jiaoshi@2026', '2026骨干教师！', 'xuexiao_0001'])
      expect([password, judge(password)]).toEqual([password, 'of-here']);
    for (const password of [
      '教师节那天下着雨',
      'qinglan-huacai-47',
      '春风又绿江南岸呀',
      '83920174',
      'my teacher sings',
    ])
      expect([password, judge(password)]).toEqual([password, 'ok']);
  });

  test('is another than before', () => {
    expect(judge('春风又绿江南岸呀', '春风又绿江南岸呀')).toBe('as-before');
  });
});
