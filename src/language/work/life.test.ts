import fc from 'fast-check';
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
import { addDays } from '../../shared/civil-date.ts';
import type { EvaluationContext } from '../finding.ts';
import { type LifeEvent, type LifeReport, type LifeStart, lifeReasons } from './life-words.ts';

const asOf = '2030-12-31';
const term = (...lines: string[]) => ['term:', ...lines.map((line) => `  ${line}`)].join('\n');

function live(
  yaml: string,
  start: LifeStart,
  events: readonly LifeEvent[],
  context: Partial<EvaluationContext> = {},
  who = dossier(),
): LifeReport {
  return clause('known: rank', yaml).compiled.life(start, events, who, { asOf, ...context });
}
/** One result a year, from the year given. */
const yearly = (from: number, ...results: string[]): LifeEvent[] =>
  results.map((result, i) => ({ on: `${from + i}-06-30`, result }));
const steps = ({ steps: all }: LifeReport) => all.map(({ transition }) => transition);
const reasons = ({ steps: all }: LifeReport) => all.map(({ reasons: own }) => own.join(' '));

describe('CN22: stopped and removed for failing, more pay and promotion for excellence', () => {
  const own = [
    'terms:',
    '  scales:',
    '    yangzhou:',
    '      names: {zh-CN: 层级, en: tiers}',
    '      steps:',
    ...[
      ['teaching-expert-y', '教学能手'],
      ['young-backbone', '中青年骨干'],
      ['leader', '学科带头人'],
      ['city-special', '市特级'],
      ['province-special', '省特级'],
    ].map(([id, zh]) => `        - {id: ${id}, names: {zh-CN: ${zh}, en: ${id}}}`),
    '  titles: {scale: yangzhou}',
  ].join('\n');
  const rules = term(
    'life:',
    '  - {id: promoted, when: {result: excellent}, run: 3, does: promote, steps: 1}',
    '  - {id: raised, when: {result: excellent}, run: 2, does: raise-pay, percent: 50}',
    '  - {id: removed, when: {result: unqualified}, run: 2, does: cancel}',
    '  - {id: stopped, when: {result: unqualified}, does: stop-pay}',
  );
  const leader = { granted: '2018-09-01', title: 'leader' };
  const ask = (...results: string[]) => live(`${own}\n${rules}`, leader, yearly(2019, ...results));

  test('an academic leader excellent three times: +50 % in the second year, one tier up in the third', () => {
    const life = ask('excellent', 'excellent', 'excellent');
    expect(steps(life)).toEqual([null, 'raised', 'promoted']);
    expect(life.steps.map(({ after }) => [after.title, after.percent])).toEqual([
      ['leader', '100'],
      ['leader', '150'],
      ['city-special', '100'],
    ]);
    expect(life.steps[0]?.near).toEqual([
      { transition: 'promoted', reached: 1, of: 3 },
      { transition: 'raised', reached: 1, of: 2 },
    ]);
  });

  test('the row that led to promotion is used up: a fourth excellent year begins a new one', () => {
    expect(steps(ask(...Array.from({ length: 6 }, () => 'excellent')))).toEqual([
      null,
      'raised',
      'promoted',
      null,
      'raised',
      'promoted',
    ]);
  });

  test('unqualified in 2019 and 2021 with a pass between: stopped twice, the title kept', () => {
    const life = ask('unqualified', 'qualified', 'unqualified');
    expect(steps(life)).toEqual(['stopped', null, 'stopped']);
    expect(life.steps.map(({ after }) => after.paid)).toEqual([false, true, false]);
    expect(life.now).toMatchObject({ title: 'leader', held: true });
  });

  test('unqualified twice in a row: the title is removed', () => {
    expect(ask('unqualified', 'unqualified').now).toMatchObject({ title: null, held: false, paid: false });
  });

  test('a year without an assessment breaks a row; approved leave bridges it, and so does nothing else', () => {
    const gap: LifeEvent[] = [...yearly(2019, 'excellent'), ...yearly(2021, 'excellent')];
    expect(steps(live(`${own}\n${rules}`, leader, gap))).toEqual([null, null]);
    const bridged = `${own}\n${rules.replace('term:', 'term:\n  bridges: maternity-leave')}`;
    const leave = { on: '2019-11-01', event: 'maternity-leave', until: '2020-10-31' };
    expect(steps(live(bridged, leader, [...gap, leave]))).toEqual([null, null, 'raised']);
    expect(steps(live(bridged, leader, [...gap, { ...leave, event: 'sabbatical' }]))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('a promotion at the top is not possible, and said so', () => {
    const life = live(
      `${own}\n${rules}`,
      { ...leader, title: 'province-special' },
      yearly(2019, 'excellent', 'excellent', 'excellent'),
    );
    expect(reasons(life)[2]).toBe('highest-already');
    expect(life.now.title).toBe('province-special');
  });
});

describe('IN19: two in a row or one better, only upward', () => {
  const own = [
    'terms: {scales: {lift: {names: {zh-CN: 阶, en: stage}, steps: [',
    ['teacher', 'established', 'advanced', 'distinguished', 'expert']
      .map((id) => `{id: ${id}, names: {zh-CN: 阶, en: ${id}}}`)
      .join(', '),
    ']}}, titles: {scale: lift}}',
  ].join('');
  const state = (id: string) => `{id: in-${id}, names: {zh-CN: 阶, en: ${id}}, title: ${id}}`;
  const rules = term(
    'upwardOnly: true',
    `states: [${['teacher', 'established', 'advanced', 'distinguished', 'expert'].map(state).join(', ')}]`,
    'life:',
    '  - {id: at-once, state: [in-teacher, in-established], when: {result: highly-effective}, does: promote}',
    '  - {id: steady, state: [in-teacher, in-established], when: {result: [effective, highly-effective]}, run: 2, does: promote}',
    '  - {id: high, state: [in-advanced, in-distinguished], when: {result: highly-effective}, run: 2, does: promote}',
    '  - {id: down, when: {result: ineffective}, does: demote}',
  );
  const ask = (title: string, ...results: string[]) =>
    live(`${own}\n${rules}`, { granted: '2019-09-01', title }, yearly(2020, ...results)).now;

  test('Established: Effective, Developing, Effective stays; the run is broken', () => {
    expect(ask('established', 'effective', 'developing', 'effective').title).toBe('established');
    expect(ask('established', 'effective', 'effective').title).toBe('advanced');
    expect(ask('established', 'highly-effective')).toMatchObject({ title: 'advanced', state: 'in-advanced' });
  });

  test('Advanced: Highly Effective, Effective stays; two Highly Effective in a row move up', () => {
    expect(ask('advanced', 'highly-effective', 'effective').title).toBe('advanced');
    expect(ask('advanced', 'highly-effective', 'highly-effective').title).toBe('distinguished');
  });

  test('nobody moves down', () => {
    expect(ask('advanced', 'ineffective').title).toBe('advanced');
    const life = live(
      `${own}\n${rules}`,
      { granted: '2019-09-01', title: 'advanced' },
      yearly(2020, 'ineffective'),
    );
    expect(reasons(life)).toEqual(['only-upward']);
  });
});

describe('SC21: a candidate passes, passes, fails, passes, passes, passes', () => {
  const six = yearly(2020, 'qualified', 'qualified', 'unqualified', 'qualified', 'qualified', 'qualified');
  const start = { granted: '2019-09-01', title: 'school-backbone-candidate' };

  test('as the source stands the title is lost in year 3; selected again, it comes in the sixth year', () => {
    const { compiled } = ready(loadSource('002-5-school-candidates'));
    const begun = compiled.life(start, six, dossier(), { asOf: '2022-01-01' });
    expect(begun.now).toMatchObject({ title: 'school-backbone-candidate', mayApply: true });
    const out = compiled.life(start, six, dossier(), { asOf: '2025-12-31' });
    expect(steps(out)).toEqual(['retained', 'retained', 'not-retained', null, null, null]);
    expect(out.now).toMatchObject({ state: 'former', held: false });
    const again = [...six, { on: '2022-09-01', event: 'selected-again' }];
    const back = compiled.life(start, again, dossier(), { asOf: '2025-12-31' });
    expect(steps(back).slice(3)).toEqual(['selected-again', 'retained', 'retained', 'three-passes']);
    expect(back.now.title).toBe('school-backbone');
  });

  const strict = (reentry: string) =>
    term(
      'states:',
      '  - {id: candidate, names: {zh-CN: 候选人, en: candidate}, title: school-backbone-candidate}',
      '  - {id: backbone, names: {zh-CN: 骨干, en: backbone}, title: school-backbone}',
      '  - {id: out, names: {zh-CN: 未入选, en: out}, held: false}',
      'life:',
      '  - {id: awarded, state: candidate, when: {result: qualified}, run: 3, does: grant, to: backbone}',
      '  - {id: lost, state: candidate, when: {result: unqualified}, does: cancel, to: out}',
      reentry,
    );

  test('read strictly the candidate title is lost in year 3, and without a way back it stays lost', () => {
    const life = live(strict(''), start, six);
    expect(life.steps[2]).toMatchObject({ transition: 'lost', after: { title: null, state: 'out' } });
    expect(life.now).toMatchObject({ title: null, state: 'out' });
  });

  test('with re-entry configured the title comes after the run of three, in year 6 at the earliest', () => {
    const way = '  - {id: again, state: out, when: {result: qualified}, does: grant, to: candidate}';
    const life = live(strict(way), start, six);
    expect(steps(life)).toEqual([null, null, 'lost', 'again', null, 'awarded']);
    expect(life.now).toMatchObject({ state: 'backbone', title: 'school-backbone' });
  });
});

describe('SC22 and SC27: what an assessment at the end of the term does', () => {
  const { compiled } = ready(loadSource('002-5-school-candidates'));
  const start = { granted: '2022-09-01', title: 'school-backbone' };
  const end = (result: string, day = '2025-08-31') =>
    compiled.life(start, [{ on: day, result }], dossier(), { asOf: '2025-10-01' });

  test('unqualified: the title and the allowance are both cancelled', () => {
    const life = end('unqualified');
    expect(life.now).toMatchObject({ title: null, held: false, paid: false });
    expect(life.spans.map(({ from, to, title }) => [from, to, title])).toEqual([
      ['2022-09-01', '2025-08-30', 'school-backbone'],
      ['2025-08-31', null, null],
    ]);
  });

  test('qualified: the next term follows, also where the assessment comes a few days late', () => {
    for (const day of ['2025-08-31', '2025-09-10']) {
      expect(end('qualified', day).now).toMatchObject({
        title: 'school-backbone',
        term: 2,
        termEnd: '2028-08-31',
        paid: true,
      });
    }
  });

  test('without any assessment the title lapses with the term', () => {
    const life = compiled.life(start, [], dossier(), { asOf: '2025-10-01' });
    expect(reasons(life)).toEqual(['term-over']);
    expect(life.now.title).toBeNull();
    const last = compiled.life(start, [], dossier(), { asOf: '2025-08-31' });
    expect(last.now).toMatchObject({ title: 'school-backbone', termEnd: '2025-08-31' });
  });

  test('SC27: whoever fails the assessment is disqualified at once', () => {
    const rules = term(
      'life: [{id: out, when: assessed-unqualified, does: [cancel, recover-certificate, report]}]',
    );
    const life = live(rules, { granted: '2020-09-01', title: 'city-backbone' }, yearly(2021, 'unqualified'));
    expect(life.steps[0]?.does).toEqual(['cancel', 'recover-certificate', 'report']);
    expect(life.now.title).toBeNull();
  });
});

describe('CN74 and IN22', () => {
  test('CN74: three passes without one excellent do not open the way to the degree', () => {
    const yaml =
      'definitions: {masters: {all: [{run: {record: annual-appraisal, where: {grade: {atLeast: qualified}}, per: year, at: year, min: 3}}, {count: {record: annual-appraisal, where: {grade: excellent}}}]}}';
    const rules = `${yaml}\n${term(
      'length: 3y',
      'life:',
      '  - {id: degree, when: {event: term-end, if: {use: masters}}, does: [may-apply, renew]}',
      '  - {id: regular, when: {event: term-end}, does: grant, title: teaching-expert}',
    )}`;
    const start = { granted: '2022-09-01', title: 'rookie-star' };
    const appraised = (...grades: string[]) =>
      dossier(
        grades.map((grade, i) =>
          record('annual-appraisal', `${2022 + i}-12-31`, { grade, fields: { year: 2022 + i } }),
        ),
      );
    const passed = live(
      rules,
      start,
      [],
      { asOf: '2025-12-31' },
      appraised('qualified', 'qualified', 'qualified'),
    );
    expect(steps(passed)).toEqual(['regular']);
    expect(passed.now.mayApply).toBe(false);
    const excellent = live(
      rules,
      start,
      [],
      { asOf: '2025-12-31' },
      appraised('qualified', 'excellent', 'qualified'),
    );
    expect(excellent.now).toMatchObject({ mayApply: true, term: 2 });
  });

  test('IN22: an A, or two B in a row, exempts from that instrument next time', () => {
    const rules = term(
      'life:',
      '  - {id: a, when: {result: A}, does: exempt}',
      '  - {id: two-b, when: {result: [A, B], if: {count: {record: certificate, where: {kind: other}}}}, run: 2, does: exempt}',
    );
    const start = { granted: '2016-03-01', title: 'teaching-expert' };
    const perCycle = `assessment: {per: term}\n${rules}`;
    const knowledge = dossier([record('certificate', '2016-06-01', { fields: { kind: 'other' } })]);
    const portfolio: LifeEvent[] = [
      { on: '2018-12-01', result: 'B' },
      { on: '2022-12-01', result: 'B' },
    ];
    expect(live(perCycle, start, portfolio, {}, knowledge).now.exempt).toBe(true);
    expect(live(perCycle, start, portfolio).now.exempt).toBe(false);
    expect(live(perCycle, start, [{ on: '2018-12-01', result: 'A' }]).now.exempt).toBe(true);
    expect(live(perCycle, start, portfolio.slice(0, 1), {}, knowledge).now.exempt).toBe(false);
  });
});

describe('terms', () => {
  const start = { granted: '2020-09-10', title: 'city-backbone' };
  const ends = (more: string) =>
    live(term('length: 3y', more), start, [], { asOf: '2021-01-01' }).now.termEnd;

  test('begin with the grant, with the next school year or year, or with the one the grant falls in', () => {
    expect(ends('starts: grant')).toBe('2023-09-09');
    expect(ends('starts: school-year')).toBe('2024-08-31');
    expect(ends('starts: running-school-year')).toBe('2023-08-31');
    expect(ends('starts: year')).toBe('2023-12-31');
    expect(ends('lifelong: true')).toBeNull();
  });

  test('IN14: no more terms than so many', () => {
    const rules = term('length: 2y', 'most: 2', 'life: [{id: on, when: term-end, does: renew}]');
    const life = live(rules, start, []);
    expect(life.steps.map(({ on, reasons: own }) => [on, own.join(' ')])).toEqual([
      ['2022-09-10', 'renewed'],
      ['2024-09-10', 'most-terms term-over'],
    ]);
    expect(life.now.title).toBeNull();
  });

  test('IN01: an extension moves the end of the term', () => {
    const rules = term('length: 2y', 'life: [{id: longer, when: {event: absence}, does: extend, for: 31d}]');
    const life = live(rules, start, [{ on: '2021-05-01', event: 'absence' }], { asOf: '2022-01-01' });
    expect(life.now.termEnd).toBe('2022-10-10');
  });

  test('T09: a suspension that keeps the end brings back the rest of the term, another the whole rest', () => {
    const rules = (keeps: boolean) =>
      term(
        'length: 3y',
        'life:',
        `  - {id: off, when: {event: licence-suspended}, does: suspend, for: 1y, keepsEnd: ${keeps}}`,
        '  - {id: back, when: {event: cleared}, does: resume}',
      );
    const events = [
      { on: '2021-01-01', event: 'licence-suspended' },
      { on: '2021-04-11', event: 'cleared' },
    ];
    const kept = live(rules(true), start, events, { asOf: '2022-01-01' });
    expect(kept.steps.map(({ after }) => [after.suspended, after.paid, after.termEnd])).toEqual([
      [true, false, '2023-09-09'],
      [false, true, '2023-09-09'],
      [false, true, '2023-09-09'],
    ]);
    expect(reasons(kept)[2]).toBe('time-over');
    expect(live(rules(false), start, events, { asOf: '2022-01-01' }).now.termEnd).toBe('2023-12-18');
    const alone = live(rules(false), start, events.slice(0, 1), { asOf: '2022-01-02' });
    expect(alone.now).toMatchObject({ suspended: false, termEnd: '2024-09-08' });
  });
});

describe('what wins, what waits, what is told', () => {
  const start = { granted: '2020-09-01', title: 'city-backbone' };

  test('the first transition of the file that matches wins; one marked `also` applies besides', () => {
    const rules = term(
      'life:',
      '  - {id: basis, also: true, when: assessed-qualified, does: may-apply}',
      '  - {id: first, when: {result: excellent}, does: raise-pay, percent: 10}',
      '  - {id: second, when: {result: excellent}, does: cancel}',
    );
    const life = live(rules, start, yearly(2021, 'excellent'));
    expect(life.steps[0]).toMatchObject({ transition: 'first', also: ['basis'], reasons: ['applied'] });
    expect(life.now).toMatchObject({ title: 'city-backbone', percent: '110', mayApply: true });
  });

  test('at discretion nothing happens before a body decides, and a condition not settled waits', () => {
    const rules = term(
      'life:',
      '  - {id: out, strength: discretion, when: {event: misconduct}, does: cancel}',
      '  - {id: up, when: {result: excellent, if: {person: {rank: {atLeast: senior}}}}, does: promote}',
    );
    const misconduct = [{ on: '2021-01-01', event: 'misconduct' }];
    expect(reasons(live(rules, start, misconduct))).toEqual(['needs-decision']);
    expect(live(rules, start, misconduct, { decisions: { out: 'met' } }).now.title).toBeNull();
    expect(reasons(live(rules, start, misconduct, { decisions: { out: 'unmet' } }))).toEqual(['declined']);
    const unknown = live(rules, start, yearly(2021, 'excellent'), {}, dossier([], { rank: null }));
    expect(reasons(unknown)).toEqual(['condition-missing']);
  });

  test('CN22 and CN44: a warning runs out after its time, and what then happens is a rule like another', () => {
    const rules = term(
      'life:',
      '  - {id: warning, when: {result: basically-qualified}, does: warn, for: 3m}',
      '  - {id: not-mended, when: {event: warning-end}, does: cancel}',
    );
    const life = live(rules, start, yearly(2021, 'basically-qualified'), { asOf: '2021-09-30' });
    expect(life.steps.map(({ on, transition }) => [on, transition])).toEqual([
      ['2021-06-30', 'warning'],
      ['2021-09-30', 'not-mended'],
    ]);
    expect(live(rules, start, yearly(2021, 'basically-qualified'), { asOf: '2021-09-29' }).now.warned).toBe(
      true,
    );
  });

  test('CN03: moving without approval bars from applying for its time only', () => {
    const rules = term(
      'life: [{id: barred, when: {event: moved-without-approval}, does: [lapse, bar], for: 3y}]',
    );
    const moved = [{ on: '2021-01-01', event: 'moved-without-approval' }];
    expect(live(rules, start, moved, { asOf: '2023-12-31' }).now.barred).toEqual({ until: '2023-12-31' });
    expect(live(rules, start, moved, { asOf: '2024-01-01' }).now.barred).toBeNull();
  });

  test('a move within where the title holds changes nothing', () => {
    const rules = term('portable: county', 'life: [{id: gone, when: left, does: lapse}]');
    const moved = (crosses: 'school' | 'county') =>
      live(rules, start, [{ on: '2021-01-01', event: 'left', crosses }]);
    expect(reasons(moved('school'))).toEqual(['portable']);
    expect(moved('school').now.title).toBe('city-backbone');
    expect(moved('county').now.title).toBeNull();
  });

  test('so many failures altogether count though passes lie between', () => {
    const rules = term('life: [{id: out, when: assessed-unqualified, total: 2, does: cancel}]');
    const life = live(rules, start, yearly(2021, 'unqualified', 'qualified', 'unqualified'));
    expect(steps(life)).toEqual([null, null, 'out']);
  });

  test('nothing leads out of a state that ends, and a state may be held without pay', () => {
    const rules = term(
      'states:',
      '  - {id: active, names: {zh-CN: 在任, en: active}, title: city-backbone}',
      '  - {id: unpaid, names: {zh-CN: 停发, en: unpaid}, paid: false}',
      '  - {id: gone, names: {zh-CN: 终止, en: gone}, held: false, ends: true}',
      'life:',
      '  - {id: pause, when: {event: skipped}, does: stop-pay, to: unpaid}',
      '  - {id: back, state: unpaid, when: {event: done}, does: keep, to: active}',
      '  - {id: out, when: {event: fraud}, does: cancel}',
    );
    const happen = (...events: string[]) =>
      live(
        rules,
        start,
        events.map((event, i) => ({ on: `2021-0${i + 1}-01`, event })),
      );
    expect(happen('skipped').now).toMatchObject({ state: 'unpaid', held: true, paid: false });
    expect(happen('fraud').now).toMatchObject({ state: 'gone', held: false });
    expect(reasons(happen('fraud', 'done'))).toEqual(['applied', 'ended']);
  });

  test('acts that lack what they act with are refused', () => {
    const wrong = term(
      'life:',
      '  - {id: a, when: {event: x}, does: raise-pay}',
      '  - {id: b, when: {event: x}, does: extend}',
      '  - {id: c, when: {event: x}, does: grant}',
      '  - {id: d, when: {event: x}, run: 2, does: cancel}',
    );
    expect(problemsOf(around('known: rank', wrong)).map(({ path }) => path)).toEqual([
      'term.life[0]',
      'term.life[1]',
      'term.life[2]',
      'term.life[3].run',
    ]);
  });

  test('whatever happens, the spans follow on each other, and only a title there is is held and paid', () => {
    const rules = term(
      'length: 2y',
      'most: 3',
      'bridges: leave',
      'life:',
      '  - {id: up, when: {result: excellent}, run: 2, does: promote}',
      '  - {id: pay, when: {result: excellent}, does: raise-pay, percent: 50, for: 9m}',
      '  - {id: on, when: assessed-qualified, does: renew}',
      '  - {id: out, when: assessed-unqualified, run: 2, does: cancel}',
      '  - {id: bad, when: assessed-unqualified, does: [warn, stop-pay], for: 3m}',
      '  - {id: off, when: {event: suspended}, does: suspend, for: 5m}',
      '  - {id: back, when: {event: resumed}, does: resume}',
      '  - {id: longer, when: {event: longer}, does: extend, for: 40d}',
      '  - {id: down, when: {event: down}, does: [demote, exempt], for: 1y}',
    );
    const { compiled } = clause('known: rank', rules);
    const on = fc.nat(4000).map((days) => addDays('2020-01-01', days));
    const event = fc.oneof(
      fc.record({ on, result: fc.constantFrom('excellent', 'qualified', 'unqualified', 'unheard-of') }),
      fc.record({ on, event: fc.constantFrom('suspended', 'resumed', 'longer', 'down', 'leave', 'bad-end') }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        const { spans, steps: all } = compiled.life(start, events, dossier(), { asOf });
        spans.forEach(({ from, to, held, paid, title }, i) => {
          expect(to).toBe(i === spans.length - 1 ? null : addDays(spans[i + 1]?.from ?? '', -1));
          expect(to === null || from <= to).toBe(true);
          expect(held).toBe(title !== null);
          expect(paid && !held).toBe(false);
        });
        expect(all.map(({ on: day }) => day)).toEqual(all.map(({ on: day }) => day).toSorted());
      }),
      { numRuns: 200 },
    );
  });

  test('every reason has words in both languages', () => {
    for (const names of Object.values(lifeReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
  });
});
