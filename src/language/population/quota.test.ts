import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  around,
  codes,
  dossier,
  loadSource,
  policy,
  problemsOf,
  ready,
  vocabulary,
} from '../../../tests/support/language.ts';
import type { Person } from '../dossier.ts';
import { loadProgramme } from '../load.ts';
import { policyText } from '../say/policy.ts';
import { fill } from './fill.ts';
import type { ListReport } from './list.ts';
import type { Participant } from './participant.ts';

const asOf = '2025-04-25';
const someone = (
  id: string,
  person: Partial<Person> = {},
  belongs: NonNullable<Participant['belongs']> = {},
): Participant => ({ id, dossier: dossier([], { id, ...person }), belongs });
const many = (n: number, prefix: string, person: Partial<Person> = {}, belongs = {}): Participant[] =>
  Array.from({ length: n }, (_, i) => someone(`${prefix}${i + 1}`, person, belongs));
const of = ({ findings }: ListReport, id: string, group: string | null = null) => {
  const found = findings.find((one) => one.id === id && one.group === group);
  if (!found) throw new Error(`no finding ${id} ${group}`);
  return found;
};

describe('CN16: how many of one subject in one stage depends on the places of the unit', () => {
  const { compiled } = policy(`
quota:
  limits:
    - id: per-subject
      per: subject-and-stage
      most: {step: {of: {places: quota}, from: [{atLeast: 20, is: 5}, {atLeast: 10, is: 3}]}}
`);
  const list = many(6, 't', { subject: '语文', stage: 'primary' });
  const check = (quota: number) => compiled.checkList(list, { asOf, places: { quota } });

  test('with 22 places six of primary Chinese are one too many', () => {
    expect(of(check(22), 'per-subject', 'primary|语文')).toMatchObject({
      reason: 'too-many',
      found: 6,
      allowed: '5',
      by: 1,
      effect: 'unmet',
    });
    expect(check(22).outcome).toBe('unmet');
  });

  test('with 15 places the limit is 3, with exactly 10 and 20 those of the higher step', () => {
    const most = (quota: number) => compiled.quota({ asOf, places: { quota } }).limits[0]?.most?.value;
    expect([20, 19, 15, 10].map(most)).toEqual(['5', '3', '3', '3']);
    expect(of(check(15), 'per-subject', 'primary|语文').by).toBe(3);
  });

  test('with 9 places no limit is stated, and six are no fault', () => {
    expect(compiled.quota({ asOf, places: { quota: 9 } }).limits[0]?.most).toBeNull();
    expect(check(9)).toMatchObject({ outcome: 'met', used: 6, empty: 3 });
  });

  test('without the number of places nothing is said for certain', () => {
    const report = compiled.checkList(list, { asOf });
    expect(of(report, 'per-subject', 'primary|语文')).toMatchObject({
      reason: 'bound-unknown',
      outcome: 'missing',
    });
    expect(report.outcome).toBe('missing');
  });

  test('whose subject is not known is said to be of no known group', () => {
    const report = compiled.checkList([someone('x', { subject: null })], { asOf, places: { quota: 22 } });
    expect(of(report, 'per-subject')).toMatchObject({ reason: 'group-unknown', effect: 'missing' });
  });
});

