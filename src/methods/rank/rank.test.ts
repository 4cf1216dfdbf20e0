import { describe, expect, it } from 'vitest';
import {
  checkLimits,
  chooseWithin,
  cut,
  decidedOrder,
  highFirst,
  type Limit,
  lowFirst,
  rank,
} from './rank.ts';

type Teacher = { name: string; score?: number; service: number; subject: string; group: string };
const teacher = (name: string, score: number | undefined, service = 10, subject = '语文', group = 'a') =>
  ({ name, ...(score !== undefined && { score }), service, subject, group }) satisfies Teacher;
const names = (teachers: readonly Teacher[]) => teachers.map(({ name }) => name);
const byScore = highFirst<Teacher>('score', ({ score }) => score);
const byService = highFirst<Teacher>('service', ({ service }) => service);

describe('ranking', () => {
  it('goes by the first key and, where that is equal, by the next, and says which key decided', () => {
    const ranking = rank(
      [teacher('丙', 88), teacher('乙', 92, 8), teacher('甲', 92, 15)],
      [byScore, byService],
    );
    expect(ranking.map(({ candidate, rank, separatedBy }) => [candidate.name, rank, separatedBy])).toEqual([
      ['甲', 1, undefined],
      ['乙', 2, 'service'],
      ['丙', 3, 'score'],
    ]);
  });

  it('lets candidates whom no key separates share a rank and skips the next', () => {
    const ranking = rank([teacher('甲', 90), teacher('乙', 90), teacher('丙', 80)], [byScore]);
    expect(ranking.map(({ rank }) => rank)).toEqual([1, 1, 3]);
  });

  it('puts a candidate without a value last, whichever way the key runs', () => {
    const two = [teacher('缺', undefined), teacher('有', 1)];
    expect(names(rank(two, [byScore]).map(({ candidate }) => candidate))).toEqual(['有', '缺']);
    const low = lowFirst<Teacher>('score', ({ score }) => score);
    expect(names(rank(two, [low]).map(({ candidate }) => candidate))).toEqual(['有', '缺']);
  });
});

describe('the cut from ten recommended to eight', () => {
  const ten = Array.from({ length: 10 }, (_, index) => teacher(`t${index + 1}`, 100 - index));

  it('takes the first eight', () => {
    const result = cut(rank(ten, [byScore]), 8);
    expect(result.selected).toHaveLength(8);
    expect(names(result.notSelected)).toEqual(['t9', 't10']);
    expect(result.unresolved).toBeUndefined();
  });

  const [eighth, ninth] = [teacher('t8', 93), teacher('t9', 93)];
  const tied = [...ten.slice(0, 7), eighth, ninth, teacher('t10', 91)];

  it('leaves an eighth and ninth with equal keys to a decision', () => {
    const result = cut(rank(tied, [byScore, byService]), 8);
    expect(result.selected).toHaveLength(7);
    expect(names(result.unresolved?.candidates ?? [])).toEqual(['t8', 't9']);
    expect(result.unresolved?.places).toBe(1);
  });

  it('follows the decision once it is recorded', () => {
    const keys = [byScore, byService, decidedOrder('vote of the leading group', [ninth, eighth])];
    const result = cut(rank(tied, keys), 8);
    expect(names(result.selected)).toContain('t9');
    expect(names(result.notSelected)).toContain('t8');
    expect(result.unresolved).toBeUndefined();
  });

  it('takes everyone when there are fewer candidates than places', () => {
    expect(cut(rank(ten, [byScore]), 12)).toMatchObject({ selected: { length: 10 }, notSelected: [] });
  });
});

describe('joint limits', () => {
  const perGroup: Limit<Teacher> = { name: '每教研组', of: ({ group }) => group, max: 2 };
  const perSubject: Limit<Teacher> = { name: '每学科', of: ({ subject }) => subject, min: 1, max: 3 };
  const people = [
    teacher('a1', 99, 10, '语文', 'a'),
    teacher('a2', 98, 10, '语文', 'a'),
    teacher('a3', 97, 10, '语文', 'a'),
    teacher('b1', 96, 10, '数学', 'b'),
    teacher('c1', 60, 10, '英语', 'c'),
  ];

  it('name every limit a choice breaks', () => {
    expect(checkLimits(people.slice(0, 3), [perGroup, perSubject], people)).toEqual([
      { limit: '每教研组', kind: 'a', count: 3, reason: 'above-max', bound: 2 },
      { limit: '每学科', kind: '数学', count: 0, reason: 'below-min', bound: 1 },
      { limit: '每学科', kind: '英语', count: 0, reason: 'below-min', bound: 1 },
    ]);
  });

  it('pass over the third of a group and hold a place for a subject without anyone yet', () => {
    const choice = chooseWithin(rank(people, [byScore]), 3, [perGroup, perSubject]);
    expect(names(choice.selected)).toEqual(['a1', 'b1', 'c1']);
    expect(choice.passedOver.map(({ candidate, because }) => [candidate.name, because])).toEqual([
      ['a2', 'held-for-minimum'],
      ['a3', 'held-for-minimum'],
    ]);
    expect(choice.breaches).toEqual([]);
  });

  it('name the limit that bars a candidate', () => {
    const choice = chooseWithin(rank(people, [byScore]), 5, [perGroup]);
    expect(choice.passedOver).toEqual([{ candidate: people[2], because: { limit: '每教研组', kind: 'a' } }]);
  });

  it('report a minimum nobody can fill', () => {
    const limit = { ...perSubject, kinds: ['美术'] };
    expect(chooseWithin(rank(people, [byScore]), 5, [limit]).breaches).toEqual([
      { limit: '每学科', kind: '美术', count: 0, reason: 'below-min', bound: 1 },
    ]);
  });

  it('do not let the second of a group bar the only teacher of a subject from that group', () => {
    const artist = teacher('a3', 97, 10, '美术', 'a');
    const list = [teacher('a1', 99), teacher('a2', 98), artist, teacher('b1', 90, 10, '语文', 'b')];
    const choice = chooseWithin(rank(list, [byScore]), 3, [perGroup, perSubject]);
    expect(names(choice.selected)).toEqual(['a1', 'a3', 'b1']);
    expect(choice.breaches).toEqual([]);
  });

  it('hold no place for someone whom a maximum already bars', () => {
    const closed: Limit<Teacher> = {
      name: '停评单位',
      of: ({ group }) => (group === 'z' ? group : undefined),
      max: 0,
    };
    const list = [teacher('a1', 99), teacher('z1', 98, 10, '美术', 'z')];
    const choice = chooseWithin(rank(list, [byScore]), 1, [closed, perSubject]);
    expect(names(choice.selected)).toEqual(['a1']);
    expect(choice.breaches.map(({ kind }) => kind)).toEqual(['美术']);
  });

  it('leave equals to a decision when taking one bars another', () => {
    const equal = [teacher('x', 90), teacher('y', 90), teacher('z', 90)];
    const choice = chooseWithin(rank(equal, [byScore]), 3, [perGroup]);
    expect(choice.selected).toEqual([]);
    expect(choice.unresolved).toEqual({ candidates: equal, places: 2 });
  });
});
