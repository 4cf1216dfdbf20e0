import { describe, expect, test } from 'vitest';
import { around, ready, sourceText, vocabulary } from '../../tests/support/language.ts';
import { diffProgrammes } from './diff.ts';
import { knobsOf, turn } from './edit.ts';
import { loadProgramme } from './load.ts';

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

  test('change in the text itself: comments, order and all else stay', () => {
    const later = turn(text, 'eligibility.all[1].count.min', '3') ?? '';
    expect(later).toBe(text.replace('min: 2', 'min: 3'));
    expect(later).toContain('# Asked since 2011.');
    const [before, after] = [text, later].map((one) => ready(loadProgramme(one, { vocabulary })).programme);
    expect(before && after && diffProgrammes(before, after).map(({ path }) => path)).toEqual([
      'eligibility.all.papers.count.min',
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
