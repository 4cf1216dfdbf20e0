import { describe, expect, test } from 'vitest';
import { clause, dossier, vocabulary } from '../../../../tests/support/language.ts';
import { explainProgramme, sayFinding } from '../../../language/explain.ts';
import {
  type Authority,
  type Decision,
  endOf,
  inForceOn,
  judgeSetting,
  localOf,
  maySet,
  type NumberInForce,
  type NumberSet,
  programmeAt,
  quotaAt,
  readValue,
} from './rules.ts';

/* A city's programme that leaves three numbers to others: one to counties, one to schools, one to whoever is below. */

const { programme, compiled } = clause(
  'amount: {of: {value: yearsOfTeaching}, atLeast: {parameter: least-years}}',
  `parameters:
  least-years: {names: {zh-CN: 最低教龄, en: least years of teaching}, value: 3, min: 1, max: 10, unit: {zh-CN: 年, en: years}, setBy: county}
  hours: {names: {zh-CN: 学时, en: hours}, value: 10, setBy: school}
  places: {names: {zh-CN: 每校名额, en: places for a school}, value: 2, min: 0}
quota: {limits: [{id: own, per: school, max: {parameter: places}}]}
definitions: {unused: {amount: {of: {parameter: hours}, atLeast: 0}}}`,
);
const asked = { programme, vocabulary };
const authority: Authority = { path: '1.', level: 'city' };
const county = { path: '1.2.', level: 'county' } as const;
const school = { path: '1.2.5.', level: 'school' } as const;
const number = (parameter: string, value: string, more: Partial<NumberInForce> = {}): NumberInForce => ({
  parameter,
  value,
  unitName: '青溪县',
  unitPath: '1.2.',
  unitLevel: 'county',
  since: '2026-09-01',
  document: '青教发〔2026〕3号',
  ...more,
});
const kept = (...numbers: NumberInForce[]): NumberSet => ({ authority, numbers });

test('days and places go by the numbers set over a unit, what nobody set there by the programme’s own', () => {
  const { programme: days, vocabulary: words } = clause(
    '{known: rank}',
    `parameters:
  days: {names: {zh-CN: 公示天数, en: days}, value: 5, min: 5, max: 10, setBy: county}
grants: {title: county-backbone, term: {parameter: days, in: months}}
route: [{id: list, names: {zh-CN: 公示, en: publication}, actor: county, does: publicise, publicity: {days: {working: {parameter: days}}}}]`,
  );
  const { path: unitPath, level: unitLevel } = county;
  const set = {
    parameter: 'days',
    value: '7',
    unitPath,
    unitLevel,
    unitName: '甲县',
    since: '2026-01-01',
    document: null,
  };
  const local = localOf({ programme: days, vocabulary: words }, 'digest', { authority, numbers: [set] });
  const at = (path: string) => programmeAt({ programme: days, local }, path);
  expect(at('1.2.').route?.[0]?.publicity?.days).toEqual({ working: 7 });
  expect(at('1.3.').route?.[0]?.publicity?.days).toEqual({ working: 5 });
  expect(at('1.2.').grants?.[0]?.term).toBe('7m');
});

describe('of several published versions', () => {
  const version = (id: string, effectiveOn: string | null, state = 'published') => ({
    id,
    effectiveOn,
    state,
  });
  test('the one in force on a day is the last that has begun; drafts and retired ones never are', () => {
    const all = [
      version('draft', '2026-01-01', 'draft'),
      version('old', '2025-01-01'),
      version('new', '2027-01-01'),
      version('first', null),
      version('gone', '2026-06-01', 'retired'),
    ];
    const on = (day: string) => inForceOn(all, day)?.id;
    expect([on('2024-01-01'), on('2025-01-01'), on('2026-12-31'), on('2027-01-01')]).toEqual([
      'first',
      'old',
      'old',
      'new',
    ]);
    expect(inForceOn(all.slice(0, 1), '2027-01-01')).toBeNull();
  });
});

