import { describe, expect, test } from 'vitest';
import { codes, dossier, findingOf, loadSource, ready, record } from '../../tests/support/language.ts';
import type { Dossier, RecordFact } from './dossier.ts';
import type { EvaluationContext } from './finding.ts';

// The worked checks computed by hand from the source policies, as far as the language decides them.

const asOf = '2025-04-25';
const city = ready(loadSource('002-3-city-backbone'));
const school = ready(loadSource('002-4-school-backbone'));
const candidates = ready(loadSource('002-5-school-candidates'));

const appraisal = (on: string) =>
  record('annual-appraisal', on, { grade: 'excellent', fields: { year: 2024 } });
const openClass = (on: string, level: string) => record('open-class', on, { level });
const project = (on: string, level: string, grade: string | null, role = 'member') =>
  record('project', on, { level, grade, fields: { role } });
const paper = (on: string, level: string, outcome: string, grade: string | null = null) =>
  record('paper', on, { level, grade, authorOrder: 1, fields: { outcome } });
const certificate = (kind: string, grade: string | null = null) =>
  record('certificate', '2012-06-01', { grade, fields: { kind } });

const allFour = () => [
  appraisal('2024-01-10'),
  openClass('2022-05-01', 'school'),
  openClass('2023-05-01', 'school'),
  openClass('2024-05-01', 'county'),
  project('2023-06-01', 'county', 'third'),
  certificate('computer-rank'),
];

describe('002-3, the city programme', () => {
  const find = (records: readonly RecordFact[], id: string) =>
    findingOf(city.compiled.evaluate(dossier(records), { asOf }), id);

  test('someone who has everything is eligible', () => {
    expect(city.compiled.outcome(dossier(allFour()), { asOf })).toBe('met');
  });

  test('SC03: whoever already is a city backbone teacher is refused, even if all four conditions hold', () => {
    const titled = dossier(allFour(), {}, [
      { title: 'city-backbone', from: '2020-09-01', until: '2023-08-31' },
    ]);
    const findings = city.compiled.evaluate(titled, { asOf });
    expect(findings.outcome).toBe('unmet');
    expect(findingOf(findings, 'not-yet-titled').outcome).toBe('unmet');
    for (const id of ['appraisal', 'open-classes', 'research', 'computer']) {
      expect(findingOf(findings, id).outcome).toBe('met');
    }
  });

  test('SC04: three open classes in five years meet; a fourth, six years old, is shown and not counted', () => {
    const old = openClass('2019-04-20', 'city');
    const finding = find(
      [
        openClass('2021-03-01', 'school'),
        openClass('2022-03-01', 'school'),
        openClass('2023-03-01', 'county'),
        old,
      ],
      'open-classes',
    );
    expect(finding).toMatchObject({ outcome: 'met', value: 3, threshold: { atLeast: 3 } });
    expect(finding.notCounted).toEqual([
      { record: old.id, reason: 'outside-window', detail: { key: 'on', value: '2019-04-20' } },
    ]);
  });

  test('SC05: a county project with a third prize meets the research condition without any paper', () => {
    expect(find([project('2023-06-01', 'county', 'third')], 'research').outcome).toBe('met');
  });

  test('SC06: two awarded and one compiled county paper meet; two do not', () => {
    const two = [paper('2022-01-01', 'county', 'award'), paper('2023-01-01', 'district', 'award')];
    expect(find([...two, paper('2024-01-01', 'county', 'compiled')], 'research').outcome).toBe('met');
    expect(find(two, 'research').outcome).toBe('unmet');
  });

  test('SC07: a computer rank certificate is enough without the application certificate', () => {
    expect(find([certificate('computer-rank')], 'computer').outcome).toBe('met');
    expect(find([certificate('computer-application', 'intermediate')], 'computer').outcome).toBe('met');
    expect(find([certificate('computer-application', 'elementary')], 'computer').outcome).toBe('unmet');
  });

  test('SC08: an "excellent" of six years ago does not count', () => {
    expect(find([appraisal('2019-01-10')], 'appraisal').outcome).toBe('unmet');
  });

  test('SC09: counties allocated 150 + 140 + 110 leave six of 406 places unallocated, and it is said', () => {
    const table = { 'quotas/2011.csv': 'county,places\nd01,150\nd02,140\nd03,110\n' };
    const { warnings } = ready(loadSource('002-3-city-backbone', undefined, table));
    const warning = warnings.find(({ code }) => code === 'quota-sum-differs');
    expect(warning?.message.en).toContain('6 unallocated');
    expect(warning?.message['zh-CN']).toContain('尚有 6 个未分配');
    expect(city.programme.tables['quotas/2011.csv']?.sum).toBe(406);
    expect(codes(city.warnings)).not.toContain('quota-sum-differs');
  });

  test('SC10: training that starts in March before the deadline of 25 April is warned of', () => {
    const warning = city.warnings.find(({ code }) => code === 'dates-out-of-order');
    expect(warning).toMatchObject({ path: 'training.period.from' });
    expect(warning?.line).toBeGreaterThan(0);
  });
});

