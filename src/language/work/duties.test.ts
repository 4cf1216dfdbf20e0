import { describe, expect, test } from 'vitest';
import {
  around,
  clause,
  dossier,
  loadSource,
  problemsOf,
  ready,
  record,
} from '../../../tests/support/language.ts';
import type { Dossier } from '../dossier.ts';
import { type DutyReport, type DutySpan, dutyReasons } from './duties.ts';

const asOf = '2025-12-31';
const school = ready(loadSource('002-4-school-backbone')).compiled;
const candidates = ready(loadSource('002-5-school-candidates')).compiled;

function report(
  compiled: ReturnType<typeof clause>['compiled'],
  id: string,
  who: Dossier,
  span: DutySpan,
  day = asOf,
): DutyReport {
  const found = compiled.dutyReport(id, who, span, { asOf: day });
  if (!found) throw new Error(`no duty ${id}`);
  return found;
}
const outcomes = ({ periods }: DutyReport) => periods.map(({ outcome }) => outcome);
const duty = (more: string) => clause('known: rank', `duties: [{id: d, ${more}}]`).compiled;
const observed = (on: string) =>
  record('class-observation', on, { fields: { hours: 1, place: 'in-school' } });
const visit = (on: string) => record('home-visit', on);

describe('a duty is asked in every period', () => {
  test('SC14: one lesson in the first week and three in the next: the first is missed, though four in all', () => {
    const lessons = ['2025-03-04', '2025-03-10', '2025-03-11', '2025-03-14'].map(observed);
    const found = report(school, 'weekly-observation', dossier(lessons), {
      from: '2025-03-03',
      to: '2025-03-16',
    });
    expect(outcomes(found)).toEqual(['unmet', 'met']);
    expect(found).toMatchObject({ missed: [1], outcome: 'unmet' });
  });

  test('SC16: no apprentice in one school year, two in the next: the first is missed', () => {
    const apprentices = ['2024-09-10', '2024-10-10'].map((on) =>
      record('mentoring', on, { fields: { apprentice: '李' } }),
    );
    const span = { from: '2023-09-01', to: '2025-08-31' };
    expect(report(school, 'apprentice', dossier(apprentices), span).missed).toEqual([1]);
  });

  test('SC24: a year with an open class and neither paper nor project fails the either/or duty', () => {
    const teacher = dossier([
      record('open-class', '2024-05-01', { level: 'school' }),
      record('paper', '2023-05-01', { level: 'county' }),
    ]);
    const span = { from: '2023-01-01', to: '2024-12-31' };
    expect(outcomes(report(candidates, 'paper-or-project', teacher, span))).toEqual(['met', 'unmet']);
    expect(outcomes(report(candidates, 'open-class', teacher, span))).toEqual(['unmet', 'met']);
  });

  test('SC39: someone sent in weeks 1, 3 and 7 missed the fortnight of week 5', () => {
    const compiled = duty('per: week, every: 2, side: school, require: {count: {record: home-visit}}');
    const sent = dossier(['2025-03-04', '2025-03-18', '2025-04-16'].map(visit));
    const found = report(compiled, 'd', sent, { from: '2025-03-03', to: '2025-04-27' });
    expect(found.missed).toEqual([3]);
    expect(found.periods[2]).toMatchObject({ from: '2025-03-31', to: '2025-04-13', reason: 'missed' });
  });

  test('SC35: a day of 5 hours is below the 6 a day, and the other days are not', () => {
    const hours = (on: string, of: number) => record('training', on, { fields: { hours: of } });
    const days = dossier([hours('2025-07-07', 6), hours('2025-07-08', 5), hours('2025-07-09', 7)]);
    const compiled = clause(
      'known: rank',
      'duties: [{id: d, per: term, require: {amount: {of: {sum: {record: training, of: hours}}, atLeast: {multiply: [6, {served: days}]}}}}]',
    ).compiled;
    const daily = ['2025-07-07', '2025-07-08', '2025-07-09'].map(
      (day) => report(compiled, 'd', days, { from: day, to: day }).outcome,
    );
    expect(daily).toEqual(['met', 'unmet', 'met']);
  });

  test('SC25: two trained in three years fail 3 to 5, four meet', () => {
    const compiled = duty('per: term, require: {count: {record: mentoring, min: 3, max: 5}}');
    const trained = (n: number) =>
      dossier(
        Array.from({ length: n }, (_, i) =>
          record('mentoring', `2024-0${i + 1}-01`, { fields: { apprentice: '王' } }),
        ),
      );
    const span = { from: '2022-09-01', to: '2025-08-31' };
    expect(report(compiled, 'd', trained(2), span).outcome).toBe('unmet');
    expect(report(compiled, 'd', trained(4), span).outcome).toBe('met');
  });

  test('a duty of a whole term has one period, and a statement has none', () => {
    const span = { from: '2022-09-01', to: '2025-08-31' };
    expect(report(candidates, 'term-project', dossier(), span).periods).toHaveLength(1);
    const said = duty('say: {zh-CN: 爱岗敬业。, en: Devoted to the work.}');
    expect(said.dutyReport('d', dossier(), span, { asOf })).toBeNull();
    expect(candidates.dutyReport('nothing', dossier(), span, { asOf })).toBeNull();
  });
});

