import { describe, expect, test } from 'vitest';
import {
  clause,
  dossier,
  findingOf,
  loadSource,
  ready,
  record,
  vocabulary,
} from '../../tests/support/language.ts';
import { parseExact } from '../shared/decimal.ts';
import { explainProgramme, sayClause, sayFinding } from './explain.ts';
import type { Locale } from './problem.ts';
import type { PolicyClause } from './say/policy.ts';

const locales: readonly Locale[] = ['zh-CN', 'en'];
const sources = ['002-3-city-backbone', '002-4-school-backbone', '002-5-school-candidates'];

const said = (condition: string, locale: Locale) => {
  const { programme } = clause(condition);
  return sayClause(programme.eligibility, programme, vocabulary, locale);
};

describe('a clause without words of its own reads well in both languages', () => {
  test.each([
    ['person: {age: {below: 45}}', '年龄：不满 45 周岁', 'age: under 45 years'],
    ['person: {subject: 数学}', '任教学科：数学', 'subject: Mathematics'],
    ['person: {subject: 校本武术}', '任教学科：校本武术', 'subject: 校本武术'],
    ['person: {frontLine: true}', '在教学一线', 'teaches in the front line'],
    [
      'person: {rank: {atLeast: intermediate}}',
      '职称：一级教师（中级）及以上',
      'professional rank: first-grade teacher (intermediate) or above',
    ],
    [
      'count: {record: [open-class, lecture], where: {level: {atLeast: school}}, within: 5y, distinctBy: event, min: 3}',
      '近5年校级及以上的公开课或讲座不少于 3 项（同一活动只计一次）',
      'open class or lecture (school level or above): at least 3 in the past 5 years (the same event counts once)',
    ],
    [
      'sum: {record: training, of: hours, within: 6m, min: 40}',
      '近6个月培训学时合计不少于 40',
      'hours of training in total at least 40 in the past 6 months',
    ],
    [
      'run: {record: class-observation, per: school-year, times: 80, min: 5}',
      '听课连续不少于 5 个学年（每期不少于 80 次）',
      'lesson observation in a row: at least 5 school years (at least 80 in each)',
    ],
    [
      'amount: {of: {sum: {record: competition, each: {choose: {when: [{where: {kind: lesson-plan}, is: 2}], else: 1}}}}, atLeast: 3}',
      '教学竞赛，每项计（优秀教案的为 2；其余为 1），合计不低于 3',
      'competition, each worth (lesson plan: 2; otherwise 1), in total: at least 3',
    ],
    [
      'count: {record: annual-appraisal, latest: 3, where: {grade: {atLeast: qualified}}, min: 3}',
      '最近 3 次中合格及以上的年度考核不少于 3 次',
      'annual appraisal (qualified or above): at least 3 among the latest 3',
    ],
    [
      'count: {record: annual-appraisal, within: 5y, latest: {take: 2, where: {grade: excellent}}, min: 2}',
      '近5年最近 2 次优秀的记录中年度考核不少于 2 次',
      'annual appraisal: at least 2 in the past 5 years among the latest 2 that are excellent',
    ],
    [
      'count: {record: annual-appraisal, latest: {take: 3, per: year, at: year, empty: counts}, where: {grade: {atLeast: qualified}}, distinctBy: year, min: 3}',
      '最近 3 个年度（按考核年度，没有记录的也占一期）中合格及以上的年度考核不少于 3 次（同一考核年度只计一次）',
      'annual appraisal (qualified or above): at least 3 among those of the latest 3 years (by year appraised; one without any is one of them) (the same year appraised counts once)',
    ],
    [
      'count: {record: lecture, latest: {take: 1, per: school-year, empty: skipped, where: {level: city}}, min: 2}',
      '最近 1 个学年（没有市级的记录的不占期）中讲座不少于 2 次',
      'lecture: at least 2 among those of the latest school year with any that is city level',
    ],
    [
      'count: {record: project, within: {from: {title: county-backbone, take: latest}}, min: 1}',
      '自最近一次获得县（区）级骨干教师称号之日起课题不少于 1 项',
      'research project: at least 1 since the day the title county backbone teacher was last granted',
    ],
    [
      'amount: {of: {elapsed: {since: {title: famous-teacher, level: county, take: earliest}, in: years}}, atLeast: 1}',
      '自首次获得县（区）级名师称号之日至基准日的整年数不低于 1',
      'completed years from the day the title famous teacher (county level) was first granted to the day reckoned from: at least 1',
    ],
    [
      'not: {holds: {title: {atLeast: city-backbone}, when: ever}}',
      '未获得过市级骨干教师及以上称号',
      'was never granted the title city backbone teacher or above',
    ],
    [
      'decide: {needs: [reason, evidence], evidence: [open-class, paper]}',
      '由主管组织认定，并记录理由；认定符合须列出所依据的记录（公开课、论文）',
      'decided by the responsible body, with a reason on record; to find it met the records relied on must be named (open class, paper)',
    ],
    [
      'decide: {presume: met, evidence: honour}',
      '由主管组织认定，未作相反认定前视为符合；参考记录：荣誉称号',
      'judged by the responsible body; taken as met unless it decides otherwise; records to look at: honour',
    ],
    [
      // Open classes and competitions both have a `kind`: the one of the records at hand is meant.
      'amount: {of: {sum: {record: competition, each: 1, best: {take: 1, per: kind}}}, atLeast: 2}',
      '教学竞赛，每项计1，合计（每竞赛类别只计最高 1 项）不低于 2',
      'competition, each worth 1, in total (only the best 1 of each kind of competition): at least 2',
    ],
    [
      'any: [{known: rank}, {person: {sex: male}}]',
      '职称已登记，或性别：男',
      'professional rank is documented, or sex: male',
    ],
  ])('%s', (condition, zh, en) => {
    expect(said(condition, 'zh-CN')).toBe(zh);
    expect(said(condition, 'en')).toBe(en);
  });

  test('a role is called what the programme calls it', () => {
    const roles = 'terms: {roles: {crew: {names: {zh-CN: 组员, en: people of the crew}}}}';
    const { programme } = clause('members: {role: crew, min: 2}', roles);
    expect(sayClause(programme.eligibility, programme, vocabulary, 'zh-CN')).toBe('组员中不少于 2 名');
    expect(sayClause(programme.eligibility, programme, vocabulary, 'en')).toBe(
      'people of the crew: at least 2',
    );
  });
});