describe('CN09: 1,100 places in parts; leaders at most and rural teachers at least 15 % of a list', () => {
  const { compiled } = policy(`
quota:
  total: 1100
  parts:
    - {id: secondary, places: 450, who: {person: {stage: {in: [junior, senior]}}}}
    - {id: primary, places: 450, who: {person: {stage: primary}}}
    - {id: kindergarten, places: 200, who: {person: {stage: kindergarten}}}
  shares:
    - {id: leaders, who: {person: {administrator: true}}, per: county, maxPercent: 15}
    - {id: rural, who: {person: {setting: rural}}, per: county, minPercent: 15}
`);
  const county = (leaders: number, rural: number, rest: number) => [
    ...many(leaders, 'l', { administrator: true, setting: 'urban' }, { county: 'd1' }),
    ...many(rural, 'r', { administrator: false, setting: 'rural' }, { county: 'd1' }),
    ...many(rest, 'o', { administrator: false, setting: 'urban' }, { county: 'd1' }),
  ];

  test('of 20 nominees four leaders are one too many and two rural teachers one too few', () => {
    const report = compiled.checkList(county(4, 2, 14), { asOf });
    expect(of(report, 'leaders', 'd1')).toMatchObject({ reason: 'too-many', found: 4, allowed: '3', by: 1 });
    expect(of(report, 'rural', 'd1')).toMatchObject({ reason: 'too-few', found: 2, allowed: '3', by: 1 });
    expect(report.outcome).toBe('unmet');
  });

  test('three and three are kept exactly at the bound', () => {
    expect(compiled.checkList(county(3, 3, 14), { asOf }).outcome).toBe('met');
  });

  test('without rounding a share is compared exactly: 3 of 19 are more than 15 %', () => {
    expect(of(compiled.checkList(county(3, 3, 13), { asOf }), 'leaders', 'd1')).toMatchObject({
      reason: 'too-many',
      allowed: '2.85',
      by: 1,
    });
  });

  test('a nominee of whom it is not known whether they lead a school leaves the share open', () => {
    const list = [...county(3, 3, 13), someone('x', { setting: 'urban' }, { county: 'd1' })];
    expect(of(compiled.checkList(list, { asOf }), 'leaders', 'd1')).toMatchObject({
      reason: 'not-sure',
      found: 3,
      open: 1,
      effect: 'missing',
    });
  });

  test('the parts make up the whole, and each nominee takes a place of their stage', () => {
    const { left, parts } = compiled.quota({ asOf });
    expect(left).toBe('0');
    expect(parts.map(({ id, places }) => [id, places.whole])).toEqual([
      ['secondary', 450],
      ['primary', 450],
      ['kindergarten', 200],
    ]);
    const report = compiled.checkList(
      [someone('k', { stage: 'kindergarten' }), someone('s', { stage: 'senior' })],
      { asOf },
    );
    expect(report.seats.map(({ part }) => part)).toEqual(['kindergarten', 'secondary']);
    expect(report).toMatchObject({ used: 2, empty: 1098 });
  });

  test('a nominee no part is for has no place', () => {
    const report = compiled.checkList([someone('v', { stage: 'vocational' })], { asOf });
    const lost = report.findings.find(({ rule, id }) => rule === 'part' && id === null);
    expect(lost).toMatchObject({ reason: 'too-many', allowed: '0', by: 1, ids: ['v'] });
  });
});

describe('CN07: shares of staff, and at least one in each subject', () => {
  const { compiled } = policy(`
populations:
  staff: {names: {zh-CN: 教职工, en: staff}}
  young: {names: {zh-CN: 教龄3至5年者, en: 3 to 5 years}, who: {person: {yearsOfTeaching: {atLeast: 3, atMost: 5}}}}
  subjects: {names: {zh-CN: 学科, en: subjects}, distinct: subject}
quota:
  parts:
    - {id: rookie, title: rookie-star, places: {multiply: [{size: young}, 0.1]}}
    - id: leader
      title: academic-leader
      places: {greatest: [{multiply: [{size: staff}, 0.05]}, {size: subjects}]}
    - {id: backbone, title: school-backbone, places: {multiply: [{size: staff}, 0.1]}}
`);
  const subjects = ['语文', '数学', '英语', '科学'];
  const staff = Array.from({ length: 58 }, (_, i) =>
    someone(`s${i}`, {
      subject: subjects[i % 4] ?? null,
      teachingSince: i < 14 ? '2021-09-01' : '2005-09-01',
    }),
  );

  test('of 58 staff in 4 subjects 14 have three to five years: 1.4, 4 and 5.8 places', () => {
    const { sizes, unsure } = compiled.populations(staff, { asOf });
    expect(sizes).toEqual({ staff: 58, young: 14, subjects: 4 });
    expect(unsure).toEqual({});
    const { parts } = compiled.quota({ asOf, sizes });
    expect(parts.map(({ places }) => places)).toEqual([
      { value: '1.4', whole: null, reason: 'not-whole' },
      { value: '4', whole: 4, reason: null },
      { value: '5.8', whole: null, reason: 'not-whole' },
    ]);
  });

  test('someone whose years are not known makes the size uncertain, and is named', () => {
    const { sizes, unsure } = compiled.populations([...staff, someone('x', { teachingSince: null })], {
      asOf,
    });
    expect(sizes).toEqual({ staff: 59, subjects: 4 });
    expect(unsure).toEqual({ young: ['x'] });
    expect(compiled.quota({ asOf, sizes }).parts[0]?.places).toEqual({
      value: null,
      whole: null,
      reason: 'size-unknown',
    });
  });
});

