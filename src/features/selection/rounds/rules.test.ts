import { describe, expect, test } from 'vitest';
import type { Stage } from '../../../language/grammar/round.ts';
import type { Calendar } from '../../../shared/calendar.ts';
import {
  APPLICATION_STATES,
  dateFaults,
  deadlineRemark,
  dividedAmong,
  extendVerdict,
  firstReview,
  nextPosition,
  type OpeningRound,
  openVerdict,
  quotaSum,
  type RoundState,
  roundFigures,
  seatOf,
  selectionPosition,
  stageFaults,
  timeliness,
} from './rules.ts';
import { cycleDue } from './start.ts';

const names = { 'zh-CN': '环节', en: 'stage' };
const stage = (id: string, actor: Stage['actor'], does: Stage['does'], more: Partial<Stage> = {}): Stage => ({
  id,
  names,
  actor,
  does,
  ...more,
});
const route: Stage[] = [
  stage('declaration', 'applicant', 'declare'),
  stage('school', 'school-office', 'recommend'),
  stage('county', 'county', 'recommend', { quota: 'split' }),
  stage('publicity', 'public', 'publicise'),
  stage('recognition', 'city', 'recognise'),
];
const calendar: Calendar = {
  id: 'test',
  years: [2026],
  workweek: [1, 2, 3, 4, 5],
  holidays: [{ from: '2026-10-01', to: '2026-10-07', name: '国庆节' }],
  workdays: [],
};
const round = {
  state: 'open' as const,
  opensAt: new Date('2026-03-01T00:00:00+08:00'),
  closesAt: new Date('2026-04-25T23:59:59.999+08:00'),
};

describe('the deadline is the last instant of its day where the authority is', () => {
  test('one millisecond before midnight is in time, midnight is late', () => {
    expect(timeliness(round, new Date('2026-04-25T23:59:59.999+08:00'))).toEqual({ ok: true });
    expect(timeliness(round, new Date('2026-04-26T00:00:00+08:00'))).toEqual({ ok: false, reason: 'late' });
  });
  test('before the opening day, and in a draft, nothing is taken', () => {
    expect(timeliness(round, new Date('2026-02-28T23:59:59+08:00'))).toEqual({
      ok: false,
      reason: 'not-yet',
    });
    expect(timeliness({ ...round, state: 'draft' }, new Date('2026-04-01T00:00:00Z'))).toEqual({
      ok: false,
      reason: 'not-open',
    });
  });
  test('a deadline is only ever moved later, and only while the round is open', () => {
    const now = new Date('2026-04-26T08:00:00+08:00');
    const extend = (closesAt: string, state: RoundState = 'open') =>
      extendVerdict({ ...round, state }, [], { closesAt: new Date(closesAt), stages: new Map() }, now);
    expect(extend('2026-05-08T23:59:59.999+08:00')).toMatchObject({ ok: true });
    expect(extend('2026-04-24T23:59:59.999+08:00')).toMatchObject({ ok: false, reason: 'not-later' });
    expect(extend('2026-05-08T00:00:00Z', 'publicity')).toMatchObject({ ok: false, reason: 'not-open' });
  });
});

