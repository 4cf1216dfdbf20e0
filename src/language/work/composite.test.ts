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
import { type CompositeContext, type CompositeReport, compositeReasons } from './composite.ts';

const asOf = '2025-04-25';
const sections = (yaml: string) => clause('known: rank', yaml).compiled;

/** The report on somebody, by the marks given. */
function mark(
  yaml: string,
  marks: CompositeContext['marks'] = {},
  who = dossier(),
  context: Partial<CompositeContext> = {},
): CompositeReport {
  const report = sections(yaml).composite(who, { asOf, marks, ...context });
  if (!report) throw new Error('no assessment');
  return report;
}
const why = ({ reasons }: CompositeReport) => reasons.map(({ reason }) => reason);
const sum = ({ parts, total }: CompositeReport) =>
  `${parts.map(({ contribution }) => contribution ?? '?').join(' + ')} = ${total ?? '?'}`;
const part = (id: string, more: string) => `      - {id: ${id}, names: {zh-CN: 项, en: ${id}}, ${more}}`;
const composite = (parts: readonly string[], more = '') =>
  ['assessment:', '  composite:', '    parts:', ...parts, more].filter(Boolean).join('\n');

describe('a composite mark shows how it comes about', () => {
  test('SC01: 18 + 17 + 16 + 9.5 + 7 + 17.6 = 85.1', () => {
    const { compiled } = ready(loadSource('002-3-city-backbone'));
    const marks = {
      learning: '90',
      design: '85',
      segment: '80',
      'courseware-mark': '95',
      'research-mark': '70',
      portfolio: '88',
    };
    const passed = ['hoursCompleted', 'theoryPassed', 'computerPassed', 'defencePassed', 'skillsPassed'];
    const trainee = dossier([], Object.fromEntries(passed.map((one) => [one, true])));
    const report = compiled.composite(trainee, { asOf, marks });
    if (!report) throw new Error('no assessment');
    expect(sum(report)).toBe('18 + 17 + 16 + 9.5 + 7 + 17.6 = 85.1');
    expect(report).toMatchObject({ outcome: 'met', outOf: '100' });
  });

  test('SC33: marks without weights are added, and it is said that no full mark is declared', () => {
    const tests = [part('tests', 'basis: written'), part('process', 'basis: process')];
    const report = mark(composite(tests), { tests: '82', process: '75' });
    expect(sum(report)).toBe('82 + 75 = 157');
    expect(report.outOf).toBeNull();
    expect(why(report)).toEqual(['scale-unknown']);
    const declared = [part('tests', 'max: 100'), part('process', 'max: 100')];
    expect(mark(composite(declared), { tests: '82', process: '75' })).toMatchObject({
      outOf: '200',
      reasons: [],
    });
  });

  test('CN56: three assessors 3:3:4, the district part with its bonus: 0.3 × 92 + 0.3 × 88 + 0.4 × 88 = 89.2', () => {
    const items = [
      ['attendance', 30],
      ['homework', 30],
      ['good-homework', 10],
      ['first-round', 20],
      ['final', 10],
      ['bonus', 10],
    ]
      .map(([id, max]) => `{id: ${id}, names: {zh-CN: 项, en: item}, max: ${max}}`)
      .join(', ');
    const report = mark(
      composite([
        part('employing', 'weight: 30'),
        part('base', 'weight: 30'),
        part('district', `weight: 40, max: 110, items: [${items}]`),
      ]),
      {
        employing: '92',
        base: '88',
        'district.attendance': '30',
        'district.homework': '28',
        'district.good-homework': '8',
        'district.first-round': '10',
        'district.final': '4',
        'district.bonus': '8',
      },
    );
    expect(sum(report)).toBe('27.6 + 26.4 + 35.2 = 89.2');
    expect(report.parts[2]).toMatchObject({ mark: '88' });
  });

  test('a bonus beyond its cap adds no more than the cap, and an item no more than its full mark', () => {
    const lectures = 'bonus: {of: {multiply: [3, {count: {record: lecture}}]}, max: 10}';
    const many = dossier([1, 2, 3, 4].map((month) => record('lecture', `2025-0${month}-01`)));
    const report = mark(composite([part('a', 'weight: 100')], `    ${lectures}`), { a: '80' }, many);
    expect(report).toMatchObject({ bonus: '10', total: '90' });
  });

  test('caps apply after factors and before weights', () => {
    const halved = 'weight: 50, max: 20, of: {multiply: [{count: {record: paper}}, 8]}';
    const papers = dossier(['01', '02', '03'].map((month) => record('paper', `2025-${month}-01`)));
    expect(sum(mark(composite([part('papers', halved)], '    of: 50'), {}, papers))).toBe('20 = 20');
    expect(sum(mark(composite([part('papers', halved)]), {}, papers))).toBe('10 = 10');
  });

  test('IN19: professionalism only deducts, its cap holds, and no total falls below nought', () => {
    const visits = '{id: professionalism, of: {multiply: [10, {count: {record: home-visit}}]}, max: 40}';
    const file = composite([part('impact', 'max: 400')], `    deductions: [${visits}]`);
    const slips = (n: number) =>
      dossier(Array.from({ length: n }, (_, i) => record('home-visit', `2025-01-0${i + 1}`)));
    expect(mark(file, { impact: '305' }, slips(1)).total).toBe('295');
    expect(mark(file, { impact: '305' }, slips(9)).total).toBe('265');
    expect(mark(file, { impact: '15' }, slips(2)).total).toBe('0');
  });

  test('a total is capped as a whole and rounded once, at the end', () => {
    const third = [part('a', 'weight: 50'), part('b', 'weight: 50')];
    const rounding = '    rounding: {places: 0, mode: half-up}';
    expect(mark(composite(third, rounding), { a: '80.4', b: '80.5' }).total).toBe('80');
    const most = mark(composite(third, '    most: 90'), { a: '100', b: '90' });
    expect(most).toMatchObject({ total: '90' });
    expect(why(most)).toEqual(['capped']);
  });
});

