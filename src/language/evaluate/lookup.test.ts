import { describe, expect, test } from 'vitest';
import { around, clause, dossier, problemsOf, record } from '../../../tests/support/language.ts';
import { formatExact } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import { explainProgramme } from '../explain.ts';
import type { EvaluationContext } from '../finding.ts';
import { needsOf } from './needs.ts';

/* Tables looked up by an amount. */

const asOf = '2025-04-25';
const places = `lookups:
  places:
    names: {zh-CN: 名额表, en: places}
    bands:
      - {below: 20, is: 1}
      - {atLeast: 20, atMost: 50, is: 2}
      - {moreThan: 50, is: 3.5}`;
const bySize = `${places}
populations: {staff: {names: {zh-CN: 教师, en: staff}, of: school}}
measures: {m: {lookup: {in: places, by: {size: staff}}}}`;
const years = (other = '') => `lookups:
  years:
    bands:
      - {below: 10, is: {rural: 2, urban: 1}}
      - {atLeast: 10, below: 30, is: {rural: 6}}${other}
measures: {m: {lookup: {in: years, by: [{value: yearsOfTeaching}, setting]}}}`;

function reckon(more: string, who: Dossier = dossier(), context: Partial<EvaluationContext> = {}) {
  const measure = clause('{known: rank}', more).compiled.measure('m');
  const run = { asOf, ...context, spent: new Set<string>() };
  const value = measure?.value(who, run);
  const text = value === undefined ? null : formatExact(value);
  expect(measure?.trace(who, run).value ?? null).toBe(text);
  return text;
}

describe('a table of bands', () => {
  test.each([
    [0, '1'],
    [19, '1'],
    [20, '2'],
    [50, '2'],
    [51, '3.5'],
  ])('of %i people gives %s: the ends belong where they are said to', (staff, is) => {
    expect(reckon(bySize, dossier(), { sizes: { staff } })).toBe(is);
  });
  test('is exact between whole numbers', () => {
    const more = `${places}\nmeasures: {m: {sum: {record: training, each: {lookup: {in: places, by: {divide: {of: {field: hours}, by: 3}}}}}}}`;
    const hours = (number: number) =>
      dossier([record('training', '2025-01-01', { fields: { hours: number } })]);
    expect(reckon(more, hours(59))).toBe('1');
    expect(reckon(more, hours(150))).toBe('2');
    expect(reckon(more, hours(151))).toBe('3.5');
  });
  test('is looked up for nobody whose amount is not documented', () => {
    expect(reckon(bySize)).toBeNull();
    expect(reckon(years(), dossier([], { setting: 'rural', teachingSince: null }))).toBeNull();
    const each = `${places}\nmeasures: {m: {sum: {record: training, each: {lookup: {in: places, by: {field: hours}}}}}}`;
    const records = [
      record('training', '2025-01-01'),
      record('training', '2025-01-02', { fields: { hours: 60 } }),
    ];
    expect(reckon(each, dossier(records))).toBe('3.5');
  });
  test('has columns by a second key; what neither names is its else, or missing', () => {
    const who = (since: string, setting: string | null) => dossier([], { teachingSince: since, setting });
    expect(reckon(years(), who('2015-04-25', 'rural'))).toBe('6');
    expect(reckon(years(), who('2015-04-26', 'rural'))).toBe('2');
    expect(reckon(years(), who('2016-01-01', 'urban'))).toBe('1');
    expect(reckon(years(), who('2015-01-01', 'urban'))).toBeNull();
    expect(reckon(years(), who('1990-01-01', 'rural'))).toBeNull();
    expect(reckon(years(), who('2015-01-01', null))).toBeNull();
    const other = years('\n    else: 0');
    expect(reckon(other, who('2015-01-01', 'urban'))).toBe('0');
    expect(reckon(other, who('1990-01-01', 'rural'))).toBe('0');
  });
  test('reads what its amount rests on', () => {
    const { programme, vocabulary } = clause('{amount: {of: {measure: m}, atLeast: 1}}', years());
    const needs = programme.eligibility && needsOf(programme.eligibility, programme, vocabulary);
    expect(needs?.attributes).toEqual(expect.arrayContaining(['teachingSince', 'setting']));
  });
  test('is printed as a table', () => {
    const { programme, vocabulary } = clause(
      '{known: rank}',
      `${places}\nmeasures: {m: {lookup: {in: places, by: {count: {record: paper}}}}}`,
    );
    const table = (locale: 'zh-CN' | 'en') =>
      explainProgramme(programme, vocabulary, locale).sections.flatMap(({ tables = [] }) => tables)[0];
    expect(table('zh-CN')?.rows).toEqual([
      ['不满 20', '1'],
      ['不少于 20且不超过 50', '2'],
      ['超过 50', '3.5'],
    ]);
    expect(table('en')?.rows.map(([band]) => band)).toEqual([
      'under 20',
      'at least 20 and at most 50',
      'more than 50',
    ]);
  });
});

describe('what a table cannot be', () => {
  const codes = (lookups: string, by = '{count: {record: paper}}') =>
    problemsOf(
      around('{known: rank}', `lookups: {t: {${lookups}}}\nmeasures: {m: {lookup: {in: t, by: ${by}}}}`),
    ).map(({ code, path, expected, nearest }) => [
      code,
      path,
      ...((nearest ?? expected) ? [nearest ?? expected] : []),
    ]);
  test.each([
    ['else: 1', [['missing-key', 'lookups.t', 'rows, bands']]],
    ['bands: [{below: 3, is: 1}], rows: {rural: 1}', [['many-operators', 'lookups.t.bands']]],
    ['bands: [{is: 1}]', [['missing-key', 'lookups.t.bands[0]', 'atLeast, moreThan, atMost, below']]],
    ['bands: [{atLeast: 3, moreThan: 3, is: 1}]', [['many-operators', 'lookups.t.bands[0].moreThan']]],
    ['bands: [{moreThan: 3, atMost: 3, is: 1}]', [['wrong-value', 'lookups.t.bands[0]']]],
    ['bands: [{atLeast: 3, atMost: 3, is: 1}]', []],
  ])('%s', (lookups, problems) => {
    expect(codes(lookups)).toEqual(problems);
  });
  test('rows by name are not looked up by an amount, nor bands by a name', () => {
    expect(codes('rows: {rural: 1}')).toEqual([['wrong-comparison', 'measures.m.lookup.by', 'bands']]);
    expect(codes('bands: [{below: 3, is: 1}]', 'yearsOfTeaching')).toEqual([
      ['wrong-comparison', 'measures.m.lookup.by', '{value: yearsOfTeaching}'],
    ]);
    expect(codes('bands: [{below: 3, is: {rural: 1}}]', '[{count: {record: paper}}, {value: age}]')).toEqual([
      ['wrong-comparison', 'measures.m.lookup.by[1]'],
    ]);
    expect(codes('bands: [{below: 3, is: {rural: 1}}]')).toEqual([['out-of-range', 'measures.m.lookup.by']]);
  });
  test('a row or column of a name the key can never be is named, with the nearest there is', () => {
    expect(codes('rows: {rurel: 1}', 'setting')).toEqual([
      ['unknown-reference', 'lookups.t.rows.rurel', 'rural'],
    ]);
    expect(codes('bands: [{below: 3, is: {rurel: 1}}]', '[{count: {record: paper}}, setting]')).toEqual([
      ['unknown-reference', 'lookups.t.bands[0].is.rurel', 'rural'],
    ]);
  });
});