describe('a programme reads as the printed policy', () => {
  const flatten = (clauses: readonly PolicyClause[]): PolicyClause[] =>
    clauses.flatMap((one) => [one, ...flatten(one.children)]);

  test.each(sources)('%s: every source it cites, and no empty text, in both languages', (name) => {
    const { programme } = ready(loadSource(name));
    const cited = new Set(JSON.stringify(programme).match(/R-\d{3}-\d-\d+/g) ?? []);
    for (const locale of locales) {
      const { sections, title } = explainProgramme(programme, vocabulary, locale);
      const clauses = sections.flatMap((section) => flatten(section.clauses));
      expect(title).toBe(programme.names[locale]);
      expect(clauses.filter(({ text }) => text.trim() === '' || text.includes('undefined'))).toEqual([]);
      const shown = new Set(clauses.flatMap(({ cites }) => cites));
      expect([...cited].filter((id) => !shown.has(id))).toEqual([]);
    }
  });

  test('the city programme shows its conditions, its table and its weights', () => {
    const { programme } = ready(loadSource('002-3-city-backbone'));
    const { sections } = explainProgramme(programme, vocabulary, 'zh-CN');
    expect(sections.map(({ number, heading }) => `${number}、${heading}`).slice(0, 4)).toEqual([
      '一、目标与原则',
      '二、对象与条件',
      '三、名额',
      '四、推荐办法与程序',
    ]);
    const quota = sections.find(({ id }) => id === 'quota');
    expect(quota?.tables[0]?.rows.at(-1)).toEqual(['合计', '406']);
    const conditions = flatten(sections.find(({ id }) => id === 'eligibility')?.clauses ?? []);
    expect(conditions.find(({ cites }) => cites.includes('R-002-3-17'))).toMatchObject({
      number: '7.2',
      text: '近5年县（区）级及以上、获奖或汇编的论文不少于 3 篇',
      path: 'eligibility.all[6].any[1]',
    });
    const assessment = flatten(sections.find(({ id }) => id === 'assessment')?.clauses ?? []);
    expect(assessment.some(({ text }) => text.startsWith('学习表现 20%'))).toBe(true);
  });

  test('what is soft is said to be soft', () => {
    const { programme } = ready(loadSource('002-5-school-candidates'));
    const { sections } = explainProgramme(programme, vocabulary, 'zh-CN');
    const age = flatten(sections.flatMap(({ clauses }) => clauses)).find(({ text }) =>
      text.startsWith('年龄一般'),
    );
    expect(age?.strength).toBe('原则上');
  });
});