describe('002-4, the school programme', () => {
  test('SC11: exactly three years of teaching and age 45 fail both strict bounds, and the bounds are warned of', () => {
    const teacher = dossier([], { teachingSince: '2022-04-25', birthDate: '1980-04-25' });
    const findings = school.compiled.evaluate(teacher, { asOf });
    expect(findingOf(findings, 'years')).toMatchObject({ outcome: 'unmet', value: 3 });
    expect(findingOf(findings, 'age')).toMatchObject({ outcome: 'unmet', value: 45 });
    const ambiguous = school.warnings.filter(({ code }) => code === 'bound-ambiguous');
    expect(ambiguous).toHaveLength(2);
    const younger = dossier([], { teachingSince: '2022-04-24', birthDate: '1980-04-26' });
    expect(school.compiled.outcome(younger, { asOf })).toBe('met');
  });

  test('SC12: a subject has at most three in principle, so a fourth needs a recorded decision', () => {
    const limit = school.programme.quota?.limits?.find(({ id }) => id === 'per-subject');
    expect(limit).toMatchObject({ per: 'subject', min: 1, max: 3, strength: 'should' });
  });

  test('SC13: the leading group approves only what the teaching office has examined', () => {
    const route = school.programme.route ?? [];
    const approval = route.find(({ id }) => id === 'leading-group-approval');
    expect(approval).toMatchObject({ actor: 'school-leading-group', input: 'office-examination' });
    expect(route.map(({ actor }) => actor).slice(0, 4)).toEqual([
      'applicant',
      'group',
      'school-office',
      'school-leading-group',
    ]);
  });

  const observed = (on: string, hours: number, place = 'in-school') =>
    record('class-observation', on, { fields: { hours, place } });

  test('SC14: one lesson observed in a week misses it, whatever the next week brings', () => {
    const teacher = dossier([
      observed('2025-03-04', 1),
      ...['2025-03-10', '2025-03-11', '2025-03-14'].map((on) => observed(on, 1)),
    ]);
    const week = (from: string, to: string) =>
      school.compiled.duty('weekly-observation', teacher, { from, to }, '2025-07-01')?.outcome;
    expect(week('2025-03-03', '2025-03-09')).toBe('unmet');
    expect(week('2025-03-10', '2025-03-16')).toBe('met');
  });

  test('SC15: 22 hours in school and 4 off school fail the second part', () => {
    const teacher = dossier([
      observed('2025-03-04', 12),
      observed('2025-04-04', 10),
      observed('2025-05-04', 4, 'off-school'),
    ]);
    const finding = school.compiled.duty('observation-hours', teacher, {
      from: '2025-02-10',
      to: '2025-07-10',
    });
    expect(finding?.outcome).toBe('unmet');
    if (!finding) throw new Error('no finding');
    expect(findingOf(finding, 'hours-in-school')).toMatchObject({ outcome: 'met', value: 22 });
    expect(findingOf(finding, 'hours-off-school')).toMatchObject({ outcome: 'unmet', value: 4 });
  });

  test('SC16: no apprentice in one school year is not made good by two in the next', () => {
    const teacher = dossier(
      ['2024-09-10', '2024-10-10'].map((on) => record('mentoring', on, { fields: { apprentice: '李' } })),
    );
    const year = (from: string, to: string) =>
      school.compiled.duty('apprentice', teacher, { from, to })?.outcome;
    expect(year('2023-09-01', '2024-08-31')).toBe('unmet');
    expect(year('2024-09-01', '2025-08-31')).toBe('met');
  });

  test('SC17: one county paper and one conference exchange in a year make two', () => {
    const teacher = dossier([
      paper('2024-03-01', 'county', 'publication'),
      paper('2024-11-01', 'city', 'exchange'),
    ]);
    const finding = school.compiled.duty('publications', teacher, { from: '2024-01-01', to: '2024-12-31' });
    expect(finding).toMatchObject({ outcome: 'met', value: 2 });
  });
});

