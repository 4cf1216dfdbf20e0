import { describe, expect, test } from 'vitest';
import { around, clause, dossier, problemsOf, record } from '../../../tests/support/language.ts';
import type { EvaluationContext } from '../finding.ts';
import { type LedgerReport, ledgerReasons } from './ledger.ts';

const asOf = '2025-12-31';
const trained = (on: string, hours: number, level = 'school', more = {}) =>
  record('training', on, { level, fields: { hours }, ...more });
const ledger = (...lines: string[]) =>
  [
    'ledgers:',
    '  hours:',
    '    names: {zh-CN: 学时, en: hours}',
    '    unit: {zh-CN: 学时, en: hours}',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
const category = (id: string, amount: string, more = '') =>
  `  - {id: ${id}, names: {zh-CN: 类, en: ${id}}, amount: ${amount}${more}}`;
const hours = (where = '', more = '') => `{sum: {record: training, of: hours${where}${more}}}`;

function keep(yaml: string, who = dossier(), context: Partial<EvaluationContext> = {}): LedgerReport {
  const found = clause('known: rank', yaml).compiled.ledger('hours', who, { asOf, ...context });
  if (!found) throw new Error('no ledger');
  return found;
}
const why = ({ reasons }: LedgerReport) => reasons.map(({ reason, of }) => (of ? `${reason} ${of}` : reason));

describe('CN54: 360 hours in five years, at least half of them at county level or above', () => {
  const county = ', where: {level: {atLeast: county}}';
  const file = ledger(
    'cycle: 5y',
    'since: 2021-01-01',
    'atLeast: 360',
    'each: [{per: year, require: {sum: {record: training, of: hours, min: 48}}}]',
    'categories:',
    category('county', hours(county), ', atLeast: 180'),
    category('school', hours(', where: {level: {below: county}}')),
  );
  const years = [2021, 2022, 2023, 2024, 2025];
  const each = (county: number, school: number) =>
    years.flatMap((year) => [trained(`${year}-03-01`, county, 'county'), trained(`${year}-04-01`, school)]);

  test('enough in all, in every year, and at county level', () => {
    const report = keep(file, dossier(each(40, 35)));
    expect(report).toMatchObject({
      outcome: 'met',
      total: '375',
      atLeast: '360',
      period: { from: '2021-01-01', to: '2025-12-31' },
      reasons: [],
    });
    expect(report.categories.map(({ id, value, outcome }) => [id, value, outcome])).toEqual([
      ['county', '200', 'met'],
      ['school', '175', 'met'],
    ]);
    expect(report.each).toHaveLength(5);
  });

  test('what falls short is told: the category, the whole, and a single year', () => {
    expect(why(keep(file, dossier(each(30, 45))))).toEqual(['category-short county']);
    expect(why(keep(file, dossier(each(40, 20))))).toEqual(['total-short']);
    const uneven = each(60, 20).filter(({ on }) => !on?.startsWith('2023'));
    expect(why(keep(file, dossier([...uneven, trained('2024-06-01', 100)])))).toEqual([
      'period-short 2023-01-01',
    ]);
  });

  test('hours before the cycle do not count, and a year still running is not asked for yet', () => {
    const old = trained('2020-12-31', 500, 'county');
    expect(keep(file, dossier([old, ...each(10, 10)])).total).toBe('100');
    const early = keep(file, dossier([]), { asOf: '2022-06-30' });
    expect(early.each.map(({ to }) => to)).toEqual(['2021-12-31']);
    expect(keep(file, dossier([]), { asOf: '2026-01-01' }).period).toEqual({
      from: '2026-01-01',
      to: '2030-12-31',
    });
  });

  test('a total that hangs on hours nobody has confirmed is missing', () => {
    const waiting = each(40, 30).map((one) => ({ ...one, fields: { ...one.fields } }));
    const report = keep(
      file,
      dossier([...waiting, trained('2025-06-01', 20, 'school', { status: 'submitted' })]),
    );
    expect(report.outcome).toBe('missing');
    expect(why(report)).toEqual(['total-short', 'records-waiting']);
  });
});

test('CN54: giving lessons counts 6 each, at most 18 in a year and 40 in the cycle', () => {
  const lectures = '{sum: {record: lecture, each: 6, caps: [{max: 18, per: year}, {max: 40}]}}';
  const file = ledger('cycle: 5y', 'since: 2021-01-01', 'categories:', category('given', lectures));
  const given = (year: number, n: number) =>
    Array.from({ length: n }, (_, i) => record('lecture', `${year}-0${i + 1}-01`));
  expect(keep(file, dossier(given(2022, 2))).total).toBe('12');
  expect(keep(file, dossier(given(2022, 5))).total).toBe('18');
  expect(keep(file, dossier([...given(2022, 5), ...given(2023, 5), ...given(2024, 1)])).total).toBe('40');
});

test('CN55: centralised training 6 hours a credit, other 8, a failed course none', () => {
  const own =
    'terms: {fields: {training: {central: {names: {zh-CN: 集中, en: central}, type: boolean}, failed: {names: {zh-CN: 未通过, en: failed}, type: boolean}}}}';
  const credit =
    '{sum: {record: training, each: {choose: {when: [{where: {failed: true}, is: 0}, {where: {central: true}, is: {divide: {of: {field: hours}, by: 6}}}], else: {divide: {of: {field: hours}, by: 8}}}}}}';
  const file = `${own}\n${ledger('categories:', category('credits', credit))}`;
  const course = (fields: Record<string, boolean>) =>
    record('training', '2025-01-01', { fields: { hours: 24, ...fields } });
  const report = keep(
    file,
    dossier([course({ central: true }), course({}), course({ central: true, failed: true })]),
  );
  expect(report.total).toBe('7');
  expect(report.categories[0]?.trace.records?.map(({ value }) => value)).toEqual(['4', '3', '0']);
});

describe('IN15: two different cuts of one total', () => {
  const own =
    'terms: {fields: {training: {provider: {names: {zh-CN: 承办, en: provider}, type: text}, standard: {names: {zh-CN: 标准, en: standard}, type: text}}}}';
  const by = (field: string, value: string) => hours(`, where: {${field}: ${value}}`);
  const file = `${own}\n${ledger(
    'categories:',
    category('board', by('provider', 'board'), ', atLeast: 25'),
    category('in-house', by('provider', 'school'), ', atLeast: 25'),
    category('values', by('standard', 'values'), ', atLeast: 12, cut: standards'),
    category('knowledge', by('standard', 'knowledge'), ', atLeast: 24, cut: standards'),
    category('development', by('standard', 'development'), ', atLeast: 14, cut: standards'),
  )}`;
  const done = (provider: string, standard: string, of: number) =>
    record('training', '2025-02-01', { fields: { hours: of, provider, standard } });
  const year = [
    done('board', 'values', 12),
    done('board', 'knowledge', 13),
    done('school', 'knowledge', 11),
    done('school', 'development', 14),
  ];

  test('both add up to 50, and the total is not counted twice', () => {
    const report = keep(file, dossier(year));
    expect(report).toMatchObject({ total: '50', outcome: 'met', reasons: [] });
    expect(report.cuts).toEqual([
      { cut: null, total: '50' },
      { cut: 'standards', total: '50' },
    ]);
  });

  test('hours that only one of them knows are told', () => {
    expect(why(keep(file, dossier([...year, done('board', 'other', 5)])))).toEqual(['cuts-differ']);
  });
});

test('SC36: required training missed blocks the declaration for a higher title', () => {
  const file = [
    'definitions: {trained: {sum: {record: training, of: hours, within: {last: 1, of: year}, min: 72}}}',
    ledger('require: {use: trained}', 'categories:', category('all', hours())),
    'treatments: [{id: declaration, kind: link, when: {use: trained}}]',
  ].join('\n');
  const ask = (of: number) => {
    const who = dossier([trained('2025-03-01', of)]);
    const { treatments } = clause('known: rank', file).compiled;
    return [keep(file, who).outcome, treatments(who, { asOf }).entitlements[0]?.enjoyed];
  };
  expect(ask(60)).toEqual(['unmet', false]);
  expect(ask(72)).toEqual(['met', true]);
});

describe('whom and from when', () => {
  test('who is not concerned is told so; cycles that begin on a day nobody documented are not guessed', () => {
    const own = 'terms: {attributes: {registered: {names: {zh-CN: 注册, en: registered}, type: date}}}';
    const file = `${own}\n${ledger(
      'cycle: 2y',
      'since: registered',
      'who: {person: {setting: urban}}',
      'atLeast: 10',
      'categories:',
      category('all', hours()),
    )}`;
    const unknown = keep(file);
    expect(unknown).toMatchObject({ outcome: 'missing', total: null, period: null });
    expect(why(unknown)).toEqual(['not-concerned', 'cycle-unknown']);
    const known = keep(
      file,
      dossier([trained('2025-06-01', 10)], { registered: '2023-05-01', setting: 'urban' }),
    );
    expect(known).toMatchObject({ outcome: 'met', period: { from: '2025-05-01', to: '2027-04-30' } });
  });

  test('two categories of one name are refused, and every reason has words in both languages', () => {
    const twice = ledger('categories:', category('a', hours()), category('a', hours()));
    expect(problemsOf(around('known: rank', twice)).map(({ code }) => code)).toEqual(['duplicate-id']);
    for (const names of Object.values(ledgerReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
  });
});
