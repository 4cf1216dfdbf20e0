import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../language/outcome.ts';
import {
  addJudged,
  ageBand,
  type ComparedWith,
  maskEffects,
  maskSmall,
  newLabTally,
  placesBind,
  sizesBeside,
} from './rules.ts';

const groups = { unit: '1.', setting: 'rural', stage: 'primary', subject: '数学', sex: 'female', age: '30' };
const judged = (before: boolean | null, outcome: Outcome, clauses: readonly Outcome[]) => ({
  before,
  after: outcome === 'met',
  outcome,
  clauses,
  groups,
});

describe('what a policy does to people', () => {
  test('gains and losses are counted against the version compared with', () => {
    const tally = newLabTally(['a', 'b']);
    addJudged(tally, judged(false, 'met', ['met', 'met']));
    addJudged(tally, judged(true, 'unmet', ['unmet', 'met']));
    addJudged(tally, judged(true, 'met', ['met', 'met']));
    expect(tally.all).toEqual({ people: 3, before: 2, after: 2, gain: 1, lose: 1 });
    expect(tally.groups.setting.rural).toEqual(tally.all);
  });

  test('whatever a subject is called it is counted by itself', () => {
    const tally = newLabTally(['a']);
    const names = ['constructor', '__proto__', 'toString', '数学'];
    for (const subject of names)
      addJudged(tally, { ...judged(false, 'met', ['met']), groups: { ...groups, subject } });
    const one = { people: 1, before: 0, after: 1, gain: 1, lose: 0 };
    expect(Object.entries(tally.groups.subject)).toEqual(names.map((name) => [name, one]));
    expect(Object.hasOwn(Object.prototype, 'people')).toBe(false);
  });

  test('a clause is told apart by how many it alone keeps out', () => {
    const tally = newLabTally(['a', 'b']);
    addJudged(tally, judged(null, 'unmet', ['unmet', 'unmet']));
    addJudged(tally, judged(null, 'unmet', ['met', 'unmet']));
    addJudged(tally, judged(null, 'unmet', ['missing', 'unmet']));
    expect(tally.clauses.map(({ counts, alone }) => [counts.unmet, alone])).toEqual([
      [1, 0],
      [3, 2],
    ]);
    expect(tally.all).toMatchObject({ gain: 0, lose: 0 });
  });

  test('ages fall in bands by completed years; an undocumented birth in none', () => {
    expect([ageBand('1996-04-26', '2026-04-25'), ageBand('1996-04-25', '2026-04-25')]).toEqual(['0', '30']);
    expect([ageBand('1960-01-01', '2026-04-25'), ageBand(null, '2026-04-25')]).toEqual(['55', '']);
  });
});

describe('small numbers are not shown', () => {
  test('one to four people could be recognised; nobody could not', () => {
    expect(maskSmall([120, 4, 3, 0])).toEqual([120, null, null, 0]);
  });
  test('a single small number goes with the next smallest, or the sum would tell it', () => {
    expect(maskSmall([120, 4, 30, 0])).toEqual([120, null, null, 0]);
    expect(maskSmall([4])).toEqual([null]);
    expect(maskSmall([120, 30])).toEqual([120, 30]);
  });
  test('nor do ones only, or a small number among noughts, follow from the sum', () => {
    expect(maskSmall([120, 30, 1, 1])).toEqual([120, null, null, null]);
    expect(maskSmall([4, 0, 0])).toEqual([null, null, 0]);
  });

  const effect = (people: number, before: number, gain: number, lose: number) => ({
    people,
    before,
    after: before + gain - lose,
    gain,
    lose,
  });
  test('who lose are not had from those before, after and gaining', () => {
    const rows = [effect(400, 120, 0, 2), effect(300, 90, 20, 30), effect(500, 200, 30, 40)];
    const hidden = { before: null, lose: null };
    expect(maskEffects(rows, true)).toEqual([{ ...rows[0], ...hidden }, { ...rows[1], ...hidden }, rows[2]]);
  });
  test('no row and no column is left with one number out, whatever the numbers', () => {
    let seed = 7;
    const upTo = (most: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % most;
    };
    for (let times = 0; times < 300; times += 1) {
      const rows = Array.from({ length: 2 + upTo(6) }, () => {
        const before = upTo(3) * upTo(40);
        return effect(200, before, upTo(12), Math.min(before, upTo(9)));
      });
      const masked = maskEffects(rows, true);
      const columns = ['before', 'after', 'gain', 'lose'] as const;
      for (const row of masked) expect(columns.filter((column) => row[column] === null).length).not.toBe(1);
      for (const column of columns) {
        const cells = masked.map((row) => row[column]);
        expect(cells.filter((cell) => cell === null).length).not.toBe(1);
        expect(cells.some((cell) => cell !== null && cell > 0 && cell < 5)).toBe(false);
      }
    }
  });
  test('places do not tell what is not shown', () => {
    expect([placesBind(3, null), placesBind(3, 8), placesBind(8, 8)]).toEqual([null, true, false]);
  });
});