describe('002-5, the candidates of a school', () => {
  const general = () => [
    project('2024-01-01', 'city', null),
    paper('2015-01-01', 'county', 'publication'),
    openClass('2023-10-10', 'county'),
    record('honour', '2022-09-10', { level: 'county', fields: { kind: 'academic-leader' } }),
  ];
  const refused = { method: 'unmet', prestige: 'unmet', contribution: 'unmet' } as const;
  const ask = (who: Dossier, decisions: EvaluationContext['decisions'] = refused) =>
    candidates.compiled.outcome(who, { asOf, decisions });

  test('SC18: all general conditions and none of the six: not eligible', () => {
    expect(ask(dossier(general()))).toBe('unmet');
  });

  test('SC18: any one of the six makes the difference, by evidence or by a recorded judgement', () => {
    const proofs = [
      record('work', '2010-01-01', { authorOrder: 1, fields: { independent: true } }),
      project('2012-01-01', 'city', null, 'independent'),
      record('award', '2013-01-01', { level: 'district', fields: { kind: 'teaching-achievement' } }),
    ];
    for (const proof of proofs) expect(ask(dossier([...general(), proof]))).toBe('met');
    for (const one of ['method', 'prestige', 'contribution']) {
      expect(ask(dossier(general()), { ...refused, [one]: 'met' })).toBe('met');
    }
    expect(ask(dossier(general()), {})).toBe('needs-decision');
  });

  test('SC19: a district title won six years ago only fails the five-year window', () => {
    const won = (on: string) =>
      findingOf(
        candidates.compiled.evaluate(
          dossier([], {}, [{ title: 'academic-leader', level: 'district', from: on, until: null }]),
          { asOf },
        ),
        'honours',
      ).outcome;
    expect(won('2019-04-20')).toBe('unmet');
    expect(won('2020-04-26')).toBe('met');
  });

  test('SC20: two from each group, eight in all; without a tie rule the file is warned of', () => {
    const { quota, ties } = candidates.programme;
    expect(quota).toMatchObject({ total: 8, limits: [{ id: 'per-group', per: 'group', exactly: 2 }] });
    expect(ties?.otherwise).toBe('decision');
    const silent = ready(
      loadSource('002-5-school-candidates', (text) => text.replace(/^ties:\n( .*\n)+/m, '')),
    );
    expect(codes(silent.warnings)).toContain('cut-without-tie-rule');
    expect(codes(candidates.warnings)).not.toContain('cut-without-tie-rule');
  });

  test('SC23: journal papers meet where the provincial prize is only a third; the joined project meets its part', () => {
    const teacher = dossier([
      paper('2023-01-01', 'province', 'award', 'third'),
      paper('2023-05-01', 'city', 'publication'),
      paper('2024-05-01', 'city', 'publication'),
      project('2023-06-01', 'city', null),
    ]);
    const period = { from: '2022-09-01', to: '2025-08-31' };
    expect(candidates.compiled.duty('term-writings', teacher, period)?.outcome).toBe('met');
    expect(candidates.compiled.duty('term-project', teacher, period)?.outcome).toBe('met');
  });

  test('SC24: a year with neither paper nor project fails the either/or duty in spite of an open class', () => {
    const teacher = dossier([openClass('2024-05-01', 'school')]);
    const period = { from: '2024-01-01', to: '2024-12-31' };
    expect(candidates.compiled.duty('paper-or-project', teacher, period)?.outcome).toBe('unmet');
    expect(candidates.compiled.duty('open-class', teacher, period)?.outcome).toBe('met');
  });

  test('someone past 45 is not refused outright: "generally" asks for a recorded decision', () => {
    const teacher = dossier([...general(), record('work', '2010-01-01', { fields: { independent: true } })], {
      birthDate: '1975-01-01',
    });
    expect(ask(teacher)).toBe('needs-decision');
    expect(ask(teacher, { ...refused, age: 'met' })).toBe('met');
    expect(ask(teacher, { ...refused, age: 'unmet' })).toBe('unmet');
  });
});
