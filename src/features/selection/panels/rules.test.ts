import { describe, expect, test } from 'vitest';
import type { Judging } from '../../../language/grammar/judging.ts';
import type { Sheet } from '../../../language/work/judging.ts';
import type { Assignment, Role } from '../../identity/rules.ts';
import {
  drawCodes,
  type Judge,
  judgeClosing,
  judgeOpening,
  judgeSeat,
  leftToDo,
  markingTime,
  readMarks,
  resultsOf,
  sheetFaults,
  shuffled,
  standsAside,
} from './rules.ts';

const judging: Judging = {
  blind: ['name', 'unit'],
  judges: { least: 3 },
  criteria: [
    { id: 'a', names: { 'zh-CN': '实绩', en: 'results' }, max: '60', step: '0.5' },
    { id: 'b', names: { 'zh-CN': '教研', en: 'research' }, max: '40', reason: true },
  ],
  dropHighest: 1,
  dropLowest: 1,
};
const candidate = { personId: 'c', unitPath: '1.2.3.4.', schoolId: 'school' };
const held = (role: Role, unitPath: string, more: Partial<Assignment> = {}): Assignment => ({
  role,
  unitId: unitPath,
  unitPath,
  unitName: '',
  ...more,
});
const judge = (more: Partial<Judge> = {}): Judge => ({
  personId: 'j',
  unitId: 'elsewhere',
  unitPath: '1.9.',
  serving: true,
  assignments: [],
  ...more,
});
const nobody = new Set<string>();

describe('for whom a judge stands aside', () => {
  const aside = (one: Judge, related = nobody, sameSchool = false) =>
    standsAside(one, candidate, related, sameSchool);

  test('themselves, and whomever they are related to', () => {
    expect(aside(judge())).toBeNull();
    expect(aside(judge({ personId: 'c' }))).toBe('self');
    expect(aside(judge(), new Set(['c']))).toBe('related');
    expect(aside(judge(), new Set(['somebody else']))).toBeNull();
  });

  test('whose application they may open: it would say who it is', () => {
    for (const role of [
      'group-leader',
      'school-office',
      'school-leader',
      'county-office',
      'auditor',
    ] as const)
      expect(aside(judge({ assignments: [held(role, '1.2.')] }))).toBe('sees');
    expect(aside(judge({ assignments: [held('school-office', '1.9.')] }))).toBeNull();
    expect(aside(judge({ assignments: [held('mentor', '1.2.3.4.')] }))).toBeNull();
  });

  test('also where they may open it only in another’s stead', () => {
    const stead = { for: { personId: 'p', name: '' } };
    expect(aside(judge({ assignments: [held('school-office', '1.2.3.', stead)] }))).toBe('sees');
    expect(
      aside(judge({ assignments: [held('school-office', '1.2.3.', { ...stead, only: 'record.confirm' })] })),
    ).toBeNull();
    expect(
      aside(
        judge({ assignments: [held('school-office', '1.2.3.', { ...stead, only: 'application.review' })] }),
      ),
    ).toBe('sees');
  });

  test('of the same school, where the body of the file says so', () => {
    expect(aside(judge({ unitId: 'school' }))).toBeNull();
    expect(aside(judge({ unitId: 'school' }), nobody, true)).toBe('same-school');
  });
});

describe('who may have a seat', () => {
  const panel = {
    state: 'forming' as const,
    seated: ['k'],
    most: 2,
    applicants: new Set(['x']),
    candidates: [candidate],
  };
  const seat = (one: Judge, more: Partial<Parameters<typeof judgeSeat>[1]> = {}) =>
    judgeSeat(one, { ...panel, ...more }, (of) => standsAside(one, of, nobody, false));

  test('whoever serves, has not applied, and may judge somebody', () => {
    expect(seat(judge())).toBeNull();
    expect(seat(judge({ serving: false }))).toBe('not-serving');
    expect(seat(judge({ personId: 'k' }))).toBe('seated');
    expect(seat(judge({ personId: 'x' }))).toBe('applicant');
    expect(seat(judge(), { most: 1 })).toBe('too-many');
    expect(seat(judge({ assignments: [held('city-office', '1.')] }))).toBe('aside-for-all');
    expect(seat(judge({ assignments: [held('city-office', '1.')] }), { candidates: [] })).toBeNull();
    expect(seat(judge(), { state: 'judging' })).toBeNull();
    expect(seat(judge(), { state: 'closed' })).toBe('too-late');
  });
});