describe('CN30: academic leaders 8 % and backbone 10 % of the staff of each subject, rounded half up', () => {
  const { compiled } = policy(`
populations:
  staff: {names: {zh-CN: 教职工, en: staff}}
quota:
  parts:
    - {id: chief, per: subject, places: 1, title: special-grade}
    - id: leader
      per: subject
      title: academic-leader
      places: {round: {of: {multiply: [{size: staff}, 0.08]}, mode: half-up}}
    - id: backbone
      per: subject
      title: school-backbone
      places: {round: {of: {multiply: [{size: staff}, 0.1]}, mode: half-up}}
  vacancies: true
route:
  - id: group
    names: {zh-CN: 教研组推荐, en: groups}
    actor: group
    does: recommend
    takeLeast: {multiply: [{size: staff}, 0.18]}
    take: {multiply: [{size: staff}, 0.25]}
`);
  const staff = [
    ...many(19, 'm', { subject: '数学' }),
    ...many(30, 'c', { subject: '语文' }),
    ...many(3, 'e', { subject: '英语' }),
  ];
  const { groups } = compiled.populations(staff, { asOf });

  test('a group of 19 has two leaders and two backbone teachers', () => {
    const { parts } = compiled.quota({ asOf, groups });
    const places = (group: string) =>
      parts.filter((one) => one.group === group).map((one) => one.places.whole);
    expect(places('数学')).toEqual([1, 2, 2]);
    expect(places('语文')).toEqual([1, 2, 3]);
    expect(places('英语')).toEqual([1, 0, 0]);
  });

  test('it sends 18 to 25 %: 3.42 to 4.75 persons, which is four', () => {
    expect(compiled.takes('group', { asOf, sizes: { staff: 19 } })).toMatchObject({
      least: { value: '3.42' },
      most: { value: '4.75' },
      from: 4,
      to: 4,
      reason: 'range',
    });
  });

  test('where no whole number lies within the range it is said', () => {
    expect(compiled.takes('group', { asOf, sizes: { staff: 3 } })).toMatchObject({
      from: null,
      to: null,
      reason: 'no-whole-number',
    });
    expect(compiled.takes('group', { asOf })?.reason).toBe('size-unknown');
    expect(compiled.takes('nowhere', { asOf })).toBeNull();
  });

  test('a chief teacher nobody reaches leaves the place empty; a third leader is one too many', () => {
    const list = many(3, 'm', { subject: '数学' }, { title: 'academic-leader' });
    const report = compiled.checkList(list, { asOf, groups });
    expect(of(report, 'leader', '数学')).toMatchObject({ reason: 'too-many', found: 3, allowed: '2', by: 1 });
    expect(of(report, 'chief', '数学')).toMatchObject({ reason: 'within', found: 0, effect: 'met' });
    expect(report.quota.vacancies).toBe(true);
  });
});