describe('a part nobody marked', () => {
  const parts = [part('a', 'weight: 60'), part('b', 'weight: 40')];
  test('leaves no total, unless the policy says it counts nought or gives its weight to the others', () => {
    const refused = mark(composite(parts), { a: '80' });
    expect(sum(refused)).toBe('48 + ? = ?');
    expect(refused.outcome).toBe('missing');
    expect(refused.reasons).toContainEqual({ reason: 'part-missing', of: 'b' });
    expect(sum(mark(composite(parts, '    missing: zero'), { a: '80' }))).toBe('48 + 0 = 48');
    const spread = mark(composite(parts, '    missing: spread'), { a: '80' });
    expect(sum(spread)).toBe('80 + ? = 80');
    expect(spread.reasons).toContainEqual({ reason: 'spread', of: 'b' });
    expect(mark(composite(parts, '    missing: spread')).total).toBeNull();
  });
});

describe('floors, vetoes and what is asked besides', () => {
  test('IN04: a test centre average of 1.70 is below its floor of 1.75, whatever the portfolio brings', () => {
    const board = composite(
      [
        part('centre', 'weight: 40, max: 4.25, floor: 1.75'),
        part('portfolio', 'weight: 60, max: 4.25, floor: 1.75'),
      ],
      '    passMark: 2.75',
    );
    const failed = mark(board, { centre: '1.70', portfolio: '3.2' });
    expect(failed.outcome).toBe('unmet');
    expect(failed.reasons).toContainEqual({ reason: 'below-floor', of: 'centre' });
    const higher = mark(board, { centre: '1.70', portfolio: '4.25' });
    expect(higher).toMatchObject({ total: '3.23', outcome: 'unmet' });
    expect(why(higher)).toEqual(['below-floor']);
    expect(mark(board, { centre: '1.75', portfolio: '4.25' }).outcome).toBe('met');
  });

  test('IN02: an engagement of 89 % fails though the case study is passed', () => {
    const npq = composite([
      part('engagement', 'floor: 90, max: 100'),
      part('case-study', 'floor: 1, max: 1'),
    ]);
    expect(mark(npq, { engagement: '89', 'case-study': '1' }).outcome).toBe('unmet');
    expect(mark(npq, { engagement: '90', 'case-study': '1' }).outcome).toBe('met');
    expect(mark(npq, { engagement: '95', 'case-study': '0' }).outcome).toBe('unmet');
  });

  test('IN06: an observation of 4.2 with one dimension at 2 brings no designation, whatever the growth', () => {
    const own = 'terms: {attributes: {dimensions: {names: {zh-CN: 维度, en: dimensions}, type: numbers}}}';
    const lowest = 'amount: {of: {marks: {of: dimensions, take: lowest}}, atLeast: 3}';
    const observation = (least: string) =>
      `{amount: {of: {marks: {of: dimensions, take: mean}}, atLeast: ${least}}}`;
    const bands = [
      ['master', '70', '4.5'],
      ['exemplary', '60', '3.9'],
      ['recognized', '55', '3.7'],
      ['none', '0', '0'],
    ].map(
      ([id, from, mean]) =>
        `    - {id: ${id}, names: {zh-CN: 级, en: ${id}}, from: ${from}, fails: ${id === 'none'}, require: ${observation(mean ?? '')}}`,
    );
    const file = [
      own,
      composite([part('growth', 'max: 100')]),
      `  require: {${lowest}}`,
      '  bands:',
      ...bands,
    ].join('\n');
    const seen = (dimensions: readonly number[]) =>
      mark(file, { growth: '72' }, { ...dossier(), lists: { dimensions } });
    const uneven = seen([5, 5, 5, 4.6, 4, 4, 4, 2]);
    expect(uneven).toMatchObject({ outcome: 'unmet', band: 'none' });
    expect(why(uneven)).toContain('requirement-unmet');
    expect(seen([5, 5, 5, 4.6, 4, 4, 3, 3])).toMatchObject({ outcome: 'met', band: 'exemplary' });
    expect(mark(file, { growth: '72' })).toMatchObject({ outcome: 'missing', band: null });
  });

  const bands = [
    '  bands:',
    '    - {id: good, names: {zh-CN: 优, en: good}, from: 80}',
    '    - {id: pass, names: {zh-CN: 合格, en: pass}, from: 60, below: 80}',
    '    - {id: fail, names: {zh-CN: 不合格, en: fail}, from: 0, below: 60, fails: true}',
  ].join('\n');

  test('a veto beats every score and drops to the lowest band; one not settled leaves the outcome open', () => {
    const vetoed = `${composite([part('a', 'weight: 100')])}\n  veto: {id: misconduct, decide: {}}\n${bands}`;
    const asked = (decision: 'met' | 'unmet') =>
      mark(vetoed, { a: '99' }, dossier(), { decisions: { misconduct: decision } });
    expect(asked('met')).toMatchObject({ total: '99', outcome: 'unmet', vetoed: true, band: 'fail' });
    expect(asked('unmet')).toMatchObject({ outcome: 'met', vetoed: false, band: 'good' });
    const open = mark(vetoed, { a: '99' });
    expect(open.outcome).toBe('needs-decision');
    expect(why(open)).toContain('veto-open');
  });

  test('SC02: without the hours, or without the pass, there is no certificate', () => {
    const file = [
      composite([part('examination', 'max: 100')], '    passMark: 60'),
      '  require: {sum: {record: training, of: hours, min: 90}}',
    ].join('\n');
    const trained = (hours: number) => dossier([record('training', '2025-03-01', { fields: { hours } })]);
    expect(mark(file, { examination: '59' }, trained(90)).outcome).toBe('unmet');
    expect(mark(file, { examination: '60' }, trained(89)).outcome).toBe('unmet');
    expect(mark(file, { examination: '60' }, trained(90)).outcome).toBe('met');
  });

  test('CN21: without a mark every item asked for must be met, and the two grades follow', () => {
    const file = [
      'assessment:',
      '  require: {all: [{count: {record: open-class}}, {count: {record: paper}}]}',
    ].join('\n');
    const papers = dossier([record('paper', '2025-01-01')]);
    expect(mark(file, {}, papers).outcome).toBe('unmet');
    expect(mark(file, {}, dossier([...papers.records, record('open-class', '2025-01-01')])).outcome).toBe(
      'met',
    );
  });

  test('CN41: 80.0, 60.0 and 59.9 are A, B and C', () => {
    const letters = [
      '  bands:',
      '    - {id: a, names: {zh-CN: A, en: A}, from: 80}',
      '    - {id: b, names: {zh-CN: B, en: B}, from: 60, below: 80}',
      '    - {id: c, names: {zh-CN: C, en: C}, from: 0, below: 60}',
    ];
    const file = [composite([part('mentor', 'max: 100')]), ...letters].join('\n');
    expect(['80.0', '60.0', '59.9'].map((mentor) => mark(file, { mentor }).band)).toEqual(['a', 'b', 'c']);
  });

  test('CN56: the best band asks more than the mark; without it the next one fits', () => {
    const more = bands
      .replace('from: 80}', 'from: 80, require: {id: both-schools, decide: {}}}')
      .replace(', below: 80', '');
    const file = `${composite([part('a', 'weight: 100')])}\n${more}`;
    const asked = (decisions: CompositeContext['decisions']) =>
      mark(file, { a: '89.2' }, dossier(), decisions ? { decisions } : {});
    expect(asked({ 'both-schools': 'met' })).toMatchObject({ band: 'good' });
    expect(asked({ 'both-schools': 'unmet' })).toMatchObject({ band: 'pass' });
    expect(asked(undefined)).toMatchObject({ band: 'pass', bandsOpen: ['good'] });
  });

  test('a result that hangs on records nobody has confirmed is missing', () => {
    const file = composite(
      [part('papers', 'max: 100, of: {multiply: [30, {count: {record: paper}}]}')],
      '    passMark: 60',
    );
    const papers = dossier([
      record('paper', '2025-01-01'),
      record('paper', '2025-02-01', { status: 'submitted' }),
    ]);
    const report = mark(file, {}, papers);
    expect(report).toMatchObject({ total: '30', outcome: 'missing' });
    expect(why(report)).toContain('records-waiting');
  });
});

