import { describe, expect, test } from 'vitest';
import { around, dossier, ready, record, vocabulary } from '../../../tests/support/language.ts';
import { parseExact, whole } from '../../shared/decimal.ts';
import { compile } from '../evaluate.ts';
import type { LocalNumbers } from '../finding.ts';
import { loadProgramme } from '../load.ts';

/* Numbers that a person's own units have set, in place of the programme's: `local` of the context. */

const asOf = '2026-04-25';
const local = (numbers: Readonly<Record<string, string>>): LocalNumbers =>
  new Map(
    Object.entries(numbers).map(([id, value]) => [
      id,
      { value: parseExact(value) ?? whole(0), by: '青山县', since: '2026-01-01', document: null },
    ]),
  );

const file = around(
  `all:
  - {id: points, amount: {of: {measure: points}, atLeast: {parameter: least}}}
  - {id: either, any: [{amount: {of: {parameter: factor}, moreThan: 1}}, {amount: {of: 1, atLeast: 2}}]}
  - {id: not-many, not: {count: {record: paper, min: {parameter: most}}}}`,
  `parameters:
  least: {names: {zh-CN: 最低分, en: least}, value: 3, min: 1, max: 9}
  factor: {names: {zh-CN: 系数, en: factor}, value: 1, min: 0, max: 3}
  most: {names: {zh-CN: 最多几篇, en: most}, value: 4, min: 1, max: 9}
measures:
  points: {names: {zh-CN: 得分, en: points}, multiply: [{count: {record: paper}}, {parameter: factor}]}`,
);
const { programme, compiled } = ready(loadProgramme(file, { vocabulary }));
const author = dossier([record('paper', '2025-01-01'), record('paper', '2025-02-01')]);
const judged = (numbers?: Readonly<Record<string, string>>, by = compiled) => {
  const context = { asOf, ...(numbers ? { local: local(numbers) } : {}) };
  const { root, outcome } = by.evaluate(author, context);
  expect(by.outcome(author, context)).toBe(outcome);
  return root.children;
};
const outcomes = (numbers?: Readonly<Record<string, string>>, by = compiled) =>
  judged(numbers, by).map(({ outcome }) => outcome);

describe('numbers set locally', () => {
  test('take the place of the programme’s own, in measures, bounds and negations', () => {
    expect(outcomes()).toEqual(['unmet', 'unmet', 'met']);
    expect(outcomes({ factor: '1.5' })).toEqual(['met', 'met', 'met']);
    expect(outcomes({ factor: '1.5', least: '4' })).toEqual(['unmet', 'met', 'met']);
    expect(outcomes({ most: '2' })).toEqual(['unmet', 'unmet', 'unmet']);
  });

  test('go before what is set for everyone; what nobody set locally is as that says', () => {
    const everyone = compile(programme, vocabulary, { least: '2', most: '2' });
    expect(outcomes(undefined, everyone)).toEqual(['met', 'unmet', 'unmet']);
    expect(outcomes({ most: '3' }, everyone)).toEqual(['met', 'unmet', 'met']);
    expect(judged({ most: '3' }, everyone)[2]?.local).toMatchObject([{ value: '3', instead: '2' }]);
  });

  test('are exact, and told with each clause that rests on them and no other', () => {
    const [points, either, notMany] = judged({ factor: '1.5' });
    expect(points?.amounts?.[0]?.value).toBe('3');
    expect(points?.local).toMatchObject([{ parameter: 'factor', value: '1.5', instead: '1' }]);
    expect(either?.children[0]?.local).toHaveLength(1);
    expect(notMany?.local).toBeUndefined();
  });

  test('of one person leave the next as they are, however often both are asked', () => {
    const [here, there] = [local({ most: '2' }), local({ most: '3' })];
    const asked = [here, there, here, undefined, there].map(
      (one) => compiled.effects(author, { asOf, ...(one ? { local: one } : {}) })[2],
    );
    expect(asked).toEqual(['unmet', 'met', 'unmet', 'met', 'met']);
  });

  test('of a parameter called as what every object has are its own', () => {
    const named = (condition: string) =>
      ready(
        loadProgramme(
          around(condition, 'parameters: {constructor: {names: {zh-CN: 件数, en: pieces}, value: 3}}'),
          { vocabulary },
        ),
      ).compiled;
    for (const condition of [
      'amount: {of: {count: {record: paper}}, atLeast: {parameter: constructor}}',
      'count: {record: paper, min: {parameter: constructor}}',
    ]) {
      const by = named(condition);
      expect(by.outcome(author, { asOf })).toBe('unmet');
      const set = by.evaluate(author, { asOf, local: local({ constructor: '2' }) });
      expect(set.outcome).toBe('met');
      expect(set.root.local).toMatchObject([{ value: '2', instead: '3' }]);
    }
  });

  test('give how long a title holds; what nobody set locally stays as is set for everyone', () => {
    const { programme: titled } = ready(
      loadProgramme(
        around(
          'known: rank',
          `parameters:
  first: {names: {zh-CN: 一, en: first}, value: 3.0}
  second: {names: {zh-CN: 二, en: second}, value: 2}
grants:
  - {title: academic-leader, when: {count: {record: paper, min: 3}}, term: {parameter: first, in: years}}
  - {title: city-backbone, term: {parameter: second, in: years}}`,
        ),
        { vocabulary },
      ),
    );
    const granted = (set: Readonly<Record<string, string>>, own?: Readonly<Record<string, string>>) =>
      compile(titled, vocabulary, set).granting(author, { asOf, ...(own ? { local: local(own) } : {}) });
    expect(granted({})).toMatchObject({ term: '2y' });
    expect(granted({}, { second: '4' })).toMatchObject({ term: '4y' });
    expect(granted({ second: '5' }, { first: '4' })).toMatchObject({ term: '5y' });
    // However it is written, a length of time is so many years.
    expect(titled.grants?.[0]?.term).toBe('3y');
  });
});
