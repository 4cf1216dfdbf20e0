import { describe, expect, test } from 'vitest';
import { around, clause, codes, loadSource, ready, vocabulary } from '../../tests/support/language.ts';
import { loadProgramme } from './load.ts';

const warned = (condition: string, more = '') => codes(clause(condition, more).warnings);

describe('a careful reader asks', () => {
  test('about dates out of order', () => {
    expect(warned('known: rank', 'dates: {open: 05-01, deadline: 04-25}')).toEqual(['dates-out-of-order']);
    const stage = (id: string, deadline: string) =>
      `{id: ${id}, names: {zh-CN: 甲, en: a}, actor: city, does: examine, deadline: ${deadline}}`;
    expect(warned('known: rank', `route: [${stage('a', '04-25')}, ${stage('b', '04-10')}]`)).toEqual([
      'dates-out-of-order',
    ]);
    expect(warned('known: rank', `route: [${stage('a', '04-10')}, ${stage('b', '04-25')}]`)).toEqual([]);
    expect(warned('known: rank', 'dates: {open: 2011-03-01, deadline: 04-25}')).toEqual([]);
  });

  test('about weights that do not sum to 100, exactly', () => {
    const part = (id: string, weight: string) =>
      `{id: ${id}, names: {zh-CN: 项, en: part}, weight: ${weight}}`;
    const composite = (...weights: string[]) =>
      `assessment: {composite: {parts: [${weights.map((weight, i) => part(`p${i}`, weight)).join(', ')}]}}`;
    expect(warned('known: rank', composite('33.3', '33.3', '33.4'))).toEqual([]);
    expect(warned('known: rank', composite('33.3', '33.3', '33.3'))).toEqual(['weights-not-100']);
    const light = ready(
      loadSource('002-3-city-backbone', (text) =>
        text.replace('weight: 10, basis: paper', 'weight: 15, basis: paper'),
      ),
    );
    expect(light.warnings.find(({ code }) => code === 'weights-not-100')?.message.en).toContain('105');
  });

  test('about a share of people without rounding, and places without a rule for ties', () => {
    const quota =
      'quota: {total: 8, shares: [{id: leaders, who: {person: {administrator: true}}, maxPercent: 15}]}';
    expect(warned('known: rank', quota).sort()).toEqual(['cut-without-tie-rule', 'share-without-rounding']);
    const full = `${quota.replace('maxPercent: 15', 'maxPercent: 15, rounding: down')}\nties: {keys: [{by: age, prefer: lower}], otherwise: decision}`;
    expect(warned('known: rank', full)).toEqual([]);
  });

  test('about soft words enforced as hard ones', () => {
    const say = 'say: {zh-CN: 年龄一般不超过45周岁, en: age generally no more than 45}';
    expect(warned(`{${say}, person: {age: {atMost: 45}}}`)).toEqual(['soft-word-without-strength']);
    expect(warned(`{${say}, strength: should, person: {age: {atMost: 45}}}`)).toEqual([]);
  });

  test('about a bound said one way and set the other', () => {
    const bound = (zh: string, en: string, test: string) =>
      warned(`{say: {zh-CN: ${zh}, en: ${en}}, person: {yearsOfTeaching: ${test}}}`);
    expect(bound('教龄3年以上', 'three years of teaching', '{moreThan: 3}')).toEqual(['bound-ambiguous']);
    expect(bound('教龄3年以上', 'more than three years', '{atLeast: 3}')).toEqual(['bound-ambiguous']);
    expect(bound('教龄超过3年', 'more than three years', '{moreThan: 3}')).toEqual([]);
    expect(bound('教龄不少于3年', 'at least three years', '{atLeast: 3}')).toEqual([]);
    expect(bound('教龄未满3年', 'less than three years', '{below: 3}')).toEqual([]);
  });

  test('about what nothing can satisfy', () => {
    expect(warned('count: {record: paper, where: {level: {moreThan: nation}}}')).toEqual([
      'never-satisfiable',
    ]);
    expect(warned('count: {record: paper, min: 3, max: 2}')).toEqual(['never-satisfiable']);
    expect(warned('person: {yearsOfTeaching: {atLeast: 5, below: 3}}')).toEqual(['never-satisfiable']);
    expect(warned('person: {yearsOfTeaching: {atLeast: 3, atMost: 3}}')).toEqual([]);
  });

  test('about definitions nobody uses and clauses nobody reaches', () => {
    expect(warned('known: rank', 'definitions: {spare: {known: sex}}')).toEqual(['unused-definition']);
    expect(warned('{known: rank, from: 2025-01-01, until: 2024-01-01}')).toEqual(['unreachable-clause']);
    const branches = '{is: [urban, town], require: {known: rank}}, {is: town, require: {known: sex}}';
    expect(warned(`case: {by: setting, when: [${branches}], else: {known: sex}}`)).toEqual([
      'unreachable-clause',
    ]);
    const all = '{is: [urban, town, rural], require: {known: rank}}';
    expect(warned(`case: {by: setting, when: [${all}], else: {known: sex}}`)).toEqual(['unreachable-clause']);
  });

  test('about bands that overlap or leave a gap', () => {
    const bands = (...ends: string[]) =>
      `assessment: {bands: [${ends.map((end, i) => `{id: b${i}, names: {zh-CN: 等${i}, en: band ${i}}, ${end}}`).join(', ')}]}`;
    expect(warned('known: rank', bands('from: 0, to: 2', 'from: 2, to: 6'))).toEqual(['bands-overlap']);
    expect(warned('known: rank', bands('from: 6, to: 10', 'from: 15, to: 20'))).toEqual(['bands-gap']);
    expect(warned('known: rank', bands('from: 60, to: 79', 'from: 80'))).toEqual([]);
    expect(warned('known: rank', bands('from: 60, below: 80', 'from: 80'))).toEqual([]);
  });

  test('about stages and versions out of order', () => {
    const stage =
      '{id: a, names: {zh-CN: 甲, en: a}, actor: city, does: examine, opens: 04-20, deadline: 04-10}';
    expect(warned('known: rank', `route: [${stage}]`)).toEqual(['dates-out-of-order']);
    expect(warned('known: rank', 'versions: {from: 2025-03-01, keepUntil: 2024-03-01}')).toEqual([
      'dates-out-of-order',
    ]);
    expect(warned('known: rank', 'versions: {from: 2025-03-01, keepUntil: 2027-03-01}')).toEqual([]);
  });

  test('about a cohort that starts before its deadline', () => {
    const more = 'dates: {deadline: 04-25}\ntraining: {period: {from: 03-01, to: 11-30}}';
    expect(warned('known: rank', more)).toEqual(['dates-out-of-order']);
  });

  test('about weighted amounts and shares of pay that do not make up the whole', () => {
    const weighted = (...weights: number[]) =>
      `amount: {of: {weighted: {parts: [${weights.map((weight) => `{weight: ${weight}, of: 1}`).join(', ')}]}}, atLeast: 1}`;
    expect(warned(weighted(60, 40))).toEqual([]);
    expect(warned(weighted(60, 35))).toEqual(['weights-not-100']);
    const pay = (a: number, b: number) =>
      `treatments: [{id: p, kind: allowance, shares: [{by: {zh-CN: 市, en: city}, percent: ${a}}, {by: {zh-CN: 县, en: county}, percent: ${b}}]}]`;
    expect(warned('known: rank', pay(60, 40))).toEqual([]);
    expect(warned('known: rank', pay(60, 30))).toEqual(['weights-not-100']);
  });

  test('about parts of the places that do not sum to the total', () => {
    const ties = 'ties: {keys: [{by: age, prefer: lower}], otherwise: decision}';
    const quota = (a: number, b: number) =>
      `quota: {total: 40, parts: [{id: a, places: ${a}}, {id: b, places: ${b}}]}\n${ties}`;
    expect(warned('known: rank', quota(30, 10))).toEqual([]);
    expect(warned('known: rank', quota(30, 12))).toEqual(['quota-sum-differs']);
  });

  test('about people reckoned from a share: of whom, and how it is rounded', () => {
    const ties = 'ties: {keys: [{by: age, prefer: lower}], otherwise: decision}';
    const staff = 'populations: {staff: {names: {zh-CN: 教师, en: staff}}}';
    const places = (amount: string) => warned('known: rank', `quota: {places: ${amount}}\n${staff}\n${ties}`);
    expect(places('{round: {of: {multiply: [{size: staff}, 0.05]}, mode: down}}')).toEqual([]);
    expect(places('{multiply: [{size: staff}, 0.05]}')).toEqual(['share-without-rounding']);
    expect(places('{multiply: [{size: staff}, 2]}')).toEqual([]);
    const lone = 'quota: {places: {round: {of: {multiply: [300, 0.05]}, mode: down}}}';
    expect(warned('known: rank', `${lone}\n${ties}`)).toEqual(['percent-without-population']);
    const stage = (take: string) =>
      `route: [{id: a, names: {zh-CN: 甲, en: a}, actor: city, does: examine, take: ${take}}]\n${ties}`;
    expect(warned('known: rank', stage('{multiply: [{places: quota}, 1.5]}'))).toEqual([
      'share-without-rounding',
    ]);
    expect(warned('known: rank', stage('{multiply: [{places: quota}, 3]}'))).toEqual([]);
  });

  test('about a cut by rank without a rule for ties', () => {
    const ranking = 'ranking: {by: {count: {record: paper}}, take: 10}';
    expect(warned('known: rank', ranking)).toEqual(['cut-without-tie-rule']);
    expect(
      warned('known: rank', `${ranking}\nties: {keys: [{by: age, prefer: lower}], otherwise: decision}`),
    ).toEqual([]);
  });

  test('about cases an earlier case has taken, in conditions, choices and steps', () => {
    const years = (...bounds: string[]) =>
      bounds
        .map((bound) => `{if: {person: {yearsOfTeaching: {${bound}}}}, require: {known: rank}}`)
        .join(', ');
    const cases = (...bounds: string[]) => warned(`case: {when: [${years(...bounds)}], else: {known: sex}}`);
    expect(cases('atLeast: 20', 'atLeast: 10')).toEqual([]);
    expect(cases('atLeast: 10', 'atLeast: 20')).toEqual(['unreachable-clause']);
    expect(cases('below: 3', 'below: 6')).toEqual([]);
    const step = (a: number, b: number) =>
      warned(
        `amount: {of: {step: {of: {value: age}, from: [{atLeast: ${a}, is: 1}, {atLeast: ${b}, is: 2}], else: 0}}, atLeast: 1}`,
      );
    expect(step(50, 40)).toEqual([]);
    expect(step(40, 50)).toEqual(['unreachable-clause']);
    const choose = (a: string, b: string) =>
      warned(
        `amount: {of: {choose: {when: [{if: {known: ${a}}, is: 1}, {if: {known: ${b}}, is: 2}]}}, atLeast: 1}`,
      );
    expect(choose('rank', 'sex')).toEqual([]);
    expect(choose('rank', 'rank')).toEqual(['unreachable-clause']);
  });

  test('about growth stages that overlap at two years and leave ten to eleven out (R-001-9-13, R-001-9-16)', () => {
    const stage = (id: string, from: number, to: number) =>
      `${id}: {person: {yearsOfTeaching: {atLeast: ${from}, atMost: ${to}}}}`;
    const definitions = (...stages: string[]) =>
      clause('all: [{use: a}, {use: b}, {use: c}]', `definitions: {${stages.join(', ')}}`).warnings;
    const found = definitions(stage('a', 1, 2), stage('b', 2, 4), stage('c', 5, 6));
    expect(found.map(({ code, path }) => [code, path])).toEqual([
      ['bands-overlap', 'definitions.b'],
      ['bands-gap', 'definitions.c'],
    ]);
    const whole = (id: string, bounds: string) => `${id}: {person: {age: {${bounds}}}}`;
    expect(
      codes(
        definitions(
          whole('a', 'atLeast: 20, atMost: 29'),
          whole('b', 'atLeast: 30, atMost: 39'),
          whole('c', 'atLeast: 40, below: 50'),
        ),
      ),
    ).toEqual([]);
    const bands = (...bounds: string[]) =>
      warned(
        `amount: {of: {choose: {when: [${bounds.map((one, i) => `{if: {person: {yearsOfTeaching: {${one}}}}, is: ${i}}`).join(', ')}]}}, atLeast: 0}`,
      );
    expect(bands('atLeast: 7, below: 11', 'atLeast: 11, atMost: 14', 'moreThan: 14')).toEqual([]);
    expect(bands('atLeast: 6, atMost: 10', 'atLeast: 11, atMost: 14')).toEqual(['bands-gap']);
    expect(bands('atLeast: 7, atMost: 11', 'atLeast: 11, atMost: 14')).toEqual(['bands-overlap']);
  });

  test('about a table of bands with a gap, an overlap, or a band nothing reaches', () => {
    const bands = (key: string, ...bounds: string[]) =>
      warned(
        `amount: {of: {lookup: {in: t, by: [${key}]}}, atLeast: 0}`,
        `lookups: {t: {bands: [${bounds.map((one, i) => `{${one}, is: ${i}}`).join(', ')}]}}`,
      );
    const papers = '{count: {record: paper}}';
    const hours = '{sum: {record: training, of: hours}}';
    expect(bands(papers, 'atMost: 10', 'atLeast: 11, atMost: 20', 'atLeast: 21')).toEqual([]);
    expect(bands(hours, 'atMost: 10', 'atLeast: 11, atMost: 20', 'atLeast: 21')).toEqual([
      'bands-gap',
      'bands-gap',
    ]);
    expect(bands(hours, 'below: 10', 'moreThan: 10')).toEqual(['bands-gap']);
    expect(bands(hours, 'atMost: 10', 'moreThan: 10')).toEqual([]);
    expect(bands(hours, 'below: 10.5', 'atLeast: 10.50')).toEqual([]);
    expect(bands(hours, 'atMost: 10', 'atLeast: 10')).toEqual(['bands-overlap']);
    expect(bands(papers, 'atLeast: 5', 'atLeast: 9')).toEqual(['unreachable-clause']);
    expect(
      warned(
        `amount: {of: {lookup: {in: t, by: [${hours}]}}, atLeast: 0}`,
        'lookups: {t: {bands: [{below: 5, is: 1}, {atLeast: 6, is: 2}], else: 0}}',
      ),
    ).toEqual([]);
  });

  test('about a number in the words that is not the number that is run', () => {
    const say = (zh: string, en: string, test: string) =>
      warned(`{say: {zh-CN: ${zh}, en: '${en}'}, ${test}}`);
    const classes = (min: number, within = '5y') =>
      `count: {record: open-class, within: ${within}, min: ${min}}`;
    const [zh, en] = ['近五年举办公开课三次以上', 'three or more open classes in the past five years'];
    expect(say(zh, en, classes(3))).toEqual([]);
    expect(say(zh, en, classes(2))).toEqual(['number-differs']);
    expect(say(zh, en, classes(3, '3y'))).toEqual(['number-differs']);
    expect(say('近５年举办公开课3次以上', en, classes(3))).toEqual([]);
    expect(say(zh, 'two or more open classes in five years', classes(3))).toEqual(['number-differs']);
    expect(
      say('教龄二十年以上', '20 years of teaching or more', 'person: {yearsOfTeaching: {atLeast: 20}}'),
    ).toEqual([]);
    expect(
      say('教龄二十年以上', '20 years of teaching or more', 'person: {yearsOfTeaching: {atLeast: 12}}'),
    ).toEqual(['number-differs']);
    // One is seldom said, and ten thousand is not ten.
    expect(
      say(
        '近三年承担过课题',
        'led a project in the past three years',
        'count: {record: project, within: 3y, min: 1}',
      ),
    ).toEqual([]);
    expect(
      say(
        '著作10万字以上',
        'a book of at least 100,000 characters',
        'max: {record: work, of: characters, min: 100000}',
      ),
    ).toEqual([]);
    const limit = (max: number) =>
      `quota: {limits: [{id: a, per: school, max: ${max}, say: {zh-CN: 每校不超过两名, en: at most two per school}}]}\nties: {keys: [{by: age, prefer: lower}], otherwise: decision}`;
    expect(warned('known: rank', limit(2))).toEqual([]);
    expect(warned('known: rank', limit(3))).toEqual(['number-differs']);
  });

  test('about what no record type can give', () => {
    expect(warned('max: {record: training, of: hours, min: 2001}')).toEqual(['never-satisfiable']);
    expect(warned('max: {record: training, of: hours, min: 40}')).toEqual([]);
    expect(
      warned('count: {record: class-observation, where: {place: {not: [in-school, off-school]}}}'),
    ).toEqual(['never-satisfiable']);
    const run = (min: number) =>
      `run: {record: annual-appraisal, per: year, within: {last: 3, of: year}, min: ${min}}`;
    expect(warned(run(3))).toEqual([]);
    expect(warned(run(4))).toEqual(['never-satisfiable']);
  });

  test('about measures, parameters, populations and tables nobody asks for', () => {
    const more = `measures: {m: {count: {record: paper}}}
parameters: {p: {names: {zh-CN: 参, en: p}, value: 1}}
populations: {o: {names: {zh-CN: 人, en: o}}}
lookups: {t: {rows: {rural: 1}}}`;
    expect(warned('known: rank', more)).toEqual(Array.from({ length: 4 }, () => 'unused-definition'));
    const used =
      'amount: {of: {add: [{measure: m}, {parameter: p}, {size: o}, {lookup: {in: t, by: setting}}]}, atLeast: 1}';
    expect(warned(used, more)).toEqual([]);
  });

  test('about a window of time that may be set to any length', () => {
    const look = (bounds: string) =>
      `parameters: {back: {names: {zh-CN: 回看, en: back}, value: 5${bounds}}}`;
    const count = 'count: {record: paper, within: {parameter: back, in: years}}';
    expect(warned(count, look(''))).toEqual(['window-without-bound']);
    expect(warned(count, look(', max: 8'))).toEqual([]);
    // What somebody was granted is read whole in any case.
    const held = 'holds: {title: city-backbone, within: {parameter: back, in: years}}';
    expect(warned(held, look(''))).toEqual([]);
    // How long a title lasts is no window.
    const grants = 'grants: {title: city-backbone, term: {parameter: back, in: years}}';
    expect(warned('known: rank', `${look('')}\n${grants}`)).toEqual([]);
  });

  test('about numbers left to a level whose units a limit counts across', () => {
    const limit = (per: string) => `quota: {limits: [{id: a, per: ${per}, max: {parameter: most}}]}`;
    const found = (per: string, setBy: string, where = limit(per)) => {
      const more = `parameters: {most: {names: {zh-CN: 最多, en: most}, value: 2${setBy}}}
ties: {keys: [{by: age, prefer: lower}], otherwise: decision}
${where}`;
      const file = around('known: rank', more).replace('scope: school', 'scope: city');
      return codes(ready(loadProgramme(file, { vocabulary })).warnings);
    };
    for (const per of ['county', 'school', 'group']) expect(found(per, ', setBy: county')).toEqual([]);
    for (const per of ['subject', 'stage', 'round']) {
      expect(found(per, ', setBy: county')).toEqual(['number-out-of-reach']);
      // Unless it says, the level below.
      expect(found(per, '')).toEqual(['number-out-of-reach']);
      expect(found(per, ', setBy: city')).toEqual([]);
    }
    expect(found('county', ', setBy: school')).toEqual(['number-out-of-reach']);
    const days =
      'route: [{id: p, names: {zh-CN: 公示, en: p}, actor: city, does: publicise, publicity: {days: {parameter: most}}}]';
    expect(found('', ', setBy: county', days)).toEqual(['number-out-of-reach']);
    expect(found('', ', setBy: city', days)).toEqual([]);
    const cap = (level: string, setBy: string) => {
      const more = `bodies: {jury: {names: {zh-CN: 评审组, en: jury}, level: ${level}}}
parameters: {most: {names: {zh-CN: 最多, en: most}, value: 2${setBy}}}`;
      const decide = 'decide: {by: jury, needs: [reason], cap: {count: {parameter: most}}}';
      const file = around(decide, more).replace('scope: school', 'scope: city');
      return codes(ready(loadProgramme(file, { vocabulary })).warnings);
    };
    expect([cap('city', ', setBy: county'), cap('city', '')]).toEqual(Array(2).fill(['number-out-of-reach']));
    for (const level of ['county', 'school']) expect(cap(level, ', setBy: county')).toEqual([]);
    // Below a school nobody sets any.
    const own = `parameters: {most: {names: {zh-CN: 最多, en: most}, value: 2}}
ties: {keys: [{by: age, prefer: lower}], otherwise: decision}
${limit('subject')}`;
    expect(warned('known: rank', own)).toEqual([]);
  });

  test('and a file without faults gets no warning', () => {
    const result = loadProgramme(around('person: {age: {below: 45}}'), { vocabulary });
    expect(result).toMatchObject({ ok: true, warnings: [] });
  });
});
