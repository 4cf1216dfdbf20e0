import { describe, expect, test } from 'vitest';
import { around, problemsOf, ready, vocabulary } from '../../tests/support/language.ts';
import { formatExact, whole } from '../shared/decimal.ts';
import { compile } from './evaluate.ts';
import { explainProgramme, sayFinding, withLocal } from './explain.ts';
import { settle } from './given.ts';
import { loadProgramme } from './load.ts';
import { sayChanges } from './say/changes.ts';
import { boundsOf, checkParameters } from './work/parameters.ts';

/* Shares, weights and places that a parameter gives, so that a county may set its own. */

const SECTIONS = (more = '') => `parameters:
  places: {names: {zh-CN: 名额数, en: number of places}, value: 10, min: 5, setBy: county}
  rural: {names: {zh-CN: 乡村占比, en: share of rural teachers}, value: 20, setBy: county}
  lessons: {names: {zh-CN: 课堂权重, en: weight of lessons}, value: 60}
  papers: {names: {zh-CN: 论文权重, en: weight of papers}, value: 40}
  pass: {names: {zh-CN: 合格线, en: mark that passes}, value: 60}
quota:
  total: {parameter: places}
  shares: [{id: rural, who: {person: {setting: rural}}, minPercent: {parameter: rural}, rounding: up}]
assessment:
  composite:
    parts:
      - {id: lessons, names: {zh-CN: 课堂, en: lessons}, weight: {parameter: lessons}, of: 50}
      - {id: papers, names: {zh-CN: 论文, en: papers}, weight: {parameter: papers}, of: 100}
    passMark: {parameter: pass}
${more}`;
const load = (change: (file: string) => string = (file) => file) =>
  loadProgramme(change(around('{known: rank}', SECTIONS())), { vocabulary });
const { programme, warnings } = ready(load());
const totalOf = (parameters: Record<string, string> = {}) => {
  const compiled = compile(programme, vocabulary, parameters);
  const nobody = { person: somebody, titles: [], records: [] };
  return compiled.composite(nobody, { asOf: '2026-04-25' })?.total;
};
const somebody = {
  id: 'p',
  birthDate: null,
  sex: null,
  teachingSince: null,
  subject: null,
  stage: null,
  setting: null,
  rank: 'first',
  education: null,
};

describe('numbers that parameters give', () => {
  test('are the parameter’s own value where nobody has set another', () => {
    expect(programme.quota?.total).toBe(10);
    expect(programme.quota?.shares?.[0]?.minPercent).toBe('20');
    expect(totalOf()).toBe('70');
    // They are used, and the weights sum to a hundred.
    expect(warnings.map(({ code }) => code)).toEqual(['cut-without-tie-rule']);
  });

  test('are those set locally where somebody has', () => {
    expect(totalOf({ lessons: '20', papers: '80' })).toBe('90');
  });

  test('are told as the parameter with its value, in both languages', () => {
    const text = (locale: 'zh-CN' | 'en') => JSON.stringify(explainProgramme(programme, vocabulary, locale));
    for (const said of ['名额数”（10）', '乡村占比”（20）', '课堂权重”（60）', '合格线”（60）'])
      expect(text('zh-CN')).toContain(said);
    expect(text('en')).toContain('share of rural teachers\\" (20)');
  });

  test('fit where they stand: places are whole, shares at most a hundred', () => {
    const problems = (from: string, to: string) =>
      problemsOf(around('{known: rank}', SECTIONS()).replace(from, to)).map(({ code, path }) => [code, path]);
    expect(problems('value: 10, min: 5', 'value: 10.5, min: 5')).toEqual([['out-of-range', 'quota.total']]);
    expect(problems('value: 20,', 'value: 20, max: 120,')).toEqual([
      ['out-of-range', 'quota.shares[0].minPercent'],
    ]);
    expect(problems('{parameter: rural}', '{parameter: rurl}')[0]).toEqual([
      'unknown-reference',
      'quota.shares[0].minPercent.parameter',
    ]);
  });

  test('and so must those set locally', () => {
    const reasons = (given: Record<string, string>) =>
      checkParameters(programme, vocabulary, given).problems.map(({ reason }) => reason);
    expect(reasons({ places: '7', rural: '100' })).toEqual([]);
    expect(reasons({ places: '7.5' })).toEqual(['not-whole']);
    expect(reasons({ rural: '101' })).toEqual(['above-most']);
    expect(reasons({ rural: '-1' })).toEqual(['below-least']);
  });
});

