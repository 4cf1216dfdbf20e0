import { describe, expect, test } from 'vitest';
import { around, dossier, problemsOf, ready, record, vocabulary } from '../../../tests/support/language.ts';
import { formatExact } from '../../shared/decimal.ts';
import type { Dossier, RecordFact } from '../dossier.ts';
import type { EvaluationContext } from '../finding.ts';
import { loadProgramme } from '../load.ts';

const asOf = '2026-04-25';

/** The value of one amount for somebody, as decimal text; `missing` when it cannot be reckoned. */
function reckon(
  amount: string,
  who: Dossier = dossier(),
  context: Partial<EvaluationContext> = {},
  more = '',
): string {
  const section = ['measures:', '  m:', ...amount.split('\n').map((line) => `    ${line}`), more].join('\n');
  const { compiled } = ready(loadProgramme(around('{known: rank}', section), { vocabulary }));
  const measure = compiled.measure('m');
  const run = { asOf, ...context, spent: new Set<string>() };
  const value = measure?.value(who, run);
  const text = value === undefined ? 'missing' : formatExact(value);
  // What is shown is what was reckoned.
  expect(measure?.trace(who, run).value ?? 'missing').toBe(text);
  return text;
}

const paper = (level: string, grade: string | null, more = {}) =>
  record('paper', '2025-05-01', { level, grade, authorOrder: 1, ...more });

describe('arithmetic is exact', () => {
  test('tenths are tenths, and a third of three is one', () => {
    expect(reckon('add: [0.1, 0.2]')).toBe('0.3');
    expect(reckon('multiply: [3, {divide: {of: 1, by: 3}}]')).toBe('1');
    expect(reckon('subtract: [10, 2.5, 2.5]')).toBe('5');
    expect(reckon('divide: {of: 1, by: 0}')).toBe('missing');
  });

  test('a share of people is rounded once, as the policy says', () => {
    const share = (mode: string) => reckon(`round: {of: {multiply: [0.1, 14]}, mode: ${mode}}`);
    expect([share('half-up'), share('down'), share('up')]).toEqual(['1', '1', '2']);
    expect(reckon('round: {of: 2.345, places: 2, mode: half-up}')).toBe('2.35');
    expect(reckon('round: {of: 2.345, places: 2, mode: half-even}')).toBe('2.34');
  });

  test('floors and caps hold an amount between them', () => {
    expect(reckon('limit: {of: 12, max: 10}')).toBe('10');
    expect(reckon('limit: {of: -2, min: 0}')).toBe('0');
    expect(reckon('limit: {of: 5, min: 1, max: 10}')).toBe('5');
    expect([reckon('greatest: [1, 3, 2]'), reckon('least: [1, 3, 2]')]).toEqual(['3', '1']);
  });

  test('marks with weights make a composite; a missing part as the policy says', () => {
    const parts = (missing: string) =>
      `weighted: {parts: [{weight: 30, of: 92}, {weight: 30, of: {value: age}}, {weight: 40, of: 88}], missing: ${missing}}`;
    expect(
      reckon('weighted: {parts: [{weight: 30, of: 92}, {weight: 30, of: 88}, {weight: 40, of: 88}]}'),
    ).toBe('89.2');
    const unborn = dossier([], { birthDate: null });
    expect(reckon(parts('refuse'), unborn)).toBe('missing');
    expect(reckon(parts('zero'), unborn)).toBe('62.8');
    expect(reckon(parts('spread'), unborn)).toBe('89.714286');
  });

  test('a rate by bands counts each part of the amount at its own rate', () => {
    const years = (value: number) =>
      reckon(`rate: {of: ${value}, bands: [{above: 0, per: 1}, {above: 25, per: 1.6}]}`);
    expect([years(20), years(25), years(30)]).toEqual(['20', '25', '33']);
  });

  test('a cap by steps of the places: 22 places allow five, 15 three, 9 say nothing', () => {
    const cap = (quota: number) =>
      reckon('step: {of: {places: quota}, from: [{atLeast: 20, is: 5}, {atLeast: 10, is: 3}]}', dossier(), {
        places: { quota },
      });
    expect([cap(22), cap(20), cap(15), cap(9)]).toEqual(['5', '5', '3', 'missing']);
  });

  test('a step whose beginning is not known is not taken for reached', () => {
    const step = 'step: {of: 1, from: [{atLeast: {value: age}, is: 5}], else: 0}';
    expect(reckon(step, dossier([], { birthDate: null }))).toBe('missing');
    expect(reckon(step)).toBe('0');
  });

  test('a number past what is counted one by one is still that number', () => {
    const cited = (impact: number) =>
      reckon(
        'sum: {record: paper, each: {field: authorOrder}}',
        dossier([paper('city', null, { authorOrder: impact })]),
      );
    expect(cited(1e21)).toBe('1000000000000000000000');
  });
});

