import { describe, expect, test } from 'vitest';
import { clause, dossier, vocabulary } from '../../../tests/support/language.ts';
import { checkParameters, parameterReasons } from './parameters.ts';
import { type Version, versionFor, versionReasons } from './versions.ts';

const version = (name: string, yaml: string): Version => {
  const { programme, compiled } = clause('known: rank', `versions: ${yaml}`);
  return { programme: { ...programme, version: name }, applies: compiled.applies };
};
const ask = (versions: readonly Version[], began: string, asOf: string, chosen?: string, who = dossier()) =>
  versionFor(versions, { began, dossier: who, ...(chosen ? { chosen } : {}) }, { asOf });

describe('which version applies to whom', () => {
  test('IN01: who began before 1 September 2021 finishes under the old rule by 1 September 2023, or moves', () => {
    const nqt = version('nqt', '{from: 2008-09-01, until: 2021-08-31}');
    const ecf = version('ecf', '{from: 2021-09-01, running: keep, keepUntil: 2023-09-01}');
    const both = [ecf, nqt];
    expect(ask(both, '2020-09-01', '2022-05-01')).toMatchObject({ version: 'nqt', reason: 'kept' });
    expect(ask(both, '2020-09-01', '2023-09-01')).toMatchObject({ version: 'nqt' });
    expect(ask(both, '2020-09-01', '2023-09-02')).toMatchObject({ version: 'ecf', reason: 'keeping-over' });
    expect(ask(both, '2021-09-01', '2022-05-01')).toMatchObject({ version: 'ecf', reason: 'in-force' });
    expect(ask(both, '2020-09-01', '2021-08-31')).toMatchObject({ version: 'nqt', reason: 'in-force' });
  });

  test('IN11: where they overlap and people may choose, nothing applies before they have chosen', () => {
    const old = version('old', '{until: 2023-08-31}');
    const fresh = version('new', '{from: 2020-09-01, running: choose}');
    const open = ask([old, fresh], '2019-09-01', '2021-01-01');
    expect(open).toMatchObject({ outcome: 'needs-decision', reason: 'choice-open', options: ['old', 'new'] });
    expect(ask([old, fresh], '2021-09-01', '2022-01-01').reason).toBe('choice-open');
    expect(ask([old, fresh], '2021-09-01', '2022-01-01', 'old')).toMatchObject({
      version: 'old',
      reason: 'chosen',
    });
    expect(ask([old, fresh], '2019-09-01', '2021-01-01', 'new')).toMatchObject({ version: 'new' });
    expect(ask([old, fresh], '2023-09-01', '2024-01-01')).toMatchObject({
      version: 'new',
      reason: 'in-force',
    });
  });

  test('a later version that says nothing of those under way leaves them theirs; one that moves them moves them', () => {
    const first = version('1', '{from: 2010-01-01}');
    const second = version('2', '{from: 2015-01-01}');
    const third = version('3', '{from: 2020-01-01, running: move}');
    expect(ask([first, second], '2012-01-01', '2018-01-01')).toMatchObject({ version: '1', reason: 'kept' });
    expect(ask([first, second, third], '2012-01-01', '2021-01-01')).toMatchObject({
      version: '3',
      reason: 'moved',
    });
    expect(ask([first, second, third], '2016-01-01', '2018-01-01')).toMatchObject({ version: '2' });
  });

  test('CN06: under the later version old titles are called what they are now', () => {
    const old = version('old', '{from: 2010-01-01}');
    const now = version(
      'now',
      '{from: 2018-01-01, running: move, maps: [{from: chief-teacher, to: city-special-grade}]}',
    );
    expect(ask([old, now], '2012-01-01', '2019-01-01').maps).toEqual({
      'chief-teacher': 'city-special-grade',
    });
    expect(ask([old, now], '2012-01-01', '2017-01-01').maps).toEqual({});
  });

  test('IN14: what ended for all without a successor applies to nobody; what has not begun neither', () => {
    const role = version('role', '{from: 2014-01-01, until: 2026-01-28}');
    expect(ask([role], '2020-01-01', '2026-01-28')).toMatchObject({ outcome: 'met', version: 'role' });
    expect(ask([role], '2020-01-01', '2026-01-29')).toMatchObject({ outcome: 'unmet', reason: 'expired' });
    expect(ask([role], '2013-01-01', '2013-06-01')).toMatchObject({ outcome: 'unmet', reason: 'not-yet' });
  });

  test('IN02: a version for one cohort concerns that cohort only, and what is not documented leaves it open', () => {
    const all = version('all', '{from: 2020-01-01}');
    const rural = version('rural', '{from: 2022-01-01, running: move, applies: {person: {setting: rural}}}');
    const who = (setting: string | null) => dossier([], { setting });
    expect(ask([all, rural], '2021-01-01', '2023-01-01', undefined, who('rural')).version).toBe('rural');
    expect(ask([all, rural], '2021-01-01', '2023-01-01', undefined, who('urban')).version).toBe('all');
    expect(ask([all, rural], '2021-01-01', '2023-01-01', undefined, who(null))).toMatchObject({
      outcome: 'missing',
      reason: 'concern-open',
    });
    expect(ask([rural], '2021-01-01', '2023-01-01', undefined, who('urban')).reason).toBe('concerns-nobody');
  });
});

describe('numbers set locally stay within what the programme allows', () => {
  const { programme } = clause(
    'known: rank',
    'parameters: {share: {names: {zh-CN: 比例, en: share}, value: 5, min: 3, max: 10, setBy: county}}',
  );
  const check = (given: Record<string, string>, by?: string) =>
    checkParameters(programme, vocabulary, given, by).problems.map(({ reason, expected }) => [
      reason,
      expected,
    ]);

  test('within its bounds, set by whoever may', () => {
    expect(checkParameters(programme, vocabulary, { share: '3.5' }, 'district').outcome).toBe('met');
    expect(check({ share: '2.9' })).toEqual([['below-least', '3']]);
    expect(check({ share: '10.01' })).toEqual([['above-most', '10']]);
    expect(check({ share: '5' }, 'school')).toEqual([['not-yours-to-set', 'county']]);
    expect(check({ share: 'five' })).toEqual([['not-a-number', undefined]]);
    expect(check({ shrae: '5' })).toEqual([['unknown', 'share']]);
  });

  test('every reason has words in both languages', () => {
    for (const names of [...Object.values(parameterReasons), ...Object.values(versionReasons)]) {
      expect(names['zh-CN'] && names.en).not.toBe('');
    }
  });
});