describe('CN23: 30 % of staff; holders of bureau titles take no place', () => {
  const { compiled } = policy(`
populations:
  staff: {names: {zh-CN: 教职工, en: staff}, who: {person: {administrator: {not: true}}}}
quota:
  places: {multiply: [{size: staff}, 0.3]}
  outside: {holds: {title: {atLeast: city-backbone}}}
`);
  const titled = (id: string): Participant => ({
    id,
    dossier: dossier([], { id }, [{ title: 'city-backbone', from: '2024-01-01', until: null }]),
  });

  test('staff of 90: 27 places; eight titled stand on the list of 35 beside them', () => {
    const list = [...many(27, 't'), ...Array.from({ length: 8 }, (_, i) => titled(`b${i}`))];
    const report = compiled.checkList(list, { asOf, sizes: { staff: 90 } });
    expect(report.quota).toMatchObject({ places: { whole: 27 }, source: 'formula' });
    expect(report).toMatchObject({ used: 27, empty: 0, outcome: 'met' });
    expect(report.seats.filter(({ state }) => state === 'outside')).toHaveLength(8);
    expect(report.seats).toHaveLength(35);
  });

  test('a twenty-eighth without a title is one too many', () => {
    const report = compiled.checkList(many(28, 't'), { asOf, sizes: { staff: 90 } });
    expect(report.findings[0]).toMatchObject({ rule: 'total', reason: 'too-many', allowed: '27', by: 1 });
  });

  test('who stands on the list twice takes one place and is shown', () => {
    const report = compiled.checkList([someone('a'), someone('a')], { asOf, sizes: { staff: 90 } });
    expect(report.seats.map(({ state }) => state)).toEqual(['takes-place', 'listed-twice']);
    expect(report).toMatchObject({ used: 1, outcome: 'unmet' });
  });
});

describe('places of each city', () => {
  const file = (split: string) =>
    around(
      '{known: rank}',
      `quota: {total: 9, split: ${split}, limits: [{id: each, per: county, max: 2}]}
route: [{id: city, names: {zh-CN: 市级推荐, en: cities}, actor: city, does: recommend, ranking: scored, quota: split}]
ties: {keys: [{by: score, prefer: higher}], otherwise: decision}`,
    );
  const list = [...many(3, 'a', {}, { city: 'c01' }), ...many(1, 'b', {}, { city: 'c02' })];
  const splits = ({ compiled }: ReturnType<typeof ready>) =>
    compiled.checkList(list, { asOf }).findings.filter(({ rule }) => rule === 'split');

  test('are those of its row of the table', () => {
    const loaded = ready(
      loadProgramme(file('{by: city, table: a.csv}'), {
        vocabulary,
        tables: { 'a.csv': 'city,places\nc01,2\nc02,7\n' },
      }),
    );
    expect(splits(loaded)).toMatchObject([
      { group: 'c01', reason: 'too-many', found: 3, allowed: '2', by: 1 },
      { group: 'c02', reason: 'within', found: 1 },
    ]);
    const { tables } =
      policyText({ ...loaded, locale: 'zh-CN' }).sections.find(({ id }) => id === 'quota') ?? {};
    expect(tables?.[0]?.columns[0]).toBe('市（州）');
  });

  test('may be given for each part, as for each of several titles', () => {
    const parts = around(
      '{known: rank}',
      `quota:
  parts:
    - {id: chinese, who: {person: {subject: 语文}}, places: 3, split: {by: city, table: a.csv}}
    - {id: maths, who: {person: {subject: 数学}}, places: 2}
ties: {keys: [{by: age, prefer: lower}], otherwise: decision}`,
    );
    const load = (rows: string) =>
      ready(loadProgramme(parts, { vocabulary, tables: { 'a.csv': `city,places\n${rows}` } }));
    const { compiled, programme } = load('c01,1\nc02,2\n');
    const report = compiled.checkList(
      [
        ...many(2, 'a', { subject: '语文' }, { city: 'c01' }),
        ...many(1, 'b', { subject: '语文' }, { city: 'c02' }),
        ...many(2, 'c', { subject: '数学' }, { city: 'c01' }),
      ],
      { asOf },
    );
    const found = (group: string | null) =>
      report.findings.find((one) => one.id === 'chinese' && one.group === group);
    expect(found('c01')).toMatchObject({ reason: 'too-many', found: 2, allowed: '1', by: 1 });
    expect(found('c02')).toMatchObject({ reason: 'within', found: 1 });
    expect(found(null)).toMatchObject({ reason: 'within', found: 3 });
    const text = JSON.stringify(policyText({ programme, vocabulary, locale: 'zh-CN' }));
    expect(text).toContain('3 名，按市（州）分配，见分配表');
    expect(text).toContain('名额分配表：chinese');
    expect(load('c01,1\nc02,1\n').warnings.map(({ code, path }) => [code, path])).toEqual([
      ['quota-sum-differs', 'quota.parts[0].split.table'],
    ]);
  });

  test('are not known where each round allots them anew, and the text says so', () => {
    const loaded = ready(loadProgramme(file('{by: city}'), { vocabulary }));
    expect(splits(loaded)).toMatchObject([{ reason: 'bound-unknown' }, { reason: 'bound-unknown' }]);
    const text = (locale: 'zh-CN' | 'en') => JSON.stringify(policyText({ ...loaded, locale }));
    expect(text('zh-CN')).toContain('按市（州）分配，每轮另行下达');
    expect(text('en')).toContain('allocated by city anew in each round');
    // What stands directly under a city is in no county: what a limit of each county means for it is said.
    expect(text('zh-CN')).toContain('每个县（区） 不超过 2 名（同一市的市直单位合在一起，视同一个县）');
    expect(text('en')).toContain('those directly under one city stand together as one county');
  });
});