test('a parameter may be called as what every object has, and keeps its own value where others are set', () => {
  const place = { kind: 'whole' as const, min: 0, max: 100 };
  const given = [{ at: ['quota', 'total'], parameter: 'constructor', place }];
  const names = { 'zh-CN': '名额数', en: 'number of places' };
  const file = { ...programme, parameters: { constructor: { names, value: '7' } } };
  expect(settle(file, given, { other: '5' }).quota?.total).toBe(7);
  expect(settle(file, given, { constructor: '5' }).quota?.total).toBe(5);
  expect(settle({ ...programme, parameters: {} }, given).quota?.total).toBe(0);
});

test('stand below names that read like a condition or a parameter, too', () => {
  const count = 'count: {record: paper, min: {parameter: least}}';
  const more = `parameters: {least: {names: {zh-CN: 件数, en: pieces}, value: 3}}
definitions: {path: {${count}}, rule: {${count}}}`;
  const { programme: file } = ready(loadProgramme(around('use: path', more), { vocabulary }));
  expect(file.definitions?.path?.rule.arg).toMatchObject({ min: 3 });
  expect(JSON.stringify(explainProgramme(file, vocabulary, 'en'))).not.toContain('[object Object]');
});

test('a count from a day that is not documented says so', () => {
  const condition = 'count: {record: paper, within: {from: {title: county-backbone, take: latest}}}';
  const { programme: file, compiled } = ready(loadProgramme(around(condition), { vocabulary }));
  const { root } = compiled.evaluate({ person: somebody, titles: [], records: [] }, { asOf: '2026-04-25' });
  const said = (locale: 'zh-CN' | 'en') => sayFinding(root, file, vocabulary, locale).summary;
  expect(said('zh-CN')).toBe('材料待补：起止之日未登记，无法计入。');
  expect(said('en')).toContain('nothing can be counted');
});

