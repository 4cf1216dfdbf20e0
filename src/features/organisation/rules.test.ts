import { describe, expect, test } from 'vitest';
import type { Actor, Role } from '../identity/rules.ts';
import {
  guessColumns,
  guessField,
  judgeMapping,
  judgeRow,
  type KnownPerson,
  type RosterValues,
  type RowQuestion,
  readRank,
  readStage,
  titleColumns,
} from './imports/rules.ts';
import { nameSearch, searchStart, splitName } from './people/name-search.ts';
import { factOn, judgeMove, overlap, staffNumberForm, suspect, withFact } from './people/rules.ts';
import { judgeAssignment, judgeEndUnit, mayContain } from './units/rules.ts';

describe('units', () => {
  test('a city may run a school of its own; a group stands in a school only', () => {
    expect(mayContain('city', 'school')).toBe(true);
    expect(mayContain('county', 'group')).toBe(false);
    expect(mayContain('group', 'group')).toBe(false);
  });

  const actor = (role: Role, unitPath: string): Actor => ({
    personId: 'me',
    name: '我',
    unitId: null,
    unitPath: null,
    unitName: null,
    assignments: [{ role, unitId: 'u', unitPath, unitName: '' }],
  });
  const at = (level: 'city' | 'county' | 'school' | 'group', path: string, ended = false) => ({
    level,
    path,
    ended,
  });
  const reason = (who: Actor, role: Role, unit: ReturnType<typeof at>, personId = 'other') => {
    const verdict = judgeAssignment(who, { role, personId, unit });
    return verdict.ok ? null : verdict.reason;
  };

  test('a role is given by an office over the unit, at the level it belongs to, and never above the giver', () => {
    expect(reason(actor('county-office', '1.2.'), 'school-office', at('school', '1.2.3.'))).toBeNull();
    expect(reason(actor('county-office', '1.2.'), 'school-office', at('county', '1.2.'))).toBe('wrong-level');
    expect(reason(actor('county-office', '1.2.'), 'school-office', at('school', '1.9.3.'))).toBe(
      'not-yours-to-give',
    );
    expect(reason(actor('county-office', '1.2.'), 'city-office', at('city', '1.'))).toBe('not-yours-to-give');
    expect(reason(actor('school-office', '1.2.3.'), 'group-leader', at('group', '1.2.3.4.', true))).toBe(
      'unit-ended',
    );
    expect(reason(actor('county-office', '1.2.'), 'auditor', at('county', '1.2.'))).toBe('not-yours-to-give');
  });

  test('nobody gives a role to themselves, an administrator no less', () => {
    expect(reason(actor('county-office', '1.2.'), 'county-office', at('county', '1.2.'), 'me')).toBe(
      'to-oneself',
    );
    expect(reason(actor('administrator', '1.'), 'county-office', at('county', '1.2.'), 'me')).toBe(
      'to-oneself',
    );
  });

  test('a unit closes when nobody and nothing is in it', () => {
    const unit = { beginsOn: '2000-01-01', endsOn: null, children: 0, people: 0 };
    expect(judgeEndUnit(unit, '2026-01-01', '2026-02-01')).toEqual({ ok: true });
    expect(judgeEndUnit({ ...unit, people: 1 }, '2026-01-01', '2026-02-01')).toEqual({
      ok: false,
      reason: 'has-people',
    });
    expect(judgeEndUnit(unit, '2026-03-01', '2026-02-01')).toEqual({ ok: false, reason: 'in-future' });
  });
});