describe('the source programmes', () => {
  /** Without the conditions of the person, which other tests are about, and what quotes them. */
  const openToAll = (text: string) => text.replace(/^(eligibility|forms|ties):[\s\S]*?(?=^[a-z]+:)/gm, '');

  test('SC09: counties allocated 150 + 140 + 110 leave six of 406 unallocated', () => {
    const table = { 'quotas/2011.csv': 'county,places\nd01,150\nd02,140\nd03,110\n' };
    const { compiled } = ready(loadSource('002-3-city-backbone', undefined, table));
    const { split, places } = compiled.quota({ asOf });
    expect(split).toMatchObject({ by: 'county', sum: 400, left: 6 });
    expect(places.whole).toBe(406);
    expect(compiled.quota({ asOf, code: 'd03' })).toMatchObject({ places: { whole: 110 }, source: 'table' });
    expect(compiled.quota({ asOf, code: 'd09' }).places.reason).toBe('size-unknown');
  });

  test('each county is held to its row of the table, and one that has none is shown', () => {
    const table = { 'quotas/2011.csv': 'county,places\nd01,2\nd02,404\n' };
    const { compiled } = ready(loadSource('002-3-city-backbone', openToAll, table));
    const report = compiled.checkList(
      [...many(3, 'a', {}, { county: 'd01' }), ...many(1, 'b', {}, { county: 'd07' })],
      { asOf },
    );
    const split = (group: string) =>
      report.findings.find((one) => one.rule === 'split' && one.group === group);
    expect(split('d01')).toMatchObject({ reason: 'too-many', found: 3, allowed: '2', by: 1 });
    expect(split('d02')).toMatchObject({ reason: 'within', found: 0 });
    expect(split('d07')).toMatchObject({ reason: 'bound-unknown' });
  });

  test('SC12: a fourth nominee of a subject needs a recorded decision, and with it the list stands', () => {
    const { compiled } = ready(loadSource('002-4-school-backbone', openToAll));
    const list = many(4, 'm', { subject: '数学' });
    const report = compiled.checkList(list, { asOf });
    expect(of(report, 'per-subject', '数学')).toMatchObject({
      reason: 'too-many',
      found: 4,
      allowed: '3',
      by: 1,
      strength: 'should',
      outcome: 'unmet',
      effect: 'needs-decision',
    });
    expect(report.outcome).toBe('needs-decision');
    expect(compiled.checkList(list, { asOf, decisions: { 'per-subject': 'met' } }).outcome).toBe('met');
    expect(compiled.checkList(list.slice(1), { asOf }).outcome).toBe('met');
  });

  test('SC20: two of each group are a number of the recommendation; the final list is held to eight', () => {
    const { compiled } = ready(loadSource('002-5-school-candidates', openToAll));
    const five = ['语文', '数学', '英语', '科学', '体育'];
    const ten = five.flatMap((group) => many(2, group, {}, { group }));
    const groupStage = compiled.checkList(ten, { asOf, stage: 'group-evaluation' });
    expect(groupStage.outcome).toBe('met');
    expect(groupStage.findings.map(({ id }) => id)).toEqual(five.map(() => 'per-group'));
    const final = compiled.checkList(ten, { asOf });
    expect(final.findings).toMatchObject([{ rule: 'total', reason: 'too-many', found: 10, by: 2 }]);
    expect(compiled.checkList(ten.slice(0, 8), { asOf })).toMatchObject({ outcome: 'met', empty: 0 });
  });
});