describe('numbers and lengths of time within conditions', () => {
  const FILE = around(
    `all:
  - {id: young, person: {age: {atMost: {parameter: top-age}}}}
  - id: papers
    count:
      record: paper
      within: {parameter: look-back, in: years}
      latest: {take: {parameter: newest}}
      min: {parameter: least}
  - id: mentors
    atLeast: {k: {parameter: of-two}, of: [{known: rank}, {known: education}]}`,
    `parameters:
  top-age: {names: {zh-CN: 年龄上限, en: top age}, value: 45, min: 40, max: 50, setBy: county}
  look-back: {names: {zh-CN: 回看年限, en: years looked back on}, value: 5, min: 3, max: 8, setBy: county}
  newest: {names: {zh-CN: 最近几篇, en: how many of the newest}, value: 4, setBy: county}
  least: {names: {zh-CN: 最少篇数, en: fewest papers}, value: 1, setBy: county}
  of-two: {names: {zh-CN: 两项中几项, en: how many of two}, value: 1, setBy: county}
measures:
  papers: {names: {zh-CN: 论文数, en: number of papers}, count: {record: paper, within: {parameter: look-back, in: years}}}
indicators:
  - {id: enough, names: {zh-CN: 论文, en: papers}, of: {measure: papers}, atLeast: 1}`,
  );
  const { programme: file, compiled } = ready(loadProgramme(FILE, { vocabulary }));
  const paper = (on: string) => ({
    id: on,
    type: 'paper',
    on,
    level: 'city',
    grade: null,
    authorOrder: 1,
    event: null,
    status: 'confirmed' as const,
    title: '论文',
    fields: {},
  });
  const dossier = {
    person: { ...somebody, birthDate: '1979-05-01' },
    titles: [],
    records: [paper('2020-01-10'), paper('2025-03-01')],
  };
  const local = (numbers: Record<string, number>) =>
    new Map(
      Object.entries(numbers).map(([id, value]) => [
        id,
        { value: whole(value), by: '青山县', since: '2026-01-01', document: '青教〔2026〕1号' },
      ]),
    );
  const judged = (numbers?: Record<string, number>) => {
    const context = { asOf: '2026-04-25', ...(numbers ? { local: local(numbers) } : {}) };
    const findings = compiled.evaluate(dossier, context);
    expect(compiled.outcome(dossier, context)).toBe(findings.outcome);
    return findings.root.children;
  };
  const countOf = (numbers?: Record<string, number>) => judged(numbers)[1]?.counted.length;

  test('are the parameter’s own value, or what the person’s own units have set', () => {
    expect(judged().map(({ outcome }) => outcome)).toEqual(['unmet', 'met', 'met']);
    expect(countOf()).toBe(1);
    expect(countOf({ 'look-back': 8 })).toBe(2);
    expect(countOf({ 'look-back': 8, newest: 1 })).toBe(1);
    expect(judged({ 'top-age': 47 })[0]?.outcome).toBe('met');
    expect(judged({ least: 2 })[1]?.outcome).toBe('unmet');
    expect(judged({ 'of-two': 2 })[2]?.outcome).toBe('unmet');
    const measured = (numbers: Record<string, number>) =>
      compiled
        .measure('papers')
        ?.value(dossier, { asOf: '2026-04-25', local: local(numbers), spent: undefined });
    expect([measured({}), measured({ 'look-back': 8 })]).toEqual([whole(1), whole(2)]);
  });

  test('are told in a finding with who set them, and the clause reads with the number the person is judged by', () => {
    const [, papers] = judged({ 'look-back': 8 });
    if (!papers) throw new Error('no finding');
    expect(papers.local).toMatchObject([{ parameter: 'look-back', value: '8', instead: '5', by: '青山县' }]);
    const { clause, summary } = sayFinding(papers, file, vocabulary, 'zh-CN');
    expect(clause).toContain('近8年');
    expect(summary).toContain('“回看年限”方案定 5；青山县自 2026-01-01 起定为 8（青教〔2026〕1号）');
    expect(sayFinding(papers, file, vocabulary, 'en').clause).toContain('in the past 8 years');
    // Of a number that nobody has set a finding says nothing.
    expect(judged()[1]?.local).toBeUndefined();
  });

  test('are put into the clauses once for each set of numbers, in whatever order clauses are told', () => {
    const of = (all: Readonly<Record<string, string>>) => withLocal(file, new Map(Object.entries(all)));
    const [one, other] = [of({ 'look-back': '8' }), of({ 'top-age': '47' })];
    expect([of({ 'look-back': '8' }) === one, of({ 'top-age': '47' }) === other]).toEqual([true, true]);
    const both = of({ 'look-back': '8', 'top-age': '47' });
    expect(of({ 'top-age': '47', 'look-back': '8' }) === both).toBe(true);
    expect(one === other || of({}) !== file).toBe(false);
  });

  test('stand in the policy text as the parameter with its value', () => {
    const text = (locale: 'zh-CN' | 'en') => JSON.stringify(explainProgramme(file, vocabulary, locale));
    for (const said of ['近“回看年限”（5年）', '不少于 “最少篇数”（1） 篇', '至少 “两项中几项”（1） 项'])
      expect(text('zh-CN')).toContain(said);
    expect(text('en')).toContain('in the past \\"years looked back on\\" (5 years)');
  });

  test('are read as far back as any county may look', () => {
    expect(compiled.needs.earliestOf('paper', '2026-04-25')).toBe('2018-04-25');
    const endless = ready(loadProgramme(FILE.replace('min: 3, max: 8, ', ''), { vocabulary })).compiled;
    expect(endless.needs.earliestOf('paper', '2026-04-25')).toBeNull();
  });

  test('fit where they stand', () => {
    const problems = (from: string, to: string) =>
      problemsOf(FILE.replace(from, to)).map(({ code, path }) => [code, path]);
    const within = 'measures.papers.count.within';
    expect(problems('value: 5, min: 3', 'value: 5, min: 0')).toContainEqual(['out-of-range', within]);
    expect(problems('value: 5, min: 3', 'value: 4.5, min: 3')).toContainEqual(['out-of-range', within]);
    expect(problems('look-back, in: years}', 'look-back}')[0]).toEqual(['missing-key', within]);
    expect(problems('value: 1, setBy: county}\nmeasures', 'value: 3, setBy: county}\nmeasures')).toEqual([
      ['out-of-range', 'eligibility.all[2].atLeast.k'],
    ]);
    const reasons = (given: Record<string, string>) =>
      checkParameters(file, vocabulary, given).problems.map(({ reason }) => reason);
    expect(reasons({ 'look-back': '8', newest: '200' })).toEqual([]);
    expect(reasons({ 'look-back': '4.5' })).toEqual(['not-whole']);
    expect(reasons({ newest: '201' })).toEqual(['above-most']);
  });

  test('are a difference between two versions where one has the number itself', () => {
    const plain = ready(
      loadProgramme(FILE.replace('within: {parameter: look-back, in: years}', 'within: 4y'), { vocabulary }),
    ).programme;
    const said = (locale: 'zh-CN' | 'en') => {
      const version = (one: typeof file) => ({
        programme: one,
        vocabulary,
        text: explainProgramme(one, vocabulary, locale),
      });
      return sayChanges(version(plain), version(file), locale).map(({ before, after }) => [before, after]);
    };
    expect(said('zh-CN')).toEqual([['4年', '“回看年限”（5年）']]);
    expect(said('en')).toEqual([['4 years', '"years looked back on" (5 years)']]);
  });
});