describe('what nobody has documented is missing, never nought', () => {
  test('an attribute, and all that is reckoned from it', () => {
    const unborn = dossier([], { birthDate: null });
    expect(reckon('value: age', unborn)).toBe('missing');
    expect(reckon('add: [1, {value: age}]', unborn)).toBe('missing');
    expect(reckon('otherwise: {of: {value: age}, is: 30}', unborn)).toBe('30');
  });

  test('the size of a population nobody counted', () => {
    const staff = 'populations: {staff: {names: {zh-CN: 教职工, en: staff}}}';
    expect(reckon('multiply: [0.1, {size: staff}]', dossier(), {}, staff)).toBe('missing');
    expect(reckon('multiply: [0.1, {size: staff}]', dossier(), { sizes: { staff: 58 } }, staff)).toBe('5.8');
  });
});

describe('time', () => {
  const who = dossier([], { birthDate: '1968-11-03', teachingSince: '1996-09-01' });
  test('completed years, started years and years to the day', () => {
    expect(reckon('value: age', who)).toBe('57');
    expect(reckon('elapsed: {since: teachingSince, in: years}', who)).toBe('29');
    expect(reckon('elapsed: {since: teachingSince, in: years, counted: started}', who)).toBe('30');
    expect(reckon('elapsed: {since: 2026-04-18, in: weeks}')).toBe('1');
    expect(reckon('elapsed: {since: 2026-01-31, until: 2026-02-28, in: months}')).toBe('1');
    expect(reckon('elapsed: {since: 2026-04-25, until: 2026-04-20, in: days}')).toBe('-5');
  });

  test('29 February comes round on the 28th', () => {
    expect(reckon('elapsed: {since: 2024-02-29, until: 2025-02-28, in: years}')).toBe('1');
    expect(reckon('elapsed: {since: 2024-02-29, until: 2025-02-27, in: years}')).toBe('0');
  });
});

describe('what records are worth', () => {
  const table = `lookups:
  points:
    rows: {nation: {first: 10, second: 8, third: 6}, city: {first: 6, second: 4, third: 2}, county: {first: 3, second: 2}}`;
  const points = (more = '') =>
    `sum: {record: paper, each: {lookup: {in: points, by: [level, grade]}}${more}}`;
  const papers = dossier([
    paper('city', 'first'),
    paper('city', 'second'),
    paper('municipal', 'third'),
    paper('county', 'third'),
  ]);

  test('each by level and prize; equivalents of a scale are one; what the table lacks is worth nothing', () => {
    expect(reckon(points(), papers, {}, table)).toBe('12');
  });

  test('the two best, a cap on each kind and a cap on all', () => {
    expect(reckon(points(', best: {take: 2}'), papers, {}, table)).toBe('10');
    expect(reckon(points(', best: {take: 1, per: level}'), papers, {}, table)).toBe('6');
    expect(reckon(points(', caps: [{max: 7, per: level}, {max: 18}]'), papers, {}, table)).toBe('7');
  });

  test('a second author loses two points, older work counts half', () => {
    const each = `each:
  multiply:
    - subtract: [6, {choose: {when: [{where: {authorOrder: 2}, is: 2}, {where: {authorOrder: {atLeast: 3}}, is: 4}], else: 0}}]
    - choose: {when: [{where: {on: {below: 2023-04-25}}, is: 0.5}], else: 1}`;
    const indent = each
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
    const worth = (...records: Dossier['records']) =>
      reckon(`sum:\n  record: paper\n${indent}`, dossier(records));
    expect(worth(paper('city', null, { authorOrder: 2 }))).toBe('4');
    expect(worth(paper('city', null), paper('city', null, { authorOrder: 3 }))).toBe('8');
    expect(worth(paper('city', null, { on: '2021-01-01' }))).toBe('3');
  });

  test('hours a year are capped by year, then over the cycle', () => {
    const training = (on: string, hours: number) => record('training', on, { fields: { hours } });
    const who = dossier([training('2024-03-01', 30), training('2024-09-01', 30), training('2025-03-01', 30)]);
    const capped = 'sum: {record: training, of: hours, caps: [{max: 48, per: year}, {max: 70}]}';
    expect(reckon(capped, who)).toBe('70');
    expect(reckon('sum: {record: training, of: hours, caps: [{max: 48, per: year}]}', who)).toBe('78');
    expect(reckon('average: {record: training, of: hours}', who)).toBe('30');
    expect(reckon('highest: {record: training, of: hours}', dossier())).toBe('missing');
  });

  test('a record without the number it would be worth does not count, and it is said so', () => {
    const training = (hours: number | null) => record('training', '2025-03-01', { fields: { hours } });
    const who = dossier([training(30), training(null)]);
    expect(reckon('sum: {record: training, of: hours}', who)).toBe('30');
    expect(reckon('average: {record: training, each: {field: hours}}', who)).toBe('30');
    const { compiled } = ready(
      loadProgramme(around('{known: rank}', 'measures: {m: {sum: {record: training, of: hours}}}'), {
        vocabulary,
      }),
    );
    const trace = compiled.measure('m')?.trace(who, { asOf, spent: new Set() });
    expect(trace?.notCounted?.map(({ reason }) => reason)).toEqual(['worth-unknown']);
  });

  test('two city second prizes stand for one city first', () => {
    const equal =
      'sum: {record: paper, each: {choose: {when: [{where: {level: {atLeast: city}, grade: {atLeast: first}}, is: 1}, {where: {level: {atLeast: city}, grade: second}, is: 0.5}], else: 0}}}';
    expect(reckon(equal, dossier([paper('city', 'second')]))).toBe('0.5');
    expect(reckon(equal, dossier([paper('city', 'second'), paper('city', 'second')]))).toBe('1');
  });

  test('records not confirmed are worth nothing until they are, unless one asks what could be', () => {
    const waiting = dossier([paper('city', 'first', { status: 'submitted' })]);
    expect(reckon(points(), waiting, {}, table)).toBe('0');
    expect(reckon(points(), waiting, { countUnconfirmed: true }, table)).toBe('6');
  });
});