describe('who may set which number', () => {
  test('the level the file names, an equal one too, and in one line with the unit that keeps the programme', () => {
    expect(maySet(asked, authority, 'least-years', county)).toBe(true);
    expect(maySet(asked, authority, 'least-years', school)).toBe(false);
    expect(maySet(asked, authority, 'hours', school)).toBe(true);
    expect(maySet(asked, authority, 'least-years', { path: '7.2.', level: 'county' })).toBe(false);
  });

  test('where the file names none, the level below the unit that keeps it', () => {
    expect(maySet(asked, authority, 'places', county)).toBe(true);
    expect(maySet(asked, authority, 'places', school)).toBe(false);
    expect(maySet(asked, { path: '1.2.', level: 'county' }, 'places', school)).toBe(true);
    const group = { path: '1.2.5.9.', level: 'group' } as const;
    expect(maySet(asked, { path: '1.2.5.9.', level: 'group' }, 'places', group)).toBe(false);
  });
});

describe('what may be set, and from when', () => {
  const before: Decision[] = [{ id: 'a', value: '4', from: '2026-09-01', until: null }];
  const judge = (text: string, more: Partial<Parameters<typeof judgeSetting>[1]> = {}) => {
    const verdict = judgeSetting(asked, {
      authority,
      unit: county,
      parameter: 'least-years',
      text,
      from: '2026-12-01',
      today: '2026-11-23',
      before,
      ...more,
    });
    return verdict.ok ? verdict.value : [verdict.field, verdict.reason, verdict.expected];
  };

  test('a number within the bounds of the file, with its unit or without', () => {
    expect(judge('5')).toBe('5');
    expect(judge(' ５ 年 ')).toBe('5');
    expect(judge('5 Years')).toBe('5');
    expect(judge('2.50')).toBe('2.5');
  });

  test('each fault has its reason, with what stands in the way', () => {
    expect(judge('0.5')).toEqual(['value', 'below-least', '1']);
    expect(judge('11')).toEqual(['value', 'above-most', '10']);
    expect(judge('five')).toEqual(['value', 'not-a-number', '年']);
    expect(judge('5 月')).toEqual(['value', 'wrong-unit', '年']);
    expect(judge('5%')).toEqual(['value', 'wrong-unit', '年']);
    expect(judge('1e3')).toEqual(['value', 'wrong-unit', '年']);
    expect(judge('0.1234567')).toEqual(['value', 'not-a-number', '年']);
    expect(judge('5', { from: '2026-11-22' })).toEqual(['from', 'in-the-past', '2026-11-23']);
    expect(judge('4')).toEqual(['value', 'as-before', '2026-09-01']);
    expect(judge('5', { unit: school })).toEqual(['parameter', 'not-yours-to-set', 'county']);
    expect(judge('5', { parameter: 'least-yaers' })).toEqual(['parameter', 'no-such-parameter', '']);
    expect(judge('5', { parameter: 'constructor' })).toEqual(['parameter', 'no-such-parameter', '']);
    expect(judge('1.5', { parameter: 'places', before: [] })).toEqual(['value', 'not-whole', '']);
    expect(judge('-1', { parameter: 'places', before: [] })).toEqual(['value', 'below-least', '0']);
  });

  test('never two for one day, nor one before another that is set', () => {
    const later = [...before, { id: 'b', value: '5', from: '2027-01-01', until: null }];
    expect(judge('6', { before: later })).toEqual(['from', 'set-later', '2027-01-01']);
    expect(judge('6', { before: later, from: '2027-01-01' })).toEqual(['from', 'set-that-day', '2027-01-01']);
    expect(judge('6', { before: later, from: '2027-01-02' })).toBe('6');
    // What was taken back before its day stands in nobody's way.
    const never = [...before, { id: 'b', value: '5', from: '2027-01-01', until: '2027-01-01' }];
    expect(judge('6', { before: never })).toBe('6');
  });

  test('a number without a unit is typed alone', () => {
    expect(readValue('5 年', undefined)).toBe('wrong-unit');
    expect(readValue('33 %', { 'zh-CN': '%', en: '%' })).toEqual({ value: '33' });
  });

  test('what is taken back ends today, or never begins', () => {
    expect(endOf({ from: '2026-09-01', until: null }, '2026-11-23')).toBe('2026-11-23');
    expect(endOf({ from: '2026-12-01', until: null }, '2026-11-23')).toBe('2026-12-01');
    expect(endOf({ from: '2026-09-01', until: '2026-10-01' }, '2026-11-23')).toBeNull();
  });
});