test('days of publication and terms of titles may be given by parameters', () => {
  const file = around(
    '{known: rank}',
    `parameters:
  days: {names: {zh-CN: 公示天数, en: days published}, value: 5, min: 5, setBy: city}
  term: {names: {zh-CN: 任期, en: term}, value: 3, max: 5, setBy: county}
grants: {title: city-backbone, term: {parameter: term, in: years}}
route:
  - {id: publish, names: {zh-CN: 公示, en: publication}, actor: city, does: publicise, publicity: {days: {working: {parameter: days}}}}`,
  );
  const { programme: read, compiled } = ready(loadProgramme(file, { vocabulary }));
  expect(read.route?.[0]?.publicity?.days).toEqual({ working: 5 });
  expect(settle(read, read.given, { days: '7' }).route?.[0]?.publicity?.days).toEqual({ working: 7 });
  const nobody = { person: somebody, titles: [], records: [] };
  const county = { value: whole(4), by: '青山县', since: '2026-01-01', document: null };
  expect(compiled.granting(nobody, { asOf: '2026-04-25' })).toMatchObject({ term: '3y' });
  expect(compiled.granting(nobody, { asOf: '2026-04-25', local: new Map([['term', county]]) })).toMatchObject(
    { title: 'city-backbone', term: '4y' },
  );
  const text = JSON.stringify(explainProgramme(read, vocabulary, 'zh-CN'));
  expect(text).toContain('“公示天数”（5）');
  expect(text).toContain('“任期”（3年）');
});

