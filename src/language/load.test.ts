import { describe, expect, test } from 'vitest';
import {
  around,
  codes,
  cost,
  loadSource,
  problemsOf,
  sourceText,
  vocabulary,
} from '../../tests/support/language.ts';
import { loadProgramme } from './load.ts';
import { formatProblem } from './problem.ts';
import { loadVocabulary } from './vocabulary.ts';

describe('the source programmes', () => {
  test.each(['002-3-city-backbone', '002-4-school-backbone', '002-5-school-candidates'])(
    '%s loads',
    (name) => {
      const result = loadSource(name);
      expect(result.ok ? [] : result.problems).toEqual([]);
    },
  );
});

describe('a wrong file is answered with file, line, column, what was expected and the nearest spelling', () => {
  test('a misspelt operator', () => {
    const [problem, ...more] = problemsOf(around('conut: {record: paper, min: 1}'));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      severity: 'error',
      code: 'unknown-key',
      file: 'trial.yaml',
      line: 6,
      column: 3,
      path: 'eligibility.conut',
      nearest: 'count',
    });
    expect(problem?.expected).toContain('count');
  });

  test('a misspelt key deep in a clause', () => {
    const [problem] = problemsOf(around('all:\n  - count: {record: paper, withn: 5y}'));
    expect(problem).toMatchObject({
      code: 'unknown-key',
      line: 7,
      nearest: 'within',
      path: 'eligibility.all[0].count.withn',
    });
  });

  test('a wrong type', () => {
    const [problem] = problemsOf(around('count: {record: paper, min: three}'));
    expect(problem).toMatchObject({ code: 'wrong-type', line: 6, path: 'eligibility.count.min' });
    expect(problem?.message.en).toContain('the text "three"');
    expect(problem?.expected).toContain('a number');
  });

  test('a record type, level, field or choice that does not exist', () => {
    const first = (condition: string) => problemsOf(around(condition))[0];
    expect(first('count: {record: papers, min: 1}')).toMatchObject({
      code: 'unknown-reference',
      nearest: 'paper',
    });
    expect(first('count: {record: paper, where: {level: {atLeast: contry}}}')).toMatchObject({
      code: 'unknown-reference',
      nearest: 'county',
      path: 'eligibility.count.where.level.atLeast',
      line: 6,
    });
    expect(first('count: {record: paper, where: {outcom: award}}')).toMatchObject({ nearest: 'outcome' });
    expect(first('count: {record: paper, where: {outcome: awards}}')).toMatchObject({ nearest: 'award' });
    expect(first('person: {agee: {below: 45}}')).toMatchObject({ nearest: 'age' });
    expect(first('holds: {title: city-backbon}')).toMatchObject({ nearest: 'city-backbone' });
  });

  test('a level asked of a record type that has none', () => {
    const [problem] = problemsOf(around('count: {record: annual-appraisal, where: {level: county}}'));
    expect(problem).toMatchObject({ code: 'unknown-reference', path: 'eligibility.count.where.level' });
  });

  test('a dangling definition, quota table, body, limit and clause', () => {
    expect(problemsOf(around('use: nothing'))[0]).toMatchObject({ code: 'unknown-reference' });
    expect(codes(problemsOf(around('use: nothing', 'quota: {split: {by: county, table: a.csv}}')))).toEqual([
      'unknown-reference',
      'unknown-reference',
    ]);
    const route =
      'route: [{id: a, names: {zh-CN: 甲, en: a}, actor: city, does: approve, body: nobody, quota: few}]';
    expect(problemsOf(around('known: rank', route))).toMatchObject([
      { code: 'unknown-reference', path: 'route[0].body' },
      { code: 'unknown-reference', path: 'route[0].quota' },
    ]);
    const form =
      'forms: {d: {names: {zh-CN: 表, en: form}, kind: declaration, fields: [{id: x, names: {zh-CN: 项, en: x}, clause: ranc}]}}';
    expect(problemsOf(around('{id: rank, known: rank}', form))[0]).toMatchObject({
      code: 'unknown-reference',
      path: 'forms.d.fields[0].clause',
      nearest: 'rank',
    });
  });

  test('definitions that lead back to themselves', () => {
    const ring = 'definitions:\n  a: {use: b}\n  b: {all: [{use: c}]}\n  c: {not: {use: a}}';
    const [problem, ...more] = problemsOf(around('use: a', ring));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'cycle', line: 8 });
    expect(problem?.message.en).toContain('a → b → c → a');
  });

  test('a key given twice, two operators, none, an id given twice', () => {
    expect(problemsOf(around('count: {record: paper, min: 1, min: 2}'))[0]).toMatchObject({
      code: 'duplicate-key',
    });
    expect(problemsOf(around('known: rank\nuse: a'))[0]).toMatchObject({ code: 'many-operators', line: 7 });
    expect(problemsOf(around('id: a'))[0]).toMatchObject({ code: 'no-operator' });
    expect(problemsOf(around('all: [{id: a, known: rank}, {id: a, known: sex}]'))[0]).toMatchObject({
      code: 'duplicate-id',
      path: 'eligibility.all[1].id',
    });
  });

  test('comparisons that mean nothing', () => {
    const first = (condition: string) => problemsOf(around(condition))[0]?.code;
    expect(first('person: {sex: {atLeast: female}}')).toBe('wrong-comparison');
    expect(first('person: {age: {below: young}}')).toBe('wrong-type');
    expect(first('person: {rank: {}}')).toBe('missing-key');
    expect(first('person: {age: {below: 45}, sex: female}')).toBe('many-operators');
    expect(first('sum: {record: paper, of: publisher, min: 1}')).toBe('wrong-comparison');
    expect(first('atLeast: {k: 3, of: [{known: rank}]}')).toBe('out-of-range');
    expect(first('count: {record: paper, within: 5 years}')).toBe('wrong-value');
    expect(first('{known: rank, from: 2024-02-30}')).toBe('wrong-value');
  });

  test('a case must say what holds for everyone', () => {
    const branch =
      '{by: setting, when: [{is: urban, require: {known: rank}}, {is: [town], require: {known: sex}}]}';
    const [problem] = problemsOf(around(`case: ${branch}`));
    expect(problem).toMatchObject({ code: 'case-not-covered' });
    expect(problem?.message.en).toContain('rural');
  });

  test('a quota table with faults names the table and the line', () => {
    const table = { 'quotas/2011.csv': 'county,places\nd01,many\nd02,3\nd02,4\n' };
    const result = loadSource('002-3-city-backbone', undefined, table);
    expect(result.ok ? [] : result.problems).toMatchObject([
      { code: 'bad-table', file: 'quotas/2011.csv', line: 2 },
      { code: 'bad-table', file: 'quotas/2011.csv', line: 4 },
    ]);
  });

  test('a table the programme does not name is none of its business', () => {
    const result = loadProgramme(around('known: rank'), {
      vocabulary,
      tables: { 'other.csv': 'not,a,table' },
    });
    expect(result.ok).toBe(true);
  });

  test('several mistakes are all told at once, and print on one line each', () => {
    const text = sourceText('002-4-school-backbone')
      .replace('record: mentoring', 'record: mentorin')
      .replace('per: subject', 'per: subjects');
    const result = loadProgramme(text, { vocabulary, file: 'p.yaml' });
    const problems = result.ok ? [] : result.problems;
    expect(codes(problems)).toEqual(['wrong-value', 'unknown-reference']);
    const line = problems[1] ? formatProblem(problems[1], 'zh-CN') : '';
    expect(line).toMatch(/^p\.yaml:\d+:\d+ error unknown-reference /);
    expect(line).toContain('是否应为"mentoring"');
  });
});