describe('points by rule', () => {
  const points = (yaml: string, who = dossier()) => mark(yaml, {}, who).total;

  test('CN64: a man of 57 with 30 years: 30 + 0.6 × 2 = 31.2; counted from the year begun 31.8', () => {
    const file = (counted: 'completed' | 'started') =>
      [
        'measures:',
        `  past: {subtract: [{elapsed: {since: birthDate, in: years, counted: ${counted}}}, {choose: {when: [{if: {person: {sex: male}}, is: 55}], else: 50}}]}`,
        composite([
          part('years', 'of: {value: yearsOfTeaching}, max: 100'),
          part('late', 'of: {multiply: [0.6, {limit: {of: {measure: past}, min: 0}}]}, max: 10'),
        ]),
      ].join('\n');
    const man = dossier([], { sex: 'male', birthDate: '1968-01-01', teachingSince: '1995-04-25' });
    expect(points(file('completed'), man)).toBe('31.2');
    expect(points(file('started'), man)).toBe('31.8');
    expect(points(file('completed'), dossier([], { ...man.person, birthDate: '1980-01-01' }))).toBe('30');
  });

  test('CN67: a second author has 2 less: 4 of 6; a provincial project of 5 years ago counts half: 2.5', () => {
    const own = 'terms: {fields: {paper: {points: {names: {zh-CN: 分, en: points}, type: number}}}}';
    const papers =
      'sum: {record: paper, each: {limit: {of: {subtract: [{field: points}, {choose: {when: [{where: {authorOrder: {moreThan: 1}}, is: 2}], else: 0}}]}, min: 0}}, caps: [{max: 18}]}';
    const projects = [
      'add:',
      '            - {sum: {record: project, within: 3y, each: {measure: worth}}}',
      '            - {multiply: [0.5, {subtract: [{sum: {record: project, each: {measure: worth}}}, {sum: {record: project, within: 3y, each: {measure: worth}}}]}]}',
    ].join('\n');
    const file = [
      own,
      composite([
        part('papers', `max: 18, of: {${papers}}`),
        `      - id: projects\n        names: {zh-CN: 课题, en: projects}\n        max: 50\n        of:\n          ${projects}`,
      ]),
    ]
      .join('\n')
      .replaceAll(
        '{measure: worth}',
        '{choose: {when: [{where: {level: province, concluded: true}, is: 5}], else: 0}}',
      );
    const paper = record('paper', '2024-01-01', { authorOrder: 2, fields: { points: 6 } });
    const project = record('project', '2020-04-25', { level: 'province', fields: { concluded: true } });
    const report = mark(file, {}, dossier([paper, project]));
    expect(sum(report)).toBe('4 + 2.5 = 6.5');
  });
});