describe('what is not missed is told why', () => {
  const monthly = duty('per: month, require: {count: {record: home-visit, min: 2}}');
  const reasons = ({ periods }: DutyReport) => periods.map(({ reason }) => reason);

  test('a month only partly within the span, one still running, and one that has not begun', () => {
    const span = { from: '2025-01-15', to: '2025-05-31' };
    const found = report(monthly, 'd', dossier([visit('2025-03-01')]), span, '2025-04-10');
    expect(reasons(found)).toEqual(['partial', 'missed', 'missed', 'running', 'ahead']);
    expect(found.periods[0]).toMatchObject({ partial: true, served: { days: 17, of: 31 }, outcome: 'unmet' });
    expect(found.periods[4]).toMatchObject({ outcome: null });
  });

  test('a month on leave is not asked for', () => {
    const span = { from: '2025-01-01', to: '2025-03-31', away: [{ from: '2025-01-20', to: '2025-03-02' }] };
    const found = report(monthly, 'd', dossier(), span);
    expect(reasons(found)).toEqual(['missed', 'away', 'missed']);
    expect(found.periods.map(({ served }) => served.days)).toEqual([19, 0, 29]);
  });

  test('a duty in proportion to the days served asks less of whoever was there for less', () => {
    const share = '{round: {of: {multiply: [4, {served: share}]}, mode: up}}';
    const prorated = duty(
      `per: month, require: {amount: {of: {count: {record: home-visit}}, atLeast: ${share}}}`,
    );
    const span = { from: '2025-01-16', to: '2025-02-28', away: [{ from: '2025-02-01', to: '2025-02-21' }] };
    const found = report(prorated, 'd', dossier(['2025-01-20', '2025-01-30', '2025-02-25'].map(visit)), span);
    // 16 of 31 days ask for 3 of 4; 7 of 28 for 1.
    expect(outcomes(found)).toEqual(['unmet', 'met']);
    expect(reasons(found)).toEqual(['missed', null]);
  });

  test('SC38: it concerns newcomers only, one transferred in like a new graduate', () => {
    const own = [
      'terms: {attributes: {joinedSchool: {names: {zh-CN: 到校日期, en: joined}, type: date}, yearsHere: {names: {zh-CN: 校龄, en: years here}, type: years, since: joinedSchool, counted: elapsed}}}',
      'duties: [{id: d, per: school-year, who: {person: {yearsHere: {below: 1}}}, require: {members: {role: mentor, min: 1, max: 1}}}]',
    ].join('\n');
    const { compiled } = clause('known: rank', own);
    const span = { from: '2024-09-01', to: '2025-08-31' };
    const mentors = (n: number) => ({ mentor: Array.from({ length: n }, () => dossier()) });
    const transferred = dossier([], { joinedSchool: '2024-09-02', teachingSince: '2000-09-01' });
    expect(report(compiled, 'd', { ...transferred, members: mentors(0) }, span).missed).toEqual([1]);
    expect(report(compiled, 'd', { ...transferred, members: mentors(1) }, span).outcome).toBe('met');
    const graduate = dossier([], { joinedSchool: '2024-09-02', teachingSince: '2024-09-02' });
    expect(report(compiled, 'd', { ...graduate, members: mentors(0) }, span).missed).toEqual([1]);
    const settled = dossier([], { joinedSchool: '2010-09-01' });
    expect(report(compiled, 'd', { ...settled, members: mentors(0) }, span).periods[0]).toMatchObject({
      outcome: null,
      reason: 'not-asked',
    });
    const unknown = report(compiled, 'd', { ...dossier(), members: mentors(0) }, span);
    expect(unknown.periods[0]).toMatchObject({ outcome: 'missing', reason: 'who-open' });
  });

  test('SC34: a subject with neither applicant nor leader is asked to name one backbone teacher', () => {
    const nobody = (role: string) => `{members: {role: ${role}, max: 0}}`;
    const named = duty(
      `per: term, who: {all: [${nobody('applicants')}, ${nobody('leaders')}]}, require: {members: {role: named, min: 1, max: 1}}`,
    );
    const group = (applicants: number, leaders: number, chosen: number): Dossier => {
      const some = (n: number) => Array.from({ length: n }, () => dossier());
      return {
        ...dossier(),
        members: { applicants: some(applicants), leaders: some(leaders), named: some(chosen) },
      };
    };
    const span = { from: '2025-01-01', to: '2025-06-30' };
    const outcome = (...numbers: [number, number, number]) =>
      report(named, 'd', group(...numbers), span).periods[0]?.outcome;
    expect(outcome(0, 0, 0)).toBe('unmet');
    expect(outcome(0, 0, 1)).toBe('met');
    expect(outcome(1, 0, 0)).toBeNull();
  });

  test('a duty that is not in force yet asks nothing', () => {
    const later = duty('per: year, from: 2025-01-01, require: {count: {record: paper}}');
    const found = report(later, 'd', dossier(), { from: '2024-01-01', to: '2025-12-31' });
    expect(reasons(found)).toEqual(['not-in-force', 'missed']);
  });
});

