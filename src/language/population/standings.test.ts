import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dossier, policy } from '../../../tests/support/language.ts';
import { formatExact } from '../../shared/decimal.ts';
import type { Person } from '../dossier.ts';
import { compareWeighed, weigh } from './order.ts';
import type { Participant } from './participant.ts';
import { placed } from './standings.ts';

const asOf = '2025-06-30';
const teacher = (id: string, mark: number | null, person: Partial<Person> = {}): Participant => ({
  id,
  dossier: dossier([], { id, mark, grade: '7', ...person }),
});
const terms = `
terms:
  attributes:
    mark: {names: {zh-CN: 成绩, en: mark}, type: number}
    grade: {names: {zh-CN: 年级, en: grade}, type: text}
`;
const path = 'measures.place';
const standingsBy = (peers: string) => policy(`${terms}measures:\n  place: {peers: ${peers}}\n`).compiled;

describe('standing among peers', () => {
  const compiled = standingsBy('{of: {value: mark}, among: [grade, subject], take: rank}');

  test('equals share a rank from either end, and the next rank is skipped', () => {
    const people = [teacher('a', 90), teacher('b', 80), teacher('c', 90), teacher('d', 70)];
    const standings = compiled.standings(people, { asOf });
    const of = (id: string) => {
      const found = standings.get(id)?.[path];
      return found && [found.rank, found.fromLast, found.size, formatExact(found.mean)];
    };
    expect(of('a')).toEqual([1, 3, 4, '82.5']);
    expect(of('c')).toEqual([1, 3, 4, '82.5']);
    expect(of('b')).toEqual([3, 2, 4, '82.5']);
    expect(of('d')).toEqual([4, 1, 4, '82.5']);
  });

  test('peers are those of the same grade and subject', () => {
    const people = [
      teacher('a', 60),
      teacher('b', 90, { grade: '8' }),
      teacher('c', 50, { subject: '语文' }),
    ];
    const standings = compiled.standings(people, { asOf });
    for (const id of ['a', 'b', 'c']) expect(standings.get(id)?.[path]).toMatchObject({ rank: 1, size: 1 });
  });

  test('without a mark, or without a known grade, nobody is ranked nor counted', () => {
    const people = [teacher('a', 60), teacher('b', null), teacher('c', 90, { grade: null })];
    const standings = compiled.standings(people, { asOf });
    expect(standings.get('a')?.[path]).toMatchObject({ rank: 1, size: 1 });
    expect(standings.get('b')).toEqual({});
    expect(standings.get('c')).toEqual({});
  });

  test('where less is better, the least comes first', () => {
    const low = standingsBy('{of: {value: mark}, order: lower, take: rank}');
    const standings = low.standings([teacher('a', 3), teacher('b', 1)], { asOf });
    expect(standings.get('b')?.[path]?.rank).toBe(1);
  });
});

describe('conditions on standings', () => {
  test('"not among the last two of the grade and subject" is met and missed by the standing', () => {
    const { compiled } = policy(`${terms}
eligibility:
  amount:
    of: {peers: {of: {value: mark}, among: [grade], take: rank-from-last}}
    moreThan: 2
`);
    const people = [90, 80, 70, 60].map((mark, i) => teacher(`t${i}`, mark));
    const list = placed(people, compiled.standings(people, { asOf }));
    const verdicts = list.map((one) => compiled.outcome(one.dossier, { asOf, ...one.own }));
    expect(verdicts).toEqual(['met', 'met', 'unmet', 'unmet']);
    expect(compiled.checkList(list, { asOf }).seats.map(({ state }) => state)).toEqual([
      'takes-place',
      'takes-place',
      'not-eligible',
      'not-eligible',
    ]);
    expect(compiled.checkList(people, { asOf }).seats.map(({ open }) => open)).toContain('missing');
  });

  test("a mentor's own rank is not that of the apprentices", () => {
    const { compiled } = policy(`${terms}
eligibility:
  members:
    role: apprentice
    min: 1
    meets: {amount: {of: {peers: {of: {value: mark}, take: rank}}, is: 1}}
`);
    const mentor = teacher('m', 90);
    const list = placed([mentor, teacher('t', 80)], compiled.standings([mentor, teacher('t', 80)], { asOf }));
    const dossier = { ...mentor.dossier, members: { apprentice: [teacher('a', 1).dossier] } };
    expect(list[0]?.own?.standing).not.toEqual({});
    expect(compiled.outcome(dossier, { asOf, ...list[0]?.own })).toBe('missing');
  });

  test('a standing may be reckoned from another: the rank of how far one is above the mean', () => {
    const { compiled } = policy(`${terms}
measures:
  place: {peers: {of: {subtract: [{value: mark}, {measure: mean}]}, take: rank}}
  mean: {peers: {of: {value: mark}, among: grade, take: mean}}
`);
    const people = [
      teacher('a', 95, { grade: '8' }),
      teacher('b', 93, { grade: '8' }),
      teacher('c', 70),
      teacher('d', 50),
    ];
    const standings = compiled.standings(people, { asOf });
    const ranks = people.map(({ id }) => standings.get(id)?.[path]?.rank);
    expect(ranks).toEqual([2, 3, 1, 4]);
  });
});

test('standings are those of counting by hand, whatever the marks', () => {
  const compiled = standingsBy('{of: {divide: {of: {value: mark}, by: 3}}, among: grade, take: rank}');
  const group = fc.record({ mark: fc.integer({ min: 0, max: 6 }), grade: fc.constantFrom('7', '8') });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 12 }), (given) => {
      const people = given.map(({ mark, grade }, i) => teacher(`t${i}`, mark, { grade }));
      const standings = compiled.standings(people, { asOf });
      given.forEach(({ mark, grade }, i) => {
        const peers = given.filter((one) => one.grade === grade).map((one) => one.mark);
        const found = standings.get(`t${i}`)?.[path];
        expect(found).toMatchObject({
          rank: 1 + peers.filter((other) => other > mark).length,
          fromLast: 1 + peers.filter((other) => other < mark).length,
          size: peers.length,
        });
        const sum = peers.reduce((a, b) => a + b, 0);
        expect(found && found.mean.n * BigInt(peers.length * 3) === found.mean.d * BigInt(sum)).toBe(true);
      });
    }),
    { numRuns: 200 },
  );
});

test('sorting by floats first never differs from exact comparison', () => {
  const fraction = fc.record({
    n: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
    d: fc.bigInt({ min: 1n, max: 10n ** 40n }),
  });
  fc.assert(
    fc.property(fraction, fraction, fc.boolean(), (a, other, close) => {
      // Often the closest neighbour, which floats cannot tell from the first.
      const b = close ? { n: a.n * 10n ** 30n + 1n, d: a.d * 10n ** 30n } : other;
      const exact = a.n * b.d - b.n * a.d;
      expect(Math.sign(compareWeighed(weigh(a), weigh(b)))).toBe(exact < 0n ? -1 : exact > 0n ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});
