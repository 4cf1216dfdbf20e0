import { describe, expect, test } from 'vitest';
import { around, ready, vocabulary } from '../../tests/support/language.ts';
import { diffProgrammes } from './diff.ts';
import { loadProgramme } from './load.ts';

const load = (condition: string) => ready(loadProgramme(around(condition), { vocabulary })).programme;
const age = (years: number) => `{id: age, person: {age: {below: ${years}}}}`;

describe('what changed from one version to another', () => {
  test('nothing, when nothing did', () => {
    expect(diffProgrammes(load(`all: [${age(45)}]`), load(`all: [${age(45)}]`))).toEqual([]);
  });

  test('a number of a clause is named by the id of the clause', () => {
    expect(diffProgrammes(load(`all: [${age(45)}]`), load(`all: [{known: rank}, ${age(50)}]`))).toEqual([
      { kind: 'changed', path: 'eligibility.all.age.person.age.below', before: '45', after: '50' },
      { kind: 'added', path: 'eligibility.all.1.known', before: null, after: 'rank' },
    ]);
  });

  test('a clause taken out is told with all it said', () => {
    expect(
      diffProgrammes(load(`all: [${age(45)}, {known: rank}]`), load('all: [{known: rank}]')),
    ).toContainEqual({
      kind: 'removed',
      path: 'eligibility.all.age.person.age.below',
      before: '45',
      after: null,
    });
  });
});