describe('a finding says what was found against what is asked', () => {
  const { programme, compiled } = ready(loadSource('002-3-city-backbone'));
  const who = dossier(
    [
      record('open-class', '2024-05-12', { title: '《分数的意义》', level: 'school' }),
      record('open-class', '2018-05-12', { title: '《圆》', level: 'county' }),
      record('lecture', '2024-05-12', { title: '阅读教学', level: 'city', status: 'submitted' }),
    ],
    { qualified: null },
  );
  const findings = compiled.evaluate(who, { asOf: '2025-04-25' });
  const say = (id: string, locale: Locale) =>
    sayFinding(findingOf(findings, id), programme, vocabulary, locale, who);

  test('in Chinese, with each record and the reason it did not count', () => {
    const words = say('open-classes', 'zh-CN');
    expect(words.summary).toBe('不符合：计入 1 项，要求不少于 3 项，另有 1 项待确认。');
    expect(words.counted.map(({ text }) => text)).toEqual(['《分数的意义》（公开课，2024-05-12，校级）']);
    expect(words.notCounted.map(({ text }) => text)).toEqual([
      '《圆》（公开课，2018-05-12，县（区）级）——不在规定时间内：2018-05-12',
      '阅读教学（讲座，2024-05-12，市级）——尚未确认',
    ]);
    expect(words.cites).toEqual(['R-002-3-14']);
  });

  test('in English, and for facts nobody documented', () => {
    expect(say('open-classes', 'en').summary).toBe(
      'Not met: 1 counted, asked: at least 3; 1 more await confirmation.',
    );
    expect(say('qualified', 'en')).toMatchObject({
      outcome: 'missing',
      summary: 'Evidence missing: holds the teacher qualification for the stage: not documented.',
    });
    expect(say('not-yet-titled', 'en').summary).toBe('Met: no such title.');
  });

  test('a miss that needs a decision says so', () => {
    const soft = clause('{id: age, strength: should, person: {age: {atMost: 45}}}');
    const old = dossier([], { birthDate: '1975-01-01' });
    const finding = soft.compiled.evaluate(old, { asOf: '2025-04-25' }).root;
    const summary = sayFinding(finding, soft.programme, vocabulary, 'zh-CN').summary;
    expect(summary).toBe('不符合：年龄 50 周岁（自 1975-01-01 起），要求不超过 45 周岁。需要有记录的决定。');
  });
});

test.each([
  ['one that is used', '{use: own}'],
  ['an inline group', '{not: {any: [{use: own}, {person: {rank: {atLeast: senior}}}]}}'],
  ['a case', '{case: {when: [{if: {known: rank}, require: {use: own}}], else: {known: subject}}}'],
])('a clause without words of its own is told with the number it is judged by: %s', (_, condition) => {
  const { programme, compiled } = clause(
    `all:\n  - {id: whole, ${condition.slice(1)}`,
    `parameters: {least: {names: {zh-CN: 最少, en: least}, value: 3, min: 1, max: 9, setBy: county}}
definitions: {own: {amount: {of: {count: {record: paper}}, atLeast: {parameter: least}}}}`,
  );
  const value = parseExact('5');
  if (value === null) throw new Error('no number');
  const local = new Map([['least', { value, by: '青溪县教育局', since: '2025-01-01', document: null }]]);
  const { root } = compiled.evaluate(dossier([]), { asOf: '2025-04-25', local });
  const [whole = root] = root.children;
  const words = sayFinding(whole, programme, vocabulary, 'zh-CN');
  expect(words.clause).toMatch(/5/);
  expect(words.clause).not.toMatch(/3/);
});