describe('numbers that amounts are reckoned with', () => {
  const FILE = around(
    'decide: {needs: [reason], cap: {count: {parameter: found-met}, percent: {parameter: share-met}}}',
    `terms:
  attributes:
    panel: {names: {zh-CN: 评分, en: marks}, type: numbers}
    hours: {names: {zh-CN: 课时, en: hours}, type: number}
parameters:
  dropped: {names: {zh-CN: 去掉几个, en: how many dropped}, value: 0, max: 2, setBy: county}
  digits: {names: {zh-CN: 小数位数, en: decimal places kept}, value: 1, max: 4, setBy: county}
  out-of: {names: {zh-CN: 权重总和, en: what weights are out of}, value: 120, min: 100, setBy: county}
  extra-from: {names: {zh-CN: 加倍起点, en: where it doubles}, value: 10, setBy: county}
  found-met: {names: {zh-CN: 认定人数, en: how many found met}, value: 3, min: 1, setBy: county}
  share-met: {names: {zh-CN: 认定比例, en: share found met}, value: 5, setBy: county}
  total-digits: {names: {zh-CN: 总分位数, en: places of the total}, value: 0, max: 2}
measures:
  trimmed: {marks: {of: panel, take: mean, dropHighest: {parameter: dropped}, dropLowest: {parameter: dropped}}}
  rounded: {round: {of: {divide: {of: 10, by: 3}}, places: {parameter: digits}, mode: half-up}}
  weighed: {weighted: {over: {parameter: out-of}, parts: [{weight: 60, of: 80}, {weight: 60, of: 80}]}}
  rated: {rate: {of: {value: hours}, bands: [{above: 0, per: 1}, {above: {parameter: extra-from}, per: 2}]}}
assessment:
  composite:
    parts: [{id: all, names: {zh-CN: 全部, en: all}, weight: 100, of: {measure: rounded}}]
    rounding: {places: {parameter: total-digits}, mode: half-up}
indicators: [{id: shown, names: {zh-CN: 课时, en: hours}, of: {measure: rated}, atLeast: 1},
  {id: mean, names: {zh-CN: 评分, en: marks}, of: {measure: trimmed}, atLeast: 1},
  {id: sum, names: {zh-CN: 加权, en: weighed}, of: {measure: weighed}, atLeast: 1}]`,
  );
  const {
    programme: file,
    compiled,
    warnings: told,
    vocabulary: words,
  } = ready(loadProgramme(FILE, { vocabulary }));
  const dossier = {
    person: { ...somebody, hours: 14 },
    lists: { panel: [60, 81, 82, 97] },
    titles: [],
    records: [],
  };
  const measured = (id: string, numbers: Record<string, number> = {}) => {
    const local = new Map(
      Object.entries(numbers).map(([name, value]) => [
        name,
        { value: whole(value), by: '青山县', since: '2026-01-01', document: null },
      ]),
    );
    const value = compiled.measure(id)?.value(dossier, { asOf: '2026-04-25', local, spent: undefined });
    return value && formatExact(value);
  };

  test('are the parameter’s own value, or what the person’s own units have set', () => {
    expect([measured('trimmed'), measured('trimmed', { dropped: 1 })]).toEqual(['80', '81.5']);
    expect([measured('rounded'), measured('rounded', { digits: 3 })]).toEqual(['3.3', '3.333']);
    expect([measured('weighed'), measured('weighed', { 'out-of': 160 })]).toEqual(['80', '60']);
    // One hour each, and two each beyond where it doubles.
    expect([measured('rated'), measured('rated', { 'extra-from': 12 })]).toEqual(['18', '16']);
    const total = (set: Record<string, string>) =>
      compile(file, words, set).composite(dossier, { asOf: '2026-04-25' })?.total;
    expect([total({}), total({ 'total-digits': '1' })]).toEqual(['3', '3.3']);
    // All are used, and the weights sum to what they are out of.
    expect(told).toEqual([]);
  });

  test('are read in the policy text as the parameter with its value', () => {
    const text = (locale: 'zh-CN' | 'en') => JSON.stringify(explainProgramme(file, words, locale));
    for (const said of [
      '去掉 “去掉几个”（0） 个最高',
      '保留 “小数位数”（1） 位小数',
      '/“权重总和”（120）',
      '超过 “加倍起点”（10） 的部分',
      '最多 “认定人数”（3） 人且 “认定比例”（5）%，另有设定的从其设定',
      '总分保留 “总分位数”（0） 位小数',
    ])
      expect(text('zh-CN')).toContain(said);
    expect(text('en')).toContain('at most \\"how many found met\\" (3) and \\"share found met\\" (5)% met');
    expect(text('en')).toContain('above \\"where it doubles\\" (10)');
  });

  test('are bounded by where they stand, too', () => {
    const bounds = (name: string) => boundsOf(file, name);
    expect(bounds('digits')).toEqual({ min: '0', max: '4', whole: true });
    expect(bounds('total-digits')).toEqual({ min: '0', max: '2', whole: true });
    expect(bounds('share-met')).toEqual({ min: '0', max: '100', whole: false });
    // A million people found met is no bound to tell of.
    expect(bounds('found-met')).toEqual({ min: '1', whole: true });
    expect(bounds('out-of')).toEqual({ min: '100', whole: false });
  });

  test('fit where they stand, as declared and as set', () => {
    const problems = (from: string, to: string) =>
      problemsOf(FILE.replace(from, to)).map(({ code, path }) => [code, path]);
    const places = 'measures.rounded.round.places';
    expect(problems('value: 1, max: 4', 'value: 1, max: 7')).toContainEqual(['out-of-range', places]);
    expect(problems('value: 1, max: 4', 'value: 1.5, max: 4')).toContainEqual(['out-of-range', places]);
    expect(problems('value: 120, min: 100', 'value: 120, min: 0')).toContainEqual([
      'out-of-range',
      'measures.weighed.weighted.over',
    ]);
    expect(problems('value: 3, min: 1', 'value: 3, min: 0')).toContainEqual([
      'out-of-range',
      'eligibility.decide.cap.count',
    ]);
    const reasons = (given: Record<string, string>) =>
      checkParameters(file, words, given).problems.map(({ reason }) => reason);
    expect(reasons({ dropped: '2', digits: '4', 'out-of': '100.5', 'found-met': '9' })).toEqual([]);
    expect(reasons({ dropped: '1.5' })).toEqual(['not-whole']);
    expect(reasons({ 'share-met': '101' })).toEqual(['above-most']);
  });
});