describe('rows of years', () => {
  const appraisal = (year: number, grade: string, more = {}) =>
    record('annual-appraisal', `${year}-12-20`, { grade, fields: { year }, ...more });
  const good = 'run: {record: annual-appraisal, where: {grade: {atLeast: qualified}}, per: year, at: year}';
  test('a year that failed breaks the row; the running year may not be appraised yet', () => {
    const years = [2022, 2023, 2024, 2025].map((year) => appraisal(year, 'qualified'));
    expect(reckon(good, dossier(years))).toBe('4');
    expect(
      reckon(good, dossier([...years.slice(0, 2), appraisal(2024, 'unqualified'), ...years.slice(3)])),
    ).toBe('1');
  });

  test('the longest row there ever was, where the policy asks for any', () => {
    const years = [2018, 2019, 2020, 2023].map((year) => appraisal(year, 'qualified'));
    expect(reckon(good, dossier(years))).toBe('0');
    expect(reckon(`${good.slice(0, -1)}, ending: any}`, dossier(years))).toBe('3');
  });

  test('approved leave neither breaks the row nor counts', () => {
    const terms =
      'terms: {records: {leave: {names: {zh-CN: 离岗, en: leave}, fields: {until: {names: {zh-CN: 至, en: until}, type: date}}}}}';
    const leave = record('leave', '2024-01-10', { fields: { until: '2024-12-31' } });
    const years = [2022, 2023, 2025].map((year) => appraisal(year, 'qualified'));
    const bridged = `${good.slice(0, -1)}, bridge: {record: leave}}`;
    expect(reckon(bridged, dossier([...years, leave]), {}, terms)).toBe('3');
    expect(reckon(bridged, dossier(years), {}, terms)).toBe('1');
  });

  test('a post held over years is a link of each', () => {
    const post = record('post-held', '2020-02-01', { fields: { post: '班主任', until: '2023-07-01' } });
    expect(
      reckon('run: {record: post-held, per: school-year, until: until, ending: any}', dossier([post])),
    ).toBe('4');
  });
});