describe('SC34: every subject sends someone; one without applicant or leader names a backbone teacher', () => {
  const { compiled } = policy(`
populations:
  first-choice:
    names: {zh-CN: 课题申报者与学科带头人, en: project applicants and leaders}
    who: {holds: {title: academic-leader}}
eligibility:
  any:
    - {holds: {title: academic-leader}}
    - all:
        - {holds: {title: school-backbone}}
        - {amount: {of: {size: first-choice}, is: 0}}
quota:
  limits:
    - {id: one-per-subject, per: subject, min: 1}
`);
  const titled = (id: string, subject: string, title: string): Participant => ({
    id,
    dossier: dossier([], { id, subject }, [{ title, from: '2020-01-01', until: null }]),
  });
  const staff = [titled('a', '语文', 'academic-leader'), titled('b', '音乐', 'school-backbone')];
  const { groups } = compiled.populations(staff, { asOf });

  test('a subject nobody is named for is one short', () => {
    const report = compiled.checkList(staff.slice(0, 1), { asOf, groups });
    expect(of(report, 'one-per-subject', '语文').effect).toBe('met');
    expect(of(report, 'one-per-subject', '音乐')).toMatchObject({ reason: 'too-few', found: 0, by: 1 });
  });

  test('the backbone teacher may be named where the subject has nobody else, and only there', () => {
    const inSubject = (subject: string) => ({ asOf, sizes: groups.subject?.[subject] ?? {} });
    expect(groups.subject).toEqual({ 语文: { 'first-choice': 1 }, 音乐: { 'first-choice': 0 } });
    const backbone = titled('x', '语文', 'school-backbone').dossier;
    expect(compiled.outcome(backbone, inSubject('音乐'))).toBe('met');
    expect(compiled.outcome(backbone, inSubject('语文'))).toBe('unmet');
  });
});

test('IN14: a within-school role with 0.75 of a full class load is refused where 0.8 must be kept', () => {
  const { compiled } = policy(`
terms:
  attributes:
    classLoad: {names: {zh-CN: 课时量占比, en: class load}, type: number}
eligibility: {amount: {of: {value: classLoad}, atLeast: 0.8}}
quota: {total: 3}
`);
  const report = compiled.checkList(
    [someone('a', { classLoad: 0.75 }), someone('b', { classLoad: 0.8 }), someone('c')],
    { asOf },
  );
  expect(report.seats.map(({ state, open }) => [state, open])).toEqual([
    ['not-eligible', null],
    ['takes-place', null],
    ['takes-place', 'missing'],
  ]);
  expect(report).toMatchObject({ used: 2, empty: 1, outcome: 'unmet' });
});