describe('periods', () => {
  test('a period ends before the day it no longer holds', () => {
    expect(overlap({ from: '2020-01-01', until: '2021-01-01' }, { from: '2021-01-01', until: null })).toBe(
      false,
    );
    expect(overlap({ from: null, until: null }, { from: '2021-01-01', until: null })).toBe(true);
  });

  const question = {
    state: 'serving' as const,
    current: { unitId: 'a', from: '2020-09-01' },
    to: { unitId: 'b', level: 'school' as const, endsOn: null },
    on: '2026-09-01',
    today: '2026-11-01',
  };
  test('a move follows the employment that runs; on its first day it corrects it; before it, it is refused', () => {
    expect(judgeMove(question)).toEqual({ ok: true, how: 'follow' });
    expect(judgeMove({ ...question, on: '2020-09-01' })).toEqual({ ok: true, how: 'correct' });
    expect(judgeMove({ ...question, on: '2020-08-31' })).toEqual({ ok: false, reason: 'before-current' });
    expect(judgeMove({ ...question, current: null })).toEqual({ ok: true, how: 'start' });
    expect(judgeMove({ ...question, to: { ...question.to, level: 'group' } })).toEqual({
      ok: false,
      reason: 'not-an-employer',
    });
  });

  test('a rank from a day on leaves what was before; the same day again corrects; an earlier day fits in between', () => {
    const second = withFact([], 'first', 'senior', '2024-12-01');
    expect(second).toEqual([
      { from: null, until: '2024-12-01', value: 'first' },
      { from: '2024-12-01', until: null, value: 'senior' },
    ]);
    expect(withFact(second, 'senior', 'full-senior', '2024-12-01').at(-1)).toEqual({
      from: '2024-12-01',
      until: null,
      value: 'full-senior',
    });
    expect(withFact(second, 'senior', 'second', '2010-01-01')).toEqual([
      { from: null, until: '2010-01-01', value: 'first' },
      { from: '2010-01-01', until: '2024-12-01', value: 'second' },
      { from: '2024-12-01', until: null, value: 'senior' },
    ]);
    expect(factOn(second, 'senior', '2024-11-30')).toBe('first');
  });

  test('saying since when the present rank has been held makes its beginning known', () => {
    expect(withFact([], 'first', 'first', '2018-09-01')).toEqual([
      { from: '2018-09-01', until: null, value: 'first' },
    ]);
  });
});

describe('the same person twice', () => {
  const a = { name: '李华', staffNumber: 'T-001', birthDate: '1980-01-01', phone: null, unitId: 'u' };
  test('a staff number is the same however it is written', () => {
    expect(staffNumberForm('ｔ-００１ ')).toBe('T001');
    expect(suspect(a, { ...a, name: '李 华', staffNumber: 'T001' })).toBe('staff-number-form');
  });
  test('name and birth date raise suspicion; another birth date speaks against it', () => {
    expect(suspect(a, { ...a, staffNumber: 'X9' })).toBe('name-birth');
    expect(suspect(a, { ...a, staffNumber: 'X9', birthDate: '1981-01-01' })).toBeNull();
    expect(suspect(a, { ...a, staffNumber: null, birthDate: null })).toBe('name-unit');
  });
});

describe('names', () => {
  test('a surname is read as a surname, rare characters have a reading or stand for themselves', () => {
    expect(nameSearch('单小曾')).toContain('shanxiaoceng');
    expect(nameSearch('欧阳㛃')).toContain('ouyangjie');
    expect(nameSearch('𠮷䶮')).toContain('jiyan');
    expect(nameSearch('吕布')).toContain('lvbu');
    expect(nameSearch('张龴')).toContain('zhang');
  });
  test('the beginning of a name or given name finds it', () => {
    const words = nameSearch('李小华').split(' ');
    for (const search of ['李小', '小华', 'lixi', 'xiaohua', 'lxh'])
      expect(words.some((word) => word.startsWith(searchStart(search)))).toBe(true);
  });
  test('surname and given name part where they should', () => {
    expect(splitName('欧阳修')).toEqual({ family: '欧阳', given: '修' });
    expect(splitName('Ada Lovelace')).toEqual({ family: 'Lovelace', given: 'Ada' });
  });
});