describe('a comparison of amounts', () => {
  const outcome = (condition: string, who: Dossier, more = '') =>
    ready(loadProgramme(around(condition, more), { vocabulary })).compiled.outcome(who, { asOf });
  const hours = 'amount: {of: {sum: {record: training, of: hours}}, atLeast: 48}';
  const training = (more = {}) => record('training', '2025-03-01', { fields: { hours: 48 }, ...more });

  test('is met on the bound, unmet below it, missing while the deciding record awaits confirmation', () => {
    expect(outcome(hours, dossier([training()]))).toBe('met');
    expect(outcome(hours, dossier())).toBe('unmet');
    expect(outcome(hours, dossier([training({ status: 'submitted' })]))).toBe('missing');
    expect(outcome(hours, dossier([training(), training({ status: 'submitted' })]))).toBe('met');
  });

  test('records of members that await confirmation leave it missing as well', () => {
    const team =
      'amount: {of: {members: {role: crew, each: {sum: {record: training, of: hours}}}}, atLeast: 48}';
    const roles = 'terms: {roles: {crew: {names: {zh-CN: 成员, en: crew}}}}';
    const crew = (...records: RecordFact[]) => ({ ...dossier(), members: { crew: [dossier(records)] } });
    expect(outcome(team, crew(training()), roles)).toBe('met');
    expect(outcome(team, crew(), roles)).toBe('unmet');
    expect(outcome(team, crew(training({ status: 'submitted' })), roles)).toBe('missing');
  });

  test('a cap that waiting records could break is missing too', () => {
    const most = 'amount: {of: {count: {record: training}}, atMost: 1}';
    expect(outcome(most, dossier([training(), training({ status: 'submitted' })]))).toBe('missing');
  });

  test('an amount against another: at least a third of the full load', () => {
    const terms =
      'terms: {attributes: {hours: {names: {zh-CN: 周课时, en: hours a week}, type: number}, fullLoad: {names: {zh-CN: 标准课时, en: full load}, type: number}}}';
    const third = 'amount: {of: {value: hours}, atLeast: {divide: {of: {value: fullLoad}, by: 3}}}';
    expect(outcome(third, dossier([], { hours: 4, fullLoad: 12 }), terms)).toBe('met');
    expect(outcome(third, dossier([], { hours: 4, fullLoad: 13 }), terms)).toBe('unmet');
    expect(outcome(third, dossier([], { hours: 4 }), terms)).toBe('missing');
  });
});

describe('bad amounts are refused where they stand', () => {
  const codes = (amount: string, more = '') =>
    problemsOf(around('{known: rank}', `measures: {m: {${amount}}}\n${more}`)).map(
      ({ code, path }) => `${code} ${path}`,
    );
  test.each([
    ['value: rank', 'wrong-comparison measures.m.value'],
    ['value: agee', 'unknown-reference measures.m.value'],
    ['field: hours', 'wrong-value measures.m.field'],
    ['sum: {record: paper, of: hours}', 'unknown-reference measures.m.sum.of'],
    ['sum: {record: training, each: {field: organiser}}', 'wrong-comparison measures.m.sum.each.field'],
    ['measure: m', 'cycle measures.m.measure'],
    ['lookup: {in: points, by: level}', 'unknown-reference measures.m.lookup.in'],
    [
      'lookup: {in: points, by: {count: {record: papr}}}',
      'unknown-reference measures.m.lookup.by.count.record',
    ],
    ['choose: {when: [{is: 1}]}', 'missing-key measures.m.choose.when[0]'],
    ['step: {of: 1, from: [{is: 1}]}', 'missing-key measures.m.step.from[0]'],
    ['add: []', 'missing-key measures.m.add'],
    ['add: [1], subtract: [2, 1]', 'many-operators measures.m.subtract'],
    ['elapsed: {since: rank, in: years}', 'wrong-comparison measures.m.elapsed.since'],
    ['marks: {of: age, take: mean}', 'wrong-comparison measures.m.marks.of'],
  ])('%s', (amount, problem) => {
    expect(codes(amount)).toContain(problem);
  });

  test('a table of two dimensions wants two keys', () => {
    const text = `measures: {m: {sum: {record: paper, each: {lookup: {in: points, by: level}}}}}\nlookups: {points: {rows: {city: {first: 1}}}}`;
    expect(problemsOf(around('{known: rank}', text)).map(({ code }) => code)).toEqual(['out-of-range']);
  });

  test('a word of its own may not give another meaning to one there is', () => {
    const text =
      'terms: {records: {paper: {names: {zh-CN: 文, en: text}}}, attributes: {age: {names: {zh-CN: 岁, en: age}, type: number}}}';
    expect(problemsOf(around('{known: rank}', text)).map(({ path }) => path)).toEqual([
      'terms.attributes.age',
      'terms.records.paper',
    ]);
  });
});
