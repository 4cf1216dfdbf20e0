import { describe, expect, test } from 'vitest';
import { clause, dossier } from '../../../tests/support/language.ts';
import { carries, panelReasons, type Seat } from './panel.ts';

const asOf = '2025-04-25';
const file = [
  'bodies:',
  '  group:',
  '    names: {zh-CN: 考核小组, en: assessment group}',
  '    level: school',
  '    recuse: [assessed, relative]',
  '    members:',
  '      - {id: expert, names: {zh-CN: 专家, en: experts}, least: 2, who: {person: {rank: {atLeast: senior}}}}',
  '      - {id: leader, names: {zh-CN: 校领导, en: leaders}, most: 1}',
].join('\n');
const { panel } = clause('known: rank', file).compiled;
const senior = dossier([], { rank: 'senior' });
const expert = (id: string, more: Partial<Seat> = {}): Seat => ({
  id,
  as: 'expert',
  dossier: senior,
  ...more,
});
const problems = (...seats: Seat[]) => panel('group', seats, { asOf })?.problems;

describe('who may sit in an assessment group', () => {
  test('CN21: a person who is assessed themselves must stand aside', () => {
    expect(problems(expert('a'), expert('b', { relations: ['assessed'] }))).toEqual([
      { reason: 'must-stand-aside', of: 'b' },
    ]);
    expect(panel('group', [expert('a'), expert('b')], { asOf })).toEqual({ outcome: 'met', problems: [] });
    expect(problems(expert('a'), expert('b', { relations: ['mentor'] }))).toEqual([]);
  });

  test('too few, too many, and not fit are told of whom', () => {
    const leader = (id: string): Seat => ({ id, as: 'leader', dossier: dossier() });
    expect(problems(expert('a'), leader('c'), leader('d'))).toEqual([
      { reason: 'too-few', of: 'expert' },
      { reason: 'too-many', of: 'leader' },
    ]);
    expect(problems(expert('a'), expert('b', { dossier: dossier([], { rank: 'first' }) }))).toEqual([
      { reason: 'not-fit', of: 'b' },
    ]);
    const unknown = [expert('a'), expert('b', { dossier: dossier([], { rank: null }) })];
    expect(panel('group', unknown, { asOf })).toEqual({
      outcome: 'missing',
      problems: [{ reason: 'fitness-open', of: 'b' }],
    });
    expect(panel('nobody', [], { asOf })).toBeNull();
  });

  test('two thirds of those present carry; of all they may not; more than half is not half', () => {
    const votes = { yes: 6, no: 2, present: 9, all: 12 };
    expect(carries({ percent: '66.66' }, votes)).toBe(true);
    expect(carries({ percent: '66.66', of: 'all' }, votes)).toBe(false);
    expect(carries({ percent: '75', of: 'cast' }, votes)).toBe(true);
    expect(carries({ percent: '50', of: 'all', than: 'more-than' }, votes)).toBe(false);
    expect(carries({ percent: '50' }, { yes: 0, no: 0, present: 0, all: 5 })).toBe(false);
  });

  test('every reason has words in both languages', () => {
    for (const names of Object.values(panelReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
  });
});
