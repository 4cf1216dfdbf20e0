import { describe, expect, test } from 'vitest';
import type { Actor, Role } from '../../identity/rules.ts';
import { actionsAbout, changeLines, marksOf } from './rules.ts';

const actor = (personId: string, role?: Role, unitPath = '1.'): Actor => ({
  personId,
  name: '',
  unitId: null,
  unitPath: '1.4.',
  unitName: null,
  assignments: role === undefined ? [] : [{ role, unitId: 'u', unitPath, unitName: '' }],
});

describe('what changed', () => {
  test('is told field by field, and what stayed as it was is not', () => {
    expect(
      changeLines(
        { title: '公开课', level: 'school', fields: { hours: 2 } },
        { title: '公开课', level: 'city', fields: { hours: 3 } },
      ),
    ).toEqual([
      { field: 'level', before: 'school', after: 'city' },
      { field: 'hours', before: 2, after: 3 },
    ]);
  });

  test('of something new is all that it says, without what it leaves open', () => {
    expect(changeLines(null, { title: '论文', grade: null, late: false, fields: {} })).toEqual([
      { field: 'title', after: '论文' },
    ]);
  });

  test('of something that is no more is what there was', () => {
    expect(changeLines({ place: 3 }, null)).toEqual([{ field: 'place', before: 3, after: null }]);
  });
});

describe('marks', () => {
  test('a late entry and a correction bear theirs', () => {
    expect(marksOf({ action: 'record.claim', after: { late: true } })).toEqual(['late']);
    expect(marksOf({ action: 'record.change', after: { late: true } })).toEqual(['late', 'correction']);
    expect(marksOf({ action: 'record.claim', after: { late: false } })).toEqual([]);
  });
});

describe('of what happened to somebody', () => {
  const place = { unitPath: '1.4.', personId: 'p' };

  test('they read all but how bodies worked on their application', () => {
    const own = actionsAbout(actor('p'), place);
    expect(own).toContain('application.return');
    expect(own).toContain('account.reset');
    expect(own).not.toContain('application.recuse');
  });

  test('an administrator reads of accounts, and of no records and applications', () => {
    const read = actionsAbout(actor('a', 'administrator'), place);
    expect(read).toContain('account.reset');
    expect(read).not.toContain('record.claim');
    expect(read).not.toContain('application.submit');
  });

  test('a group leader reads of records and applications, and of no accounts', () => {
    const read = actionsAbout(actor('g', 'group-leader', '1.4.'), place);
    expect(read).toContain('record.claim');
    expect(read).not.toContain('sign-in');
  });
});