describe('a dose that changes', () => {
  const phases =
    'per: week, phases: [{periods: 4, require: {count: {record: home-visit, min: 2}}}, {periods: 26, require: {count: {record: home-visit, min: 1}}}]';
  const mentoring = duty(phases);

  test('two meetings a week at first, then one', () => {
    const meetings = dossier(['2025-09-01', '2025-09-02', '2025-09-08', '2025-09-29'].map(visit));
    const found = report(mentoring, 'd', meetings, { from: '2025-09-01', to: '2025-10-05' });
    expect(outcomes(found)).toEqual(['met', 'unmet', 'unmet', 'unmet', 'met']);
    expect(found.periods.map(({ phase }) => phase)).toEqual([1, 1, 1, 1, 2]);
  });

  test('IN07: after 12 weeks elsewhere 18 are left, one meeting a week', () => {
    const span = { from: '2025-09-01', to: '2025-09-14', done: 12 };
    const found = report(mentoring, 'd', dossier([visit('2025-09-01')]), span, '2025-09-01');
    expect(found.dose).toEqual({ done: 12, left: 18, of: 30, phase: 2 });
    expect(found.periods[0]).toMatchObject({ phase: 2, outcome: 'met' });
    expect(report(mentoring, 'd', dossier(), span).dose).toMatchObject({ done: 14, left: 16 });
  });

  test('weeks away use up no week of the dose, and when all is done nothing more is asked', () => {
    const span = {
      from: '2025-09-01',
      to: '2025-09-28',
      away: [{ from: '2025-09-08', to: '2025-09-14' }],
      done: 28,
    };
    const found = report(mentoring, 'd', dossier(), span);
    expect(found.periods.map(({ reason }) => reason)).toEqual(['missed', 'away', 'missed', 'beyond-phases']);
    expect(found.dose).toEqual({ done: 30, left: 0, of: 30, phase: null });
  });

  test('phases without a period of the calendar are refused', () => {
    const wrong = `duties: [{id: d, ${phases.replace('per: week, ', '')}}]`;
    expect(problemsOf(around('known: rank', wrong)).map(({ code }) => code)).toEqual(['missing-key']);
  });
});

test('IN01: at half time two years become four; absence extends a year from 30 days, maternity only by choice', () => {
  const own = [
    'terms: {attributes: {fte: {names: {zh-CN: 工作量, en: FTE}, type: number}, absent: {names: {zh-CN: 缺勤, en: absence}, type: number}, maternity: {names: {zh-CN: 产假, en: maternity}, type: number}}}',
    'measures:',
    '  length: {divide: {of: 2, by: {value: fte}}}',
    '  other: {subtract: [{value: absent}, {value: maternity}]}',
    '  automatic: {choose: {when: [{if: {amount: {of: {measure: other}, atLeast: 30}}, is: {measure: other}}], else: 0}}',
    '  chosen: {choose: {when: [{if: {id: extends, decide: {}}, is: {value: maternity}}], else: 0}}',
  ].join('\n');
  const { compiled } = clause('known: rank', own);
  const who = dossier([], { fte: 0.5, absent: 31, maternity: 10 });
  const measure = (name: string, decision: 'met' | 'unmet') =>
    compiled.measure(name)?.trace(who, { asOf, decisions: { extends: decision }, spent: undefined }).value;
  expect(measure('length', 'met')).toBe('4');
  expect(measure('automatic', 'met')).toBe('0');
  expect(measure('chosen', 'met')).toBe('10');
  expect(measure('chosen', 'unmet')).toBe('0');
});

test('every reason has words in both languages', () => {
  for (const names of Object.values(dutyReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
});
