import { describe, expect, test } from 'vitest';
import type { Stage } from '../../../language/grammar/round.ts';
import type { Calendar } from '../../../shared/calendar.ts';
import { decideVerdict, publicityClock } from './rules.ts';

describe('the publicity period is counted in working days', () => {
  const calendar: Calendar = {
    id: 'test',
    years: [2026],
    workweek: [1, 2, 3, 4, 5],
    holidays: [{ from: '2026-10-01', to: '2026-10-07', name: '国庆节' }],
    workdays: [{ date: '2026-10-10', name: '国庆节调休' }],
  };
  const stage: Stage = {
    id: 'publicity',
    names: { 'zh-CN': '公示', en: 'publicity' },
    actor: 'public',
    does: 'publicise',
    publicity: { days: { working: 5 } },
  };
  test('posted on 29 September, five working days end on Monday 12 October: the holiday is passed over and the make-up Saturday counts', () => {
    expect(publicityClock(stage, calendar, '2026-09-29')).toEqual({
      ok: true,
      closesOn: '2026-10-12',
      days: 5,
      working: true,
    });
  });
  test('a period that runs into a year without a calendar is reported, not guessed', () => {
    expect(publicityClock(stage, calendar, '2026-12-29')).toEqual({
      ok: false,
      reason: 'year-not-in-calendar',
      year: 2027,
    });
  });
  test('calendar days are counted where the file says so', () => {
    expect(
      publicityClock({ ...stage, publicity: { days: { calendar: 7 } } }, calendar, '2026-12-29'),
    ).toMatchObject({ closesOn: '2027-01-05', working: false });
  });
});

test('no decision on the last day, none while an objection is open, then one', () => {
  const publicity = { closesOn: '2026-10-12' };
  expect(decideVerdict({ state: 'publicity' }, publicity, 1, 0, 0, '2026-10-12')).toEqual({
    ok: false,
    reasons: ['period-running', 'objections-open'],
  });
  expect(decideVerdict({ state: 'publicity' }, publicity, 0, 0, 0, '2026-10-13')).toEqual({ ok: true });
  expect(decideVerdict({ state: 'open' }, null, 0, 0, 0, '2026-10-13')).toEqual({
    ok: false,
    reasons: ['not-in-publicity'],
  });
  expect(decideVerdict({ state: 'publicity' }, publicity, 0, 0, 1, '2026-10-13')).toEqual({
    ok: false,
    reasons: ['title-unclear'],
  });
});