describe('dates that cannot stand are named', () => {
  test('a deadline before the opening, in the past, or before the as-of date', () => {
    expect(
      dateFaults({ opensOn: '2026-05-01', deadline: '2026-04-25', asOf: '2026-04-30' }, '2026-04-26'),
    ).toEqual(['deadline-before-opening', 'deadline-passed', 'as-of-after-deadline']);
  });
  test('a body that would be done before the applicants, or before a body ahead of it, is named with which', () => {
    const day = (text: string) => new Date(`${text}T23:59:59.999+08:00`);
    const bodies = [
      stage('declare', 'applicant', 'declare'),
      stage('school', 'school-office', 'recommend'),
      stage('county', 'county', 'review'),
      stage('city', 'city', 'approve'),
    ];
    const faults = (dates: Readonly<Record<string, string>>) =>
      stageFaults(
        bodies,
        Object.entries(dates).map(([id, on]) => ({ stage: id, closesAt: day(on) })),
        day('2026-04-25'),
      ).map(({ stage: id, before }) => [id, before]);
    expect(faults({ school: '2026-04-25', county: '2026-05-08', city: '2026-05-08' })).toEqual([]);
    expect(faults({ declare: '2026-04-20', city: '2026-05-08' })).toEqual([]);
    expect(faults({ school: '2026-04-24', county: '2026-05-08' })).toEqual([['school', null]]);
    expect(faults({ school: '2026-05-10', county: '2026-05-08', city: '2026-05-09' })).toEqual([
      ['county', 'school'],
      ['city', 'school'],
    ]);
  });
  test('a deadline on a holiday or a weekend is pointed out, a year without a calendar is reported', () => {
    expect(deadlineRemark(calendar, '2026-10-05')).toEqual({
      kind: 'deadline-not-working-day',
      because: '国庆节',
    });
    expect(deadlineRemark(calendar, '2026-04-25')).toEqual({ kind: 'deadline-not-working-day', because: '' });
    expect(deadlineRemark(calendar, '2026-04-24')).toBeNull();
    expect(deadlineRemark(calendar, '2027-04-23')).toEqual({ kind: 'year-not-in-calendar', year: 2027 });
  });
});

describe('SC09: counties allocated 150 + 140 + 110 of 406 places', () => {
  const quotas = quotaSum(406, [150, 140, 110]);
  const opening: OpeningRound = {
    state: 'draft',
    closesAt: round.closesAt,
    stages: 5,
    versionState: 'published',
    effectiveOn: '2026-01-01',
    opensOn: '2026-03-01',
    split: true,
    quotas,
    quotaRows: 3,
    stageFaults: [],
    early: null,
  };
  const now = new Date('2026-02-20T00:00:00Z');
  const none = { quota: null, early: null };
  test('six places are shown as unallocated', () => {
    expect(quotas).toEqual({ total: 406, sum: 400, unallocated: 6, excess: 0 });
  });
  test('the round opens only with a recorded reason', () => {
    expect(openVerdict(opening, now, none)).toEqual({
      ok: false,
      refusals: [{ reason: 'quota-unallocated', sum: 400, total: 406, unallocated: 6 }],
    });
    expect(openVerdict(opening, now, { ...none, quota: '六个名额留作全市统筹' })).toEqual({ ok: true });
  });
  test('more places than the total are refused, whatever the reason', () => {
    expect(
      openVerdict({ ...opening, quotas: quotaSum(406, [150, 140, 120]) }, now, {
        quota: '已批准',
        early: '已批准',
      }),
    ).toEqual({
      ok: false,
      refusals: [{ reason: 'quota-exceeds-total', sum: 410, total: 406 }],
    });
  });
  test('without any quota, from an unpublished version, or without a route it does not open', () => {
    expect(
      openVerdict(
        { ...opening, quotaRows: 0, quotas: quotaSum(406, []), versionState: 'draft', stages: 0 },
        now,
        none,
      ),
    ).toEqual({
      ok: false,
      refusals: [{ reason: 'version-not-published' }, { reason: 'no-route' }, { reason: 'no-quotas' }],
    });
  });
  test('with a body that would be done too early it does not open', () => {
    const stageFaults = [{ stage: 'school', closesAt: new Date('2026-04-20T00:00:00Z'), before: null }];
    expect(openVerdict({ ...opening, stageFaults, quotas: quotaSum(406, [406]) }, now, none)).toEqual({
      ok: false,
      refusals: [{ reason: 'stages-too-early', n: 1 }],
    });
  });
  test('a version that takes effect later than the opening day is refused', () => {
    expect(
      openVerdict({ ...opening, effectiveOn: '2026-06-01', quotas: quotaSum(406, [406]) }, now, none),
    ).toEqual({
      ok: false,
      refusals: [{ reason: 'version-not-effective', on: '2026-06-01' }],
    });
  });
});