describe('whose hold for whom', () => {
  const local = localOf(
    asked,
    'd',
    kept(number('least-years', '5'), number('hours', '12', { unitPath: '1.2.5.', unitLevel: 'school' })),
  );
  const values = (path: string | null) =>
    [...(local.at(path) ?? [])].map(([parameter, { value }]) => `${parameter} ${value.n}`);

  test('those of the units over a place; elsewhere the programme’s own', () => {
    expect(values('1.2.5.9.')).toEqual(['least-years 5', 'hours 12']);
    expect(values('1.2.6.')).toEqual(['least-years 5']);
    expect(local.at('1.3.7.')).toBeUndefined();
    expect(local.at('1.')).toBeUndefined();
    expect(local.at(null)).toBeUndefined();
  });

  test('only those the version still has, allows, and leaves to that level; the others are told', () => {
    const odd = localOf(
      asked,
      'd',
      kept(
        number('least-years', '11'),
        number('gone', '1'),
        number('hours', '5'),
        number('places', '1.5'),
        number('least-years', '4', { unitPath: '1.3.' }),
      ),
    );
    expect(odd.all.map(({ misfit }) => misfit?.reason ?? null)).toEqual([
      'above-most',
      'unknown',
      'not-yours-to-set',
      'not-whole',
      null,
    ]);
    expect(odd.at('1.2.')).toBeUndefined();
    expect(odd.at('1.3.1.')?.get('least-years')?.value).toEqual({ n: 4n, d: 1n });
  });

  test('places that a parameter gives are those of the place', () => {
    const own = localOf(asked, 'd', kept(number('places', '3')));
    const most = (path: string) => quotaAt({ programme, local: own }, path)?.limits?.[0]?.max;
    expect(most('1.2.5.')).toBe(3);
    expect(most('1.3.5.')).toBe(2);
  });
});

describe('a verdict names the number, who set it and since when', () => {
  const local = localOf(asked, 'd', kept(number('least-years', '5'))).at('1.2.');
  const four = dossier([], { teachingSince: '2022-09-01' });
  const judged = (here: boolean) =>
    compiled.evaluate(four, { asOf: '2026-11-30', ...(here && local ? { local } : {}) }).root;

  test('four years are enough where the city’s three hold, and not where the county asks five', () => {
    expect(judged(false).outcome).toBe('met');
    expect(judged(false).local).toBeUndefined();
    expect(judged(true).outcome).toBe('unmet');
    expect(compiled.outcome(four, { asOf: '2026-11-30', ...(local ? { local } : {}) })).toBe('unmet');
    expect(judged(true).local).toEqual([
      {
        parameter: 'least-years',
        value: '5',
        by: '青溪县',
        since: '2026-09-01',
        document: '青教发〔2026〕3号',
        instead: '3',
      },
    ]);
  });

  test('in words of both languages, through JSON too', () => {
    const stored = JSON.parse(JSON.stringify(judged(true)));
    const zh = sayFinding(stored, programme, vocabulary, 'zh-CN');
    expect(zh.summary).toContain(
      '“最低教龄”方案定 3 年；青溪县自 2026-09-01 起定为 5 年（青教发〔2026〕3号）。',
    );
    expect(zh.clause).toContain('最低教龄（5）');
    const en = sayFinding(stored, programme, vocabulary, 'en');
    expect(en.summary).toContain(
      'least years of teaching: 3 years in the programme; 青溪县 has set 5 years from 2026-09-01',
    );
    const own = sayFinding(judged(false), programme, vocabulary, 'zh-CN');
    expect(own.summary).not.toContain('方案定');
  });

  test('the text of the policy says who may set it', () => {
    expect(JSON.stringify(explainProgramme(programme, vocabulary, 'zh-CN'))).toContain('最低教龄');
  });
});