describe('a roster', () => {
  test('headers as people write them are known, whatever stands around them', () => {
    expect(guessField('* 教师姓名（必填）')).toBe('name');
    expect(guessField('出生年月')).toBe('birthDate');
    expect(guessField('职工号')).toBe('staffNumber');
    expect(guessField('现任专业技术职务')).toBe('rank');
    expect(guessField('备注')).toBeNull();
    expect(guessColumns(['序号', '姓名', '学校名称', '姓名'])).toEqual({ name: 1, school: 2 });
  });
  test('columns of titles held are told apart from ranks: they come in with the records', () => {
    const headers = ['姓名', '职称', '骨干教师称号', '荣誉称号', '学科带头人（年份）', '备注'];
    expect(titleColumns(headers)).toEqual([2, 3, 4]);
  });
  test('a mapping must say who and where', () => {
    expect(judgeMapping({ name: 0 }, false)).toEqual(['identity-unmapped', 'unit-unmapped']);
    expect(judgeMapping({ name: 0, staffNumber: 1 }, true)).toEqual([]);
    expect(judgeMapping({ name: 0, staffNumber: 0 }, true)).toEqual(['column-twice']);
  });
  test('ranks of the older series mean what they mean today', () => {
    expect(
      ['中学高级教师', '小学高级', '中教一级', '正高级教师', '副高', '小学一级教师', '未定级'].map(readRank),
    ).toEqual(['senior', 'first', 'first', 'full-senior', 'senior', 'second', 'none']);
    expect(['高中', '初级中学', '九年制初中', '完全小学', '幼教'].map(readStage)).toEqual([
      'senior',
      'junior',
      'junior',
      'primary',
      'kindergarten',
    ]);
  });

  const values: RosterValues = {
    name: '李华',
    staffNumber: 'T1',
    sex: null,
    birthDate: '1980-01-01',
    teachingSince: null,
    joinedOn: null,
    phone: null,
    email: null,
    subject: '语文',
    stage: 'primary',
    rank: 'first',
    rankSince: null,
    education: null,
    post: null,
    frontLine: null,
    qualified: null,
    specialPost: null,
  };
  const known: KnownPerson = {
    ...values,
    id: 'p',
    state: 'serving',
    unitId: 'u',
    groupId: null,
    unitPath: '1.2.',
    employedSince: '2010-09-01',
    employedAt: 'u',
    idBlind: null,
  };
  const question: RowQuestion = {
    values,
    unit: { id: 'u', level: 'school', endsOn: null },
    groupId: null,
    idBlinds: [],
    known: [known],
    rootPath: '1.',
    asOf: '2026-09-01',
    today: '2026-11-01',
    by: 'office',
  };
  test('a row that says nothing new is unchanged; one that does is an update that names what', () => {
    expect(judgeRow(question)).toEqual({ verdict: 'unchanged', personId: 'p' });
    expect(judgeRow({ ...question, values: { ...values, rank: 'senior' } })).toMatchObject({
      verdict: 'update',
      changes: ['rank'],
      how: 'stay',
    });
    expect(judgeRow({ ...question, unit: { id: 'v', level: 'school', endsOn: null } })).toMatchObject({
      verdict: 'update',
      changes: ['unit'],
      how: 'follow',
    });
    expect(judgeRow({ ...question, known: [] })).toEqual({ verdict: 'new' });
  });
  test('a number that belongs to somebody else, a person of another place, and a later move are faults', () => {
    const code = (changed: Partial<RowQuestion>) => {
      const verdict = judgeRow({ ...question, ...changed });
      return verdict.verdict === 'faulty' ? verdict.problem.code : verdict.verdict;
    };
    expect(code({ values: { ...values, name: '王芳', birthDate: '1990-01-01' } })).toBe('number-of-another');
    expect(code({ known: [{ ...known, unitPath: '7.2.' }] })).toBe('person-elsewhere');
    expect(
      code({
        unit: { id: 'v', level: 'school', endsOn: null },
        known: [{ ...known, employedSince: '2026-10-01' }],
      }),
    ).toBe('moved-later');
    expect(code({ values: { ...values, staffNumber: null }, known: [known, { ...known, id: 'q' }] })).toBe(
      'person-ambiguous',
    );
    expect(code({ values: { ...values, name: '王芳' } })).toBe('update');
  });
  test('a row that would change whoever brings the roster in is a fault; one that says nothing new of them is none', () => {
    const own = { ...question, by: 'p' };
    expect(judgeRow({ ...own, values: { ...values, rank: 'senior' } })).toMatchObject({
      verdict: 'faulty',
      problem: { code: 'own-row' },
    });
    expect(judgeRow({ ...own, unit: { id: 'v', level: 'school', endsOn: null } })).toMatchObject({
      problem: { code: 'own-row' },
    });
    expect(judgeRow(own)).toEqual({ verdict: 'unchanged', personId: 'p' });
  });
});