describe('how many a condition compares people with, beside tables with numbers left out', () => {
  const effect = (people: number) => ({ people, before: 0, after: 0, gain: 0, lose: 0 });
  const tally = (setting: Readonly<Record<string, number>>, unit: Readonly<Record<string, number>> = {}) => {
    const people = Object.values(setting).reduce((sum, n) => sum + n, 0);
    const of = (rows: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(rows).map(([key, n]) => [key, effect(n)]));
    const { groups, ...empty } = newLabTally([]);
    return { ...empty, all: effect(people), groups: { ...groups, setting: of(setting), unit: of(unit) } };
  };
  const population = (people: number, more: Partial<ComparedWith> = {}, unsure = 0): ComparedWith => ({
    name: 'some',
    before: false,
    chosenBy: [],
    sharedBy: [],
    placed: false,
    values: false,
    counted: { people, unsure, groups: 1, on: '2026-11-26' },
    ...more,
  });
  const sizes = (one: ComparedWith, of: ReturnType<typeof tally>) =>
    sizesBeside(one, of, { compared: true, unitPath: '1.' });

  test('it is told where no number left out follows from it', () => {
    expect(sizes(population(140), tally({ urban: 100, rural: 40 }))).toEqual({ people: 140, unsure: 0 });
    expect(sizes(population(40, { chosenBy: ['setting'] }), tally({ urban: 100, rural: 40 })).people).toBe(
      40,
    );
  });
  test('fewer than five, and all but fewer than five, are not', () => {
    expect(sizes(population(4), tally({ urban: 100, rural: 40 })).people).toBe('few');
    expect(sizes(population(136), tally({ urban: 100, rural: 40 })).people).toBe('hidden');
    expect(sizes(population(100, {}, 3), tally({ urban: 100, rural: 40 })).unsure).toBe('few');
  });
  test('the towns, left out lest the three villages follow, are not told as a population either', () => {
    const beside = tally({ urban: 100, town: 40, rural: 3 });
    for (const people of [3, 40, 100, 103, 140])
      expect(sizes(population(people, { chosenBy: ['setting'] }), beside).people).toBe('hidden');
    expect(sizes(population(60), beside).people).toBe(60);
  });
  test('all of some rows but a few are not told: who is left would be a small number', () => {
    const beside = tally({ urban: 100, town: 40, rural: 30 });
    expect(sizes(population(97, { chosenBy: ['setting'] }), beside).people).toBe('hidden');
    expect(sizes(population(68, { chosenBy: ['setting'] }), beside).people).toBe('hidden');
    expect(sizes(population(50, { chosenBy: ['setting'] }), beside).people).toBe(50);
  });
  test('peers are all who have it documented: where the others are left out, so are they', () => {
    const shared: Partial<ComparedWith> = { sharedBy: ['setting'] };
    expect(sizes(population(140, shared), tally({ urban: 100, rural: 40, '': 6 })).people).toBe(140);
    expect(sizes(population(140, shared), tally({ urban: 100, rural: 40, '': 2 })).people).toBe('hidden');
    expect(sizes(population(103, shared), tally({ urban: 100, rural: 3, '': 6 })).people).toBe('hidden');
  });
  test('those counted at schools are all but those who stand at the unit itself', () => {
    const beside = tally({ urban: 146 }, { '1.': 6, '1.2.': 137, '1.3.': 3 });
    expect(sizes(population(140, { placed: true }), beside).people).toBe('hidden');
    expect(sizes(population(140), beside).people).toBe(140);
  });
});
