import { describe, expect, test } from 'vitest';
import { candidate } from '../../../../../tests/support/candidate.ts';
import type { Quota } from '../../../../language/grammar/round.ts';
import type { Vocabulary } from '../../../../language/vocabulary.ts';
import { postVerdict } from '../rules.ts';
import { type Candidate, draw, tieVerdict, withEqualPlaces } from './rules.ts';

type Limit = NonNullable<Quota['limits']>[number];
const vocabulary: Vocabulary = {
  id: 'test',
  version: '1',
  scales: {},
  attributes: {
    'teaching-years': {
      names: { 'zh-CN': '教龄', en: 'years of teaching' },
      type: 'years',
      since: 'teachingSince',
    },
  },
  titles: {},
  titleScale: '',
  titleOrder: new Map(),
  ladder: [],
  records: {},
};
const ids = (all: readonly Candidate[]) => all.map(({ applicationId }) => applicationId);

test('SC20 where judges order: equal results compete for the last place, whatever order they stood in', () => {
  const judged = [
    { ...candidate('a', { place: 1 }), result: 'p 95' },
    { ...candidate('b', { place: 2 }), result: 'p 90' },
    { ...candidate('c', { place: 3 }), result: 'p 90' },
    { ...candidate('d', { place: 4 }), result: null },
  ];
  const ties = { keys: [], otherwise: 'decision' as const };
  expect(draw(judged, 2, { ties }, vocabulary, []).tie).toBeNull(); // As the body clicked.
  const levelled = withEqualPlaces(judged);
  expect(levelled.map(({ place }) => place)).toEqual([1, 2, 2, 4]);
  const drawn = draw(levelled, 2, { ties }, vocabulary, []);
  expect(ids(drawn.selected)).toEqual(['a']);
  expect(drawn.tie && [ids(drawn.tie.candidates), drawn.tie.places]).toEqual([['b', 'c'], 1]);
  const order = [{ order: ['c', 'b'], reason: '投票' }];
  expect(ids(draw(levelled, 2, { ties }, vocabulary, order).selected)).toEqual(['a', 'c']);
});