test('hours of training, how often a body meets or inspects, and what a composite is out of may be given by parameters', () => {
  const file = around(
    '{known: rank}',
    `parameters:
  hours: {names: {zh-CN: 总学时, en: hours in all}, value: 120, setBy: county}
  course: {names: {zh-CN: 集中学时, en: hours together}, value: 40, setBy: county}
  meetings: {names: {zh-CN: 开会次数, en: meetings}, value: 2, setBy: county}
  visits: {names: {zh-CN: 检查次数, en: visits}, value: 3, setBy: county}
  talks: {names: {zh-CN: 抽查次数, en: spot checks}, value: 1, setBy: county}
  out-of: {names: {zh-CN: 权重总和, en: what weights are out of}, value: 50}
bodies: {jury: {names: {zh-CN: 评审组, en: jury}, level: county, meets: {times: {parameter: meetings}, per: year}}}
training:
  hours: {parameter: hours}
  phases: [{id: course, names: {zh-CN: 集中, en: together}, hours: {parameter: course}}]
checks: [{id: visit, what: {zh-CN: 到校检查, en: visits}, times: {parameter: visits}, per: year, by: jury}]
duties: [{id: lessons, names: {zh-CN: 示范课, en: lessons}, checked: {times: {parameter: talks}, per: year}}]
assessment:
  composite: {of: {parameter: out-of}, parts: [{id: all, names: {zh-CN: 全部, en: all}, weight: 50, of: 80}]}`,
  );
  const { programme: read, warnings: told } = ready(loadProgramme(file, { vocabulary }));
  expect(told).toEqual([]);
  expect(read.training?.hours).toBe('120');
  const set = settle(read, read.given, { hours: '90', meetings: '4', visits: '6' });
  expect([set.training?.hours, set.bodies?.jury?.meets?.times, set.checks?.[0]?.times]).toEqual(['90', 4, 6]);
  const nobody = { person: somebody, titles: [], records: [] };
  const total = (given: Record<string, string>) =>
    compile(read, vocabulary, given).composite(nobody, { asOf: '2026-04-25' })?.total;
  expect([total({}), total({ 'out-of': '100' })]).toEqual(['80', '40']);
  const text = JSON.stringify(explainProgramme(read, vocabulary, 'zh-CN'));
  for (const said of [
    '共 “总学时”（120） 学时',
    '“集中学时”（40） 学时',
    '每年开会 “开会次数”（2） 次',
    '每年 “检查次数”（3） 次',
    '检查 “抽查次数”（1） 次',
  ])
    expect(text).toContain(said);
  const problems = (from: string, to: string) =>
    problemsOf(file.replace(from, to)).map(({ code, path }) => [code, path]);
  expect(problems('value: 50}', 'value: 50, min: 0}')).toEqual([['out-of-range', 'assessment.composite.of']]);
  expect(problems('value: 2, setBy', 'value: 2.5, setBy')).toEqual([
    ['out-of-range', 'bodies.jury.meets.times'],
  ]);
});