test('SC38: a mentor of one newcomer has no place for another', () => {
  const { compiled } = policy('quota: {limits: [{id: one-to-one, per: mentor, max: 1}]}\n');
  const pair = (id: string, mentor: string) => someone(id, {}, { mentor });
  expect(compiled.checkList([pair('new', 'm1'), pair('transferred', 'm2')], { asOf }).outcome).toBe('met');
  const report = compiled.checkList([pair('new', 'm1'), pair('transferred', 'm1')], { asOf });
  expect(of(report, 'one-to-one', 'm1')).toMatchObject({ reason: 'too-many', by: 1 });
});

test('CN08: researchers take at most 15 % of the places, not of the nominees', () => {
  const { compiled } = policy(`
quota:
  total: 40
  shares: [{id: researchers, of: places, maxPercent: 15, who: {person: {frontLine: false}}}]
`);
  const list = [...many(6, 'r', { frontLine: false }), ...many(1, 't')];
  expect(compiled.checkList(list, { asOf }).outcome).toBe('met');
  expect(compiled.quota({ asOf }).shares[0]?.most?.value).toBe('6');
});

test('a share with rounding is a whole number of people', () => {
  const { compiled } = policy(
    'quota: {shares: [{id: leaders, maxPercent: 15, rounding: half-up, who: {person: {administrator: true}}}]}\n',
  );
  const list = [...many(3, 'l', { administrator: true }), ...many(16, 't', { administrator: false })];
  expect(of(compiled.checkList(list, { asOf }), 'leaders')).toMatchObject({ allowed: '3', effect: 'met' });
});

test('someone who fits two parts leaves the narrow one to whoever fits no other', () => {
  const { compiled } = policy(`
quota:
  total: 4
  parts:
    - {id: any, places: 2}
    - {id: rural, places: 2, who: {person: {setting: rural}}}
`);
  const list = [...many(3, 'r', { setting: 'rural' }), ...many(1, 'u', { setting: 'urban' })];
  const report = compiled.checkList(list, { asOf });
  expect(report.outcome).toBe('met');
  expect(report.seats.map(({ part }) => part)).toEqual(['any', 'rural', 'rural', 'any']);
});

test('as many as possible are seated, however places overlap', () => {
  const kinds = fc.array(
    fc.record({ fits: fc.uniqueArray(fc.nat(2), { maxLength: 3 }), number: fc.nat(2) }),
    {
      maxLength: 3,
    },
  );
  /** The most that can be seated, by trying every seat for everyone. */
  const most = (people: readonly (readonly number[])[], left: readonly number[]): number => {
    const [first, ...rest] = people;
    if (!first) return 0;
    const seated = first
      .filter((place) => (left[place] ?? 0) > 0)
      .map((place) => {
        const fewer = left.map((n, i) => (i === place ? n - 1 : n));
        return 1 + most(rest, fewer);
      });
    return Math.max(most(rest, left), ...seated);
  };
  fc.assert(
    fc.property(kinds, fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), (who, capacity) => {
      const seated = fill(who, capacity);
      const at = (place: number) => seated.reduce((sum, places) => sum + (places.get(place) ?? 0), 0);
      const everyone = who.flatMap(({ fits, number }) => Array.from({ length: number }, () => fits));
      expect(at(0) + at(1) + at(2)).toBe(most(everyone, capacity));
      capacity.forEach((n, place) => {
        expect(at(place)).toBeLessThanOrEqual(n);
      });
    }),
    { numRuns: 500 },
  );
});

test('a limit without a number, and a share without one, are refused', () => {
  const header = 'programme: trial\nversion: 2025-1\nnames: {zh-CN: 试, en: trial}\nscope: school\n';
  expect(codes(problemsOf(`${header}quota: {limits: [{id: a, per: school}]}\n`))).toEqual(['missing-key']);
  expect(
    codes(problemsOf(`${header}quota: {shares: [{id: a, who: {person: {administrator: true}}}]}\n`)),
  ).toEqual(['missing-key']);
});