describe('opening, marking and closing in time', () => {
  const open = (more: {
    dated?: boolean;
    state?: 'forming' | 'judging';
    looked?: boolean;
    judges?: number;
  }) =>
    judgeOpening({ state: more.state ?? 'forming', dated: more.dated ?? true }, 'open', judging, [
      { looked: more.looked ?? true, judges: more.judges ?? 3 },
    ]);

  test('a panel opens once, dated, with everybody looked through and enough judges for each', () => {
    expect(open({})).toBeNull();
    expect(open({ state: 'judging' })).toBe('not-forming');
    expect(open({ dated: false })).toBe('no-dates');
    expect(open({ looked: false })).toBe('not-looked-through');
    expect(open({ judges: 2 })).toBe('too-few-judges');
    expect(judgeOpening({ state: 'forming', dated: true }, 'open', judging, [])).toBe('nobody');
    expect(judgeOpening({ state: 'forming', dated: true }, 'cancelled', judging, [])).toBe('round-not-open');
    const { blind: _, ...named } = judging;
    expect(
      judgeOpening({ state: 'forming', dated: true }, 'open', named, [{ looked: false, judges: 3 }]),
    ).toBeNull();
  });

  test('what is left to do before it opens is counted by candidate; an open panel is not looked through', () => {
    const some = [
      { looked: true, judges: 3 },
      { looked: false, judges: 2 },
      { looked: false, judges: 3 },
    ];
    expect(leftToDo(judging, some)).toEqual({ look: 2, judges: 1 });
    const { blind: _, ...named } = judging;
    expect(leftToDo(named, some)).toEqual({ look: null, judges: 1 });
    expect(leftToDo(judging, [])).toEqual({ look: 0, judges: 0 });
  });

  test('judges mark from the first day to the last, both included', () => {
    const panel = { state: 'judging' as const, opensOn: '2026-11-20', closesOn: '2026-11-28' };
    expect(markingTime(panel, '2026-11-19')).toBe('not-yet');
    expect(markingTime(panel, '2026-11-20')).toBe('now');
    expect(markingTime(panel, '2026-11-28')).toBe('now');
    expect(markingTime(panel, '2026-11-29')).toBe('over');
    expect(markingTime({ ...panel, state: 'forming' }, '2026-11-21')).toBe('not-yet');
    expect(markingTime({ ...panel, state: 'closed' }, '2026-11-21')).toBe('over');
  });

  test('it closes when all is handed in or the last day is over, and says what it came to', () => {
    const panel = { state: 'judging' as const, closesOn: '2026-11-28' };
    expect(judgeClosing(panel, 0, '同意', '2026-11-21')).toBeNull();
    expect(judgeClosing(panel, 1, '同意', '2026-11-28')).toBe('still-judging');
    expect(judgeClosing(panel, 1, '同意', '2026-11-29')).toBeNull();
    expect(judgeClosing(panel, 0, ' ', '2026-11-29')).toBe('no-conclusion');
    expect(judgeClosing({ ...panel, state: 'closed' }, 0, '同意', '2026-11-29')).toBe('not-judging');
  });
});

describe('marks and what they come to', () => {
  test('only criteria of the panel are read, and a sheet with faults names them', () => {
    const marks = readMarks(judging, { 'mark.a': ' 55.5 ', 'mark.b': '41', 'reason.b': '', 'mark.z': '9' });
    expect(marks).toEqual({ a: { mark: '55.5', reason: '' }, b: { mark: '41', reason: '' } });
    expect(sheetFaults(judging, marks)).toEqual({ b: 'beyond-full' });
    expect(sheetFaults(judging, {})).toEqual({ a: 'missing', b: 'missing' });
  });

  test('equal results share a place, and who was marked by too few has none', () => {
    const sheets = (...totals: string[]): Sheet[] =>
      totals.map((a, i) => ({ judge: `j${i}`, marks: { a, b: '0' } }));
    const results = resultsOf(
      judging,
      new Map([
        ['one', sheets('50', '40', '30')],
        ['two', sheets('60', '40', '0')],
        ['three', sheets('60', '60')],
        ['four', sheets('20', '20.5', '21')],
      ]),
    );
    expect(results).toEqual([
      { candidate: 'one', result: '40', place: 1, markedBy: 3 },
      { candidate: 'two', result: '40', place: 1, markedBy: 3 },
      { candidate: 'three', result: null, place: null, markedBy: 2 },
      { candidate: 'four', result: '20.5', place: 3, markedBy: 3 },
    ]);
  });
});

describe('codes follow from chance alone', () => {
  const chance = (numbers: readonly number[]) => {
    let at = 0;
    return (below: number) => (numbers[at++ % numbers.length] ?? 0) % below;
  };

  test('all different, of signs nobody mistakes; the same draw twice is drawn again', () => {
    const codes = drawCodes(3, chance([0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect(new Set(codes).size).toBe(3);
    for (const code of codes)
      expect(code).toMatch(/^[BCDFGHJKMNPQRSTVWXZ2-9]{2}-[BCDFGHJKMNPQRSTVWXZ2-9]{2}$/);
    expect(drawCodes(3, chance([5, 4, 3, 2, 1, 9, 8, 7, 6, 5, 4, 11]))).not.toEqual(codes);
  });

  test('an order of chance holds all, each once', () => {
    const all = Array.from({ length: 20 }, (_, i) => i);
    const order = shuffled(all, chance([7, 3, 11, 2, 19]));
    expect(order).not.toEqual(all);
    expect(order.toSorted((a, b) => a - b)).toEqual(all);
  });
});
