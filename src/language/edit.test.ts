import { describe, expect, test } from 'vitest';
import { around, ready, sourceText, vocabulary } from '../../tests/support/language.ts';
import { differences } from './differences.ts';
import { knobsOf, turn } from './edit.ts';
import { loadProgramme } from './load.ts';
import { sayTrail } from './say/changes.ts';

const text = around(`id: eligible
all:
  # Asked since 2011.
  - {id: age, person: {age: {below: 45}}}
  - id: papers
    strength: should
    count: {record: paper, where: {level: {atLeast: city}}, within: 3y, min: 2}
  - amount: {of: {multiply: [0.5, {count: {record: lecture}}]}, atLeast: 1}`);

describe('the values of a programme that people turn', () => {
  test('are its numbers, lengths, days and choices, each with the clause it belongs to', () => {
    expect(knobsOf(text).map(({ path, kind, value }) => `${path} ${kind} ${value}`)).toEqual([
      'eligibility.all[0].person.age.below number 45',
      'eligibility.all[1].strength choice should',
      'eligibility.all[1].count.within duration 3y',
      'eligibility.all[1].count.min number 2',
      'eligibility.all[2].amount.of.multiply[0] decimal 0.5',
      'eligibility.all[2].amount.atLeast decimal 1',
    ]);
    expect(knobsOf(text)[3]?.owner).toBe('eligibility.all[1]');
  });

  test('are themselves, though they stand in quotes; what stands there instead stands without', () => {
    const file = around(`id: papers
strength: 'should'
from: "2025-01-01"
count: {record: paper, within: "3y", min: 2}`);
    expect(knobsOf(file).map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'choice should',
      'day 2025-01-01',
      'duration 3y',
      'number 2',
    ]);
    expect(turn(file, 'eligibility.count.within', '4y')).toContain('within: 4y, min');
    // What ends with its line is not turned: what follows would stand on it.
    expect(knobsOf(file.replace("'should'", '|-\n    should')).map(({ kind }) => kind)).toEqual([
      'day',
      'duration',
      'number',
    ]);
  });

  test('are not in what is called like something every object has', () => {
    for (const key of ['constructor', 'toString', '__proto__'])
      for (const odd of [
        `${key}: {a: 1}`,
        `quota: {${key}: 3, total: 5}`,
        `parameters: {${key}: {value: 1}}`,
      ])
        expect(knobsOf(`${odd}\nterm: {most: 2}`).map(({ path }) => path)).toContain('term.most');
    expect(knobsOf('eligibility: {constructor: 3, count: {valueOf: 2, min: 4}}')).toHaveLength(1);
  });

  test('are told by where they stand, in words: what keys mean, what things are called', () => {
    const file = around(
      '{known: rank}',
      `lookups: {points: {names: {zh-CN: 计分表, en: points}, rows: {city: {first: 6}}}}
route:
  - {id: list, names: {zh-CN: 名单公示, en: publication}, actor: city, does: publicise, publicity: {days: {working: 5}}}
duties: [{id: talks, per: year, require: {count: {record: lecture, min: 2}}}]`,
    );
    const { programme } = ready(loadProgramme(file, { vocabulary }));
    const told = (locale: 'zh-CN' | 'en') =>
      knobsOf(file).map(({ path, trail }) => [path, sayTrail(trail, locale, { programme, vocabulary })]);
    expect(told('zh-CN')).toEqual(
      expect.arrayContaining([
        ['lookups.points.rows.city.first', '对照表 › 计分表 › 按名目 › 市级 › 一等奖'],
        ['route[0].publicity.days.working', '推荐办法与程序 › 名单公示 › 公示 › 公示期'],
        ['duties[0].require.count.min', '职责 › talks › 在每一周期内考查 › 符合条件的记录数'],
      ]),
    );
    expect(told('en')).toEqual(
      expect.arrayContaining([
        [
          'route[0].publicity.days.working',
          'the stages of the procedure › publication › publication › how long it is published',
        ],
      ]),
    );
    // A file that is not yet a programme is told as far as it goes.
    const [first] = knobsOf('lookups: {points: {rows: {city: {first: 6}}}}');
    expect(first && sayTrail(first.trail, 'zh-CN', null)).toBe('对照表 › points › 按名目 › city › first');
  });

  test('change in the text itself: comments, order and all else stay', () => {
    const later = turn(text, 'eligibility.all[1].count.min', '3') ?? '';
    expect(later).toBe(text.replace('min: 2', 'min: 3'));
    expect(later).toContain('# Asked since 2011.');
    const [before, after] = [text, later].map((one) => ready(loadProgramme(one, { vocabulary })).programme);
    expect(before && after && differences(before, after).map(({ path }) => path)).toEqual([
      'eligibility.all[1].count.min',
    ]);
  });

  test('of a whole policy can each be found again, and turned to what they are', () => {
    const source = sourceText('002-2-county-summer', '1.yaml');
    const knobs = knobsOf(source);
    expect(knobs.length).toBeGreaterThan(20);
    for (const { path, value } of knobs) expect(turn(source, path, value)).toBe(source);
  });

  test('are none where the text is no YAML, and nothing turns what is not there', () => {
    expect(knobsOf('a: [')).toEqual([]);
    expect(turn(text, 'eligibility.all[9].count.min', '3')).toBeNull();
  });
});