describe('SC20: five groups recommend two each and eight are determined', () => {
  const ten = ['a', 'b', 'c', 'd', 'e'].flatMap((group) =>
    [1, 2].map((n) => candidate(`${group}${n}`, { groupId: group, recommended: n })),
  );
  const file = {
    ties: {
      keys: [{ by: 'recommendation-order' as const, prefer: 'lower' as const }],
      otherwise: 'decision' as const,
    },
  };

  test('the five firsts are in; the five seconds compete for three places and nobody is taken by accident', () => {
    const drawn = draw(ten, 8, file, vocabulary, []);
    expect(ids(drawn.selected)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1']);
    expect(drawn.tie && ids(drawn.tie.candidates)).toEqual(['a2', 'b2', 'c2', 'd2', 'e2']);
    expect(drawn.tie?.places).toBe(3);
  });

  test('with an unresolved tie the list is not published', () => {
    const drawn = draw(ten, 8, file, vocabulary, []);
    const round = { state: 'open', closesAt: new Date('2026-04-25T00:00:00Z') };
    expect(postVerdict(round, 0, drawn, 0, new Date('2026-05-01T00:00:00Z'))).toEqual({
      ok: false,
      reasons: ['tie-unresolved'],
    });
  });

  test('a recorded decision names exactly three of the five, with a reason, and settles it', () => {
    const drawn = draw(ten, 8, file, vocabulary, []);
    expect(tieVerdict(drawn, ['b2', 'd2', 'e2'], null)).toEqual({ ok: false, reason: 'no-reason' });
    expect(tieVerdict(drawn, ['b2', 'd2'], '投票')).toEqual({ ok: false, reason: 'not-the-equals' });
    expect(tieVerdict(drawn, ['b2', 'd2', 'a1'], '投票')).toEqual({ ok: false, reason: 'not-the-equals' });
    const decided = tieVerdict(drawn, ['b2', 'd2', 'e2'], '领导小组投票');
    expect(decided).toEqual({ ok: true, order: ['b2', 'd2', 'e2', 'a2', 'c2'] });
    const settled = draw(ten, 8, file, vocabulary, [
      { order: ['b2', 'd2', 'e2', 'a2', 'c2'], reason: '领导小组投票' },
    ]);
    expect(settled.tie).toBeNull();
    expect(ids(settled.selected)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1', 'b2', 'd2', 'e2']);
  });

  test('a declared key settles it without a decision: longer service first', () => {
    const served = ten.map((one, at) => ({ ...one, person: { teachingSince: `20${10 + at}-09-01` } }));
    const keys = [...file.ties.keys, { by: 'teaching-years', prefer: 'higher' as const }];
    const drawn = draw(served, 8, { ties: { ...file.ties, keys } }, vocabulary, []);
    expect(drawn.tie).toBeNull();
    expect(ids(drawn.selected)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1', 'a2', 'b2', 'c2']);
  });

  test('a score that nobody has is named as idle and leaves it to the next key, or to people', () => {
    const score = { by: 'score' as const, prefer: 'higher' as const };
    const years = { by: 'teaching-years', prefer: 'higher' as const };
    const served = ten.map((one, at) => ({ ...one, person: { teachingSince: `20${10 + at}-09-01` } }));
    const next = draw(served, 2, { ties: { keys: [score, years], otherwise: 'decision' } }, vocabulary, []);
    expect(next.idle).toEqual(['score']);
    expect(next.tie).toBeNull();
    expect(ids(next.selected)).toEqual(['a1', 'a2']);
    const people = draw(ten, 2, { ties: { keys: [score], otherwise: 'decision' } }, vocabulary, []);
    expect(people.idle).toEqual(['score']);
    expect(people.tie?.candidates).toHaveLength(10);
  });

  test('what a panel of judges gave separates equals, exactly; who has nothing comes after', () => {
    const score = { by: 'score' as const, prefer: 'higher' as const };
    const marks = ['80.1', '80.10', '9.5', '80.11', null];
    const judged = ten.map((one, at) => ({ ...one, place: null, score: marks[at] ?? null }));
    const four = draw(judged, 4, { ties: { keys: [score], otherwise: 'decision' } }, vocabulary, []);
    expect(four.idle).toEqual([]);
    expect(ids(four.selected)).toEqual(['b2', 'a1', 'a2', 'b1']);
    const two = draw(judged, 2, { ties: { keys: [score], otherwise: 'decision' } }, vocabulary, []);
    expect(two.tie?.candidates.map(({ applicationId }) => applicationId)).toEqual(['a1', 'a2']);
  });

  test('whoever meets the preferred clause goes before their equals, and only before them (R-002-4-11)', () => {
    const meets = new Set(['preferred']);
    const honoured = ten.map((one) => (one.applicationId === 'd2' ? { ...one, meets } : one));
    const keys = [...file.ties.keys, { clause: 'preferred' }];
    const drawn = draw(honoured, 6, { ties: { ...file.ties, keys } }, vocabulary, []);
    expect(ids(drawn.selected)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1', 'd2']);
    expect(drawn.tie).toBeNull();
    expect(drawn.idle).toEqual([]);
    const first = draw(honoured, 1, { ties: { ...file.ties, keys } }, vocabulary, []);
    expect(first.tie?.candidates.map(({ applicationId }) => applicationId)).not.toContain('d2');
  });

  test('where the file says the equals share in or the places stay empty, that is done', () => {
    expect(
      draw(ten, 8, { ties: { ...file.ties, otherwise: 'enlarge' } }, vocabulary, []).selected,
    ).toHaveLength(10);
    expect(
      draw(ten, 8, { ties: { ...file.ties, otherwise: 'vacant' } }, vocabulary, []).selected,
    ).toHaveLength(5);
  });

  test('a maximum per group holds in the list whatever the ranking says', () => {
    const limits = { limits: [{ id: 'per-group', per: 'group' as const, max: 1 }] };
    const drawn = draw(ten, 8, { ...file, quota: limits }, vocabulary, []);
    expect(ids(drawn.selected)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1']);
    expect(drawn.notSelected.map(({ because }) => because)).toEqual([
      'limit',
      'limit',
      'limit',
      'limit',
      'limit',
    ]);
  });
});

test('a maximum per city holds as well', () => {
  const four = ['a', 'b', 'c', 'd'].map((id, i) =>
    candidate(id, { recommended: i + 1, cityId: i < 2 ? 'east' : 'west' }),
  );
  const inOrder = {
    quota: { limits: [{ id: 'per-city', per: 'city' as const, max: 1 }] },
    ties: {
      keys: [{ by: 'recommendation-order' as const, prefer: 'lower' as const }],
      otherwise: 'decision' as const,
    },
  };
  expect(ids(draw(four, 4, inOrder, vocabulary, []).selected)).toEqual(['a', 'c']);
});

describe('numbers set locally bind the limit they belong to, whatever stands before it', () => {
  const ten = Array.from({ length: 10 }, (_, i) =>
    candidate(`${i}`, {
      recommended: i,
      schoolId: i < 5 ? 'here' : 'there',
      schoolPath: i < 5 ? '1.2.' : '1.3.',
    }),
  );
  const school = (max: number) => ({ id: 'of-school', per: 'school' as const, max });
  const chosen = (first: Limit) => {
    const quota = (max: number) => ({ limits: [first, school(max)] });
    const keys = [{ by: 'recommendation-order' as const, prefer: 'lower' as const }];
    const ties = { keys, otherwise: 'decision' as const };
    const at = (path: string) => quota(path === '1.2.' ? 3 : 2);
    return ids(draw(ten, 10, { quota: quota(2), ties }, vocabulary, [], at).selected);
  };
  const expected = ['0', '1', '2', '5', '6'];

  test('what is counted across counties goes by the number of who draws the list, what lies in one by its own', () => {
    const places = Array.from({ length: 8 }, (_, i) =>
      candidate(`${i}`, {
        recommended: i,
        countyId: i < 4 ? 'here' : 'there',
        schoolPath: i < 4 ? '1.2.4.' : '1.3.5.',
      }),
    );
    const chosen = (per: 'subject' | 'round' | 'county') => {
      const quota = (max: number) => ({ limits: [{ id: 'most', per, max }] });
      const keys = [{ by: 'recommendation-order' as const, prefer: 'lower' as const }];
      const ties = { keys, otherwise: 'decision' as const };
      // The schools have set numbers too, which are nobody's for a county.
      const at = (path: string) =>
        quota({ '1.': 3, '1.2.': 1, '1.3.': 2, '1.2.4.': 9, '1.3.5.': 9 }[path] ?? 0);
      return ids(draw(places, 8, { quota: quota(9), ties }, vocabulary, [], at, '1.').selected);
    };
    expect(chosen('subject')).toEqual(['0', '1', '2']);
    expect(chosen('round')).toEqual(['0', '1', '2']);
    expect(chosen('county')).toEqual(['0', '4', '5']);
  });

  test('a bureau’s own people go by its own number, not by that of what is above it', () => {
    const own = { schoolId: 'county', countyId: 'county', cityId: 'city', schoolPath: '1.2.3.' };
    const city = { schoolId: 'city', countyId: 'city', cityId: 'city', schoolPath: '1.2.' };
    const all = [own, own, city, city].map((at, i) => candidate(`${i}`, { recommended: i, ...at }));
    const chosen = (per: 'county' | 'city') => {
      const quota = (max: number) => ({ limits: [{ id: 'most', per, max }] });
      const keys = [{ by: 'recommendation-order' as const, prefer: 'lower' as const }];
      const ties = { keys, otherwise: 'decision' as const };
      const at = (path: string) => quota({ '1.2.3.': 1, '1.2.': 2 }[path] ?? 0);
      return ids(draw(all, 4, { quota: quota(9), ties }, vocabulary, [], at, '1.').selected);
    };
    expect(chosen('county')).toEqual(['0', '2', '3']);
    expect(chosen('city')).toEqual(['0', '1']);
  });

  test.each<[string, Limit]>([
    ['a number that is not binding', { id: 'soft', per: 'round', strength: 'should', max: 10 }],
    ['a minimum', { id: 'least', per: 'round', min: 1 }],
    ['another maximum', { id: 'most', per: 'round', max: 9 }],
  ])('%s', (_, first) => {
    expect(chosen(first)).toEqual(expected);
  });
});