describe('hostile files are refused, quickly and without a crash', () => {
  const refused = (text: string) => {
    const { result: found, ms } = cost(() => codes(problemsOf(text)));
    expect(ms).toBeLessThan(2000);
    expect(found.length).toBeGreaterThan(0);
    return found;
  };

  test('aliases and anchors, billion laughs among them', () => {
    expect(refused(around('all: [&a {known: rank}, *a]'))).toContain('alias');
    const laughs = [
      'a: &a [x, x]',
      ...[...'bcdefghij'].map(
        (k, i, all) => `${k}: &${k} [*${i ? all[i - 1] : 'a'}, *${i ? all[i - 1] : 'a'}]`,
      ),
    ];
    refused(laughs.join('\n'));
  });

  test('deep nesting, in brackets, in dashes, in indentation and in operators', () => {
    expect(refused('['.repeat(79_000))).toEqual(['too-deep']);
    expect(refused('- '.repeat(39_000))).toEqual(['too-deep']);
    refused(Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'));
    expect(refused(around(`${'{not: '.repeat(100)}{known: rank}${'}'.repeat(100)}`))).toContain('too-deep');
  });

  test('definitions that multiply beyond reading', () => {
    const doubling = Array.from(
      { length: 30 },
      (_, i) => `  d${i}: {all: [{use: d${i + 1}}, {use: d${i + 1}}]}`,
    );
    expect(refused(around('use: d0', `definitions:\n${doubling.join('\n')}\n  d30: {known: rank}`))).toEqual([
      'too-large',
    ]);
  });

  test('huge numbers, huge files, endless keys, binary rubbish', () => {
    expect(refused(around('count: {record: paper, min: 1e999}'))).toContain('out-of-range');
    expect(refused('x'.repeat(600_000))).toEqual(['too-large']);
    refused(Array.from({ length: 8_000 }, (_, i) => `k${i}: 1`).join('\n'));
    refused('}'.repeat(79_000));
    refused('\u0000\u0001\uFFFF');
    refused('');
    refused('__proto__: {a: 1}');
    refused('{');
    refused('!!js/function "x"');
  });

  test('a definition named like a built-in property is refused or harmless', () => {
    expect(codes(problemsOf(around('use: constructor')))).toEqual(['unknown-reference']);
    expect(problemsOf(around('count: {record: paper, where: {constructor: 1}}'))).not.toEqual([]);
  });
});

describe('the vocabulary', () => {
  test('refuses a scale that does not exist, a choice without choices, and years without a date', () => {
    const small = (attributes: string) => `
vocabulary: v
version: '1'
scales: {tier: {names: {zh-CN: 层, en: tier}, steps: [{id: a, names: {zh-CN: 甲, en: a}}]}}
titles: {scale: tier}
records: {}
attributes:
  x: ${attributes}
`;
    const problem = (attributes: string) => {
      const result = loadVocabulary(small(attributes));
      return result.ok ? undefined : result.problems[0];
    };
    const names = 'names: {zh-CN: 项, en: x}';
    expect(problem(`{${names}, type: scale, scale: tire}`)).toMatchObject({ nearest: 'tier' });
    expect(problem(`{${names}, type: choice}`)).toMatchObject({ path: 'attributes.x' });
    expect(problem(`{${names}, type: years, since: y}`)).toMatchObject({ path: 'attributes.x' });
    expect(problem(`{${names}, type: text}`)).toBeUndefined();
  });

  test('puts equivalents in the same place: district is county', () => {
    const order = vocabulary.scales.level?.order;
    expect(order?.get('district')).toBe(order?.get('county'));
    expect(vocabulary.scales.rank?.order.get('intermediate')).toBe(
      vocabulary.scales.rank?.order.get('first'),
    );
  });
});