describe('what a file may say', () => {
  test('a band that ends before it begins is refused', () => {
    const band = 'assessment: {bands: [{id: a, names: {zh-CN: 甲, en: a}, from: 80, below: 60}]}';
    expect(problemsOf(around('known: rank', band)).map(({ path }) => path)).toEqual(['assessment.bands[0]']);
  });

  test('weights out of nought are refused, and a mark that is no number is no mark', () => {
    const nought = composite([part('a', 'weight: 50')], '    of: 0');
    expect(problemsOf(around('known: rank', nought)).map(({ path }) => path)).toEqual([
      'assessment.composite.of',
    ]);
    const weighted = 'amount: {of: {weighted: {over: 0, parts: [{weight: 1, of: 2}]}}, atLeast: 1}';
    expect(problemsOf(around(weighted)).map(({ code }) => code)).toEqual(['out-of-range']);
    expect(mark(composite([part('a', 'weight: 100')]), { a: '优' }).total).toBeNull();
  });

  test('every reason has words in both languages', () => {
    for (const names of Object.values(compositeReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
  });

  test('who is not assessed is told so, and a programme without an assessment has no composite', () => {
    const file = `${composite([part('a', 'weight: 100')])}\n  subjects: {person: {setting: urban}}`;
    expect(why(mark(file, { a: '80' }))).toContain('not-a-subject');
    expect(clause('known: rank').compiled.composite(dossier(), { asOf })).toBeNull();
  });
});