describe('a programme says how often it selects (R-002-4-14, R-002-5-23)', () => {
  test('the next round is due in the month of the last one, so many years on', () => {
    expect(cycleDue('2023-09-12', '3y')).toBe('2026-09-01');
    expect(cycleDue('2025-03-31', '6m')).toBe('2025-09-01');
    expect(cycleDue('2025-03-31', '30d')).toBe('2025-04-30');
  });
  test('before that it opens only with a reason on record, for the cycle apart from that for the places', () => {
    const early: OpeningRound = {
      state: 'draft',
      closesAt: round.closesAt,
      stages: 5,
      versionState: 'published',
      effectiveOn: null,
      opensOn: '2026-03-01',
      split: false,
      quotas: quotaSum(8, []),
      stageFaults: [],
      quotaRows: 0,
      early: { last: '2024-09-02', due: '2027-09-01' },
    };
    const now = new Date('2026-02-20T00:00:00Z');
    expect(openVerdict(early, now, { quota: '统筹', early: null })).toEqual({
      ok: false,
      refusals: [{ reason: 'before-cycle', last: '2024-09-02', due: '2027-09-01' }],
    });
    expect(openVerdict(early, now, { quota: null, early: '三名候选人调离' })).toEqual({ ok: true });
  });
});

describe('SC13: an application goes through the bodies of the route in order', () => {
  test('it starts with the first body that reviews and passes none by', () => {
    expect(firstReview(route)).toBe(2);
    expect(nextPosition(route, 2)).toBe(3);
  });
  test('after the last body it waits for the selection', () => {
    expect(nextPosition(route, 3)).toBe(selectionPosition(route));
    expect(selectionPosition(route)).toBe(4);
  });
});

describe('the number that binds a recommendation comes from the programme', () => {
  const body = { id: 'unit', path: '1.2.' };
  const applicant = { subject: '语文', stage: 'primary' };
  const quota = {
    limits: [
      { id: 'per-subject', per: 'subject' as const, min: 1, max: 3, strength: 'should' as const },
      { id: 'per-group', per: 'group' as const, exactly: 2 },
    ],
  };
  test('SC12: one to three per subject in principle, so a fourth is possible by decision', () => {
    expect(
      seatOf(quota, stage('s', 'school-office', 'examine', { quota: 'per-subject' }), body, applicant, null),
    ).toMatchObject({
      part: '语文',
      most: 3,
      soft: true,
    });
  });
  test('two per group', () => {
    expect(
      seatOf(quota, stage('s', 'group', 'recommend', { quota: 'per-group' }), body, applicant, null),
    ).toMatchObject({ part: '', most: 2, soft: false });
  });
  test('places are divided among the units the file names, else those of the level below', () => {
    const province = { unitPath: '1.', unitLevel: 'province' };
    const divided = (by?: 'city' | 'county' | 'school' | 'subject') =>
      dividedAmong(by && { split: { by } }, province).level;
    expect([divided('city'), divided('county'), divided('school'), divided('subject'), divided()]).toEqual([
      'city',
      'county',
      'school',
      'city',
      'city',
    ]);
  });
  test('a county needs a quota of its own where the programme splits the total', () => {
    expect(
      seatOf(quota, stage('s', 'county', 'recommend', { quota: 'split' }), body, applicant, 406),
    ).toMatchObject({ most: null, required: true });
  });
});

describe('the figures of a round', () => {
  test('every submitted application stands in one of them, and they add up to all submitted', () => {
    const counts = APPLICATION_STATES.flatMap((state, index) => [
      { state, n: index + 1 },
      { state, n: 10 },
    ]);
    const { submitted, at } = roundFigures(counts);
    const drafts = 11;
    expect(at.draft).toBe(drafts);
    expect(submitted).toBe(counts.reduce((sum, { n }) => sum + n, 0) - drafts);
    expect(Object.values(at).reduce((sum, n) => sum + n, 0)).toBe(submitted + drafts);
  });
});
